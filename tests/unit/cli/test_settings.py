"""Settings: flags before the environment before defaults, and nothing read anywhere else."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from freehold.errors import MeshNotFound, SettingInvalid
from freehold.model.place import Mode
from freehold.wiring.running import Running, announce, find_running, withdraw
from freehold.wiring.settings import find_folder, read_access, read_limits, read_settings


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "mesh.yaml").write_text("mesh: {name: contoso}\n")
    (tmp_path / "domains" / "sales").mkdir(parents=True)
    return tmp_path


def test_a_flag_is_stronger_than_the_environment(folder: Path) -> None:
    environment = {"FREEHOLD_REGION": "northeurope", "FREEHOLD_PORT": "8081"}
    settings = read_settings(folder, environment, region="westeurope", port=None)
    assert (settings.region, settings.port) == ("westeurope", 8081)


def test_development_mode_cannot_come_from_the_environment(folder: Path) -> None:
    environment = {"FREEHOLD_MODE": "development", "FREEHOLD_DEV": "1"}
    assert read_settings(folder, environment).mode is Mode.PRODUCTION


def test_a_number_that_is_none_is_refused_by_its_name(folder: Path) -> None:
    with pytest.raises(SettingInvalid, match="FREEHOLD_PORT"):
        read_settings(folder, {"FREEHOLD_PORT": "http"})


@pytest.mark.parametrize("name", ["ROWS", "SECONDS", "MEMORY", "SQL_LENGTH"])
def test_a_limit_of_nothing_is_refused(name: str) -> None:
    with pytest.raises(SettingInvalid, match=f"FREEHOLD_MAX_{name}"):
        read_limits({f"FREEHOLD_MAX_{name}": "0"})


def test_limits_come_from_the_environment() -> None:
    assert read_limits({"FREEHOLD_MAX_ROWS": "10", "FREEHOLD_MAX_SECONDS": "1.5"}).rows == 10


@pytest.mark.parametrize("seconds", ["0", "0.5", "-1", "3601", "nan", "inf"])
def test_other_nodes_are_not_asked_all_the_time_nor_never(folder: Path, seconds: str) -> None:
    with pytest.raises(SettingInvalid, match="FREEHOLD_CATALOG_SECONDS"):
        read_settings(folder, {"FREEHOLD_CATALOG_SECONDS": seconds})
    assert read_settings(folder, {"FREEHOLD_CATALOG_SECONDS": "5"}).catalog_seconds == 5


def test_a_certificate_without_its_key_is_refused(folder: Path) -> None:
    with pytest.raises(SettingInvalid, match="key"):
        read_settings(folder, {}, certificate=Path("node.pem"))


def test_the_mesh_is_found_from_a_folder_inside_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder / "domains" / "sales")
    assert find_folder(None, {}) == folder.resolve()


def test_a_named_folder_is_not_searched_upwards(folder: Path) -> None:
    with pytest.raises(MeshNotFound) as caught:
        find_folder(folder / "domains", {})
    assert "freehold init" in (caught.value.remedy or "")


def test_the_environment_names_the_node_and_the_token() -> None:
    access = read_access({"FREEHOLD_URL": "https://we.mesh.contoso.eu", "FREEHOLD_TOKEN": " abc "})
    assert (access.url, access.token) == ("https://we.mesh.contoso.eu", "abc")


def test_a_running_node_is_found_until_it_takes_its_word_back(folder: Path) -> None:
    running = Running(node="contoso-we", region="westeurope", url="http://127.0.0.1:1", pid=os.getpid())
    announce(folder, running)
    assert find_running(folder) == (running,)
    assert find_running(folder, "northeurope") == ()
    withdraw(folder, running)
    assert find_running(folder) == ()


def test_a_node_that_died_is_not_found(folder: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    announce(folder, Running(node="contoso-we", region="westeurope", url="http://127.0.0.1:1", pid=ended.pid))
    assert find_running(folder) == ()


def test_a_damaged_announcement_is_no_node(folder: Path) -> None:
    (folder / ".freehold").mkdir()
    (folder / ".freehold" / "node-westeurope.json").write_bytes(b"\xff{")
    assert find_running(folder) == ()


def test_one_node_does_not_take_back_the_word_of_another(folder: Path) -> None:
    first = Running(node="contoso-we", region="westeurope", url="http://127.0.0.1:1", pid=os.getpid())
    second = Running(node="contoso-we", region="westeurope", url="http://127.0.0.1:2", pid=os.getpid())
    announce(folder, first)
    announce(folder, second)
    withdraw(folder, first)
    assert find_running(folder) == (second,)


@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="there is one thread anyway")
@pytest.mark.parametrize(("environment", "threads"), [({}, 1), ({"OPENBLAS_NUM_THREADS": "2"}, 2)])
def test_a_node_multiplies_in_one_thread_unless_the_environment_says_otherwise(environment: dict[str, str], threads: int) -> None:
    program = (
        "import os, sys, types\n"
        "from freehold.cli import serve\n"
        "from freehold.wiring import settings\n"
        "settings.read_settings = lambda *_, **__: None\n"
        "serving = sys.modules['freehold.cli.serving'] = types.ModuleType('freehold.cli.serving')\n"
        "serving.serve_until_stopped = lambda *_, **__: None\n"
        "serve.up()\n"
        "before = len(os.listdir('/proc/self/task'))\n"
        "import numpy; numpy.ones((999, 999)) @ numpy.ones((999, 999))\n"
        "print(1 + len(os.listdir('/proc/self/task')) - before)\n"
    )
    kept = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}  # noqa: TID251
    found = subprocess.run([sys.executable, "-c", program], env=kept | environment, capture_output=True, text=True, check=True)
    assert int(found.stdout) == threads
