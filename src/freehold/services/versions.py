"""A change of products held against what their consumers were promised: what breaks whom, and whether the version announces it.

What is compared are two meshes; files, folders and revisions become meshes first. Nothing is read from data.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from freehold.errors import DocumentInvalid, MeshInvalid
from freehold.manifest import read
from freehold.manifest.plain import read_document
from freehold.manifest.writing import write
from freehold.model.finding import Finding, Severity
from freehold.model.mesh import Mesh
from freehold.model.version import FIRST, may_break, next_breaking
from freehold.names import domain_key, slug
from freehold.policy.compatibility import Effect, effects
from freehold.ports.published import Published
from freehold.services.imports import Wish, understand
from freehold.standards.odcs import flattened

CODE = "breaking-unversioned"
BLANK = b'mesh: {name: mesh, nodes: [{name: node, region: westeurope, url: "http://127.0.0.1:1"}]}\n'
_LISTED = 5
_UNREAD = frozenset(
    {
        *("not-utf8", "file-empty", "file-too-large", "yaml-invalid", "documents-several", "nesting-deep", "alias-recursive"),
        *("alias-unknown", "tag-refused", "key-not-text", "key-duplicate", "key-unknown", "key-missing", "value-missing"),
        *("type-wrong", "value-unknown", "value-outside", "type-unknown", "product-duplicate", "mesh-missing"),
    }
)
"""Errors for which a product is not read as it is written, so that what it promises is not known."""


class ProductDifference(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one product; `announced` says that its version allows what breaks."""

    product: str
    old_version: str | None
    new_version: str | None
    effects: tuple[Effect, ...]
    where: str = ""
    removed: bool = False

    @property
    def breaking(self) -> tuple[Effect, ...]:
        """What breaks a consumer."""
        return tuple(item for item in self.effects if item.change.breaking)

    @property
    def announced(self) -> bool:
        """Whether a new version announces what breaks; a product that is gone can announce nothing."""
        return not self.breaking or (not self.removed and may_break(self.old_version, self.new_version))


def compare(before: Mesh | None, after: Mesh, today: str) -> tuple[ProductDifference, ...]:
    """Return every product that is different for somebody, in the order of the meshes; `today` is an ISO date."""
    old = before.products if before else {}
    found: list[ProductDifference] = []
    for key in dict.fromkeys((*old, *after.products)):
        left, right = old.get(key), after.products.get(key)
        changed = tuple(effects(left, right, today)) if left != right else ()
        if changed:
            found.append(
                ProductDifference(
                    product=key,
                    old_version=left.version if left else None,
                    new_version=right.version if right else None,
                    effects=changed,
                    where=(right or left).where if (right or left) is not None else "",  # pyright: ignore[reportOptionalMemberAccess]
                    removed=right is None,
                )
            )
    return tuple(found)


def unannounced(before: Mesh | None, after: Mesh, today: str, in_effect: Callable[[str, str], bool]) -> Iterator[Finding]:
    """Yield an error for each product that would break a consumer by contract without saying so in its version.

    `in_effect` says whether a contract (product key, slug) has effect now: nobody loses what they never had.
    """
    for item in compare(before, after, today):
        broken = [effect for effect in item.breaking if effect.contract is not None and in_effect(item.product, effect.contract)]
        if not broken or item.announced:
            continue
        told = [f"{effect.consumer}: {effect.change.said} ({effect.change.reason})" for effect in broken[:_LISTED]]
        more = f"; and {len(broken) - _LISTED:,} more" if len(broken) > _LISTED else ""
        file, _, line = item.where.rpartition(":")
        stays, wanted = item.new_version or item.old_version or FIRST, next_breaking(item.old_version)
        mend = f'write `version: "{wanted}"` in the product, or take the change back'
        if item.removed:
            mend = f'end its contracts first (take them out with `version: "{wanted}"`, or let them run out), then remove it'
        yield Finding(
            code=CODE,
            message=f"{item.product} would break {'; '.join(told)}{more}; its version stays {stays}.",
            mend=mend,
            file=file or item.where,
            line=int(line) if line.isdecimal() else 1,
            severity=Severity.ERROR,
        )


def mesh_of(files: Mapping[str, bytes]) -> Mesh:
    """Return the mesh of a folder's files; what its policy finds in them does not matter.

    Raises:
        MeshInvalid: No mesh can be made of them, or a product is not what is written: it would seem to promise less than it does.
    """
    reading = read(files)
    if reading.mesh is None:
        raise MeshInvalid("mesh.yaml cannot be read", remedy="run `freehold check` and mend it first")
    unread = [item for item in reading.findings if item.severity is Severity.ERROR and item.code in _UNREAD]
    if unread:
        first = unread[0]
        raise MeshInvalid(
            f"{first.place} is not read as it is written: {first.message[:1].lower()}{first.message[1:].rstrip('.')}",
            remedy="run `freehold check` there and mend it, or compare with another version",
            findings=[msgspec.to_builtins(item) for item in unread],
        )
    return reading.mesh


def mesh_of_document(file: str, content: bytes, published: Published) -> Mesh:
    """Return a mesh that holds what one file describes: a product's manifest, or a contract of ODCS with all its columns.

    Raises:
        DocumentInvalid: It is neither; `facts["findings"]` say why.
    """
    document, found = read_document(file, content)
    value: Any = document.value if document is not None else None
    if isinstance(value, dict) and isinstance(value.get("dataProduct"), dict):
        return mesh_of({"mesh.yaml": BLANK, _path(value["dataProduct"]): content})
    if not isinstance(value, dict) or value.get("kind") != "DataContract":
        raise DocumentInvalid(
            f"`{file}` is neither a product's manifest nor a contract of ODCS",
            remedy="name a manifest, an ODCS file, a mesh's folder or a revision of git",
            findings=[msgspec.to_builtins(item) for item in found],
        )
    wish = Wish(kind="odcs", file=file)
    understood = understand(wish, msgspec.json.encode(flattened(value)), published)
    if understood.is_refused:
        wrong = [item for item in understood.findings if item.severity is Severity.ERROR]
        findings = [msgspec.to_builtins(item) for item in wrong]
        raise DocumentInvalid(
            f"`{file}` cannot be read as a contract of ODCS: {wrong[0].message.rstrip('.')}",
            remedy=wrong[0].mend,
            findings=findings,
        )
    texts = {_path(product): write({"dataProduct": product}).encode() for product in understood.products}
    return mesh_of({"mesh.yaml": BLANK, **texts})


def _path(product: Mapping[str, Any]) -> str:
    folder = slug(domain_key(str(product.get("domain", "")))) or "x"
    return f"domains/{folder}/{slug(str(product.get('name', ''))) or 'x'}.yaml"


def only_products(old: Mesh, new: Mesh) -> tuple[Mesh, Mesh]:
    """Return two meshes of one product each under one name, so that a renamed file is compared and not called another product."""
    if len(old.products) != 1 or len(new.products) != 1:
        return old, new
    left, right = next(iter(old.products.values())), next(iter(new.products.values()))
    same = msgspec.structs.replace(right, name=left.name, domain=left.domain)
    return old, msgspec.structs.replace(new, products={left.key: same})
