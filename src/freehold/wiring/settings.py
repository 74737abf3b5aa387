"""Settings of a process: flags first, then `FREEHOLD_*` of the environment, then the default.

Nothing else in Freehold reads the environment. Development mode is a flag only: an environment cannot turn it on.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from freehold.errors import MeshNotFound, SettingInvalid
from freehold.model.place import Mode, SqlDatabase
from freehold.model.query import Limits
from freehold.names import slug

T = TypeVar("T")
STATE_FOLDER = ".freehold"
_LEAST_COPIES = 1 << 20


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What a node needs to know before it reads its mesh.

    `port` 0 takes any free port, None the one of the node's url in `mesh.yaml`; `body_limit` is in bytes; `queries` is how many
    queries run at once. `certificate` and `key` are PEM files: with them the node speaks TLS.
    `catalog_seconds` is how often another node is asked for its catalogue.
    `authority` is a PEM file of the authority by which the certificates of other nodes are believed, in place of the system's.
    `copies_bytes` bounds what a node holds on its disk of data in a container.
    """

    folder: Path
    region: str | None = None
    mode: Mode = Mode.PRODUCTION
    host: str = "127.0.0.1"
    port: int | None = None
    limits: Limits = Limits()
    body_limit: int = 1 << 20
    queries: int = 32
    certificate: Path | None = None
    key: Path | None = None
    authority: Path | None = None
    catalog_seconds: float = 30.0
    copies_bytes: int = 20 << 30

    @property
    def state(self) -> Path:
        """The folder of all durable state."""
        return self.folder / STATE_FOLDER

    @property
    def registry_file(self) -> Path:
        """What is in force."""
        return self.state / "registry.sqlite"

    @property
    def counts_file(self) -> Path:
        """What was counted in files that did not change since."""
        return self.state / "counts.sqlite"

    def ledger_folder(self, node: str) -> Path:
        """The ledger of one node."""
        return self.state / "ledger" / slug(node)

    def releases_file(self, node: str) -> Path:
        """The groups that one node told others of."""
        return self.state / f"releases-{slug(node)}.duckdb"

    def history_file(self, node: str) -> Path:
        """What one node measured of its products over time."""
        return self.state / f"history-{slug(node)}.sqlite"

    def catalog_file(self, node: str) -> Path:
        """The catalogues of other nodes, as one node believed them last."""
        return self.state / f"catalog-{slug(node)}.sqlite"

    def copies_folder(self, node: str) -> Path:
        """What one node holds of its data in a container: each process in a folder of its own, which is gone with it."""
        return self.state / "copies" / slug(node)

    def brought_folder(self, node: str) -> Path:
        """What questions of one node bring out of databases: each process in a folder of its own, which is gone with it."""
        return self.state / "brought" / slug(node)

    def keys_folder(self, node: str) -> Path:
        """The keys of one node."""
        return self.state / "keys" / slug(node)

    @property
    def provisioned_folder(self) -> Path:
        """What domains were given on this machine: their keys, and the record of it all."""
        return self.state / "provisioned"

    @property
    def certificates_folder(self) -> Path:
        """The authority for development, and the certificates that it signed."""
        return self.state / "certificates"

    @property
    def datamap_file(self) -> Path:
        """The governance catalogue."""
        return self.state / "purview" / "datamap.sqlite"

    @property
    def datamap_ledger_folder(self) -> Path:
        """The ledger of what the catalogue's scans asked, which is no node's."""
        return self.state / "purview" / "ledger"

    @property
    def datamap_keys_folder(self) -> Path:
        """The keys of that ledger."""
        return self.state / "purview" / "keys"

    @property
    def plan_ledger_folder(self) -> Path:
        """The ledger of what plans asked, which is no node's."""
        return self.state / "plan" / "ledger"

    @property
    def plan_keys_folder(self) -> Path:
        """The keys of that ledger."""
        return self.state / "plan" / "keys"

    @property
    def development_keys(self) -> Path:
        """The development issuer's key; only development nodes believe it."""
        return self.state / "keys" / "development"


class Access(msgspec.Struct, frozen=True, kw_only=True):
    """How a client reaches a node, as far as flags and the environment say."""

    url: str | None = None
    token: str | None = None
    authority: Path | None = None


class AzureIdentity(msgspec.Struct, frozen=True, kw_only=True):
    """Who this process is to Azure, as far as the environment says; `chosen` names one of several credentials. It shows no secret.

    `endpoint` is the one that App Service, Container Apps and their like give a machine for tokens.
    """

    tenant: str | None = None
    client: str | None = None
    secret: str | None = None
    certificate: Path | None = None
    password: str | None = None
    federated: Path | None = None
    endpoint: str | None = None
    chosen: str | None = None
    sign_in: str = "https://login.microsoftonline.com"

    @property
    def has_credentials(self) -> bool:
        """Whether there is anything to ask for tokens with."""
        return any(held is not None for held in (self.secret, self.certificate, self.federated, self.endpoint, self.chosen))

    def __repr__(self) -> str:
        """Show who it is, and no secret or password."""
        return f"AzureIdentity(tenant={self.tenant!r}, client={self.client!r}, chosen={self.chosen!r})"


