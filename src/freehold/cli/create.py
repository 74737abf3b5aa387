"""`freehold init`, `freehold domain new` and `freehold product new`: a first manifest, never over a file that exists."""

from __future__ import annotations

import typer

from freehold.cli.options import Group

domain = typer.Typer(cls=Group, no_args_is_help=True, help="Domains of the mesh.")
product = typer.Typer(cls=Group, no_args_is_help=True, help="Data products of the mesh.")


def init() -> None:
    """Start a mesh."""


@domain.command("new")
def new_domain() -> None:
    """Add a domain."""


@product.command("new")
def new_product() -> None:
    """Add a product."""
