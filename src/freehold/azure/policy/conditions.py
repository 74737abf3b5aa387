"""Conditions → closures: `allOf`, `anyOf`, `not`, and leaves of a field, a value or a count against an operator.

A field through `[*]` holds if it holds of every member; an empty array holds, a missing one counts as one member that is missing.
What is not known is refused with its place, and so is more than the documented number and depth of conditions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

from freehold.azure.expression.run import Closure
from freehold.azure.expression.syntax import is_expression
from freehold.azure.expression.values import ABSENT, Unfit, known
from freehold.azure.policy.aliases import WILDCARD
from freehold.azure.policy.fields import Parts, field_path, walk
from freehold.azure.policy.frame import Frame, Test, every, some
from freehold.azure.policy.language import Binding, Scope
from freehold.azure.policy.location import Location, region
from freehold.azure.policy.members import Tally, arrays, count_along, counted, every_member
from freehold.azure.policy.operators import OPERATORS, check_constant
from freehold.errors import AzurePolicyInvalid, ExpressionFailed, ExpressionRefused

MOST_CONDITIONS = 4_096
MOST_IN_THEN = 128
MOST_COUNTS_OF_VALUES = 10
MOST_COUNTS_OF_AN_ARRAY = 5
"""The documented limits of a rule, beyond which Azure takes no definition."""

DEEPEST = 64
_LOCATION = "location"

Check = Callable[[Frame, Any, Any], bool]
"""An operator at work: a frame, a value, and what it is held against."""

Field = Callable[[Frame, Callable[[Any], bool]], bool]
"""A field: give it a frame and a test of a value, and it says whether the test holds."""


@contextmanager
def placed(place: str) -> Generator[None]:
    """Name the place of what is refused inside.

    Raises:
        AzurePolicyInvalid: Something was refused.
    """
    try:
        yield
    except (AzurePolicyInvalid, ExpressionRefused) as refused:
        raise AzurePolicyInvalid(f"{place}: {refused.detail}", remedy=refused.remedy) from None


class Conditions:
    """A reader of conditions against one scope; it counts what it has read."""

    def __init__(self, scope: Scope) -> None:
        """Read nothing yet."""
        self.scope = scope
        self.read_so_far = 0
        self.counts = Counter[str]()
        self.most = MOST_CONDITIONS

    def read(self, raw: Any, place: str, depth: int = 0) -> Test:
        """Return a closure that says whether a condition holds in a frame.

        Raises:
            AzurePolicyInvalid: It is not of the documented shape, or has what is not known.
        """
        entries = _entries(raw, place)
        self.read_so_far += 1
        if self.read_so_far > self.most or depth > DEEPEST:
            raise AzurePolicyInvalid(f"{place}: more than {self.most:,} conditions, or {DEEPEST} levels of them")
        logical = [key for key in entries if key in {"allof", "anyof", "not"}]
        if logical and len(entries) > 1:
            raise AzurePolicyInvalid(f"{place}: `{logical[0]}` stands beside other keys", remedy="give it a condition of its own")
        if not logical:
            return self._leaf(entries, place)
        if logical[0] == "not":
            inner = self.read(entries["not"], f"{place}.not", depth + 1)
            return lambda frame: not inner(frame)
        return self._several(logical[0], entries[logical[0]], place, depth)

    def begin_then(self) -> None:
        """Count the conditions of a rule's effect, after those of its `if`."""
        self.read_so_far, self.most = 0, MOST_IN_THEN

    def _several(self, key: str, raw: Any, place: str, depth: int) -> Test:
        if not isinstance(raw, list):
            raise AzurePolicyInvalid(f"{place}.{key}: a list of conditions is expected")
        tests = [self.read(item, f"{place}.{key}[{at}]", depth + 1) for at, item in enumerate(raw)]
        return every(tests) if key == "allof" else some(tests)

    def _leaf(self, entries: dict[str, Any], place: str) -> Test:
        sides = [key for key in entries if key in {"field", "value", "count"}]
        names = [key for key in entries if key not in {"field", "value", "count"}]
        unknown = [name for name in names if name not in OPERATORS]
        if unknown:
            raise AzurePolicyInvalid(f"{place}: `{unknown[0]}` is no operator and no part of a condition")
        if len(sides) != 1 or len(names) != 1:
            raise AzurePolicyInvalid(
                f"{place}: a condition is one of field, value or count, and one operator",
                remedy=f"it has {', '.join(entries) or 'nothing'}",
            )
        check_constant(names[0], entries[names[0]], f"{place}.{names[0]}")
        check = _guarded(names[0], f"{place}.{names[0]}")
        right = self.json(entries[names[0]], f"{place}.{names[0]}")
        if sides[0] == "count":
            count = self._count(entries["count"], f"{place}.count")
            return lambda frame: _holds_of_count(frame, count(frame), right(frame), check)
        if sides[0] == "value":
            left = self.json(entries["value"], f"{place}.value")
            return lambda frame: _holds_of_value(frame, left(frame), right(frame), check)
        wanted = entries[names[0]]
        if names[0] in _OF_TEXT and isinstance(wanted, str) and not wanted.startswith("["):
            simple = self._simple(entries["field"], f"{place}.field")
            if simple is not None:
                return _text_leaf(*simple, check, wanted, negated=names[0] == "notequals")
        return self._of_field(entries["field"], check, right, f"{place}.field", exists=names[0] == "exists")

    def _simple(self, raw: Any, place: str) -> tuple[Parts, int | None] | None:
        """Return the parts of a field that is one value and no location, and the slot they begin at; None for others."""
        if not isinstance(raw, str) or is_expression(raw):
            return None
        with placed(place):
            path = field_path(raw, self.scope.aliases)
            if isinstance(path, tuple):
                return path, None
            where = self.scope.find(path)
            parts, *more = where.groups
            return None if path == _LOCATION or more else (parts, where.slot)

    def json(self, raw: Any, place: str) -> Closure:
        """Return a closure for a value, expressions in it evaluated.

        Raises:
            AzurePolicyInvalid: An expression in it cannot be used.
        """
        with placed(place):
            return self.scope.language.compile_json(raw)

    def _of_field(self, raw: Any, check: Check, right: Closure, place: str, *, exists: bool) -> Test:
        if not isinstance(raw, str) or not raw:
            raise AzurePolicyInvalid(f"{place}: the name of a field is expected")
        missing = ABSENT if exists else None
        if is_expression(raw):
            return self._computed(raw, check, right, place, missing)
        field = self._field(raw, place, missing)
        return lambda frame: _test_field(frame, field, check, right)

    def _computed(self, raw: str, check: Check, right: Closure, place: str, missing: Any) -> Test:
        name, bindings, cache = self.json(raw, place), list(self.scope.bindings), dict[str, Field]()

        def test(frame: Frame) -> bool:
            written = known(name(frame))
            if not isinstance(written, str):
                raise ExpressionFailed(f"{place}: the name of a field is expected")
            if written not in cache:
                cache[written] = self._field(written, place, missing, bindings)
            return _test_field(frame, cache[written], check, right)

        return test

    def _field(self, name: str, place: str, missing: Any, bindings: list[Binding] | None = None) -> Field:
        with placed(place):
            path = field_path(name, self.scope.aliases)
            if path == _LOCATION:
                return lambda frame, test: test(Location.of(frame.resource))
            if isinstance(path, tuple):
                return _field_along(path, None, missing)
            where = self.scope.find(path, bindings)
            groups, slot = where.groups, where.slot
            parts = groups[0]
        if len(groups) > 1:
            return lambda frame, test: every_member(frame, frame.resource if slot is None else frame.slots[slot], groups, test)
        return _field_along(parts, slot, missing)

    def _count(self, raw: Any, place: str) -> Callable[[Frame], Tally]:
        entries = _entries(raw, place)
        unknown = [key for key in entries if key not in {"field", "value", "name", "where"}]
        if unknown or ("field" in entries) == ("value" in entries):
            raise AzurePolicyInvalid(f"{place}: a count is of one field or one value, with `where` and, for a value, `name`")
        if "name" in entries and ("value" not in entries or not isinstance(entries["name"], str)):
            raise AzurePolicyInvalid(f"{place}.name: text is expected, and only for a count of a value")
        return self._count_value(entries, place) if "value" in entries else self._count_field(entries, place)

    def _count_value(self, entries: dict[str, Any], place: str) -> Callable[[Frame], Tally]:
        values = self.json(entries["value"], f"{place}.value")
        self._count_one("", MOST_COUNTS_OF_VALUES, f"{place}: a rule counts values {MOST_COUNTS_OF_VALUES} times at most")
        binding = self.scope.bind(None, str(entries.get("name", "default")).lower())
        where = self.read(entries["where"], f"{place}.where", 1) if "where" in entries else None
        self.scope.unbind()
        slot = binding.slot

        def count(frame: Frame) -> Tally:
            found = known(values(frame))
            return counted(frame, slot, found if isinstance(found, list) else [], where)

        return count

    def _count_field(self, entries: dict[str, Any], place: str) -> Callable[[Frame], Tally]:
        if not isinstance(entries["field"], str):
            raise AzurePolicyInvalid(f"{place}.field: the name of a field with `[*]` is expected")
        path = self._path(entries["field"], f"{place}.field")
        said = f"{place}: a rule counts the members of an array {MOST_COUNTS_OF_AN_ARRAY} times at most"
        self._count_one(path, MOST_COUNTS_OF_AN_ARRAY, said)
        begin = self.scope.find(path)
        groups = begin.groups
        if len(groups) < 2:
            raise AzurePolicyInvalid(f"{place}.field: `{entries['field']}` names no members of an array", remedy="end it with [*]")
        before = path[: len(path) - len(begin.path)]
        slots = [self.scope.bind(array, None).slot for array in arrays(before, begin.path)]
        where = self.read(entries["where"], f"{place}.where", 1) if "where" in entries else None
        for _ in slots:
            self.scope.unbind()

        def count(frame: Frame) -> Tally:
            root = frame.resource if begin.slot is None else frame.slots[begin.slot]
            return count_along(frame, root, groups[:-1], slots, where)

        return count

    def _count_one(self, path: str, most: int, said: str) -> None:
        self.counts[path] += 1
        if self.counts[path] > most:
            raise AzurePolicyInvalid(said, remedy="make several policies of it")

    def _path(self, name: str, place: str) -> str:
        with placed(place):
            path = field_path(name, self.scope.aliases)
        if isinstance(path, tuple) or WILDCARD not in path:
            raise AzurePolicyInvalid(f"{place}: `{name}` names no members of an array", remedy="end it with [*]")
        return path


