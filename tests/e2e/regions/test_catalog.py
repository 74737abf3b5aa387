"""Any node lists the whole mesh: as each home tells of itself, also while homes are down, and says how old that is."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from typing import Any

import pytest

from e2e.regions.conftest import Federation, federation

SECONDS = 1


@pytest.fixture(scope="module")
def mesh(tmp_path_factory: pytest.TempPathFactory) -> Generator[Federation]:
    """A mesh whose nodes ask each other every second, and which these tests may stop and change."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FREEHOLD_CATALOG_SECONDS", str(SECONDS))
        with federation(tmp_path_factory.mktemp("catalogues")) as made:
            yield made


def listed(mesh: Any, at: str, domain: str = "customer", region: str = "westeurope", **more: Any) -> dict[str, Any]:
    """Return products by key, as a node lists them."""
    found = mesh.get(at, "/v1/products", domain, region, **more).json()
    return {item["key"]: item for item in found["products"]}


def source(mesh: Any, at: str, of: str) -> dict[str, Any]:
    """Return what a node says of another one's catalogue."""
    return next(item for item in mesh.get(at, "/v1/products").json()["metadata"]["nodes"] if item["node"] == of)


def until(what: Callable[[], object], seconds: float = 20) -> None:
    """Wait until something holds."""
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.1)


def fresh(mesh: Any, at: str, of: str) -> bool:
    """Return whether a node has a fresh copy of another one's catalogue."""
    found = source(mesh, at, of)
    return found["from"] == "copy" and not found["stale"] and found["error"] is None


def test_every_node_hears_from_every_other_by_itself(mesh: Any) -> None:
    until(lambda: all(fresh(mesh, at, of) for at in ("west", "north", "us") for of in ("west", "north", "us") if at != of))
    for at in ("west", "north", "us"):
        found = listed(mesh, at)
        assert set(found) >= {"customer.customer_360", "customer.events", "sales.orders", "sales.shipments"}
        assert found["sales.orders"]["catalog"]["from"] == ("home" if at == "north" else "copy")
    assert source(mesh, "west", "liar")["from"] == "manifests"
