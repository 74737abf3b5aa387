"""Functions of arrays and objects, and of what texts share with them: length, first, contains."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from freehold.azure.expression.functions.given import items, members, text, whole
from freehold.azure.expression.run import Function, member, unary
from freehold.azure.expression.values import (
    ABSENT,
    Merged,
    Partly,
    Unfit,
    Unknown,
    Unresolved,
    decimal,
    find_unknown,
    is_any_equal,
    is_number,
    is_same,
    kind,
    known,
)

_LONGEST_RANGE = 10_000
_LAST_INDEX = 2**31 - 1


def _concat(*values: Any) -> Any:
    if isinstance(values[0], list):
        members = [item for value in values for item in items(value)]
        unknown = next((value.unknown for value in values if isinstance(value, Merged)), None)
        return members if unknown is None else Merged(members, unknown)
    return "".join(map(joined, values))


def joined(value: Any) -> str:
    """Return a scalar as `concat()`, `join()` and `string()` write it: a boolean with a capital, as .NET does.

    Raises:
        Unfit: It is no scalar.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "True" if value else "False"
    if is_number(value):
        return decimal(value)
    raise Unfit(f"cannot write {kind(known(value))} as text")


def _join(values: Any, delimiter: Any) -> str:
    return text(delimiter).join("null" if item is None else joined(item) for item in items(values))


def _empty(value: Any) -> bool:
    if isinstance(value, Partly) and not value:
        raise Unresolved(value.unknown)
    return value is None or value is ABSENT or (isinstance(value, str | list | dict) and not value)


def _first(value: Any) -> Any:
    if isinstance(value, str):
        return value[:1]
    return items(value)[0] if items(value) else None


def _last(value: Any) -> Any:
    if isinstance(value, str):
        return value[-1:]
    return items(value)[-1] if items(value) else None


def _length(value: Any) -> int:
    if not isinstance(value, str | list | dict):
        raise Unfit(f"{kind(value)} has no length")
    return len(value)


def _take(value: Any, count: Any) -> Any:
    sequence = value if isinstance(value, str) else items(value)
    return sequence[: max(0, whole(count))]


def _skip(value: Any, count: Any) -> Any:
    sequence = value if isinstance(value, str) else items(value)
    return sequence[max(0, whole(count)) :]


def _range(start: Any, count: Any) -> list[int]:
    begin, length = whole(start), whole(count)
    if not 0 <= length <= _LONGEST_RANGE:
        raise Unfit(f"makes 0 to {_LONGEST_RANGE:,} numbers, not {length:,}")
    if begin + length > _LAST_INDEX:
        raise Unfit(f"goes beyond {_LAST_INDEX:,}")
    return list(range(begin, begin + length))


def _fingerprint(value: Any) -> Any:
    """Return what two values share if they are the same, to be looked up in a set; of what cannot be known nobody can say."""
    if isinstance(value, Unknown):
        return "unknown", id(value)
    if isinstance(value, list):
        return "list", tuple(map(_fingerprint, value))
    if isinstance(value, dict):
        return "dict", frozenset((key, _fingerprint(item)) for key, item in value.items())
    return isinstance(value, bool), value


def _distinct(values: list[Any]) -> list[Any]:
    found: dict[Any, Any] = {}
    for value in values:
        found.setdefault(_fingerprint(value), value)
    kept = list(found.values())
    unknown = find_unknown(kept) if len(kept) > 1 else None
    return kept if unknown is None else Merged(kept, unknown)


def _union(*values: Any) -> Any:
    if isinstance(values[0], list):
        return _distinct([item for value in values for item in items(value)])
    merged: dict[str, Any] = {}
    for value in values:
        merged = _merged(merged, members(value))
    return merged


