"""A generator of questions about data that may only be aggregated: guarded SELECTs, and queries around them."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from hypothesis import strategies as st

Draw = Callable[[st.SearchStrategy[object]], object]


class Beside(NamedTuple):
    """A relation that may be joined by `key`; where its rows are the caller's own, it could weigh what it is joined to."""

    relation: str
    key: str
    texts: tuple[str, ...]
    numbers: tuple[str, ...]
    may_weigh: bool


class Subject(NamedTuple):
    """A relation: text columns to group and choose by, numbers to add up, and what may be joined to it."""

    relation: str
    texts: tuple[str, ...]
    numbers: tuple[str, ...]
    beside: Beside


class Asker:
    """Writes one question; every choice is drawn."""

    def __init__(self, draw: Draw, subject: Subject) -> None:
        """Draw with `draw` about `subject`."""
        self._draw = draw
        self._subject = subject

    def pick(self, *options: str) -> str:
        """Draw one of the options."""
        return str(self._draw(st.sampled_from(options)))

    def chance(self, parts: int) -> bool:
        """Draw yes once in so many cases."""
        return self.pick("no", *["no"] * (parts - 2), "yes") == "yes"

    def question(self) -> str:
        """Return a guarded SELECT, or a query around it."""
        inner, keys, figures = self._guarded()
        width = keys + figures
        shape = self.pick("bare", "bare", "bare", "derived", "cte", "union", "rank", "total", "ordered")
        if shape == "derived":
            return f"select * from ({inner}) g where g.a0 {self.pick('>', '<=')} {self.pick('5', '12', '1000')}"
        if shape == "cte":
            return f"with g as ({inner}) select x.a0, y.a0 as b from g x left join g y on {_cut('x.a0')} = {_cut('y.a0')}"
        if shape == "union":
            return f"({inner}) {self.pick('union', 'union all', 'except', 'intersect')} ({inner})"
        if shape == "rank":
            call = self.pick("rank()", "dense_rank()", "count(*)", "sum(g.a0)")
            return f"select g.a0, {call} over (order by {_cut('g.a0')}) as r from ({inner}) g"
        if shape == "total":
            return f"select count(*) as n, sum(g.a0) as s, max(g.a0) as m from ({inner}) g"
        if shape == "ordered":
            order = ", ".join(f"{place}{self.pick('', ' desc', ' nulls first')}" for place in range(1, width + 1))
            return f"{inner} order by {order} limit {self.pick('1', '2', '5')}"
        return inner

    def _guarded(self) -> tuple[str, int, int]:
        subject, beside = self._subject, self._subject.beside
        texts, numbers = [f"p.{name}" for name in subject.texts], [f"p.{name}" for name in subject.numbers]
        source, weighed = self._source(), []
        if self.chance(3):
            source += f" {self.pick('join', 'join', 'left join')} {beside.relation} o on p.{beside.key} = o.{beside.key}"
            texts += [f"o.{name}" for name in beside.texts]
            weighed = numbers if beside.may_weigh else []
            numbers = [f"o.{name}" for name in beside.numbers] + ([] if weighed else numbers)
        where = f" where {self._condition(texts)}" if self.chance(2) else ""
        keys = [self._key(texts) for _ in range(int(self.pick("0", "1", "1", "2")))]
        figures = [self._figure(texts, numbers, weighed) for _ in range(int(self.pick("1", "2", "3")))]
        listed = [f"{text} as k{at}" for at, text in enumerate(keys)] + [f"{text} as a{at}" for at, text in enumerate(figures)]
        group = f" group by {', '.join(keys)}" if keys else ""
        having = f" having {self._figure(texts, numbers, weighed)} {self.pick('>', '<')} {self.pick('3', '9', '1010')}"
        text = f"select {', '.join(listed)} from {source}{where}{group}{having if self.chance(3) else ''}"
        return text, len(keys), len(figures)

    def _source(self) -> str:
        """Write the relation as it is, or as a subquery that only chooses rows and columns of it."""
        subject = self._subject
        shown = ", ".join(f"r.{name}" for name in dict.fromkeys((*subject.texts, *subject.numbers, subject.beside.key)))
        chosen = f"(select {shown} from {subject.relation} r where r.{subject.texts[0]} <> 'Rare')"
        return f"{self.pick(subject.relation, subject.relation, chosen)} p"

    def _key(self, texts: list[str]) -> str:
        text = self.pick(*texts)
        return self.pick(
            text, text, f"upper({text})", f"coalesce({text}, 'none')", f"case when {text} = 'north' then 'n' else {text} end"
        )

    def _figure(self, texts: list[str], numbers: list[str], weighed: list[str]) -> str:
        """Write an aggregate; numbers that could be weighed are only told apart."""
        if weighed and self.chance(4):
            return f"count(distinct {self.pick(*weighed)})"
        number = self.pick(*numbers)
        summed = self.pick(number, number, f"{number} * 2 - 1", f"{number} + {self.pick(*numbers)}", f"-({number})")
        call = self.pick(
            "count(*)", "count(distinct {1})", "count({1})", "count({2})", "sum({0})", "avg({0})", "stddev({0})", "var_pop({0})"
        )
        return call.format(summed, number, self.pick(*texts))

    def _condition(self, texts: list[str]) -> str:
        text = self.pick(*texts)
        simple = (f"{text} = '{self.pick('north', 'Books', 'Consumer')}'", f"{text} is not null", f"{text} like '%o%'")
        return self.pick(*simple, f"{text} not in ('south', 'Toys')", f"({simple[0]} or {simple[2]})", f"not ({simple[0]})")


def _cut(figure: str) -> str:
    """Figures that differ only by the order in which they were added up are the same."""
    return f"round({figure}, 3)"


@st.composite
def aggregates(draw: Draw, subject: Subject) -> str:
    """Draw a question about a relation that may only be aggregated."""
    return Asker(draw, subject).question()
