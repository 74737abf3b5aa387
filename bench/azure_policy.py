"""Azure Policy on one core: a template of 1,000 resources against 500 policies, beside reading each policy anew for each resource.

The limit is 2 s for the whole evaluation, template and policies read included. The rival does the same with policies that are read
when a resource is asked, as an evaluator without a compiled form would; it is given a slice and scaled up.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.pairing import line, pair

from freehold.azure.policy.definition import read_definition
from freehold.azure.policy.policy import Policy, view_of
from freehold.azure.template.deployment import Circumstances
from freehold.azure.template.resources import expand
from freehold.services.azure_policy import evaluate_template, gather
from freehold.stores.azure_policies import PackagedPolicies

RESOURCES, POLICIES = 1_000, 500
LIMIT = 2.0
SLICE = 10
HERE = Circumstances(location="westeurope")
KINDS = (
    ("Microsoft.Storage/storageAccounts", "2023-01-01", {"minimumTlsVersion": "TLS1_2", "publicNetworkAccess": "Enabled"}),
    ("Microsoft.Sql/servers", "2023-08-01", {"minimalTlsVersion": "1.2", "publicNetworkAccess": "Disabled"}),
    ("Microsoft.KeyVault/vaults", "2023-07-01", {"enablePurgeProtection": True, "networkAcls": {"defaultAction": "Allow"}}),
    ("Microsoft.Network/networkSecurityGroups", "2023-09-01", {}),
)
RULES = [
    {"name": f"r{port}", "properties": {"access": "Allow", "direction": "Inbound", "destinationPortRange": str(port)}}
    for port in range(20, 32)
]


def template() -> str:
    """Return a template of a thousand resources in copies, of four types, with expressions in each."""
    resources: list[dict[str, Any]] = []
    for kind, version, properties in KINDS:
        own = {"securityRules": RULES} if kind.endswith("Groups") else properties
        resources.append(
            {
                "type": kind,
                "apiVersion": version,
                "name": "[concat(parameters('prefix'), copyIndex())]",
                "copy": {"name": "many", "count": RESOURCES // len(KINDS)},
                "location": "[parameters('location')]",
                "tags": "[union(variables('tags'), createObject('Number', string(copyIndex())))]",
                "properties": own,
            }
        )
    return json.dumps(
        {
            "parameters": {
                "prefix": {"type": "string", "defaultValue": "x"},
                "location": {"type": "string", "defaultValue": "[resourceGroup().location]"},
            },
            "variables": {"tags": {"Domain": "sales", "Region": "EU"}},
            "resources": resources,
        }
    )


def policies() -> dict[str, Any]:
    """Return as many own policies as make 500 with the built-ins: of tags, of properties, and of members of arrays."""
    missing = POLICIES - len(gather(PackagedPolicies(), {}).applied)
    return {f"own{at}": {"name": f"own{at}", "properties": _policy(at)} for at in range(missing)}


def _policy(at: int) -> dict[str, Any]:
    kind, _, properties = KINDS[at % len(KINDS)]
    of_type = {"field": "type", "equals": kind}
    if kind.endswith("Groups"):
        access = {"field": f"{kind}/securityRules[*].access", "equals": "Allow"}
        port = {"field": f"{kind}/securityRules[*].destinationPortRange", "equals": str(at % 200)}
        found: dict[str, Any] = {
            "count": {"field": f"{kind}/securityRules[*]", "where": {"allOf": [access, port]}},
            "greater": 0,
        }
    elif at % 10 == 0:
        found = {"field": f"tags['{'Domain' if at % 40 else at}']", "exists": "false"}
    else:
        name, value = next((key, item) for key, item in properties.items() if isinstance(item, str | bool))
        found = {"field": f"{kind}/{name}", "notEquals": value if at % 9 else f"value-{at}"}
    condition = found if at % 10 == 0 and not kind.endswith("Groups") else {"allOf": [of_type, found]}
    return {"displayName": f"own {at}", "mode": "Indexed", "policyRule": {"if": condition, "then": {"effect": "audit"}}}


def main() -> int:
    """Print both; return 1 where the limit is missed."""
    text, documents = template(), policies()
    aliases = gather(PackagedPolicies(), {}).aliases
    started = time.process_time()
    found = evaluate_template(text, None, gather(PackagedPolicies(), documents), HERE)
    whole = time.process_time() - started
    print(
        f"{found.resources:,} resources, {found.policies:,} policies, {len(found.judged.findings):,} findings,"
        f" {found.judged.compliant:,} compliant pairs: {whole:.2f} s of one core, limit {LIMIT:.0f} s, policies read included"
    )
    definitions = [read_definition(item) for item in documents.values()]
    views = [view_of(resource.body, aliases) for resource in expand(json.loads(text), None, HERE).resources[:: RESOURCES // SLICE]]
    compiled = [Policy(item, aliases) for item in definitions]

    def ours() -> None:
        for view in views:
            for policy in compiled:
                policy.judge(view, {}, {}, _nothing)

    def naive() -> None:
        for view in views:
            for item in definitions:
                Policy(item, aliases).judge(view, {}, {}, _nothing)

    result = pair(ours, naive, rounds=5, warm=1, clock=time.process_time)
    per = len(views) * len(definitions)
    print(line(f"{per:,} pairs of resource and policy", result, unit="ms", scale=1e3, target="< 0.5"))
    return int(whole > LIMIT)


def _nothing(_: object) -> list[dict[str, Any]]:
    return []


if __name__ == "__main__":
    sys.exit(main())
