"""The documentation of HTTP says what is served: every route, every error code, every format and limit."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, cast

import pytest

from freehold.errors import REGISTRY
from freehold.gateway.accept import Format
from freehold.gateway.app import DATA_ROUTES
from freehold.gateway.control import Control
from freehold.gateway.openapi import describe_api
from freehold.gateway.problems import describe, describe_all

DOCS = Path(__file__).parents[3] / "docs"


class _Nothing:
    """Stands for a node of which only the routes are asked."""

    audit = None


def served() -> set[tuple[str, str]]:
    """Return (method, path) of every route of the application."""
    app = Control(cast("Any", _Nothing()), cast("Any", None), cast("Any", None)).app()
    control = {(method, route.path_format) for route in app.routes for method in cast("Any", route).methods if method != "OPTIONS"}
    return control | set(DATA_ROUTES)


def test_every_route_has_a_heading_and_every_heading_a_route() -> None:
    headings = set(re.findall(r"^### (GET|POST) (\S+)$", (DOCS / "http.md").read_text(), re.MULTILINE))
    assert headings == served()


def test_every_route_is_in_openapi_and_nothing_else_is() -> None:
    paths = describe_api("node", "westeurope", ())["paths"]
    assert {(method.upper(), path) for path, item in paths.items() for method in item} == served()


@pytest.mark.parametrize("form", list(Format))
def test_every_format_is_documented(form: Format) -> None:
    assert f"`{form.value}`" in (DOCS / "http.md").read_text()


def test_the_page_of_problems_is_made_from_the_code() -> None:
    assert (DOCS / "problems.md").read_text() == describe_all(), "run: python -m freehold.gateway.problems > docs/problems.md"


@pytest.mark.parametrize("code", sorted(REGISTRY))
def test_every_code_has_a_page_that_says_who_acts(code: str) -> None:
    page = describe(code)
    assert page.startswith(f"## {code}\n")
    assert REGISTRY[code].title in page
    assert "Who acts: " in page
    assert REGISTRY[code].__doc__


def test_every_code_that_the_pages_name_exists() -> None:
    for name in ("http.md", "identity.md"):
        text = (DOCS / name).read_text()
        for code, status in re.findall(r"`([a-z]+(?:-[a-z]+)+)`,? \(?(\d{3})\)?", text):
            assert REGISTRY[code].status == int(status), code


def test_the_openapi_document_refers_only_to_what_it_holds() -> None:
    document = describe_api("node", "westeurope", ())
    known = {f"#/components/{kind}/{name}" for kind, items in document["components"].items() for name in items}
    assert set(re.findall(r"#/components/\w+/\w+", repr(document))) <= known
