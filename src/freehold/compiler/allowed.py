"""What a query may be made of, as data: node kinds, their arguments, functions and types. What is not listed is refused (law 2).

`STRUCTURE` and `FUNCTIONS` name sqlglot node classes; `NAMED` names functions that sqlglot does not model.
"""

from __future__ import annotations

from sqlglot import exp


def _classes(names: str) -> frozenset[type[exp.Expr]]:
    return frozenset(getattr(exp, name) for name in names.split())


QUERIES = _classes("Select Union Except Intersect Subquery")

STRUCTURE = _classes(
    """Select Union Except Intersect Subquery With CTE From Join Where Group Having Order Ordered Limit Offset Distinct Qualify
    Window WindowSpec Table TableAlias Alias Column Identifier Star Literal Boolean Null Paren Tuple Cast TryCast Try DataType
    DataTypeParam Interval Var Placeholder Case If Between In Like ILike SimilarTo Glob Is Not And Or EQ NEQ GT GTE LT LTE
    NullSafeEQ NullSafeNEQ Add Sub Mul Div IntDiv Mod Neg DPipe Exists Any All Filter WithinGroup Rollup Cube GroupingSets Values
    Escape IgnoreNulls RespectNulls"""
)

AGGREGATES = _classes(
    """Count Sum Avg Min Max Stddev StddevPop StddevSamp Variance VariancePop Median Quantile PercentileCont PercentileDisc
    ApproxDistinct ApproxQuantile ArgMax ArgMin AnyValue CountIf LogicalAnd LogicalOr Corr CovarPop CovarSamp GroupConcat Mode
    Skewness Kurtosis RegrSlope RegrIntercept RegrR2 First Last Grouping"""
)

GUARDED_AGGREGATES = _classes("Count Sum Avg Stddev StddevPop StddevSamp Variance VariancePop")
"""The aggregates over at least k entities that release no stored value."""

WINDOWED = _classes("RowNumber Rank DenseRank PercentRank CumeDist Ntile Lag Lead FirstValue LastValue NthValue")

SCALARS = _classes(
    """Lower Upper Trim Length Substring Left Right Reverse Coalesce Nullif Greatest Least StartsWith EndsWith Contains StrPosition
    DateTrunc TimestampTrunc Extract Year Month Day Quarter Week DayOfWeek DayOfMonth DayOfYear WeekOfYear Hour Minute Second"""
)

FUNCTIONS = (
    AGGREGATES
    | WINDOWED
    | SCALARS
    | _classes(
        """Abs Round Ceil Floor Sign Sqrt Cbrt Pow Exp Ln Log Trunc Sin Cos Tan Atan Atan2 Pi Degrees Radians IsNan IsInf
        Replace Concat ConcatWs SplitPart RegexpLike RegexpFullMatch RegexpExtract RegexpReplace Translate TimeToStr
        DateDiff DateAdd DateSub LastDay Monthname Dayname CurrentDate CurrentTimestamp DateFromParts TimeToUnix DayOfWeekIso
        StrToTime UnixToTime"""
    )
)

NAMED = frozenset("""isfinite prefix suffix strlen date_part datepart date_sub yearweek century decade era age now""".split())

_TYPE_NAMES = """BOOLEAN TINYINT SMALLINT INT BIGINT INT128 UTINYINT USMALLINT UINT UBIGINT FLOAT DOUBLE DECIMAL CHAR VARCHAR
    NCHAR NVARCHAR TEXT DATE TIME TIMESTAMP TIMESTAMPTZ TIMESTAMPNTZ DATETIME INTERVAL UUID"""

TYPES = frozenset(exp.DataType.Type[name] for name in _TYPE_NAMES.split())

CLOCK = frozenset("hour hours h minute minutes m second seconds s millisecond milliseconds ms microsecond microseconds us".split())
"""Parts that every kind of time has."""

SPAN = frozenset(
    """year years y yr month months mon day days d quarter quarters decade decades century centuries millennium millenium
    epoch""".split()
)
"""Parts that an INTERVAL has as well."""

CALENDAR = frozenset("week weeks w weekofyear dow dayofweek weekday isodow doy dayofyear isoyear yearweek julian".split())
"""Parts that only a day has."""

PARTS = CLOCK | SPAN | CALENDAR
"""What `extract`, `date_part`, `date_trunc`, `date_diff` and `date_sub` may ask for."""

ARGUMENTS: dict[type[exp.Expr], frozenset[str]] = {
    exp.Select: frozenset("with_ expressions from_ joins where group having qualify windows distinct order limit offset".split()),
    exp.Table: frozenset(["this", "db", "alias"]),
    exp.Join: frozenset(["this", "on", "using", "side", "kind", "method"]),
    exp.CTE: frozenset(["this", "alias", "materialized"]),
    exp.With: frozenset(["expressions"]),
    exp.Group: frozenset(["expressions", "rollup", "cube", "grouping_sets", "all"]),
    exp.Union: frozenset(["this", "expression", "distinct", "with_", "with", "order", "limit", "offset"]),
    exp.Except: frozenset(["this", "expression", "distinct", "with_", "with", "order", "limit", "offset"]),
    exp.Intersect: frozenset(["this", "expression", "distinct", "with_", "with", "order", "limit", "offset"]),
    exp.Subquery: frozenset(["this", "alias", "with_", "with", "order", "limit", "offset"]),
    exp.Limit: frozenset(["this", "expression"]),
    exp.Window: frozenset(["this", "partition_by", "order", "spec", "alias", "over", "first"]),
    exp.Values: frozenset(["expressions", "alias", "order", "limit", "offset"]),
    exp.Column: frozenset(["this", "table", "db"]),
    exp.Star: frozenset(["except_", "replace", "rename"]),
    exp.Distinct: frozenset(["expressions", "on"]),
    exp.Placeholder: frozenset(["this"]),
    exp.CumeDist: frozenset(),  # with an order of its own and an empty frame it ends the engine's session
    exp.PercentRank: frozenset(),
}
"""The arguments a node may carry; any other that is set is refused, since it could reach outside the checked tree."""

JOIN_SIDES = frozenset({"", "LEFT", "RIGHT", "FULL"})
JOIN_KINDS = frozenset({"", "INNER", "OUTER", "CROSS", "SEMI", "ANTI"})
JOIN_METHODS = frozenset({""})
