"""Linked templates: found among files that were given, by their path or by the end of an address. Nothing is ever fetched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

ADDRESS = "https://linked.invalid/"
"""Stands before the path of a file in what `deployment().properties.templateLink.uri` says; nobody can own that name."""

_MOST_SEGMENTS = 50


@dataclass(frozen=True, slots=True)
class Linked:
    """Documents by their paths below a folder (with `/`), and the path of the template that is judged."""

    documents: Mapping[str, Any] = field(default_factory=dict[str, Any])
    main: str = ""

    @property
    def address(self) -> str | None:
        """The address of the template that is judged, where there is a folder."""
        return self.at(self.main) if self.documents else None

    def at(self, path: str) -> str:
        """Return the address of a file."""
        return ADDRESS + path

    def find(self, link: Mapping[str, Any], base: str | None) -> tuple[str, Any] | None:
        """Return the path and the document that a link (keys in lower case) of the template at `base` leads to, or None.

        A `relativePath` is a path from the linking template. A `uri` is looked for by the longest end of it that is a path here.
        """
        relative, uri = link.get("relativepath"), link.get("uri")
        try:
            written = urljoin(base or ADDRESS, relative) if isinstance(relative, str) else uri
            address = urlsplit(written)._replace(query="", fragment="").geturl() if isinstance(written, str) else ""
        except ValueError:
            return None
        if address.startswith(ADDRESS):
            return self._at(unquote(address.removeprefix(ADDRESS)))
        segments = [part for part in unquote(urlsplit(address).path).split("/") if part][-_MOST_SEGMENTS:]
        ends = ("/".join(segments[at:]) for at in range(len(segments)))
        return next((found for found in map(self._at, ends) if found), None)

    def _at(self, path: str) -> tuple[str, Any] | None:
        return (path, self.documents[path]) if path in self.documents else None
