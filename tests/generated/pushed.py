"""Questions about one table that are mostly on the list of what means the same in T-SQL, with values that meet its traps."""

from __future__ import annotations

from hypothesis import strategies as st

TEXTS = ("customerId", "segment", "region", "email", "ssn")
_VALUES = {
    **dict.fromkeys(
        TEXTS,
        ("'Consumer'", "'consumer'", "'Consumer '", "'north'", "'NORTH'", "''", "' '", "'it''s [a] %_'", "'C00007'", "'ß'", "'😀'"),
    ),
    "income": ("1000.5", "-5", "0", "1e3", "1e6", "12345.678"),
    "active": ("true", "false"),
    "since": ("date '2020-02-03'", "cast('2021-05-06' as date)", "date '2019-01-01'"),
}
_ORDERED = ("income", "active", "since")


def _atoms(columns: tuple[str, ...]) -> st.SearchStrategy[str]:
    names = st.sampled_from(columns)

    def about(name: str) -> st.SearchStrategy[str]:
        value = st.sampled_from(_VALUES[name])
        signs = st.sampled_from(("=", "<>", "<", ">=") if name in _ORDERED else ("=", "<>"))
        forms = [
            st.builds("{} {} {}".format, st.just(name), signs, value),
            st.builds("{2} {1} {0}".format, st.just(name), signs, value),
            st.builds("{} in ({}, {})".format, st.just(name), value, value),
            st.builds("{} is {}null".format, st.just(name), st.sampled_from(("", "not "))),
            st.builds("{} = null".format, st.just(name)),
        ]
        if name in _ORDERED and name != "active":
            forms.append(st.builds("{} between {} and {}".format, st.just(name), value, value))
        return st.one_of(*forms, *([st.just("active"), st.just("not active")] if name == "active" else []))

    return names.flatmap(about)


def conditions(columns: tuple[str, ...]) -> st.SearchStrategy[str]:
    """Return conditions; every tenth is of what is not on the list."""
    other = st.sampled_from(("upper(segment) = 'RARE'", "region < 'o'", "email like '%[b]%'", "length(customerId) > 3"))
    leaf = st.one_of(*[_atoms(columns)] * 9, other)
    joined = st.sampled_from(("and", "or"))
    return st.recursive(
        leaf,
        lambda inner: st.one_of(st.builds("({} {} {})".format, inner, joined, inner), st.builds("not ({})".format, inner)),
        max_leaves=4,
    )


def statements(relation: str, columns: tuple[str, ...]) -> st.SearchStrategy[str]:
    """Return SELECTs over one relation with some columns of customers: of rows, in groups, ordered and limited."""
    where = st.one_of(st.just(""), conditions(columns).map(" where {}".format))
    ordered = [name for name in _ORDERED if name in columns]
    orders = ["", *(f" order by {name}{how}" for name in ordered for how in ("", " desc", " nulls first", " desc nulls last"))]
    listed = st.lists(st.sampled_from(columns), min_size=1, max_size=4, unique=True).map(", ".join)
    rows = st.builds("select {} from {}{}{}".format, listed, st.just(relation), where, st.sampled_from(orders))
    keys = st.lists(st.sampled_from([name for name in columns if name != "income"]), max_size=2, unique=True)
    shown = [f"{word}({name}) as {word}_{name}" for name in ordered if name != "active" for word in ("min", "max")]
    shown += ["count(*) as n", *(f"count({name}) as c_{name}" for name in columns), f"count(distinct {columns[0]}) as d"]
    wanted = st.lists(st.sampled_from(shown), min_size=1, max_size=3, unique=True)

    def grouped(chosen: list[str], aggregates: list[str], condition: str) -> str:
        by = f" group by {', '.join(chosen)}" if chosen else ""
        return f"select {', '.join([*chosen, *aggregates])} from {relation}{condition}{by}"

    forms = [rows, st.builds(grouped, keys, wanted, where)]
    if "income" in columns:
        how = st.sampled_from(("", "desc nulls first"))
        most = st.sampled_from(("0", "3", "5 offset 2", "100"))
        text = "select income, since from {}{} order by income {}, since limit {}"
        forms.append(st.builds(text.format, st.just(relation), where, how, most))
    distinct = st.lists(st.sampled_from(columns), min_size=1, max_size=2, unique=True).map(", ".join)
    return st.one_of(*forms, st.builds("select distinct {} from {}{}".format, distinct, st.just(relation), where))
