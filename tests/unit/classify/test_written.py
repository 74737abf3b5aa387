"""What is told of one way of writing is told of every way, and of nothing that only looks like it."""

from __future__ import annotations

import time

import pyarrow as pa
import pytest
from stdnum import luhn

from corpus_written import Written, written
from freehold.classify.examine import examine
from freehold.classify.named import said
from freehold.classify.text import INSIDE

COLUMNS = list(written(2026))


@pytest.mark.parametrize("column", COLUMNS, ids=lambda item: item.kind)
def test_a_column_is_what_its_values_are_however_they_are_written(column: Written) -> None:
    told = {item.classification for item in examine(column.table(column.name))}
    assert told == ({column.label} if column.label else set())


def test_where_no_name_says_so_papers_and_bare_hexadecimals_are_nothing() -> None:
    for column in COLUMNS:
        if column.kind in {"passport named in Dutch", "driving licence", "MAC named", "year of birth named"}:
            assert examine(column.table()) == ()


def test_a_share_that_two_kinds_of_contact_reach_together_names_both() -> None:
    column = next(item for item in COLUMNS if item.kind == "e-mail or phone")
    (found,) = examine(column.table())
    assert found.share == 100.0
    assert "together with" in found.because


def test_check_digits_are_believed_before_the_plans_of_telephone_numbers() -> None:
    wrong = [f"630127-62{at:02d}" for at in range(20)]
    born = (f"63012{day}-{serial:03d}" for day in range(1, 9) for serial in range(10))
    right = [item + luhn.calc_check_digit(item.replace("-", "")) for item in born]
    (found,) = examine(pa.table({"c1": [*right, *wrong]}))
    assert found.classification == "PII.HighRisk"


def test_names_of_columns_are_read_without_marks_and_at_their_capitals() -> None:
    assert said("Längengrad") == "langengrad"
    assert said("homeLat") == "home lat;homelat"
    assert said("ημερομηνία_γέννησης") == "ημερομηνια γεννησης"


@pytest.mark.parametrize("part", ["A", "Aé", "aA", "Anna ", "ssn 1 ", "DE12 ", "4111 ", "a.b@", "rue 1 12345 Aaa "])
def test_no_long_text_is_searched_for_long(part: str) -> None:
    text = (part * 20_000)[:20_000]
    started = time.process_time()
    for inside in INSIDE:
        inside.find(text)
    assert time.process_time() - started < 5.0
