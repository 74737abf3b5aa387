"""`freehold purview plan`, `apply`, `drift` and `pull`: an account of Purview, in step with the mesh."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from freehold.cli.options import JsonFlag, MeshFolder
from freehold.cli.review import working

if TYPE_CHECKING:
    from freehold.purview.changes import Change, Plan
    from freehold.services.purview.looking import Progress

PLAN_EXAMPLES = (
    "Examples: freehold purview plan --endpoint https://contoso.purview.azure.com · "
    "freehold purview plan --mesh /srv/contoso --endpoint https://localhost:8443 --ca ca.pem --prune"
)
APPLY_EXAMPLES = (
    "Examples: freehold purview apply --endpoint https://contoso.purview.azure.com · "
    "freehold purview apply --endpoint https://localhost:8443 --ca ca.pem --collection governance --prune"
)
DRIFT_EXAMPLES = "Examples: freehold purview drift --endpoint https://contoso.purview.azure.com · freehold purview drift --json"
PULL_EXAMPLES = (
    "Examples: freehold purview pull --endpoint https://contoso.purview.azure.com · freehold purview pull --output findings.json"
)

Endpoint = Annotated[
    str | None,
    typer.Option(
        "--endpoint",
        metavar="URL",
        help="The account, such as https://contoso.purview.azure.com; by default FREEHOLD_PURVIEW_ENDPOINT.",
    ),
]
Collection = Annotated[
    str | None, typer.Option("--collection", metavar="NAME", help="The mesh's collection there; by default one of the mesh's name.")
]
Ca = Annotated[Path | None, typer.Option("--ca", metavar="FILE", help="Also believe certificates of this authority, a PEM file.")]
Catalogue = Annotated[
    str | None,
    typer.Option(
        "--unified-catalog", metavar="URL", help="Where the Unified Catalog is, by default at the account; `none` leaves it out."
    ),
]
Prune = Annotated[bool, typer.Option("--prune", help="Remove what is gone from the mesh, where it was made for this mesh.")]


def plan(
    *,
    endpoint: Endpoint = None,
    collection: Collection = None,
    ca: Ca = None,
    unified_catalog: Catalogue = None,
    prune: Prune = False,
    mesh: MeshFolder = None,
    json: JsonFlag = False,
) -> None:
    """Show what an account lacks to say what the mesh says. Nothing is written."""
    from freehold.cli.terminal import say, show_json

    _, planned = _planned(mesh, _Where(endpoint, ca, unified_catalog), collection, gone=_gone(prune))
    if json:
        show_json(_plain(planned))
        return
    _show(planned)
    say(f"{_closing(planned, 'to be ')}. Nothing was written." if planned.pending else _closing(planned), "bold")


def apply(
    *,
    endpoint: Endpoint = None,
    collection: Collection = None,
    ca: Ca = None,
    unified_catalog: Catalogue = None,
    prune: Prune = False,
    mesh: MeshFolder = None,
    json: JsonFlag = False,
) -> None:
    """Bring an account in step with the mesh in force. Interrupt it and run it again as you like.

    The token comes from FREEHOLD_PURVIEW_TOKEN, or is got with the credentials of the environment (AZURE_CLIENT_ID and others).
    """
    from freehold.cli.terminal import say, show_json
    from freehold.services.purview.upkeep import apply as applied
    from freehold.wiring.purview import open_account

    where = _Where(endpoint, ca, unified_catalog)
    _, planned = _planned(mesh, where, collection, gone=_gone(prune))
    with open_account(*where) as account:
        made = working("Writing to the account", lambda progress: applied(account, planned, progress))
    if json:
        show_json(_plain(planned) | {"made": made})
        return
    _show(planned)
    say(f"✓ {_closing(planned)}" if made else f"✓ {_closing(planned)}: nothing was written", "bold")


def drift(
    *,
    endpoint: Endpoint = None,
    collection: Collection = None,
    ca: Ca = None,
    unified_catalog: Catalogue = None,
    mesh: MeshFolder = None,
    json: JsonFlag = False,
) -> None:
    """Show what somebody changed by hand in what was written. Exit code 1 if there is anything."""
    from freehold.cli.terminal import counted, say, show_json, show_table

    _, planned = _planned(mesh, _Where(endpoint, ca, unified_catalog), collection, gone=_gone(prune=False))
    found = planned.drifted
    if json:
        show_json({"drifted": [_plain_change(item) for item in found]})
    elif found:
        show_table(("kind", "name", "what", "there", "written"), _drift_rows(found))
        say(f"✗ {counted(len(found), 'thing')} changed by hand", "bold red")
        say("→ set them back with: freehold purview apply, or take them over into the manifests first")
    else:
        say("✓ nothing was changed by hand", "bold")
    if found:
        raise typer.Exit(1)


def pull(
    *,
    endpoint: Endpoint = None,
    collection: Collection = None,
    ca: Ca = None,
    unified_catalog: Catalogue = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", metavar="FILE", help="Where the findings go, as JSON; by default beside the mesh's state."),
    ] = None,
    mesh: MeshFolder = None,
    json: JsonFlag = False,
) -> None:
    """Fetch what people set and asked for there. It becomes findings in a file, and nothing comes into force by it."""
    from freehold.cli.ledger import plain
    from freehold.cli.terminal import counted, say, show_json, show_table
    from freehold.services.purview.upkeep import findings
    from freehold.wiring.purview import mesh_in_force, open_account, write_findings

    where = _Where(endpoint, ca, unified_catalog)
    settings, planned = _planned(mesh, where, collection, gone=_gone(prune=False))
    with open_account(*where) as account:
        found = findings(account, mesh_in_force(settings), planned)
    file = write_findings(settings, output, found)
    if json:
        show_json({"findings": list(found), "file": str(file), "unifiedCatalog": planned.unified.value})
        return
    if found:
        show_table(
            ("product", "column", "found", "proposed", "what to do"),
            [(item.product, item.column, plain(item.found), _lines(item.proposed), plain(item.mend)) for item in found],
        )
    _note(planned)
    say(f"✓ {counted(len(found), 'finding')} in {file}", "bold")


class _Where(NamedTuple):
    """How an account and its Unified Catalog are reached."""

    endpoint: str | None
    ca: Path | None
    unified: str | None


def _planned(folder: Path | None, where: _Where, collection: str | None, *, gone: Any) -> tuple[Any, Plan]:
    from freehold.services.purview.upkeep import plan as planned
    from freehold.wiring.purview import mesh_in_force, open_account
    from freehold.wiring.settings import read_settings

    settings = read_settings(folder)
    mesh = mesh_in_force(settings)

    def work(progress: Progress) -> Plan:
        with open_account(*where) as account:
            return planned(account, mesh, collection=collection, gone=gone, progress=progress)

    return settings, working("Looking at the account", work)


def _gone(prune: bool) -> Any:  # noqa: FBT001  (the flag as it is given)
    from freehold.purview.changes import Gone

    return Gone.PRUNED if prune else Gone.LEFT


def _show(planned: Plan) -> None:
    from freehold.cli.terminal import show_table

    if planned.changes:
        show_table(("", "kind", "name", "what"), [_row(item) for item in planned.changes])
    _note(planned)


def _note(planned: Plan) -> None:
    """Say so where the account has no Unified Catalog: the rest is kept in step."""
    from freehold.cli.terminal import say
    from freehold.purview.changes import Unified

    if planned.unified is Unified.ABSENT:
        say("· the account has no Unified Catalog: business domains, data products and access policies are left out")


_SIGNS = {"create": "+", "change": "~", "remove": "-", "leave": "·"}


def _row(change: Change) -> tuple[str, ...]:
    told = [*([change.reason] if change.reason else []), *map(_told, change.differences)]
    return (_SIGNS[change.action.value], change.kind.value, _named(change), "; ".join(told))


def _named(change: Change) -> str:
    from freehold.cli.ledger import plain

    return plain(change.key.partition("://")[2] or change.key)


def _told(item: Any) -> str:
    hand = ", changed by hand" if item.by_hand else ""
    if item.want is None:
        return f"{item.what} −{_cut(item.have)}{hand}"
    return (
        f"{item.what} {_cut(item.want)}{hand}" if item.have is None else f"{item.what} {_cut(item.have)} → {_cut(item.want)}{hand}"
    )


def _lines(text: str) -> str:
    """Return lines of a manifest as they may be shown, each on a line of its own."""
    from freehold.cli.ledger import plain

    return "\n".join(plain(line) for line in text.split("\n"))


def _drift_rows(found: Iterable[Change]) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = []
    for change in found:
        name = _named(change)
        if change.by_hand:
            rows.append((change.kind.value, name, "removed", None, None))
        rows += [
            (change.kind.value, name, item.what, _cut(item.have), _cut(item.want)) for item in change.differences if item.by_hand
        ]
    return rows


def _cut(text: str | None) -> str | None:
    """Return a text of the account as it may be shown: on one line, short, and without signs that a terminal obeys."""
    from freehold.cli.ledger import plain

    return None if text is None else plain((text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…").replace("\n", "; "))


_SHOWN = 60


def _closing(planned: Plan, when: str = "") -> str:
    from freehold.cli.terminal import counted

    verbs = {"create": "made", "change": "changed", "remove": "removed"}
    counts: dict[str, int] = {}
    for item in planned.changes:
        counts[item.action.value] = counts.get(item.action.value, 0) + 1
    parts = [f"{counted(counts[action], 'thing')} {when}{verb}" for action, verb in verbs.items() if action in counts]
    left = [f"{counts['leave']} left as they are"] if "leave" in counts else []
    return ", ".join([*parts, *left]) or "in step with the mesh"


def _plain(planned: Plan) -> dict[str, Any]:
    return {
        "mesh": planned.address,
        "unifiedCatalog": planned.unified.value,
        "changes": [_plain_change(item) for item in planned.pending],
        "left": [_plain_change(item) for item in planned.left],
    }


def _plain_change(change: Change) -> dict[str, Any]:
    import msgspec

    found: dict[str, Any] = msgspec.to_builtins(change)
    differences: Sequence[dict[str, Any]] = found.pop("differences")
    by_hand = found.pop("by_hand")
    plain = [{"what": item["what"], "have": item["have"], "want": item["want"], "byHand": item["by_hand"]} for item in differences]
    return found | {"byHand": by_hand or change.drifted, "differences": plain}
