"""What one document says beyond another, and both put together again: so nothing of a foreign format is ever lost.

Documents are JSON values. `rest(whole, part)` is what `part` lacks, and `joined(part, rest(whole, part)) == whole` for all values.
Kept apart from the plain keys are: `$instead` (another value, `$is`, which holds only while the part says what it `$was`),
`$without` (what the part says and the whole does not), `$items` (lists whose items have names, by name), `$order` (of such) and
`$each` (lists as long as the part's, by number).
A key that itself begins with `$` is written with one more. Once the part has changed, `joined` keeps what still fits.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

NOTHING: Final = object()
"""What stands for no rest at all, and for no part at all."""

INSTEAD, WAS, IS, WITHOUT, ITEMS, ORDER, EACH = "$instead", "$was", "$is", "$without", "$items", "$order", "$each"
_NAMES = ("name", "property", "server", "username", "role", "channel", "consumer")
_CONSUMER = ("consumer", "purpose")


def same(left: Any, right: Any) -> bool:
    """Return whether two JSON values are one: types count, so that 1, 1.0 and true are three."""
    if type(left) is not type(right):
        return False
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(same(value, right[key]) for key, value in left.items())
    if isinstance(left, list):
        return len(left) == len(right) and all(map(same, left, right))
    return bool(left == right)


def rest(whole: Any, part: Any) -> Any:
    """Return what `whole` says beyond `part`, or NOTHING where they are the same."""
    if same(whole, part):
        return NOTHING
    if isinstance(whole, dict) and isinstance(part, dict):
        return _rest_of_keys(whole, part)
    if (names := _both_named(whole, part)) is not None:
        return _rest_of_items(*names)
    if _are_alike(whole, part):
        pairs = ((str(at), rest(*pair)) for at, pair in enumerate(zip(whole, part, strict=True)))
        return {EACH: {at: inner for at, inner in pairs if inner is not NOTHING}}
    return {WAS: part, IS: whole}


def joined(part: Any, kept: Any) -> Any:
    """Return the whole that `kept` was the rest of; `part` is NOTHING where it is no longer there."""
    if kept is NOTHING:
        return part
    if _is_replacement(kept):
        return kept[IS] if part is NOTHING or same(part, kept[WAS]) else part
    if isinstance(kept, dict) and ITEMS in kept:
        return _joined_items(part, kept)
    if isinstance(kept, dict) and EACH in kept:
        return _joined_each(part, kept[EACH])
    if isinstance(kept, dict):
        return _joined_keys(part if isinstance(part, dict) else {}, kept) if part is NOTHING or isinstance(part, dict) else part
    return _read(kept) if part is NOTHING else part


def _rest_of_keys(whole: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    instead: dict[str, Any] = {}
    for key, value in whole.items():
        if key not in part:
            found[_escaped(key)] = _written(value)
            continue
        inner = rest(value, part[key])
        if inner is NOTHING:
            continue
        if _is_replacement(inner):
            instead[key] = inner
        else:
            found[_escaped(key)] = inner
    without = {key: value for key, value in part.items() if key not in whole}
    return found | ({INSTEAD: instead} if instead else {}) | ({WITHOUT: without} if without else {})


def _joined_keys(part: dict[str, Any], kept: Mapping[str, Any]) -> dict[str, Any]:
    gone, instead = kept.get(WITHOUT, {}), kept.get(INSTEAD, {})
    found = {key: value for key, value in part.items() if key not in gone or not same(value, gone[key])}
    for key, change in instead.items():
        if key in found and same(found[key], change[WAS]):
            found[key] = change[IS]
    for written, value in kept.items():
        if written not in {WITHOUT, INSTEAD}:
            key = _unescaped(written)
            found[key] = joined(found.get(key, NOTHING), value)
    return found


def _rest_of_items(whole: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    items: dict[str, Any] = {}
    for name, value in whole.items():
        inner = rest(value, part[name]) if name in part else _written(value)
        if inner is not NOTHING:
            items[name] = inner
    gone = [name for name in part if name not in whole]
    usual = [*(name for name in part if name in whole), *(name for name in items if name not in part)]
    found: dict[str, Any] = {ITEMS: items}
    if gone:
        found[WITHOUT] = gone
    if usual != list(whole):
        found[ORDER] = list(whole)
    return found


def _joined_items(part: Any, kept: Mapping[str, Any]) -> Any:
    named = {} if part is NOTHING else _named(part)
    if named is None:
        return part
    gone = set(kept.get(WITHOUT, ()))
    found = {name: value for name, value in named.items() if name not in gone}
    for name, value in kept[ITEMS].items():
        if name in found or _stands_alone(value):
            found[name] = joined(found.get(name, NOTHING), value)
    order = {name: at for at, name in enumerate(kept.get(ORDER, ()))}
    return (
        [value for _, value in sorted(found.items(), key=lambda item: order.get(item[0], len(order)))]
        if order
        else [*found.values()]
    )


def _joined_each(part: Any, kept: Mapping[str, Any]) -> Any:
    if not isinstance(part, list) or any(int(at) >= len(part) for at in kept):
        return [] if part is NOTHING else part
    return [joined(item, kept.get(str(at), NOTHING)) for at, item in enumerate(part)]


def _are_alike(whole: Any, part: Any) -> bool:
    """Return whether both are lists of as many mappings."""
    lists = isinstance(whole, list) and isinstance(part, list) and len(whole) == len(part)
    return lists and all(isinstance(item, dict) for item in (*whole, *part))


def _stands_alone(kept: Any) -> bool:
    """Return whether an item was wholly the rest's own: the rest of an item whose part is gone does not bring it back."""
    return isinstance(kept, dict) and _name_of(kept) is not None


def _both_named(whole: Any, part: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
    left, right = _named(whole), _named(part)
    return None if left is None or right is None else (left, right)


def _named(items: Any) -> dict[str, Any] | None:
    """Return the items of a list by their names, or None where not every item has one of its own."""
    if not isinstance(items, list):
        return None
    found: dict[str, Any] = {}
    for item in items:
        name = _name_of(item)
        if name is None or name in found:
            return None
        found[name] = item
    return found


def _name_of(item: Any) -> str | None:
    if not isinstance(item, dict):
        return None
    for key in _NAMES:
        if isinstance(item.get(key), str):
            parts = _CONSUMER if key == "consumer" else (key,)
            return " · ".join(str(item.get(part, "")) for part in parts)
    return None


def _is_replacement(kept: Any) -> bool:
    return isinstance(kept, dict) and kept.keys() == {WAS, IS}


def _written(value: Any) -> Any:
    """Return a value of the whole's own, with its `$` keys escaped."""
    if isinstance(value, dict):
        return {_escaped(key): _written(inner) for key, inner in value.items()}
    return [_written(item) for item in value] if isinstance(value, list) else value


def _read(kept: Any) -> Any:
    if isinstance(kept, dict):
        return _joined_keys({}, kept) if not _is_replacement(kept) else kept[IS]
    return [_read(item) for item in kept] if isinstance(kept, list) else kept


def _escaped(key: str) -> str:
    return f"${key}" if key.startswith("$") else key


def _unescaped(key: str) -> str:
    return key.removeprefix("$")
