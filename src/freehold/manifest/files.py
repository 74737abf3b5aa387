"""Files to blocks: which block may stand where, and what is wrong with each file on its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from freehold.manifest.bind_product import ProductBlock
from freehold.manifest.block import Block
from freehold.manifest.conform import Situation, conform
from freehold.manifest.ground import PolicyBlock
from freehold.manifest.report import Report, meant, shown
from freehold.manifest.shapes import DomainShape, GovernanceShape, MeshShape, PlatformShape, ProductShape
from freehold.manifest.tree import Entry, Keys, Text, parse
from freehold.names import domain_key, nearest

_SHAPES = {
    "mesh": MeshShape,
    "governancePolicies": GovernanceShape,
    "platform": PlatformShape,
    "domain": DomainShape,
    "dataProduct": ProductShape,
}
_HOMES = {
    "mesh": "mesh.yaml",
    "governancePolicies": "governance.yaml, or a domain's folder for a narrower policy",
    "platform": "platform.yaml",
    "domain": "domains/<domain>/",
    "dataProduct": "domains/<domain>/",
}
_OF_THE_MESH = frozenset({"mesh.yaml", "governance.yaml", "platform.yaml"})
_OF_A_STANDARD = frozenset({"apiVersion", "kind"})
_YAML = (".yaml", ".yml")


@dataclass(slots=True)
class Blocks:
    """Every block of every file, in the order of the files; `mentioned` are domains that broken products name."""

    mesh: list[Block[MeshShape]] = field(default_factory=list[Block[MeshShape]])
    policies: list[PolicyBlock] = field(default_factory=list[PolicyBlock])
    platform: list[Block[PlatformShape]] = field(default_factory=list[Block[PlatformShape]])
    domains: list[Block[DomainShape]] = field(default_factory=list[Block[DomainShape]])
    products: list[ProductBlock] = field(default_factory=list[ProductBlock])
    mentioned: set[str] = field(default_factory=set[str])


def read_file(path: str, content: bytes, blocks: Blocks, report: Report) -> None:
    """Add what a file holds to `blocks`; whatever the bytes are, the outcome is blocks and findings."""
    if not _is_expected(path):
        _read_stray(path, content, report)
        return
    root = parse(path, content, report)
    if root is None:
        return
    if not isinstance(root, Keys):
        message = "The file is not a mapping of blocks."
        mend = "begin it with a block: `mesh:`, `governancePolicies:`, `platform:`, `domain:` or `dataProduct:`"
        report.error("type-wrong", (path, root.line, root.column), message, mend)
        return
    for name, entry in root.entries.items():
        _read_block(path, name, entry, blocks, report)


def _is_expected(path: str) -> bool:
    parts = path.split("/")
    return path in _OF_THE_MESH or (len(parts) > 2 and parts[0] == "domains" and path.endswith(_YAML))


def _read_stray(path: str, content: bytes, report: Report) -> None:
    """A manifest in the wrong place is a mistake; any other YAML file is none of ours."""
    root = parse(path, content, Report())
    entries = root.entries if isinstance(root, Keys) else {}
    foreign = entries.keys() >= _OF_A_STANDARD
    # A contract or product of Bitol names its domain and product under our words, as texts: a block is a mapping.
    named = [name for name in entries if name in _SHAPES and not (foreign and isinstance(entries[name].value, Text))]
    if named and isinstance(root, Keys):
        entry = root.entries[named[0]]
        message = f"The block `{named[0]}` is not read here: it belongs in {_HOMES[named[0]]}."
        report.error("file-misplaced", (path, entry.line, entry.column), message, "move the file there")
        return
    message = "The file is no manifest, and is not read."
    report.notice("file-ignored", (path, 1, 1), message, "nothing to do, unless it was meant to be one")


def _read_block(path: str, name: str, entry: Entry, blocks: Blocks, report: Report) -> None:
    place = (path, entry.line, entry.column)
    if name not in _SHAPES:
        mend = meant(nearest(name, _SHAPES), f"remove it; what may stand here: {', '.join(_SHAPES)}")
        report.error("key-unknown", place, f"There is no block {shown(name)}.", mend)
        return
    folder = _folder(path)
    if not _may_stand(name, path, folder):
        message = f"The block `{name}` may not stand here."
        report.error("block-misplaced", place, message, f"move it to {_HOMES[name]}")
        return
    if isinstance(entry.value, Text) and entry.value.value is None:
        report.error("value-missing", place, f"The block `{name}` is empty.", "write its keys below it, or remove it")
        return
    shape: Any = conform(_SHAPES[name], entry.value, Situation(path, report, [name]))
    if shape is None:
        _remember(name, entry, blocks)
        return
    block: Block[Any] = Block(path, folder, entry, shape)
    lists: dict[str, list[Any]] = {
        "mesh": blocks.mesh,
        "governancePolicies": blocks.policies,
        "platform": blocks.platform,
        "domain": blocks.domains,
        "dataProduct": blocks.products,
    }
    lists[name].append(block)


def _folder(path: str) -> str | None:
    parts = path.split("/")
    return domain_key(parts[1].replace("-", " ")) if len(parts) > 2 else None


def _may_stand(name: str, path: str, folder: str | None) -> bool:
    if name in {"mesh", "platform"}:
        return path == f"{name}.yaml"
    if name == "governancePolicies":
        return path == "governance.yaml" or folder is not None
    return folder is not None


def _remember(name: str, entry: Entry, blocks: Blocks) -> None:
    """Let contracts refer to the domain of a block that is itself broken: one mistake, one finding."""
    key = {"domain": "name", "dataProduct": "domain"}.get(name)
    if key and isinstance(entry.value, Keys) and key in entry.value.entries:
        node = entry.value.entries[key].value
        if isinstance(node, Text) and node.text.strip():
            blocks.mentioned.add(node.text)
