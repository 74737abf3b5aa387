"""People who ask the Unified Catalog of a catalogue in this process."""

from __future__ import annotations

from typing import Any

from account import Inside
from freehold.catalogs.speaking import Answer
from freehold.datamap.access import Someone

CATALOG, ACCESS = "/datagovernance/catalog", "/datagovernance/access"


class People:
    """Asks as one person or another, and knows the short way to what tests need."""

    def __init__(self, inside: Inside) -> None:
        self.inside = inside

    def ask(self, who: str, method: str, path: str, body: Any = None, **fields: str) -> Answer:
        where = path if path.startswith("/datagovernance") else f"{CATALOG}/{path}"
        return self.inside.ask(
            method, where, [(name.replace("skip_token", "$skipToken"), value) for name, value in fields.items()], body, Someone(who)
        )

    def made(self, who: str, path: str, **body: Any) -> Any:
        answer = self.ask(who, "POST", path, body)
        assert answer.status == 201, answer.body
        return answer.body

    def domain(self, name: str = "Sales", who: str = "steward", **more: Any) -> str:
        found: str = self.made(who, "businessdomains", **{"name": name, "type": "DataDomain", "status": "PUBLISHED", **more})["id"]
        return found

    def product(self, domain: str, name: str = "Orders", who: str = "steward", **more: Any) -> str:
        found: str = self.made(who, "dataProducts", **{"name": name, "domain": domain, "status": "PUBLISHED", **more})["id"]
        return found

    def policy(self, entity: str | None = None) -> Any:
        """Return the role policy of a domain, or of the catalogue."""
        values = self.ask("steward", "GET", "policies").body["values"]
        kind = "DataGovernanceAppReference" if entity is None else "BusinessDomainReference"
        return next(
            item
            for item in values
            if item["properties"]["entity"]["type"] == kind and entity in {None, item["properties"]["entity"]["referenceName"]}
        )

    def give(self, who: str, role: str, domain: str | None = None) -> None:
        """Give somebody a role, in a domain or in the whole catalogue."""
        policy = self.policy(domain)
        rule = next(item for item in policy["properties"]["attributeRules"] if f"_{role}:" in item["id"])
        rule["dnfCondition"][0][0]["attributeValueIncludedIn"].append(who)
        answer = self.ask("steward", "PUT", f"policies/{policy['id']}", policy)
        assert answer.status == 200, answer.body
