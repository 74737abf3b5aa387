"""`freehold import` and `freehold export`: products in and out of the formats of others."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from freehold.cli.options import JsonFlag, MeshFolder

if TYPE_CHECKING:
    from freehold.model.finding import Finding
    from freehold.services.imports import Understood, Wish
    from freehold.services.scaffold import Written

IMPORT_EXAMPLES = """Examples: freehold import odcs orders.odcs.yaml --domain Sales ·
freehold import sql dump.sql --dialect postgres --domain Sales · freehold import dbt target/manifest.json --output -"""
EXPORT_EXAMPLES = """Examples: freehold export odcs sales.orders --version 3.1.0 ·
freehold export odcs sales.orders --contract analytics-business-analytics · freehold export mermaid > mesh.mmd"""

Dialect = Annotated[str, typer.Option("--dialect", metavar="NAME", help="The SQL: duckdb, postgres or tsql.")]
GivenDialect = Annotated[
    str,
    typer.Option("--dialect", metavar="NAME", help="The SQL: duckdb, postgres, tsql, bigquery, databricks, mysql or snowflake."),
]
Output = Annotated[
    str | None,
    typer.Option("--output", "-o", metavar="FILE", help="Write there instead; - is the terminal. Nothing is overwritten."),
]


def import_(
    kind: Annotated[str, typer.Argument(metavar="FORMAT", help="odcs, odps, dbt, sql, parquet, jsonschema or openmetadata.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The document.")],
    *,
    domain: Annotated[
        str | None, typer.Option("--domain", metavar="NAME", help="The domain of the products; by default the document's own.")
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Refuse a document that breaks its standard's schema.")] = False,
    dialect: GivenDialect = "duckdb",
    output: Output = None,
    mesh: MeshFolder = None,
    json: JsonFlag = False,
) -> None:
    """Write manifests from another format. What a manifest has no key for is kept, so that nothing is lost on the way back."""
    from freehold.services.imports import DIALECTS, KINDS, Wish, texts
    from freehold.wiring.exchange import read_file

    _check_word("format", kind, KINDS)
    _check_word("dialect", dialect, DIALECTS)
    wish = Wish(kind=kind, file=str(file), domain=domain, dialect=dialect, strict=strict)
    found = read_file(wish, file)
    if found.is_refused or not found.products:
        _show(found, [], (), as_json=json)
        raise typer.Exit(1)
    if output is not None:
        _give("---\n".join(item.text for item in texts(found, wish)), output)
        _show_findings(found)
        return
    written, unmended = _written(found, wish, mesh)
    _show(found, written, unmended, as_json=json)


def _written(found: Understood, wish: Wish, mesh: Path | None) -> tuple[list[Written], tuple[Finding, ...]]:
    from freehold.services.imports import bring_in
    from freehold.stores.files import FolderFiles
    from freehold.wiring.settings import find_folder

    return bring_in(FolderFiles(find_folder(mesh)), found, wish)


def export(
    kind: Annotated[str, typer.Argument(metavar="FORMAT", help="odcs, odps, dbt, sql, jsonschema, mermaid, html or oaas.")],
    product: Annotated[
        str | None,
        typer.Argument(
            metavar="PRODUCT", help="A product as `domain.product`, or its manifest; mermaid, html and dbt can be of all."
        ),
    ] = None,
    *,
    contract: Annotated[
        str | None, typer.Option("--contract", metavar="NAME", help="Only what this contract gives, as its consumer may be told.")
    ] = None,
    version: Annotated[
        str | None, typer.Option("--version", metavar="X.Y.Z", help="Of odcs 3.0.2, 3.1.0 or 3.2.0; of odps 1.0.0 or 1.1.0.")
    ] = None,
    dialect: Dialect = "duckdb",
    output: Output = None,
    mesh: MeshFolder = None,
    json: JsonFlag = False,
) -> None:
    """Print a product in another format. It is made of manifests alone: no data is read."""
    from freehold.cli.terminal import show_json
    from freehold.services.exports import KINDS, Order
    from freehold.wiring.exchange import export_files

    _check_word("format", kind, KINDS)
    text = export_files(Order(kind=kind, product=product, contract=contract, version=version, dialect=dialect), mesh)
    if json:
        show_json({"format": kind, "product": product, "contract": contract, "text": text})
    else:
        _give(text, output or "-")


def _check_word(what: str, word: str, known: tuple[str, ...]) -> None:
    from freehold.names import nearest

    if word not in known:
        close = nearest(word, known)
        raise typer.BadParameter(
            f"there is no {what} {word!r}; " + (f"did you mean {close}?" if close else f"use {', '.join(known)}")
        )


def _give(text: str, output: str) -> None:
    import sys

    from freehold.errors import AlreadyExists, StoreFailed

    if output == "-":
        sys.stdout.write(text)
        return
    try:
        with Path(output).open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise AlreadyExists(f"`{output}` exists already", remedy="choose another name, or remove the file first") from None
    except OSError as error:
        raise StoreFailed(f"`{output}` cannot be written", remedy="choose another file with --output") from error


def _show_findings(found: Understood) -> None:
    import sys

    from freehold.cli.terminal import console

    for item in found.findings:
        console(sys.stderr).print(f"{item.place}  {item.code}   {item.message}", markup=False, style="dim")


def _show(found: Understood, written: list[Written], unmended: tuple[Finding, ...], *, as_json: bool) -> None:
    import msgspec

    from freehold.cli.findings import show_findings
    from freehold.cli.terminal import counted, say, show_json

    if as_json:
        show_json(_as_json(found, written, unmended, msgspec.to_builtins))
        return
    show_findings((*found.findings, *unmended))
    for item in written:
        say(f"+ {item.path}", "green")
    if written:
        first = f"mend {counted(len(unmended), 'error')} in them" if unmended else "read them"
        say(f"→ {counted(len(written), 'product')}; {first}, then: freehold check")
    else:
        say("Nothing was written.", "bold")


def _as_json(found: Understood, written: list[Written], unmended: tuple[Finding, ...], plain: Any) -> dict[str, Any]:
    paths = [item.path for item in written] or [None] * len(found.products)
    products = [
        {"name": product["name"], "domain": product["domain"], "path": path}
        for product, path in zip(found.products, paths, strict=True)
    ]
    findings = [plain(item) for item in (*found.findings, *unmended)]
    return {"products": products if written else [], "findings": findings, "written": bool(written)}
