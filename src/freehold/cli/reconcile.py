"""`freehold ledger reconcile`: the ledgers of several nodes, each verified, then held against each other."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from freehold.cli.options import JsonFlag, MeshFolder

if TYPE_CHECKING:
    from freehold.ledger.note import Verifier
    from freehold.ledger.reconcile import Account, Side

EXAMPLES = (
    "Examples: freehold ledger reconcile · freehold ledger reconcile west/.freehold/ledger/contoso-west "
    "copies/contoso-north --key contoso-west.pub --key contoso-north.pub"
)


def reconcile(
    ledgers: Annotated[
        list[Path] | None,
        typer.Argument(metavar="FOLDER", help="The ledgers' folders, or copies of them; by default all that this mesh has here."),
    ] = None,
    *,
    key: Annotated[
        list[Path] | None,
        typer.Option(
            "--key", metavar="FILE", help="A node's verifier key, from a source you trust; several times. By default those beside."
        ),
    ] = None,
    mesh: MeshFolder = None,
    json: JsonFlag = False,
) -> None:
    """Hold ledgers of several nodes against each other. Each is verified, and each question that one carried to another matched.

    Exit code 1 if a ledger does not hold or two of them differ.
    """
    from freehold.cli.ledger import verified_ledger
    from freehold.cli.terminal import say, show_json
    from freehold.ledger.reconcile import reconcile as reconciled

    folders = _folders(ledgers, mesh)
    keys = _keys(folders, key)
    verified = [verified_ledger(folder, keys[folder], None, quiet=True) for folder in folders]
    sides = [_side(folder) for folder, found in zip(folders, verified, strict=True) if found["holds"]]
    accounts = reconciled(sides)
    holds = all(found["holds"] for found in verified)
    agree = holds and all(item.reconciles for item in accounts)
    absent = _absent(sides)
    if json:
        show_json({"ledgers": verified, "accounts": [_plain(item) for item in accounts], "absent": absent, "reconciles": agree})
    else:
        _tell_verified(verified)
        _tell(accounts, absent, verified)
        if not key:
            say("  The keys are those beside the ledgers: to know who signed, give the nodes' keys from elsewhere with --key FILE")
    if not agree:
        raise typer.Exit(1)


def _folders(given: list[Path] | None, mesh: Path | None) -> list[Path]:
    """Return the folders of at least two ledgers.

    Raises:
        SettingInvalid: There are fewer.
    """
    from freehold.errors import SettingInvalid
    from freehold.wiring.settings import read_settings

    if given:
        found = list(dict.fromkeys(given))
    else:
        place = read_settings(mesh).state / "ledger"
        found = sorted(item for item in place.iterdir() if item.is_dir()) if place.is_dir() else []
    if len(found) < 2:
        names = ", ".join(item.name for item in found) or "none"
        raise SettingInvalid(
            f"two ledgers or more can be held against each other, and there are {len(found)}: {names}",
            remedy="give their folders, or copies of them: `freehold ledger reconcile FOLDER FOLDER`",
        )
    return found


def _keys(folders: Iterable[Path], given: list[Path] | None) -> dict[Path, Verifier]:
    """Return the key of each ledger: of those given the one that has its name, else the one that lies beside it.

    Raises:
        SettingInvalid: Keys were given, and none for one of the ledgers; or there are two ledgers of one node.
    """
    from freehold.errors import SettingInvalid
    from freehold.stores.ledger import VERIFIER, read_key

    trusted = {item.name: item for item in map(read_key, given or ())}
    keys: dict[Path, Verifier] = {}
    for folder in folders:
        if not folder.is_dir():
            raise SettingInvalid(f"there is no ledger in `{folder}`", remedy="give the folder of a ledger, or of a copy of it")
        beside = read_key(folder / VERIFIER)
        if any(other.name == beside.name for other in keys.values()):
            raise SettingInvalid(f"two of these are ledgers of `{beside.name}`", remedy="give one ledger for each node")
        if given and beside.name not in trusted:
            raise SettingInvalid(f"no `--key` is that of `{beside.name}`", remedy="give one for each ledger, or none at all")
        keys[folder] = trusted.get(beside.name, beside)
    return keys


def _side(folder: Path) -> Side:
    from freehold.ledger.reconcile import read_side
    from freehold.stores.ledger import ReadLedger

    read = ReadLedger(folder)
    return read_side(read.checkpoint.origin, read.size, read.entries(0, read.size))


def _absent(sides: list[Side]) -> dict[str, dict[str, int]]:
    """Return how many entries of each ledger name a node whose ledger was not given, or does not hold."""
    here = {side.node for side in sides}
    found = {side.node: {peer: count for peer, count in side.peers().items() if peer not in here} for side in sides}
    return {node: peers for node, peers in found.items() if peers}


def _plain(item: Account) -> dict[str, Any]:
    import msgspec

    return {**msgspec.to_builtins(item), "reconciles": item.reconciles}


def _tell_verified(verified: list[dict[str, Any]]) -> None:
    from freehold.cli.terminal import counted, say

    for found in verified:
        if found["holds"]:
            say(f"✓ {counted(found['size'], 'entry', 'entries')} of {found['origin']}, as they were signed")
            continue
        say(f"✗ the ledger in {found['folder']} does not hold: {counted(len(found['faults']), 'fault')}", "bold red")
        for fault in found["faults"]:
            say(f"  {fault['code']:<18} {fault['detail']}")


def _tell(accounts: tuple[Account, ...], absent: dict[str, dict[str, int]], verified: list[dict[str, Any]]) -> None:
    from freehold.cli.terminal import counted, say, show_table

    if accounts:
        heads = ("carried by", "home", "carried", "matched", "unread", "broken", "judged", "unheard", "differ")
        show_table(heads, map(_row, accounts))
    _tell_pairs(accounts)
    for node, peers in absent.items():
        for peer, count in peers.items():
            say(f"· {counted(count, 'entry', 'entries')} of {node} name {peer}, whose ledger is not here: give it too")
    differences = sum(len(item.differences) for item in accounts)
    broken = sum(not found["holds"] for found in verified)
    if broken:
        say(f"✗ {counted(broken, 'ledger')} did not hold, and was held against none", "bold red")
    if differences:
        say(f"✗ the ledgers differ in {counted(differences, 'place')}", "bold red")
        say("  → copy all ledgers again, at one time; what differs still is for the operators of both nodes to explain")
    elif not broken:
        say(f"✓ the ledgers bear each other out: {counted(sum(item.matched for item in accounts), 'carried question')}", "bold")


def _row(item: Account) -> tuple[Any, ...]:
    found = (item.carried, item.matched, item.unread, len(item.broken), item.judged, len(item.unheard), len(item.differences))
    return (item.carrier, item.home, *found)


def _tell_pairs(accounts: tuple[Account, ...]) -> None:
    from freehold.cli.ledger import plain
    from freehold.cli.terminal import say

    for item in accounts:
        for pair in item.broken:
            say(f"· broken off        {item.carrier} {pair.leaf:,} → {item.home} {pair.home_leaf:,}: {plain(pair.detail)}")
        for pair in item.unheard:
            say(f"· unheard           {item.carrier} {pair.leaf:,} → {item.home} {pair.home_leaf:,}: {plain(pair.detail)}")
        for one in item.differences:
            here = "–" if one.leaf is None else f"{one.leaf:,}"
            there = "–" if one.home_leaf is None else f"{one.home_leaf:,}"
            say(f"✗ {one.code.value:<17} {item.carrier} {here} → {item.home} {there}: {plain(one.detail)}")
