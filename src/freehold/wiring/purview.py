"""An account of Purview, reached as the flags and the environment say, and the mesh in force that it is held against."""

from __future__ import annotations

import contextlib
import random
import ssl
import time
import uuid
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from pathlib import Path

import msgspec

from freehold.catalogs.management import Order, checked
from freehold.catalogs.purview import PurviewAccount
from freehold.catalogs.speaking import Speaking
from freehold.catalogs.unified import PurviewCatalog
from freehold.errors import SettingInvalid, StoreFailed
from freehold.model.mesh import Mesh
from freehold.peers.tls import believing_also
from freehold.purview.naming import mesh_address
from freehold.purview.proposals import Proposal
from freehold.services.force import InForce
from freehold.wiring.azure import ANY, open_tokens
from freehold.wiring.clock import SystemClock
from freehold.wiring.node import open_registry
from freehold.wiring.settings import AccountAccess, Settings, read_account_access

SCOPE = "https://purview.azure.net/.default"
LEFT_OUT = "none"
MANAGEMENT_SCOPE = "https://management.azure.com/.default"


@contextlib.contextmanager
def open_account(endpoint: str | None, ca: Path | None, unified: str | None = None) -> Generator[PurviewAccount]:
    """Open an account; `ca` is believed beside the system's authorities.

    `unified` is the address of its Unified Catalog: by default the account's own, and `none` leaves it out.

    Raises:
        SettingInvalid: No address, or no token and no credentials, are given; or one of them cannot be used.
    """
    access = read_account_access()
    url = endpoint or access.endpoint
    if url is None:
        raise SettingInvalid("no account is named", remedy="give `--endpoint URL`, or set FREEHOLD_PURVIEW_ENDPOINT")
    with contextlib.ExitStack() as stack:
        speaking = stack.enter_context(_speaking(url, ca, access.token, SCOPE, access))
        if unified == LEFT_OUT:
            yield PurviewAccount(speaking)
            return
        beside = speaking
        if unified is not None:
            beside = stack.enter_context(_speaking(unified, ca, access.token, SCOPE, access))
        yield PurviewAccount(speaking, PurviewCatalog(beside, lambda: str(uuid.uuid4())))


@contextlib.contextmanager
def _speaking(url: str, ca: Path | None, token: str | None, scope: str, access: AccountAccess) -> Generator[Speaking]:
    """Open what speaks to an address with a token that is given, or with those of the environment's own credentials."""
    with contextlib.ExitStack() as stack:
        tls, clock = _believing(ca), SystemClock()
        given = _given(token) if token is not None else _got(stack, ca, access, scope)
        speaking = Speaking(url, token=given, tls=tls, clock=clock, pause=time.sleep, jitter=random.random)
        yield stack.enter_context(closing(speaking))


@contextlib.contextmanager
def open_management(url: str, ca: Path | None) -> Generator[Speaking]:
    """Open Azure Resource Manager at an address.

    Raises:
        SettingInvalid: As `open_account`.
    """
    access = read_account_access()
    with _speaking(url, ca, access.management_token, MANAGEMENT_SCOPE, access) as speaking:
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


def _got(stack: contextlib.ExitStack, ca: Path | None, access: AccountAccess, scope: str) -> Callable[[], str]:
    try:
        tokens = stack.enter_context(closing(open_tokens(ca, access.identity)))
    except SettingInvalid as error:
        if error.remedy != ANY:
            raise
        variable = "FREEHOLD_MANAGEMENT_TOKEN" if scope == MANAGEMENT_SCOPE else "FREEHOLD_PURVIEW_TOKEN"
        mint = "freehold purview token SUBJECT@DOMAIN" + (" --management" if scope == MANAGEMENT_SCOPE else "")
        remedy = f"set {variable}, for a catalogue started with --dev to what `{mint}` prints; or {ANY}"
        raise SettingInvalid("there is no token, and there are no credentials for Azure", remedy=remedy) from None
    return lambda: tokens.token(scope).value


def _believing(ca: Path | None) -> ssl.SSLContext:
    try:
        return believing_also(ca)
    except SettingInvalid as error:
        raise SettingInvalid(error.detail, remedy="give a PEM file with `--ca FILE`") from error


def _given(token: str) -> Callable[[], str]:
    if not token.isascii() or any(letter.isspace() for letter in token):
        raise SettingInvalid("the token in the environment is none", remedy="set it without spaces and line ends")
    return lambda: token
