"""A question over products of several homes: what each home is asked, so that only what it permits crosses a border (laws 4, 5)."""

from freehold.compiler.federation.divide import divide, divide_by_keys
from freehold.compiler.federation.drafts import Refused

__all__ = ["Refused", "divide", "divide_by_keys"]
