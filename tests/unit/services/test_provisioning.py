"""A domain's manifest becomes files that deploy, or an equal on this machine: whole, again, and never over what is not its own."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from importlib.resources import files
from pathlib import Path

import pytest

from freehold.errors import AlreadyExists, FreeholdError, MeshInvalid, SettingInvalid, StoreFailed
from freehold.keys.files import replace_private
from freehold.manifest import Reading, read
from freehold.model.estate import Deviation, PieceKind
from freehold.model.finding import Finding
from freehold.services.estate import drift, make, pieces
from freehold.services.provisioning import Design, design, sound
from freehold.stores.estate import FolderEstate
from freehold.stores.files import FolderFiles
from freehold.stores.written import write_folder
from freehold.testing import FixedClock


@pytest.fixture
def mesh(tmp_path: Path) -> Path:
    """Return the demo's manifests: the module call of the source document is its Sales domain."""
    folder = tmp_path / "mesh"
    shutil.copytree(str(files("freehold.cli.demo") / "mesh"), folder)
    return folder


def reading(mesh: Path) -> Reading:
    return read(FolderFiles(mesh).read())


def sales(mesh: Path) -> Design:
    return design(reading(mesh), "Sales Domain")


def edit(mesh: Path, old: str, new: str, file: str = "domains/sales/domain.yaml") -> None:
    text = (mesh / file).read_text()
    assert old in text
    (mesh / file).write_text(text.replace(old, new))


def estate(mesh: Path) -> FolderEstate:
    return FolderEstate(mesh / "data" / "sales", mesh / ".freehold" / "provisioned" / "sales", replace_private)


def test_the_module_call_of_the_source_document_is_a_domain_that_works(mesh: Path) -> None:
    found = sales(mesh)
    assert not found.findings
    assert len(found.resources) == 44
    assert found.asked == ("sqlAdministratorName", "sqlAdministratorObjectId", "purviewPrincipalId")
    assert {item.region for item in found.copies} == {"westeurope", "northeurope"}
    assert found.resource_group == "rg-contoso-sales"
    assert {"main.bicep", "domain-template.bicep", "modules/sql.bicep", "main.json", "main.parameters.json"} <= set(found.files)
    assert json.loads(found.files["main.json"]) == found.template


def test_what_the_platform_knows_is_given_and_what_it_does_not_know_is_asked_for(mesh: Path) -> None:
    somebody = "{name: sql-administrators, objectId: 7a1c52d0-5c8e-4f0b-9d0f-3f0c6f1f5a11}"
    edit(mesh, "  azure:\n", f"  azure:\n    administrators: {somebody}\n", "platform.yaml")
    found = sales(mesh)
    assert found.asked == ("purviewPrincipalId",)
    given = json.loads(found.files["main.parameters.json"])["parameters"]
    assert set(given) == {"sqlAdministratorName", "sqlAdministratorObjectId"}
    assert set(given) <= set(found.template["parameters"])


def test_each_domain_is_called_otherwise_and_each_time_alike(mesh: Path) -> None:
    text = (mesh / "domains/sales/domain.yaml").read_text()
    there = (mesh / "domains/customer/domain.yaml").read_text()
    (mesh / "domains/customer/domain.yaml").write_text(
        there
        + text[text.index("  infrastructure:") :]
        .replace("domainName: sales", "domainName: customer")
        .replace("Domain: sales", "Domain: customer")
    )
    names = [{(item.type, item.name) for item in design(reading(mesh), name).resources} for name in ("sales", "customer", "sales")]
    worldwide = {"Microsoft.Storage/storageAccounts", "Microsoft.KeyVault/vaults", "Microsoft.Sql/servers"}
    assert names[0] == names[2]
    assert not {item for item in names[0] & names[1] if item[0] in worldwide}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("region: westeurope", "region: eastus"),
        ("GP_Gen5_2", "GP_Gen5_80"),
        ("enableCMK: true", "enableCMK: false"),
        ("      Classification: Confidential\n", ""),
        ("enableCMK: true", "enablePublicAccess: true"),
    ],
)
def test_what_may_not_be_chosen_is_not_designed(mesh: Path, old: str, new: str) -> None:
    edit(mesh, old, new)
    with pytest.raises(MeshInvalid) as refused:
        sales(mesh)
    assert all(
        item["file"] == "domains/sales/domain.yaml" for item in refused.value.facts["findings"] if item["severity"] == "error"
    )


@pytest.mark.parametrize(("name", "said"), [("slaes", "sales"), ("analytics", "infrastructure:"), ("", "NAME")])
def test_an_unknown_domain_and_one_that_asks_for_nothing_are_told_apart(mesh: Path, name: str, said: str) -> None:
    with pytest.raises(SettingInvalid) as refused:
        design(reading(mesh), name)
    assert said in str(refused.value.remedy)


