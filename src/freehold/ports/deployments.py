"""A place that templates are deployed to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

Progress = Callable[[int], None]
"""Hears how many resources are there so far."""


class Deployments(Protocol):
    """One resource group. A deployment adds and changes; what it does not name, it leaves as it is."""

    def deploy(
        self, name: str, template: Mapping[str, Any], parameters: Mapping[str, Any], progress: Progress
    ) -> Mapping[str, Any]:
        """Deploy a template to its end, and return its outputs, by name.

        Raises:
            DeploymentFailed: It was refused, could not be finished, or the place cannot be reached.
        """
        ...
