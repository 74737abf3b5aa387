"""Whether the data is what the manifests say: sources, columns, types, and the SQL that manifests hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from freehold.compiler import check_predicate, check_query
from freehold.compiler.parse import Reference
from freehold.errors import FreeholdError, ProductUnknown
from freehold.model.finding import Finding, Severity
from freehold.model.mesh import Mesh
from freehold.model.product import Column, DeclaredQuery, Product
from freehold.model.query import InspectedColumn, Inspection
from freehold.names import identifier, nearest
from freehold.ports.engine import Engine
from freehold.quality.structure import fits

Place = tuple[str, int, int]
Locate = Callable[[Product, tuple[str | int, ...]], Place]


def check_source(product: Product, engine: Engine, locate: Locate) -> tuple[Finding, ...]:
    """Return what differs between a product and its data; `locate` gives the place of a product's key, as a path of names."""
    return tuple(_of_source(product, engine, locate))


def check_sql(mesh: Mesh, locate: Locate) -> tuple[Finding, ...]:
    """Return every declared query and row filter that would be refused to a caller who may see everything."""
    found: list[Finding] = []
    for product in mesh.products.values():
        found += _of_filters(product, locate)
        for at, query in enumerate(product.queries):
            found += _of_query(mesh, product, query, locate(product, ("queries", at)))
        found += _of_rules(mesh, product)
    return tuple(found)


def from_where(product: Product, path: tuple[str | int, ...] = ()) -> Place:
    """Return the place of a product's manifest, which is as near as a mesh alone knows."""
    del path
    file, _, line = product.where.rpartition(":")
    return (file, int(line), 1) if line.isdigit() else (product.where or product.key, 1, 1)


def _of_source(product: Product, engine: Engine, locate: Locate) -> Iterator[Finding]:
    if product.source is None:
        return
    try:
        inspection = engine.inspect(product.source)
    except FreeholdError as error:
        mend = error.remedy or "put the data there, or correct `source.path` and `source.format`"
        yield _finding("source-unreadable", _sentence(error), mend, locate(product, ("source",)))
        return
    held = {column.name.casefold(): column for column in inspection.columns}
    for at, column in enumerate(product.columns):
        yield from _of_column(product, column, held, locate(product, ("schema", at)))
    yield from _unlisted(product, inspection, locate(product, ("schema",)))


def _of_column(product: Product, column: Column, held: dict[str, InspectedColumn], place: Place) -> Iterator[Finding]:
    path = product.source.path if product.source else ""
    found = held.get(column.name.casefold())
    if found is None:
        close = nearest(column.name, [item.name for item in held.values()])
        mend = f"did you mean `{close}`?" if close else "remove it from `schema`, or add it to the data"
        yield _finding("schema-differs", f"`{column.name}` is in the schema, but not in `{path}`.", mend, place)
    elif not fits(column.type, found.logical):
        message = f"`{column.name}` is `{column.type}` in the schema, but `{found.logical}` ({found.physical}) in `{path}`."
        nested = found.logical == "nested"
        mend = (
            "leave it out of `schema`: nested types are not served"
            if nested
            else f"write `type: {found.logical}`, or convert the data"
        )
        yield _finding("schema-differs", message, mend, place)


def _unlisted(product: Product, inspection: Inspection, place: Place) -> Iterator[Finding]:
    for column in inspection.columns:
        if product.column(column.name) is None:
            message = f"`{column.name}` is in the data of {product.name}, but not in its schema: nobody sees it until it is listed."
            entry = f"`- {{name: {column.name}, type: {column.logical}}}`"
            mend = "nested types are not served" if column.logical == "nested" else f"list it if it is to be shown: {entry}"
            yield _finding("column-unlisted", message, mend, place, Severity.NOTICE)


def _of_filters(product: Product, locate: Locate) -> Iterator[Finding]:
    columns = tuple(column.name for column in product.columns)
    filters = [(("rowFilter",), product.row_filter)]
    filters += [(("dataContracts", at, "rowFilter"), item.row_filter) for at, item in enumerate(product.contracts)]
    for path, text in filters:
        error = check_predicate(text, columns) if text else None
        if error is not None:
            yield _finding(
                "filter-invalid",
                f"a row filter of {product.name} cannot be used: {_sentence(error)}",
                _mend(error),
                locate(product, path),
            )


def _of_query(mesh: Mesh, product: Product, query: DeclaredQuery, place: Place) -> Iterator[Finding]:
    found = check_query(query.sql, lambda reference: _resolve(mesh, product, reference))
    if isinstance(found, FreeholdError):
        yield _finding(
            "query-invalid", f"the query `{query.name}` of {product.name} cannot run: {_sentence(found)}", _mend(found), place
        )
        return
    declared = {item.name for item in query.parameters}
    for name in sorted(set(found) - declared):
        close = nearest(name, declared)
        mend = f"did you mean `${close}`?" if close else f"add it under `parameters`: `- {{name: {name}, type: string}}`"
        yield _finding("parameter-undeclared", f"the query `{query.name}` uses `${name}`, which is not declared.", mend, place)
    for name in sorted(declared - set(found)):
        message = f"the query `{query.name}` declares the parameter `{name}`, but its SQL has no `${name}`."
        yield _finding("parameter-unused", message, f"use `${name}` in its SQL, or remove it", place, Severity.WARNING)


def _of_rules(mesh: Mesh, product: Product) -> Iterator[Finding]:
    for rule in product.rules:
        if rule.query is None:
            continue
        found = check_query(rule.query, lambda reference: _resolve(mesh, product, reference))
        file, _, line = rule.where.rpartition(":")
        place = (file, int(line) if line.isdigit() else 1, 1)
        if isinstance(found, FreeholdError):
            message = f"the SQL of the rule `{rule.name}` of {product.name} cannot run: {_sentence(found)}"
            yield _finding("rule-invalid", message, _mend(found), place)
        elif found:
            message = f"the SQL of the rule `{rule.name}` of {product.name} has the parameter `${found[0]}`, and a rule has none."
            yield _finding("rule-invalid", message, "write the value itself", place)


def _resolve(mesh: Mesh, product: Product, reference: Reference) -> Product | None:
    domain = identifier(reference.domain) if reference.domain else product.domain_key
    return mesh.products.get(f"{domain}.{identifier(reference.name)}")


def _sentence(error: FreeholdError) -> str:
    position = error.facts.get("position")
    at = f" (line {position['line']}, column {position['column']})" if isinstance(position, dict) and "line" in position else ""
    return f"{error.detail}{at}."


def _mend(error: FreeholdError) -> str:
    if isinstance(error, ProductUnknown):
        return "name a product that has a `source`, as `domain.product`"
    return error.remedy or "correct the SQL"


def _finding(code: str, message: str, mend: str, place: Place, severity: Severity = Severity.ERROR) -> Finding:
    file, line, column = place
    return Finding(code=code, message=message, mend=mend, file=file, line=line, column=column, severity=severity)
