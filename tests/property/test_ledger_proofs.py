"""The tree against its definition, and every single bit flip against the verifiers (RFC 9162, C2SP)."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pymerkle
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from freehold.errors import ProofInvalid
from freehold.ledger import proof
from freehold.ledger.checkpoint import open_checkpoint
from freehold.ledger.evidence import check_evidence, make_evidence
from freehold.ledger.merkle import leaf_hash
from freehold.ledger.note import read_verifier
from freehold.ledger.tile import node
from freehold.ledger.tree import Tree

SPEC: dict[str, Any] = runpy.run_path(str(Path(__file__).parents[1] / "cases" / "proofs" / "regenerate.py"))
SIZES = st.integers(1, 700)
ENTRIES = [f"entry {number}".encode() for number in range(700)]


class Grown:
    """A tree with its full tiles kept, as a ledger keeps them."""

    def __init__(self, entries: list[bytes]) -> None:
        self.tree = Tree()
        self.full: dict[tuple[int, int], bytes] = {}
        self.roots = [self.tree.root()]
        for entry in entries:
            self.tree.append(leaf_hash(entry))
            self.roots.append(self.tree.root())
        self.full = {(level, number): data for level, number, data in self.tree.finished}

    def node(self, height: int, index: int) -> bytes:
        return node(lambda level, number: self.full.get((level, number)) or self.tree.partial(level), height, index)


GROWN = Grown(ENTRIES)


@given(st.lists(st.binary(max_size=40), max_size=40))
def test_the_root_is_that_of_the_definition(entries: list[bytes]) -> None:
    assert Grown(entries).roots[-1] == SPEC["mth"](entries)


@pytest.mark.parametrize("size", [0, 1, 2, 3, 255, 256, 257, 511, 512, 513, 700])
def test_the_root_at_the_edges_of_tiles_is_that_of_the_definition(size: int) -> None:
    assert GROWN.roots[size] == SPEC["mth"](ENTRIES[:size]) == proof.root(size, GROWN.node)


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=40))
def test_the_root_is_that_of_an_independent_implementation(entries: list[bytes]) -> None:
    other = pymerkle.InmemoryTree(algorithm="sha256")
    for entry in entries:
        other.append_entry(entry)
    assert other.get_root() == Grown(entries).roots[-1]


@settings(max_examples=200)
@given(st.data())
def test_every_leaf_of_every_size_can_be_proved_and_only_where_it_is(data: st.DataObject) -> None:
    size = data.draw(SIZES)
    index = data.draw(st.integers(0, size - 1))
    made = proof.inclusion(index, size, GROWN.node)
    assert list(made) == SPEC["path"](index, ENTRIES[:size])
    proof.check_inclusion(leaf_hash(ENTRIES[index]), index, size, made, GROWN.roots[size])
    elsewhere = data.draw(st.integers(0, size))
    if elsewhere != index:
        with pytest.raises(ProofInvalid):
            proof.check_inclusion(leaf_hash(ENTRIES[index]), elsewhere, size, made, GROWN.roots[size])


@settings(max_examples=200)
@given(st.data())
def test_every_size_is_consistent_with_every_later_one_and_no_other_pair_is(data: st.DataObject) -> None:
    second = data.draw(SIZES)
    first = data.draw(st.integers(1, second))
    made = proof.consistency(first, second, GROWN.node)
    assert list(made) == SPEC["subproof"](first, ENTRIES[:second])
    proof.check_consistency(first, second, made, GROWN.roots[first], GROWN.roots[second])
    other = data.draw(st.integers(0, 700))
    if other != first:
        with pytest.raises(ProofInvalid):
            proof.check_consistency(first, second, made, GROWN.roots[other], GROWN.roots[second])


@given(st.data())
def test_any_flipped_bit_in_leaf_proof_or_root_is_found(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, 700))
    index = data.draw(st.integers(0, size - 1))
    parts = [leaf_hash(ENTRIES[index]), GROWN.roots[size], *proof.inclusion(index, size, GROWN.node)]
    at, bit = data.draw(st.integers(0, len(parts) - 1)), data.draw(st.integers(0, 255))
    parts[at] = SPEC["flipped"](parts[at], bit)
    with pytest.raises(ProofInvalid):
        proof.check_inclusion(parts[0], index, size, parts[2:], parts[1])


@given(st.data())
def test_any_flipped_bit_in_a_signed_checkpoint_is_found(data: st.DataObject) -> None:
    body = f"{SPEC['ORIGIN']}\n70\n{SPEC['text'](GROWN.roots[70])}\n"
    note = f"{body}\n{SPEC['signature'](body)}".encode()
    changed = SPEC["flipped"](note, data.draw(st.integers(0, len(note) * 8 - 1)))
    with pytest.raises(ProofInvalid):
        open_checkpoint(changed.decode(errors="replace"), [read_verifier(SPEC["vkey"](SPEC["ORIGIN"], SPEC["KEY"]))])


@given(st.data())
def test_any_flipped_bit_in_a_proof_file_is_found(data: st.DataObject) -> None:
    size = data.draw(SIZES)
    index = data.draw(st.integers(0, size - 1))
    body = f"{SPEC['ORIGIN']}\n{size}\n{SPEC['text'](GROWN.roots[size])}\n"
    verifier = read_verifier(SPEC["vkey"](SPEC["ORIGIN"], SPEC["KEY"]))
    checkpoint = open_checkpoint(f"{body}\n{SPEC['signature'](body)}", [verifier])
    text = make_evidence(index, ENTRIES[index], proof.inclusion(index, size, GROWN.node), checkpoint)
    assert check_evidence(text, verifier)[1] == checkpoint
    changed = SPEC["flipped"](text.encode(), data.draw(st.integers(0, len(text.encode()) * 8 - 1)))
    with pytest.raises(ProofInvalid):
        check_evidence(changed.decode(errors="replace"), verifier)


@given(st.integers(0, 2), st.integers(0, 255))
def test_a_tree_restored_from_its_tiles_goes_on_as_if_nothing_had_happened(tiles: int, more: int) -> None:
    size = tiles * 256
    tree = Tree.restore(size, lambda level, number: GROWN.full[level, number])
    for entry in ENTRIES[size : size + more]:
        tree.append(leaf_hash(entry))
    assert tree.root() == GROWN.roots[min(size + more, 700)]
