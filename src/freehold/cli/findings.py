"""Findings on the terminal, as JSON and as JUnit XML: place, code, what was found, what mends it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from freehold.cli.terminal import console, counted, say
from freehold.errors import StoreFailed
from freehold.model.finding import Finding, Severity

_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.NOTICE: "cyan"}


def show_findings(findings: Iterable[Finding]) -> None:
    """Print each finding with its place, severity and mend."""
    from rich.text import Text

    out = console()
    for item in findings:
        kind = "" if item.severity is Severity.ERROR else f"   ({item.severity.value})"
        out.print(Text.assemble(item.place, "  ", (item.code, _STYLES[item.severity]), kind))
        out.print(f"    {item.message}")
        out.print(f"    → {item.mend}")


def summary(findings: Sequence[Finding], files: int) -> str:
    """Return the closing sentence: how many findings of each severity, in how many of how many files.

    >>> summary([], 7)
    'No errors in 7 files.'
    """
    counts = {kind: sum(item.severity is kind for item in findings) for kind in Severity}
    said = ", ".join(counted(count, kind.value) for kind, count in counts.items() if count)
    if not said:
        return f"No errors in {counted(files, 'file')}."
    said = said if counts[Severity.ERROR] else f"No errors, {said}"
    return f"{said} in {len({item.file for item in findings}):,} of {counted(files, 'file')}."


def has_errors(findings: Iterable[Finding]) -> bool:
    """Return whether any finding stops an apply."""
    return any(item.severity is Severity.ERROR for item in findings)


def as_json(findings: Sequence[Finding], files: int) -> dict[str, Any]:
    """Return findings as plain values."""
    return {"findings": [msgspec.to_builtins(item) for item in findings], "files": files, "errors": has_errors(findings)}


def write_junit(path: Path, findings: Sequence[Finding], files: Sequence[str]) -> None:
    """Write a JUnit report: one test case for each file, one failure for each of its errors, the rest as its output.

    Raises:
        StoreFailed: The file cannot be written.
    """
    by_file = {name: [item for item in findings if item.file == name] for name in sorted({*files, *(i.file for i in findings)})}
    failed = sum(has_errors(items) for items in by_file.values())
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuite name="freehold check" tests="{len(by_file)}" failures="{failed}" errors="0" skipped="0">',
        *(line for name, items in by_file.items() for line in _case(name, items)),
        "</testsuite>",
    ]
    try:
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    except OSError as error:
        raise StoreFailed(f"`{path}` cannot be written", remedy="choose another file with `--junit FILE`") from error


def _case(name: str, findings: Sequence[Finding]) -> Iterable[str]:
    from xml.sax.saxutils import escape, quoteattr  # which reads the whole of http first

    yield f'  <testcase classname="manifests" name={quoteattr(name)}>'
    for item in findings:
        text = quoteattr(f"{item.place}: {item.message} → {item.mend}")
        if item.severity is Severity.ERROR:
            yield f"    <failure type={quoteattr(item.code)} message={text}/>"
    others = [item for item in findings if item.severity is not Severity.ERROR]
    if others:
        said = "\n".join(f"{item.place}: {item.code}: {item.message}" for item in others)
        yield f"    <system-out>{escape(said)}</system-out>"
    yield "  </testcase>"


def show_refusal(findings: Sequence[Finding], files: int, closing: str) -> None:
    """Print findings and the closing sentence that says what did not happen."""
    show_findings(findings)
    if findings:
        say()
    say(f"{summary(findings, files)} {closing}".strip(), "bold")
