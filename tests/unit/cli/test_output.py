"""What commands print: findings, plans, errors and answers, plain where it is not a terminal."""

from __future__ import annotations

import doctest
import io
import re
import xml.etree.ElementTree as ET
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from freehold.cli import answer, change, findings, impact, quality, reach, terminal
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


class Terminal(io.StringIO):
    """Standard output that is a terminal."""

    def isatty(self) -> bool:
        return True


def on_terminal(monkeypatch: pytest.MonkeyPatch, width: int, heads: tuple[str, ...], rows: list[tuple[Any, ...]]) -> list[str]:
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setenv("TERM", "xterm")
    screen = Terminal()
    monkeypatch.setattr("sys.stdout", screen)
    terminal.show_table(heads, rows)
    return [re.sub(r"\x1b\[[0-9;]*m", "", line).rstrip() for line in screen.getvalue().splitlines()]


SENTENCE = "One row for each customer: who they are and how to reach them"
WIDE = [("customer.customer_360", "customer-data-team@contoso.com", 31204, SENTENCE)]


def test_a_table_that_is_a_little_too_wide_wraps_between_words_and_keeps_names_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = on_terminal(monkeypatch, 92, ("product", "owner", "rows", "description"), WIDE)
    assert all(len(line) <= 92 for line in lines)
    assert "customer.customer_360" in lines[1]
    assert "customer-data-team@contoso.com" in lines[1]
    assert " ".join(line.split("31,204")[-1].strip() for line in lines[1:]) == SENTENCE


def test_a_table_that_no_terminal_so_narrow_can_hold_comes_as_records(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = on_terminal(monkeypatch, 60, ("product", "owner", "rows", "description"), [*WIDE, ("a.b", "x", 2, "")])
    assert lines == [
        " product      customer.customer_360",
        " owner        customer-data-team@contoso.com",
        " rows         31,204",
        " description  One row for each customer: who they are and",
        "              how to reach them",
        "",
        " product      a.b",
        " owner        x",
        " rows         2",
    ]


def test_a_record_keeps_the_mark_that_stood_before_its_row(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [("✗", "x" * 40, "y" * 40)]
    assert on_terminal(monkeypatch, 60, ("", "rule", "verdict"), rows) == [" ✗ rule     " + "x" * 40, "   verdict  " + "y" * 40]


def test_who_waits_is_told_on_a_terminal_and_nowhere_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    for screen, said in ((Terminal(), True), (io.StringIO(), False)):
        monkeypatch.setattr("sys.stderr", screen)
        with terminal.waiting("Asking"):
            pass
        assert ("Asking …" in screen.getvalue()) is said


def test_decimals_are_numbers_in_a_table_and_in_json(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.show_table(("category", "units"), [("Furniture", Decimal(457364)), ("Technology", Decimal(12))])
    lines = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    assert lines[1:] == [" Furniture   457,364", " Technology       12"]
    terminal.show_json({"units": Decimal("457364.50")})
    assert capsys.readouterr().out == '{\n  "units": 457364.50\n}\n'


YEARS = [(2013, 1_000_234, 6401, Decimal("1200.50"), 0.5), (2014, 7, 31_204, Decimal(12), None)]


def test_years_and_keys_of_an_answer_are_as_they_are_and_amounts_have_their_thousands_apart(
    capsys: pytest.CaptureFixture[str],
) -> None:
    terminal.show_data(("when", "orderId", "customers", "units", "share"), YEARS)
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert lines[1:] == [["2013", "1000234", "6,401", "1200.50", "0.5"], ["2014", "7", "31,204", "12", "–"]]


@pytest.mark.parametrize("head", ["id", "ORDER_ID", "customerKey", "zip code", "accountNo", "flight_number", "fiscalYear"])
def test_a_column_with_the_name_of_a_key_has_no_thousands(head: str, capsys: pytest.CaptureFixture[str]) -> None:
    terminal.show_data((head,), [(20_130_101,)])
    assert capsys.readouterr().out.split()[-1] == "20130101"


@pytest.mark.parametrize("head", ["paid", "n", "count(*)", "monkeys", "codes sold", ""])
def test_a_column_whose_name_only_looks_like_a_key_has_thousands(head: str, capsys: pytest.CaptureFixture[str]) -> None:
    terminal.show_data((head,), [(20_130_101,)])
    assert capsys.readouterr().out.split()[-1] == "20,130,101"


def test_what_freehold_states_has_its_thousands_apart_however_few(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.show_table(("leaf",), [(2013,)])
    assert capsys.readouterr().out.split() == ["leaf", "2,013"]


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


def test_a_share_of_too_few_answers_is_neither_kept_nor_a_spent_budget(capsys: pytest.CaptureFixture[str]) -> None:
    few = {
        "promise": "latency",
        "target": 95.0,
        "of": 5,
        "attained": 0.0,
        "budgetLeft": -19.0,
        "burnRate": {"1h": 20, "6h": 20, "3d": 20},
    }
    promises = [
        {"promise": "latency", "kept": True, "promised": 95.0, "measured": 0.0, "detail": "0.000 % of 5: under 20 say nothing"},
        {"promise": "rules", "kept": False, "promised": 100.0, "measured": 80.0, "detail": None},
    ]
    answers = {"answered": 5, "failed": 0, "latency": {"p95": 6.3}, "objectives": [few]}
    item = {"product": "sales.orders", "region": "westeurope", "days": 30, "promises": promises, "answers": answers}
    quality.show_all([item | {"history": []}], [])
    line = capsys.readouterr().out.splitlines()[1]
    assert "1 of 2 kept" in line
    assert line.rstrip().endswith("–")
    quality.show_one(item | {"history": [], "incidents": []})
    lines = capsys.readouterr().out.splitlines()
    assert "– too few" in lines[2]
    assert lines[3].rstrip().endswith("its owner sees which: freehold test sales.orders")
    assert lines[-1].split() == ["latency", "95", "0.00", "%", "–", "20", "20", "20"]
