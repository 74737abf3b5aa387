"""Access policies and requests for access. What is approved here is a record: the gate knows nothing of it."""

from __future__ import annotations

from typing import Any

from freehold.datamap.access import Someone
from freehold.datamap.unified.requests import (
    ACTIVE,
    Status,
    check_request,
    narrowed,
    read_decision,
    read_policy_set,
    read_request,
    stepped,
)
from freehold.datamap.unified.roles import Role
from freehold.datamap.unified.shape import guid
from freehold.datamap.unified.things import Kind, is_public
from freehold.errors import AlreadyExists, DomainRefused, EntityInvalid, ItemUnknown, RequestDecided
from freehold.ports.datamap import Change
from freehold.services.datamap.ground import Ground
from freehold.services.datamap.unified.standing import Body, Standing, kept_as
from freehold.services.datamap.unified.things import LINK, POLICY_SET, REQUEST

PAGE = 100
_TYPES = {Kind.PRODUCT: "DataProduct", Kind.DOMAIN: "BusinessDomain", Kind.TERM: "Term", Kind.ELEMENT: "CriticalDataElement"}
_OPEN = frozenset({Status.DRAFT, Status.PENDING})
_BINDING = frozenset({Kind.TERM.value, Kind.ELEMENT.value})
MOST_OPEN = 20
"""How many open requests for one product one person may have."""


class PolicySets:
    """The access policies of one catalogue's things."""

    def __init__(self, ground: Ground) -> None:
        """Work on `ground`."""
        self._ground = ground

    def applied(self, someone: Someone, kind: Kind, key: str) -> Body:
        """Return the policies that a thing itself has.

        Raises:
            DomainRefused, ItemUnknown: As `Standing.find`; or it has none.
        """
        name = Standing(self._ground, someone).find(kind, key)["id"]
        found = self._ground.store.document(POLICY_SET, name)
        if found is None:
            raise ItemUnknown("it has no access policies of its own", remedy="read `policySets/effective`, or PUT some")
        return found

    def put(self, someone: Someone, kind: Kind, key: str, given: Any) -> Body:
        """Say anew which policies a thing has.

        Raises:
            EntityInvalid: They are malformed, or say something that is not known.
            DomainRefused, ItemUnknown: The caller may not change the thing, or it is not there.
        """
        policies = read_policy_set(given)
        with self._ground.lock:
            name = self._changeable(someone, kind, key)
            old = self._ground.store.document(POLICY_SET, name)
            made = _policy_set(old["policySetId"] if old else self._ground.new_guid(), kind, name, "Applied", policies)
            self._ground.write_documents((POLICY_SET, name, "", made))
            return made

    def delete(self, someone: Someone, kind: Kind, key: str) -> None:
        """Take a thing's own policies away.

        Raises:
            DomainRefused, ItemUnknown: As `put`.
        """
        with self._ground.lock:
            self._ground.store.write(Change(forget=((POLICY_SET, self._changeable(someone, kind, key)),)))

    def effective(self, someone: Someone, key: str) -> Body:
        """Return what holds of a data product: its own policies, narrowed by those of its terms, elements and domains.

        Raises:
            DomainRefused, ItemUnknown: As `Standing.find`.
        """
        standing = Standing(self._ground, someone)
        product = standing.find(Kind.PRODUCT, key)
        return _policy_set(product["id"], Kind.PRODUCT, product["id"], "Effective", self.of(standing, product))

    def of(self, standing: Standing, product: Body) -> Body:
        """Return the policies that hold of a product, whoever looks: those of terms and elements once these are published."""
        store, near = self._ground.store, [product["id"]]
        for _, item in store.documents(LINK, product["id"]):
            other = store.document(kept_as(Kind(item["kind"])), item["entityId"]) if item["kind"] in _BINDING else None
            if other is not None and is_public(Kind(item["kind"]), other):
                near.append(item["entityId"])
        held = [store.document(POLICY_SET, name) for name in (*near, *standing.path(product["domain"]))]
        return narrowed(item.get("dataProductPolicies", {}) for item in held if item is not None)

    def related(self, someone: Someone, key: str, kind: Kind) -> list[Body]:
        """Return the policies of the terms, or of the critical data elements, of a product that the caller sees.

        Raises:
            DomainRefused, ItemUnknown: As `Standing.find`.
        """
        standing = Standing(self._ground, someone)
        made: list[Body] = []
        for _, item in self._ground.store.documents(LINK, standing.find(Kind.PRODUCT, key)["id"]):
            other = self._ground.store.document(kept_as(kind), item["entityId"]) if item["kind"] == kind else None
            found = self._ground.store.document(POLICY_SET, item["entityId"])
            if other is not None and found is not None and standing.may_see(kind, other):
                made.append(found)
        return made

    def workflow(self, someone: Someone, key: str) -> dict[str, bool]:
        """Return how requests for a product go.

        Raises:
            DomainRefused, ItemUnknown: As `Standing.find`.
        """
        found = self.effective(someone, key).get("dataProductPolicies", {})
        return {
            "skipWorkflowEnabled": bool(found.get("skipWorkflow")),
            "usePowerAutomate": bool(found.get("usePowerAutomate")),
        }

    def _changeable(self, someone: Someone, kind: Kind, key: str) -> str:
        standing = Standing(self._ground, someone)
        found = standing.find(kind, key)
        standing.check_write(kind, standing.domain_of(kind, found))
        return str(found["id"])


