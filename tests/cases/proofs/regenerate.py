"""Write the proof cases: a happy path and named corruptions of it, made by the definitions of RFC 9162 and nothing of ours.

Run `python tests/cases/proofs/regenerate.py` and read the diff.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

HERE = Path(__file__).parent
ENTRIES = [f'{{"kind":"answered","rows":{number}}}'.encode() for number in range(70)]
ORIGIN = "contoso-westeurope"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
GARBAGE = sha256(b"garbage").digest()


def split(count: int) -> int:
    return 1 << (count - 1).bit_length() - 1


def mth(entries: list[bytes]) -> bytes:
    """RFC 9162 §2.1.1."""
    if not entries:
        return sha256().digest()
    if len(entries) == 1:
        return sha256(b"\0" + entries[0]).digest()
    k = split(len(entries))
    return sha256(b"\1" + mth(entries[:k]) + mth(entries[k:])).digest()


def path(m: int, entries: list[bytes]) -> list[bytes]:
    """RFC 9162 §2.1.3.1."""
    if len(entries) == 1:
        return []
    k = split(len(entries))
    if m < k:
        return [*path(m, entries[:k]), mth(entries[k:])]
    return [*path(m - k, entries[k:]), mth(entries[:k])]


def subproof(m: int, entries: list[bytes], whole: bool = True) -> list[bytes]:
    """RFC 9162 §2.1.4.1."""
    if m == len(entries):
        return [] if whole else [mth(entries)]
    k = split(len(entries))
    if m <= k:
        return [*subproof(m, entries[:k], whole), mth(entries[k:])]
    return [*subproof(m - k, entries[k:], False), mth(entries[:k])]


def text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def flipped(data: bytes, bit: int = 0) -> bytes:
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def proof_corruptions(proof: list[bytes]) -> dict[str, list[bytes]]:
    changes = {
        "preceding-garbage": [GARBAGE, *proof],
        "trailing-garbage": [*proof, GARBAGE],
        "empty-hash-appended": [*proof, b""],
    }
    if proof:
        changes |= {
            "empty-proof": [],
            "truncated-proof": proof[:-1],
            "first-hash-dropped": proof[1:],
            "first-hash-cut": [proof[0][:31], *proof[1:]],
            "first-hash-longer": [proof[0] + b"\0", *proof[1:]],
            "flipped-bit-in-first-hash": [flipped(proof[0], 4), *proof[1:]],
            "flipped-bit-in-last-hash": [*proof[:-1], flipped(proof[-1], 255)],
            "last-hash-twice": [*proof, proof[-1]],
        }
    if len(proof) > 1:
        changes["reversed-proof"] = proof[::-1]
    return changes


def inclusion_cases() -> list[dict[str, Any]]:
    cases: list[dict[str, Any]] = []
    for index, size in ((0, 1), (0, 2), (0, 8), (5, 8), (2, 3), (6, 7), (20, 33), (69, 70)):
        tree = ENTRIES[:size]
        good: dict[str, Any] = {
            "leaf": mth([ENTRIES[index]]),
            "index": index,
            "size": size,
            "proof": path(index, tree),
            "root": mth(tree),
        }
        changes: dict[str, dict[str, Any]] = {
            "happy-path": {},
            "index-plus-one": {"index": index + 1},
            "index-minus-one": {"index": index - 1},
            "index-is-size": {"index": size},
            "size-zero": {"size": 0},
            "size-doubled": {"size": size * 2},
            "root-is-leaf-of-another": {"root": mth([b"another"])},
            "root-of-empty-tree": {"root": mth([])},
            "root-cut": {"root": good["root"][:31]},
            "root-empty": {"root": b""},
            "flipped-bit-in-root": {"root": flipped(good["root"], 100)},
            "flipped-bit-in-leaf": {"leaf": flipped(good["leaf"], 7)},
            "leaf-is-node": {"leaf": sha256(b"\1" + ENTRIES[index]).digest()},
            **{name: {"proof": proof} for name, proof in proof_corruptions(good["proof"]).items()},
        }
        if index ^ 1 != index + 1 and index ^ 1 != index - 1:
            changes["sibling-index"] = {"index": index ^ 1}
        cases += [shape(f"{index}-of-{size}/{name}", good | change, name) for name, change in changes.items()]
    return cases


def consistency_cases() -> list[dict[str, Any]]:
    cases: list[dict[str, Any]] = []
    for first, second in ((1, 1), (1, 2), (1, 8), (6, 8), (2, 5), (4, 7), (32, 70), (33, 70), (70, 70)):
        good: dict[str, Any] = {
            "first": first,
            "second": second,
            "proof": subproof(first, ENTRIES[:second]),
            "firstRoot": mth(ENTRIES[:first]),
            "secondRoot": mth(ENTRIES[:second]),
        }
        changes: dict[str, dict[str, Any]] = {
            "happy-path": {},
            "first-zero": {"first": 0},
            "first-zero-and-empty-proof": {"first": 0, "proof": [], "firstRoot": mth([])},
            "first-over-second": {"first": second + 1},
            "first-plus-one": {"first": first + 1},
            "second-doubled": {"second": second * 2},
            "first-root-cut": {"firstRoot": good["firstRoot"][:31]},
            "flipped-bit-in-first-root": {"firstRoot": flipped(good["firstRoot"], 3)},
            "flipped-bit-in-second-root": {"secondRoot": flipped(good["secondRoot"], 3)},
            **{name: {"proof": proof} for name, proof in proof_corruptions(good["proof"]).items()},
        }
        if first != second:
            changes["swapped-roots"] = {"firstRoot": good["secondRoot"], "secondRoot": good["firstRoot"]}
            changes["both-roots-the-first"] = {"secondRoot": good["firstRoot"]}
        cases += [shape(f"{first}-to-{second}/{name}", good | change, name) for name, change in changes.items()]
    return cases


def shape(note: str, values: dict[str, Any], name: str) -> dict[str, Any]:
    written: dict[str, Any] = {"note": note}
    for key, value in values.items():
        written[key] = text(value) if isinstance(value, bytes) else [text(i) for i in value] if isinstance(value, list) else value
    return written | {"holds": name == "happy-path"}


def vkey(name: str, key: Ed25519PrivateKey) -> str:
    public = key.public_key().public_bytes_raw()
    return f"{name}+{key_id(name, key).hex()}+{text(bytes([1]) + public)}"


def key_id(name: str, key: Ed25519PrivateKey) -> bytes:
    return sha256(name.encode() + b"\n\x01" + key.public_key().public_bytes_raw()).digest()[:4]


def signature(body: str, name: str = ORIGIN, key: Ed25519PrivateKey = KEY) -> str:
    return f"— {name} {text(key_id(name, key) + key.sign(body.encode()))}\n"


def checkpoint_cases() -> list[dict[str, Any]]:
    root = text(mth(ENTRIES))
    body = f"{ORIGIN}\n70\n{root}\n"
    good = f"{body}\n{signature(body)}"
    stranger = signature(body, "witness.example", OTHER_KEY)

    def signed(changed: str) -> str:
        return f"{changed}\n{signature(changed)}"

    holding = {
        "happy-path": good,
        "unknown-witness-first": f"{body}\n{stranger}{signature(body)}",
        "sixteen-signatures": f"{body}\n{stranger * 15}{signature(body)}",
        "extension-line": signed(f"{body}extension\n"),
        "empty-tree": signed(f"{ORIGIN}\n0\n{text(mth([]))}\n"),
    }
    wrong_id = f"— {ORIGIN} {text(bytes(4) + KEY.sign(body.encode()))}\n"
    failing = {
        "empty": "",
        "no-signature": body + "\n",
        "unsigned-text": body,
        "only-a-stranger-signed": f"{body}\n{stranger}",
        "key-id-of-another": f"{body}\n{wrong_id}",
        "size-changed": good.replace("\n70\n", "\n71\n"),
        "root-changed": good.replace(root, text(mth(ENTRIES[:69]))),
        "origin-changed": good.replace(f"{ORIGIN}\n70", "contoso-eastus\n70"),
        "one-good-one-bad-signature": good + signature(body + "x"),
        "signature-cut": good[:-6] + "\n",
        "last-newline-missing": good[:-1],
        "hyphen-for-dash": good.replace("—", "-"),
        "carriage-return": good.replace("\n70\n", "\r\n70\n"),
        "nul": good.replace("contoso", "con\0toso", 1),
        "trailing-line": good + "more\n",
        "size-with-leading-zero": signed(f"{ORIGIN}\n070\n{root}\n"),
        "size-negative": signed(f"{ORIGIN}\n-70\n{root}\n"),
        "size-in-other-digits": signed(f"{ORIGIN}\n٧٠\n{root}\n"),
        "size-of-forty-digits": signed(f"{ORIGIN}\n{'7' * 40}\n{root}\n"),
        "root-not-base64": signed(f"{ORIGIN}\n70\n!\n"),
        "root-of-31-bytes": signed(f"{ORIGIN}\n70\n{text(bytes(31))}\n"),
        "root-with-loose-last-bits": signed(f"{ORIGIN}\n70\n{loosened(root)}\n"),
        "two-lines": signed(f"{ORIGIN}\n70\n"),
        "origin-empty": signed(f"\n70\n{root}\n"),
        "too-many-signatures": f"{body}\n{stranger * 64}{signature(body)}",
        "other-origin-under-our-key": signed(f"contoso-eastus\n70\n{root}\n"),
    }
    named = [(name, note, True) for name, note in holding.items()] + [(name, note, False) for name, note in failing.items()]
    return [{"note": name, "key": vkey(ORIGIN, KEY), "checkpoint": note, "holds": holds} for name, note, holds in named]


def loosened(encoded: str) -> str:
    """Return base64 that decodes leniently to the same bytes: one of the bits that stand for nothing is set."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    at = len(encoded.rstrip("=")) - 1
    return encoded[:at] + alphabet[alphabet.index(encoded[at]) | 1] + encoded[at + 1 :]


