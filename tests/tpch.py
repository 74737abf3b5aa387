"""TPC-H over three homes: customers, their orders and lines by the customer's nation, suppliers and what they supply by theirs.

The questions are those of the benchmark. What lies together by construction (an order and its lines, say) is joined at each home,
in `VIEWS`. Apart from that, and from a 1 in EXISTS where the benchmark has a star, a question differs from the benchmark's own in
what stands after FROM, and in no figure that it gives.
Source: TPC Benchmark H, revision 3.0.1, with its validation parameters.
"""

from __future__ import annotations

import re

HOMES = ("west", "north", "us")
NATIONS = {"west": "3, 4", "north": "0, 2", "us": "1"}
"""The regions of TPC-H whose nations are at home in each: Europe and the Middle East, Africa and Asia, America."""

SPLIT = {
    "customer": "c_nationkey in ({nations})",
    "orders": "o_custkey in (select c_custkey from customer where c_nationkey in ({nations}))",
    "lineitem": (
        "l_orderkey in (select o_orderkey from orders join customer on o_custkey = c_custkey where c_nationkey in ({nations}))"
    ),
    "supplier": "s_nationkey in ({nations})",
    "partsupp": "ps_suppkey in (select s_suppkey from supplier where s_nationkey in ({nations}))",
}
"""Which rows of a relation are at home where the nations are."""

WHOLE = ("region", "nation", "part")
ENTITIES = {
    "customer": "c_custkey",
    "orders": "o_custkey",
    "lineitem": "l_orderkey",
    "supplier": "s_suppkey",
    "partsupp": "ps_suppkey",
    "region": "r_regionkey",
    "nation": "n_nationkey",
    "part": "p_partkey",
}

_LATE = "l_commitdate < l_receiptdate"
_QUARTER = "o_orderdate >= date '1993-07-01' and o_orderdate < date '1993-10-01'"
_SALES = (
    "select * from tpch.customer_{h} join tpch.orders_{h} on o_custkey = c_custkey"
    " join tpch.lineitem_{h} on l_orderkey = o_orderkey"
)
VIEWS = {
    **{name: f"select * from tpch.{name}_{{h}}" for name in SPLIT},
    "orders_lineitem": "select * from tpch.orders_{h} join tpch.lineitem_{h} on l_orderkey = o_orderkey",
    "sales": _SALES,
    "home_sales": (_SALES + " join tpch.supplier_{h} on s_suppkey = l_suppkey and s_nationkey = c_nationkey"),
    "offers": "select * from tpch.supplier_{h} join tpch.partsupp_{h} on ps_suppkey = s_suppkey",
    "late_orders": (
        "select * from tpch.orders_{h}"
        " where exists (select 1 from tpch.lineitem_{h} where l_orderkey = o_orderkey and l_commitdate < l_receiptdate)"
    ),
    "late_by_priority": (
        "select o_orderpriority, count(distinct o_orderkey) as late from tpch.orders_{h} join tpch.lineitem_{h}"
        f" on l_orderkey = o_orderkey where {_QUARTER} and {_LATE} group by o_orderpriority"
    ),
    "c_orders": (
        "select c_custkey, count(o_orderkey) as c_count from tpch.customer_{h} left join tpch.orders_{h} on c_custkey = o_custkey"
        " and o_comment not like '%special%requests%' group by c_custkey"
    ),
    "large_sales": (
        _SALES + " where o_orderkey in (select l_orderkey from tpch.lineitem_{h} group by l_orderkey having sum(l_quantity) > 300)"
    ),
    "approved_offers": (
        "select * from tpch.partsupp_{h} where ps_suppkey not in"
        " (select s_suppkey from tpch.supplier_{h} where s_comment like '%Customer%Complaints%')"
    ),
    "waiting": (
        "select l_suppkey from tpch.lineitem_{h} l1 join tpch.orders_{h} on o_orderkey = l1.l_orderkey"
        " where o_orderstatus = 'F' and l1.l_receiptdate > l1.l_commitdate and exists (select 1 from tpch.lineitem_{h} l2"
        " where l2.l_orderkey = l1.l_orderkey and l2.l_suppkey <> l1.l_suppkey) and not exists (select 1 from tpch.lineitem_{h} l3"
        " where l3.l_orderkey = l1.l_orderkey and l3.l_suppkey <> l1.l_suppkey and l3.l_receiptdate > l3.l_commitdate)"
    ),
    "idle": "select * from tpch.customer_{h} where not exists (select 1 from tpch.orders_{h} where o_custkey = c_custkey)",
}
"""What is asked of each home alone, by the name of what all homes give together."""

