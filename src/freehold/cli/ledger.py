"""`freehold ledger show`, `prove` and `verify`: the evidence, read offline from a ledger's folder or a copy of it.

Nothing here needs a running node or a private key.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from freehold.cli.options import Group, JsonFlag, MeshFolder

if TYPE_CHECKING:
    from freehold.ledger.note import Verifier
    from freehold.stores.ledger import Examination, ReadLedger

app = typer.Typer(
    cls=Group,
    no_args_is_help=True,
    help="The ledger: show its entries, prove one, verify all of it. Works offline, on the folder or a copy of it.",
    epilog="Example: freehold ledger prove 18204 --output answer.tlog-proof, then "
    "freehold ledger verify --proof answer.tlog-proof --key contoso-westeurope.pub",
)

LedgerFolder = Annotated[
    Path | None,
    typer.Option("--ledger", metavar="FOLDER", help="The ledger's folder; by default the one of the mesh's only node."),
]
KeyFile = Annotated[
    Path | None,
    typer.Option(
        "--key", metavar="FILE", help="The node's verifier key, from a source you trust; by default `verifier.pub` in the ledger."
    ),
]


@app.command(epilog="Examples: freehold ledger show · freehold ledger show 18204 · freehold ledger show --last 5 --json")
def show(
    index: Annotated[int | None, typer.Argument(min=0, help="One entry in full; without it, a table of the newest ones.")] = None,
    *,
    last: Annotated[int, typer.Option("--last", min=1, help="How many entries the table has.")] = 20,
    ledger: LedgerFolder = None,
    mesh: MeshFolder = None,
    json: JsonFlag = False,
) -> None:
    """Show the newest entries, or one in full."""
    from freehold.cli.terminal import cell, counted, say, show_json, show_table

    read = _open(_folder(ledger, mesh))
    wanted = range(max(read.size - last, 0), read.size) if index is None else range(index, index + 1)
    entries = [{"index": at, **_decode(at, read.entry(at))} for at in wanted]
    if json:
        show_json(entries if index is None else entries[0])
    elif index is None:
        say(f"{counted(read.size, 'entry', 'entries')} in the ledger of {read.checkpoint.origin}; the newest {len(entries)}:")
        show_table(("leaf", "time", "kind", "domain", "purpose", "products", "outcome"), [_row(entry) for entry in entries])
    else:
        say(f"entry {index:,} of {read.size:,} in the ledger of {read.checkpoint.origin}")
        for name, value in entries[0].items():
            say(plain(f"  {name:<10} {value if isinstance(value, int | str) else _nested(value, cell)}"))


@app.command(epilog="Example: freehold ledger prove 18204 --output answer.tlog-proof")
def prove(
    index: Annotated[int, typer.Argument(min=0, help="The leaf that came with an answer or refusal.")],
    *,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write the proof here, not to the screen.")
    ] = None,
    ledger: LedgerFolder = None,
    mesh: MeshFolder = None,
    json: JsonFlag = False,
) -> None:
    """Prove that an entry is in the ledger. Anybody can check the .tlog-proof text with the node's key alone."""
    from freehold.cli.terminal import say, show_json
    from freehold.ledger.evidence import make_evidence

    read = _open(_folder(ledger, mesh))
    text = make_evidence(index, read.entry(index), read.inclusion(index), read.checkpoint)
    if output is not None:
        _write(output, text)
    if json:
        show_json({"index": index, "size": read.size, "origin": read.checkpoint.origin, "proof": text})
    elif output is None:
        typer.echo(text, nl=False)
    else:
        say(f"✓ wrote {output}: leaf {index:,} is in the log of {read.size:,} leaves of {read.checkpoint.origin}")
        say(f"  Check it anywhere with: freehold ledger verify --proof {output} --key FILE")


