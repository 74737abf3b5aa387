"""A PostgreSQL server of the test's own: in a temporary folder, on a socket there and no port, ended by its process id."""

from __future__ import annotations

import contextlib
import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

_ACCOUNTS = ("postgres", "nobody")
"""Who runs the server where the test runs as root, which PostgreSQL refuses to: the first of them that is there."""

_SETTINGS = ("listen_addresses=", "fsync=off", "max_connections=20", "statement_timeout=60s", "timezone=UTC")
_UNESCAPED = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}

Texts = tuple[str | None, ...]


class PostgresFailed(Exception):
    """The server did not run a statement; the text is its own."""


def _programs() -> Path:
    """Return the folder of the newest server's programs."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    held = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    assert held, "PostgreSQL is missing: `make setup` installs it, or says how"
    return held[-1].parent


class Postgres:
    """A server that runs until `stop`."""

    def __init__(self) -> None:
        """Make a cluster and start its server."""
        self._programs = _programs()
        self._folder = Path(tempfile.mkdtemp(prefix="freehold-pg-"))
        self._account: dict[str, Any] = {}
        if os.geteuid() == 0:
            known = {entry.pw_name: entry for entry in pwd.getpwall()}
            account = next(known[name] for name in _ACCOUNTS if name in known)
            self._account = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
            os.chown(self._folder, account.pw_uid, account.pw_gid)
        data = str(self._folder / "data")
        self._run("initdb", "-D", data, "-U", "postgres", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C")
        self._log = (self._folder / "log").open("wb")
        self.start()

    @property
    def socket(self) -> str:
        """The folder of its socket, for clients."""
        return str(self._folder)

    def start(self) -> None:
        """Start the server, again after `crash`."""
        data, socket = str(self._folder / "data"), str(self._folder)
        command = [self._programs / "postgres", "-D", data, "-k", socket, *(part for item in _SETTINGS for part in ("-c", item))]
        self._process = subprocess.Popen(
            command, cwd=self._folder, stdin=subprocess.DEVNULL, stdout=self._log, stderr=subprocess.STDOUT, **self._account
        )
        try:
            self._wait()
        except BaseException:
            self.stop()
            raise

    def crash(self) -> None:
        """End the server at once, as a crash would."""
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait()

    def service(self, file: Path, name: str, database: str = "postgres") -> None:
        """Write a service file in which `name` is a database of this server."""
        file.write_text(f"[{name}]\nhost={self.socket}\nuser=postgres\ndbname={database}\n")

    def stop(self) -> None:
        """End the server, with whoever is connected, and remove its files."""
        self._process.send_signal(signal.SIGINT)
        self._process.wait()
        self._log.close()
        shutil.rmtree(self._folder)

    def spent(self) -> float:
        """Return the processor seconds of its processes, as Linux tells them: of those that have ended to the nearest tick."""
        own = Path(f"/proc/{self._process.pid}")
        ended = (own / "stat").read_text().rpartition(")")[2].split()[13:15]
        running = (own / "task" / own.name / "children").read_text().split()
        seconds = sum(int(ticks) for ticks in ended) / os.sysconf("SC_CLK_TCK")
        for process in (own.name, *running):
            with contextlib.suppress(OSError):  # it has ended meanwhile
                seconds += int(Path(f"/proc/{process}/schedstat").read_text().split()[0]) / 1e9
        return seconds

    def execute(self, sql: str) -> None:
        """Run statements.

        Raises:
            PostgresFailed: One of them failed, and none has an effect.
        """
        self._psql(sql)

    def rows(self, sql: str, *schemas: str) -> list[Texts]:
        """Return the rows of a query over what is in `schemas`, as text.

        Raises:
            PostgresFailed: It does not run.
        """
        path = ", ".join(f'"{schema}"' for schema in schemas)
        told = self._psql(f"SET LOCAL search_path TO {path};\nCOPY ({sql}) TO STDOUT;\n")
        return [tuple(map(_field, line.split("\t"))) for line in told.split("\n")[:-1]]

    def _psql(self, script: str) -> str:
        command = ("psql", "-X", "-q", "-1", "-v", "ON_ERROR_STOP=1", "-h", str(self._folder), "-U", "postgres", "-d", "postgres")
        done = subprocess.run(
            [str(self._programs / command[0]), *command[1:]], input=script, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise PostgresFailed(done.stderr)
        return done.stdout

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._programs / program), *arguments]
        subprocess.run(command, cwd=self._folder, capture_output=True, check=True, **self._account)

    def _wait(self) -> None:
        ready: Sequence[str] = (str(self._programs / "pg_isready"), "-q", "-h", str(self._folder))
        while subprocess.run(ready, check=False).returncode != 0:
            assert self._process.poll() is None, (self._folder / "log").read_text()
            time.sleep(0.05)


def _field(text: str) -> str | None:
    r"""Return one field of COPY's text format, in which \N is null and a backslash escapes."""
    if text == r"\N":
        return None
    return re.sub(r"\\(.)", lambda found: _UNESCAPED.get(found[1], found[1]), text)