def test_what_a_judge_finds_stops_what_would_be_written(mesh: Path) -> None:
    def judge(template: object, values: object) -> list[Finding]:
        assert isinstance(template, dict)
        assert template["resources"]
        assert values == {}
        return [Finding(code="policy-denied", message="no", mend="yes", file="main.json")]

    found = design(reading(mesh), "sales", judge)
    assert found.policies
    assert found.errors == 1
    with pytest.raises(MeshInvalid):
        sound(found)


def test_files_are_written_again_and_what_was_edited_by_hand_is_not_written_over(mesh: Path, tmp_path: Path) -> None:
    folder = tmp_path / "infra"
    assert {item.did for item in write_folder(folder, sales(mesh).files)} == {"new"}
    assert {item.did for item in write_folder(folder, sales(mesh).files)} == {"same"}
    edit(mesh, "GP_Gen5_2", "GP_Gen5_4")
    assert {item.path for item in write_folder(folder, sales(mesh).files) if item.did == "changed"} == {
        "main.bicep",
        "main.json",
        "domain-template.bicep",
        "modules/sql.bicep",
    }
    mine = (folder / "main.bicep").read_text() + "// mine\n"
    (folder / "main.bicep").write_text(mine)
    edit(mesh, "GP_Gen5_4", "BC_Gen5_4")
    before = (folder / "main.json").read_bytes()
    with pytest.raises(AlreadyExists):
        write_folder(folder, sales(mesh).files)
    assert (folder / "main.bicep").read_text() == mine
    assert (folder / "main.json").read_bytes() == before


def test_a_laptop_gets_folders_a_database_a_key_and_an_entry_for_its_owner_alone(mesh: Path) -> None:
    steps = make(sales(mesh), estate(mesh), FixedClock())
    assert {(item.name, item.kind, item.did) for item in steps} == {
        ("raw", PieceKind.FOLDER, "made"),
        ("curated", PieceKind.FOLDER, "made"),
        ("product", PieceKind.FOLDER, "made"),
        ("sqldb-sales", PieceKind.DATABASE, "made"),
        ("key-sales", PieceKind.KEY, "made"),
        ("sources", PieceKind.ENTRY, "made"),
    }
    assert {Path(item.path).stat().st_mode & 0o077 for item in steps} == {0}
    with closing(sqlite3.connect(mesh / "data/sales/sqldb-sales.sqlite")) as database:
        held = dict(database.execute("select name, value from freehold_settings"))
    assert held["Classification"] == "Confidential"
    assert drift(sales(mesh), estate(mesh)) == ()


def test_making_it_again_changes_nothing_and_keeps_the_data(mesh: Path) -> None:
    make(sales(mesh), estate(mesh), FixedClock())
    database, key = mesh / "data/sales/sqldb-sales.sqlite", mesh / ".freehold/provisioned/sales/key-sales.secret"
    with closing(sqlite3.connect(database)) as held:
        held.execute("create table orders as select 42 as total")
        held.commit()
    before = key.read_bytes()
    assert {item.did for item in make(sales(mesh), estate(mesh), FixedClock())} == {"kept"}
    edit(mesh, "Classification: Confidential", "Classification: General")
    assert [item.message for item in drift(sales(mesh), estate(mesh))] == [
        "The database is asked for otherwise now.",
        "The entry is asked for otherwise now.",
    ]
    assert {item.name for item in make(sales(mesh), estate(mesh), FixedClock()) if item.did == "mended"} == {
        "sqldb-sales",
        "sources",
    }
    with closing(sqlite3.connect(database)) as held:
        assert held.execute("select total from orders").fetchall() == [(42,)]
    assert key.read_bytes() == before
    assert drift(sales(mesh), estate(mesh)) == ()


@pytest.mark.parametrize("writes", range(9))
def test_a_run_that_was_broken_off_goes_on_where_it_stopped(mesh: Path, writes: int) -> None:
    left = iter(range(writes))

    def break_off(path: Path, content: bytes) -> None:
        if next(left, None) is None:
            raise OSError("the power went")
        replace_private(path, content)

    found, broken = sales(mesh), FolderEstate(mesh / "data/sales", mesh / ".freehold/provisioned/sales", break_off)
    if writes < 8:
        with pytest.raises(StoreFailed):
            make(found, broken, FixedClock())
    key = mesh / ".freehold/provisioned/sales/key-sales.secret"
    before = key.read_bytes() if key.exists() else None
    make(found, estate(mesh), FixedClock())
    assert before in {None, key.read_bytes()}
    assert drift(found, estate(mesh)) == ()
    assert len(estate(mesh).record()) == len(pieces(found))