class AzureAccess(msgspec.Struct, frozen=True, kw_only=True):
    """How Azure is reached and who asks: the address of Resource Manager, and an authority that is believed beside the system's."""

    identity: AzureIdentity
    endpoint: str = "https://management.azure.com"
    authority: Path | None = None


class AccountAccess(msgspec.Struct, frozen=True, kw_only=True):
    """How an account of Purview is reached, as far as the environment says. It shows no token."""

    endpoint: str | None = None
    token: str | None = None
    management_token: str | None = None
    identity: AzureIdentity = AzureIdentity()

    def __repr__(self) -> str:
        """Show where and who, and no token or secret."""
        return f"AccountAccess(endpoint={self.endpoint!r}, identity={self.identity!r})"


class SqlLogin(msgspec.Struct, frozen=True, kw_only=True):
    """A login of a server of Azure SQL. It shows no password."""

    user: str
    password: str

    def __repr__(self) -> str:
        """Show who it is."""
        return f"SqlLogin(user={self.user!r})"


class StorageAccess(msgspec.Struct, frozen=True, kw_only=True):
    """How a storage account is reached, as far as the environment says. It shows no key."""

    key: str | None = None
    endpoint: str | None = None

    def __repr__(self) -> str:
        """Show where, and no key."""
        return f"StorageAccess(endpoint={self.endpoint!r})"


def find_folder(given: Path | None = None, environment: Mapping[str, str] | None = None) -> Path:
    """Return the mesh folder: the one given, that of `FREEHOLD_MESH`, or the nearest one upwards that has a `mesh.yaml`.

    Raises:
        MeshNotFound: There is none.
    """
    named = given or _read(environment, "FREEHOLD_MESH", Path)
    start = (named or Path.cwd()).resolve()
    for folder in (start,) if named else (start, *start.parents):
        if (folder / "mesh.yaml").is_file():
            return folder
    raise MeshNotFound(
        f"`{start}` has no `mesh.yaml`" + ("" if named else ", nor has any folder above it"),
        remedy="run `freehold init` to start a mesh here, or name one with `--mesh FOLDER`",
    )


def read_settings(folder: Path | None = None, environment: Mapping[str, str] | None = None, **flags: Any) -> Settings:
    """Return the settings of this process; `flags` are fields of `Settings`, and one that is None was not given.

    Raises:
        MeshNotFound: There is no mesh here.
        SettingInvalid: A value of the environment cannot be read, or a certificate has no key.
    """
    read: dict[str, Callable[[str], Any]] = {"region": str, "host": str, "port": int, "body_limit": int, "queries": int}
    read |= {"certificate": Path, "key": Path, "authority": Path, "catalog_seconds": float, "copies_bytes": int}
    values = {name: _read(environment, f"FREEHOLD_{name.upper()}", convert) for name, convert in read.items()}
    values |= {name: value for name, value in flags.items() if value is not None}
    chosen: dict[str, Any] = {"limits": read_limits(environment)}
    chosen |= {name: value for name, value in values.items() if value is not None}
    settings = Settings(folder=find_folder(folder, environment), **chosen)
    if (settings.certificate is None) != (settings.key is None):
        raise SettingInvalid("TLS needs both a certificate and a key", remedy="give `--certificate FILE` and `--key FILE`")
    if not 1 <= settings.catalog_seconds <= 3_600:
        raise SettingInvalid("`FREEHOLD_CATALOG_SECONDS` is not 1 to 3600", remedy="leave it out for 30")
    if settings.copies_bytes < _LEAST_COPIES:
        raise SettingInvalid(f"`FREEHOLD_COPIES_BYTES` is less than {_LEAST_COPIES:,}", remedy="leave it out for 20 GiB")
    return settings


def read_limits(environment: Mapping[str, str] | None = None) -> Limits:
    """Return the bounds on one query, as far as `FREEHOLD_MAX_ROWS`, `_SECONDS`, `_MEMORY` and `_SQL_LENGTH` change them.

    Raises:
        SettingInvalid: One of them is not a positive number.
    """
    read: dict[str, Callable[[str], Any]] = {"rows": int, "seconds": float, "memory": int, "sql_length": int}
    found = {name: _read(environment, f"FREEHOLD_MAX_{name.upper()}", convert) for name, convert in read.items()}
    for name, value in found.items():
        if value is not None and value <= 0:
            raise SettingInvalid(f"`FREEHOLD_MAX_{name.upper()}` is {value}", remedy="use a number above 0")
    return Limits(**{name: value for name, value in found.items() if value is not None})


def read_access(environment: Mapping[str, str] | None = None) -> Access:
    """Return `FREEHOLD_URL`, `FREEHOLD_TOKEN` and `FREEHOLD_AUTHORITY`, where they are set."""
    return Access(
        url=_read(environment, "FREEHOLD_URL", str),
        token=_read(environment, "FREEHOLD_TOKEN", str),
        authority=_read(environment, "FREEHOLD_AUTHORITY", Path),
    )


