"""The page on regions states the bounds, codes and headers that there are."""

from __future__ import annotations

import re
from pathlib import Path

from typer.testing import CliRunner

from freehold.cli.main import app
from freehold.errors import REGISTRY
from freehold.gateway.relay import NODE_TOKEN, ROUTE, WHOLE_BYTES, Route
from freehold.keys.authority import (
    AUTHORITY_DAYS,
    AUTHORITY_FILE,
    AUTHORITY_KEY,
    NODE_DAYS,
    NODE_FILE,
    NODE_KEY,
    RENEW_DAYS,
    names_of,
)
from freehold.model.peer import LIFE, SKEW
from freehold.peers.client import CONNECT_SECONDS, CONNECTIONS, INTRODUCED_SECONDS, TOKEN_HEADER
from freehold.wiring.peers import GRACE

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "regions.md").read_text()
IDENTITY = (DOCS / "identity.md").read_text()
HTTP = (DOCS / "http.md").read_text()


def test_every_bound_between_nodes_is_stated() -> None:
    assert f"cannot be reached within {CONNECT_SECONDS:.0f} s" in PAGE
    assert f"believed for {INTRODUCED_SECONDS:.0f} s" in PAGE
    assert f"more than {CONNECTIONS} requests" in PAGE
    assert f"{GRACE:.0f} s longer than this node's own limit" in PAGE
    assert f"of up to {WHOLE_BYTES >> 20} MiB is read whole" in PAGE
    assert f"may differ by {SKEW} s" in PAGE
    assert f"at most {LIFE} s apart" in IDENTITY
    assert f"clocks may differ by {SKEW} s" in IDENTITY


def test_what_is_said_of_certificates_is_so() -> None:
    assert f"for {NODE_DAYS} days" in PAGE
    assert f"ends within {RENEW_DAYS} days" in PAGE
    assert f"holds for {AUTHORITY_DAYS:,} days" in PAGE
    assert all(f"`{name}`" in PAGE for name in names_of("localhost"))
    for file in (AUTHORITY_FILE, AUTHORITY_KEY, NODE_FILE, NODE_KEY):
        assert file in PAGE


def test_every_command_on_the_page_exists_with_its_options() -> None:
    asked = re.findall(r"^freehold ((?:[a-z]+ ?)+)((?:--?[a-z]+ [^ \n]+ ?|--[a-z-]+)*)", PAGE, re.MULTILINE)
    assert len(asked) >= 6
    for words, options in asked:
        said = CliRunner().invoke(app, [*words.split(), "--help"]).output
        assert "Usage: " in said, words
        for option in re.findall(r"--[a-z-]+", options):
            assert option in said, (words, option)


def test_every_code_on_the_page_exists_with_its_status() -> None:
    named = re.findall(r"`([a-z]+(?:-[a-z]+)+)`(?:, `[a-z-]+`)* \((\d{3})\)", PAGE)
    assert len(named) >= 6
    for code, status in named:
        assert REGISTRY[code].status == int(status), code
    said = set(re.findall(r"`((?:node|version)-[a-z-]+)`", PAGE))
    assert said == {"node-elsewhere", "node-untrusted", "node-busy", "node-unreachable", "version-skew"} | {
        f"node-token-{kind}" for kind in ("invalid", "expired", "replayed")
    }


def test_the_headers_of_routing_are_documented() -> None:
    for name in (TOKEN_HEADER, "Freehold-Route", "Freehold-Relay", "Freehold-Relay-Leaf"):
        assert f"`{name}" in PAGE
    assert TOKEN_HEADER.lower().encode() == NODE_TOKEN
    assert ROUTE == b"freehold-route"
    assert all(f"`{route.value}`" in HTTP for route in Route)
