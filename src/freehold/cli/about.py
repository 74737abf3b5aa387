"""`freehold version` and `freehold schema`: what this is, and what editors complete manifests with."""

from __future__ import annotations

from typing import Annotated

import typer

from freehold.cli.options import JsonFlag

SCHEMA_EXAMPLES = "Example: freehold schema > freehold.schema.json"


def _show_version(wanted: bool) -> None:  # noqa: FBT001  (the shape of a Typer callback)
    if wanted:
        version()
        raise typer.Exit


def root(
    *,
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_show_version, help="Print the version of Freehold.")
    ] = False,
) -> None:
    """Take the options of `freehold` itself."""


def version(*, json: JsonFlag = False) -> None:
    """Print the version of Freehold."""
    from freehold import __version__
    from freehold.cli.terminal import say, show_json

    if json:
        show_json({"version": __version__})
    else:
        say(f"freehold {__version__}")


def schema(*, json: JsonFlag = False) -> None:  # noqa: ARG001  (the schema is JSON either way)
    """Print the JSON Schema of manifests. Editors complete with it."""
    from freehold.cli.terminal import show_json
    from freehold.manifest import json_schema

    show_json(json_schema())
