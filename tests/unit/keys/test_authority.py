"""An authority for development: what it signs holds for TLS, its keys are private, and it is never replaced unasked."""

from __future__ import annotations

import datetime as dt
import stat
from pathlib import Path

import pytest
from cryptography import x509

from freehold.errors import SettingInvalid, StoreFailed
from freehold.keys import authority as keys

NOW = dt.datetime(2026, 11, 23, 10, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


@pytest.fixture
def made(tmp_path: Path) -> keys.Issued:
    return keys.make_authority(tmp_path / "certificates", "contoso", NOW)


def test_a_certificate_is_for_the_node_and_the_machine_itself(made: keys.Issued, tmp_path: Path) -> None:
    issued = keys.issue(made, tmp_path / "north", "contoso-north", "North.mesh.contoso.eu", NOW)
    assert set(issued.names) == {"north.mesh.contoso.eu", "localhost", "127.0.0.1", "::1"}
    assert keys.is_signed_by(issued, made)
    assert issued.until - NOW == keys.NODE_DAYS * DAY
    held = keys.read_issued(tmp_path / "north")
    assert held is not None
    assert held.certificate == issued.certificate


def test_an_address_is_held_as_an_address(made: keys.Issued, tmp_path: Path) -> None:
    issued = keys.issue(made, tmp_path / "north", "contoso-north", "10.1.2.3", NOW)
    names = issued.certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert "10.1.2.3" in map(str, names.get_values_for_type(x509.IPAddress))


@pytest.mark.parametrize(("host", "name"), [("münchen.example", "xn--mnchen-3ya.example"), ("localhost", "localhost")])
def test_a_name_is_held_as_tls_compares_it(host: str, name: str) -> None:
    assert keys.names_of(host)[0] == name


def test_a_name_that_none_can_be_is_a_setting_to_mend(made: keys.Issued, tmp_path: Path) -> None:
    with pytest.raises(SettingInvalid, match="no host name"):
        keys.issue(made, tmp_path / "north", "north", "a" * 70 + ".example", NOW)


def test_the_authority_signs_nodes_and_no_further_authority(made: keys.Issued, tmp_path: Path) -> None:
    constraints = made.certificate.extensions.get_extension_for_class(x509.BasicConstraints)
    assert (constraints.critical, constraints.value.ca, constraints.value.path_length) == (True, True, 0)
    issued = keys.issue(made, tmp_path / "north", "north", "localhost", NOW)
    own = issued.certificate.extensions
    assert not own.get_extension_for_class(x509.BasicConstraints).value.ca
    assert list(own.get_extension_for_class(x509.ExtendedKeyUsage).value) == [x509.oid.ExtendedKeyUsageOID.SERVER_AUTH]
    assert not own.get_extension_for_class(x509.KeyUsage).value.key_cert_sign


def test_keys_are_for_their_owner_alone_and_certificates_for_everybody(made: keys.Issued, tmp_path: Path) -> None:
    keys.issue(made, tmp_path / "certificates" / "north", "north", "localhost", NOW)
    files = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "certificates").rglob("*") if path.is_file()}
    assert files == {"authority.pem": 0o644, "authority.key": 0o600, "certificate.pem": 0o644, "certificate.key": 0o600}
    (tmp_path / "certificates" / "authority.key").chmod(0o640)
    with pytest.raises(SettingInvalid, match="may be read by others"):
        keys.read_authority(tmp_path / "certificates", NOW)


def test_no_certificate_outlives_its_authority(made: keys.Issued, tmp_path: Path) -> None:
    late = made.until - 10 * DAY
    assert keys.issue(made, tmp_path / "north", "north", "localhost", late).until == made.until


def test_an_authority_is_never_made_over_another(made: keys.Issued, tmp_path: Path) -> None:
    with pytest.raises(SettingInvalid, match="already"):
        keys.make_authority(tmp_path / "certificates", "contoso", NOW)
    assert keys.read_authority(tmp_path / "certificates", NOW).certificate == made.certificate


def test_a_replaced_authority_no_longer_stands_behind_what_it_signed(made: keys.Issued, tmp_path: Path) -> None:
    issued = keys.issue(made, tmp_path / "north", "north", "localhost", NOW)
    new = keys.replace_authority(tmp_path / "certificates", "contoso", NOW)
    assert keys.read_authority(tmp_path / "certificates", NOW).certificate == new.certificate != made.certificate
    assert not keys.is_signed_by(issued, new)


@pytest.mark.parametrize("lost", ["authority.pem", "authority.key"])
def test_half_an_authority_is_refused_and_left_as_it_is(made: keys.Issued, tmp_path: Path, lost: str) -> None:
    folder = tmp_path / "certificates"
    (folder / lost).unlink()
    assert keys.has_authority(folder)
    for work in (lambda: keys.read_authority(folder, NOW), lambda: keys.make_authority(folder, "contoso", NOW)):
        with pytest.raises(SettingInvalid) as caught:
            work()
        assert "--new-authority" in (caught.value.remedy or "")
    assert len(list(folder.iterdir())) == 1


def test_an_authority_that_has_ended_is_said_to_have(made: keys.Issued, tmp_path: Path) -> None:
    with pytest.raises(SettingInvalid, match="has ended on"):
        keys.read_authority(tmp_path / "certificates", made.until)


def test_a_certificate_beside_the_key_of_another_is_none(made: keys.Issued, tmp_path: Path) -> None:
    keys.issue(made, tmp_path / "north", "north", "localhost", NOW)
    keys.issue(made, tmp_path / "west", "west", "localhost", NOW)
    (tmp_path / "north" / keys.NODE_KEY).write_bytes((tmp_path / "west" / keys.NODE_KEY).read_bytes())
    assert keys.read_issued(tmp_path / "north") is None
    (tmp_path / "west" / keys.NODE_FILE).write_text("nonsense")
    assert keys.read_issued(tmp_path / "west") is None


def test_a_folder_that_cannot_be_written_is_said_to_be_one(made: keys.Issued, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreFailed):
        keys.make_authority(tmp_path / "file" / "below", "contoso", NOW)
    with pytest.raises(StoreFailed):
        keys.issue(made, tmp_path / "file" / "below", "north", "localhost", NOW)
