"""`freehold quality`: how products keep their promises, as trends in the terminal."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from freehold.cli.options import As, JsonFlag, MeshFolder, Region, Roles, Scopes, Token, Url
from freehold.cli.reach import caller, reach

EXAMPLES = "Examples: freehold quality · freehold quality sales.sales_analytics --days 7 · freehold quality --json"
BARS = "▁▂▃▄▅▆▇█"
WIDTH = 24
_PERCENT = ("completeness", "accuracy", "timeliness")


def quality(
    key: Annotated[str | None, typer.Argument(metavar="DOMAIN.PRODUCT", help="Show one product with its trends.")] = None,
    *,
    days: Annotated[int, typer.Option(metavar="DAYS", min=1, max=400, help="Over how many days.")] = 30,
    as_: As = None,
    role: Roles = None,
    scope: Scopes = None,
    region: Region = None,
    url: Url = None,
    token: Token = None,
    mesh: MeshFolder = None,
    json: JsonFlag = False,
) -> None:
    """Show how products keep their promises. Quality, freshness, availability and latency as measured, and error budgets."""
    from freehold.cli.terminal import show_json

    with reach(caller(mesh, url, token, who=as_, roles=role, scopes=scope, region=region)) as asked:
        if key is not None:
            one = asked.quality(key, days=days)
            (show_json if json else show_one)(one)
            return
        found, unheard = _every(asked, days)
    if json:
        show_json(found)
        return
    show_all(found, unheard)


def _every(asked: Any, days: int) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the quality of every product that is listed, and those whose home did not tell it."""
    import sys

    from rich.progress import track

    from freehold.cli.terminal import console
    from freehold.errors import FreeholdError

    found: list[dict[str, Any]] = []
    unheard: list[str] = []
    keys = [item["key"] for item in asked.products()]
    for key in track(keys, "Asking", console=console(sys.stderr), transient=True, disable=not sys.stderr.isatty()):
        try:
            found.append(asked.quality(key, days=days))
        except FreeholdError as error:
            unheard.append(f"{key}: {error.code}")
    return found, unheard


def show_all(found: list[dict[str, Any]], unheard: list[str]) -> None:
    """Print a line for each product, and those whose home did not tell."""
    from freehold.cli.terminal import counted, say, show_table

    if not found and not unheard:
        say("No product is visible to you here.\n→ ask from another domain or region")
        return
    heads = ("product", "promises", "complete", "trend", "accurate", "age", "answers", "failed", "p95", "budget left")
    show_table(heads, [_row(item) for item in found])
    for line in unheard:
        say(f"  {line}")
    broken = sum(not part["kept"] for item in found for part in item["promises"])
    what = f"{counted(broken, 'promise')} {'is' if broken == 1 else 'are'} broken" if broken else "every promise is kept"
    say(f"{counted(len(found), 'product')}: {what}. Look into one with: freehold quality DOMAIN.PRODUCT", "dim")


def _row(item: dict[str, Any]) -> tuple[Any, ...]:
    promises, answers = item["promises"], item["answers"]
    kept = sum(part["kept"] for part in promises)
    last = item["history"][-1] if item["history"] else {}
    budgets = [part["budgetLeft"] for part in answers["objectives"] if part["budgetLeft"] is not None and not _is_few(part)]
    mark = "–" if not promises else "✓" if kept == len(promises) else "✗"
    return (
        item["product"],
        f"{mark} {kept} of {len(promises)} kept" if promises else "none made",
        _percent(last.get("completeness")),
        trend([part["completeness"] for part in item["history"]]),
        _percent(last.get("accuracy")),
        _time(last.get("age")),
        answers["answered"],
        answers["failed"],
        _time(answers["latency"]["p95"]),
        _left(min(budgets)) if budgets else None,
    )


