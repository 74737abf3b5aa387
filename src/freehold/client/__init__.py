"""A mesh from Python, over the same HTTP that everybody else uses: there is no other way in (law 1)."""

from __future__ import annotations

from freehold.client.listing import Listing
from freehold.client.mesh import Mesh, connect
from freehold.client.result import Result
from freehold.client.selection import Selection

__all__ = ["Listing", "Mesh", "Result", "Selection", "connect"]