def _merged(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    out, spelt = dict(below), {name.lower(): name for name in below}
    for written, value in above.items():
        key = spelt.setdefault(written.lower(), written)
        before = out.get(key)
        if isinstance(before, Unknown) and isinstance(value, dict):
            continue
        out[key] = _merged(before, value) if isinstance(before, dict) and isinstance(value, dict) else value
    return out


def _intersection(first: Any, *others: Any) -> Any:
    if isinstance(first, list):
        known(find_unknown([first, *others]))
        shared = [set(map(_fingerprint, items(other))) for other in others]
        return [item for item in first if all(_fingerprint(item) in prints for prints in shared)]
    rest = [members(other) for other in others]
    return {
        key: value for key, value in members(first).items() if all(key in other and is_same(other[key], value) for other in rest)
    }


def _contains(container: Any, item: Any) -> bool:
    if isinstance(container, str):
        return joined(item) in container
    if isinstance(container, dict):
        return holds_key(container, text(item))
    return is_any_equal(items(container), item, is_same)


def holds_key(container: dict[str, Any], key: str) -> bool:
    """Return whether an object has a key; case does not count.

    Raises:
        Unresolved: It cannot be known.
    """
    folded = key.casefold()
    if key in container or any(name.casefold() == folded for name in container):
        return True
    return isinstance(container, Partly) and known(container.member(key.lower())) is not ABSENT


def _array(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _create_array(*values: Any) -> list[Any]:
    return list(values)


def _create_object(*values: Any) -> dict[str, Any]:
    if len(values) % 2:
        raise Unfit(f"wants keys and values in pairs, not {len(values)} arguments")
    return distinct_keys((joined(known(key)), value) for key, value in zip(values[::2], values[1::2], strict=True))


def distinct_keys(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object of keys and values, the last of a key; keys that differ by case alone are the same to Azure.

    Raises:
        Unfit: There are two such.
    """
    made = dict(pairs)
    if len({key.lower() for key in made}) < len(made):
        raise Unfit("makes an object with a key twice, written in two ways")
    return made


def _from_end(values: Any, place: Any) -> Any:
    found = _try_from_end(values, place)
    if not 1 <= whole(place) <= len(values):
        raise Unfit(f"there is no item {whole(place)} from the end")
    return found


def _try_from_end(values: Any, place: Any) -> Any:
    sequence, index = items(values), whole(place)
    return sequence[-index] if 1 <= index <= len(sequence) else None


def _try_get(holder: Any, *keys: Any) -> Any:
    for key in keys:
        holder = member(holder, key)
        if holder is ABSENT:
            return None
        if isinstance(holder, Unknown):
            return holder
    return holder


def _items(value: Any) -> list[dict[str, Any]]:
    return [{"key": key, "value": item} for key, item in sorted(members(value).items())]


def _flatten(values: Any) -> list[Any]:
    for item in items(values):
        if isinstance(known(item), Merged):
            raise Unresolved(item.unknown)
    return [inner for item in values for inner in (item if isinstance(item, list) else [item])]


def _zip(*objects: Any) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    spelt: dict[str, str] = {}
    for item in objects:
        merged.update({spelt.setdefault(key.lower(), key): value for key, value in members(item).items()})
    return merged


def _index_of(sequence: Any, item: Any) -> int:
    return next((at for at, value in enumerate(items(sequence)) if is_same(value, item)), -1)


def _last_index_of(sequence: Any, item: Any) -> int:
    return next((at for at, value in reversed(list(enumerate(items(sequence)))) if is_same(value, item)), -1)


index_of, last_index_of = _index_of, _last_index_of

TABLE = (
    Function("array", _array, 1, 1, takes_parts=True),
    Function("concat", _concat, 1, None, takes_parts=True),
    Function("contains", _contains, 2, 2, takes_parts=True),
    Function("createArray", _create_array, 0, None, takes_unknown=True),
    Function("createObject", _create_object, 0, None, takes_unknown=True),
    Function("empty", _empty, 1, 1, takes_parts=True),
    Function("first", _first, 1, 1, takes_parts=True),
    Function("flatten", _flatten, 1, 1),
    Function("indexFromEnd", _from_end, 2, 2),
    Function("intersection", _intersection, 1, None),
    Function("items", _items, 1, 1),
    Function("join", _join, 2, 2),
    Function("last", _last, 1, 1),
    Function("length", _length, 1, 1),
    unary("objectKeys", lambda value: sorted(members(value))),
    Function("range", _range, 2, 2),
    unary("shallowMerge", lambda values: _zip(*items(values))),
    Function("skip", _skip, 2, 2),
    Function("take", _take, 2, 2),
    Function("tryGet", _try_get, 2, None, takes_parts=True),
    Function("tryIndexFromEnd", _try_from_end, 2, 2),
    Function("union", _union, 1, None, takes_parts=True),
)
