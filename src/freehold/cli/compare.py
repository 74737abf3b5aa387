"""`freehold diff`: which changes break which consumer, before anybody applies them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from freehold.cli.options import JsonFlag, MeshFolder

if TYPE_CHECKING:
    from freehold.services.versions import ProductDifference

EXAMPLES = """Examples: freehold diff HEAD · freehold diff v1.4 HEAD · freehold diff old.odcs.yaml new.odcs.yaml ·
freehold diff ../mesh-in-production . --json. Exit code 1 where a change breaks somebody."""


def diff(
    old: Annotated[str, typer.Argument(metavar="OLD", help="A manifest, an ODCS file, a mesh's folder, or a revision of git.")],
    new: Annotated[str | None, typer.Argument(metavar="NEW", help="The same; by default the mesh's folder as it stands.")] = None,
    *,
    announced: Annotated[
        bool, typer.Option("--announced", help="Let breaking changes pass that a new major version announces.")
    ] = False,
    mesh: MeshFolder = None,
    json: JsonFlag = False,
) -> None:
    """Show which changes break which consumer, and why. It compares promises: no data is read."""
    from freehold.cli.terminal import counted, say, show_json
    from freehold.wiring.comparison import differences

    found = differences(old, new, mesh)
    failing = [item for item in found if item.breaking and not (announced and item.announced)]
    if json:
        show_json({"products": [_plain(item) for item in found], "breaking": sum(len(item.breaking) for item in found)})
    else:
        for item in found:
            _show(item)
        broken = sum(len(item.breaking) for item in found)
        others = sum(len(item.effects) for item in found) - broken
        said = f"{counted(broken, 'breaking change')}, {counted(others, 'other')}." if found else "Nothing differs for anybody."
        say(said, "bold")
    if failing:
        raise typer.Exit(1)


def _show(item: ProductDifference) -> None:
    from freehold.cli.terminal import say

    version = f"{item.old_version or '1.0.0'} → {item.new_version or '1.0.0'}" if not item.removed else "removed"
    say(f"{item.product}   ({version})", "bold")
    consumer = ""
    for effect in item.effects:
        if effect.consumer != consumer:
            consumer = effect.consumer
            say(f"  {consumer}")
        mark, style = ("✗ breaking", "red") if effect.change.breaking else ("  harmless", "green")
        say(f"    {mark}  {effect.change.said}", style)
        say(f"                {effect.change.code}: {effect.change.reason}")
    if item.breaking and not item.announced and not item.removed:
        from freehold.model.version import next_breaking

        say(f'  → a breaking change needs `version: "{next_breaking(item.old_version)}"`')


def _plain(item: ProductDifference) -> dict[str, Any]:
    return {
        "product": item.product,
        "oldVersion": item.old_version,
        "newVersion": item.new_version,
        "announced": item.announced,
        "changes": [
            {
                "consumer": effect.consumer,
                "contract": effect.contract,
                "code": effect.change.code,
                "breaking": effect.change.breaking,
                "what": effect.change.what,
                "old": effect.change.old or None,
                "new": effect.change.new or None,
                "reason": effect.change.reason,
            }
            for effect in item.effects
        ],
    }
