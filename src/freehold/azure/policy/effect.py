"""The effects that there are, by the names that policies, parameters and assignments give them; case does not count."""

from __future__ import annotations

import enum

from freehold.errors import AzurePolicyInvalid


class Effect(enum.StrEnum):
    """What a policy does with a resource that its condition holds of."""

    DISABLED = "disabled"
    APPEND = "append"
    MODIFY = "modify"
    MUTATE = "mutate"
    DENY = "deny"
    AUDIT = "audit"
    MANUAL = "manual"
    AUDIT_IF_NOT_EXISTS = "auditIfNotExists"
    DEPLOY_IF_NOT_EXISTS = "deployIfNotExists"
    DENY_ACTION = "denyAction"
    ADD_TO_NETWORK_GROUP = "addToNetworkGroup"


EFFECTS = {effect.value.lower(): effect for effect in Effect}
ALTERING = frozenset({Effect.APPEND, Effect.MODIFY})
"""What changes a request before anything else is judged of it."""


def effect_of(written: str, place: str) -> Effect:
    """Return the effect of a name.

    Raises:
        AzurePolicyInvalid: There is no such effect.
    """
    if written.lower() not in EFFECTS:
        raise AzurePolicyInvalid(f"{place}: `{written[:80]}` is no effect", remedy=f"effects are {', '.join(EFFECTS.values())}")
    return EFFECTS[written.lower()]
