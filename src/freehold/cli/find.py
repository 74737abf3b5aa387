"""`freehold products`: what there is, and in which form the caller may have it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

import typer

from freehold.cli.options import As, JsonFlag, MeshFolder, Region, Roles, Scopes, Token, Url
from freehold.cli.reach import caller, reach

EXAMPLES = (
    "Examples: freehold products --as sales-app@sales · freehold products customer.customer_360 --as sales-app@sales · "
    "freehold products --search revenue"
)


def products(
    key: Annotated[str | None, typer.Argument(metavar="DOMAIN.PRODUCT", help="Show one product with its columns.")] = None,
    *,
    search: Annotated[
        str | None, typer.Option(metavar="WORDS", help="Words to find in names, descriptions, owners and columns.")
    ] = None,
    as_: As = None,
    role: Roles = None,
    scope: Scopes = None,
    region: Region = None,
    url: Url = None,
    token: Token = None,
    mesh: MeshFolder = None,
    json: JsonFlag = False,
) -> None:
    """List products, or show one. What you may not know of looks missing."""
    from freehold.cli.terminal import show_json

    with reach(caller(mesh, url, token, who=as_, roles=role, scopes=scope, region=region)) as asked:
        if key is not None:
            one = asked.product(key)
            (show_json if json else _show_one)(one)
            return
        listing = asked.products(search)
    if json:
        show_json(list(listing))
        return
    _show_all(list(listing))
    _show_stale(listing.metadata.get("nodes", ()))


def _show_all(found: list[dict[str, Any]]) -> None:
    from freehold.cli.terminal import counted, say, show_table

    if not found:
        say("No product is visible to you here.\n→ look for other words, or ask from another domain or region")
        return
    heads = ("product", "owner", "region", "label", "you may have", "contract", "complete", "description")
    show_table(heads, [_row(item) for item in found])
    say(f"{counted(len(found), 'product')}. Look into one with: freehold products DOMAIN.PRODUCT", "dim")


def _show_stale(nodes: Iterable[dict[str, Any]]) -> None:
    from freehold.cli.terminal import say

    for node in nodes:
        if node["stale"] and node["from"] == "copy":
            why = f" ({node['error']})" if node["error"] else ""
            say(f"→ {node['node']} ({node['region']}) was last heard from at {node['asOf']}{why}: its products may have changed")


def _row(item: dict[str, Any]) -> tuple[Any, ...]:
    states = ", ".join(dict.fromkeys(part["state"] for part in item["access"] if part.get("state")))
    measured = item["quality"].get("measured") or {}
    complete = measured.get("completeness")
    return (
        item["key"],
        item["owner"],
        item["region"],
        item["sensitivityLabel"],
        {"none": "nothing", "aggregate": "aggregates"}.get(item["form"], item["form"]),
        states or None,
        f"{complete:.1f} %" if complete is not None else None,
        item["description"],
    )


def _show_one(item: dict[str, Any]) -> None:
    from freehold.cli.terminal import cell, say, show_table

    say(f"{item['name']}   {item['key']}", "bold")
    if item["description"]:
        say(f"  {item['description']}")
    for name, value in _facts(item):
        say(f"  {name:<12} {cell(value)}")
    for access in item["access"]:
        say(f"  {'for':<12} {_ground(access)}")
        if access["form"] == "none":
            say(f"  {'':<12} ✗ {access['code']}: {access['detail']}")
            if access.get("remedy"):
                say(f"  {'':<12} → {access['remedy']}")
    if item["columns"]:
        members = ("name", "type", "right", "classification", "description")
        rows = (tuple(part[member] for member in members) for part in item["columns"])
        show_table(("column", "type", "you may", "classification", "description"), rows)
    for query in item["queries"]:
        say(f"  GET {query['path']}   {query['description'] or ''}")


def _facts(item: dict[str, Any]) -> list[tuple[str, Any]]:
    promised, measured = item["quality"]["promised"], item["quality"].get("measured") or {}
    floors = {name: floor for name, floor in promised.items() if floor is not None}
    quality = [f"{name} {_percent(measured.get(name))} (promised {_percent(floor)})" for name, floor in floors.items()]
    return [
        ("owner", item["owner"]),
        ("region", f"{item['region'] or 'no node'} ({item['jurisdiction'] or 'no jurisdiction'})"),
        ("known", _known(item["catalog"])),
        ("label", item["sensitivityLabel"]),
        ("quality", quality),
        ("promises", [f"{name} {value}" for name, value in item["sla"].items() if value is not None]),
    ]


def _known(catalog: dict[str, Any]) -> str:
    """Say who says all this, and since when."""
    if catalog["from"] == "home":
        return "from its home"
    if catalog["asOf"] is None:
        return "from the manifests in force at this node: its home has not been heard from"
    return f"as its home said at {catalog['asOf']}{' (stale)' if catalog['stale'] else ''}"


def _percent(value: float | None) -> str:
    return "not measured" if value is None else f"{value:g} %"


def _ground(access: dict[str, Any]) -> str:
    if access.get("contract"):
        form = {"none": "nothing", "aggregate": f"aggregates over at least {access.get('minGroup')} entities"}
        return f"{access['purpose']} · {access['contract']} · {access['state']} · {form.get(access['form'], 'rows')}"
    return "your own domain's role" if access["form"] != "none" else "you"
