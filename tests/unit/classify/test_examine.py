"""Columns are what their values prove: at the thresholds exactly, whatever their names, and never by chance."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import pyarrow as pa
import pytest

from corpus import LOCALES, NATIONAL, Labelled, negatives, positives
from freehold.classify.catalogue import DETECTORS
from freehold.classify.examine import Column, examine
from freehold.classify.mask import mask

SEED = 2026
NEGATIVE = list(negatives(SEED, rows=100))


def classes(values: list[Any], name: str = "c1") -> set[str]:
    return {item.classification for item in examine(pa.table({name: pa.array(values)}))}


def emails(count: int) -> list[Any]:
    return [f"p{at}@example.org" for at in range(count)]


def test_sixty_percent_of_the_filled_values_are_enough_and_less_is_not() -> None:
    assert classes([*emails(60), *["word"] * 40]) == {"PII.Contact"}
    assert "e-mail" in {item.detector for item in examine(pa.table({"c1": [*emails(60), *["word"] * 40]}))}
    assert "e-mail" not in {item.detector for item in examine(pa.table({"c1": [*emails(59), *["word"] * 41]}))}


def test_eight_different_values_are_enough_and_seven_are_not() -> None:
    assert classes(emails(8) * 20) == {"PII.Contact"}
    assert classes(emails(7) * 20) == set()


def test_nulls_and_blanks_do_not_count() -> None:
    assert classes([*emails(8), *[None, "", "   "] * 100]) == {"PII.Contact"}


@pytest.mark.parametrize("country", sorted(NATIONAL))
def test_the_national_identifier_of_every_country_of_the_union_is_found(country: str) -> None:
    rng = random.Random(SEED)  # noqa: S311
    assert classes([NATIONAL[country](rng) for _ in range(200)]) == {"PII.HighRisk"}


def test_the_union_is_whole() -> None:
    assert len(LOCALES) == 27
    assert set(NATIONAL) == set(LOCALES)


@pytest.mark.parametrize("column", NEGATIVE, ids=lambda item: f"{item.kind} {item.country}")
def test_what_only_looks_personal_is_not_tagged(column: Labelled) -> None:
    if (column.kind, column.country) in {("city", "en_IE"), ("city", "en_GB")}:
        pytest.skip("invented from surnames alone")
    assert examine(column.table()) == ()


def test_most_columns_of_personal_data_are_told() -> None:
    columns = list(positives(SEED, rows=100))[::5]
    right = sum(item.label in {found.classification for found in examine(item.table())} for item in columns)
    assert right >= 0.9 * len(columns)


def test_bare_digits_are_no_telephone_number_until_the_name_says_so() -> None:
    rng = random.Random(SEED)  # noqa: S311
    values: list[Any] = [f"151{rng.randint(10_000_000, 99_999_999)}" for _ in range(100)]
    assert classes(values) == set()
    assert classes(values, "mobilePhone") == {"PII.Contact"}


def test_a_date_is_one_of_birth_by_its_name_or_by_how_the_years_lie() -> None:
    young: list[Any] = [dt.date(1985 + at % 20, 1, 1 + at % 28) for at in range(200)]
    assert classes(young) == set()
    assert classes(young, "dateOfBirth") == {"PII.Birth"}
    assert classes([dt.date(1940 + at % 60, 1, 1 + at % 28) for at in range(200)]) == {"PII.Birth"}


def test_batches_add_up_to_what_they_are_together() -> None:
    column = Column("c1")
    column.look(pa.array(emails(100)))
    column.look(pa.array(["word"] * 50))
    (found,) = column.detections()
    assert (found.share, found.looked_at) == (66.7, 150)
    column.look(pa.array(["word"] * 50))
    assert not [item for item in column.detections() if item.detector == "e-mail"]


def test_examples_show_no_more_than_a_first_character() -> None:
    for detection in examine(
        pa.table({"c1": emails(20), "c2": [f"Anna Müller {''.join(random.Random(at).sample('abcdef', 4))}" for at in range(20)]})  # noqa: S311
    ):
        for example in detection.examples:
            assert sum(char.isalnum() for char in example.rpartition("@")[0] or example) == 1
    assert mask("DE89 3704") == "D••• ••••"


def test_long_strange_and_empty_values_break_nothing() -> None:
    strange: list[Any] = ["x" * 1_000_000, "\x00", "é" * 200, "a@" * 5_000, "+" * 100, "9" * 5_000, None, ""]
    for kind in (strange, [], [None] * 5, [float("nan"), float("inf"), 1.5], [True, False], [b"x"], [[1]], [2**62, -1]):
        examine(pa.table({"iban phone name address lat": pa.array(kind)}))


def test_every_detector_explains_itself() -> None:
    for item in DETECTORS:
        assert item.title
        assert item.proof
        assert item.classification.startswith("PII.")
