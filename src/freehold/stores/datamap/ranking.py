"""How well an entity fits words: by where each is best found, and by how much of its name they are.

How rare a word is does not count. All words have to be found anyway, and a score that knew it would tell a caller how many entities
have a word in collections that they may not see.
"""

from __future__ import annotations

from collections.abc import Sequence

from freehold.stores.datamap.folding import split

_NAME, _QUALIFIED, _TEXT = 1.0, 0.4, 0.1
"""What a word counts by where it is found: in the name, in the qualified name, or only in the text."""

_SHARE = 0.1
"""What it counts that the name has no other words."""


class Ranking:
    """Scores entities for the words of one search; one with `*` behind it is unfinished."""

    def __init__(self, words: Sequence[str]) -> None:
        """Score for these words."""
        self._whole = [part for word in words if not word.endswith("*") for part in split(word)]
        self._begun = [part for word in words if word.endswith("*") for part in split(word)]

    def score(self, name: str, qualified: str) -> float:
        """Return how well an entity of that name fits, which is known to have all of the words: above 0, and 1.1 at most."""
        wanted = len(self._whole) + len(self._begun)
        if not wanted:
            return _TEXT
        words = split(name)
        named = self._found(words)
        qualifying = self._found(split(qualified)) if len(named) < wanted else frozenset[str]()
        placed = len(named) * _NAME + len(qualifying - named) * _QUALIFIED
        rest = wanted - len(named | qualifying)
        return (placed + rest * _TEXT) / wanted + (_SHARE * min(1.0, len(named) / len(words)) if words else 0.0)

    def _found(self, words: Sequence[str]) -> frozenset[str]:
        """Return which of the search's words are among these; what is unfinished is told apart by its `*`."""
        held = set(words)
        begun = [f"{part}*" for part in self._begun if any(word.startswith(part) for word in held)]
        return frozenset([*(part for part in self._whole if part in held), *begun])