def evidence_cases() -> list[dict[str, Any]]:
    body = f"{ORIGIN}\n70\n{text(mth(ENTRIES))}\n"
    note = f"{body}\n{signature(body)}"
    hashes = [text(item) for item in path(41, ENTRIES)]

    def proof(index: str = "41", entry: bytes = ENTRIES[41], lines: list[str] = hashes, below: str = note) -> str:
        return "\n".join(["c2sp.org/tlog-proof@v1", f"extra {text(entry)}", f"index {index}", *lines]) + f"\n\n{below}"

    good = proof()
    stranger = f"{body}\n{signature(body, ORIGIN, OTHER_KEY)}"
    failing = {
        "empty": "",
        "other-version": good.replace("@v1", "@v2"),
        "index-of-another": proof("40"),
        "index-outside": proof("70"),
        "index-with-leading-zero": proof("041"),
        "index-missing": good.replace("index 41\n", ""),
        "entry-changed": proof(entry=ENTRIES[41].replace(b"41", b"14")),
        "entry-of-another": proof(entry=ENTRIES[40]),
        "entry-missing": good.replace(f"extra {text(ENTRIES[41])}\n", ""),
        "hash-dropped": proof(lines=hashes[1:]),
        "hash-added": proof(lines=[*hashes, text(GARBAGE)]),
        "hashes-swapped": proof(lines=[hashes[1], hashes[0], *hashes[2:]]),
        "hash-cut": proof(lines=[text(bytes(31)), *hashes[1:]]),
        "hashes-without-end": proof(lines=hashes * 20),
        "signed-by-another-key": proof(below=stranger),
        "checkpoint-of-another-size": proof(below=note.replace("\n70\n", "\n71\n")),
        "checkpoint-missing": proof(below=""),
        "blank-line-missing": good.replace("\n\n", "\n", 1),
    }
    named = [("happy-path", good, True)] + [(name, body, False) for name, body in failing.items()]
    return [{"note": name, "key": vkey(ORIGIN, KEY), "proof": body, "holds": holds} for name, body, holds in named]


MAKERS: dict[str, Callable[[], list[dict[str, Any]]]] = {
    "inclusion.json": inclusion_cases,
    "consistency.json": consistency_cases,
    "checkpoint.json": checkpoint_cases,
    "evidence.json": evidence_cases,
}


def rendered(cases: list[dict[str, Any]]) -> str:
    return "[\n" + ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases) + "\n]\n"


if __name__ == "__main__":
    for file, make in MAKERS.items():
        (HERE / file).write_text(rendered(make()))
