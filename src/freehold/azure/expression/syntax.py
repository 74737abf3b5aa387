"""Text → tree: literals, calls, members and indices; nothing is looked up and nothing runs.

Grammar: `'text'` (an apostrophe is doubled), numbers, `name(arguments)`, `space.name(arguments)`, `.member`, `[index]`, and the
safe forms `.?member` and `[?index]`. A string is an expression if it begins with `[` and ends with `]`; `[[` is a literal bracket.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from freehold.azure.expression.budget import DEEPEST_EXPRESSION, LONGEST_EXPRESSION
from freehold.errors import ExpressionRefused


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant."""

    value: Any


@dataclass(frozen=True, slots=True)
class Call:
    """A function and its arguments; names are kept as written and compared without case."""

    name: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Member:
    """What lies in a value under a key or at an index; `safe` makes null of what is missing."""

    of: Node
    key: Node
    safe: bool


Node = Literal | Call | Member

_TOKEN = re.compile(r"\s*(?:(?P<name>[A-Za-z_][\w$]*)|(?P<number>\d+(?:\.\d+)?)|(?P<text>'(?:[^']|'')*')|(?P<mark>[().,\[\]?-]))")
_CONSTANTS = {"true": True, "false": False, "null": None}


def is_expression(text: str) -> bool:
    """Return whether a string of a template or policy is an expression.

    >>> is_expression("[parameters('a')]"), is_expression("[[literal]"), is_expression("[0-9]*")
    (True, False, False)
    """
    return text.startswith("[") and text.endswith("]") and not text.startswith("[[")


def unescaped(text: str) -> str:
    """Return a string that is no expression as it is meant.

    >>> unescaped("[[literal]"), unescaped("plain")
    ('[literal]', 'plain')
    """
    return text[1:] if text.startswith("[[") else text


def parse(text: str) -> Node:
    """Return the tree of an expression, brackets included.

    Raises:
        ExpressionRefused: It is no expression, too long, too deep, or not of the grammar.
    """
    if not is_expression(text):
        raise ExpressionRefused(f"`{shown(text)}` is no expression", remedy="an expression stands between [ and ]")
    if len(text) > LONGEST_EXPRESSION:
        raise ExpressionRefused(f"an expression of {len(text):,} characters is over the limit of {LONGEST_EXPRESSION:,}")
    reader = _Reader(text, _tokens(text))
    tree = reader.expression(0)
    reader.expect("")
    return tree


def shown(text: str) -> str:
    """Return a text as a message quotes it."""
    return text if len(text) <= 80 else text[:77] + "..."


def written(node: Node) -> str:
    """Return the text of a tree, without brackets.

    >>> written(parse("[reference('a', 'b').c[0]]"))
    "reference('a', 'b').c[0]"
    """
    if isinstance(node, Call):
        return f"{node.name}({', '.join(map(written, node.arguments))})"
    if isinstance(node, Literal):
        value = node.value
        return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else str(value)
    if isinstance(node.key, Literal) and isinstance(node.key.value, str):
        return f"{written(node.of)}.{node.key.value}"
    return f"{written(node.of)}[{written(node.key)}]"


def _tokens(text: str) -> list[tuple[str, str]]:
    at, end, tokens = 1, len(text) - 1, list[tuple[str, str]]()
    while at < end:
        found = _TOKEN.match(text, at, end)
        if found is None:
            if not text[at:end].strip():
                break
            raise ExpressionRefused(f"`{shown(text)}` cannot be read at character {at + 1}")
        tokens.append((str(found.lastgroup), found.group(str(found.lastgroup))))
        at = found.end()
    return [*tokens, ("end", "")]


class _Reader:
    """Recursive descent over tokens."""

    def __init__(self, text: str, tokens: list[tuple[str, str]]) -> None:
        self.text = text
        self.tokens = tokens
        self.at = 0

    def expression(self, depth: int) -> Node:
        if depth > DEEPEST_EXPRESSION:
            raise ExpressionRefused(f"`{shown(self.text)}` is nested more than {DEEPEST_EXPRESSION} levels deep")
        node = self._primary(depth)
        while self._peek() in {".", "["}:
            depth += 1
            if depth > DEEPEST_EXPRESSION:
                raise ExpressionRefused(f"`{shown(self.text)}` is nested more than {DEEPEST_EXPRESSION} levels deep")
            node = self._member(node, depth)
        return node

    def expect(self, mark: str) -> None:
        if self._peek() != mark:
            wanted = f"`{mark}`" if mark else "its end"
            raise ExpressionRefused(f"`{shown(self.text)}` wants {wanted} where `{shown(self._peek())}` stands")
        self.at = min(self.at + 1, len(self.tokens) - 1)

    def _peek(self) -> str:
        group, text = self.tokens[self.at]
        return text if group in {"mark", "end"} else f"{text} "

    def _take(self) -> tuple[str, str]:
        token = self.tokens[self.at]
        self.at = min(self.at + 1, len(self.tokens) - 1)
        return token

    def _primary(self, depth: int) -> Node:
        group, text = self._take()
        if group == "text":
            return Literal(text[1:-1].replace("''", "'"))
        if group == "number":
            return Literal(self._number(text))
        if text == "-":
            return self._negative(depth)
        if group == "name":
            return self._named(text, depth)
        raise ExpressionRefused(f"`{shown(self.text)}` wants a value where `{shown(text) or 'its end'}` stands")

    def _number(self, text: str) -> int | float:
        if len(text) > _LONGEST_NUMBER or abs(number := float(text) if "." in text else int(text)) >= _LARGEST:
            raise ExpressionRefused(f"`{shown(self.text)}` has a number of more than 64 bits, `{shown(text)}`")
        return number

    def _negative(self, depth: int) -> Node:
        found = self.expression(depth + 1)
        if isinstance(found, Literal) and isinstance(found.value, int | float):
            return Literal(-found.value)
        return Call("sub", (Literal(0), found))

    def _named(self, name: str, depth: int) -> Node:
        if self._peek() == "." and self.tokens[self.at + 1][0] == "name" and self.tokens[self.at + 2][1] == "(":
            self._take()
            name = f"{name}.{self._take()[1]}"
        if self._peek() != "(":
            if name.lower() in _CONSTANTS:
                return Literal(_CONSTANTS[name.lower()])
            raise ExpressionRefused(
                f"`{shown(self.text)}` has a bare name, `{shown(name)}`", remedy="write text in apostrophes, a call with ()"
            )
        self._take()
        arguments: list[Node] = []
        while self._peek() != ")":
            if arguments:
                self.expect(",")
            arguments.append(self.expression(depth + 1))
        self._take()
        return Call(name, tuple(arguments))

    def _member(self, of: Node, depth: int) -> Node:
        _, mark = self._take()
        safe = self._peek() == "?"
        if safe:
            self._take()
        if mark == "[":
            key = self.expression(depth + 1)
            self.expect("]")
            return Member(of, key, safe)
        group, name = self._take()
        if group != "name":
            raise ExpressionRefused(f"`{shown(self.text)}` wants the name of a member where `{shown(name)}` stands")
        return Member(of, Literal(name), safe)


_LONGEST_NUMBER = 64
_LARGEST = 2**63
