"""Azure policies on this machine: templates, policies and alias lists read from files, governance from the mesh's folder."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from freehold.azure.documents import read_json
from freehold.azure.governance import ASSIGNMENT, Exported
from freehold.azure.template.deployment import Circumstances
from freehold.azure.template.linked import Linked
from freehold.errors import ArmTemplateInvalid, AzurePolicyInvalid, FreeholdError, MeshNotFound, StoreFailed
from freehold.manifest import read
from freehold.model.mesh import Mesh
from freehold.services.azure_policy import Evaluation, PolicySet, evaluate_template, export_governance, gather
from freehold.stores.azure_policies import PackagedPolicies
from freehold.stores.files import FolderFiles
from freehold.wiring.clock import SystemClock
from freehold.wiring.folder import Checked, sound
from freehold.wiring.given import bytes_of
from freehold.wiring.settings import find_folder

MOST_BYTES = 64_000_000
"""The largest file that is read; a tenant's whole list of aliases is about 40 MB."""

_BUILT = {".bicep": "bicep build", ".bicepparam": "bicep build-params"}
"""What makes JSON of files of the Bicep language."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be judged, by which policies, and as if deployed where; names that are not given are placeholders."""

    template: Path
    parameters: Path | None = None
    policies: tuple[Path, ...] = ()
    aliases: Path | None = None
    linked: Path | None = None
    subscription: str | None = None
    resource_group: str | None = None
    location: str | None = None
    mesh: Path | None = None


def evaluate(asked: Asked) -> Evaluation:
    """Return what policies say of a template: the built-ins, those of the governance of a mesh if there is one, those of files.

    Raises:
        ArmTemplateInvalid: The template or its parameters cannot be used.
        AzurePolicyInvalid: A file is no policy, or the list of aliases cannot be read.
        MeshInvalid: The mesh has errors.
    """
    circumstances = circumstances_of(asked.subscription, asked.resource_group, asked.location)
    # The mesh's own come last: a file that has the name of one of them takes nothing of it away.
    documents = {**dict(_policies(asked.policies)), **_governance(asked, circumstances)}
    aliases = None if asked.aliases is None else _json(asked.aliases)
    policies: PolicySet = gather(PackagedPolicies(), documents, aliases)
    parameters = None if asked.parameters is None else _text(asked.parameters, ArmTemplateInvalid)
    linked = None if asked.linked is None else _linked(asked.linked, asked.template)
    return evaluate_template(_text(asked.template, ArmTemplateInvalid), parameters, policies, circumstances, linked)


def _linked(folder: Path, template: Path) -> Linked:
    """Return the JSON files of a folder by their paths in it, and the path of the template there, or its bare name."""
    if not folder.is_dir():
        raise ArmTemplateInvalid(f"`{folder}` is no folder", remedy="--linked names the folder that linked templates are in")
    root, files, size = folder.resolve(), dict[str, Any](), 0
    for file in sorted(root.rglob("*.json")):
        if file.is_symlink() or not file.is_file():
            continue
        size += file.stat().st_size
        if size > MOST_BYTES:
            raise ArmTemplateInvalid(
                f"the files in `{folder}` are larger than {MOST_BYTES:,} bytes in all", remedy="name a smaller folder"
            )
        try:
            files[file.relative_to(root).as_posix()] = read_json(_text(file, ArmTemplateInvalid), ArmTemplateInvalid)
        except ArmTemplateInvalid:
            continue
    main = template.resolve()
    return Linked(files, main.relative_to(root).as_posix() if main.is_relative_to(root) else main.name)


def export_to(mesh: Path | None, folder: Path, scope: str, effect: str, domain: str | None) -> list[Path]:
    """Write the Azure policies of a mesh's governance below a folder, and return the files in order.

    Raises:
        MeshNotFound, MeshInvalid: There is no mesh, or it has errors.
        AzurePolicyInvalid: The scope, the effect or the domain is not right.
        StoreFailed: A file cannot be written.
    """
    exported: Exported = export_governance(_mesh(mesh), scope, effect, domain)
    written: list[Path] = []
    for name, document in exported.files.items():
        path = folder / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        except OSError:
            raise StoreFailed(f"`{path}` cannot be written", remedy="choose another folder with --to") from None
        written.append(path)
    return written


def _mesh(folder: Path | None) -> Mesh:
    held = FolderFiles(find_folder(folder)).read()
    reading = read(held)
    return sound(Checked(mesh=reading.mesh, findings=tuple(reading.findings), files=tuple(sorted(held))))


def _governance(asked: Asked, circumstances: Circumstances) -> dict[str, Any]:
    try:
        mesh = _mesh(asked.mesh)
    except MeshNotFound:
        if asked.mesh is not None:
            raise
        return {}
    return governance_policies(mesh, circumstances)


def governance_policies(mesh: Mesh, circumstances: Circumstances) -> dict[str, Any]:
    """Return the Azure policies of a mesh's governance by name, with ids of the subscription of `circumstances`.

    They hold wherever a template goes: one that deploys to another subscription leaves nothing of the governance behind.
    """
    files = dict(export_governance(mesh, f"/subscriptions/{circumstances.subscription}", "Deny").files)
    assigned = f"policyAssignments/{ASSIGNMENT}.json"
    everywhere = f"/providers/Microsoft.Management/managementGroups/{circumstances.management_group}"
    files[assigned] = {**files[assigned], "properties": {**files[assigned]["properties"], "scope": everywhere}}
    return {f"governance/{name}": document for name, document in files.items()}


def circumstances_of(subscription: str | None, resource_group: str | None, location: str | None) -> Circumstances:
    """Return where a deployment would go now; names that are not given are placeholders."""
    now = SystemClock().now().strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    default = Circumstances()
    return Circumstances(
        subscription=subscription or default.subscription,
        resource_group=resource_group or default.resource_group,
        location=location,
        now=now,
    )


def _policies(paths: Sequence[Path]) -> Iterator[tuple[str, Any]]:
    for path in paths:
        found = sorted(path.rglob("*.json")) if path.is_dir() else [path]
        if not found:
            raise AzurePolicyInvalid(f"`{path}` has no JSON file")
        for file in found:
            try:
                yield str(file), read_json(_text(file, AzurePolicyInvalid), AzurePolicyInvalid)
            except AzurePolicyInvalid as refused:
                raise AzurePolicyInvalid(f"{file}: {refused.detail}", remedy=refused.remedy) from None


def _json(path: Path) -> Any:
    try:
        return json.loads(_text(path, AzurePolicyInvalid))
    except (ValueError, RecursionError):
        raise AzurePolicyInvalid(f"`{path}` is no JSON", remedy="az provider list --expand resourceTypes/aliases > FILE") from None


def _text(path: Path, refused: type[FreeholdError]) -> str:
    if path.suffix in _BUILT:
        raise refused(f"`{path}` is Bicep, and JSON is what is read", remedy=f"run `{_BUILT[path.suffix]} {path}` first")
    if path.is_dir():
        raise refused(f"`{path}` is a folder", remedy="name one file in it")
    try:
        held = bytes_of(path, MOST_BYTES)
        if held is None:
            raise refused(f"`{path}` is larger than {MOST_BYTES:,} bytes")
        # Windows PowerShell writes UTF-16 where it writes what a command prints into a file.
        return held.decode("utf-16" if held.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig")
    except OSError:
        raise refused(f"`{path}` cannot be read", remedy="check the path") from None
    except UnicodeDecodeError:
        raise refused(f"`{path}` is not UTF-8", remedy="save it as UTF-8") from None
