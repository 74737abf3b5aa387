"""`freehold demo`: a whole mesh in a minute, on made-up data, with every outcome checked as it is shown."""

from __future__ import annotations

from freehold.cli.demo.command import demo

__all__ = ["demo"]
