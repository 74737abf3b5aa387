"""Run a command, then print one line of JSON: the seconds from its start to its end, and its peak of memory in MB.

A large process cannot see the peak of what it starts: it counts as that of the child until the child has begun.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time


def main(command: list[str]) -> int:
    """Return the command's exit code."""
    # An installed package has its compiled files, which whoever runs a bench may keep Python from writing.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # noqa: TID251
    began = time.perf_counter()
    code = subprocess.call(command)
    whole = time.perf_counter() - began
    print(json.dumps({"whole": whole, "peak": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024}))
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
