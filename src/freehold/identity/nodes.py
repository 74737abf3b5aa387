"""How nodes know each other: a token for each request they carry, and an introduction before the first.

A request token binds one request to one start of one node, for seconds, once. It gives nothing: who asks is in the caller's own
token, and the carrying node can only narrow what the caller may have (law 4).
"""

from __future__ import annotations

import hmac
import secrets
import threading
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from freehold.errors import NodeBusy, NodeTokenExpired, NodeTokenInvalid, NodeTokenReplayed, VersionSkew
from freehold.identity.statements import check_times, read_statement
from freehold.model.catalog import Head
from freehold.model.peer import LIFE, SKEW, Carrier, Introduction, Statement, work_together
from freehold.model.place import Node
from freehold.ports.clock import Clock
from freehold.ports.keys import NodeKey

REMEMBERED = 200_000


class NodeTokens:
    """A `ports.identity.NodeIdentity`. All methods may be called from any thread."""

    def __init__(
        self,
        *,
        node: str,
        version: str,
        key: NodeKey,
        nodes: Callable[[], Mapping[str, Node]],
        clock: Clock,
        remembered: int = REMEMBERED,
    ) -> None:
        """Speak as `node`, which runs `version`; believe the nodes that are in force by their keys."""
        self._node = node
        self._version = version
        self._key = key
        self._nodes = nodes
        self._clock = clock
        self._remembered = remembered
        self._used: dict[tuple[str, str], float] = {}
        self._lock = threading.Lock()
        self.run = secrets.token_hex(8)

    def request(self, home: str, run: str, digest: str) -> str:
        """Return a token for one request to the node `home`, in the start of it that `run` names."""
        return self._sign(Statement.REQUEST, home, {"jti": secrets.token_hex(16), "run": run, "req": digest})

    def carrier(self, token: str, digest: str) -> Carrier:
        """Return the node that carries the request of `digest`.

        Raises:
            NodeTokenInvalid, NodeTokenExpired, NodeTokenReplayed: It cannot be believed.
            VersionSkew: The node is of a version that does not work with this one.
            NodeBusy: More tokens are under way than can be remembered.
        """
        node, claims = read_statement(token, Statement.REQUEST, self._nodes(), self._node)
        if node.name == self._node:
            raise NodeTokenInvalid("a node carries nothing to itself")
        ends = check_times(claims, self._clock.now().timestamp())
        if claims.get("run") != self.run:
            raise NodeTokenExpired("the node token was made for an earlier start of this node", remedy="introduce yourself again")
        if not hmac.compare_digest(str(claims.get("req")).encode(), digest.encode()):
            raise NodeTokenInvalid("the node token was made for another request")
        self._check_version(node.name, str(claims.get("ver")))
        self._use(node.name, claims.get("jti"), ends + SKEW)
        return Carrier(node=node.name, region=node.region)

    def introduce(self, asker: str, challenge: str, introduction: Introduction) -> str:
        """Return what this node says of itself, signed for whoever asked with `challenge`."""
        said = msgspec.to_builtins(introduction)
        return self._sign(Statement.INTRODUCTION, asker, {"nonce": challenge, "said": said, "run": introduction.run})

    def introduced(self, token: str, node: Node, challenge: str) -> Introduction:
        """Return what `node` says of itself in answer to `challenge`.

        Raises:
            NodeTokenInvalid, NodeTokenExpired: It is not that node, or no answer to this challenge.
            VersionSkew: It is of a version that does not work with this one.
        """
        made_by, claims = read_statement(token, Statement.INTRODUCTION, {node.name: node}, self._node)
        check_times(claims, self._clock.now().timestamp())
        if not hmac.compare_digest(str(claims.get("nonce")).encode(), challenge.encode()):
            raise NodeTokenInvalid("the introduction answers another challenge")
        try:
            said = msgspec.convert(claims.get("said"), Introduction)
        except msgspec.ValidationError as error:
            raise NodeTokenInvalid("the introduction cannot be read") from error
        self._check_version(made_by.name, said.version)
        return said

    def vouch(self, asker: str, head: Head) -> str:
        """Return the head of this node's catalogue as it stands, signed for the node that asked."""
        return self._sign(Statement.CATALOG, asker, {"head": msgspec.to_builtins(head)})

    def vouched(self, token: str, node: Node) -> Head:
        """Return the head of a catalogue that `node` vouches for now.

        Raises:
            NodeTokenInvalid, NodeTokenExpired: It was not signed by that node, for this one, now.
            VersionSkew: The node is of a version that does not work with this one.
        """
        head, claims = self._head(token, node)
        check_times(claims, self._clock.now().timestamp())
        self._check_version(node.name, str(claims.get("ver")))
        return head

    def vouched_once(self, token: str, node: Node) -> Head:
        """Return the head of a catalogue that `node` vouched for at some time, under the key that it has now.

        Raises:
            NodeTokenInvalid: It was not signed by that node for this one.
        """
        return self._head(token, node)[0]

    def _head(self, token: str, node: Node) -> tuple[Head, dict[str, Any]]:
        _, claims = read_statement(token, Statement.CATALOG, {node.name: node}, self._node)
        try:
            head = msgspec.convert(claims.get("head"), Head)
        except msgspec.ValidationError as error:
            raise NodeTokenInvalid("the head of the catalogue cannot be read") from error
        if head.node != node.name or head.version < 0:
            raise NodeTokenInvalid("the head is of another node's catalogue")
        return head, claims

    def _check_version(self, node: str, version: str) -> None:
        if not work_together(self._version, version):
            raise VersionSkew(
                f"`{node}` runs version {version[:20]}, and this node {self._version}",
                remedy="nodes one minor version apart work together: bring the older one up to date",
                node=node,
            )

    def _use(self, node: str, nonce: object, until: float) -> None:
        """Remember that a token was used, for as long as it could be believed."""
        if not isinstance(nonce, str) or not 16 <= len(nonce) <= 64:
            raise NodeTokenInvalid("the node token has no nonce")
        with self._lock:
            if (node, nonce) in self._used:
                raise NodeTokenReplayed("the node token was used before", remedy="make a new one for each request")
            if len(self._used) >= self._remembered:
                now = self._clock.now().timestamp()
                self._used = {key: end for key, end in self._used.items() if end > now}
            if len(self._used) >= self._remembered:
                raise NodeBusy("too many node tokens are under way", remedy="try again in a minute", retryAfter=LIFE)
            self._used[node, nonce] = until

    def _sign(self, kind: Statement, audience: str, claims: Mapping[str, object]) -> str:
        now = int(self._clock.now().timestamp())
        common = {"iss": self._node, "aud": audience, "iat": now, "exp": now + LIFE, "ver": self._version}
        return self._key.sign_statement(kind.value, {**common, **claims})
