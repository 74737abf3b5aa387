"""A generator of typed queries: joins, CTEs, subqueries, set operations, windows and aggregates over given relations."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from hypothesis import strategies as st

Columns = tuple[tuple[str, str], ...]
"""(name, type) with type `s` (string), `n` (number) or `b` (boolean)."""
Relations = dict[str, Columns]
WORDS = ("north", "south", "Rare", "Books", "C00003", "", "%o%", "it''s")


class Source(NamedTuple):
    """A relation in scope: what it is called there, and its columns."""

    alias: str
    columns: Columns


class Writer:
    """Writes one query; every choice is drawn, so that a failing query shrinks."""

    def __init__(self, draw: Callable[[st.SearchStrategy[object]], object], relations: Relations) -> None:
        """Draw with `draw` over `relations`."""
        self._draw = draw
        self._relations = dict(relations)
        self._count = 0

    def pick(self, *options: object) -> object:
        """Draw one of the options."""
        return self._draw(st.sampled_from(options))

    def chance(self, percent: int) -> bool:
        """Draw yes in so many of a hundred cases."""
        return self._draw(st.integers(0, 99)) < percent  # type: ignore[operator]

    def name(self) -> str:
        """Return a name that was not used yet."""
        self._count += 1
        return f"q{self._count}"

    def query(self, depth: int) -> tuple[str, Columns]:
        """Return a query and its columns."""
        if depth > 0 and self.chance(15):
            return self._with(depth)
        if depth > 0 and self.chance(12):
            return self._set(depth)
        return self.select(depth)

    def _with(self, depth: int) -> tuple[str, Columns]:
        name, (inner, columns) = self.name(), self.query(depth - 1)
        self._relations[name] = columns
        text, out = self.select(depth - 1)
        del self._relations[name]
        return f"with {name} as ({inner}) {text}", out

    def _set(self, depth: int) -> tuple[str, Columns]:
        left, columns = self.select(depth - 1)
        word = self.pick("union", "union all", "except", "intersect")
        sources, tail = self._from(0)
        outputs = ", ".join(self.expression(kind, sources, 1) for _, kind in columns)
        return f"({left}) {word} (select {outputs} {tail})", columns

    def select(self, depth: int) -> tuple[str, Columns]:
        """Return a SELECT."""
        sources, tail = self._from(depth)
        where = f" where {self.expression('b', sources, 2)}" if self.chance(50) else ""
        shape = self.pick("plain", "plain", "aggregate", "aggregate", "window", "star")
        if shape == "star":
            source = sources[0]
            columns = source.columns
            listed, rest = (f"{source.alias}.*" if len(sources) > 1 else "*"), ""
        elif shape == "aggregate":
            listed, columns, rest = self._grouped(sources)
        else:
            listed, columns = self._listed(sources, window=shape == "window")
            rest = ""
        distinct = "distinct " if shape == "plain" and self.chance(15) else ""
        return f"select {distinct}{listed} {tail}{where}{rest}{self._order(len(columns))}", columns

    def _order(self, width: int) -> str:
        if not self.chance(35):
            return ""
        order = ", ".join(f"{place}{self.pick('', ' desc', ' nulls first')}" for place in range(1, width + 1))
        return f" order by {order}" + (f" limit {self.pick(0, 1, 5, 50)}" if self.chance(50) else "")

    def _listed(self, sources: list[Source], *, window: bool) -> tuple[str, Columns]:
        items, columns = [], []
        for place in range(self._draw(st.integers(1, 4))):  # type: ignore[arg-type]
            kind = str(self.pick("s", "n", "b"))
            text = self._window(sources) if window and place == 0 else self.expression(kind, sources, 2)
            kind = "n" if window and place == 0 else kind
            items.append(f"{text} as c{place}")
            columns.append((f"c{place}", kind))
        return ", ".join(items), tuple(columns)

    def _window(self, sources: list[Source]) -> str:
        call = self.pick("rank()", "dense_rank()", "count(*)", f"sum({self.expression('n', sources, 0)})")
        partition = f"partition by {self.column('s', sources)} " if self.chance(60) else ""
        return f"{call} over ({partition}order by {self.column('n', sources)}, {self.column('s', sources)})"

    def _grouped(self, sources: list[Source]) -> tuple[str, Columns, str]:
        keys = [self.expression("s", sources, 1) for _ in range(self._draw(st.integers(0, 2)))]  # type: ignore[arg-type]
        items = [f"{key} as k{place}" for place, key in enumerate(keys)]
        columns = [(f"k{place}", "s") for place in range(len(keys))]
        for place in range(self._draw(st.integers(1, 3))):  # type: ignore[arg-type]
            items.append(f"{self.aggregate(sources)} as a{place}")
            columns.append((f"a{place}", "n"))
        group = f" group by {', '.join(keys)}" if keys else ""
        having = f" having {self.aggregate(sources)} {self.pick('>', '<', '<>')} {self.pick(0, 3, 40)}" if self.chance(25) else ""
        return ", ".join(items), tuple(columns), group + having

    def aggregate(self, sources: list[Source]) -> str:
        """Return an aggregate that is a number."""
        kind = self.pick("count(*)", "count", "distinct", "sum", "sum", "avg", "min", "max")
        if kind == "count(*)":
            return "count(*)"
        if kind == "count":
            return f"count({self.column(str(self.pick('s', 'n', 'b')), sources)})"
        if kind == "distinct":
            return f"count(distinct {self.column(str(self.pick('s', 'n')), sources)})"
        return f"{kind}({self.expression('n', sources, 1) if self.chance(40) else self.column('n', sources)})"

    def _from(self, depth: int) -> tuple[list[Source], str]:
        first, text = self._relation(depth)
        sources, parts = [first], [f"from {text}"]
        if self.chance(40):
            second, text = self._relation(depth)
            how = self.pick("join", "left join", "full join", "semi join", "anti join")
            on = f"{self.column('s', [first])} = {self.column('s', [second])}"
            if self.chance(25):
                on += f" and {self.expression('b', [first, second], 1)}"
            parts.append(f"{how} {text} on {on}")
            if how not in {"semi join", "anti join"}:
                sources.append(second)
        return sources, " ".join(parts)

    def _relation(self, depth: int) -> tuple[Source, str]:
        alias = self.name()
        if depth > 0 and self.chance(25):
            text, columns = self.query(depth - 1)
            return Source(alias, columns), f"({text}) {alias}"
        name = str(self.pick(*self._relations))
        return Source(alias, self._relations[name]), f"{name}{self.pick(' ', ' as ')}{alias}"

    def column(self, kind: str, sources: list[Source]) -> str:
        """Return a column of that type, or a literal where there is none."""
        found = [f"{source.alias}.{self._cased(name)}" for source in sources for name, type_ in source.columns if type_ == kind]
        return str(self.pick(*found)) if found else self.literal(kind)

    def _cased(self, name: str) -> str:
        return str(self.pick(name, name, name.upper(), f'"{name}"'))

    def literal(self, kind: str) -> str:
        """Return a literal of that type."""
        if kind == "s":
            return f"'{self.pick(*WORDS)}'"
        return str(self.pick(0, 1, 7, 1050, -3)) if kind == "n" else str(self.pick("true", "false", "null"))

    def expression(self, kind: str, sources: list[Source], depth: int) -> str:
        """Return an expression of that type."""
        if depth == 0 or self.chance(35):
            return self.column(kind, sources) if self.chance(80) else self.literal(kind)
        return {"s": self._text, "n": self._number, "b": self._condition}[kind](sources, depth - 1)

    def _text(self, sources: list[Source], depth: int) -> str:
        inner = self.expression("s", sources, depth)
        return str(
            self.pick(
                f"upper({inner})",
                f"lower({inner})",
                f"substring({inner}, 1, 3)",
                f"{inner} || '-' || {self.expression('s', sources, depth)}",
                f"coalesce({inner}, 'none')",
                f"case when {self.expression('b', sources, depth)} then {inner} else 'other' end",
                f"nullif({inner}, 'north')",
            )
        )

    def _number(self, sources: list[Source], depth: int) -> str:
        inner = self.expression("n", sources, depth)
        return str(
            self.pick(
                f"({inner} + {self.expression('n', sources, depth)})",
                f"({inner} * 2)",
                f"-({inner})",
                f"abs({inner})",
                f"round({inner}, 1)",
                f"length({self.expression('s', sources, depth)})",
                f"coalesce({inner}, 0)",
                f"try_cast({self.expression('s', sources, depth)} as double)",
                f"case when {self.expression('b', sources, depth)} then {inner} end",
                f"(select count(*) {self._inner(sources)})",
            )
        )

    def _condition(self, sources: list[Source], depth: int) -> str:
        left, right = self.expression("n", sources, depth), self.expression("n", sources, depth)
        text = self.expression("s", sources, depth)
        operator = self.pick("=", "<>", "<", ">=")
        return str(
            self.pick(
                f"{left} {operator} {right}",
                f"{text} {operator} {self.expression('s', sources, depth)}",
                f"{text} like '%{self.pick('o', 'C0', 'n')}%'",
                f"{text} in ('north', 'Rare', 'Books')",
                f"{left} between 5 and {right}",
                f"{text} is not null",
                f"not ({self.expression('b', sources, depth)})",
                f"({self.expression('b', sources, depth)} or {self.expression('b', sources, depth)})",
                f"({self.expression('b', sources, depth)} and {self.expression('b', sources, depth)})",
                f"exists (select 1 {self._inner(sources)})",
                f"{text} in (select {self._relation_column()})",
            )
        )

    def _inner(self, sources: list[Source]) -> str:
        name = str(self.pick(*self._relations))
        inner = Source(self.name(), self._relations[name])
        return f"from {name} {inner.alias} where {self.column('s', [inner])} = {self.column('s', sources)}"

    def _relation_column(self) -> str:
        name = str(self.pick(*self._relations))
        inner = Source(self.name(), self._relations[name])
        return f"{self.column('s', [inner])} from {name} {inner.alias}"


@st.composite
def queries(draw: Callable[[st.SearchStrategy[object]], object], relations: Relations) -> str:
    """Draw a query over relations."""
    return Writer(draw, relations).query(2)[0]
