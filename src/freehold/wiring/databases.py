"""The engine over what a node reads: its files, and the databases of Azure SQL that `mesh.yaml` lists for it."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING

from freehold.model.place import Node
from freehold.ports.engine import Engine
from freehold.ports.keys import Keys
from freehold.wiring.azure import open_tokens
from freehold.wiring.settings import Settings, read_azure_identity, read_sql_login
from freehold.wiring.storage import open_place

if TYPE_CHECKING:
    from freehold.engines.azuresql.connection import Access

_LABEL = "data version"


def open_engine(settings: Settings, node: Node | None, keys: Keys | None = None) -> Engine:
    """Return the engine over a node's files and databases.

    With the node's `keys` a table has the same version whenever it holds the same; without them, as long as this process lives.
    """
    from freehold.engines.duckdb import DuckDBEngine

    files = DuckDBEngine(open_place(settings, node), memory=settings.limits.memory)
    if node is None or not node.databases:
        return files
    from freehold.engines.azuresql.engine import AzureSqlEngine

    databases, folder = {item.name: item for item in node.databases}, settings.brought_folder(node.name)
    return AzureSqlEngine(files, databases, read_access(settings), _keyed(keys), folder)


def read_access(settings: Settings | None = None) -> Access:
    """Return how databases are entered, as the environment says: credentials for Azure, else a login of the server.

    Raises:
        SettingInvalid: Half of a login is set, or the credentials cannot be used.
    """
    from freehold.engines.azuresql.connection import Password

    identity, login = read_azure_identity(), read_sql_login()
    if identity.has_credentials:
        return open_tokens(settings.authority if settings is not None else None, identity)
    return Password(user=login.user, password=login.password) if login is not None else None


def _keyed(keys: Keys | None) -> Callable[[bytes], bytes]:
    if keys is not None:
        return lambda told: keys.mac(_LABEL, told)
    passing = secrets.token_bytes(32)
    return lambda told: hmac.digest(passing, told, hashlib.sha256)
