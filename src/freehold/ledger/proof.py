"""Inclusion and consistency: made from a tree's nodes, checked from hashes alone (RFC 9162 §2.1.3 and §2.1.4).

A proof from size zero is refused: everything is consistent with an empty tree, so it would prove nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from freehold.errors import ProofInvalid
from freehold.ledger.merkle import EMPTY_ROOT, HASH_BYTES, node_hash

Node = Callable[[int, int], bytes]
"""Reads the root of the perfect subtree (height, index): the 2^height entries from index·2^height on."""


def root(size: int, node: Node) -> bytes:
    """Return the root of the first `size` entries."""
    return _subtree(0, size, node) if size else EMPTY_ROOT


def inclusion(index: int, size: int, node: Node) -> tuple[bytes, ...]:
    """Return the inclusion proof of a leaf, from its sibling up; 0 ≤ index < size."""
    proof: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            proof.append(_subtree(middle, end, node))
            end = middle
        else:
            proof.append(_subtree(start, middle, node))
            start = middle
    return tuple(reversed(proof))


def consistency(first: int, second: int, node: Node) -> tuple[bytes, ...]:
    """Return the consistency proof between two sizes; 0 < first ≤ second."""
    proof: list[bytes] = []
    start, end = 0, second
    while first != end:
        middle = start + _split(end - start)
        if first <= middle:
            proof.append(_subtree(middle, end, node))
            end = middle
        else:
            proof.append(_subtree(start, middle, node))
            start = middle
    if start:
        proof.append(_subtree(start, end, node))
    return tuple(reversed(proof))


def check_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Check that the leaf hash is at `index` in the tree of `size` entries with this root (RFC 9162 §2.1.3.2).

    Raises:
        ProofInvalid: It is not, or the proof is not of the right shape.
    """
    _check_hashes([leaf, root, *proof])
    if not 0 <= index < size:
        raise ProofInvalid(f"index `{index}` is not in a tree of `{size}` leaves")
    node, last, running = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise ProofInvalid("the proof has more hashes than the tree has levels")
        if node & 1 or node == last:
            running = node_hash(sibling, running)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            running = node_hash(running, sibling)
        node, last = node >> 1, last >> 1
    if last:
        raise ProofInvalid("the proof has fewer hashes than the tree has levels")
    if running != root:
        raise ProofInvalid("the leaf and the proof do not lead to the signed root")


def check_consistency(first: int, second: int, proof: Sequence[bytes], first_root: bytes, second_root: bytes) -> None:
    """Check that the tree of `second` entries begins with that of `first` (RFC 9162 §2.1.4.2).

    Raises:
        ProofInvalid: It does not, the proof is not of the right shape, or `first` is 0.
    """
    _check_hashes([first_root, second_root, *proof])
    if not 0 < first <= second:
        raise ProofInvalid(f"nothing can be proved between sizes `{first}` and `{second}`")
    if first == second:
        if proof or first_root != second_root:
            raise ProofInvalid("two trees of one size have different roots, or a proof where none is needed")
        return
    path = [first_root, *proof] if first & (first - 1) == 0 else list(proof)
    if not path:
        raise ProofInvalid("the proof is empty")
    if _walk(first, second, path) != (first_root, second_root):
        raise ProofInvalid("the proof does not lead to both roots")


def _walk(first: int, second: int, path: list[bytes]) -> tuple[bytes, bytes]:
    node, last = first - 1, second - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise ProofInvalid("the proof has more hashes than the tree has levels")
        if node & 1 or node == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        node, last = node >> 1, last >> 1
    if last:
        raise ProofInvalid("the proof has fewer hashes than the tree has levels")
    return old, new


def _check_hashes(hashes: Sequence[bytes]) -> None:
    if any(len(item) != HASH_BYTES for item in hashes):
        raise ProofInvalid("a hash is not 32 bytes long")


def _split(count: int) -> int:
    """Return the largest power of two below `count`."""
    return 1 << (count - 1).bit_length() - 1


def _subtree(start: int, end: int, node: Node) -> bytes:
    """Return the root over entries start … end - 1, a range that RFC 9162 splits off a larger one."""
    count = end - start
    if count & (count - 1) == 0:
        height = count.bit_length() - 1
        return node(height, start >> height)
    middle = start + _split(count)
    return node_hash(_subtree(start, middle, node), _subtree(middle, end, node))