@app.command(
    epilog="Examples: freehold ledger verify · freehold ledger verify --proof answer.tlog-proof --key contoso-westeurope.pub"
)
def verify(
    *,
    proof: Annotated[
        Path | None, typer.Option("--proof", metavar="FILE", help="Check this proof; with --ledger, the ledger as well.")
    ] = None,
    ledger: LedgerFolder = None,
    key: KeyFile = None,
    mesh: MeshFolder = None,
    json: JsonFlag = False,
) -> None:
    """Verify a whole ledger, or one proof. Entries, tiles, roots and signatures are computed again; exit code 1 if any is off."""
    from freehold.cli.terminal import show_json

    folder = None if proof is not None and ledger is None else _folder(ledger, mesh)
    verifier = _verifier(key, folder, ledger, mesh)
    found: dict[str, Any] = {"key": str(verifier)}
    if folder is not None:
        found["ledger"] = verified_ledger(folder, verifier, key, quiet=json)
    if proof is not None:
        found["proof"] = _verified_proof(proof, verifier, folder, quiet=json)
    found["holds"] = all(part["holds"] for part in found.values() if isinstance(part, dict))
    if json:
        show_json(found)
    if not found["holds"]:
        raise typer.Exit(1)


def _folder(ledger: Path | None, mesh: Path | None) -> Path:
    """Return the ledger's folder: the one given, else that of the mesh's only node.

    Raises:
        SettingInvalid: There is none, or there are several.
    """
    from freehold.errors import SettingInvalid
    from freehold.wiring.settings import read_settings

    if ledger is not None:
        return ledger
    ledgers = read_settings(mesh).state / "ledger"
    found = sorted(item for item in ledgers.iterdir() if item.is_dir()) if ledgers.is_dir() else []
    if len(found) == 1:
        return found[0]
    names = ", ".join(item.name for item in found) or "none"
    raise SettingInvalid(
        f"the mesh has {len(found)} ledgers here: {names}",
        remedy=f"choose one with `--ledger {ledgers}/NAME`"
        if found
        else "start a node with `freehold up`, or give `--ledger FOLDER`",
    )


def _open(folder: Path) -> ReadLedger:
    from freehold.stores.ledger import ReadLedger

    return ReadLedger(folder)


def _verifier(key: Path | None, folder: Path | None, ledger: Path | None, mesh: Path | None) -> Verifier:
    from freehold.errors import SettingInvalid
    from freehold.stores.ledger import VERIFIER, read_key

    if key is not None:
        return read_key(key)
    beside = folder or _folder(ledger, mesh)
    if not beside.is_dir():
        raise SettingInvalid(f"there is no ledger in `{beside}`", remedy="give the folder with `--ledger FOLDER`")
    return read_key(beside / VERIFIER)


def verified_ledger(folder: Path, verifier: Verifier, key: Path | None, *, quiet: bool) -> dict[str, Any]:
    """Return what was found in a ledger, told unless `quiet`; without a `key` of the reader's own, that is told too.

    Raises:
        SettingInvalid: There is no ledger in the folder.
    """
    import msgspec

    from freehold.stores.ledger import examine

    found = examine(folder, verifier)
    if not quiet:
        _tell(folder, found, key)
    return {"folder": str(folder), **msgspec.to_builtins(found), "holds": not found.faults}


def _tell(folder: Path, found: Examination, key: Path | None) -> None:
    from freehold.cli.terminal import counted, say

    if found.faults:
        say(f"✗ the ledger in {folder} does not hold: {counted(len(found.faults), 'fault')}", "bold red")
        for fault in found.faults:
            say(f"  {fault.code:<18} {fault.detail}")
        say("  → keep this folder as evidence, restore the ledger from a backup, and compare their checkpoints")
        return
    say(f"✓ all {counted(found.size, 'entry', 'entries')} of {found.origin} are as they were signed")
    say(f"  root {found.root}, {counted(found.signatures, 'signed checkpoint')}, {counted(found.tiles, 'tile')} checked")
    if found.extra:
        say(f"  {counted(found.extra, 'newer entry', 'newer entries')} not yet under a checkpoint in this copy")
    if key is None:
        say("  The key is the one beside the ledger: to know who signed, give the node's key from elsewhere with --key FILE")


