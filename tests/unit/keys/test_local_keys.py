"""A node's keys in files: made once, private, and never silently replaced."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from freehold.errors import SettingInvalid, StoreFailed
from freehold.keys.local import KEY_FILE, SECRET_FILE, LocalKeys


def test_keys_are_the_same_after_a_restart(tmp_path: Path) -> None:
    first, second = LocalKeys(tmp_path / "keys"), LocalKeys(tmp_path / "keys")
    assert first.public_key() == second.public_key()
    assert first.sign(b"x") == second.sign(b"x")
    assert first.mac("caller", b"x") == second.mac("caller", b"x")


def test_two_nodes_have_different_keys(tmp_path: Path) -> None:
    first, second = LocalKeys(tmp_path / "a"), LocalKeys(tmp_path / "b")
    assert first.public_key() != second.public_key()
    assert first.mac("caller", b"x") != second.mac("caller", b"x")


def test_a_signature_is_ed25519_over_the_data_alone(tmp_path: Path) -> None:
    keys = LocalKeys(tmp_path / "keys")
    public = Ed25519PublicKey.from_public_bytes(keys.public_key())
    public.verify(keys.sign(b"data"), b"data")
    with pytest.raises(InvalidSignature):
        public.verify(keys.sign(b"data"), b"Data")


def test_each_label_has_its_own_key(tmp_path: Path) -> None:
    keys = LocalKeys(tmp_path / "keys")
    assert len({keys.mac(label, b"x") for label in ("caller", "query", "")}) == 3
    assert len(keys.mac("caller", b"x")) == 32


def test_files_are_for_their_owner_alone(tmp_path: Path) -> None:
    LocalKeys(tmp_path / "keys")
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "keys").iterdir()}
    assert modes == {KEY_FILE: 0o600, SECRET_FILE: 0o600}
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700


@pytest.mark.parametrize("file", [KEY_FILE, SECRET_FILE])
def test_a_key_that_others_may_read_is_not_used(tmp_path: Path, file: str) -> None:
    LocalKeys(tmp_path / "keys")
    (tmp_path / "keys" / file).chmod(0o644)
    with pytest.raises(SettingInvalid) as refused:
        LocalKeys(tmp_path / "keys")
    assert "chmod 600" in (refused.value.remedy or "")


@pytest.mark.parametrize("file", [KEY_FILE, SECRET_FILE])
@pytest.mark.parametrize("content", [b"", b"nonsense", b"\xff\xfe", b"ab" * 31])
def test_a_damaged_key_is_refused_and_left_as_it_is(tmp_path: Path, file: str, content: bytes) -> None:
    LocalKeys(tmp_path / "keys")
    (tmp_path / "keys" / file).write_bytes(content)
    with pytest.raises(SettingInvalid):
        LocalKeys(tmp_path / "keys")
    assert (tmp_path / "keys" / file).read_bytes() == content


def test_a_lost_root_secret_is_never_made_anew_beside_an_old_key(tmp_path: Path) -> None:
    LocalKeys(tmp_path / "keys")
    (tmp_path / "keys" / SECRET_FILE).unlink()
    with pytest.raises(SettingInvalid, match="missing"):
        LocalKeys(tmp_path / "keys")


def test_processes_that_start_together_agree_on_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(LocalKeys, [tmp_path / "keys"] * 8))
    assert len({(keys.public_key(), keys.mac("caller", b"x")) for keys in made}) == 1
    assert {path.name for path in (tmp_path / "keys").iterdir()} == {KEY_FILE, SECRET_FILE}


def test_a_file_in_the_way_is_a_clear_failure(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("")
    with pytest.raises(StoreFailed):
        LocalKeys(tmp_path / "keys")


def test_keys_do_not_show_themselves(tmp_path: Path) -> None:
    keys = LocalKeys(tmp_path / "keys")
    assert repr(keys) == "LocalKeys(…)"
