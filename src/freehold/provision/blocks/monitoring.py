"""Where a domain's logs go: a workspace of its own, in its own region."""

from __future__ import annotations

from freehold.provision.blocks.parts import LOCATION, NAME, TAGS
from freehold.provision.expression import Identifier, parameter
from freehold.provision.resource import Declaration, Resource, Result, Template


def monitoring(retention_days: int) -> Template:
    """Return the template of a workspace that keeps what it is sent for so many days."""
    return Template(
        path="modules/monitoring.bicep",
        about="The workspace that audit records, logs and metrics of the domain go to",
        parameters=(
            NAME,
            LOCATION,
            TAGS,
            Declaration(name="retentionInDays", type="int", about="How many days logs are kept.", default=retention_days),
        ),
        resources=(
            Resource(
                symbol="workspace",
                type="Microsoft.OperationalInsights/workspaces",
                version="2023-09-01",
                name=parameter("name"),
                about="Keeps logs in the region of the domain; readers sign in with Entra ID",
                location=parameter("location"),
                tags=parameter("tags"),
                properties={
                    "sku": {"name": "PerGB2018"},
                    "retentionInDays": parameter("retentionInDays"),
                    "features": {"disableLocalAuth": True, "enableLogAccessUsingOnlyResourcePermissions": True},
                    "publicNetworkAccessForIngestion": "Disabled",
                    "publicNetworkAccessForQuery": "Enabled",
                },
            ),
        ),
        outputs=(Result(name="id", type="string", about="The id of the workspace.", value=Identifier(symbol="workspace")),),
    )
