"""Problem documents: one shape for all errors, hidden and missing alike, and no text of what nobody foresaw."""

from __future__ import annotations

import json
from typing import Any

import pytest

from freehold import errors
from freehold.errors import REGISTRY
from freehold.gateway.problems import problem, unforeseen


def read(error: errors.FreeholdError) -> dict[str, Any]:
    return json.loads(problem(error, "/v1/query", "id-1").body)


@pytest.mark.parametrize("code", sorted(REGISTRY))
def test_every_code_has_the_one_shape(code: str) -> None:
    kind = REGISTRY[code]
    body = read(kind("what happened", remedy="what to do"))
    frame = {"type": f"/problems/{code}", "title": kind.title, "status": kind.status, "detail": "what happened"}
    assert body.items() >= {**frame, "instance": "/v1/query", "code": code, "remedy": "what to do"}.items()


def test_facts_are_members_and_cannot_replace_the_frame() -> None:
    body = read(errors.ColumnExcluded("no", column="email", position={"line": 1, "column": 21}, status=200, type="x", code="y"))
    assert (body["column"], body["position"]) == ("email", {"line": 1, "column": 21})
    assert (body["status"], body["type"], body["code"]) == (403, "/problems/column-excluded", "column-excluded")


def test_hidden_and_missing_are_the_same_bytes() -> None:
    made = [problem(errors.ProductUnknown("no product `a.b` is visible to you"), "/x", name).body for name in ("one", "two")]
    assert made[0] == made[1]


def test_the_unforeseen_shows_its_correlation_id_alone(caplog: pytest.LogCaptureFixture) -> None:
    made = unforeseen(KeyError("CANARY"), "/x", "id-7")
    assert json.loads(made.body)["correlation"] == "id-7"
    assert b"CANARY" not in made.body
    assert b"KeyError" not in made.body
    assert "id-7" in caplog.text


@pytest.mark.parametrize(
    ("error", "name", "value"),
    [
        (errors.TokenMissing(), b"www-authenticate", b'Bearer realm="freehold"'),
        (errors.TokenInvalid(), b"www-authenticate", b'Bearer realm="freehold", error="invalid_token"'),
        (errors.TokenExpired(), b"www-authenticate", b'Bearer realm="freehold", error="invalid_token"'),
        (errors.ScopeMissing(), b"www-authenticate", b'Bearer realm="freehold", error="insufficient_scope"'),
        (errors.RateLimited(retryAfter=2.1), b"retry-after", b"3"),
        (errors.RateLimited(retryAfter=0.01), b"retry-after", b"1"),
        (errors.NodeBusy(), b"retry-after", b"1"),
        (errors.IssuerUnreachable(retryAfter=5.0), b"retry-after", b"5"),
        (errors.MethodUnsupported(allow="POST"), b"allow", b"POST"),
        (errors.ColumnExcluded(leaf=7), b"freehold-leaf", b"7"),
    ],
)
def test_the_headers_that_go_with_an_error(error: errors.FreeholdError, name: bytes, value: bytes) -> None:
    assert (name, value) in problem(error, "/x", "id").headers


def test_a_code_that_is_unknown_has_no_page() -> None:
    from freehold.gateway.problems import describe

    with pytest.raises(errors.AddressUnknown):
        describe("nope")
