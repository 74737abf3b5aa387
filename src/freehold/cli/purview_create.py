"""`freehold purview create-account`: the account itself, in Azure."""

from __future__ import annotations

from typing import Annotated

import typer

from freehold.cli.options import JsonFlag, MeshFolder
from freehold.cli.purview_account import Ca

EXAMPLES = (
    "Examples: freehold purview create-account sovereign-purview --subscription 00000000-0000-0000-0000-000000000001 "
    "--resource-group governance-rg --location westeurope --managed-resource-group purview-managed-rg"
)


def create_account(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The account's name, such as sovereign-purview.")],
    *,
    subscription: Annotated[str, typer.Option("--subscription", metavar="ID", help="The subscription that it is in.")],
    resource_group: Annotated[str, typer.Option("--resource-group", metavar="NAME", help="The resource group that it is in.")],
    location: Annotated[str, typer.Option("--location", metavar="REGION", help="The region, one that governance allows.")],
    managed_resource_group: Annotated[
        str | None,
        typer.Option("--managed-resource-group", metavar="NAME", help="The resource group for what Purview itself needs."),
    ] = None,
    management_url: Annotated[
        str, typer.Option("--management-url", metavar="URL", help="The address of Azure Resource Manager.")
    ] = "https://management.azure.com",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be made, and make nothing.")] = False,
    ca: Ca = None,
    mesh: MeshFolder = None,
    json: JsonFlag = False,
) -> None:
    """Make an account of Purview in Azure. It has an identity of its own and one Standard unit; one that is there is left.

    The token comes from FREEHOLD_MANAGEMENT_TOKEN, or is got with the credentials of the environment (AZURE_CLIENT_ID and others).
    """
    import time

    from freehold.catalogs.management import Order, ensure, find
    from freehold.cli.terminal import say, show_json
    from freehold.wiring.purview import mesh_in_force, open_management, order_in_mesh
    from freehold.wiring.settings import read_settings

    wished = Order(
        name=name, subscription=subscription, group=resource_group, location=location, managed_group=managed_resource_group
    )
    order = order_in_mesh(wished, mesh_in_force(read_settings(mesh)))
    with open_management(management_url, ca) as sender:
        had = find(sender, order) if dry_run else ensure(sender, order, time.sleep)
    if json:
        show_json({"account": had, "request": {"path": order.path, "body": order.body}})
    elif had is None:
        say(f"· `{name}` would be made in {location}. Nothing was written.", "bold")
    else:
        say(f"✓ `{name}` is {'made' if had.made else 'there already'}, at {had.endpoint}", "bold")
        say(f"→ freehold purview plan --endpoint {had.endpoint}")
