"""What a Purview account shall say of a mesh, and what has to change for that: pure, and the same for the same mesh.

Only what the manifests say goes there: names, descriptions, contracts and classifications, never a value of the data.
"""
