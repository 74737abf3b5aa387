"""Bring documents of other standards into the mesh: read tolerantly, kept whole, said where they are wrong, never over a file.

What is imported is not trusted: it becomes manifests that people read, check and plan like their own. Nothing of it is run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from freehold.compiler.ddl import DIALECTS, DeclaredColumn, DeclaredReference, DeclaredTable
from freehold.compiler.ddl import read_tables as read_ddl
from freehold.errors import AlreadyExists
from freehold.manifest import read
from freehold.manifest.plain import Document, keys_at, read_document
from freehold.manifest.writing import write
from freehold.model.finding import Finding, Severity
from freehold.names import domain_key, slug
from freehold.ports.files import Files
from freehold.ports.published import Published
from freehold.services.scaffold import Written
from freehold.standards import odps, violations
from freehold.standards.dbt import read_dbt
from freehold.standards.jsonschema import read_json_schema
from freehold.standards.left import Left, without
from freehold.standards.logical import of_physical
from freehold.standards.odcs import keep, read_contract
from freehold.standards.openmetadata import read_tables as read_openmetadata
from freehold.standards.references import ForeignKey, refer
from freehold.standards.remarks import Remark, Remarks
from freehold.standards.tables import Table, TableColumn, products

__all__ = ["DIALECTS", "KINDS", "Understood", "Wish", "bring_in", "of_columns", "texts", "understand"]
Product = dict[str, Any]
KINDS = ("odcs", "odps", "dbt", "sql", "parquet", "jsonschema", "openmetadata")
_KIND_OF = {"odcs": "DataContract", "odps": "DataProduct"}
_SCHEMAS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("v3.0.0", "v3.0.1", "v3.0.2"), ("odcs-3.0", "odcs-3.1")),
    "v3.1.0": ("odcs-3.1",),
    "v3.2.0": ("odcs-3.2",),
}
"""By which schemas a contract of a version may be valid: 3.1 widened 3.0 in places that documents of 3.0 already used."""
_PRODUCT_SCHEMAS = {"v0.9.0": ("odps-1.0", "odps-1.1"), "v1.0.0": ("odps-1.0",), "v1.1.0": ("odps-1.1",)}
_BLANK = 'mesh: {name: x, nodes: [{name: x, region: westeurope, url: "http://127.0.0.1:1"}]}'


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """How to import: into which domain (None: the document's own), by which SQL dialect, and whether every violation refuses."""

    kind: str
    file: str
    domain: str | None = None
    dialect: str = "duckdb"
    strict: bool = False


class Understood(msgspec.Struct, frozen=True, kw_only=True):
    """What a document says, as products (`dataProduct:` blocks as plain data), and what was found in it."""

    products: tuple[Product, ...]
    findings: tuple[Finding, ...]

    @property
    def is_refused(self) -> bool:
        """Whether anything found stops the import."""
        return any(item.severity is Severity.ERROR for item in self.findings)


def understand(wish: Wish, content: bytes, published: Published) -> Understood:
    """Return the products of a document, and every finding at its place.

    Raises:
        QueryUnreadable, QueryTooComplex: SQL cannot be read.
    """
    if wish.kind == "sql":
        return _of_sql(wish, content)
    document, found = read_document(wish.file, content)
    if document is None or any(item.severity is Severity.ERROR for item in found):
        return Understood(products=(), findings=found)
    remarks = Remarks()
    made = _read(wish, document, remarks, published)
    if not any(remark.severity is Severity.ERROR for remark in remarks.found):
        made = _checked(wish, document.value, made, remarks)
    return Understood(products=tuple(made), findings=(*found, *_placed(remarks.found, document, wish.file)))


def of_columns(wish: Wish, name: str, columns: list[tuple[str, str, bool]]) -> Understood:
    """Return the product that a file's own schema describes: columns as name, type as Arrow names it, and whether null may be."""
    held = tuple(TableColumn(name=column, type=kind, keys={"required": not nullable}) for column, kind, nullable in columns)
    remarks = Remarks()
    made = _checked(wish, None, products([Table(name=name, columns=held)], wish.domain, remarks), remarks)
    return Understood(products=tuple(made), findings=_placed(remarks.found, None, wish.file))


def texts(understood: Understood, wish: Wish) -> list[Written]:
    """Return the manifests of products, each with the path that it would have in a mesh's folder."""
    name = "".join(letter for letter in wish.file.rpartition("/")[2] if letter.isprintable())
    head = f"# Imported from {name} ({wish.kind}). Read it, then: freehold check\n"
    return [Written(path=_path(product), text=head + write({"dataProduct": product})) for product in understood.products]


def bring_in(files: Files, understood: Understood, wish: Wish) -> tuple[list[Written], tuple[Finding, ...]]:
    """Write the products of a document into a mesh, all of them or none, and return what is still to be mended in them.

    A manifest that lacks what the mesh's policy requires is written all the same: `check` says what, and nothing is applied before.

    Raises:
        MeshNotFound: There is no mesh.
        AlreadyExists: The mesh has one of the files, or a product of one of the names.
        StoreFull, StoreFailed: It could not be written.
    """
    held = files.read()
    made = texts(understood, wish)
    for written in made:
        if written.path in held:
            remedy = "remove it, or rename the product first; nothing was written"
            raise AlreadyExists(f"`{written.path}` exists already", remedy=remedy)
    paths = {item.path for item in made}
    found = read({**held, **{item.path: item.text.encode("utf-8") for item in made}}).findings
    twice = next((item for item in found if item.code == "product-duplicate" and _names_new(item, paths, held)), None)
    if twice is not None:
        raise AlreadyExists(twice.message.rstrip("."), remedy="rename one of the two; nothing was written")
    for written in made:
        files.write_new(written.path, written.text)
    return made, tuple(item for item in found if item.file in paths and item.severity is Severity.ERROR)


def _names_new(item: Finding, paths: set[str], held: Mapping[str, bytes]) -> bool:
    """Return whether two products of one name are so because of the new files; which of the two is named depends on their paths."""
    before = {(found.code, found.file, found.message) for found in read(held).findings}
    return item.file in paths or (item.code, item.file, item.message) not in before


def _path(product: Product) -> str:
    return f"domains/{slug(domain_key(product['domain']))}/{slug(product['name'])}.yaml"


def _read(wish: Wish, document: Document, remarks: Remarks, published: Published) -> list[Product]:
    value = document.value
    if wish.kind == "openmetadata":
        return read_openmetadata(value, wish.domain, remarks)
    if not isinstance(value, dict):
        remarks.add("standard-unreadable", (), "The document is not a mapping.", f"name a file of {wish.kind}", Severity.ERROR)
        return []
    if wish.kind in _KIND_OF:
        if not _is_expected(wish, value, remarks):
            return []
        _hold_against(wish, value, published, remarks)
    readers: dict[str, Callable[[], list[Product]]] = {
        "odcs": lambda: read_contract(value, wish.domain, remarks),
        "odps": lambda: [odps.read_product(value, wish.domain, remarks)],
        "dbt": lambda: read_dbt(value, wish.domain, remarks),
        "jsonschema": lambda: read_json_schema(value, wish.file.rpartition("/")[2].partition(".")[0], wish.domain, remarks),
    }
    return readers[wish.kind]()


def _is_expected(wish: Wish, value: dict[str, Any], remarks: Remarks) -> bool:
    """Return whether a document says that it is of the standard, in a version that is read."""
    kind, version = value.get("kind"), value.get("apiVersion")
    if kind != _KIND_OF[wish.kind]:
        message, mend = violations.of_kind(kind, _KIND_OF[wish.kind])
        remarks.add("standard-unknown", ("kind",), message, mend, Severity.ERROR)
        return False
    known = _SCHEMAS if wish.kind == "odcs" else _PRODUCT_SCHEMAS
    if not isinstance(version, str) or _spelled(version) not in known:
        message, mend = violations.of_version(version, list(known))
        remarks.add("standard-version", ("apiVersion",), message, mend, Severity.ERROR)
        return False
    return True


def _spelled(version: str) -> str:
    return version if version.startswith("v") else f"v{version}"


def _hold_against(wish: Wish, value: dict[str, Any], published: Published, remarks: Remarks) -> None:
    """Report where a document breaks its schema, unless another that its version may follow holds."""
    names = (_SCHEMAS if wish.kind == "odcs" else _PRODUCT_SCHEMAS)[_spelled(value["apiVersion"])]
    found = [published.violations(name, value) for name in names]
    if not all(found):
        return
    severity = Severity.ERROR if wish.strict else Severity.WARNING
    for item in min(found, key=len):
        message, mend = violations.said(item.path, item.keyword, item.names)
        place = (*item.path, *item.names[:1]) if item.keyword.endswith("Properties") or item.keyword == "not" else item.path
        remarks.add("standard-violated", place, message, mend, severity)


def _checked(wish: Wish, document: Any, made: list[Product], remarks: Remarks) -> list[Product]:
    """Return products without the rules and the keys of columns that a manifest may not have: they are kept for the way back."""
    lefts = [_left_of(product, remarks) for product in made]
    if not any(lefts):
        return made
    left = [without(product, item) for product, item in zip(made, lefts, strict=True)]
    if wish.kind == "odcs":
        return keep(document, left, lefts)
    return [odps.keep(document, left[0], lefts[0])] if wish.kind == "odps" else left


def _left_of(product: Product, remarks: Remarks) -> Left:
    path, text = _path(product), write({"dataProduct": product})
    found = [item for item in read({"mesh.yaml": _BLANK.encode(), path: text.encode("utf-8")}).findings if item.file == path]
    for item in found:
        if item.code in _UNREADABLE:
            message = f"{product['name']} would be a manifest that cannot be read: {item.message}"
            mend = "take columns, or what is said of them, out of the document, or make several of it"
            remarks.add("product-too-large", (), message, mend, Severity.ERROR)
            return {}
    wrong = {(item.line, item.column): item for item in found if item.severity is Severity.ERROR and item.code in _PRUNED}
    gone = list(keys_at(text, set(wrong))) if wrong else []
    for item in wrong.values():
        remarks.add("rule-kept", (), f"{product['name']}: {item.message}", item.mend)
    rules = dict.fromkeys(at for section, at, _ in gone if section == "quality")
    keys: dict[str, list[Any]] = {}
    for section, at, key in gone:
        if section == "schema" and key not in {"name", "type"}:
            keys.setdefault(str(product["schema"][at]["name"]), []).append(key)
    return {**({"schema": keys} if keys else {}), **({"quality": [*rules]} if rules else {})}


_UNREADABLE = frozenset({"file-too-large", "nesting-deep"})
_PRUNED = frozenset(
    {
        *("pattern-invalid", "pattern-unsafe", "bounds-contradict", "classification-invalid", "rule-incomplete", "rule-unsuited"),
        *("rule-duplicate", "operator-not-one", "bound-invalid", "key-unknown", "type-wrong", "value-unknown", "value-outside"),
        "value-missing",
    }
)


def _placed(remarks: list[Remark], document: Document | None, file: str) -> tuple[Finding, ...]:
    found: list[Finding] = []
    for remark in remarks:
        where = document.place(*remark.path) if document is not None else (file, 1, 1)
        found.append(
            Finding(
                code=remark.code,
                message=remark.message,
                mend=remark.mend,
                file=where[0],
                line=where[1],
                column=where[2],
                severity=remark.severity,
            )
        )
    return tuple(sorted(found, key=lambda item: (item.line, item.column, item.code)))


def _of_sql(wish: Wish, content: bytes) -> Understood:
    remarks = Remarks()
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        remarks.add("standard-unreadable", (), "The file is not UTF-8.", "save the file as UTF-8", Severity.ERROR)
        return Understood(products=(), findings=_placed(remarks.found, None, wish.file))
    declared = read_ddl(text, wish.dialect)
    tables = [
        Table(
            name=table.name,
            keys={"description": table.description},
            columns=tuple(
                TableColumn(
                    name=column.name,
                    type=column.type,
                    keys=_keys_of(column),
                )
                for column in table.columns
            ),
        )
        for table in declared
    ]
    keys = {at: [_foreign_key(item, table, declared) for item in table.references] for at, table in enumerate(declared)}
    made = _checked(wish, None, refer(products(tables, wish.domain, remarks), keys, remarks), remarks)
    return Understood(products=tuple(made), findings=_placed(remarks.found, None, wish.file))


def _foreign_key(found: DeclaredReference, table: DeclaredTable, declared: Sequence[DeclaredTable]) -> ForeignKey:
    """Return a foreign key with its table: of the schema that it names, else of its own table's, else the only one of that name."""
    same = [at for at, item in enumerate(declared) if item.name.casefold() == found.table.casefold()]
    schema = (found.schema or table.schema or "").casefold()
    near = [at for at in same if (declared[at].schema or "").casefold() == schema]
    loose = found.schema is None or all(declared[at].schema is None for at in same)
    chosen = near or (same if loose and len(same) == 1 else [])
    at = chosen[0] if len(chosen) == 1 else None
    others = found.others or (declared[at].primary if at is not None else ())
    to = f"{found.schema}.{found.table}" if found.schema is not None else found.table
    return ForeignKey(columns=found.columns, to=to, table=at, others=others)


def _keys_of(column: DeclaredColumn) -> dict[str, Any]:
    length = {"maxLength": column.length} if of_physical(column.type) == "string" else {}
    return {"description": column.description, "required": column.required, "unique": column.unique, **length}