_SHIPPED = "l_shipdate <= date '1998-09-02'"
_CHEAP = (
    "l_shipdate >= date '1994-01-01' and l_shipdate < date '1995-01-01' and l_discount between 0.05 and 0.07 and l_quantity < 24"
)
RECEIVED = (
    f"l_shipmode in ('MAIL', 'SHIP') and {_LATE} and l_shipdate < l_commitdate"
    " and l_receiptdate >= date '1994-01-01' and l_receiptdate < date '1995-01-01'"
)
_REVENUE = "sum(l_extendedprice * (1 - l_discount))"
_GERMANY = "from offers, nation where s_nationkey = n_nationkey and n_name = 'GERMANY'"
_CODES = "substring(c_phone from 1 for 2) in ('13', '31', '23', '29', '30', '18', '17')"
_AIR = "l_shipmode in ('AIR', 'AIR REG') and l_shipinstruct = 'DELIVER IN PERSON'"
_REVENUES = (
    f"select l_suppkey as supplier_no, {_REVENUE} as total_revenue from lineitem"
    " where l_shipdate >= date '1996-01-01' and l_shipdate < date '1996-04-01' group by l_suppkey"
)

QUERIES: dict[str, str] = {
    "1": f"""
        select l_returnflag, l_linestatus, sum(l_quantity) as sum_qty, sum(l_extendedprice) as sum_base_price,
            {_REVENUE} as sum_disc_price, sum(l_extendedprice * (1 - l_discount) * (1 + l_tax)) as sum_charge,
            avg(l_quantity) as avg_qty, avg(l_extendedprice) as avg_price, avg(l_discount) as avg_disc, count(*) as count_order
        from lineitem where {_SHIPPED} group by l_returnflag, l_linestatus order by l_returnflag, l_linestatus""",
    "2": """
        select s_acctbal, s_name, n_name, p_partkey, p_mfgr, s_address, s_phone, s_comment from part, offers, nation, region
        where p_partkey = ps_partkey and p_size = 15 and p_type like '%BRASS' and s_nationkey = n_nationkey
            and n_regionkey = r_regionkey and r_name = 'EUROPE' and ps_supplycost = (
                select min(ps_supplycost) from offers, nation, region where p_partkey = ps_partkey
                    and s_nationkey = n_nationkey and n_regionkey = r_regionkey and r_name = 'EUROPE')
        order by s_acctbal desc, n_name, s_name, p_partkey limit 100""",
    "3": f"""
        select l_orderkey, {_REVENUE} as revenue, o_orderdate, o_shippriority from sales
        where c_mktsegment = 'BUILDING' and o_orderdate < date '1995-03-15' and l_shipdate > date '1995-03-15'
        group by l_orderkey, o_orderdate, o_shippriority order by revenue desc, o_orderdate limit 10""",
    "4": f"""
        select o_orderpriority, count(*) as order_count from late_orders where {_QUARTER}
        group by o_orderpriority order by o_orderpriority""",
    "5": f"""
        select n_name, {_REVENUE} as revenue from home_sales, nation, region
        where s_nationkey = n_nationkey and n_regionkey = r_regionkey and r_name = 'ASIA'
            and o_orderdate >= date '1994-01-01' and o_orderdate < date '1995-01-01'
        group by n_name order by revenue desc""",
    "6": f"select sum(l_extendedprice * l_discount) as revenue from lineitem where {_CHEAP}",
    "7": """
        select supp_nation, cust_nation, l_year, sum(volume) as revenue from (
            select n1.n_name as supp_nation, n2.n_name as cust_nation, extract(year from l_shipdate) as l_year,
                l_extendedprice * (1 - l_discount) as volume
            from supplier, sales, nation n1, nation n2
            where s_suppkey = l_suppkey and s_nationkey = n1.n_nationkey and c_nationkey = n2.n_nationkey
                and ((n1.n_name = 'FRANCE' and n2.n_name = 'GERMANY') or (n1.n_name = 'GERMANY' and n2.n_name = 'FRANCE'))
                and l_shipdate between date '1995-01-01' and date '1996-12-31') as shipping
        group by supp_nation, cust_nation, l_year order by supp_nation, cust_nation, l_year""",
    "8": """
        select o_year, sum(case when nation = 'BRAZIL' then volume else 0 end) / sum(volume) as mkt_share from (
            select extract(year from o_orderdate) as o_year, l_extendedprice * (1 - l_discount) as volume, n2.n_name as nation
            from part, supplier, sales, nation n1, nation n2, region
            where p_partkey = l_partkey and s_suppkey = l_suppkey and c_nationkey = n1.n_nationkey
                and n1.n_regionkey = r_regionkey and r_name = 'AMERICA' and s_nationkey = n2.n_nationkey
                and o_orderdate between date '1995-01-01' and date '1996-12-31'
                and p_type = 'ECONOMY ANODIZED STEEL') as all_nations
        group by o_year order by o_year""",
    "9": """
        select nation, o_year, sum(amount) as sum_profit from (
            select n_name as nation, extract(year from o_orderdate) as o_year,
                l_extendedprice * (1 - l_discount) - ps_supplycost * l_quantity as amount
            from part, offers, orders_lineitem, nation
            where ps_suppkey = l_suppkey and ps_partkey = l_partkey and p_partkey = l_partkey
                and s_nationkey = n_nationkey and p_name like '%green%') as profit
        group by nation, o_year order by nation, o_year desc""",
    "10": f"""
        select c_custkey, c_name, {_REVENUE} as revenue, c_acctbal, n_name, c_address, c_phone, c_comment from sales, nation
        where o_orderdate >= date '1993-10-01' and o_orderdate < date '1994-01-01' and l_returnflag = 'R'
            and c_nationkey = n_nationkey
        group by c_custkey, c_name, c_acctbal, c_phone, n_name, c_address, c_comment order by revenue desc limit 20""",
    "11": f"""
        select ps_partkey, sum(ps_supplycost * ps_availqty) as value {_GERMANY} group by ps_partkey
        having sum(ps_supplycost * ps_availqty) > (select sum(ps_supplycost * ps_availqty) * 0.0001000000 {_GERMANY})
        order by value desc""",
    "12": f"""
        select l_shipmode,
            sum(case when o_orderpriority = '1-URGENT' or o_orderpriority = '2-HIGH' then 1 else 0 end) as high_line_count,
            sum(case when o_orderpriority <> '1-URGENT' and o_orderpriority <> '2-HIGH' then 1 else 0 end) as low_line_count
        from orders_lineitem where {RECEIVED} group by l_shipmode order by l_shipmode""",
    "13": "select c_count, count(*) as custdist from c_orders group by c_count order by custdist desc, c_count desc",
    "14": f"""
        select 100.00 * sum(case when p_type like 'PROMO%' then l_extendedprice * (1 - l_discount) else 0 end) / {_REVENUE}
            as promo_revenue
        from lineitem, part
        where l_partkey = p_partkey and l_shipdate >= date '1995-09-01' and l_shipdate < date '1995-10-01'""",
    "15": f"""
        select s_suppkey, s_name, s_address, s_phone, total_revenue from supplier, ({_REVENUES}) as revenue
        where s_suppkey = supplier_no and total_revenue = (select max(total_revenue) from ({_REVENUES}) as r) order by s_suppkey""",
    "16": """
        select p_brand, p_type, p_size, count(distinct ps_suppkey) as supplier_cnt from approved_offers, part
        where p_partkey = ps_partkey and p_brand <> 'Brand#45' and p_type not like 'MEDIUM POLISHED%'
            and p_size in (49, 14, 23, 45, 19, 3, 36, 9)
        group by p_brand, p_type, p_size order by supplier_cnt desc, p_brand, p_type, p_size""",
    "17": """
        select sum(l_extendedprice) / 7.0 as avg_yearly from lineitem, part
        where p_partkey = l_partkey and p_brand = 'Brand#23' and p_container = 'MED BOX'
            and l_quantity < (select 0.2 * avg(l_quantity) from lineitem where l_partkey = p_partkey)""",
    "18": """
        select c_name, c_custkey, o_orderkey, o_orderdate, o_totalprice, sum(l_quantity) from large_sales
        group by c_name, c_custkey, o_orderkey, o_orderdate, o_totalprice order by o_totalprice desc, o_orderdate limit 100""",
    "19": f"""
        select {_REVENUE} as revenue from lineitem, part
        where (p_partkey = l_partkey and p_brand = 'Brand#12' and p_container in ('SM CASE', 'SM BOX', 'SM PACK', 'SM PKG')
                and l_quantity >= 1 and l_quantity <= 1 + 10 and p_size between 1 and 5 and {_AIR})
            or (p_partkey = l_partkey and p_brand = 'Brand#23' and p_container in ('MED BAG', 'MED BOX', 'MED PKG', 'MED PACK')
                and l_quantity >= 10 and l_quantity <= 10 + 10 and p_size between 1 and 10 and {_AIR})
            or (p_partkey = l_partkey and p_brand = 'Brand#34' and p_container in ('LG CASE', 'LG BOX', 'LG PACK', 'LG PKG')
                and l_quantity >= 20 and l_quantity <= 20 + 10 and p_size between 1 and 15 and {_AIR})""",
    "20": """
        select s_name, s_address from supplier, nation
        where s_suppkey in (
                select ps_suppkey from partsupp where ps_partkey in (select p_partkey from part where p_name like 'forest%')
                    and ps_availqty > (
                        select 0.5 * sum(l_quantity) from lineitem where l_partkey = ps_partkey and l_suppkey = ps_suppkey
                            and l_shipdate >= date '1994-01-01' and l_shipdate < date '1995-01-01'))
            and s_nationkey = n_nationkey and n_name = 'CANADA'
        order by s_name""",
    "21": """
        select s_name, count(*) as numwait from supplier, waiting, nation
        where s_suppkey = l_suppkey and s_nationkey = n_nationkey and n_name = 'SAUDI ARABIA'
        group by s_name order by numwait desc, s_name limit 100""",
    "22": f"""
        select cntrycode, count(*) as numcust, sum(c_acctbal) as totacctbal from (
            select substring(c_phone from 1 for 2) as cntrycode, c_acctbal from idle
            where {_CODES} and c_acctbal > (select avg(c_acctbal) from customer where c_acctbal > 0.00 and {_CODES})) as custsale
        group by cntrycode order by cntrycode""",
}
"""The questions by number, over `VIEWS` and the relations that are whole."""

