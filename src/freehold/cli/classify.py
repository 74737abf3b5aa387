"""`freehold classify`: look at the values of products, see what they are, and say whether that is right."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from freehold.cli.options import As, Group, JsonFlag, MeshFolder, Region, Roles, Token, Url
from freehold.cli.reach import Caller, caller, reach

EXAMPLES = (
    "Examples: freehold classify customer.customer_360 --as anna@customer --role data-steward · freehold classify --full · "
    'freehold classify accept customer.customer_360 iban --reason "accounts of our customers"'
)


class _Scanning(Group):
    """A group whose first word may be a product: then `scan` is meant."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put `scan` in front of what names no command."""
        if not args or (args[0] not in self.commands and args[0] not in {"--help", "-h"}):
            args = ["scan", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=_Scanning,
    help="Look at the values of products, and review what was found. Without a command, `scan`.",
    epilog=EXAMPLES,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Product = Annotated[str, typer.Argument(metavar="DOMAIN.PRODUCT", help="The product.")]
Column = Annotated[str, typer.Argument(metavar="COLUMN", help="The column.")]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; it is kept beside the review.")]
Only = Annotated[
    str | None, typer.Option("--classification", metavar="CLASS", help="Only this one of what was found in the column.")
]


@app.command(epilog=EXAMPLES)
def scan(
    product: Annotated[
        str | None, typer.Argument(metavar="[DOMAIN.PRODUCT]", help="The product; by default all that you may classify here.")
    ] = None,
    *,
    full: Annotated[bool, typer.Option("--full", help="Look at every row, not at a sample of 10,000.")] = False,
    as_: As = None,
    role: Roles = None,
    region: Region = None,
    url: Url = None,
    token: Token = None,
    mesh: MeshFolder = None,
    json: JsonFlag = False,
) -> None:
    """Look at values now, where the data is. Only counts and masked examples come out; what is found is a proposal."""
    found = _scanned(caller(mesh, url, token, who=as_, roles=role, region=region), product, "full" if full else "sample")
    _tell(found, as_json=json)


@app.command(epilog=EXAMPLES)
def show(
    product: Annotated[str | None, typer.Argument(metavar="[DOMAIN.PRODUCT]", help="The product; by default all.")] = None,
    *,
    as_: As = None,
    role: Roles = None,
    region: Region = None,
    url: Url = None,
    token: Token = None,
    mesh: MeshFolder = None,
    json: JsonFlag = False,
) -> None:
    """Show what was found and how it stands. No value is read."""
    with reach(caller(mesh, url, token, who=as_, roles=role, region=region)) as asked:
        found = asked.findings(product)
    _tell(found, as_json=json)


@app.command(epilog=EXAMPLES)
def accept(
    product: Product,
    column: Column,
    *,
    reason: Reason,
    classification: Only = None,
    as_: As = None,
    role: Roles = None,
    region: Region = None,
    url: Url = None,
    token: Token = None,
    mesh: MeshFolder = None,
    json: JsonFlag = False,
) -> None:
    """Say that a finding is right. From now on the column counts as if its owner had declared it so."""
    with reach(caller(mesh, url, token, who=as_, roles=role, region=region)) as asked:
        done = asked.review(product, column, verdict="accepted", reason=reason, classification=classification)
    _tell_review(done, column, as_json=json)


@app.command(epilog=EXAMPLES)
def reject(
    product: Product,
    column: Column,
    *,
    reason: Reason,
    classification: Only = None,
    as_: As = None,
    role: Roles = None,
    region: Region = None,
    url: Url = None,
    token: Token = None,
    mesh: MeshFolder = None,
    json: JsonFlag = False,
) -> None:
    """Say that a finding is wrong. It stays rejected over later looks, until there is new evidence."""
    with reach(caller(mesh, url, token, who=as_, roles=role, region=region)) as asked:
        done = asked.review(product, column, verdict="rejected", reason=reason, classification=classification)
    _tell_review(done, column, as_json=json)


def _scanned(options: Caller, product: str | None, depth: str) -> list[dict[str, Any]]:
    """Return products as scanned now, one after the other, under a progress bar on a terminal."""
    import sys

    from freehold.cli.terminal import console

    with reach(options) as asked:
        keys = [product] if product else [item["product"] for item in asked.findings()]
        if not sys.stderr.isatty():
            return [asked.scan(key, depth) for key in keys]
        from rich.progress import track

        return [asked.scan(key, depth) for key in track(keys, "Looking at values", console=console(sys.stderr), transient=True)]


def _tell(found: list[dict[str, Any]], *, as_json: bool) -> None:
    from freehold.cli.terminal import say, show_json

    if as_json:
        show_json(found)
        return
    if not found:
        say("No product is yours to classify here.\n→ ask as a member of the owning domain, or as one of its approvers")
    for item in found:
        _show(item)


def _tell_review(done: dict[str, Any], column: str, *, as_json: bool) -> None:
    from freehold.cli.terminal import say, show_json

    if as_json:
        show_json(done)
        return
    for item in done["findings"]:
        if item["column"].casefold() == column.casefold():
            say(f"✓ {done['product']} {item['column']}: {item['classification']} is {item['standing']}", "bold")
    say(f"  Recorded as leaf {done['leaf']:,}.")


def _show(item: dict[str, Any]) -> None:
    from freehold.cli.terminal import counted, say, show_table

    scan = item["scan"]
    if scan is None:
        say(f"{item['product']}   never looked at", "bold")
        say(f"→ look with: freehold classify {item['product']}")
        return
    how = "all rows" if scan["whole"] else "a sample"
    rows = counted(scan["rows"], "row") if scan["rows"] is not None else "rows"
    say(
        f"{item['product']}   {rows}, {how}, {counted(scan['columns'], 'column')}, at {scan['at'][:19]}",
        "bold",
    )
    if not item["findings"]:
        say("  Nothing looks like personal data.")
        return
    heads = ("column", "class", "standing", "why", "share", "distinct", "examples, masked")
    show_table(heads, [_row(finding) for finding in item["findings"]])
    for line in _next(item):
        say(f"→ {line}")


def _row(finding: dict[str, Any]) -> tuple[Any, ...]:
    standing = finding["standing"] + (f", {finding['drift']}" if finding["drift"] else "")
    standing += ", hidden" if finding["hidden"] else ""
    share, distinct = finding["share"], finding["distinct"]
    return (
        finding["column"],
        finding["classification"],
        standing,
        finding["because"],
        None if share is None else f"{share:g} %",
        None if distinct is None else f"{distinct:,}{'+' if distinct >= _MANY else ''}",
        ", ".join(finding["examples"]),
    )


_MANY = 1000


def _next(item: dict[str, Any]) -> list[str]:
    """Return what to do now about findings that wait for a steward."""
    new = [part for part in item["findings"] if part["standing"] == "proposed" or part["drift"] == "new evidence"]
    gone = [part for part in item["findings"] if part["drift"] == "vanished"]
    lines: list[str] = []
    if new:
        who = "" if item["mayReview"] else f"   (as {' or '.join(item['reviewers']) or 'an approver: governance names none'})"
        lines.append(f'freehold classify accept {item["product"]} {new[0]["column"]} --reason "…", or reject{who}')
    if any(part["hidden"] for part in new):
        lines.append("a hidden column is in no contract's view until then")
    if gone:
        lines.append(
            f"`{gone[0]['column']}` was accepted as {gone[0]['classification']} and no longer looks so: reject it, or leave it"
        )
    return lines
