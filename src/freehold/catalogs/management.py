"""The account itself, by Azure Resource Manager: made where it is missing, and left as it is where it is not."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import msgspec

from freehold.catalogs.speaking import Sender, taken
from freehold.errors import AccountBusy, AccountRejected, SettingInvalid

_VERSION = (("api-version", "2021-12-01"),)
URL = "https://management.azure.com"
_EMBEDDED = "local"
"""The location of an embedded catalogue."""

WAIT, WAITS = 10.0, 90
"""How long is waited between two looks at an account that is being made, in seconds, and how often."""

_SHAPES = {
    "name": (re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{1,61})[A-Za-z0-9]"), "3 to 63 letters, digits and hyphens"),
    "subscription": (re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"), "the identifier of a subscription"),
    "group": (re.compile(r"[\w().-]{0,89}[\w()-]"), "the name of a resource group"),
    "location": (re.compile(r"[a-z0-9]{2,40}"), "the name of a region, such as westeurope"),
    "managed_group": (re.compile(r"[\w().-]{0,89}[\w()-]"), "the name of a resource group"),
}


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """An account to have: its name and where; `managed_group` is the resource group that Purview keeps its own resources in."""

    name: str
    subscription: str
    group: str
    location: str
    managed_group: str | None = None
    owner: str = ""

    @property
    def path(self) -> str:
        """The account's identifier as a resource."""
        group = quote(self.group, safe="")
        return f"/subscriptions/{self.subscription}/resourceGroups/{group}/providers/Microsoft.Purview/accounts/{self.name}"

    @property
    def body(self) -> dict[str, Any]:
        """The account as a request brings it, with the identity and the SKU that it cannot be made without."""
        managed = {"managedResourceGroupName": self.managed_group} if self.managed_group is not None else {}
        tags = {"tags": {"managedBy": self.owner}} if self.owner else {}
        return {
            "location": self.location,
            "identity": {"type": "SystemAssigned"},
            "sku": {"name": "Standard", "capacity": 1},
            "properties": managed,
            **tags,
        }


class Had(msgspec.Struct, frozen=True, kw_only=True):
    """An account that is there, and whether it was made now."""

    name: str
    location: str
    endpoint: str
    made: bool


def checked(order: Order) -> Order:
    """Return an order whose names can be such.

    Raises:
        SettingInvalid: One cannot.
    """
    for field, (shape, what) in _SHAPES.items():
        value = getattr(order, field)
        if value is not None and not shape.fullmatch(value):
            raise SettingInvalid(f"`{value[:80]}` is not {what}", remedy="correct it")
    return order


def find(sender: Sender, order: Order) -> Had | None:
    """Return an account that is there, or None.

    Raises:
        AccountUnreachable, AccountBusy, AccountRefused, AccountRejected: Resource Manager does not say.
    """
    answer = sender.ask("GET", order.path, _VERSION)
    return None if answer.status == 404 else _had(order, taken(answer, "read the account"), made=False)


def ensure(sender: Sender, order: Order, pause: Callable[[float], None]) -> Had:
    """Return the account, made where there was none, once it can be used.

    Raises:
        AccountBusy: It is still being made.
        AccountRejected: It could not be made, or is in another region.
        AccountUnreachable, AccountRefused: As `find`.
    """
    answer = sender.ask("GET", order.path, _VERSION)
    missing = answer.status == 404
    if missing:
        answer = sender.ask("PUT", order.path, _VERSION, order.body)
    for _ in range(WAITS):
        body = taken(answer, "make the account" if missing else "read the account")
        state = _properties(body).get("provisioningState")
        if state == "Succeeded":
            return _had(order, body, made=missing)
        if state in {"Failed", "Canceled", "Deleting"}:
            raise AccountRejected(f"the account was not made: it is {state.lower()}", remedy="look for the reason in the portal")
        pause(WAIT)
        answer = sender.ask("GET", order.path, _VERSION)
    raise AccountBusy("the account is still being made", remedy="run the command again: it waits on")


def _had(order: Order, body: Any, *, made: bool) -> Had:
    location = body.get("location") if isinstance(body, dict) else None
    where = location.replace(" ", "").lower() if isinstance(location, str) else order.location
    if where not in {order.location, _EMBEDDED}:
        raise AccountRejected(
            f"the account `{order.name}` is in `{where}`, not in `{order.location}`", remedy="name its region, or another account"
        )
    return Had(name=order.name, location=where, endpoint=f"https://{order.name}.purview.azure.com", made=made)


def _properties(body: Any) -> dict[str, Any]:
    found = body.get("properties") if isinstance(body, dict) else None
    return found if isinstance(found, dict) else {}
