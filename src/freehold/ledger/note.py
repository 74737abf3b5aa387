"""Signed notes (C2SP signed-note): text with Ed25519 signatures below it, and the keys that they are checked by.

Signatures of unknown keys are ignored; one bad signature of a known key rejects the note; so does none that is good.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Sequence
from hashlib import sha256

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from freehold.errors import ProofInvalid

ED25519 = 0x01
MAX_NOTE = 1_000_000
MAX_SIGNATURES = 64
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_NAME = re.compile(r"[^\s+]+")


class Verifier(msgspec.Struct, frozen=True, kw_only=True):
    """A key that notes are checked by: its name, its 32-byte Ed25519 public key, and the type byte of its algorithm."""

    name: str
    public_key: bytes
    algorithm: int = ED25519

    @property
    def key_id(self) -> bytes:
        """The first four bytes of SHA-256(name ‖ newline ‖ type ‖ public key)."""
        return sha256(self.name.encode() + b"\n" + bytes([self.algorithm]) + self.public_key).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{encode(bytes([self.algorithm]) + self.public_key)}"


def read_verifier(text: str) -> Verifier:
    """Return the key that a verifier key text (`name+id+base64`) stands for.

    Raises:
        ProofInvalid: The text is not one, is of another algorithm than Ed25519, or its id does not fit its key.
    """
    name, _, rest = text.strip().partition("+")
    key_id, _, encoded = rest.partition("+")
    raw = decode(encoded, "the key")
    if not is_name(name) or len(raw) != 33 or raw[0] != ED25519:
        raise ProofInvalid("this is not an Ed25519 verifier key", remedy="give a text of the form `name+id+base64`")
    verifier = Verifier(name=name, public_key=raw[1:])
    if verifier.key_id.hex() != key_id:
        raise ProofInvalid(f"the id `{key_id}` does not fit the key", remedy="copy the key again, whole")
    return verifier


def is_name(text: str) -> bool:
    """Return whether a text may be the name of a key: not empty, no white space, no plus."""
    return _NAME.fullmatch(text) is not None


def sign(text: str, verifier: Verifier, signer: Callable[[bytes], bytes]) -> str:
    """Return `text`, which ends in a newline, as a note signed by `signer` under the name of `verifier`."""
    return f"{text}\n— {verifier.name} {encode(verifier.key_id + signer(text.encode()))}\n"


def open_note(note: str, verifiers: Sequence[Verifier]) -> str:
    """Return the text of a note that at least one of the keys has signed.

    Raises:
        ProofInvalid: It is not a note, no known key has signed it, or the signature of a known key fails.
    """
    text, signatures = split(note)
    known = {(item.name, item.key_id): item for item in verifiers}
    signed = False
    for name, raw in signatures:
        verifier = known.get((name, raw[:4]))
        if verifier is not None:
            _check_signature(verifier, raw[4:], text)
            signed = True
    if not signed:
        raise ProofInvalid("no known key has signed the note", remedy="give the key that belongs to this log")
    return text


def split(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    """Return a note's text and its (name, id ‖ signature) lines, with nothing checked.

    Raises:
        ProofInvalid: It is not of the form of a note.
    """
    text, blank, below = note.rpartition("\n\n")
    if len(note) > MAX_NOTE or not blank or not below.endswith("\n") or _CONTROL.search(note):
        raise ProofInvalid("this is not a signed note")
    lines = below[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise ProofInvalid(f"the note has more than {MAX_SIGNATURES} signatures")
    return text + "\n", [_signature(line) for line in lines]


def encode(data: bytes) -> str:
    """Return `data` in base64 (RFC 4648 §4)."""
    return base64.b64encode(data).decode()


def decode(text: str, what: str) -> bytes:
    """Return the bytes of a base64 text, which must be the only text that stands for them.

    Raises:
        ProofInvalid: It is not base64, or its last bits are not zero.
    """
    try:
        data = base64.b64decode(text.encode(), validate=True)
    except (binascii.Error, ValueError):
        data = None
    if data is None or encode(data) != text:
        raise ProofInvalid(f"{what} is not base64")
    return data


def _signature(line: str) -> tuple[str, bytes]:
    dash, _, rest = line.partition(" ")
    name, _, encoded = rest.partition(" ")
    raw = decode(encoded, "a signature")
    if dash != "—" or not is_name(name) or len(raw) < 5:
        raise ProofInvalid("a signature line of the note cannot be read")
    return name, raw


def _check_signature(verifier: Verifier, signature: bytes, text: str) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(verifier.public_key).verify(signature, text.encode())
    except (InvalidSignature, ValueError):
        raise ProofInvalid(f"the signature of `{verifier.name}` does not fit the text") from None
