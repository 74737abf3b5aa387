"""How a command finds its node, and as whom it asks there: over HTTP like everybody else (law 1)."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from freehold.errors import MeshNotFound, NodeUnreachable, ParameterInvalid, SettingInvalid, TokenMissing

if TYPE_CHECKING:
    from freehold.client import Mesh
    from freehold.wiring.running import Running


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """The options that say where and as whom a command asks."""

    mesh: Path | None = None
    url: str | None = None
    token: str | None = None
    who: str | None = None
    roles: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    region: str | None = None


def caller(
    mesh: Path | None,
    url: str | None,
    token: str | None,
    *,
    who: str | None = None,
    roles: Iterable[str] | None = None,
    scopes: Iterable[str] | None = None,
    region: str | None = None,
) -> Caller:
    """Return the options of one command as one value."""
    return Caller(mesh=mesh, url=url, token=token, who=who, roles=tuple(roles or ()), scopes=tuple(scopes or ()), region=region)


def reach(asked: Caller, purpose: str | None = None) -> Mesh:
    """Return the mesh as the caller sees it through the node they named, or the one that runs here.

    Raises:
        NodeUnreachable: No node was named and none of this mesh is running here.
        TokenMissing: Nobody was named.
        SettingInvalid: `--as` was given for a node that is not a development node of this mesh.
    """
    from freehold.wiring.settings import read_access

    known = read_access()
    running = find_node(asked)
    url = asked.url or known.url or (running.url if running else None)
    if url is None:
        raise _no_node(asked)
    token = mint(asked, running) if asked.who else asked.token or known.token
    if token is None:
        hint = "`--as SUBJECT@DOMAIN`" if running and running.mode.value == "development" else "`--token`, or set FREEHOLD_TOKEN"
        raise TokenMissing("nobody is asking", remedy=f"say who asks with {hint}")
    authority = known.authority or (running.authority if running else None)
    from freehold.client import connect

    return connect(url, token=token, purpose=purpose, authority=authority)


def _no_node(asked: Caller) -> NodeUnreachable:
    from freehold.wiring.settings import find_folder

    try:
        find_folder(asked.mesh)
    except MeshNotFound:
        remedy = "name a node with `--url`, or a mesh's folder with `--mesh`"
        return NodeUnreachable("no node is named, and there is no mesh in this folder or above it", remedy=remedy)
    return NodeUnreachable("no node of this mesh is running", remedy="start one with `freehold up`, or name one with `--url`")


def find_node(asked: Caller) -> Running | None:
    """Return the running node of this mesh that a command means, or None.

    Raises:
        SettingInvalid: Several nodes run here and none of them was named.
    """
    from freehold.wiring.running import find_running
    from freehold.wiring.settings import find_folder, read_access

    try:
        found = find_running(find_folder(asked.mesh))
    except MeshNotFound:
        if asked.mesh is None:
            return None
        raise
    url = asked.url or read_access().url
    if url is not None:
        return next((item for item in found if item.url.rstrip("/") == url.rstrip("/")), None)
    if len(found) > 1:
        raise SettingInvalid(
            f"{len(found)} nodes of this mesh are running: {', '.join(item.url for item in found)}", remedy="name one with `--url`"
        )
    return found[0] if found else None


def mint(asked: Caller, running: Running | None, ttl: int = 3_600) -> str:
    """Return a token for `SUBJECT@DOMAIN` that the running development node believes for `ttl` seconds.

    Raises:
        SettingInvalid: No development node of this mesh is running here, or the name is not of that form.
    """
    from freehold.wiring.clock import SystemClock
    from freehold.wiring.identity import open_development_issuer
    from freehold.wiring.settings import read_settings

    subject, domain = named_subject(asked.who or "")
    if running is None or running.mode.value != "development":
        named = f"`{asked.url}` is no" if asked.url else "there is no"
        raise SettingInvalid(
            f"{named} development node of this mesh that runs here, and no other node believes a token made here",
            remedy="start one with `freehold up --dev`, or use a token of your identity provider with `--token`",
        )
    issuer = open_development_issuer(read_settings(asked.mesh, mode=running.mode), SystemClock())
    region = asked.region or running.region
    return issuer.mint(subject, domain=domain, region=region, roles=asked.roles, scopes=asked.scopes, ttl=ttl)


def named_subject(who: str) -> tuple[str, str]:
    """Return the subject and the domain's key of `SUBJECT@DOMAIN`.

    >>> named_subject("sales-app@Sales Domain")
    ('sales-app', 'sales')

    Raises:
        SettingInvalid: It is not of that form.
    """
    from freehold.names import domain_key

    subject, _, domain = who.rpartition("@")
    if not subject or not domain:
        raise SettingInvalid(f"`{who}` is not of the form SUBJECT@DOMAIN", remedy="write it like `sales-app@sales`")
    return subject, domain_key(domain)


def parameters(given: Iterable[str] | None) -> dict[str, Any]:
    """Return `NAME=VALUE` options as values: JSON numbers, booleans and null as such, everything else as text.

    >>> parameters(["region=westeurope", "top=5", "code=007"])
    {'region': 'westeurope', 'top': 5, 'code': '007'}

    Raises:
        ParameterInvalid: One of them has no `=`.
    """
    found: dict[str, Any] = {}
    for item in given or ():
        name, equals, value = item.partition("=")
        if not equals or not name.strip():
            raise ParameterInvalid(f"`{item}` is not of the form NAME=VALUE", remedy="write it like `--param region=westeurope`")
        found[name.strip().lstrip("$")] = _value(value)
    return found


def _value(text: str) -> Any:
    try:
        value = msgspec.json.decode(text)
    except msgspec.DecodeError:
        return text
    return text if isinstance(value, list | dict) else value
