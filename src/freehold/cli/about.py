"""`freehold version` and `freehold schema`: what this is, and what editors complete manifests with."""

from __future__ import annotations

from freehold.cli.options import JsonFlag


def version(*, json: JsonFlag = False) -> None:
    """Print the version of Freehold."""
    from freehold import __version__
    from freehold.cli.terminal import say, show_json

    if json:
        show_json({"version": __version__})
    else:
        say(f"freehold {__version__}")


def schema(*, json: JsonFlag = False) -> None:  # noqa: ARG001  (the schema is JSON either way)
    """Print the JSON Schema of manifests. Editors complete with it: freehold schema > freehold.schema.json."""
    from freehold.cli.terminal import show_json
    from freehold.manifest import json_schema

    show_json(json_schema())
