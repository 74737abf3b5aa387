"""A folder as manifest files: what is read, what is not, and what a write may never do."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from freehold.errors import AlreadyExists, MeshNotFound, SettingInvalid, StoreFailed, StoreFull
from freehold.stores.files import FolderFiles


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    mesh = tmp_path / "mesh"
    (mesh / "domains" / "sales").mkdir(parents=True)
    (mesh / "mesh.yaml").write_bytes(b"mesh: {name: contoso}\n")
    (mesh / "domains" / "sales" / "orders.yaml").write_bytes(b"\xff\xfe")
    return mesh


def test_every_manifest_is_read_as_bytes_whatever_they_are(folder: Path) -> None:
    (folder / "domains" / "sales" / "lines.yml").write_bytes(b"x")
    (folder / "domains" / "sales" / "notes.txt").write_bytes(b"x")
    held = FolderFiles(folder).read()
    assert list(held) == ["domains/sales/lines.yml", "domains/sales/orders.yaml", "mesh.yaml"]
    assert held["domains/sales/orders.yaml"] == b"\xff\xfe"


def test_templates_and_hidden_folders_are_no_manifests(folder: Path) -> None:
    for name in ("templates/standard.yaml", ".freehold/x.yaml", ".github/workflows/ci.yml", "domains/sales/.swap.yaml"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"x")
    assert list(FolderFiles(folder).read()) == ["domains/sales/orders.yaml", "mesh.yaml"]


def test_a_folder_called_templates_inside_a_domain_is_read(folder: Path) -> None:
    (folder / "domains" / "sales" / "templates").mkdir()
    (folder / "domains" / "sales" / "templates" / "a.yaml").write_bytes(b"x")
    assert "domains/sales/templates/a.yaml" in FolderFiles(folder).read()


def test_a_folder_without_a_mesh_is_none(tmp_path: Path) -> None:
    with pytest.raises(MeshNotFound) as raised:
        FolderFiles(tmp_path).read()
    assert "freehold init" in (raised.value.remedy or "")


def test_a_link_to_a_file_outside_is_refused(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_bytes(b"secret")
    (folder / "domains" / "sales" / "linked.yaml").symlink_to(tmp_path / "secret.yaml")
    with pytest.raises(StoreFailed, match="leaves the mesh's folder"):
        FolderFiles(folder).read()


def test_a_link_to_a_folder_is_not_followed(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "a.yaml").write_bytes(b"x")
    (folder / "domains" / "linked").symlink_to(tmp_path / "other")
    (folder / "domains" / "round").symlink_to(folder)
    assert list(FolderFiles(folder).read()) == ["domains/sales/orders.yaml", "mesh.yaml"]


def test_a_link_inside_the_mesh_is_read(folder: Path) -> None:
    (folder / "domains" / "sales" / "linked.yaml").symlink_to(folder / "domains" / "sales" / "orders.yaml")
    assert FolderFiles(folder).read()["domains/sales/linked.yaml"] == b"\xff\xfe"


def test_a_file_that_is_gone_is_said_without_the_systems_words(folder: Path) -> None:
    (folder / "domains" / "sales" / "dangling.yaml").symlink_to(folder / "nowhere.yaml")
    with pytest.raises(StoreFailed, match=r"`domains/sales/dangling\.yaml` cannot be read"):
        FolderFiles(folder).read()


def test_a_new_file_is_written_whole_with_its_folders(folder: Path) -> None:
    FolderFiles(folder).write_new("domains/customer/c.yaml", "domain: {name: Küche}\n")
    assert (folder / "domains/customer/c.yaml").read_bytes() == "domain: {name: Küche}\n".encode()
    assert [path.name for path in (folder / "domains/customer").iterdir()] == ["c.yaml"]


def test_nothing_is_ever_overwritten(folder: Path) -> None:
    with pytest.raises(AlreadyExists):
        FolderFiles(folder).write_new("mesh.yaml", "other")
    assert (folder / "mesh.yaml").read_bytes() == b"mesh: {name: contoso}\n"


@pytest.mark.parametrize("path", ["../outside.yaml", "/outside.yaml", "domains/../../outside.yaml", ""])
def test_nothing_is_written_outside_the_folder(folder: Path, path: str) -> None:
    with pytest.raises(SettingInvalid):
        FolderFiles(folder).write_new(path, "x")
    assert not (folder.parent / "outside.yaml").exists()


@pytest.mark.parametrize(("number", "error"), [(errno.ENOSPC, StoreFull), (errno.EACCES, StoreFailed)])
def test_a_write_that_fails_leaves_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch, number: int, error: type[StoreFull | StoreFailed]
) -> None:
    def fail(descriptor: int) -> None:
        raise OSError(number, "the system's own words")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(error) as raised:
        FolderFiles(folder).write_new("domains/sales/new.yaml", "x")
    assert "system's own" not in str(raised.value)
    assert [path.name for path in (folder / "domains/sales").iterdir()] == ["orders.yaml"]


def test_templates_are_known_by_name_and_read_by_it(folder: Path) -> None:
    (folder / "templates").mkdir()
    (folder / "templates" / "standard.yaml").write_text("a")
    (folder / "templates" / "other.yml").write_text("b")
    files = FolderFiles(folder)
    assert files.templates() == ("other", "standard")
    assert (files.read_template("standard"), files.read_template("other")) == ("a", "b")
    assert files.read_template("../mesh") is None


@pytest.mark.slow
def test_ten_thousand_files_are_read(folder: Path) -> None:
    for number in range(10_000):
        (folder / "domains" / "sales" / f"p{number}.yaml").write_bytes(b"x")
    assert len(FolderFiles(folder).read()) == 10_002
