"""A storage account on this machine: the Azurite emulator as a process of its own, and the official client that fills it."""

from __future__ import annotations

import base64
import contextlib
import fcntl
import os
import random
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from freehold.engines.containers.copies import Copies
from freehold.engines.containers.credentials import Credential, SharedKey
from freehold.engines.containers.place import DataContainer
from freehold.engines.containers.service import BlobService
from freehold.keys.authority import AUTHORITY_FILE, NODE_FILE, NODE_KEY, issue, make_authority
from freehold.model.container import read_container
from freehold.peers.tls import believing_also
from freehold.wiring.clock import SystemClock

HERE = Path(__file__).parent / "e2e" / "azure"
ACCOUNT = "contosoeu"
TENANT = "72f988bf-0000-4000-8000-2d7cd011db47"


@dataclass
class Account:
    """An account that is up: its key, the address of its Blob service, and by whose authority that is believed."""

    key: str
    endpoint: str
    process: subprocess.Popen[bytes]
    folder: Path
    authority: Path | None = None
    opened: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)

    @property
    def environment(self) -> dict[str, str]:
        """What Freehold has to be told of it, with the key."""
        name = ACCOUNT.upper()
        return {f"FREEHOLD_STORAGE_KEY_{name}": self.key, f"FREEHOLD_STORAGE_ENDPOINT_{name}": self.endpoint}

    def writer(self, container: str) -> Any:
        """Return the official client of a container, which is made where it is missing."""
        from azure.core.exceptions import ResourceExistsError
        from azure.storage.blob import BlobServiceClient

        client = BlobServiceClient(
            self.endpoint, {"account_name": ACCOUNT, "account_key": self.key}, connection_verify=str(self.authority or "")
        )
        self.opened.callback(client.close)
        with contextlib.suppress(ResourceExistsError):
            client.create_container(container)
        return client.get_container_client(container)

    def service(self, container: str, path: str = "", credential: Credential | None = None) -> BlobService:
        """Return Freehold's own reader of a container."""
        found = read_container(f"abfss://{container}@{ACCOUNT}.dfs.core.windows.net/{path}")
        assert found is not None
        return BlobService(
            found,
            credential or SharedKey(ACCOUNT, self.key),
            endpoint=self.endpoint,
            tls=believing_also(self.authority),
            clock=SystemClock(),
            pause=time.sleep,
            jitter=random.random,
        )

    def place(self, container: str, folder: Path, *, most: int = 1 << 30, credential: Credential | None = None) -> DataContainer:
        """Return a container as a place for data, with its copies in a folder."""
        return DataContainer(self.service(container, credential=credential), Copies(folder, most=most))

    def kill(self) -> None:
        """End it in the middle of whatever it does."""
        self.process.kill()
        self.process.wait(10)


def install() -> str:
    """Return the emulator's program, installed where it is missing."""
    npm = shutil.which("npm")
    assert npm is not None, "Node.js is needed: `make setup` brings it"
    program = HERE / "node_modules" / "azurite" / "dist" / "src" / "blob" / "main.js"
    with (HERE / "package.json").open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not program.is_file():
            subprocess.run([npm, "ci", "--no-audit", "--no-fund"], cwd=HERE, check=True, capture_output=True)
    return str(program)


@contextmanager
def started(folder: Path, *, tls: bool = False) -> Generator[Account]:
    """Start an account with a key of its own in a folder; over TLS it also believes tokens."""
    node = shutil.which("node")
    assert node is not None
    key, port, program = base64.b64encode(secrets.token_bytes(32)).decode(), free_port(), install()
    command = [node, program, "--silent", "--disableTelemetry", "--skipApiVersionCheck", "--location", str(folder / "blobs")]
    command += ["--blobHost", "127.0.0.1", "--blobPort", str(port)]
    authority: Path | None = None
    if tls:
        certificate, private, authority = certified(folder)
        command += ["--oauth", "basic", "--cert", str(certificate), "--key", str(private)]
    environment = {**os.environ, "AZURITE_ACCOUNTS": f"{ACCOUNT}:{key}"}  # noqa: TID251
    with (folder / "azurite.log").open("ab") as log:
        process = subprocess.Popen(command, env=environment, cwd=folder, stdout=log, stderr=log)
    account = Account(key, f"{'https' if tls else 'http'}://127.0.0.1:{port}/{ACCOUNT}", process, folder, authority)
    try:
        wait_for(port, account)
        yield account
    finally:
        account.opened.close()
        process.kill()
        process.wait(10)


def wait_for(port: int, account: Account) -> None:
    """Wait until something listens."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        assert account.process.poll() is None, (account.folder / "azurite.log").read_text()
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("the account did not come up")


def free_port() -> int:
    """Return a port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def certified(folder: Path) -> tuple[Path, Path, Path]:
    """Return a certificate for this machine, its key, and the authority of both."""
    now = SystemClock().now()
    authority = make_authority(folder / "authority", "azure", now)
    issue(authority, folder / "certificate", "azure", "127.0.0.1", now)
    return folder / "certificate" / NODE_FILE, folder / "certificate" / NODE_KEY, folder / "authority" / AUTHORITY_FILE
