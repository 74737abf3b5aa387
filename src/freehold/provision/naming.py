"""How the resources of a domain are called: within what Azure allows of each, the same each time, and unlike those of others."""

from __future__ import annotations

import msgspec

from freehold.digest import digest
from freehold.names import slug

_VAULT, _STORAGE, _SERVER = 24, 24, 63


class Names(msgspec.Struct, frozen=True, kw_only=True):
    """The names of one domain's resources."""

    domain: str
    workspace: str
    network: str
    security_group: str
    identity: str
    vault: str
    key: str
    storage: str
    server: str
    database: str

    def endpoint(self, group: str) -> str:
        """Return the name of the private endpoint of a group, such as `blob`."""
        return f"pep-{self.domain}-{group.lower()}"


def names(prefix: str, domain: str, region: str) -> Names:
    """Return the names of a domain's resources; those that must be the only ones in the world end in a digest of all three.

    >>> names("contoso", "Sales", "westeurope").storage
    'stcontososales12cf01'
    """
    short, mesh = slug(domain), slug(prefix)
    mark = digest([mesh, short, region])[:6]
    flat = f"st{mesh.replace('-', '')[:8]}{short.replace('-', '')}"
    return Names(
        domain=short,
        workspace=f"log-{mesh}-{short}"[:_SERVER],
        network=f"vnet-{mesh}-{short}"[:_SERVER],
        security_group=f"nsg-{mesh}-{short}"[:_SERVER],
        identity=f"id-{mesh}-{short}"[:_SERVER],
        vault=f"{f'kv-{short}'[: _VAULT - 7].rstrip('-')}-{mark}",
        key=f"key-{short}"[:_SERVER],
        storage=f"{flat[: _STORAGE - 6]}{mark}",
        server=f"{f'sql-{mesh}-{short}'[: _SERVER - 7].rstrip('-')}-{mark}",
        database=f"sqldb-{short}"[:_SERVER],
    )
