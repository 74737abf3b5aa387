"""`freehold demo`: a whole mesh in a minute, on made-up data, with every outcome checked as it is shown."""

from __future__ import annotations

from freehold.cli.demo.command import EXAMPLES, demo

__all__ = ["EXAMPLES", "demo"]
