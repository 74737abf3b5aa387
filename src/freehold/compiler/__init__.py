"""SQL in, enforced plan out: the only package that knows sqlglot (law 2, by construction and not by inspection).

`parse` reads one statement and lists what it names; `enforce` binds it to the caller's views, checks it and regenerates it;
`check_query` and `check_predicate` do the same for SQL that stands in manifests.
"""

from freehold.compiler.check import check_predicate, check_query
from freehold.compiler.parse import Reference, Statement, parse
from freehold.compiler.pipeline import enforce
from freehold.compiler.view import GUARDING, View

__all__ = ["GUARDING", "Reference", "Statement", "View", "check_predicate", "check_query", "enforce", "parse"]
