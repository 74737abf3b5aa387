"""Whose tokens are believed must be somebody in particular: no tenant that is anybody's, no group that is of two domains."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator

from freehold.manifest.bind_identity import CLOUDS
from freehold.manifest.block import Block, Path
from freehold.manifest.check.mesh import check_url, region_mend
from freehold.manifest.ground import Ground
from freehold.manifest.identity_shapes import EntraShape, IssuerShape, MemberShape
from freehold.manifest.report import Place, Report, listed, meant, shown
from freehold.manifest.shapes import MeshShape
from freehold.names import domain_key, nearest

_SHARED = frozenset({"common", "organizations", "consumers", "{tenantid}"})
"""What stands in place of a tenant where any tenant is meant."""

_ENTRA = re.compile(r"https://([a-z.]+)/([^/]+)(?:/v2\.0)?/?")
_HOSTS = frozenset(address.removeprefix("https://") for addresses in CLOUDS.values() for address in addresses)
_OVERVIEW = "copy it from the application's Overview page: it looks like `7f9c2ba4-1d3e-4b6a-8c5d-0e1f2a3b4c5d`"


def check_identity(block: Block[MeshShape], ground: Ground, domains: set[str], report: Report) -> None:
    """Report what is wrong with the issuers and tenants of a mesh; `domains` are keys."""
    identity = block.shape.identity
    if identity is None:
        return
    _check_duplicates(block, report)
    for at, item in enumerate(identity.issuers):
        _check_issuer(block, ("identity", "issuers", at), item, report)
    for at, item in enumerate(identity.entra):
        path: Path = ("identity", "entra", at)
        _check_tenant(block, path, item, report)
        _check_contradictions(block, path, item, report)
        for number, member in enumerate(item.members):
            _check_member(_Member(block, (*path, "members", number), member, report), ground, domains)


def _check_duplicates(block: Block[MeshShape], report: Report) -> None:
    seen: set[str] = set()
    for path, name, message in _named(block.shape):
        if name in seen:
            report.error("issuer-duplicate", block.place(*path), message, "keep one of the two")
        seen.add(name)


def _named(mesh: MeshShape) -> Iterator[tuple[Path, str, str]]:
    """Yield what each issuer and tenant is told apart by, and what is said of two; a tenant may have several applications."""
    identity = mesh.identity
    for at, item in enumerate(identity.issuers if identity else ()):
        yield ("identity", "issuers", at, "issuer"), item.issuer, f"The issuer {shown(item.issuer)} is named twice."
    for at, item in enumerate(identity.entra if identity else ()):
        message = f"The application {shown(item.application)} of this tenant is named twice."
        yield ("identity", "entra", at, "application"), f"{item.tenant.lower()} {item.application.lower()}", message


def _check_issuer(block: Block[MeshShape], path: Path, item: IssuerShape, report: Report) -> None:
    check_url(block, (*path, "issuer"), item.issuer, report)
    if item.jwks_uri is not None:
        check_url(block, (*path, "jwksUri"), item.jwks_uri, report)
    found = _ENTRA.fullmatch(item.issuer)
    if found is None or found[1] not in _HOSTS:
        return
    place = block.place(*path, "issuer")
    if found[2].lower() in _SHARED:
        report.error("tenant-shared", place, f"The issuer {shown(item.issuer)} is of any tenant.", "name yours under `entra:`")
        return
    message = "The issuer is a tenant of Entra ID: as any issuer its callers are told by `sub`, and its groups are not read."
    mend = f"write `entra: [{{tenant: {found[2]}, application: …}}]` in place of it"
    report.warning("issuer-entra", place, message, mend)


def _check_tenant(block: Block[MeshShape], path: Path, item: EntraShape, report: Report) -> None:
    if item.tenant.lower() in _SHARED:
        place = block.place(*path, "tenant")
        message = f"With {shown(item.tenant)} anybody of any tenant could bring a token."
        report.error("tenant-shared", place, message, "write the Directory (tenant) ID of yours; a second one is a second entry")
    else:
        _check_id(block, (*path, "tenant"), item.tenant, report)
    _check_id(block, (*path, "application"), item.application, report)
    if item.authority is not None:
        check_url(block, (*path, "authority"), item.authority, report)


def _check_id(block: Block[MeshShape], path: Path, text: str, report: Report) -> None:
    if not _is_guid(text):
        report.error("id-invalid", block.place(*path), f"`{path[-1]}` is {shown(text)}, which is no GUID.", _OVERVIEW)


def _is_guid(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False


def _check_contradictions(block: Block[MeshShape], path: Path, item: EntraShape, report: Report) -> None:
    """Report groups and app roles that give two domains or regions by themselves."""
    for key in ("domain", "region"):
        given: dict[str, set[str]] = {}
        for number, member in enumerate(item.members):
            name, value = (member.group or "").lower() or member.app_role, getattr(member, key)
            if not name or not value:
                continue
            values = given.setdefault(name, set())
            values.add(domain_key(value) if key == "domain" else value)
            if len(values) > 1:
                message = f"{shown(name)} gives {listed([f'`{one}`' for one in sorted(values)])}: whoever has it is refused."
                place = block.place(*path, "members", number, key)
                report.error("member-contradicts", place, message, "make two groups of it, or two app roles")


class _Member:
    """An entry of `members`, with where it stands."""

    def __init__(self, block: Block[MeshShape], path: Path, shape: MemberShape, report: Report) -> None:
        self.block, self.path, self.shape, self.report = block, path, shape, report

    def place(self, *path: str) -> Place:
        return self.block.place(*self.path, *path)


def _check_member(member: _Member, ground: Ground, domains: set[str]) -> None:
    shape, report = member.shape, member.report
    if (shape.group is None) == (shape.app_role is None):
        message = "An entry of `members` is for a group, or for an app role."
        mend = "write one of them: `group: <object ID>`, or `appRole: <value>`"
        report.error("member-incomplete", member.place(), message, mend)
    if not (shape.domain or shape.roles or shape.region):
        message = "The entry gives its holders nothing."
        report.error("member-incomplete", member.place(), message, "add `domain:`, `roles:` or `region:`")
    if shape.group is not None and not _is_guid(shape.group):
        message = f"`group` is {shown(shape.group)}, which is no GUID: tokens name groups by their object IDs."
        report.error("id-invalid", member.place("group"), message, "copy the group's Object ID from its Overview page")
    if shape.domain is not None and domain_key(shape.domain) not in domains:
        close = nearest(domain_key(shape.domain), domains)
        message = f"There is no domain {shown(shape.domain)}."
        report.error("domain-unknown", member.place("domain"), message, meant(close, f"run: freehold domain new {shape.domain}"))
    if shape.region is not None and shape.region not in ground.regions:
        message = f"There is no region {shown(shape.region)}."
        report.error("region-unknown", member.place("region"), message, region_mend(shape.region, ground))