def read_azure_identity(environment: Mapping[str, str] | None = None) -> AzureIdentity:
    """Return what `AZURE_*` and `IDENTITY_ENDPOINT` say of who this process is, by the names that Azure's own tools read."""
    sign_in = _read(environment, "AZURE_AUTHORITY_HOST", str) or AzureIdentity().sign_in
    return AzureIdentity(
        tenant=_read(environment, "AZURE_TENANT_ID", str),
        client=_read(environment, "AZURE_CLIENT_ID", str),
        secret=_read(environment, "AZURE_CLIENT_SECRET", str),
        certificate=_read(environment, "AZURE_CLIENT_CERTIFICATE_PATH", Path),
        password=_read(environment, "AZURE_CLIENT_CERTIFICATE_PASSWORD", str),
        federated=_read(environment, "AZURE_FEDERATED_TOKEN_FILE", Path),
        endpoint=_read(environment, "IDENTITY_ENDPOINT", str),
        chosen=_read(environment, "AZURE_TOKEN_CREDENTIALS", str),
        sign_in=sign_in if "://" in sign_in else f"https://{sign_in}",
    )


def read_azure(environment: Mapping[str, str] | None = None) -> AzureAccess:
    """Return who this process is to Azure, and `FREEHOLD_AZURE_ENDPOINT` and `FREEHOLD_AUTHORITY` where they are set."""
    identity = read_azure_identity(environment)
    return AzureAccess(
        identity=identity,
        endpoint=_read(environment, "FREEHOLD_AZURE_ENDPOINT", str) or AzureAccess(identity=identity).endpoint,
        authority=_read(environment, "FREEHOLD_AUTHORITY", Path),
    )


def read_account_access(environment: Mapping[str, str] | None = None) -> AccountAccess:
    """Return `FREEHOLD_PURVIEW_*`, where they are set, and who this process is to Azure."""
    return AccountAccess(
        endpoint=_read(environment, "FREEHOLD_PURVIEW_ENDPOINT", str),
        token=_read(environment, "FREEHOLD_PURVIEW_TOKEN", str),
        management_token=_read(environment, "FREEHOLD_MANAGEMENT_TOKEN", str),
        identity=read_azure_identity(environment),
    )


def read_sql_login(environment: Mapping[str, str] | None = None) -> SqlLogin | None:
    """Return `FREEHOLD_SQL_USER` and `FREEHOLD_SQL_PASSWORD`, or None where neither is set.

    Raises:
        SettingInvalid: One of the two is not set.
    """
    user, password = (_read(environment, name, str) for name in ("FREEHOLD_SQL_USER", "FREEHOLD_SQL_PASSWORD"))
    if user is None and password is None:
        return None
    if user is None or password is None:
        raise SettingInvalid("half of a login of Azure SQL is set", remedy="set both FREEHOLD_SQL_USER and FREEHOLD_SQL_PASSWORD")
    return SqlLogin(user=user, password=password)


def read_sql_database(environment: Mapping[str, str] | None = None) -> SqlDatabase:
    """Return the database that `FREEHOLD_SQL_SERVER` (a host, or host:port) and `FREEHOLD_SQL_DATABASE` name.

    Raises:
        SettingInvalid: One of the two is not set.
    """
    server, database = (_read(environment, name, str) for name in ("FREEHOLD_SQL_SERVER", "FREEHOLD_SQL_DATABASE"))
    if server is None or database is None:
        raise SettingInvalid(
            "nothing says which database of Azure SQL is meant",
            remedy="set FREEHOLD_SQL_SERVER, such as contoso.database.windows.net, and FREEHOLD_SQL_DATABASE",
        )
    return SqlDatabase(name=database, server=server, database=database, region="")


def read_storage(account: str, environment: Mapping[str, str] | None = None) -> StorageAccess:
    """Return `FREEHOLD_STORAGE_KEY_` and `_ENDPOINT_` of an account, where set."""
    return StorageAccess(
        key=_read(environment, f"FREEHOLD_STORAGE_KEY_{account.upper()}", str),
        endpoint=_read(environment, f"FREEHOLD_STORAGE_ENDPOINT_{account.upper()}", str),
    )


def wants_traceback(environment: Mapping[str, str] | None = None) -> bool:
    """Return whether `FREEHOLD_DEBUG` asks for tracebacks of what nobody foresaw."""
    return _read(environment, "FREEHOLD_DEBUG", str) is not None


def hold_matrices_to_one_thread() -> None:
    """Have numpy, where it is not imported yet, multiply in one thread, unless the environment says otherwise.

    Its threads wait for each other by turning round, which on the busy cores of a node takes several times as long.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # noqa: TID251


def _read(environment: Mapping[str, str] | None, name: str, convert: Callable[[str], T]) -> T | None:
    text = (os.environ if environment is None else environment).get(name, "").strip()  # noqa: TID251  (the one reader)
    if not text:
        return None
    try:
        return convert(text)
    except ValueError as error:
        raise SettingInvalid(f"`{name}` is `{text}`, which is not a number", remedy=f"give `{name}` a number") from error
