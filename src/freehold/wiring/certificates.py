"""The certificates of nodes for development: what is missing, ends soon or no longer fits is made anew, the rest is kept."""

from __future__ import annotations

import datetime as dt
import enum
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from freehold.errors import SettingInvalid
from freehold.keys import authority as keys
from freehold.model.place import Node
from freehold.names import slug
from freehold.ports.clock import Clock
from freehold.wiring.keys import written_mesh
from freehold.wiring.settings import Settings


class Renewal(enum.Enum):
    """What is made anew although it still holds."""

    NOTHING = "nothing"
    NODES = "nodes"
    AUTHORITY = "authority"


class Outcome(enum.StrEnum):
    """What became of a certificate."""

    MADE = "made"
    KEPT = "kept"
    RENEWED = "renewed"


class Certificate(msgspec.Struct, frozen=True, kw_only=True):
    """A certificate as it lies in its file: whom it is for, until when (ISO 8601), and what became of it now and why."""

    node: str
    region: str
    names: tuple[str, ...]
    until: str
    certificate: str
    key: str
    outcome: Outcome
    why: str = ""
    url: str = ""


class Certificates(msgspec.Struct, frozen=True, kw_only=True):
    """The authority's own certificate, until when it holds, and those of the nodes."""

    authority: str
    until: str
    outcome: Outcome
    nodes: tuple[Certificate, ...]


def make_certificates(settings: Settings, renewal: Renewal, clock: Clock, folder: Path | None = None) -> Certificates:
    """Make what is missing in `folder`, by default that of the mesh's state: the authority, and a certificate for each node.

    Raises:
        MeshInvalid: mesh.yaml cannot be read.
        SettingInvalid: mesh.yaml has no node, or the authority that is there cannot be used: it is never replaced unasked.
        StoreFailed: Something cannot be written.
    """
    mesh, now = written_mesh(settings), clock.now()
    if not mesh.nodes:
        raise SettingInvalid("mesh.yaml has no node to make a certificate for", remedy="add one under `nodes:`")
    place = (folder or settings.certificates_folder).resolve()
    outcome, authority = _authority(place, mesh.name, renewal, now)
    made = [_of_node(place, node, authority, renewal, now) for node in mesh.nodes.values()]
    return Certificates(
        authority=str(place / keys.AUTHORITY_FILE), until=_text(authority.until), outcome=outcome, nodes=tuple(made)
    )


PURVIEW_NAMES = (
    "*.purview.azure.com",
    "*.scan.purview.azure.com",
    "*.catalog.purview.azure.com",
    "api.purview-service.microsoft.com",
    "*.purview-service.microsoft.com",
    "management.azure.com",
    "login.microsoftonline.com",
)
"""The names under which Purview's clients look for it: those that a proxy leads to the catalogue find them in its certificate."""


class Served(msgspec.Struct, frozen=True, kw_only=True):
    """The PEM files of one server: its authority's certificate, its own certificate, and its key."""

    authority: Path
    certificate: Path
    key: Path


def catalogue_certificate(settings: Settings, clock: Clock) -> Served:
    """Return the certificate of the governance catalogue, made where it is missing, ends soon or is of another authority.

    Raises:
        MeshInvalid: mesh.yaml cannot be read.
        SettingInvalid: The authority that is there cannot be used.
        StoreFailed: Something cannot be written.
    """
    mesh, now = written_mesh(settings), clock.now()
    place = settings.certificates_folder.resolve()
    _, authority = _authority(place, mesh.name, Renewal.NOTHING, now)
    folder = place / "purview"
    held = keys.read_issued(folder)
    soon = now + dt.timedelta(days=keys.RENEW_DAYS)
    holds = held is not None and keys.is_signed_by(held, authority) and held.until > soon
    if held is None or not holds or not set(PURVIEW_NAMES) <= set(held.names):
        keys.issue(authority, folder, "purview", "localhost", now, more=PURVIEW_NAMES)
    return Served(authority=place / keys.AUTHORITY_FILE, certificate=folder / keys.NODE_FILE, key=folder / keys.NODE_KEY)


def _authority(place: Path, mesh: str, renewal: Renewal, now: dt.datetime) -> tuple[Outcome, keys.Issued]:
    if not keys.has_authority(place):
        return Outcome.MADE, keys.make_authority(place, mesh, now)
    if renewal is Renewal.AUTHORITY:
        return Outcome.RENEWED, keys.replace_authority(place, mesh, now)
    return Outcome.KEPT, keys.read_authority(place, now)


def _of_node(place: Path, node: Node, authority: keys.Issued, renewal: Renewal, now: dt.datetime) -> Certificate:
    folder, host = place / slug(node.name), urlsplit(node.url).hostname or "localhost"
    held = keys.read_issued(folder)
    why = _reason(held, authority, host, renewal, now)
    kept = held if not why else None
    issued = kept or keys.issue(authority, folder, node.name, host, now)
    return Certificate(
        node=node.name,
        region=node.region,
        names=issued.names,
        until=_text(issued.until),
        certificate=str(folder / keys.NODE_FILE),
        key=str(folder / keys.NODE_KEY),
        outcome=Outcome.KEPT if kept else Outcome.RENEWED if held else Outcome.MADE,
        why=why,
        url=node.url,
    )


def _reason(held: keys.Issued | None, authority: keys.Issued, host: str, renewal: Renewal, now: dt.datetime) -> str:
    """Return why a node's certificate has to be made anew, or nothing where it has not."""
    if held is None:
        return "there was none"
    if not keys.is_signed_by(held, authority):
        return "it was of another authority"
    if set(held.names) != set(keys.names_of(host)):
        return "the node has another name now"
    if held.until - now < dt.timedelta(days=keys.RENEW_DAYS):
        return "it ended soon"
    return "" if renewal is Renewal.NOTHING else "as asked"


def _text(time: dt.datetime) -> str:
    return time.isoformat(timespec="seconds")
