"""An account of Purview, reached as the flags and the environment say, and the mesh in force that it is held against."""

from __future__ import annotations

import contextlib
import random
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from pathlib import Path

import msgspec

from freehold.catalogs.management import Order, checked
from freehold.catalogs.purview import PurviewAccount
from freehold.catalogs.signin import AUTHORITY, Credentials, SignIn
from freehold.catalogs.speaking import Speaking
from freehold.errors import SettingInvalid, StoreFailed
from freehold.model.mesh import Mesh
from freehold.peers.tls import believing_also
from freehold.purview.naming import mesh_address
from freehold.purview.proposals import Proposal
from freehold.services.force import InForce
from freehold.wiring.clock import SystemClock
from freehold.wiring.node import open_registry
from freehold.wiring.settings import AccountAccess, Settings, read_account_access

SCOPE = "https://purview.azure.net/.default"
MANAGEMENT_SCOPE = "https://management.azure.com/.default"


@contextlib.contextmanager
def open_account(endpoint: str | None, ca: Path | None) -> Generator[PurviewAccount]:
    """Open an account; `ca` is believed beside the system's authorities.

    Raises:
        SettingInvalid: No address, or no token and no credentials, are given; or one of them cannot be used.
    """
    access = read_account_access()
    url = endpoint or access.endpoint
    if url is None:
        raise SettingInvalid("no account is named", remedy="give `--endpoint URL`, or set FREEHOLD_PURVIEW_ENDPOINT")
    with closing(open_speaking(url, ca, access.token, SCOPE, access)) as speaking:
        yield PurviewAccount(speaking)


def open_speaking(url: str, ca: Path | None, token: str | None, scope: str, access: AccountAccess) -> Speaking:
    """Return what speaks to an address with a token, or by the credentials of the environment.

    Raises:
        SettingInvalid: As `open_account`.
    """
    tls, clock = believing_also(ca), SystemClock()
    given = _given(token) if token is not None else SignIn(_credentials(access), scope, tls=tls, clock=clock).token
    return Speaking(url, token=given, tls=tls, clock=clock, pause=time.sleep, jitter=random.random)


@contextlib.contextmanager
def open_management(url: str, ca: Path | None) -> Generator[Speaking]:
    """Open Azure Resource Manager at an address.

    Raises:
        SettingInvalid: As `open_account`.
    """
    access = read_account_access()
    with closing(open_speaking(url, ca, access.management_token, MANAGEMENT_SCOPE, access)) as speaking:
        yield speaking


def order_in_mesh(order: Order, mesh: Mesh) -> Order:
    """Return an order for an account where the mesh may keep what it says of its data.

    Raises:
        SettingInvalid: Governance allows other regions alone, or a name cannot be one.
    """
    allowed = mesh.governance.allowed_regions
    if mesh.governance.residency_enforced and allowed and order.location not in allowed:
        raise SettingInvalid(
            f"governance does not allow `{order.location[:40]}`: the account would keep descriptions and contracts there",
            remedy=f"use one of {', '.join(allowed)}",
        )
    return checked(msgspec.structs.replace(order, owner=mesh_address(mesh)))


def mesh_in_force(settings: Settings) -> Mesh:
    """Return the mesh in force in a folder, its columns as their reviews say.

    Raises:
        NothingApplied: It was never applied.
    """
    with closing(open_registry(settings)) as registry:
        return InForce(registry).current().mesh


def write_findings(settings: Settings, output: Path | None, findings: Sequence[Proposal]) -> Path:
    """Write findings as JSON, whole or not at all, and return where: by default `purview/findings.json` of the mesh's state.

    Raises:
        StoreFailed: The file cannot be written.
    """
    where = output or settings.state / "purview" / "findings.json"
    content = msgspec.json.format(msgspec.json.encode({"findings": findings}), indent=2) + b"\n"
    try:
        where.parent.mkdir(parents=True, exist_ok=True)
        beside = where.with_name(f".{where.name}.new")
        beside.write_bytes(content)
        beside.replace(where)
    except OSError as error:
        raise StoreFailed(f"`{where}` cannot be written", remedy="name another file with `--output FILE`") from error
    return where


def _given(token: str) -> Callable[[], str]:
    if not token.isascii() or any(letter.isspace() for letter in token):
        raise SettingInvalid("the token in the environment is none", remedy="set it without spaces and line ends")
    return lambda: token


def _credentials(access: AccountAccess) -> Credentials:
    if access.tenant is None or access.client is None or access.secret is None:
        raise SettingInvalid(
            "there is no token for the account",
            remedy="set FREEHOLD_PURVIEW_TOKEN (FREEHOLD_MANAGEMENT_TOKEN to create one), or AZURE_TENANT_ID, AZURE_CLIENT_ID "
            "and AZURE_CLIENT_SECRET",
        )
    authority = access.authority_host or AUTHORITY
    authority = authority if "://" in authority else f"https://{authority}"
    return Credentials(tenant=access.tenant, client=access.client, secret=access.secret, authority=authority)
