"""The reference of all commands, as Markdown made from the commands: `python -m freehold.cli.reference > docs/cli.md`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import typer

HEAD = """\
# Commands

Every command is a service said in a terminal; `freehold COMMAND --help` shows what stands here.

- **Exit codes**: 0 it went well · 1 it was refused, or something was found · 2 the command was used wrongly.
- **`--json`** prints the same for programs; an error is then a problem document (RFC 9457) on standard output.
- **Errors** have up to three parts: what happened, why, and after `→` what to do now. A refusal by a node names the leaf that records it.
- **Output** is plain where it is not a terminal, and without colour under `NO_COLOR`. Nothing is cut off.
- **The mesh** is the nearest folder upwards that has a `mesh.yaml`; `--mesh FOLDER` or `FREEHOLD_MESH` names another.
- **The node** that `query`, `explain`, `products`, `contracts` and `approve` speak to is `--url`, else `FREEHOLD_URL`, else the node of
  this mesh that runs on this machine. They use HTTP like everybody else: there is no other way in.
- **Who asks** is `--token`, else `FREEHOLD_TOKEN`. Beside a node started with `freehold up --dev`, `--as SUBJECT@DOMAIN` makes a token
  with the `--role`, `--scope` and `--region` given; no other node believes it.

## What the catalogue shows

A product is listed for every member of a domain of the mesh whose region may have anything of it; to everybody else it looks missing.
Its owners and approvers see every column. Others see the columns that their contracts show, and the names, types and descriptions of
columns that can be asked for: not personal, and not excluded by a contract of theirs. A search looks only at what is listed.

## What a plan shows

`freehold plan` asks the same decision of the mesh in force and of the one in the files, for every domain under every contract, every role
of every owning domain, and every jurisdiction that nodes or transfer rules name, as if every contract were approved. It prints who would
see more, who less, and what newly crosses a border; and it lists the contracts that have no effect until somebody approves them, above
all those that have effect now.

## Environment

| variable | what it sets |
|---|---|
| `FREEHOLD_MESH` | the mesh's folder |
| `FREEHOLD_URL`, `FREEHOLD_TOKEN` | the node and the bearer token of a client |
| `FREEHOLD_REGION`, `FREEHOLD_HOST`, `FREEHOLD_PORT` | what `freehold up` serves, and where |
| `FREEHOLD_CERTIFICATE`, `FREEHOLD_KEY` | PEM files with which a node speaks TLS |
| `FREEHOLD_MAX_ROWS`, `FREEHOLD_MAX_SECONDS`, `FREEHOLD_MAX_MEMORY`, `FREEHOLD_MAX_SQL_LENGTH` | bounds on one query: rows, seconds, bytes, characters |
| `FREEHOLD_BODY_LIMIT`, `FREEHOLD_QUERIES` | bytes of a request's body, queries that run at once |

Development mode is a flag alone: no environment turns it on.
"""  # noqa: E501  (tables of Markdown have no line breaks)


def reference() -> str:
    """Return the whole page."""
    from freehold.cli.main import app

    return HEAD + "".join(_of_command(typer.main.get_command(app), "freehold"))


def _of_command(command: Any, name: str) -> Iterator[str]:
    children: dict[str, Any] = getattr(command, "commands", {})
    if children:
        for child, inner in children.items():
            yield from _of_command(inner, f"{name} {child}")
        return
    yield f"\n## {name}\n\n{' '.join((command.help or '').split())}\n"
    arguments = [item for item in command.params if item.param_type_name == "argument"]
    options = [item for item in command.params if item.param_type_name == "option" and not item.hidden]
    usage = " ".join((name, *("[OPTIONS]" for _ in options[:1]), *(_argument(item) for item in arguments)))
    yield f"\n```\n{usage}\n```\n"
    rows = [(f"`{_argument(item)}`", item.help) for item in arguments] + [(_option(item), item.help) for item in options]
    if rows:
        yield "\n| | |\n|---|---|\n"
        yield from (f"| {left} | {_line(text)} |\n" for left, text in rows)


def _argument(item: Any) -> str:
    shown = item.metavar or item.name.upper()
    return shown if item.required or shown.startswith("[") else f"[{shown}]"


def _option(item: Any) -> str:
    names = ", ".join(f"`{name}`" for name in (*item.opts, *item.secondary_opts))
    choices: list[str] = list(getattr(item.type, "choices", None) or ())
    said = "|".join(getattr(choice, "value", choice) for choice in choices) or item.metavar
    if item.is_flag:
        return names
    return f"{names} `{(said or item.type.name.upper())}`".replace("|", r"\|")


def _line(text: str | None) -> str:
    return " ".join((text or "").split()).replace("|", r"\|")


if __name__ == "__main__":
    sys.stdout.write(reference())
