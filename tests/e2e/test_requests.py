"""Access is asked for, answered and granted by command and over HTTP: the manifest alone grants, and outsiders hear nothing."""

from __future__ import annotations

import json
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from e2e.test_cli_life import APP, STEWARD, freehold, make_mesh, wait_until_up
from freehold.client import connect
from freehold.errors import RequestDecided, RequestUnknown

KEY = "customer.customer_360"
EMAIL = "select email from customer.customer_360 limit 1"
MANIFEST = "domains/customer/customer-360.yaml"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A mesh folder whose development node runs, its one contract approved, and no column kept in by encryption."""
    folder = make_mesh(tmp_path_factory.mktemp("requests"))
    manifest = folder / MANIFEST
    manifest.write_text(manifest.read_text().replace('    piiHandling: "Encrypted-CMK"\n', ""))
    freehold(folder, "apply")
    command = [sys.executable, "-m", "freehold", "up", "--dev", "--port", "0", "--json"]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as node:
        try:
            wait_until_up(folder, node)
            freehold(folder, "approve", KEY, "sales-customer-enrichment", *STEWARD)
            yield folder
        finally:
            node.send_signal(signal.SIGTERM)
            node.wait(timeout=20)


def told(folder: Path, *command: str, code: int = 0) -> Any:
    return json.loads(freehold(folder, *command, "--json", code=code).stdout)


def test_a_refusal_leads_to_a_request_and_a_changed_manifest_to_an_answer(place: Path) -> None:
    refused = freehold(place, "query", EMAIL, *APP, code=1).stderr
    proposed = re.search(r"need it\? freehold (request .*?)\s+\(approver: data-steward@customer\)", " ".join(refused.split()))
    assert proposed is not None, refused
    made = told(place, *shlex.split(proposed[1]), "--for", "30", "--reason", "the letters", *APP)
    assert (made["state"], made["fields"], made["purpose"]) == ("open", ["email"], "Customer enrichment")
    assert made["id"] in freehold(place, "requests", KEY, *STEWARD).stdout
    assert f"freehold requests answer {made['id']} --accept" in freehold(place, "requests", *STEWARD).stdout
    shown = freehold(place, "requests", "answer", made["id"], "--accept", "--reason", "they write them", *STEWARD).stdout
    assert re.search(r"\+\s+fields: \[customerId, segment, region, email\]", shown), shown
    assert f"{MANIFEST}:" in shown
    assert "column-excluded" in freehold(place, "query", EMAIL, *APP, code=1).stderr
    manifest = place / MANIFEST
    written = manifest.read_text().replace('      excludedFields: ["email"]\n', "")
    manifest.write_text(written.replace('"segment", "region"]', '"segment", "region", "email"]'))
    assert "email" in freehold(place, "plan").stdout
    freehold(place, "apply")
    freehold(place, "approve", KEY, "sales-customer-enrichment", *STEWARD)
    assert "@example.invalid" in freehold(place, "query", EMAIL, *APP).stdout
    assert [(item["state"], item["given"]) for item in told(place, "requests", *APP)] == [("accepted", True)]


def test_words_that_do_not_fit_are_told_before_anything_is_asked(place: Path) -> None:
    both = freehold(place, "requests", "answer", f"{KEY}-1", "--accept", "--reject", "--reason", "x", *STEWARD, code=2)
    assert "--accept and --reject" in both.stderr
    assert "--purpose" in freehold(place, "request", KEY, "--fields", "email", *APP, code=2).stderr
    unseen = told(place, "request", KEY, "--fields", "nothing", "--purpose", "x", *APP, code=1)
    assert (unseen["code"], unseen["status"]) == ("column-unknown", 403)
    assert "freehold request" not in json.dumps(unseen)


def test_a_column_that_looks_missing_is_refused_without_a_word_of_requests(place: Path) -> None:
    for who in (APP, ("--as", "ana@sales")):
        refused = freehold(place, "query", "select taxNumber from customer.customer_360", *who, code=1).stderr
        assert "column-unknown" in refused
        assert "freehold request" not in refused


SHAPES = {
    "no object": "[]",
    "a member too many": '{"fields": ["segment"], "purpose": "x", "grant": true}',
    "no purpose": '{"fields": ["segment"]}',
    "a member twice": '{"fields": ["segment"], "purpose": "x", "purpose": "y"}',
    "half a character": '{"fields": ["segment"], "purpose": "\\ud800"}',
}


@pytest.mark.parametrize("shape", SHAPES)
def test_bodies_of_another_shape_are_refused(site: Any, shape: str) -> None:
    answer = site.client.post("/v1/requests?product=customer.events", content=SHAPES[shape], headers=site.headers("analytics"))
    assert (answer.status_code, answer.json()["code"]) == (400, "body-unreadable"), answer.text


def test_requests_over_http_are_problems_and_leaves_like_everything_else(site: Any) -> None:
    body = {"fields": ["kind"], "purpose": "Segments"}
    unnamed = site.client.post("/v1/requests", json=body, headers=site.headers("analytics"))
    assert (unnamed.status_code, unnamed.json()["code"]) == (400, "parameter-invalid")
    nobody = site.client.post("/v1/requests?product=customer.events", json=body)
    assert nobody.status_code == 401
    made = site.client.post("/v1/requests?product=customer.events", json=body, headers=site.headers("analytics"))
    assert made.headers["freehold-leaf"] == str(made.json()["leaf"])
    with connect(site.url, token=site.token("customer", roles=("data-steward",))) as owner:
        listed = owner.requests("customer.events")
        assert [(item["id"], item["mayAnswer"]) for item in listed] == [(made.json()["id"], False)]
    with connect(site.url, token=site.token("sales")) as other, pytest.raises(RequestUnknown):
        other.answer(made.json()["id"], answer="accepted", reason="x")


def test_the_client_asks_lists_and_answers(place: Path) -> None:
    url = json.loads(next((place / ".freehold").glob("node-*.json")).read_bytes())["url"]
    app, steward = (told(place, "token", *who)["token"] for who in (("ana@sales",), ("anna@customer", "--role", "data-steward")))
    with connect(url, token=app, purpose="Birthday cards") as mesh:
        made = mesh.request(KEY, ["segment"], days=3)
        assert [item["id"] for item in mesh.requests(KEY)] == [made["id"]]
    with connect(url, token=steward) as mesh:
        done = mesh.answer(made["id"], answer="rejected", reason="no cards")
        assert (done["state"], done["change"]) == ("rejected", None)
        with pytest.raises(RequestDecided):
            mesh.answer(made["id"], answer="accepted", reason="well")
