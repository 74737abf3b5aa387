"""Access policies of data products, and requests for access: what they may say, how several policies narrow each other, which steps
a request may take.

A request that is approved here gives nobody anything: it is a record. Data is given by contracts, at the gate alone.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from typing import Any

from freehold.datamap.unified.shape import LONGEST_NAME, Read, each, flag, guid, moment, one_of, read_members, record, text
from freehold.errors import EntityInvalid, RequestDecided

_NAME, _TEXT = text(LONGEST_NAME), text(4_000)
IDENTITIES = one_of("User", "Group", "ServicePrincipal")
IDENTITY = record(identityType=IDENTITIES, objectId=guid, tenantId=guid, displayName=_NAME, email=_NAME)
_ASSETS = each(record(dataAssetId=guid, dataAssetName=_NAME, dataAssetType=_NAME))
_POLICIES: Mapping[str, Read] = {
    "approvalTimeline": _NAME,
    "permittedUseCases": each(_NAME),
    "permittedSubscribers": each(IDENTITIES),
    "approvers": each(IDENTITY),
    "dataAccessGrantors": each(IDENTITY),
    "sensitiveMarkers": each(_NAME),
    "termsOfUseRequired": flag,
    "partnerSharingPermitted": flag,
    "customerSharingPermitted": flag,
    "maximumAccessDuration": _NAME,
    "privacyComplianceApprovalRequired": flag,
    "skipWorkflow": flag,
    "usePowerAutomate": flag,
}
_SET_HELD = frozenset({"policySetId", "targetResource", "policySetKind"})
_REQUEST: Mapping[str, Read] = {
    "dataProductId": guid,
    "writeAccess": flag,
    "subscriberIdentity": IDENTITY,
    "globalComment": _TEXT,
    "policySetValues": record(useCases=each(_NAME), termsOfUseAccepted=flag, requestorComments=_TEXT),
    "accessExpirationDate": moment,
    "dataAssets": _ASSETS,
}
_REQUEST_HELD = frozenset({
    "dataSubscriptionId", "subscriptionStatus", "requestorIdentity", "domainId", "dataProductName", "businessDomainName",
    "governanceDomain", "createdAt", "createdBy", "accessDecisionDate", "accessProviders", "useWorkflow", "workflowId",
    "workflowType", "workflowName", "usePowerAutomate",
})  # fmt: skip
_DECISION: Mapping[str, Read] = {
    "approver": IDENTITY,
    "decision": one_of("Approved", "Rejected", "Pending"),
    "approverDecisionType": _NAME,
    "comments": _TEXT,
    "dataAssets": _ASSETS,
}
_UNITED = ("approvers", "dataAccessGrantors", "sensitiveMarkers")
_COMMON = ("permittedUseCases", "permittedSubscribers")
_DEMANDS = ("termsOfUseRequired", "privacyComplianceApprovalRequired")
_ALLOWS = ("partnerSharingPermitted", "customerSharingPermitted", "skipWorkflow")


class Status(enum.StrEnum):
    """Where a request stands."""

    DRAFT = "Draft"
    PENDING = "Pending"
    APPROVED = "Approved"
    GRANTED = "Granted"
    DECLINED = "Declined"
    REVOKED = "Revoked"
    COMPLETED = "Completed"


ACTIVE = frozenset({Status.APPROVED, Status.GRANTED, Status.COMPLETED})
"""What counts as a subscriber."""

_STEPS: Mapping[str, tuple[frozenset[Status], Status]] = {
    "approve": (frozenset({Status.PENDING}), Status.APPROVED),
    "decline": (frozenset({Status.PENDING}), Status.DECLINED),
    "complete": (frozenset({Status.APPROVED}), Status.COMPLETED),
}


def read_policy_set(given: Any) -> dict[str, Any]:
    """Return the policies of a policy set.

    Raises:
        EntityInvalid: It is malformed, or says something that is not known.
    """
    found = read_members("policy set", given, {"dataProductPolicies": lambda _, value: value}, _SET_HELD)
    return read_members("dataProductPolicies", found.get("dataProductPolicies", {}), _POLICIES)


def narrowed(policies: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return what several policies say together, the nearest first: what one forbids or demands, no other gives back."""
    made: dict[str, Any] = {}
    for item in policies:
        for name, value in item.items():
            if name not in made:
                made[name] = value
            elif name in _COMMON:
                made[name] = [part for part in made[name] if part in value]
            elif name in _UNITED:
                made[name] = [*made[name], *(part for part in value if part not in made[name])]
            elif name in _DEMANDS:
                made[name] = made[name] or value
            elif name in _ALLOWS:
                made[name] = made[name] and value
    return made


def read_request(given: Any) -> dict[str, Any]:
    """Return a request for access as its maker writes it.

    Raises:
        EntityInvalid: It is malformed, or names no product.
    """
    found = read_members("data subscription", given, _REQUEST, _REQUEST_HELD)
    if "dataProductId" not in found:
        raise EntityInvalid("the request has no `dataProductId`", remedy="send the identifier of a data product")
    return found


def check_request(request: Mapping[str, Any], policies: Mapping[str, Any]) -> None:
    """Check that a request asks for no more than the policies of its product permit.

    Raises:
        EntityInvalid: It does.
    """
    values = request.get("policySetValues", {})
    asked, permitted = values.get("useCases", []), policies.get("permittedUseCases")
    if permitted is not None and (not asked or set(asked) - set(permitted)):
        raise EntityInvalid(
            "the request names a use case that the policy of the product does not permit, or none",
            remedy=f"use {', '.join(permitted)}" if permitted else "ask the product's owner: no use case is permitted now",
        )
    subscribers, kind = policies.get("permittedSubscribers"), request.get("subscriberIdentity", {}).get("identityType", "User")
    if subscribers is not None and kind not in subscribers:
        raise EntityInvalid(f"a subscriber of the kind `{kind}` is not permitted", remedy=f"use {', '.join(subscribers)}")
    if policies.get("termsOfUseRequired") and not values.get("termsOfUseAccepted"):
        raise EntityInvalid("the terms of use are not accepted", remedy="read them, and send `termsOfUseAccepted`: true")


def read_decision(given: Any, verb: str) -> str | None:
    """Return the comment of a decision.

    Raises:
        EntityInvalid: It is malformed, or says another thing than the address (`verb`).
    """
    found = read_members("decision", {} if given is None else given, _DECISION)
    meant = {"approve": "Approved", "decline": "Rejected"}.get(verb)
    if found.get("decision") not in {None, meant}:
        raise EntityInvalid("the decision in the body is not that of the address", remedy="send the same in both, or leave it out")
    return found.get("comments")


def stepped(status: str, verb: str) -> Status:
    """Return the state after a step.

    Raises:
        RequestDecided: It cannot be taken from where the request stands.
    """
    before, after = _STEPS[verb]
    if status not in before:
        raise RequestDecided(
            f"the request is `{status}`", remedy=f"only one that is {', '.join(sorted(before))} can be taken there"
        )
    return after
