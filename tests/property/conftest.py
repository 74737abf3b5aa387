"""What the laws are tried with."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import strategies as st

from generated.queries import queries as generated_queries


@pytest.fixture(scope="session")
def queries() -> Callable[..., st.SearchStrategy[str]]:
    """Return the strategy of queries over relations."""
    return generated_queries
