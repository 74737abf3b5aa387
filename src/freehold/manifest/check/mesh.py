"""What `mesh.yaml` says must hang together: nodes, regions, transfers."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from freehold.manifest.block import Block, Path
from freehold.manifest.ground import Ground
from freehold.manifest.report import Report, meant, shown
from freehold.manifest.shapes import MeshShape
from freehold.model.container import is_address, read_container
from freehold.model.peer import read_public_key
from freehold.model.platform import GEO_REDUNDANT
from freehold.names import nearest, slug

_LOCAL = frozenset({"127.0.0.1", "::1", "localhost"})


def check_mesh(block: Block[MeshShape], ground: Ground, report: Report) -> None:
    """Report what is wrong in the mesh's own block."""
    if not slug(block.shape.name):
        message = f"The mesh's name {shown(block.shape.name)} has no letter or digit."
        report.error("name-invalid", block.place("name"), message, "name it, for example `contoso`")
    _check_regions(block, ground, report)
    _check_nodes(block, ground, report)
    _check_transfers(block, ground, report)
    _check_monitoring(block, report)


def region_mend(name: str, ground: Ground) -> str:
    """Return what to do about a region that nobody knows."""
    otherwise = "use a region of your cloud, or add it under `regions:` in mesh.yaml with its jurisdiction"
    return meant(nearest(name, ground.regions), otherwise)


def _check_regions(block: Block[MeshShape], ground: Ground, report: Report) -> None:
    for at, item in enumerate(block.shape.regions):
        if item.paired is not None and item.paired not in ground.regions:
            place = block.place("regions", at, "paired")
            report.error("region-unknown", place, f"There is no region {shown(item.paired)}.", region_mend(item.paired, ground))


def _check_nodes(block: Block[MeshShape], ground: Ground, report: Report) -> None:
    nodes = block.shape.nodes
    if not nodes:
        mend = "add one: `nodes: [{name: my-node, region: westeurope, url: http://127.0.0.1:8080}]`"
        report.warning("node-missing", block.place("nodes"), "The mesh has no node, so no product can be asked for anything.", mend)
    for at, item in enumerate(nodes):
        if item.region not in ground.regions:
            place = block.place("nodes", at, "region")
            report.error("region-unknown", place, f"There is no region {shown(item.region)}.", region_mend(item.region, ground))
        if not slug(item.name):
            message = f"The node's name {shown(item.name)} has no letter or digit."
            report.error("name-invalid", block.place("nodes", at, "name"), message, "name it, for example `contoso-westeurope`")
        check_url(block, ("nodes", at, "url"), item.url, report)
        _check_key(block, at, item.public_key, report)
        _check_data(block, at, ground, report)
    _check_unique(block, "name", [slug(item.name) for item in nodes], report)
    _check_unique(block, "region", [item.region for item in nodes], report)
    _check_unique(block, "publicKey", [item.public_key for item in nodes], report)


def _check_data(block: Block[MeshShape], at: int, ground: Ground, report: Report) -> None:
    """Report a container that cannot be one, and one of which nobody says where it is: residency would be a guess."""
    item = block.shape.nodes[at]
    is_container = item.data is not None and is_address(item.data)
    if item.data is not None and is_container and read_container(item.data) is None:
        mend = "write it as `abfss://CONTAINER@ACCOUNT.dfs.core.windows.net/FOLDER`, without a key; or name a folder"
        report.error(
            "container-invalid", block.place("nodes", at, "data"), f"{shown(item.data.partition('?')[0])} is no container.", mend
        )
    if item.storage is None:
        if is_container:
            message = "Nobody says where the account of this container is, so no rule of residency could be held against it."
            mend = f"add `storage: {{region: {item.region}, redundancy: ZRS}}` as the account was made"
            report.error("storage-undeclared", block.place("nodes", at, "data"), message, mend)
    elif not is_container:
        message = "`storage` has no effect, as the data of this node is in a folder."
        report.warning("storage-idle", block.place("nodes", at, "storage"), message, "remove it, or name a container in `data`")
    elif item.storage.region not in ground.regions:
        place, name = block.place("nodes", at, "storage", "region"), item.storage.region
        report.error("region-unknown", place, f"There is no region {shown(name)}.", region_mend(name, ground))
    elif item.storage.redundancy in GEO_REDUNDANT and ground.regions[item.storage.region].paired is None:
        place = block.place("nodes", at, "storage", "redundancy")
        message = f"{item.storage.redundancy} copies to a paired region, and {shown(item.storage.region)} has none."
        report.error("pair-missing", place, message, "write the redundancy that the account has: LRS or ZRS")


def _check_key(block: Block[MeshShape], at: int, key: str | None, report: Report) -> None:
    mend = f"run `freehold node key --region {block.shape.nodes[at].region}` where the node runs, and write what it prints"
    if key is not None and read_public_key(key) is None:
        message = f"{shown(key)} is no public key of a node."
        report.error("node-key-invalid", block.place("nodes", at, "publicKey"), message, mend)
    if key is None and any(item.public_key is not None for item in block.shape.nodes):
        message = "The node has no `publicKey`, as others have: they carry no question to it and take none from it."
        report.notice("node-key-missing", block.place("nodes", at), message, mend)


def _check_unique(block: Block[MeshShape], key: str, values: Iterable[str | None], report: Report) -> None:
    seen: dict[str, int] = {}
    for at, value in enumerate(values):
        if value is None:
            continue
        first = seen.setdefault(value, at)
        if first != at:
            message = f"The node at {block.where('nodes', first)} has the {key} {shown(value)} too."
            mend = "let one node serve each region, each under a name and a key of its own"
            report.error("node-duplicate", block.place("nodes", at, key), message, mend)


def _check_monitoring(block: Block[MeshShape], report: Report) -> None:
    shape = block.shape.monitoring
    for key, targets in (("alerts", shape.alerts), ("lineage", shape.lineage)) if shape else ():
        for at, item in enumerate(targets):
            check_url(block, ("monitoring", key, at, "url"), item.url, report)


def check_url(block: Block[MeshShape], path: Path, text: str, report: Report) -> None:
    """Report an address that is neither https nor, on this machine, http."""
    if not _is_safe_url(text):
        mend = "write an address that begins with https:// (http:// is for this machine alone, such as http://127.0.0.1:8080)"
        report.error("url-invalid", block.place(*path), f"The address {shown(text)} cannot be used.", mend)


def _is_safe_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and host in _LOCAL))


def _check_transfers(block: Block[MeshShape], ground: Ground, report: Report) -> None:
    known = ground.jurisdictions
    for at, item in enumerate(block.shape.transfers):
        for key, name in (("from", item.origin), ("to", item.destination)):
            if name not in known:
                region = ground.regions.get(name)
                mend = f"write its jurisdiction, `{region.jurisdiction}`" if region else meant(nearest(name, known), _known(known))
                message = f"No region lies in a jurisdiction {shown(name)}."
                report.error("jurisdiction-unknown", block.place("transfers", at, key), message, mend)
        if item.join_keys != "none" and item.allow != "rows":
            message = f"`joinKeys: {item.join_keys}` has no effect, as the rule allows {item.allow}."
            mend = "keyed digests go with rows: write `allow: rows`, or remove `joinKeys`"
            report.warning("join-keys-idle", block.place("transfers", at, "joinKeys"), message, mend)


def _known(jurisdictions: set[str]) -> str:
    return f"use one of {', '.join(sorted(jurisdictions))}, or add a region that lies in it under `regions:`"
