"""A node's own key: made once, private, replaced only when that is wanted, and never the ledger's."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from freehold.errors import SettingInvalid, StoreFailed
from freehold.keys.local import LocalKeys
from freehold.keys.node import KEY_FILE, LocalNodeKey, replace_node_key
from freehold.model.peer import read_public_key, write_public_key


def test_the_key_is_the_same_after_a_restart_and_not_the_ledgers(tmp_path: Path) -> None:
    first = LocalNodeKey(tmp_path / "keys").public_key()
    ledger = LocalKeys(tmp_path / "keys").public_key()
    assert LocalNodeKey(tmp_path / "keys").public_key() == first
    assert read_public_key(first) not in {None, ledger}


def test_the_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    LocalNodeKey(tmp_path / "keys")
    assert stat.S_IMODE((tmp_path / "keys" / KEY_FILE).stat().st_mode) == 0o600
    (tmp_path / "keys" / KEY_FILE).chmod(0o640)
    with pytest.raises(SettingInvalid):
        LocalNodeKey(tmp_path / "keys")


def test_a_replaced_key_is_another_and_leaves_nothing_of_the_old_one(tmp_path: Path) -> None:
    old = LocalNodeKey(tmp_path / "keys").public_key()
    content = (tmp_path / "keys" / KEY_FILE).read_bytes()
    new = replace_node_key(tmp_path / "keys").public_key()
    assert old != new == LocalNodeKey(tmp_path / "keys").public_key()
    assert [path.name for path in (tmp_path / "keys").iterdir()] == [KEY_FILE]
    assert (tmp_path / "keys" / KEY_FILE).read_bytes() != content


def test_a_damaged_key_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    LocalNodeKey(tmp_path / "keys")
    (tmp_path / "keys" / KEY_FILE).write_bytes(b"nonsense")
    with pytest.raises(SettingInvalid):
        LocalNodeKey(tmp_path / "keys")
    assert (tmp_path / "keys" / KEY_FILE).read_bytes() == b"nonsense"


def test_a_file_in_the_way_is_a_clear_failure(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("")
    with pytest.raises(StoreFailed):
        LocalNodeKey(tmp_path / "keys")
    with pytest.raises(StoreFailed):
        replace_node_key(tmp_path / "keys")


@pytest.mark.parametrize("text", ["", "ed25519:", "ed25519:AA", "ED25519:" + "A" * 43, "ed25519:" + "A" * 42 + "B", "A" * 43])
def test_what_is_no_public_key_is_not_taken_for_one(text: str) -> None:
    assert read_public_key(text) is None


def test_a_public_key_is_written_in_one_way(tmp_path: Path) -> None:
    text = LocalNodeKey(tmp_path).public_key()
    raw = read_public_key(text)
    assert raw is not None
    assert write_public_key(raw) == text
    assert read_public_key(text + "=") is None
    assert read_public_key(text + "\n") is None
