"""What the laws are tried with."""

from __future__ import annotations

from collections.abc import Callable, Generator

import pytest
from hypothesis import strategies as st

import found
from generated.queries import queries as generated_queries


@pytest.fixture(scope="session")
def queries() -> Callable[..., st.SearchStrategy[str]]:
    """Return the strategy of queries over relations."""
    return generated_queries


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Write down the smallest case that a generated test failed on."""
    report = yield
    if report.failed and call.when == "call":
        name = getattr(item, "originalname", item.name).removeprefix("test_")
        path = found.keep(name)
        if path is not None:
            report.sections.append(("kept", f"the case is in {path}, and is asked again ever after"))
    return report