def show_one(item: dict[str, Any]) -> None:
    """Print what one product promises, how it is kept, and its trends."""
    from freehold.cli.terminal import say, show_table

    say(f"{item['product']}   {item['region']}   last {item['days']} days", "bold")
    if not item["promises"]:
        say("  It promises nothing: write `sla:` and `qualityMetrics:` into its manifest.")
    else:
        heads = ("promise", "kept", "promised", "measured", "")
        few = {part["promise"] for part in item["answers"]["objectives"] if _is_few(part)}
        show_table(heads, [_promise(part, few, item["product"]) for part in item["promises"]])
    series = [(name, [part[name] for part in item["history"]]) for name in (*_PERCENT, "age")]
    rows = [(name, trend(values), *_ends(name, values)) for name, values in series if any(value is not None for value in values)]
    if rows:
        show_table(("trend", "", "lowest", "highest", "now"), rows)
    _show_answers(item["answers"])
    for part in item["incidents"]:
        until = f"until {part['until']}" if part["until"] else "and still is"
        say(f"  ✗ {part['promise']} was broken from {part['since']} {until}{': ' + part['detail'] if part['detail'] else ''}")


def _promise(part: dict[str, Any], few: set[str], product: str) -> tuple[Any, ...]:
    show = _time if part["promise"] == "freshness" else _percent
    mark = "– not known" if part["measured"] is None else "✓ yes" if part["kept"] else "✗ no"
    mark = "– too few" if part["promise"] in few and part["measured"] is not None else mark
    hidden = f"its owner sees which: freehold test {product}" if part["promise"] == "rules" and not part["kept"] else None
    return (part["promise"], mark, show(part["promised"]), show(part["measured"]), part["detail"] or hidden)


def _is_few(objective: dict[str, Any]) -> bool:
    """Return whether so few were asked that a share of them says nothing."""
    from freehold.quality.service_level import FEWEST

    return objective["of"] < FEWEST


def _show_answers(answers: dict[str, Any]) -> None:
    from freehold.cli.terminal import say, show_table

    times = ", ".join(f"{name} {_time(value)}" for name, value in answers["latency"].items() if value is not None)
    say(f"  {answers['answered']:,} answers, {answers['failed']:,} failed{': ' + times if times else ''}")
    rows = [
        (
            part["promise"],
            part["target"],
            _percent(part["attained"]),
            None if _is_few(part) else _left(part["budgetLeft"]),
            *part["burnRate"].values(),
        )
        for part in answers["objectives"]
    ]
    if rows:
        show_table(("error budget of", "target %", "attained", "left", "burn 1 h", "burn 6 h", "burn 3 d"), rows)


def trend(values: list[float | None]) -> str:
    """Return numbers as a line of bars from their least to their greatest, the newest last; what is not known is a blank.

    >>> trend([1.0, 2.0, 3.0]), trend([None, 5.0, 5.0]), trend([])
    ('▁▅█', ' ▅▅', '')
    """
    known = [value for value in values if value is not None]
    if not known:
        return ""
    step = max(1, -(-len(values) // WIDTH))
    shown = values[::-1][::step][::-1]
    low, high = min(known), max(known)
    return "".join(" " if value is None else _bar(value, low, high) for value in shown)


def _bar(value: float, low: float, high: float) -> str:
    if high == low:
        return BARS[len(BARS) // 2]
    return BARS[round((value - low) / (high - low) * (len(BARS) - 1))]


def _time(seconds: float | None) -> str | None:
    from freehold.quality.verdict import duration

    return None if seconds is None else duration(seconds)


def _left(budget: float | None) -> str | None:
    return "spent" if budget is not None and budget <= 0 else _percent(budget)


def _ends(name: str, values: list[float | None]) -> tuple[str | None, str | None, str | None]:
    show = _time if name == "age" else _percent
    known = [value for value in values if value is not None]
    return show(min(known)), show(max(known)), show(values[-1])


def _percent(value: float | None) -> str | None:
    return None if value is None else f"{value:,.2f} %"
