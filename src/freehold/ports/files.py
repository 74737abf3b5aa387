"""The manifest files of a mesh, as text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class Files(Protocol):
    """A mesh folder. Paths are relative, with `/`."""

    def read(self) -> Mapping[str, bytes]:
        """Return every manifest file (`*.yaml`, `*.yml`; templates and hidden folders apart) and its bytes.

        Raises:
            MeshNotFound: The folder has no `mesh.yaml`.
        """
        ...

    def write_new(self, path: str, text: str) -> None:
        """Write a new file whole; nothing is ever overwritten.

        Raises:
            AlreadyExists: The file is there.
            StoreFull, StoreFailed: It could not be written.
        """
        ...

    def templates(self) -> tuple[str, ...]:
        """Return the names of the mesh's templates (`templates/NAME.yaml`), in order."""
        ...

    def read_template(self, name: str) -> str | None:
        """Return the text of a template, or None where there is none of that name.

        Raises:
            StoreFailed: It cannot be read.
        """
        ...
