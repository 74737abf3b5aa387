"""Whose certificates are believed, and what is wrong with one that is not, in words of our own."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path

from freehold.errors import SettingInvalid

# X509_V_ERR_… of OpenSSL, which `SSLCertVerificationError.verify_code` holds.
_UNKNOWN_AUTHORITY = "it is of an authority that is not believed here"
_OTHER_NAME = "it is for another name"
_REASONS = {
    2: _UNKNOWN_AUTHORITY,
    9: "it holds only from later on",
    10: "it has ended",
    18: _UNKNOWN_AUTHORITY,
    19: _UNKNOWN_AUTHORITY,
    20: _UNKNOWN_AUTHORITY,
    21: _UNKNOWN_AUTHORITY,
    62: _OTHER_NAME,
    64: _OTHER_NAME,
}


def believing(authority: Path | None) -> ssl.SSLContext:
    """Return what believes certificates of `authority`, a PEM file; by default of the system's authorities.

    Raises:
        SettingInvalid: The file cannot be read, or holds no certificate.
    """
    try:
        return ssl.create_default_context(cafile=authority)
    except (OSError, ssl.SSLError) as error:
        raise SettingInvalid(
            f"`{authority}` holds no certificate of an authority",
            remedy="give a PEM file with `--authority FILE` or `FREEHOLD_AUTHORITY`",
        ) from error


def believing_also(authority: Path | None) -> ssl.SSLContext:
    """Return what believes certificates of the system's authorities and of `authority`, a PEM file, where one is given.

    Raises:
        SettingInvalid: As `believing`.
    """
    context = believing(authority)
    context.load_default_certs(ssl.Purpose.SERVER_AUTH)
    return context


def find_disbelief(error: BaseException) -> str | None:
    """Return what is wrong with the certificate that was shown, where a connection failed for that reason."""
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return _REASONS.get(cause.verify_code, "it does not hold")
    return None


def is_no_tls(error: BaseException) -> bool:
    """Return whether a connection failed since what answers speaks no TLS, or none that is safe."""
    return any(isinstance(cause, ssl.SSLError) for cause in _causes(error)) and find_disbelief(error) is None


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    for _ in range(16):  # an error may be its own context
        if cause is None:
            return
        yield cause
        cause = cause.__cause__ or cause.__context__
