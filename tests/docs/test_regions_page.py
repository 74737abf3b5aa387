"""The page on regions states the bounds, codes and headers that there are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from freehold.cli.main import app
from freehold.cli.node import _show_peers  # pyright: ignore[reportPrivateUsage]
from freehold.errors import REGISTRY
from freehold.gateway.metrics import Metrics
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
from freehold.services.copies import ENTRIES
from freehold.services.follow import LIMIT, SLOWEST, WITHIN
from freehold.services.listings import ROUNDS, SECONDS, Origin, Vouched
from freehold.wiring.peers import FOLLOWED_SECONDS, GRACE
from freehold.wiring.settings import Settings

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


def test_every_bound_on_a_catalogue_is_stated() -> None:
    assert f"signed for the node that asks, good for {LIFE} s" in PAGE
    assert f"every {SECONDS:.0f} s (`FREEHOLD_CATALOG_SECONDS`)" in PAGE
    assert Settings(folder=DOCS).catalog_seconds == SECONDS
    assert ROUNDS == 3
    assert f"for three rounds ({SECONDS * ROUNDS:.0f} s)" in PAGE
    assert f"or more than {SKEW} s ahead or behind" in PAGE
    assert f"more than {ENTRIES:,}" in PAGE
    assert f"| over {LIMIT >> 20} MiB |" in PAGE
    assert f"not told whole within {WITHIN:.0f} s, or nothing for {FOLLOWED_SECONDS:.0f} s" in PAGE
    assert SLOWEST == 4
    assert "asked up to four times less often" in PAGE


def test_every_gauge_of_a_catalogue_is_named() -> None:
    gauges = Metrics("n", "r", "v", leaves=lambda: 0.0, nodes=tuple).page().decode()
    found = set(re.findall(r"# HELP (freehold_catalog_\w+)", gauges))
    assert len(found) == 5
    assert found == set(re.findall(r"`(freehold_catalog_\w+)`", PAGE))


def test_what_the_page_shows_of_the_nodes_is_what_the_command_prints(capsys: pytest.CaptureFixture[str]) -> None:
    west = Vouched(
        node="contoso-west",
        region="westeurope",
        url="https://west.mesh.contoso.eu",
        origin=Origin.COPY,
        stale=False,
        as_of="2026-11-23T10:00:04+00:00",
        age=12.0,
        version=1795428004123,
        mesh=7,
        products=42,
    )
    _show_peers((west,))
    printed = [line.strip() for line in capsys.readouterr().out.splitlines()]
    shown = [line.strip() for line in PAGE.splitlines()]
    assert all(line in shown for line in printed)


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
