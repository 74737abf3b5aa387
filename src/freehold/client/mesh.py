"""A mesh as one caller sees it through one node."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import quote as escaped

from freehold.client.listing import Listing
from freehold.client.result import Result
from freehold.client.selection import Selection
from freehold.client.wire import Wire
from freehold.errors import SettingInvalid
from freehold.peers.tls import believing
from freehold.wiring.settings import read_access

PRODUCT_MEMBERS = ("key", "owner", "form", "quality", "description")
PAGE = 1_000
REQUEST_MEMBERS = ("id", "product", "domain", "requester", "fields", "purpose", "days", "state", "at")
CONTRACT_MEMBERS = ("product", "slug", "consumer", "purpose", "version", "state", "approver")


def connect(
    url: str | None = None,
    *,
    token: str | None = None,
    purpose: str | None = None,
    timeout: float = 60.0,
    authority: str | Path | None = None,
) -> Mesh:
    """Return the mesh behind a node's address; nothing is asked yet.

    `url`, `token` and `authority` are `FREEHOLD_URL`, `FREEHOLD_TOKEN` and `FREEHOLD_AUTHORITY` of the environment where they are
    not given; `purpose` holds for every query that states none; `timeout` is how many seconds to wait for the node's next word;
    `authority` is a PEM file of the authority whose certificate the node shows, where that is not a public one.

    Raises:
        SettingInvalid: There is no address, or it is not one; or the authority cannot be read.
    """
    known = read_access()
    address = url or known.url
    if address is None:
        raise SettingInvalid("there is no address to connect to", remedy="give `connect` the url of a node, or set `FREEHOLD_URL`")
    believed = Path(authority) if authority is not None else known.authority
    return Mesh(Wire(address, token or known.token, timeout, believing(believed) if believed is not None else None), purpose)


class Mesh:
    """What one caller may see and do. Safe in any thread; usable in a `with` block."""

    def __init__(self, wire: Wire, purpose: str | None = None) -> None:
        """Speak over `wire`; `connect` is the way to make one."""
        self._wire = wire
        self.purpose = purpose

    def query(
        self,
        sql: str,
        parameters: Mapping[str, Any] | None = None,
        *,
        purpose: str | None = None,
        partial: Literal["refuse", "allow"] = "refuse",
    ) -> Result:
        """Ask in SQL, with `$name` for each of `parameters`, and return the answer as it comes in.

        Where a region of the question does not answer, `partial="allow"` takes what the others have, if that has a meaning;
        `metadata["missing"]` names the regions then.

        Raises:
            FreeholdError: The node's refusal, as the class of its code, with `facts` (leaf, column, …) and `remedy`.
            NodeUnreachable: The node cannot be reached.
        """
        path = "/v1/query" if partial == "refuse" else "/v1/query?partial=allow"
        return Result(self._wire.stream_post(path, self._question(sql, parameters, purpose)))

    def explain(self, sql: str, parameters: Mapping[str, Any] | None = None, *, purpose: str | None = None) -> dict[str, Any]:
        """Return what the gate would decide and run, without running it; a refusal is an explanation too.

        Raises:
            FreeholdError: The request cannot be understood, or the node cannot be reached.
        """
        return self._wire.post("/v1/explain", self._question(sql, parameters, purpose))

    def call(self, domain: str, query: str, /, **parameters: Any) -> Result:
        """Ask a declared query of a domain, `call("sales", "aggregates", region="westeurope")`.

        A name that Python keeps for itself takes an underscore: `from_="2026-01-01"`.

        Raises:
            FreeholdError: As `query`.
        """
        named = {name.rstrip("_"): _plain(value) for name, value in parameters.items() if value is not None}
        path = f"/api/v1/{escaped(domain, safe='')}/{escaped(query, safe='')}"
        return Result(self._wire.stream_get(path, named, self.purpose))

    def products(self, search: str | None = None) -> Listing:
        """Return the products that the caller may know of, by key, those in which all words of `search` are found.

        `metadata` of the listing says of whose catalogues they come, and since when those stand.

        Raises:
            FreeholdError: The token is not believed, or the node cannot be reached.
        """
        asked = {"limit": str(PAGE)} | ({"search": search} if search else {})
        return self._listed("/v1/products", "products", asked, PRODUCT_MEMBERS)

    def product(self, key: str) -> dict[str, Any]:
        """Return one product: its columns as the caller sees them, promises, measured quality and contracts.

        Raises:
            ProductUnknown: Hidden or missing.
            FreeholdError: As `products`.
        """
        return self._wire.get(f"/v1/products/{escaped(key, safe='')}")

    def quality(self, key: str, *, days: int = 30) -> dict[str, Any]:
        """Return how a product kept its promises over the last `days` (1 to 400), and every time that it did not.

        Raises:
            ProductUnknown: Hidden or missing.
            FreeholdError: As `products`.
        """
        return self._wire.get(f"/v1/products/{escaped(key, safe='')}/quality", {"days": str(days)})

    def contracts(self) -> Listing:
        """Return the contracts that the caller's domain gives or has, or that the caller may approve.

        Raises:
            FreeholdError: As `products`.
        """
        return self._listed("/v1/contracts", "contracts", {"limit": str(PAGE)}, CONTRACT_MEMBERS)

    def _listed(self, path: str, name: str, asked: dict[str, str], shown: tuple[str, ...]) -> Listing:
        """Return the records of all pages."""
        page = self._wire.get(path, asked)
        found = list(page[name])
        while page.get("next") and page[name]:
            page = self._wire.get(path, asked | {"after": page["next"]})
            found += page[name]
        return Listing(found, shown, page.get("metadata"))

    def approve(self, product: str, slug: str) -> dict[str, Any]:
        """Approve the terms of a contract as they stand, as one of the approvers that governance names.

        Raises:
            ApprovalRefused: The caller is none of them.
            ContractUnknown: Hidden or missing.
            FreeholdError: As `products`.
        """
        return self._wire.post(f"/v1/contracts/{escaped(product, safe='')}/{escaped(slug, safe='')}/approval", {})

    def request(
        self, product: str, fields: Sequence[str], *, purpose: str | None = None, days: int | None = None, reason: str | None = None
    ) -> dict[str, Any]:
        """Ask for columns of a product, for a purpose (by default that of `connect`) and so many days. Nothing is granted by that.

        Raises:
            ProductUnknown, ColumnUnknown: Hidden or missing.
            RequestNeedless, RequestLimit: The caller has it already, or has too many open requests.
            FreeholdError: As `products`.
        """
        body = {"fields": list(fields), "purpose": purpose or self.purpose or "", "days": days, "reason": reason}
        return self._wire.post(f"/v1/requests?product={escaped(product, safe='')}", body)

    def requests(self, product: str | None = None) -> Listing:
        """Return requests for access: the caller's own, and those for products of their domain or that they approve for.

        Those of one product come from its home; without one, those that are kept at the node that is asked.

        Raises:
            ProductUnknown: Hidden or missing.
            FreeholdError: As `products`.
        """
        asked = {"limit": str(PAGE)} | ({"product": product} if product else {})
        return self._listed("/v1/requests", "requests", asked, REQUEST_MEMBERS)

    def answer(self, request: str, *, answer: Literal["accepted", "rejected"], reason: str) -> dict[str, Any]:
        """Answer a request for access by its `id`; accepted, `change` is what to write into the manifest, which alone grants it.

        Raises:
            RequestUnknown: Hidden or missing.
            SettlementRefused: The caller does not decide on it.
            RequestDecided: It was answered otherwise before.
            FreeholdError: As `products`.
        """
        return self._wire.post(f"/v1/requests/{escaped(request, safe='')}/answer", {"answer": answer, "reason": reason})

    def findings(self, product: str | None = None) -> list[dict[str, Any]]:
        """Return the products that the caller's domain owns or reviews, each with what was found in its values and how that stands.

        Raises:
            ProductUnknown: Hidden or missing.
            FreeholdError: As `products`.
        """
        return self._wire.get("/v1/classification", {"product": product} if product else None)["products"]

    def scan(self, product: str, depth: str = "sample") -> dict[str, Any]:
        """Look at a product's values now, a `sample` or `full`, and return what was found.

        Raises:
            ScanRefused: The caller has no role that reads the product.
            FreeholdError: As `findings`.
        """
        return self._wire.post(f"/v1/classification/{escaped(product, safe='')}/scan?depth={escaped(depth, safe='')}", {})

    def review(self, product: str, column: str, *, verdict: str, reason: str, classification: str | None = None) -> dict[str, Any]:
        """Say that what was found in a column is `accepted` or `rejected`, and why, as one of the approvers that governance names.

        Raises:
            ReviewRefused: The caller is none of them.
            FindingUnknown: Nothing was found in such a column.
            FreeholdError: As `findings`.
        """
        body = {"verdict": verdict, "reason": reason, "classification": classification}
        return self._wire.post(f"/v1/classification/{escaped(product, safe='')}/{escaped(column, safe='')}/review", body)

    def proof(self, leaf: int) -> str:
        """Return the proof that a leaf is in the ledger (C2SP tlog-proof), for `freehold ledger verify` offline.

        Raises:
            LeafUnknown: Hidden or missing.
            FreeholdError: As `products`.
        """
        return self._wire.text(f"/v1/ledger/proofs/{leaf:d}")

    def __getitem__(self, key: str) -> Selection:
        """Return a product to choose columns from: `mesh["customer.customer_360"].select("segment")`."""
        return Selection(mesh=self, product=key)

    def __enter__(self) -> Self:
        """Close the connections when the block ends."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connections."""
        self.close()

    def __repr__(self) -> str:
        """Return the address and the purpose: never the token."""
        return f"<Mesh {self._wire.url}{f' for {self.purpose}' if self.purpose else ''}>"

    def close(self) -> None:
        """End the connections."""
        self._wire.close()

    def _question(self, sql: str, parameters: Mapping[str, Any] | None, purpose: str | None) -> dict[str, Any]:
        body: dict[str, Any] = {"sql": sql}
        if parameters:
            body["parameters"] = {name: _plain(value) for name, value in parameters.items()}
        stated = purpose or self.purpose
        return {**body, "purpose": stated} if stated else body


def _plain(value: Any) -> Any:
    """Return a parameter as JSON has it: dates and times in ISO 8601, decimals as text."""
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