def _verified_proof(proof: Path, verifier: Verifier, folder: Path | None, *, quiet: bool) -> dict[str, Any]:
    from freehold.errors import FreeholdError

    try:
        found = _proved(proof, verifier, folder)
    except FreeholdError as error:
        found = {"holds": False, "code": error.code, "detail": error.detail, "remedy": error.remedy}
    if not quiet:
        _tell_proof(proof, found)
    return {"file": str(proof), **found}


def _proved(proof: Path, verifier: Verifier, folder: Path | None) -> dict[str, Any]:
    from freehold.errors import SettingInvalid
    from freehold.ledger.evidence import check_evidence, read_evidence

    if not proof.is_file():
        raise SettingInvalid(
            f"there is no proof file `{proof}`", remedy="make one with `freehold ledger prove INDEX --output FILE`"
        )
    text = proof.read_bytes().decode(errors="replace")
    entry = None if folder is None else _open(folder).entry(read_evidence(text).index)
    evidence, checkpoint = check_evidence(text, verifier, entry)
    recorded = entry if entry is not None else evidence.entry or b""
    return {
        "holds": True,
        "index": evidence.index,
        "size": checkpoint.size,
        "origin": checkpoint.origin,
        "entry": _decode(evidence.index, recorded),
    }


def _tell_proof(proof: Path, found: dict[str, Any]) -> None:
    from freehold.cli.terminal import say

    if not found["holds"]:
        say(f"✗ {proof} proves nothing: {found['detail']}", "bold red")
        say(f"  → {found['remedy'] or 'ask the node for the proof again, and check that the key belongs to this log'}")
        return
    entry = found["entry"]
    say(f"✓ leaf {found['index']:,} is in the log of {found['size']:,} leaves signed by {found['origin']}")
    say(plain(f"✓ {entry.get('kind', '?')} at {entry.get('time', '?')} by node {entry.get('node', '?')}"))
    whose = [
        f"{word} {entry[name]}"
        for word, name in (("domain", "domain"), ("purpose", "purpose"), ("region", "region"))
        if name in entry
    ]
    if whose:
        say(plain(f"✓ for {', '.join(whose)}: {', '.join(entry.get('products', [])) or 'no product'}"))


def _decode(index: int, raw: bytes) -> dict[str, Any]:
    """Return an entry's fields as they were written, whatever Freehold version wrote them.

    Raises:
        ProofInvalid: It is not JSON.
    """
    import msgspec

    from freehold.errors import ProofInvalid

    try:
        return msgspec.json.decode(raw, type=dict[str, Any])
    except (msgspec.DecodeError, msgspec.ValidationError):
        raise ProofInvalid(f"entry `{index}` is not a Freehold entry", remedy="use the Freehold version that wrote it") from None


def _row(entry: dict[str, Any]) -> tuple[Any, ...]:
    outcome = entry.get("code") or entry.get("form") or (f"of leaf {entry['refers_to']}" if "refers_to" in entry else "–")
    return (
        entry["index"],
        *(plain(str(entry.get(name, "–"))) for name in ("time", "kind", "domain", "purpose")),
        plain(", ".join(entry.get("products", []))) or "–",
        plain(outcome),
    )


def plain(text: str) -> str:
    """Return what callers once wrote with nothing in it that a terminal would obey."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)


def _nested(value: Any, cell: Any) -> str:
    return ", ".join(f"{name}: {cell(item)}" for name, item in value.items()) if isinstance(value, dict) else cell(value)


def _write(path: Path, text: str) -> None:
    from freehold.errors import AlreadyExists, StoreFailed

    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise AlreadyExists(f"`{path}` exists already; nothing was overwritten", remedy="choose another name") from None
    except OSError as error:
        raise StoreFailed(f"`{path}` cannot be written", remedy="choose a folder that exists and that you may write") from error
