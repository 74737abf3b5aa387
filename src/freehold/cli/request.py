"""`freehold request` and `freehold requests`: ask a product's owners for columns, see what was asked, and answer it."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from freehold.cli.options import As, Group, JsonFlag, MeshFolder, Region, Roles, Token, Url
from freehold.cli.reach import caller, reach

REQUEST_EXAMPLES = (
    'Examples: freehold request customer.customer_360 --fields email --purpose "Customer enrichment" --as sales-app@sales · '
    'freehold request customer.customer_360 --fields email,phone --purpose "Customer enrichment" --for 30 '
    '--reason "the letters of the spring campaign" --as sales-app@sales'
)
LIST_EXAMPLES = (
    "Examples: freehold requests --as sales-app@sales · "
    "freehold requests customer.customer_360 --as anna@customer --role data-steward"
)
ANSWER_EXAMPLES = (
    'Examples: freehold requests answer customer.customer_360-18204 --accept --reason "until the campaign ends" '
    "--as anna@customer --role data-steward · freehold requests answer customer.customer_360-18204 --reject "
    '--reason "ask for the segment instead" --as anna@customer --role data-steward'
)


class Listing(Group):
    """A group whose command is `list` where none is named: a product, which has a dot in its key, is no command."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the words, with `list` before them where they begin with no command and ask for no help."""
        if not args or (args[0] not in self.commands and args[0] not in ctx.help_option_names):
            args = ["list", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(cls=Listing, help="Requests for access: list them, answer them. Nothing is granted by an answer.")


def request(
    product: Annotated[str, typer.Argument(metavar="DOMAIN.PRODUCT", help="The product.")],
    *,
    fields: Annotated[
        list[str], typer.Option("--fields", metavar="NAME,…", help="The columns, with commas or given several times.")
    ],
    purpose: Annotated[str, typer.Option("--purpose", metavar="TEXT", help="What the data is for, as a contract says or would.")],
    days: Annotated[
        int | None, typer.Option("--for", metavar="DAYS", min=1, max=3_650, help="For how many days; by default without an end.")
    ] = None,
    reason: Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="Why, for those who decide.")] = None,
    as_: As = None,
    role: Roles = None,
    region: Region = None,
    url: Url = None,
    token: Token = None,
    mesh: MeshFolder = None,
    json: JsonFlag = False,
) -> None:
    """Ask for columns of a product. Its owners decide, and grant it by a change of their manifest alone."""
    from freehold.cli.terminal import say, show_json

    names = [name for item in fields for name in (part.strip() for part in item.split(",")) if name]
    with reach(caller(mesh, url, token, who=as_, roles=role, region=region)) as asked:
        made = asked.request(product, names, purpose=purpose, days=days, reason=reason)
    if json:
        show_json(made)
        return
    was = "is open already" if made.get("already") else "is with those who decide"
    say(f"✓ {made['id']} {was}: {made.get('approver') or 'its owners'}", "bold")
    say("  Nothing is granted by it: see what becomes of it with: freehold requests " + made["product"])
    if made.get("leaf") is not None:
        say(f"  Recorded as leaf {made['leaf']:,}.")


@app.command("list", epilog=LIST_EXAMPLES)
def listed(
    product: Annotated[
        str | None, typer.Argument(metavar="DOMAIN.PRODUCT", help="One product: then its home answers, wherever it is.")
    ] = None,
    *,
    as_: As = None,
    role: Roles = None,
    region: Region = None,
    url: Url = None,
    token: Token = None,
    mesh: MeshFolder = None,
    json: JsonFlag = False,
) -> None:
    """List requests for access. They are your own, and those for products of your domain or that you approve for."""
    from freehold.cli.terminal import show_json

    with reach(caller(mesh, url, token, who=as_, roles=role, region=region)) as asked:
        found = list(asked.requests(product))
    (show_json if json else _show)(found)


@app.command(epilog=ANSWER_EXAMPLES)
def answer(
    name: Annotated[str, typer.Argument(metavar="ID", help="The request, as the list names it.")],
    *,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why, for whoever asked.")],
    accept: Annotated[
        bool, typer.Option("--accept", help="Accept it, and print the change of the manifest that grants it.")
    ] = False,
    reject: Annotated[bool, typer.Option("--reject", help="Reject it.")] = False,
    as_: As = None,
    role: Roles = None,
    region: Region = None,
    url: Url = None,
    token: Token = None,
    mesh: MeshFolder = None,
    json: JsonFlag = False,
) -> None:
    """Answer a request. Accepting writes nothing: it prints what to write, and `freehold plan` and `apply` make it real."""
    from freehold.cli.terminal import show_json

    if accept is reject:
        raise typer.BadParameter("say one of --accept and --reject")
    with reach(caller(mesh, url, token, who=as_, roles=role, region=region)) as asked:
        done = asked.answer(name, answer="accepted" if accept else "rejected", reason=reason)
    (show_json if json else _show_answer)(done)


def _show(found: list[dict[str, Any]]) -> None:
    from freehold.cli.terminal import say, show_table

    if not found:
        say("No request for access is visible to you here.")
        say("→ ask with: freehold request DOMAIN.PRODUCT --fields NAME --purpose TEXT")
        return
    heads = ("id", "domain", "requester", "fields", "purpose", "days", "state", "reason", "answer")
    show_table(heads, [_row(item) for item in found])
    waiting = next((item for item in found if item.get("mayAnswer") and item.get("state") == "open"), None)
    if waiting:
        say(f"→ answer with: freehold requests answer {waiting['id']} --accept --reason TEXT   (or --reject)")


def _row(item: dict[str, Any]) -> tuple[Any, ...]:
    answered = (item.get("answer") or {}).get("reason")
    state = "accepted, in a contract" if item.get("given") and item.get("state") == "accepted" else item.get("state")
    members = ("id", "domain", "requester", "fields", "purpose", "days")
    return (*(item.get(name) for name in members), state, item.get("reason"), answered)


def _show_answer(done: dict[str, Any]) -> None:
    from freehold.cli.terminal import say

    say(f"✓ {done['id']} {'was' if done.get('already') else 'is'} {done['state']}", "bold")
    change = done.get("change")
    if change and done.get("given"):
        say("  A contract gives this already.")
    elif change:
        say(f"  Nothing is granted yet. Write this at {change['where'] or change['product']}, then: freehold plan")
        for line in change["diff"].splitlines():
            say(f"    {line}")
        for note in change["notes"]:
            say(f"  · {note}")
    if done.get("leaf") is not None:
        say(f"  Recorded as leaf {done['leaf']:,}.")
