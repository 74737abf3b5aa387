"""Containers of Azure Storage as places for data: listed, read by ranges under the version that was listed, and held in copies."""
