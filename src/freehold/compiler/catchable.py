"""Make TRY catch all that an expression can meet: it does not hear that an INTERVAL or a TIME has no such part (law 3).

So parts of a calendar are asked of a TIMESTAMP: that something is none is said by a cast, which TRY does hear. So are hours between
two times: of those with a zone, too many end the session. `datepart` finds out at the first row what `date_part` says at once.
ILIKE takes a zero byte for its escape, and says at the first text beyond ASCII that a pattern ends in it: LIKE has no escape.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from freehold.compiler.allowed import CALENDAR, CLOCK

_CALENDAR = (exp.Week, exp.WeekOfYear, exp.DayOfWeek, exp.DayOfWeekIso, exp.DayOfYear)
_CALENDAR_NAMED = frozenset({"yearweek", "era"})
_PART_NAMED = frozenset({"date_part", "datepart"})
_HOURS = frozenset({"h", "hour", "hours"})


def catchable(node: exp.Expr) -> exp.Expr:
    """Return `node`, changed in place, as an expression that can fail in ways alone that TRY catches."""
    for call in reversed(list(node.walk())):  # what is inside first, since it is copied with what is around it
        if isinstance(call, exp.Anonymous) and call.name.lower() == "datepart":
            call.set("this", "date_part")
        for argument in list(_of_days(call)):
            argument.replace(exp.Cast(this=argument.copy(), to=exp.DataType.build("TIMESTAMP")))
        if isinstance(call, exp.ILike) and not call.expression.is_string:  # and in what is written, there is no zero byte
            plain = exp.Like(this=_folded(call.this), expression=_folded(call.expression))
            if call is node:
                return plain
            call.replace(plain)
    return node


def _folded(text: exp.Expr) -> exp.Expr:
    return exp.Lower(this=text.copy())


def _of_days(call: exp.Expr) -> Iterator[exp.Expr]:
    """Yield the arguments of a call that must be days."""
    if isinstance(call, _CALENDAR):
        yield call.this
    elif isinstance(call, exp.Extract) and call.name.lower() in CALENDAR:
        yield call.expression
    elif isinstance(call, exp.DateDiff):
        yield from _between(call.args["unit"], call.this, call.expression)
    elif isinstance(call, exp.Anonymous):
        yield from _of_named(call.name.lower(), call.expressions)


def _of_named(name: str, arguments: list[exp.Expr]) -> Iterator[exp.Expr]:
    if name in _CALENDAR_NAMED:
        yield from arguments
    elif name in _PART_NAMED and arguments[0].name.lower() in CALENDAR:
        yield from arguments[1:]
    elif name == "date_sub":
        yield from _between(*arguments)


def _between(part: exp.Expr, *times: exp.Expr) -> Iterator[exp.Expr]:
    """Yield the times between which such parts are counted, where these must be days."""
    name = part.name.lower()
    if name not in CLOCK or (name in _HOURS and not any(_is_of_day(time) for time in times)):
        yield from times


def _is_of_day(time: exp.Expr) -> bool:
    return isinstance(time, exp.Cast) and time.to.this is exp.DataType.Type.TIME