def test_drift_says_what_is_missing_changed_and_extra(mesh: Path) -> None:
    make(sales(mesh), estate(mesh), FixedClock())
    (mesh / "data/sales/raw").rmdir()
    (mesh / "data/sales/curated").chmod(0o755)
    (mesh / "data/sales/scratch").mkdir()
    with closing(sqlite3.connect(mesh / "data/sales/sqldb-sales.sqlite")) as database:
        database.execute("update freehold_settings set value = 'Public' where name = 'Classification'")
        database.commit()
    found = {(item.deviation, Path(item.path).name) for item in drift(sales(mesh), estate(mesh))}
    assert found == {
        (Deviation.MISSING, "raw"),
        (Deviation.CHANGED, "curated"),
        (Deviation.CHANGED, "sqldb-sales.sqlite"),
        (Deviation.EXTRA, "scratch"),
    }
    make(sales(mesh), estate(mesh), FixedClock())
    assert [Path(item.path).name for item in drift(sales(mesh), estate(mesh))] == ["scratch"]


def test_what_is_no_longer_asked_for_is_reported_and_never_deleted(mesh: Path) -> None:
    make(sales(mesh), estate(mesh), FixedClock())
    edit(mesh, "  azure:\n", "  containers: [raw]\n  azure:\n", "platform.yaml")
    make(sales(mesh), estate(mesh), FixedClock())
    assert (mesh / "data/sales/product").is_dir()
    assert {(item.deviation, item.name) for item in drift(sales(mesh), estate(mesh)) if not item.name.startswith("/")} == {
        (Deviation.EXTRA, "curated"),
        (Deviation.EXTRA, "product"),
    }


def test_what_was_there_before_is_taken_as_it_is(mesh: Path) -> None:
    (mesh / "data/sales/raw").mkdir(parents=True, mode=0o755)
    steps = make(sales(mesh), estate(mesh), FixedClock())
    assert next(item.did for item in steps if item.name == "raw") == "adopted"
    assert (mesh / "data/sales/raw").stat().st_mode & 0o777 == 0o755
    assert drift(sales(mesh), estate(mesh)) == ()


@pytest.mark.parametrize("content", [b"", b"not a database"], ids=["empty", "text"])
def test_nothing_is_made_over_what_is_not_the_domains(mesh: Path, content: bytes) -> None:
    (mesh / "data/sales").mkdir(parents=True)
    (mesh / "data/sales/sqldb-sales.sqlite").write_bytes(content)
    with pytest.raises(AlreadyExists):
        make(sales(mesh), estate(mesh), FixedClock())
    assert (mesh / "data/sales/sqldb-sales.sqlite").read_bytes() == content
    assert any(item.deviation is Deviation.CHANGED for item in drift(sales(mesh), estate(mesh)))


def test_no_link_is_followed_out_of_the_domains_folder(mesh: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (mesh / "data/sales").mkdir(parents=True)
    (mesh / "data/sales/raw").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(AlreadyExists):
        make(sales(mesh), estate(mesh), FixedClock())


@pytest.mark.parametrize("lost", [True, False], ids=["gone", "another"])
def test_a_key_that_is_gone_or_another_is_never_made_anew(mesh: Path, lost: bool) -> None:
    make(sales(mesh), estate(mesh), FixedClock())
    key = mesh / ".freehold/provisioned/sales/key-sales.secret"
    if lost:
        key.unlink()
    else:
        key.write_text("0" * 64)
    before = key.exists()
    with pytest.raises(StoreFailed):
        make(sales(mesh), estate(mesh), FixedClock())
    assert key.exists() is before
    assert "backup" in next(item.mend for item in drift(sales(mesh), estate(mesh)) if item.name == "key-sales")


def test_a_key_that_others_may_read_is_put_right_and_stays_the_same(mesh: Path) -> None:
    make(sales(mesh), estate(mesh), FixedClock())
    key = mesh / ".freehold/provisioned/sales/key-sales.secret"
    before = key.read_bytes()
    key.chmod(0o644)
    assert [item.name for item in drift(sales(mesh), estate(mesh))] == ["key-sales"]
    make(sales(mesh), estate(mesh), FixedClock())
    assert (key.read_bytes(), key.stat().st_mode & 0o777) == (before, 0o600)


def test_a_record_that_cannot_be_read_stops_everything(mesh: Path) -> None:
    make(sales(mesh), estate(mesh), FixedClock())
    (mesh / ".freehold/provisioned/sales/record.json").write_text("[")
    for work in (lambda: drift(sales(mesh), estate(mesh)), lambda: make(sales(mesh), estate(mesh), FixedClock())):
        with pytest.raises(FreeholdError):
            work()
