"""The options that several commands share, and the one place where an error becomes an exit code.

Exit codes: 0 it went well, 1 it was refused or something was found, 2 the command itself was used wrongly.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from freehold.cli.coercion import read_plainly
from freehold.errors import FreeholdError

_JSON = "freehold.json"


def _remember(context: typer.Context, value: bool) -> bool:  # noqa: FBT001  (the shape of a Typer callback)
    if value:
        context.meta[_JSON] = True
    return value


class Group(TyperGroup):
    """A group of commands that start fast, and whose errors are shown, never thrown at the user."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the group's own options plainly."""
        read_plainly(self.get_params(ctx))
        return super().parse_args(ctx, args)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return a command of the group, whose words are read plainly."""
        found = super().get_command(ctx, cmd_name)
        if found is not None:
            read_plainly(found.get_params(ctx))
        return found

    def invoke(self, ctx: Any) -> Any:
        """Run the command.

        Raises:
            typer.Exit: With code 1, after an error was shown.
        """
        try:
            return super().invoke(ctx)
        except FreeholdError as error:
            _report(error, ctx.meta.get(_JSON, False))
        raise typer.Exit(1)


def _report(error: FreeholdError, as_json: Any) -> None:
    from freehold.cli.terminal import problem, show_error, show_json

    if as_json:
        show_json(problem(error))
    else:
        show_error(error)


class MeshCommand(TyperCommand):
    """A command that once took the mesh's folder as a word: whoever still writes it so is told of `--mesh`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the command's words.

        Raises:
            typer.BadParameter: There are more than it takes.
        """
        ctx.allow_extra_args = True
        rest = super().parse_args(ctx, args)
        if rest and not ctx.resilient_parsing:
            word = rest[0].encode("unicode_escape").decode()
            raise typer.BadParameter(f"`{word}` is a word too many; the mesh's folder is given with --mesh FOLDER", ctx=ctx)
        return rest


JsonFlag = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.", callback=_remember)]
MeshFolder = Annotated[
    Path | None,
    typer.Option("--mesh", metavar="FOLDER", help="The mesh's folder; by default the nearest one upwards that has a mesh.yaml."),
]
Url = Annotated[
    str | None, typer.Option("--url", metavar="URL", help="The node; by default FREEHOLD_URL, else the one that runs here.")
]
Token = Annotated[str | None, typer.Option("--token", metavar="TOKEN", help="A bearer token; by default FREEHOLD_TOKEN.")]
As = Annotated[str | None, typer.Option("--as", metavar="SUBJECT@DOMAIN", help="Ask as somebody: development nodes only.")]
Roles = Annotated[list[str] | None, typer.Option("--role", metavar="ROLE", help="A role for --as; may be given several times.")]
Scopes = Annotated[list[str] | None, typer.Option("--scope", metavar="SCOPE", help="A scope for --as; may be given several times.")]
Region = Annotated[
    str | None, typer.Option("--region", metavar="REGION", help="The region that --as asks from; by default the node's own.")
]
Home = Annotated[
    str | None,
    typer.Option(
        "--region", metavar="REGION", help="Look only at data at home in this region, where other nodes have theirs elsewhere."
    ),
]
Purpose = Annotated[str | None, typer.Option("--purpose", metavar="TEXT", help="What the data is for, as the contract says it.")]
Parameters = Annotated[
    list[str] | None, typer.Option("--param", metavar="NAME=VALUE", help="A value for $NAME; may be given several times.")
]
