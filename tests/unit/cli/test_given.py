"""What is named on the command line and has no end, or is no file, is read no further than is useful."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

ROOM = 4 << 30


def run(*words: str) -> subprocess.CompletedProcess[str]:
    limit = f"import resource; resource.setrlimit(resource.RLIMIT_AS, ({ROOM}, {ROOM}))"
    start = f"{limit}; from freehold.cli.main import main; main()"
    return subprocess.run([sys.executable, "-c", start, *words], capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize("words", [("policy", "evaluate"), ("import", "odcs")], ids=" ".join)
def test_a_file_without_an_end_is_refused_as_too_large(words: tuple[str, ...]) -> None:
    done = run(*words, "/dev/zero")
    assert done.returncode == 1
    assert "67,108,864" in done.stderr or "64,000,000" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_template_may_come_through_a_pipe() -> None:
    schema = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
    template = json.dumps({"$schema": schema, "contentVersion": "1.0.0.0", "resources": []})
    command = [sys.executable, "-m", "freehold", "policy", "evaluate", "/dev/stdin"]
    done = subprocess.run(command, input=template, capture_output=True, text=True, check=False)
    assert (done.returncode, "nothing denied" in done.stdout + done.stderr) == (0, True)
