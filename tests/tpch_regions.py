"""The data of TPC-H at three homes, who may ask about it, and what is left of it where a home withholds small groups."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

import tpch
from differential.conftest import extension
from freehold.engines.duckdb.sources import logical
from freehold.model.contract import Contract
from freehold.model.party import Domain, RoleAccess
from freehold.model.product import Product
from regions import BOTH_WAYS, NORTH, US, WEST, Regions, mesh_of, product, regions_in

AT = {"west": WEST, "north": NORTH, "us": US}
FEWEST = 5
"""How many entities a group has at least, where a home gives aggregates alone."""

PRICES = ("l_extendedprice", "o_totalprice", "ps_supplycost", "c_acctbal", "s_acctbal", "p_retailprice")
PURPOSE = "Reporting"


@dataclass(frozen=True)
class Caller:
    """Who asks: their name, domain and roles, their region, which is that of the node as well, and whether rows may cross.

    `guarded` are the homes that give aggregates alone; `priced` those where that holds of sums of prices.
    """

    name: str
    domain: str
    region: str
    roles: tuple[str, ...] = ()
    rows_cross: bool = True
    guarded: tuple[str, ...] = ()
    priced: tuple[str, ...] = ()


CALLERS = (
    Caller("owner in the EU", "tpch", WEST, ("data-engineer",)),
    Caller("owner in the US", "tpch", US, ("data-engineer",)),
    Caller("owner in the EU, no transfer rule", "tpch", WEST, ("data-engineer",), rows_cross=False, guarded=("us",)),
    Caller("consumer in the US, no transfer rule", "trade", US, rows_cross=False, guarded=("west", "north")),
    Caller("consumer in the EU, prices only aggregated", "finance", WEST, priced=tpch.HOMES),
)


class Data:
    """The relations of TPC-H as one engine has them, and as the homes do."""

    def __init__(self, scale: float) -> None:
        """Make them; a `scale` of 1 is about 1 GB."""
        self.engine = duckdb.connect()
        self.engine.execute(f"LOAD '{extension('tpch')}'")
        self.engine.execute(f"CALL dbgen(sf={scale})")
        found = self.engine.execute("SELECT query_nr, query FROM tpch_queries()").fetchall()
        self.questions: dict[str, str] = {str(number): sql for number, sql in found}
        self.tables: dict[str, pa.Table] = {f"tpch.{name}": self._table(f"FROM {name}") for name in tpch.WHOLE}
        for name, rule in tpch.SPLIT.items():
            for home, regions in tpch.NATIONS.items():
                nations = f"select n_nationkey from nation where n_regionkey in ({regions})"
                self.tables[f"tpch.{name}_{home}"] = self._table(f"FROM {name} WHERE {rule.format(nations=nations)}")

    def products(self) -> list[Product]:
        """Return a product for each relation at each home."""
        return [self._product(key) for key in self.tables]

    def _product(self, key: str) -> Product:
        name, _, home = key.removeprefix("tpch.").partition("_")
        described = self.engine.execute(f"DESCRIBE {name}").fetchall()
        names = tuple(row[0] for row in described)
        priced = tuple(item for item in names if item in PRICES)
        contracts = (
            Contract(consumer="trade", purpose=PURPOSE, fields=names),
            Contract(
                consumer="finance",
                purpose=PURPOSE,
                fields=tuple(item for item in names if item not in priced),
                aggregate_fields=priced,
            ),
        )
        schema = tuple((row[0], logical(row[1])) for row in described)
        more = {"entity_key": tpch.ENTITIES[name], "min_group_size": FEWEST, "contracts": contracts}
        return product(key, AT[home or "west"], schema, **more)

    def _table(self, sql: str) -> pa.Table:
        return self.engine.execute(sql).to_arrow_table()

    def answer(self, number: str) -> pa.Table:
        """Return what one engine answers that holds the data of all."""
        return self._table(self.questions[number])

    def answer_less(self, number: str, homes: tuple[str, ...]) -> pa.Table:
        """Return that answer without what `homes` withhold of it: groups of too few entities, or mostly of one."""
        engine = self.engine.cursor()
        engine.execute("DROP SCHEMA IF EXISTS kept CASCADE")
        engine.execute("CREATE SCHEMA kept")
        for name, rule in _KEPT[number].items():
            parts: list[str] = []
            for home in tpch.HOMES:
                engine.register(f"{name}_{home}", self.tables[f"tpch.{name}_{home}"])
                parts.append(f"FROM {name}_{home} {rule.format(part=f'{name}_{home}') if home in homes else ''}")
            engine.execute(f"CREATE TABLE kept.{name} AS {' UNION ALL '.join(parts)}")
        engine.execute("SET search_path = 'kept,main'")
        return engine.execute(self.questions[number]).to_arrow_table()


_CELL = "l_returnflag, l_linestatus, l_discount, l_tax"
_KEPT = {
    "1": {
        "lineitem": (
            f"SEMI JOIN (SELECT {_CELL} FROM (SELECT {_CELL}, l_orderkey, sum(l_quantity) AS q, sum(l_extendedprice) AS p"
            f" FROM {{part}} WHERE l_shipdate <= date '1998-09-02' GROUP BY {_CELL}, l_orderkey) GROUP BY {_CELL}"
            f" HAVING count(*) >= {FEWEST} AND max(q) <= 0.8 * sum(q) AND max(p) <= 0.8 * sum(p)) USING ({_CELL})"
        )
    },
    "12": {
        "lineitem": (
            f"SEMI JOIN (SELECT l_orderkey, l_linenumber FROM {{part}} JOIN orders ON o_orderkey = l_orderkey WHERE {tpch.RECEIVED}"
            " WINDOW cell AS (PARTITION BY l_shipmode, o_orderpriority)"
            f" QUALIFY count(DISTINCT l_orderkey) OVER cell >= {FEWEST}"
            f" AND count(DISTINCT o_custkey) OVER cell >= {FEWEST}) USING (l_orderkey, l_linenumber)"
        )
    },
    "13": {"customer": "WHERE false"},
}
"""Which rows a home lets out in the questions where it withholds some; in 13 every group is of one customer."""


def regions_of(kit: Any, folder: Path, data: Data, *, rows_cross: bool) -> Regions:
    """Return the homes with their data below `folder`; rows may cross both ways, or aggregates alone."""
    mesh = mesh_of(kit, data.products(), *(BOTH_WAYS if rows_cross else ()))
    for name in ("tpch", "trade", "finance"):
        mesh.domains[name] = Domain(name=name, roles={"data-engineer": RoleAccess.READ})
    return regions_in(kit, folder, mesh, data.tables)