_OF_REGIONS = frozenset({"equals", "notequals", "in", "notin"})
_OF_TEXT = frozenset({"equals", "notequals"})
_PATTERNS = frozenset({"like", "notlike"})
_COMPARED_PER_STEP = 256


def _guarded(name: str, place: str) -> Check:
    """Return an operator that pays for what it looks at, says where it fails, and compares regions as regions."""
    operator, is_of_regions, is_pattern = OPERATORS[name], name in _OF_REGIONS, name in _PATTERNS

    def check(frame: Frame, left: Any, right: Any) -> bool:
        if is_pattern and isinstance(left, str) and isinstance(right, str):
            frame.budget.spend(len(left) * len(right) // _COMPARED_PER_STEP)
        if type(left) is str and type(right) is list:
            frame.budget.spend(len(left) * len(right) // _COMPARED_PER_STEP)
        for side in (left, right):
            if type(side) is list:
                frame.budget.charge(side)
            elif type(side) is str and len(side) > _COMPARED_PER_STEP:
                frame.budget.spend(len(side) // _COMPARED_PER_STEP)
        if type(left) is Location:
            left, right = region(left), region(right) if is_of_regions else right
        try:
            return operator(left, right)
        except Unfit as unfit:
            raise ExpressionFailed(f"{place}: {unfit}") from None

    return check


def _test_field(frame: Frame, field: Field, check: Check, right: Closure) -> bool:
    against = right(frame)
    return field(frame, lambda value: check(frame, value, against))


def _holds_of_count(frame: Frame, count: Tally, right: Any, check: Check) -> bool:
    if not count.more:
        return check(frame, count.least, right)
    frame.budget.spend(count.more)
    return count.decides(lambda number: check(frame, number, right))


def _holds_of_value(frame: Frame, left: Any, right: Any, check: Check) -> bool:
    return left is not ABSENT and check(frame, left, right)


def _text_leaf(parts: Parts, slot: int | None, check: Check, wanted: str, *, negated: bool) -> Test:
    """Return a leaf that holds a field against a constant text: most leaves are such, and the text is folded once."""
    folded, only = wanted.casefold(), parts[0] if len(parts) == 1 else None
    length = len(folded)

    def test(frame: Frame) -> bool:
        holder = frame.resource if slot is None else frame.slots[slot]
        value = holder.get(only, ABSENT) if only is not None and type(holder) is dict else walk(holder, parts)
        if type(value) is str:
            # Folding makes no text shorter: one that is longer already need not be folded.
            return (value == wanted or (len(value) <= length and value.casefold() == folded)) is not negated
        return check(frame, None if value is ABSENT else value, wanted)

    return test


def _field_along(parts: Parts, slot: int | None, missing: Any) -> Field:
    if slot is None:
        return lambda frame, test: test(_or(walk(frame.resource, parts), missing))
    return lambda frame, test: test(_or(walk(frame.slots[slot], parts), missing))


def _or(value: Any, missing: Any) -> Any:
    return missing if value is ABSENT else value


def _entries(raw: Any, place: str) -> dict[str, Any]:
    if not isinstance(raw, dict):
        raise AzurePolicyInvalid(f"{place}: a condition is an object")
    return {key.lower(): value for key, value in raw.items()}
