"""The use cases of the Unified Catalog: things and how they relate, who may do what, access policies and requests for access."""
