"""The C2SP texts as we write and read them, against published examples."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from freehold.errors import ProofInvalid
from freehold.ledger.checkpoint import open_checkpoint, peek_checkpoint, sign_checkpoint
from freehold.ledger.merkle import EMPTY_ROOT, leaf_hash
from freehold.ledger.note import Verifier, is_name, open_note, read_verifier, sign
from freehold.ledger.tile import decode_bundle, encode_entry, tile_path, tiles_of

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
VERIFIER = Verifier(name="contoso-westeurope", public_key=KEY.public_key().public_bytes_raw())


def test_the_empty_tree_and_the_empty_leaf_have_the_hashes_of_rfc_6962() -> None:
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert leaf_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"


def test_a_tile_lies_where_the_specification_puts_it() -> None:
    assert tile_path(0, 1234067) == "tile/0/x001/x234/067"
    assert tile_path(3, 1000, 7) == "tile/3/x001/000.p/7"
    assert tile_path("entries", 0) == "tile/entries/000"


def test_a_tree_of_seventy_thousand_has_the_tiles_of_the_specification() -> None:
    tiles = list(tiles_of(70_000))
    assert [tile for tile in tiles if tile[2] < 256] == [(0, 273, 112), (1, 1, 17), (2, 0, 1)]
    assert len(tiles) == 273 + 1 + 1 + 1 + 1


def test_a_tree_of_256_is_one_full_tile_and_one_of_width_one_above() -> None:
    assert list(tiles_of(256)) == [(0, 0, 256), (1, 0, 1)]


def test_a_bundle_gives_its_entries_back() -> None:
    entries = (b"", b"a", b"b" * 65_535)
    assert decode_bundle(b"".join(map(encode_entry, entries))) == entries


@pytest.mark.parametrize("cut", [1, 2, 4, 5])
def test_a_bundle_that_ends_inside_an_entry_is_refused(cut: int) -> None:
    with pytest.raises(ProofInvalid):
        decode_bundle((encode_entry(b"ab") + encode_entry(b"c"))[:-cut])


def test_a_verifier_key_is_read_as_it_is_written() -> None:
    assert read_verifier(f"{VERIFIER}\n") == VERIFIER


def test_a_published_key_and_note_of_another_implementation_are_understood() -> None:
    verifier = read_verifier("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
    line = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
    assert open_note(f"{text}\n{line}", [verifier]) == text


@pytest.mark.parametrize(
    "text",
    ["", "a", "a+b", "contoso+00000000+AQ==", str(VERIFIER).replace("+", "+0", 1), str(VERIFIER).replace("contoso", "con toso")],
)
def test_a_text_that_is_no_verifier_key_is_refused(text: str) -> None:
    with pytest.raises(ProofInvalid):
        read_verifier(text)


@pytest.mark.parametrize("name", ["", "two words", "a+b", "a\tb", "a\u2003b"])
def test_a_name_with_spaces_or_a_plus_cannot_name_a_key(name: str) -> None:
    assert not is_name(name)


def test_a_note_may_hold_blank_lines() -> None:
    text = "one\n\ntwo\n"
    assert open_note(sign(text, VERIFIER, KEY.sign), [VERIFIER]) == text


def test_a_checkpoint_says_what_was_signed() -> None:
    made = sign_checkpoint(5, bytes(32), VERIFIER, KEY.sign)
    assert open_checkpoint(made.note, [VERIFIER]) == made == peek_checkpoint(made.note)
    assert made.note.startswith("contoso-westeurope\n5\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n— contoso-westeurope ")
