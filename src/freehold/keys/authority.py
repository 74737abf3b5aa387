"""A small authority for development (X.509, RFC 5280): it signs a certificate for each node, and its key lies beside it in a file.

It is for machines of one's own: who can read the folder can be any node at the level of TLS, and still no node to another, as
nodes know each other by their own keys.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from freehold.errors import SettingInvalid, StoreFailed
from freehold.keys.files import create_private, read_private, replace_private, replace_public

AUTHORITY_DAYS = 1825
NODE_DAYS = 90
RENEW_DAYS = 30
AUTHORITY_FILE, AUTHORITY_KEY = "authority.pem", "authority.key"
NODE_FILE, NODE_KEY = "certificate.pem", "certificate.key"
LOOPBACK = ("localhost", "127.0.0.1", "::1")
_SLACK = dt.timedelta(minutes=5)
_NAME_LENGTH = 64  # RFC 5280, upper bound of a common name


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate and its key, as they lie in two files."""

    certificate: x509.Certificate
    key: EllipticCurvePrivateKey

    @property
    def until(self) -> dt.datetime:
        """The end of its validity, in UTC."""
        return self.certificate.not_valid_after_utc

    @property
    def names(self) -> tuple[str, ...]:
        """The host names and addresses that it is for."""
        try:
            found = self.certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        except x509.ExtensionNotFound:
            return ()
        return tuple(str(item.value) for item in found)


def make_authority(folder: Path, mesh: str, now: dt.datetime) -> Issued:
    """Make the authority of a mesh in `folder`, which has none, and return it.

    Raises:
        SettingInvalid: There is one already, or a part of one.
        StoreFailed: The folder cannot be written.
    """
    if (folder / AUTHORITY_KEY).exists() or (folder / AUTHORITY_FILE).exists():
        raise SettingInvalid(f"`{folder}` holds an authority already", remedy="replace it with `--new-authority`")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        made = _authority(mesh, now)
        create_private(folder / AUTHORITY_KEY, _private(made.key))
        replace_public(folder / AUTHORITY_FILE, made.certificate.public_bytes(Encoding.PEM))
    except OSError as error:
        raise _failed(folder) from error
    return read_authority(folder, now)


def replace_authority(folder: Path, mesh: str, now: dt.datetime) -> Issued:
    """Put a new authority in place of the one in `folder`, whose certificates are believed no more, and return it.

    Raises:
        StoreFailed: The folder cannot be written.
    """
    made = _authority(mesh, now)
    _write(folder, (AUTHORITY_FILE, AUTHORITY_KEY), made)
    return made


def has_authority(folder: Path) -> bool:
    """Return whether `folder` holds an authority, or a part of one."""
    return (folder / AUTHORITY_FILE).exists() or (folder / AUTHORITY_KEY).exists()


def read_authority(folder: Path, now: dt.datetime) -> Issued:
    """Return the authority of `folder`.

    Raises:
        SettingInvalid: A part of it is missing or of another authority, it has ended, or others may read its key.
        StoreFailed: It cannot be read.
    """
    found = _read(folder / AUTHORITY_FILE, folder / AUTHORITY_KEY)
    if found is None:
        raise SettingInvalid(
            f"`{AUTHORITY_FILE}` and `{AUTHORITY_KEY}` in `{folder}` are not both there, or are not of one authority",
            remedy="restore both from a backup, or make a new authority with `--new-authority`",
        )
    if found.until <= now:
        raise SettingInvalid(
            f"the authority in `{folder}` has ended on {found.until:%Y-%m-%d}",
            remedy="make a new one with `--new-authority`, and give its `authority.pem` to every node",
        )
    return found


