"""The manifest files of a mesh's folder as they were at a revision of git; nothing is checked out."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

from freehold.errors import SettingInvalid, StoreFailed
from freehold.stores.files import TEMPLATES

_YAML = (".yaml", ".yml")
_SECONDS = 60


def is_revision(folder: Path, name: str) -> bool:
    """Return whether git knows a revision of that name where the folder is."""
    return not name.startswith("-") and _run(folder, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}") is not None


def read_revision(folder: Path, name: str) -> Mapping[str, bytes]:
    """Return every manifest file at a revision and its bytes, by relative path; links are passed over.

    Raises:
        SettingInvalid: There is no such revision, or no mesh at it.
        StoreFailed: Git cannot be run.
    """
    commit = None if name.startswith("-") else _run(folder, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
    if commit is None:
        raise SettingInvalid(f"git knows no revision `{name}` here", remedy="name a commit, a branch or a tag")
    listed = _run(folder, "ls-tree", "-r", "-z", commit.decode().strip()) or b""
    entries = [line.partition(b"\t") for line in listed.split(b"\0") if line]
    wanted = {path.decode("utf-8", "replace"): about.split() for about, _, path in entries if about.startswith(b"100")}
    wanted = {path: about for path, about in wanted.items() if _is_manifest(path)}
    if "mesh.yaml" not in wanted:
        raise SettingInvalid(f"there is no `mesh.yaml` at `{name}`", remedy="run it in the mesh's folder, or name it with --mesh")
    return _contents(folder, {path: about[2] for path, about in wanted.items()})


def _is_manifest(path: str) -> bool:
    parts = path.split("/")
    hidden = any(part.startswith(".") for part in parts)
    return path.endswith(_YAML) and not hidden and not (len(parts) > 1 and parts[0] == TEMPLATES)


def _contents(folder: Path, objects: Mapping[str, bytes]) -> dict[str, bytes]:
    answer = _run(folder, "cat-file", "--batch", given=b"\n".join(objects.values()) + b"\n") or b""
    found: dict[str, bytes] = {}
    at = 0
    for path in objects:
        end = answer.index(b"\n", at)
        size = int(answer[at:end].split()[2])
        found[path] = answer[end + 1 : end + 1 + size]
        at = end + 1 + size + 1
    return found


def _run(folder: Path, *arguments: str, given: bytes | None = None) -> bytes | None:
    """Return what git prints, or None where it says no."""
    command = ["git", "-C", str(folder), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, input=given, timeout=_SECONDS, check=False)  # noqa: S603  (no shell)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise StoreFailed("git cannot be run", remedy="install git, or compare folders and files") from error
    return done.stdout if done.returncode == 0 else None
