"""`freehold certs`: made once, kept while it holds, renewed where it has to be, and an authority never replaced unasked."""

from __future__ import annotations

import datetime as dt
import json
import ssl
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from freehold.cli.main import app
from freehold.testing import FixedClock
from freehold.wiring.certificates import Certificates, Outcome, Renewal, make_certificates
from freehold.wiring.settings import read_settings

MESH = """\
mesh:
  name: contoso
  nodes:
    - {name: contoso-west, region: westeurope, url: "https://west.mesh.contoso.eu"}
    - {name: contoso-north, region: northeurope, url: "https://north.mesh.contoso.eu:8443"}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "mesh.yaml").write_text(MESH)
    return tmp_path


def run(*words: object, code: int = 0) -> str:
    result = CliRunner().invoke(app, ["certs", *(str(word) for word in words)])
    assert result.exit_code == code, result.output
    return result.output


def run_json(*words: object, code: int = 0) -> Any:
    return json.loads(run(*words, "--json", code=code))


def outcomes(found: Any) -> list[str]:
    return [found["outcome"], *(item["outcome"] for item in found["nodes"])]


def made_on(folder: Path, clock: FixedClock, renewal: Renewal = Renewal.NOTHING) -> Certificates:
    return make_certificates(read_settings(folder, {}), renewal, clock)


def test_every_node_gets_a_certificate_for_its_own_name(folder: Path) -> None:
    found = run_json("--mesh", folder)
    assert outcomes(found) == ["made", "made", "made"]
    assert [item["names"][0] for item in found["nodes"]] == ["west.mesh.contoso.eu", "north.mesh.contoso.eu"]
    for item in found["nodes"]:
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(item["certificate"], item["key"])
    ssl.create_default_context(cafile=found["authority"])
    assert Path(found["authority"]).parent == folder.resolve() / ".freehold" / "certificates"


def test_what_holds_is_kept_byte_for_byte(folder: Path) -> None:
    run("--mesh", folder)
    files = {path: path.read_bytes() for path in (folder / ".freehold").rglob("*") if path.is_file()}
    assert outcomes(run_json("--mesh", folder)) == ["kept", "kept", "kept"]
    assert {path: path.read_bytes() for path in files} == files


def test_renewing_keeps_the_authority(folder: Path) -> None:
    first = run_json("--mesh", folder)
    authority = Path(first["authority"]).read_bytes()
    assert outcomes(run_json("--mesh", folder, "--renew")) == ["kept", "renewed", "renewed"]
    assert Path(first["authority"]).read_bytes() == authority


def test_a_new_authority_is_made_only_where_it_is_asked_for_and_signs_everything_anew(folder: Path) -> None:
    first = Path(run_json("--mesh", folder)["authority"]).read_bytes()
    found = run_json("--mesh", folder, "--new-authority")
    assert outcomes(found) == ["renewed", "renewed", "renewed"]
    assert Path(found["authority"]).read_bytes() != first
    assert {item["why"] for item in found["nodes"]} == {"it was of another authority"}


def test_a_node_with_another_name_gets_another_certificate_and_the_others_keep_theirs(folder: Path) -> None:
    run("--mesh", folder)
    (folder / "mesh.yaml").write_text(MESH.replace("north.mesh", "nord.mesh"))
    assert outcomes(run_json("--mesh", folder)) == ["kept", "kept", "renewed"]


def test_a_certificate_is_renewed_in_the_last_third_of_its_time_and_not_before(folder: Path) -> None:
    clock = FixedClock()
    made_on(folder, clock)
    clock.time += dt.timedelta(days=59)
    assert {item.outcome for item in made_on(folder, clock).nodes} == {Outcome.KEPT}
    clock.time += dt.timedelta(days=2)
    found = made_on(folder, clock)
    assert found.outcome is Outcome.KEPT
    assert {(item.outcome, item.why) for item in found.nodes} == {(Outcome.RENEWED, "it ended soon")}


def test_an_authority_that_has_ended_is_not_replaced_unasked(folder: Path) -> None:
    clock = FixedClock()
    before = Path(made_on(folder, clock).authority).read_bytes()
    clock.time += dt.timedelta(days=2_000)
    with pytest.raises(Exception, match="has ended"):
        made_on(folder, clock)
    assert Path(folder / ".freehold/certificates/authority.pem").read_bytes() == before
    assert made_on(folder, clock, Renewal.AUTHORITY).outcome is Outcome.RENEWED


def test_what_was_broken_off_half_way_is_mended(folder: Path) -> None:
    found = run_json("--mesh", folder)
    Path(found["nodes"][0]["key"]).unlink()
    assert outcomes(run_json("--mesh", folder)) == ["kept", "made", "kept"]


def test_they_may_lie_elsewhere(folder: Path, tmp_path: Path) -> None:
    found = run_json("--mesh", folder, "--folder", tmp_path / "elsewhere")
    assert Path(found["authority"]).parent == (tmp_path / "elsewhere").resolve()
    assert not (folder / ".freehold").exists()


def test_the_table_says_how_to_go_on_and_which_address_has_no_tls(folder: Path) -> None:
    (folder / "mesh.yaml").write_text(MESH.replace("https://north.mesh.contoso.eu:8443", "http://127.0.0.1:8080"))
    out = run("--mesh", folder)
    assert "✓ authority made" in out
    assert "west.mesh.contoso.eu, localhost" in out
    assert "freehold up --region westeurope --certificate" in out
    assert out.strip().endswith("still has a `url` with http:// for: contoso-north")


def test_a_mesh_without_nodes_or_that_cannot_be_read_is_said_to_be_so(tmp_path: Path) -> None:
    (tmp_path / "mesh.yaml").write_text("mesh: {name: contoso}\n")
    assert "no node" in run("--mesh", tmp_path, code=1)
    (tmp_path / "mesh.yaml").write_text("mesh: [")
    assert run_json("--mesh", tmp_path, code=1)["code"] == "mesh-invalid"