def issue(authority: Issued, folder: Path, node: str, host: str, now: dt.datetime, *, more: Iterable[str] = ()) -> Issued:
    """Sign a certificate for a node that is reached at `host`, with a new key; write both into `folder` and return them.

    `more` are further names that it is for; one may begin with `*.`.

    Raises:
        SettingInvalid: `host` is no name that a certificate can hold.
        StoreFailed: The folder cannot be written.
    """
    key = generate_private_key(SECP256R1())
    until = min(now + dt.timedelta(days=NODE_DAYS), authority.until)
    usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
    alternative = x509.SubjectAlternativeName([_general(name) for name in (*names_of(host), *more)])
    built = (
        _builder(node, authority.certificate.subject, key, until, now)
        .add_extension(alternative, critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(usage, critical=False)
        .add_extension(_issuer(authority), critical=False)
    )
    made = Issued(built.sign(authority.key, SHA256()), key)
    _write(folder, (NODE_FILE, NODE_KEY), made)
    return made


def read_issued(folder: Path) -> Issued | None:
    """Return a node's certificate and key as they lie in `folder`, or None where they are not there or not of each other.

    Raises:
        SettingInvalid: Others may read the key.
        StoreFailed: They cannot be read.
    """
    return _read(folder / NODE_FILE, folder / NODE_KEY)


def is_signed_by(issued: Issued, authority: Issued) -> bool:
    """Return whether this very authority signed a certificate."""
    try:
        issued.certificate.verify_directly_issued_by(authority.certificate)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


def names_of(host: str) -> tuple[str, ...]:
    """Return what a certificate of a node at `host` is for: that name, and those of the machine itself.

    >>> names_of("North.mesh.contoso.eu")
    ('north.mesh.contoso.eu', 'localhost', '127.0.0.1', '::1')
    """
    return tuple(dict.fromkeys((_ascii(host), *LOOPBACK)))


def _authority(mesh: str, now: dt.datetime) -> Issued:
    key = generate_private_key(SECP256R1())
    name = _common_name(f"{mesh} development authority")
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    built = (
        _builder(f"{mesh} development authority", name, key, now + dt.timedelta(days=AUTHORITY_DAYS), now)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier), critical=False)
    )
    return Issued(built.sign(key, SHA256()), key)


def _builder(
    name: str, issuer: x509.Name, key: EllipticCurvePrivateKey, until: dt.datetime, now: dt.datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(_common_name(name))
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _SLACK)
        .not_valid_after(until)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _issuer(authority: Issued) -> x509.AuthorityKeyIdentifier:
    held = authority.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(held)


def _common_name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text[:_NAME_LENGTH])])


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _ascii(host: str) -> str:
    """Return a host name as certificates hold it (RFC 5890 A-labels)."""
    try:
        return host.encode("idna").decode().lower()
    except UnicodeError:
        raise SettingInvalid(f"`{host}` is no host name", remedy="mend the node's `url` in mesh.yaml") from None


def _read(certificate: Path, key: Path) -> Issued | None:
    try:
        if not certificate.exists() or not key.exists():
            return None
        held = load_pem_private_key(read_private(key), password=None)
        found = x509.load_pem_x509_certificate(certificate.read_bytes())
    except (ValueError, TypeError):
        return None
    except OSError as error:
        raise _failed(certificate.parent) from error
    fits = isinstance(held, EllipticCurvePrivateKey) and held.public_key() == found.public_key()
    return Issued(found, held) if fits and isinstance(held, EllipticCurvePrivateKey) else None


def _write(folder: Path, files: Iterable[str], made: Issued) -> None:
    """Write a certificate and its key in place of those that are there; broken off between the two, they do not fit."""
    certificate, key = files
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        replace_private(folder / key, _private(made.key))
        replace_public(folder / certificate, made.certificate.public_bytes(Encoding.PEM))
    except OSError as error:
        raise _failed(folder) from error


def _private(key: EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _failed(folder: Path) -> StoreFailed:
    return StoreFailed(
        f"the certificates in `{folder}` cannot be used", remedy="give this user the right to read and write the folder"
    )
