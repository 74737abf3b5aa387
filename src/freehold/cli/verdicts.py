"""Reports of tests on the terminal, as JSON and as JUnit XML: what was measured, what was wanted, which rows fail."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from freehold.cli.terminal import cell, console, counted, say
from freehold.errors import StoreFailed
from freehold.model.finding import Severity
from freehold.model.verdict import Outcome, Report, Verdict

_MARKS = {Outcome.PASSED: "✓", Outcome.FAILED: "✗", Outcome.UNCHECKED: "?"}
_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.NOTICE: "cyan"}
_WIDE = 6
"""Columns that are shown of a failing row, those of the rule first."""


def show_report(report: Report) -> None:
    """Print a report as a table: one line for each check, below it why one did not pass, and rows that fail."""
    from rich.table import Table
    from rich.text import Text

    of = "" if report.subject == report.product else f" as {report.product}"
    terms = f" under {report.contract}" if report.contract else ""
    rows = f"   {counted(report.rows, 'row')}" if report.rows is not None else ""
    say(f"{report.subject}{of}{terms}{rows}", "bold")
    table = Table(box=None, pad_edge=True, header_style="bold", show_edge=False)
    for head in ("", "rule", "measured", "wanted", "failing rows", "verdict"):
        table.add_column(Text(head), justify="right" if head in {"measured", "failing rows"} else "left", overflow="fold")
    for item in report.verdicts:
        style = "" if item.outcome is Outcome.PASSED else _STYLES[item.severity]
        cells = (_MARKS[item.outcome], item.name, _measured(item), item.bound, _failing(item), _verdict(item))
        table.add_row(*(Text(text) for text in cells), style=style)
    console().print(table)
    said: set[str] = set()
    for item in report.verdicts:
        if item.outcome is not Outcome.PASSED and item.sentence not in said:
            said.add(item.sentence)
            _show_reason(item)
    for remark in report.remarks:
        say(f"  · {remark}")
    say()


def show_summary(reports: Sequence[Report], least: Severity) -> None:
    """Print the closing sentence: how many checks passed, and whether the test did."""
    verdicts = [item for report in reports for item in report.verdicts]
    counts = [f"{sum(item.outcome is outcome for item in verdicts):,} {outcome.value}" for outcome in Outcome]
    failed = [report.subject for report in reports if report.fails(least)]
    mark = "✗" if failed else "✓"
    what = f"{counted(len(reports), 'test')}: {', '.join(counts)}"
    say(f"{mark} {what}." + (f" Failed: {', '.join(failed)}." if failed else " All promises are kept."), "bold")


def as_json(reports: Sequence[Report], least: Severity) -> dict[str, Any]:
    """Return reports as plain values, in the words of manifests."""
    return {
        "passed": not any(report.fails(least) for report in reports),
        "reports": [
            {
                **{key: value for key, value in msgspec.to_builtins(report).items() if key != "verdicts"},
                "passed": not report.fails(least),
                "verdicts": [_plain(item) for item in report.verdicts],
            }
            for report in reports
        ],
    }


def write_junit(path: Path, reports: Iterable[Report]) -> None:
    """Write a JUnit report: a suite for each report, a case for each check; what only warns is output, and no failure.

    Raises:
        StoreFailed: The file cannot be written.
    """
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        "<testsuites>",
        *(line for item in reports for line in _suite(item)),
        "</testsuites>",
    ]
    try:
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    except OSError as error:
        raise StoreFailed(f"`{path}` cannot be written", remedy="choose another file with `--junit FILE`") from error


def _suite(report: Report) -> Iterable[str]:
    from xml.sax.saxutils import escape, quoteattr  # which reads the whole of http first

    failures = sum(_is_failure(item) for item in report.verdicts)
    skipped = sum(item.outcome is Outcome.UNCHECKED and item.severity is not Severity.ERROR for item in report.verdicts)
    name, total = quoteattr(_clean(report.subject)), len(report.verdicts)
    yield f'  <testsuite name={name} tests="{total}" failures="{failures}" errors="0" skipped="{skipped}">'
    for item in report.verdicts:
        yield f"    <testcase classname={name} name={quoteattr(_clean(item.name))}>"
        said = _clean(item.sentence)
        if _is_failure(item):
            yield f"      <failure type={quoteattr(item.check)} message={quoteattr(said)}>{escape(_clean(item.where))}</failure>"
        elif item.outcome is Outcome.UNCHECKED:
            yield f"      <skipped message={quoteattr(said)}/>"
        elif item.outcome is Outcome.FAILED:
            yield f"      <system-out>{escape(f'{item.severity.value}: {said}')}</system-out>"
        yield "    </testcase>"
    yield "  </testsuite>"


def _is_failure(verdict: Verdict) -> bool:
    return verdict.outcome is not Outcome.PASSED and verdict.severity is Severity.ERROR


def _clean(text: str) -> str:
    """Return text without the characters that XML cannot hold."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def _plain(verdict: Verdict) -> dict[str, Any]:
    found = msgspec.to_builtins(msgspec.structs.replace(verdict, samples=()))
    found["samples"] = [{name: _value(value) for name, value in row.items()} for row in verdict.samples]
    return {name: value for name, value in found.items() if value not in (None, "", [], ())}


def _value(value: Any) -> Any:
    """Return a value of a row as JSON has it; what it has no word for is text."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)


def _show_reason(verdict: Verdict) -> None:
    out = console()
    at = f"   {verdict.where}" if verdict.where else ""
    out.print(f"  {_MARKS[verdict.outcome]} {verdict.sentence}{at}")
    if verdict.description:
        out.print(f"      {verdict.description}")
    for row in verdict.samples:
        out.print(f"      {_row(row, verdict.columns)}")
    if verdict.unseen:
        out.print(f"      no rows are shown: {verdict.unseen}")


def _row(row: Mapping[str, Any], first: Sequence[str]) -> str:
    names = [name for name in row if name in first] + [name for name in row if name not in first]
    said = ", ".join(f"{name}={_quoted(row[name])[:60]}" for name in names[:_WIDE])
    return said + (", …" if len(names) > _WIDE else "")


def _quoted(value: Any) -> str:
    return "no value" if value is None else _clean(repr(value) if isinstance(value, str) else str(value))


def _measured(verdict: Verdict) -> str:
    if verdict.measured is None:
        return ""
    if verdict.bound.endswith("%"):
        return f"{verdict.measured:.4g} %"
    return f"{verdict.measured:,.0f}" if verdict.measured.is_integer() else cell(verdict.measured)


def _failing(verdict: Verdict) -> str:
    if not verdict.failing:
        return ""
    return f"{verdict.failing:,}" + (f" ({verdict.percent:.3g} %)" if verdict.percent is not None else "")


def _verdict(verdict: Verdict) -> str:
    if verdict.outcome is Outcome.FAILED and verdict.severity is not Severity.ERROR:
        return verdict.severity.value
    return verdict.outcome.value
