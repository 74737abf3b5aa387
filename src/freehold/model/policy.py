"""Governance as the stewards wrote it, and the decision that follows from it for one caller and one product."""

from __future__ import annotations

import enum

import msgspec

from freehold.model.contract import BelowFloor
from freehold.model.label import Disclosure, Right

DEFAULT_GROUP = 10
FLOOR_GROUP = 5
DEFAULT_SHARE = 80
"""The most that one entity may have of a sum, in percent, where its product says nothing else."""


class ClassificationRule(msgspec.Struct, frozen=True, kw_only=True):
    """Columns whose name or description matches `pattern` (a regular expression) are `classification`.

    With `value_pattern` (RE2, of the whole value) nothing is so by name: columns are proposed, where at least `minimum_match`
    percent of their filled values and `minimum_distinct` different ones match, and where `pattern`, if there is one, matches too.
    """

    pattern: str = ""
    classification: str
    value_pattern: str | None = None
    minimum_match: float | None = None
    minimum_distinct: int | None = None


class Governance(msgspec.Struct, frozen=True, kw_only=True):
    """`governancePolicies` of the mesh or, narrower, of one domain; `scope` is `mesh` or a domain key."""

    scope: str = "mesh"
    residency_enforced: bool = False
    allowed_regions: tuple[str, ...] = ()
    auto_classify: bool = False
    rules: tuple[ClassificationRule, ...] = ()
    require_description: bool = False
    require_owner: bool = False
    require_sensitivity_label: bool = False
    require_approval: bool = False
    approvers: tuple[str, ...] = ()
    where: dict[str, str] = {}


class Effect(enum.StrEnum):
    """The two outcomes of a decision."""

    PERMIT = "permit"
    FORBID = "forbid"


class Form(enum.StrEnum):
    """The most that may leave: rows, or only aggregates over enough entities."""

    ROWS = "rows"
    AGGREGATE = "aggregate"


class ShownColumn(msgspec.Struct, frozen=True, kw_only=True):
    """A column as the caller's view shows it; a column that is not listed does not exist for them."""

    name: str
    type: str
    right: Right


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """What policy says about one caller, one product and one purpose, with its reasons and obligations.

    A forbid carries `code` (of an error class), `detail`, `remedy` and `facts`, all fit to show; a permit carries the obligations:
    the columns shown, the form, `row_filter` (SQL predicates, all of them), the least group in entities, the most that one
    entity may have of a sum (percent), how small differences between groups are protected, the floors, and what they do.
    `withheld` names columns that the contract itself mentions and that stay hidden, each with its reason: `excluded` for the
    contract's own `excludedFields`, else a sentence. `whole` says that nothing at all is hidden from this caller.
    `join_region` is the one other region where join keys may be compared, `keyed` the columns shown that leave as such keys.
    `policies` are the rules that determined it, each as `file:line` or a law's name.
    """

    effect: Effect
    product: str
    form: Form = Form.ROWS
    columns: tuple[ShownColumn, ...] = ()
    withheld: dict[str, str] = {}
    row_filters: tuple[str, ...] = ()
    min_group: int = DEFAULT_GROUP
    max_share: int = DEFAULT_SHARE
    disclosure: Disclosure = Disclosure.THRESHOLD
    entity_key: str | None = None
    contract: str | None = None
    contract_name: str | None = None
    contract_version: int | None = None
    owner_access: bool = False
    whole: bool = False
    purpose: str | None = None
    approver: str | None = None
    join_region: str | None = None
    keyed: tuple[str, ...] = ()
    min_completeness: float | None = None
    min_accuracy: float | None = None
    min_timeliness: float | None = None
    below_floor: BelowFloor = BelowFloor.REFUSE
    crossing: str | None = None
    policies: tuple[str, ...] = ()
    code: str | None = None
    detail: str = ""
    remedy: str | None = None
    facts: dict[str, str | int | float | list[str]] = {}