CELLS = {
    "1": f"""
        select l_returnflag, l_linestatus, sum(q) as sum_qty, sum(p) as sum_base_price, sum(p * (1 - l_discount)) as sum_disc_price,
            sum(p * (1 - l_discount) * (1 + l_tax)) as sum_charge, sum(q) / sum(n) as avg_qty, sum(p) / sum(n) as avg_price,
            sum(l_discount * n) / sum(n) as avg_disc, sum(n) as count_order
        from (select l_returnflag, l_linestatus, l_discount, l_tax, sum(l_quantity) as q, sum(l_extendedprice) as p, count(*) as n
            from lineitem where {_SHIPPED} group by l_returnflag, l_linestatus, l_discount, l_tax) as cell
        group by l_returnflag, l_linestatus order by l_returnflag, l_linestatus""",
    "4": """
        select o_orderpriority, sum(late) as order_count from late_by_priority group by o_orderpriority order by o_orderpriority""",
    "6": f"""
        select sum(p * l_discount) as revenue
        from (select l_discount, sum(l_extendedprice) as p from lineitem where {_CHEAP} group by l_discount) as cell""",
    "12": f"""
        select l_shipmode, sum(case when o_orderpriority in ('1-URGENT', '2-HIGH') then n else 0 end) as high_line_count,
            sum(case when o_orderpriority not in ('1-URGENT', '2-HIGH') then n else 0 end) as low_line_count
        from (select l_shipmode, o_orderpriority, count(*) as n from orders_lineitem
            where {RECEIVED} group by l_shipmode, o_orderpriority) as cell
        group by l_shipmode order by l_shipmode""",
}
"""The same figures made from counts and plain sums of groups: what a home that gives aggregates alone can be asked."""


def question(text: str) -> str:
    """Return a question with the views that it uses, each a UNION ALL of what the homes give."""
    used = [name for name in VIEWS if re.search(rf"(from|join|,)\s+{name}\b", text, re.IGNORECASE)]
    views = [f"{name} as ({' union all '.join(VIEWS[name].format(h=home) for home in HOMES)})" for name in used]
    return f"with {', '.join(views)} {' '.join(text.split())}"
