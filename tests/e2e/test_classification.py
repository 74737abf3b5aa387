"""Values are looked at through a running node: by whom it may be, hidden until a steward has spoken, and none comes out."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpus import NATIONAL
from freehold.model.mesh import Mesh
from freehold.model.party import RoleAccess
from freehold.model.policy import Governance
from freehold.wiring.settings import Settings

KEY = "customer.customer_360"
PATH = f"/v1/classification/{KEY}"
SQL = "select segment from customer.customer_360"
PURPOSE = "Customer enrichment"
BIN = Path(sys.executable).parent


def numbers() -> list[str]:
    rng = random.Random(7)  # noqa: S311
    return [NATIONAL["NL"](rng) for _ in range(100)]


@pytest.fixture
def site(
    tmp_path: Path, lay_mesh: Callable[[Path, Mesh], Settings], make_mesh: Callable[..., Mesh], serve_node: Callable[..., Any]
) -> Generator[Any]:
    """A node whose `segment`, which Sales may read, holds numbers of citizens that nobody has declared."""
    plain = make_mesh()
    roles = {"data-engineer": RoleAccess.READ, "data-steward": RoleAccess.READ, "analyst": RoleAccess.AGGREGATE}
    mesh = msgspec.structs.replace(
        plain,
        governance=Governance(auto_classify=True, approvers=("data-steward@domain",)),
        domains={name: msgspec.structs.replace(item, roles=roles) for name, item in plain.domains.items()},
    )
    settings = lay_mesh(tmp_path / "mesh", mesh)
    ids = [f"C{at:04d}" for at in range(100)]
    emails = [f"p{at}@example.invalid" for at in range(100)]
    pq.write_table(pa.table({"customerId": ids, "segment": numbers(), "email": emails}), settings.folder / "data/customers.parquet")
    with serve_node(settings) as up:
        yield up


def call(site: Any, method: str, path: str, domain: str, *roles: str, region: str = "westeurope", **given: Any) -> Any:
    headers = {"Authorization": f"Bearer {site.token(domain, region=region, roles=roles)}"}
    return site.client.request(method, path, headers=headers, **given)


def scan(site: Any, *roles: str, **given: Any) -> Any:
    return call(site, "POST", f"{PATH}/scan", "customer", *(roles or ("data-engineer",)), **given)


def review(site: Any, verdict: str, *roles: str, reason: str = "I looked") -> Any:
    body = {"verdict": verdict, "reason": reason}
    return call(site, "POST", f"{PATH}/segment/review", "customer", *(roles or ("data-steward",)), json=body)


def test_what_is_found_hides_its_column_until_a_steward_has_spoken(site: Any) -> None:
    assert site.ask(SQL, purpose=PURPOSE).status_code == 200
    found = scan(site)
    assert found.status_code == 200
    assert {item["column"]: (item["classification"], item["hidden"]) for item in found.json()["findings"]} == {
        "segment": ("PII.HighRisk", True),
        "email": ("PII.Contact", False),
    }
    refused = site.ask(SQL, purpose=PURPOSE).json()
    assert refused["code"] == "column-withheld"
    assert "data-steward@customer" in refused["detail"]
    spoken = review(site, "rejected")
    assert spoken.headers["freehold-leaf"] == str(spoken.json()["leaf"])
    assert site.ask(SQL, purpose=PURPOSE).status_code == 200


def test_no_value_leaves_by_any_answer(site: Any) -> None:
    said = [scan(site).text, review(site, "accepted").text]
    said.append(call(site, "GET", "/v1/classification", "customer", "data-steward").text)
    values = [*numbers(), *(f"p{at}@" for at in range(100))]
    assert not [value for value in values if any(value in text for text in said)]


@pytest.mark.parametrize(
    ("domain", "roles", "region"),
    [
        ("customer", (), "westeurope"),
        ("customer", ("analyst",), "westeurope"),
        ("customer", ("data-engineer",), "eastus"),
        ("customer", ("data-steward",), "eastus"),
    ],
)
def test_examples_and_figures_are_shown_to_nobody_who_may_not_read_the_values(
    site: Any, domain: str, roles: tuple[str, ...], region: str
) -> None:
    assert any(item["examples"] for item in scan(site).json()["findings"])
    told = call(site, "GET", f"/v1/classification?product={KEY}", domain, *roles, region=region).json()["products"][0]
    assert [(item["examples"], item["share"], item["distinct"]) for item in told["findings"]] == [([], None, None)] * 2


def test_to_everybody_else_a_product_is_as_good_as_missing(site: Any) -> None:
    scan(site)
    for method, path in (("GET", "/v1/classification?product={}"), ("POST", "/v1/classification/{}/scan")):
        answers = [call(site, method, path.format(key), "sales", "data-steward") for key in (KEY, "customer.nothing")]
        first, second = (item.json() | {"instance": "", "detail": ""} for item in answers)
        assert first == second
        assert first["code"] == "product-unknown"
    assert call(site, "GET", "/v1/classification", "sales", "data-steward").json()["products"] == []


def test_a_member_without_the_role_neither_looks_nor_reviews(site: Any) -> None:
    assert scan(site, "analyst").json()["code"] == "scan-refused"
    scan(site)
    assert review(site, "rejected", "data-engineer").json()["code"] == "review-refused"
    assert site.ask(SQL, purpose=PURPOSE).json()["code"] == "column-withheld"


@pytest.mark.parametrize("body", [b"", b"[]", b'{"verdict": "maybe", "reason": "x"}', b'{"verdict": "accepted"}', b"x" * 20_000])
def test_a_review_that_says_nothing_is_refused_and_changes_nothing(site: Any, body: bytes) -> None:
    scan(site)
    answer = call(site, "POST", f"{PATH}/segment/review", "customer", "data-steward", content=body)
    assert answer.status_code in {400, 413}
    assert site.ask(SQL, purpose=PURPOSE).json()["code"] == "column-withheld"


def test_the_command_looks_shows_and_reviews_at_a_running_node(site: Any) -> None:
    def freehold(*words: str, role: str = "data-steward") -> subprocess.CompletedProcess[str]:
        named = ["--url", site.url, "--token", site.token("customer", roles=(role,))]
        return subprocess.run([BIN / "freehold", "classify", *words, *named], capture_output=True, text=True, check=False)

    looked = freehold(KEY)
    assert looked.returncode == 0, looked.stderr
    assert "PII.HighRisk" in looked.stdout
    assert "freehold classify accept" in looked.stdout
    assert freehold("reject", KEY, "segment", "--reason", "made up", role="data-engineer").returncode == 1
    assert "rejected" in freehold("reject", KEY, "segment", "--reason", "made up").stdout
    shown = json.loads(freehold("show", KEY, "--json").stdout)
    assert {item["column"]: item["standing"] for item in shown[0]["findings"]} == {"segment": "rejected", "email": "proposed"}
    assert not [value for value in numbers() if value in looked.stdout]
