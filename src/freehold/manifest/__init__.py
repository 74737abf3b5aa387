"""Text to mesh: manifests are read, bound and checked; every finding of all files at once, each with its place and mend."""

from freehold.manifest.codes import CODES, DATA_CODES
from freehold.manifest.reading import Reading, read
from freehold.manifest.schema import json_schema

__all__ = ["CODES", "DATA_CODES", "Reading", "json_schema", "read"]
