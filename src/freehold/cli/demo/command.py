"""Make Contoso's mesh, start its nodes, walk through it, and say how to go on."""

from __future__ import annotations

import signal
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType
from typing import Annotated, NoReturn

import typer

NODES = 3
INTERRUPTED = 130
EXAMPLES = "Examples: freehold demo · freehold demo --folder contoso · freehold demo --once --port 0"


def demo(
    *,
    once: Annotated[
        bool,
        typer.Option("--once", help="End after the walk-through; exit code 1 if anything went otherwise, 130 if interrupted."),
    ] = False,
    folder: Annotated[Path | None, typer.Option(metavar="FOLDER", help="Keep the mesh here; by default it is temporary.")] = None,
    port: Annotated[
        int | None,
        typer.Option(help="The port in West Europe, 0 for any; by default 8080. The others are the next free ones."),
    ] = None,
) -> None:
    """Run a mesh on made-up data and walk through it. It has three domains and three regions: no account, no key, no cloud."""
    from freehold.cli.demo.folder import make_mesh, open_folder
    from freehold.cli.demo.process import free_ports, running_nodes
    from freehold.cli.demo.walk import say_how_to_go_on, walk

    with ExitStack() as stack, _stopped_by_signals(INTERRUPTED if once else 0):
        place = stack.enter_context(open_folder(folder))
        places = make_mesh(place, free_ports(port, NODES))
        sites = stack.enter_context(running_nodes(places))
        surprises = walk(sites)
        if once:
            raise typer.Exit(1 if surprises else 0)
        say_how_to_go_on(sites, kept=folder)
        sites.wait()


@contextmanager
def _stopped_by_signals(code: int) -> Generator[None]:
    """Let Ctrl-C and a polite kill both end the node and remove what is temporary."""
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        yield
    except KeyboardInterrupt:
        raise typer.Exit(code) from None
    finally:
        signal.signal(signal.SIGTERM, before)


def _interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt
