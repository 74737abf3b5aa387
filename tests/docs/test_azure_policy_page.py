"""docs/azure-policy.md names every operator, effect and function that there is, and every miss of the public case set."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from freehold.azure.expression.functions import FUNCTIONS
from freehold.azure.policy.aliases import AliasTable
from freehold.azure.policy.effects import Effect
from freehold.azure.policy.language import Scope
from freehold.azure.policy.operators import OPERATORS
from freehold.azure.template.language import language

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "azure-policy.md").read_text(encoding="utf-8")
QUOTED = {part.lower() for part in PAGE.split("`")[1::2]}
UNKNOWN = {"references", "tologicalzone", "tologicalzones", "tophysicalzone", "tophysicalzones", "externalinput", "lambdavariables"}
OF_A_KIND = {name for name in language(frozenset(), frozenset(), {}).forms if name.endswith("resourceid")}


@pytest.mark.parametrize(
    "names",
    [OPERATORS, {effect.value.lower() for effect in Effect}, FUNCTIONS, Scope(AliasTable()).language.forms],
    ids=["operators", "effects", "functions", "forms of policies"],
)
def test_everything_that_is_understood_is_named(names: Any) -> None:
    assert {name.lower() for name in names} - QUOTED == set()


def test_every_form_of_templates_is_named_or_of_a_named_kind() -> None:
    assert set(language(frozenset(), frozenset(), {}).forms) - QUOTED - UNKNOWN - OF_A_KIND == set()


def test_every_miss_of_the_case_set_is_listed() -> None:
    text = (ROOT / "tests" / "conformance" / "test_azure_policy.py").read_text(encoding="utf-8")
    misses = text.partition("MISSES: dict[str, str] = {")[2].partition("}")[0].split('"')[1::4]
    assert "MISSES: dict[str, str] = {" in text
    assert all(f"| `{name}` |" in PAGE for name in misses)
    assert bool(misses) is not ("where it is at hand, and holds" in PAGE)
