"""Names made from names. `uniqueString()` has Azure's form (13 letters and digits) and not its values: those are not documented."""

from __future__ import annotations

import base64
import hashlib
import uuid
from typing import Any

from freehold.azure.expression.functions.given import text
from freehold.azure.expression.run import Function

_NAMESPACE = uuid.UUID("11fb06fb-712d-4ddd-98c7-e71bbd588830")


def _unique(*parts: Any) -> str:
    digest = hashlib.sha256("-".join(map(text, parts)).encode()).digest()
    return base64.b32encode(digest).decode().lower()[:13]


def _guid(*parts: Any) -> str:
    return str(uuid.uuid5(_NAMESPACE, "-".join(map(text, parts))))


TABLE = (
    Function("uniqueString", _unique, 1, None),
    Function("guid", _guid, 1, None),
)
