"""Show what a value looks like without showing it: the first character, what stands between words, and a dot for all the rest."""

from __future__ import annotations

_LONGEST = 40
_DOT = "•"


def mask(value: str) -> str:
    """Return a value with every letter and digit but the first hidden; of an e-mail address, its top domain stays too.

    >>> mask("maria.rossi@example.it"), mask("DE89 3704 0044")
    ('m••••.•••••@•••••••.it', 'D••• •••• ••••')
    """
    text = value.strip().replace("\n", " ")[:_LONGEST]
    hidden = text[:1] + "".join(_DOT if char.isalnum() else char for char in text[1:])
    name, at, host = text.rpartition("@")
    if at and name and "." in host and host.rpartition(".")[2].isalpha():
        end = len(host.rpartition(".")[2])
        return hidden[:-end] + text[-end:]
    return hidden
