"""A domain's infrastructure on one machine: what stands for what in Azure, made step by step, and compared with what is there.

Nothing is deleted: what is no longer asked for stays, and is reported. Each step is recorded before the next is taken, so that a
run that was broken off goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from freehold.errors import StateConflict, StoreFailed
from freehold.model.estate import Deviation, Drift, Found, Made, Piece, PieceKind
from freehold.model.platform import Infrastructure
from freehold.names import slug
from freehold.ports.clock import Clock
from freehold.ports.estate import Estate
from freehold.services.provisioning import Design

_MAKE = "run: freehold domain provision {domain} --apply"
_RESTORE = "restore it from a backup: a key is never made anew"
_LOCAL = {
    "Microsoft.Storage/storageAccounts/blobServices/containers": PieceKind.FOLDER,
    "Microsoft.Sql/servers/databases": PieceKind.DATABASE,
    "Microsoft.KeyVault/vaults/keys": PieceKind.KEY,
}
"""The types of resources that have an equal on a machine; access, networks and logs are those of the node and its ledger."""


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """What was done for a piece: `made`, `adopted` (it was there before), `mended` (its settings were put back) or `kept`."""

    did: str
    name: str
    kind: PieceKind
    path: str


def pieces(found: Design) -> tuple[Piece, ...]:
    """Return what stands on a machine for a design, in the order that it is made."""
    tags = _tags(found.chosen, found.jurisdiction)
    held = [_piece(item.type, item.name, tags) for item in found.resources if item.type in _LOCAL]
    return (*held, _entry(found, tags)) if found.chosen.purview else tuple(held)


def unmatched(found: Design) -> tuple[str, ...]:
    """Return the types of a design's resources that nothing stands for on a machine, each once."""
    return tuple(dict.fromkeys(item.type for item in found.resources if item.type not in _LOCAL))


def make(found: Design, estate: Estate, clock: Clock) -> tuple[Step, ...]:
    """Make what is missing, put settings back that were changed, and record each step; what is right already stays.

    Raises:
        AlreadyExists: Something that is not the domain's lies where a piece would.
        StoreFailed: A key that was recorded is gone or another one, or something cannot be written.
        StoreFull: There is no room left.
    """
    record = {item.path: item for item in estate.record()}
    steps: list[Step] = []
    for piece in pieces(found):
        path = estate.place(piece)
        before, known = estate.find(piece), record.get(path)
        if piece.kind is PieceKind.KEY and known is not None:
            _check_key(before, known)
        did = _did(piece, before, known, estate)
        after = before if did in {"kept", "adopted"} and before is not None else estate.make(piece)
        if did != "kept":
            made_at = known.made_at if known else clock.now().isoformat(timespec="seconds")
            ours = known.ours if known else did != "adopted"
            record[path] = Made(
                name=piece.name, kind=piece.kind, path=path, fingerprint=after.fingerprint, made_at=made_at, ours=ours
            )
            estate.keep(record.values())
        steps.append(Step(did=did, name=piece.name, kind=piece.kind, path=path))
    return tuple(steps)


def drift(found: Design, estate: Estate) -> tuple[Drift, ...]:
    """Return every way in which what is on the machine is not what was recorded and what the manifest asks for."""
    record = {item.path: item for item in estate.record()}
    wanted = pieces(found)
    mend = _MAKE.format(domain=slug(found.domain))
    return (
        *(item for piece in wanted for item in _drifted(piece, record.get(estate.place(piece)), estate, mend)),
        *_unwanted(record, {estate.place(piece) for piece in wanted}),
        *_strays(estate, wanted),
    )


def _did(piece: Piece, before: Found | None, known: Made | None, estate: Estate) -> str:
    if before is None:
        return "made"
    right = _is_right(piece, before, estate)
    if known is None:
        return "adopted" if right or piece.kind is PieceKind.FOLDER else "mended"
    return "kept" if right or not known.ours else "mended"


