"""`freehold contracts` and `freehold approve`: what is agreed, and the yes of an approver."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from freehold.cli.options import As, JsonFlag, MeshFolder, Region, Roles, Token, Url
from freehold.cli.reach import caller, reach

CONTRACTS_EXAMPLES = "Examples: freehold contracts --as sales-app@sales · freehold contracts --as anna@customer --role data-steward"
APPROVE_EXAMPLES = (
    "Examples: freehold approve customer.customer_360 sales-customer-enrichment --as anna@customer --role data-steward · "
    "freehold approve customer.customer_360 sales-customer-enrichment@2 --as anna@customer --role data-steward"
)


def contracts(
    *,
    as_: As = None,
    role: Roles = None,
    region: Region = None,
    url: Url = None,
    token: Token = None,
    mesh: MeshFolder = None,
    json: JsonFlag = False,
) -> None:
    """List contracts. They are those that your domain gives or has, and those that you may approve."""
    from freehold.cli.terminal import show_json

    with reach(caller(mesh, url, token, who=as_, roles=role, region=region)) as asked:
        found = list(asked.contracts())
    (show_json if json else _show)(found)


def approve(
    product: Annotated[str, typer.Argument(metavar="DOMAIN.PRODUCT", help="The product.")],
    contract: Annotated[str, typer.Argument(metavar="CONTRACT[@VERSION]", help="The contract; with a version, exactly that one.")],
    *,
    as_: As = None,
    role: Roles = None,
    region: Region = None,
    url: Url = None,
    token: Token = None,
    mesh: MeshFolder = None,
    json: JsonFlag = False,
) -> None:
    """Approve a contract. Its terms are approved as they stand, by one of the approvers that governance names."""
    from freehold.cli.terminal import say, show_json

    with reach(caller(mesh, url, token, who=as_, roles=role, region=region)) as asked:
        done = asked.approve(product, contract)
    if json:
        show_json(done)
        return
    was = "was approved before" if done.get("already") else "is approved"
    say(f"✓ {done.get('reference', contract)} {was}: {done.get('state', 'in force')}", "bold")
    for line in _terms(done.get("terms") or {}):
        say(f"  {line}")
    say(f"  Recorded as leaf {done['leaf']:,}.")


def _show(found: list[dict[str, Any]]) -> None:
    from freehold.cli.terminal import say, show_table

    if not found:
        say("No contract is visible to you here.\n→ add `dataContracts:` to a product, then: freehold plan")
        return
    heads = ("product", "contract", "consumer", "purpose", "version", "state", "approver")
    members = ("product", "slug", "consumer", "purpose", "version", "state", "approver")
    show_table(heads, [tuple(item.get(name) for name in members) for item in found])
    waiting = next((item for item in found if item.get("mayApprove") and item.get("state") == "awaiting approval"), None)
    if waiting:
        say(f"→ approve with: freehold approve {waiting['product']} {waiting['slug']}")


def _terms(terms: dict[str, Any]) -> list[str]:
    from freehold.cli.terminal import cell

    shown = {name: [f"{k}: {v}" for k, v in value.items()] if isinstance(value, dict) else value for name, value in terms.items()}
    return [f"{name:<16} {cell(value)}" for name, value in shown.items()]
