"""`python -m freehold` is the `freehold` command."""

from __future__ import annotations

from freehold.cli.main import main

if __name__ == "__main__":
    main()
