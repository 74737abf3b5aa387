"""Other people's formats: a product's manifest (its `dataProduct:` block as plain data) to their documents and back, purely.

Nothing is lost by construction: what a document says beyond what its manifest would say of itself is kept beside it (`kept`).
"""
