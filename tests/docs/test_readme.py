"""The README is true: every command in it is run against the running demo, and answers what the README says it answers."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
BIN = Path(sys.executable).parent

# What may differ from run to run: times, places in the ledger, addresses, digests.
VOLATILE = (
    (r"[\d,]+ ms", "N ms"),
    (r"fresh [^·\n]+ ago", "fresh N ago"),
    (r"(?i)leaf( |\": ?)[\d,]+", "leaf N"),
    (r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\S*( UTC)?", "TIME"),
    (r"http://127\.0\.0\.1:\d+", "URL"),
    (r"\b[0-9a-f]{8,}…?", "HEX"),
    (r"of [\d,]+ leaves", "of N leaves"),
    (r"[ \t]+", " "),
)


@dataclass(frozen=True)
class Command:
    """A command of the README and the lines that it says come back; `…` stands for anything."""

    text: str
    expected: tuple[str, ...]


def blocks(kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def commands() -> list[Command]:
    found: list[Command] = []
    for block in blocks("console"):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            first, *rest = part.rstrip("\n").split("\n")
            while first.endswith("\\"):
                first = first[:-1] + rest.pop(0)
            found.append(Command(first.split("  #")[0].strip(), tuple(rest)))
    return found


def plain(line: str) -> str:
    for pattern, stand_in in VOLATILE:
        line = re.sub(pattern, stand_in, line)
    return line.strip()


def is_said(expected: str, said: list[str]) -> bool:
    pattern = ".*".join(re.escape(plain(part)) for part in expected.split("…"))
    return any(re.fullmatch(pattern, line) for line in said)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Generator[Path]:
    """A demo that runs, as `make demo ARGS="--folder contoso"` leaves it."""
    place = tmp_path_factory.mktemp("readme") / "contoso"
    command = [sys.executable, "-u", "-m", "freehold", "demo", "--folder", str(place), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout is not None
        said = ""
        for line in process.stdout:
            said += line
            if line.startswith("Stop"):
                break
        assert process.poll() is None, said
        yield place
        process.terminate()
        process.wait(timeout=30)


def ask_token(folder: Path) -> str:
    command = [sys.executable, "-m", "freehold", "token", "sales-app@sales", "--mesh", str(folder)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def node_url(folder: Path) -> str:
    (announced,) = (folder / ".freehold").glob("node-*.json")
    return re.findall(r"http://127\.0\.0\.1:\d+", announced.read_text())[0]


def test_every_command_of_the_readme_says_what_the_readme_says(folder: Path) -> None:
    asked = [item for item in commands() if not item.text.startswith(("make", "git", ". ", "cd "))]
    assert len(asked) >= 3
    for command in asked:
        done = subprocess.run(
            ["env", f"PATH={BIN}:/usr/bin:/bin", "sh", "-c", command.text],
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=60,
            check=False,
        )
        said = [plain(line) for line in done.stdout.splitlines()]
        missing = [line for line in command.expected if line.strip() not in {"", "…"} and not is_said(line, said)]
        assert not missing, f"$ {command.text}\n{done.stdout}"


def test_the_python_of_the_readme_runs(folder: Path) -> None:
    token, url = ask_token(folder), node_url(folder)
    for snippet in blocks("python"):
        place = ["env", f"FREEHOLD_URL={url}", f"FREEHOLD_TOKEN={token}"]
        done = subprocess.run([*place, sys.executable, "-c", snippet], capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr


def test_the_manifest_of_the_readme_is_the_one_of_the_demo() -> None:
    demo = "\n".join(path.read_text() for path in (ROOT / "src/freehold/cli/demo/mesh").rglob("*.yaml"))
    for snippet in blocks("yaml"):
        for line in snippet.splitlines():
            assert line.strip() in demo, line


def test_the_problem_of_the_readme_is_what_the_wire_says(folder: Path) -> None:
    (shown,) = (json.loads(block) for block in blocks("json"))
    token, url = ask_token(folder), node_url(folder)
    answer = httpx.post(
        f"{url}/v1/query",
        json={"sql": "select customerId, email from customer.customer_360"},
        headers={"Authorization": f"Bearer {token}"},
        trust_env=False,
    )
    assert answer.status_code == 403
    assert {**answer.json(), "leaf": 0} == {**shown, "leaf": 0}


def test_every_make_target_of_the_readme_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"[`$] ?make ([a-z]+)", README))
    assert named
    assert named <= targets


def test_the_readme_is_one_screen() -> None:
    assert len(README.splitlines()) <= 120