def _is_right(piece: Piece, now: Found, estate: Estate) -> bool:
    expected = estate.expected(piece)
    return now.fingerprint.startswith(expected) if piece.kind is PieceKind.KEY else now.fingerprint == expected


def _check_key(before: Found | None, known: Made) -> None:
    if before is None or before.fingerprint.rpartition(" ")[2] != known.fingerprint.rpartition(" ")[2]:
        state = "is gone" if before is None else "is another one than was made"
        raise StoreFailed(f"the key `{known.path}` {state}", remedy=_RESTORE)


def _drifted(piece: Piece, known: Made | None, estate: Estate, mend: str) -> Iterator[Drift]:
    try:
        now = estate.find(piece)
    except StateConflict as error:
        yield _deviates(Deviation.CHANGED, piece, estate, error.detail, error.remedy or mend)
        return
    what = f"The {piece.kind.value}"
    if now is None:
        said = "was made and is gone" if known else "is asked for and was never made"
        lost = known is not None and piece.kind is PieceKind.KEY
        yield _deviates(Deviation.MISSING, piece, estate, f"{what} {said}.", _RESTORE if lost else mend)
    elif known is None:
        yield _deviates(Deviation.CHANGED, piece, estate, f"{what} is there and was not recorded.", mend)
    elif piece.kind is PieceKind.KEY and now.fingerprint.rpartition(" ")[2] != known.fingerprint.rpartition(" ")[2]:
        yield _deviates(Deviation.CHANGED, piece, estate, f"{what} is another one than was made.", _RESTORE)
    elif known.ours and not _is_right(piece, now, estate):
        by = "is asked for otherwise now" if now.fingerprint == known.fingerprint else "was changed since it was made"
        yield _deviates(Deviation.CHANGED, piece, estate, f"{what} {by}.", mend)


def _deviates(deviation: Deviation, piece: Piece, estate: Estate, message: str, mend: str) -> Drift:
    return Drift(deviation=deviation, name=piece.name, path=estate.place(piece), message=message, mend=mend)


def _unwanted(record: dict[str, Made], wanted: set[str]) -> Iterator[Drift]:
    for item in record.values():
        if item.path not in wanted:
            message = f"The {item.kind.value} was made and is no longer asked for."
            mend = "move what is in it elsewhere and remove it; it is never deleted for you"
            yield Drift(deviation=Deviation.EXTRA, name=item.name, path=item.path, message=message, mend=mend)


def _strays(estate: Estate, wanted: tuple[Piece, ...]) -> Iterator[Drift]:
    for path in estate.strays(piece.name for piece in wanted if piece.kind is PieceKind.FOLDER):
        message = "The folder lies beside the domain's own, and nobody asked for it."
        mend = "move what is in it into one of them, or have the platform's team approve it under `containers`"
        yield Drift(deviation=Deviation.EXTRA, name=path, path=path, message=message, mend=mend)


def _piece(kind: str, name: str, tags: dict[str, str]) -> Piece:
    own = name.rpartition("/")[2]
    made = _LOCAL[kind]
    return Piece(name=own, kind=made, stands_for=kind, settings=tags if made is PieceKind.DATABASE else {})


def _tags(chosen: Infrastructure, jurisdiction: str) -> dict[str, str]:
    follow = {"Domain": chosen.short, "DataOwner": chosen.owner or "", "Region": jurisdiction}
    return dict(sorted({**chosen.tags, **follow}.items()))


def _entry(found: Design, tags: dict[str, str]) -> Piece:
    """Return the entry of what there is to scan: the domain's files and its database, under its tags."""
    sources: list[dict[str, Any]] = [
        {"name": f"{slug(found.domain)}-domain", "kind": "database", "region": found.chosen.region},
        {"name": f"{slug(found.domain)}-domain-files", "kind": "files", "region": found.chosen.region},
    ]
    text = msgspec.json.format(msgspec.json.encode({"domain": slug(found.domain), "tags": tags, "sources": sources}), indent=2)
    return Piece(name="sources", kind=PieceKind.ENTRY, stands_for="purviewSources", settings={"text": text.decode() + "\n"})
