"""`freehold`: every command, each from its group's file. Heavy libraries are imported inside commands, so that help is quick."""

from __future__ import annotations

import copy
import sys
from collections.abc import Sequence
from typing import Any

import typer

from freehold.cli import (
    about,
    agree,
    ask,
    certs,
    classify,
    compare,
    contract_test,
    create,
    exchange,
    find,
    ledger,
    node,
    policy,
    provision,
    purview,
    purview_account,
    purview_create,
    quality,
    reconcile,
    request,
    review,
    serve,
)
from freehold.cli.demo import EXAMPLES as DEMO_EXAMPLES
from freehold.cli.demo import demo
from freehold.cli.options import Group, MeshCommand

app = typer.Typer(
    cls=Group,
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="A sovereign data mesh: every read goes through one gate, and every decision is provable.",
    epilog="Exit codes: 0 it went well · 1 it was refused, or something was found · 2 the command was used wrongly.",
)

app.callback()(about.root)
app.command(epilog=create.INIT_EXAMPLES)(create.init)
create.domain.command(epilog=provision.EXAMPLES)(provision.provision)
create.domain.command(epilog=provision.DRIFT_EXAMPLES)(provision.drift)
app.add_typer(create.domain, name="domain")
app.add_typer(create.product, name="product")
app.command("import", epilog=exchange.IMPORT_EXAMPLES)(exchange.import_)
app.command(epilog=exchange.EXPORT_EXAMPLES)(exchange.export)
app.command(epilog=review.STATUS_EXAMPLES)(review.status)
app.command(epilog=review.CHECK_EXAMPLES)(review.check)
app.command("test", epilog=contract_test.EXAMPLES)(contract_test.run_tests)
app.command(epilog=review.PLAN_EXAMPLES)(review.plan)
app.command(epilog=review.APPLY_EXAMPLES)(review.apply)
app.command(epilog=compare.EXAMPLES)(compare.diff)
app.command(epilog=serve.UP_EXAMPLES)(serve.up)
app.command(epilog=serve.MINT_EXAMPLES)(serve.token)
app.command(epilog=ask.QUERY_EXAMPLES, context_settings=ask.REST)(ask.query)
app.command(epilog=ask.EXPLAIN_EXAMPLES, context_settings=ask.REST)(ask.explain)
app.command(epilog=find.EXAMPLES)(find.products)
app.command(epilog=quality.EXAMPLES)(quality.quality)
app.command(epilog=agree.CONTRACTS_EXAMPLES)(agree.contracts)
app.command(epilog=agree.APPROVE_EXAMPLES)(agree.approve)
app.command(epilog=request.REQUEST_EXAMPLES)(request.request)
app.add_typer(request.app, name="requests")
app.add_typer(classify.app, name="classify")
app.add_typer(node.app, name="node")
app.add_typer(policy.app, name="policy")
purview.app.command(epilog=purview_create.EXAMPLES)(purview_create.create_account)
purview.app.command(cls=MeshCommand, epilog=purview_account.PLAN_EXAMPLES)(purview_account.plan)
purview.app.command(cls=MeshCommand, epilog=purview_account.APPLY_EXAMPLES)(purview_account.apply)
purview.app.command(cls=MeshCommand, epilog=purview_account.DRIFT_EXAMPLES)(purview_account.drift)
purview.app.command(cls=MeshCommand, epilog=purview_account.PULL_EXAMPLES)(purview_account.pull)
app.add_typer(purview.app, name="purview")
app.command(epilog=certs.EXAMPLES)(certs.certs)
ledger.app.command(epilog=reconcile.EXAMPLES)(reconcile.reconcile)
app.add_typer(ledger.app, name="ledger")
app.command(epilog=DEMO_EXAMPLES)(demo)
app.command(epilog=about.SCHEMA_EXAMPLES)(about.schema)
app.command()(about.version)


def named(words: Sequence[str]) -> Any:
    """Return the app, or of all its commands the one that the first word names: to make all takes longer than most do."""
    first = words[0] if words else ""
    chosen = copy.copy(app)
    chosen.registered_commands = [item for item in app.registered_commands if (item.name or _own_name(item.callback)) == first]
    chosen.registered_groups = [item for item in app.registered_groups if item.name == first]
    return typer.main.get_group(chosen) if chosen.registered_commands or chosen.registered_groups else app


def _own_name(command: Any) -> str:
    return command.__name__.lower().replace("_", "-")


def main() -> None:
    """Run the command line; what nobody foresaw is one line too, with its traceback only where `FREEHOLD_DEBUG` is set."""
    try:
        named(sys.argv[1:])()
    except Exception as error:
        from freehold.cli.terminal import show_error
        from freehold.errors import Internal
        from freehold.wiring.settings import wants_traceback

        if wants_traceback():
            raise
        show_error(
            Internal(f"{type(error).__name__}, which nobody foresaw", remedy="set FREEHOLD_DEBUG=1 and report what it shows")
        )
        raise SystemExit(1) from None
