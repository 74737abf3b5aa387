"""What commands print: findings, plans, errors and answers, plain where it is not a terminal."""

from __future__ import annotations

import doctest
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

from freehold.cli import answer, change, findings, impact, reach, terminal
from freehold.errors import ColumnExcluded, ParameterInvalid
from freehold.model.finding import Finding, Severity
from freehold.services import rows as rows_of
from freehold.services.audience import Audience
from freehold.services.exposure import ColumnDifference, Difference, Direction
from freehold.services.impact import Impact, ProductImpact
from freehold.services.rows import Rows

FOUND = [
    Finding(
        code="field-unknown",
        message="dataContracts[0].fields names `segmnt`; the schema has `segment`.",
        mend="did you mean `segment`?",
        file="domains/customer/customer-360.yaml",
        line=18,
        column=30,
    ),
    Finding(code="cmk-inactive", message="encryption <later> & more", mend="wait", file="mesh.yaml", severity=Severity.WARNING),
]


def test_an_error_says_what_why_what_to_do_and_where_it_is_recorded(capsys: pytest.CaptureFixture[str]) -> None:
    error = ColumnExcluded(
        "`email` may not be used under contract `Customer enrichment`",
        remedy="ask data-steward@customer",
        position={"line": 1, "column": 21},
        suggestion={"sql": "select segment from customer.customer_360"},
        leaf=18205,
    )
    terminal.show_error(error)
    assert capsys.readouterr().err.splitlines() == [
        "✗ column-excluded   `email` may not be used under contract `Customer enrichment`: line 1, column 21",
        "  A column is excluded by the contract.",
        "  This passes:   select segment from customer.customer_360",
        "  → ask data-steward@customer",
        "  Recorded as leaf 18,205.",
    ]


def test_an_error_as_json_keeps_its_code_whatever_its_facts_say() -> None:
    said = terminal.problem(ColumnExcluded("no", code="other", column="email"))
    assert (said["code"], said["status"], said["column"]) == ("column-excluded", 403, "email")


def test_a_finding_shows_its_place_its_code_and_its_mend(capsys: pytest.CaptureFixture[str]) -> None:
    findings.show_refusal(FOUND, 7, "Nothing was applied.")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "domains/customer/customer-360.yaml:18:30  field-unknown"
    assert lines[2] == "    → did you mean `segment`?"
    assert lines[3] == "mesh.yaml:1:1  cmk-inactive   (warning)"
    assert lines[-1] == "1 error, 1 warning in 2 of 7 files. Nothing was applied."


def test_junit_counts_files_and_fails_only_for_errors(tmp_path: Path) -> None:
    findings.write_junit(tmp_path / "out.xml", FOUND, ["mesh.yaml", "governance.yaml"])
    suite = ET.parse(tmp_path / "out.xml").getroot()  # noqa: S314  (written by the line above)
    assert (suite.get("tests"), suite.get("failures")) == ("3", "1")
    assert [case.get("name") for case in suite if case.find("failure") is not None] == ["domains/customer/customer-360.yaml"]


def test_a_table_is_not_cut_off_where_it_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    long = "word " * 60
    terminal.show_table(("segment", "customers", "note"), [("Consumer", 31204, long), ("Home [red]Office", 6401, None)])
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    assert long.strip() in lines[1]
    assert "31,204" in lines[1]
    assert "Home [red]Office" in lines[2]
    assert "\x1b" not in "".join(lines)


def test_a_plan_says_who_sees_more_and_what_crosses_a_border() -> None:
    audience = Audience(product="customer.customer_360", domain="sales", purpose="Customer enrichment")
    column = ColumnDifference(name="birthDate", before="none", after="masked: year")
    rows = Rows(before=50_000, after=50_000)
    lines = list(change.exposure_lines([Difference(audience=audience, direction=Direction.MORE, columns=(column,), rows=rows)]))
    assert lines == [
        "who sees more     sales (Customer enrichment) in customer.customer_360: birthDate (masked: year) of 50,000 rows",
        "who sees less     nobody",
        "crosses a border  nothing new",
    ]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (Rows(after=1_530), "segment of 1,530 rows"),
        (Rows(before=1, after=1), "segment of 1 row"),
        (Rows(after="fewer than 10"), "segment of fewer than 10 rows"),
        (Rows(after="unknown"), "segment; rows unknown"),
        (Rows(before=1_000, after=1_530, gained=530, lost=0), "segment; rows: 1,000 → 1,530"),
        (Rows(before=1_000, after=1_530, gained=630, lost=100), "segment; rows: 1,000 → 1,530 (630 gained, 100 lost)"),
        (Rows(before=1_000, after=900, gained="unknown", lost="unknown"), "segment; rows: 1,000 → 900"),
        (Rows(before=1_000, after="unknown", gained="unknown", lost="unknown"), "segment; rows: 1,000 → unknown"),
        (Rows(before="unknown", after="unknown", gained="unknown", lost="unknown"), "segment; rows unknown"),
        (
            Rows(before=1_000, after="nearly as many", gained=0, lost="fewer than 10"),
            "segment; rows: 1,000 → nearly as many (fewer than 10 lost)",
        ),
        (Rows(before="fewer than 10", after=1_003, gained="nearly as many", lost=0), "segment; rows: fewer than 10 → 1,003"),
    ],
)
def test_a_plan_says_of_which_rows_a_column_is_shown(rows: Rows, said: str) -> None:
    audience = Audience(product="customer.customer_360", domain="sales", purpose="Customer enrichment")
    column = ColumnDifference(name="segment", before="none", after="read")
    (line, *_) = change.exposure_lines([Difference(audience=audience, direction=Direction.MORE, columns=(column,), rows=rows)])
    assert line == f"who sees more     sales (Customer enrichment) in customer.customer_360: {said}"


PERMIT: dict[str, Any] = {"effect": "permit", "form": "rows", "region": "westeurope", "leaf": 1, "pending": None}
FORBID: dict[str, Any] = {"effect": "forbid", "code": "column-unknown", "detail": "no column", "leaf": 2, "pending": None}
PENDING: dict[str, Any] = {**PERMIT, "pending": "the contract has no effect until anna approves it"}


@pytest.mark.parametrize(
    ("before", "after", "rows", "lines"),
    [
        (PERMIT, PERMIT, Rows(before=200, after=200), ["answered as rows, as before", "200 rows, as before"]),
        (PERMIT, FORBID, Rows(before=200), ["answered as rows → refused (column-unknown)", "200 rows → none"]),
        (FORBID, PERMIT, Rows(after=200), ["refused (column-unknown) → answered as rows", "none → 200 rows"]),
        (FORBID, FORBID, Rows(), ["refused (column-unknown), as before"]),
        (None, PENDING, Rows(after=200), ["nothing in force → answered as rows, once approved", "none → 200 rows"]),
        (PERMIT, PERMIT, Rows(before="unknown", after="unknown"), ["answered as rows, as before", "rows unknown"]),
        (
            PERMIT,
            PERMIT,
            Rows(before=200, after=67, gained="unknown", lost="unknown"),
            ["answered as rows, as before", "rows: 200 → 67"],
        ),
    ],
)
def test_what_becomes_of_a_question_is_said_in_few_lines(
    before: dict[str, Any] | None, after: dict[str, Any], rows: Rows, lines: list[str]
) -> None:
    assert list(impact.impact_lines(Impact(before=before, after=after, products=(), rows=rows))) == lines


def test_both_decisions_on_a_question_are_shown_whole_with_where_they_are_recorded(capsys: pytest.CaptureFixture[str]) -> None:
    column = ColumnDifference(name="region", before="read", after="none")
    product = ProductImpact(product="customer.customer_360", direction=Direction.LESS, columns=(column,), notes=("a: 1 → 2",))
    impact.show_impact(Impact(before=PENDING, after=FORBID, products=(product,), rows=Rows(before=200)))
    assert capsys.readouterr().out.splitlines() == [
        "in force",
        "  ✓ this would be answered as rows from westeurope",
        "  · refused until then (contract-pending): the contract has no effect until anna approves it",
        "under the manifests",
        "  ✗ column-unknown   no column",
        "what changes",
        "  answered as rows, once approved → refused (column-unknown)",
        "  customer.customer_360: region no longer shown; a: 1 → 2",
        "  200 rows → none",
        "Recorded as leaf 1 and 2 of .freehold/plan/ledger.",
    ]


def test_a_parameter_without_a_value_is_refused() -> None:
    with pytest.raises(ParameterInvalid, match="region"):
        reach.parameters(["region"])


@pytest.mark.parametrize("module", [answer, change, findings, reach, rows_of, terminal])
def test_the_examples_in_docstrings_hold(module: object) -> None:
    result = doctest.testmod(module)  # type: ignore[arg-type]
    assert result.attempted > 0
    assert result.failed == 0