class Requests:
    """The requests for access of one catalogue."""

    def __init__(self, ground: Ground, sets: PolicySets) -> None:
        """Work on `ground`, under the policies of `sets`."""
        self._ground = ground
        self._sets = sets

    def page(self, someone: Someone, skip: int, fields: dict[str, str]) -> tuple[list[Body], int | None]:
        """Return a page of the requests that the caller made or may decide on, by product or name of it where `fields` say so.

        Raises:
            DomainRefused: The caller has no role at all.
        """
        kept = sorted(self._fitting(someone, fields), key=lambda item: (item["createdAt"], item["dataSubscriptionId"]))
        return kept[skip : skip + PAGE], skip + PAGE if skip + PAGE < len(kept) else None

    def count(self, someone: Someone, fields: dict[str, str]) -> int:
        """Return how many requests `page` would give in all.

        Raises:
            DomainRefused: The caller has no role at all.
        """
        return len(self._fitting(someone, fields))

    def find(self, someone: Someone, key: str) -> Body:
        """Return a request.

        Raises:
            DomainRefused: The caller has no role at all.
            ItemUnknown: There is none that they made or may decide on.
        """
        return self._held(Standing(self._ground, someone), key)

    def put(self, someone: Someone, key: str, given: Any, status: Status) -> Body:
        """Make a request, or change one's own while it is open: `status` is Draft for one kept, Pending for one sent.

        Who asks, when, and where it stands are the server's to say.

        Raises:
            EntityInvalid: It is malformed, or asks for what the product's policies do not permit.
            DomainRefused, ItemUnknown: The product is not there for the caller, or the request is somebody else's.
            RequestDecided: It is decided already, or is for another product.
            AlreadyExists: The identifier is that of a request of somebody else.
        """
        asked = read_request(given)
        name = guid("dataSubscriptionId", key)
        with self._ground.lock:
            standing = Standing(self._ground, someone)
            old = self._ground.store.document(REQUEST, name)
            if old is not None and old["requestorIdentity"]["objectId"] != standing.id:
                raise AlreadyExists("the identifier is taken", remedy="make the request under a new one")
            product = standing.find(Kind.PRODUCT, asked["dataProductId"])
            if old is not None and (old["subscriptionStatus"] not in _OPEN or old["dataProductId"] != product["id"]):
                raise RequestDecided("the request is decided, or for another product", remedy="make a new request")
            if old is None:
                self._check_room(standing, product["id"])
            if status is Status.PENDING:
                check_request(asked, self._sets.of(standing, product))
            domain = standing.domains[product["domain"]]
            requestor = {"identityType": "User", "objectId": standing.id, "displayName": someone.subject[:256]}
            made = {
                "subscriberIdentity": requestor,
                "writeAccess": False,
                **asked,
                "dataSubscriptionId": name,
                "dataProductId": product["id"],
                "dataProductName": product["name"],
                "domainId": domain["id"],
                "businessDomainName": domain["name"],
                "requestorIdentity": requestor,
                "subscriptionStatus": status.value,
                "useWorkflow": False,
                "createdAt": old["createdAt"] if old else self._ground.moment(),
                "createdBy": standing.id,
            }
            self._ground.write_documents((REQUEST, name, product["id"], made))
            return made

    def step(self, someone: Someone, key: str, verb: str, given: Any) -> Body:
        """Approve, decline or complete a request: an owner of the product or of its domain, or an approver that its policies name.

        Raises:
            EntityInvalid: The decision is malformed, or another one than the address says.
            DomainRefused, ItemUnknown: The caller may not decide, or it is not there; nobody decides on a request that they made or
                that is for them.
            RequestDecided: It is not waiting for that.
        """
        comment = read_decision(given, verb)
        with self._ground.lock:
            standing = Standing(self._ground, someone)
            held = self._held(standing, key)
            own = standing.id in {held[name].get("objectId") for name in ("requestorIdentity", "subscriberIdentity")}
            if own or not self._decides(standing, held):
                raise DomainRefused("you may not decide on this request", remedy="ask an owner of the data product, or an approver")
            status = stepped(held["subscriptionStatus"], verb)
            made = held | {"subscriptionStatus": status.value, "accessDecisionDate": self._ground.moment()}
            made |= {"globalComment": comment} if comment else {}
            self._ground.write_documents((REQUEST, held["dataSubscriptionId"], held["dataProductId"], made))
            return made

    def delete(self, someone: Someone, key: str) -> None:
        """Take a request back, or off the list: who made it, or who may decide on it.

        Raises:
            DomainRefused, ItemUnknown: As `find`.
        """
        with self._ground.lock:
            held = self._held(Standing(self._ground, someone), key)
            self._ground.store.write(Change(forget=((REQUEST, held["dataSubscriptionId"]),)))

    def active(self, someone: Someone, product: str) -> dict[str, int]:
        """Return how many requests for a product are approved.

        Raises:
            DomainRefused, ItemUnknown: As `Standing.find`.
        """
        name = Standing(self._ground, someone).find(Kind.PRODUCT, product)["id"]
        held = (body["subscriptionStatus"] for _, body in self._ground.store.documents(REQUEST, name))
        return {"activeSubscribers": sum(item in ACTIVE for item in held)}

    def _fitting(self, someone: Someone, fields: dict[str, str]) -> list[Body]:
        standing = Standing(self._ground, someone)
        found = (body for _, body in self._ground.store.documents(REQUEST))
        fitting = [item for item in found if all(str(item[name]).casefold() == value.casefold() for name, value in fields.items())]
        return [item for item in fitting if self._sees(standing, item)]

    def _check_room(self, standing: Standing, product: str) -> None:
        held = (body for _, body in self._ground.store.documents(REQUEST, product))
        own = [
            item for item in held if item["requestorIdentity"]["objectId"] == standing.id and item["subscriptionStatus"] in _OPEN
        ]
        if len(own) >= MOST_OPEN:
            raise EntityInvalid(f"you have {MOST_OPEN} open requests for this product", remedy="take some back first")

    def _held(self, standing: Standing, key: str) -> Body:
        found = self._ground.store.document(REQUEST, key.lower())
        if found is None or not self._sees(standing, found):
            raise ItemUnknown("no such request is visible", remedy="list them at /datagovernance/access/dataSubscriptions")
        return found

    def _sees(self, standing: Standing, body: Body) -> bool:
        own = body["requestorIdentity"]["objectId"] == standing.id
        return own or (body["subscriptionStatus"] != Status.DRAFT and self._decides(standing, body))

    def _decides(self, standing: Standing, body: Body) -> bool:
        product = self._ground.store.document(kept_as(Kind.PRODUCT), body["dataProductId"])
        if product is None:
            return False
        if standing.roles(product["domain"]) & {Role.PRODUCT_OWNER, Role.OWNER}:
            return True
        named = self._sets.of(standing, product)
        people = (*named.get("approvers", ()), *named.get("dataAccessGrantors", ()))
        return any(item.get("objectId") == standing.id for item in people)


def _policy_set(key: str, kind: Kind, target: str, how: str, policies: Body) -> Body:
    return {
        "policySetId": key,
        "targetResource": {"resourceId": target, "resourceType": _TYPES[kind]},
        "policySetKind": how,
        "dataProductPolicies": policies,
    }
