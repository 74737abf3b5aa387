"""The use cases of the governance catalogue: types, entities, glossary, lineage, search, collections and scanning.

Every one is asked by somebody with roles on collections; nothing here reads a value of a product but the scan, through the gate.
"""
