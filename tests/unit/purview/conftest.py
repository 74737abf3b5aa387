"""A catalogue in this process, and people who ask it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from account import account_in
from people import People


@pytest.fixture
def people(tmp_path: Path) -> Iterator[People]:
    with account_in(tmp_path) as (_, inside):
        yield People(inside)
