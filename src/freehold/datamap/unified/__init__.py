"""What Purview's Unified Catalog means: business domains, data products, terms and the rest, who may do what, and access requests.

Pure. Shapes follow Azure's published interface (azure-rest-api-specs, specification/purviewdatagovernance: UnifiedCatalog
2025-09-15-preview and 2026-03-20-preview, DataAccess 2023-10-01-preview).
"""
