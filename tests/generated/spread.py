"""A generator of questions over relations of several homes: unions of their parts, joined, chosen from and aggregated."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import strategies as st

Draw = Callable[[st.SearchStrategy[object]], object]
LINES = ("trade.lines_west", "trade.lines_north", "trade.lines_us")
ORDERS = ("trade.orders_west", "trade.orders_us")
BUYERS = "trade.buyers"

_LINE_NUMBERS = ("l.qty", "l.price", "l.okey")
_LINE_KEYS = ("l.flag", "l.okey", "year(l.ship)", "date_trunc('month', l.ship)", "l.qty % 3", "coalesce(l.flag, 'none')")
_WHERE = (
    "l.qty > 3",
    "l.flag = 'A'",
    "l.flag is not null",
    "l.ship < date '2024-03-01'",
    "l.qty > 3 or l.flag = 'B'",
    "l.qty > 900",
)
_EITHER = (
    "((l.flag = 'A' and b.seg = 'B') or (l.qty > 3 and b.seg = 'C' and b.ckey = o.ckey))",
    "((l.qty < 9 and b.bal > 5) or (b.seg is null and l.flag is not null) or (l.flag = 'C' and b.bal < 20))",
    "((l.qty < 4 and o.prio = 'A') or b.seg = 'A')",
)
_HAVING = ("count(*) > 2", "sum(l.qty) > 10", "min(l.price) < 5")
_FIGURES = (
    "count(*)",
    "count({})",
    "sum({})",
    "avg({})",
    "min({})",
    "max({})",
    "count(distinct {})",
    "sum(distinct {})",
    "stddev({})",
    "stddev_pop({})",
    "var_samp({})",
    "var_pop({})",
    "median({})",
    "sum(l.price * (1 - l.qty))",
    "sum(case when l.flag = 'A' then l.qty else 0 end)",
    "min(l.flag)",
    "max(l.ship)",
    "count(distinct l.flag)",
    "bool_or(l.qty > 5)",
)
_NO_NUMBERS = ("min(l.flag", "max(l.ship", "bool")
_AROUND = ("select count(*), sum(t.a0) from ({}) t", "select * from ({}) t where t.a0 > 5", "select distinct a0 from ({}) t")


class Spreader:
    """Writes one question; every choice is drawn."""

    def __init__(self, draw: Draw) -> None:
        """Draw with `draw`."""
        self._draw = draw

    def pick(self, *options: str) -> str:
        """Draw one of the options."""
        return str(self._draw(st.sampled_from(options)))

    def some(self, options: tuple[str, ...], most: int) -> list[str]:
        """Draw up to so many of the options, each once."""
        return [str(item) for item in self._draw(st.lists(st.sampled_from(options), max_size=most, unique=True))]  # type: ignore[attr-defined]

    def question(self) -> str:
        """Return a question."""
        shape = self.pick("aggregate", "aggregate", "aggregate", "aggregate", "rows", "top", "nested", "inside")
        if shape == "nested":
            return self.pick(*_AROUND).format(self._aggregate())
        if shape == "aggregate":
            return self._aggregate()
        source, where = self._source()
        if shape == "rows":
            return f"select l.okey, l.flag, l.price {source}{where}"
        if shape == "top":
            order = f"order by l.price desc, l.okey, l.qty limit {self.pick('1', '5', '0', '3 offset 2')}"
            return f"select l.okey, l.qty, l.price {source}{where} {order}"
        chosen = f"l.okey {self.pick('in', 'not in')} (select o.okey from {ORDERS[0]} o where o.prio = 'A')"
        return f"select count(*), sum(l.qty) {source}{where or ' where true'} and {chosen}"

    def _aggregate(self) -> str:
        source, where = self._source()
        more = ["b.seg", "o.prio"] if " b " in source else ["o.prio"] if " o " in source else []
        keys = self.some((*_LINE_KEYS, *more), 3)
        figures = [self._figure() for _ in range(int(self.pick("1", "2", "3")))]
        listed = [f"{key} as k{at}" for at, key in enumerate(keys)] + [f"{figure} as a{at}" for at, figure in enumerate(figures)]
        having = f" having {self.pick(*_HAVING)}" if keys and self.pick("y", "n") == "y" else ""
        return f"select {', '.join(listed)} {source}{where}{self._group(keys)}{having}"

    def _group(self, keys: list[str]) -> str:
        if not keys:
            return ""
        if self.pick("y", "n") == "y":
            return f" group by {', '.join(str(at + 1) for at, _ in enumerate(keys))}"
        listed = ", ".join(keys)
        return f" group by {self.pick(listed, listed, f'rollup ({listed})', f'cube ({listed})')}"

    def _figure(self) -> str:
        plain = self.pick(*_FIGURES).format(self.pick(*_LINE_NUMBERS))
        if "distinct" not in plain and self.pick("y", "n", "n", "n") == "y":
            plain = f"{plain} filter (where {self.pick(*_WHERE)})"
        return (
            plain if plain.startswith(_NO_NUMBERS) else self.pick(plain, plain, plain, f"{plain} + 1", f"coalesce({plain}, null)")
        )

    def _source(self) -> tuple[str, str]:
        lines, one, order = self._union(LINES, "okey, qty, price, flag, ship"), self.pick(*LINES), self.pick(*ORDERS)
        kind = self.pick("alone", "alone", "one", "orders", "buyers", "comma", "both")
        where = f" where {self.pick(*_WHERE)}" if self.pick("y", "n") == "y" else ""
        if kind == "buyers" and self.pick("y", "n") == "y":
            where = f"{where or ' where true'} and {self.pick(*_EITHER)}"
        if kind == "one":
            return f"from {one} l", where
        if kind == "orders":
            return f"from {lines} l {self.pick('join', 'left join')} {order} o on l.okey = o.okey", where
        if kind == "buyers":
            orders = self._union(ORDERS, "okey, ckey, prio")
            return f"from {lines} l join {orders} o on l.okey = o.okey join {BUYERS} b on b.ckey = o.ckey", where
        if kind == "comma":
            return f"from {one} l, {order} o", f"{where or ' where true'} and l.okey = o.okey"
        if kind == "both":
            inner = f"select l.okey, l.qty, l.price, l.flag, l.ship from {one} l join {order} o on o.okey = l.okey"
            return f"from ({inner}) l", where
        return f"from {lines} l", where

    def _union(self, names: tuple[str, ...], columns: str) -> str:
        chosen = self.some(names, 3) or list(names)
        listed = self.pick("*", columns)
        word = self.pick("union all", "union all", "union all", "union")
        return "(" + f" {word} ".join(f"select {listed} from {name}" for name in chosen) + ")"


def spread() -> st.SearchStrategy[str]:
    """Return questions about `LINES`, `ORDERS` and `BUYERS`."""
    return st.composite(lambda draw: Spreader(draw).question())()
