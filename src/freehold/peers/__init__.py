"""Other nodes of the mesh, over HTTP."""
