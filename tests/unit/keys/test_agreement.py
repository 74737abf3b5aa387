"""What two nodes work out of their keys is the same for both, another for each use, and nothing for anybody else."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from freehold.errors import NodeUntrusted
from freehold.keys.agreement import agree, x25519_private, x25519_public
from freehold.model.peer import write_public_key


def key(number: int) -> Ed25519PrivateKey:
    """Return a key."""
    return Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32)


def public(number: int) -> str:
    """Return the public part of a key as manifests write it."""
    return write_public_key(key(number).public_key().public_bytes_raw())


@pytest.mark.parametrize("number", range(1, 9))
def test_both_parts_of_a_key_are_taken_to_the_same_point(number: int) -> None:
    there = x25519_public(key(number).public_key().public_bytes_raw())
    assert there.public_bytes_raw() == x25519_private(key(number)).public_key().public_bytes_raw()


def test_two_nodes_agree_and_a_third_does_not_nor_another_use() -> None:
    assert agree(key(1), public(2), b"a") == agree(key(2), public(1), b"a")
    others = {agree(key(1), public(2), b"a"), agree(key(1), public(2), b"b"), agree(key(3), public(2), b"a")}
    assert len(others | {agree(key(1), public(1), b"a")}) == 4


@pytest.mark.parametrize("text", ["", "ed25519:AAAA", write_public_key(b"\x01" + bytes(31)), write_public_key(b"\xff" * 32)])
def test_nothing_is_agreed_on_with_what_is_no_key(text: str) -> None:
    with pytest.raises(NodeUntrusted):
        agree(key(1), text, b"a")
