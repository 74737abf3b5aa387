"""The page of classification shows everything that is looked for, and says when it is found."""

from __future__ import annotations

from pathlib import Path

from freehold.classify.catalogue import DETECTORS
from freehold.classify.text import INSIDE

PAGE = (Path(__file__).parents[2] / "docs" / "classification.md").read_text(encoding="utf-8")


def test_every_detector_has_its_row() -> None:
    missing = [item.title for item in (*DETECTORS, *INSIDE) if f": {item.title} | `{item.classification}` |" not in PAGE]
    assert missing == []


def test_every_classification_is_explained() -> None:
    assert [name for name in {item.classification for item in DETECTORS} if f"\n| `{name}` | " not in PAGE] == []
