"""Ports held in memory: what is appended is kept in a list, what is applied in a variable, and time stands where it was set."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from collections.abc import Iterator

from freehold.errors import LeafUnknown, PlanStale
from freehold.model.contract import Approval
from freehold.model.detection import Review, Scan
from freehold.model.event import Checkpoint
from freehold.model.mesh import Applied
from freehold.model.product import RateLimit
from freehold.model.request import AccessRequest
from freehold.ports.ledger import Commit, Leaf


class FixedClock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: dt.datetime = dt.datetime(2026, 11, 23, 10, 0, tzinfo=dt.UTC)) -> None:
        """Stand at `now`."""
        self.time = now

    def now(self) -> dt.datetime:
        """Return where the clock stands."""
        return self.time

    def monotonic(self) -> float:
        """Return seconds since the epoch of where the clock stands."""
        return self.time.timestamp()

    def move(self, seconds: float) -> None:
        """Move the clock."""
        self.time += dt.timedelta(seconds=seconds)


class FixedKeys:
    """Keys derived from one known secret: signatures are MACs, so they prove nothing to anybody else."""

    def __init__(self, secret: bytes = b"test") -> None:
        """Derive from `secret`."""
        self._secret = secret

    def sign(self, data: bytes) -> bytes:
        """Return 64 bytes that depend on `data` and the secret."""
        return hmac.new(self._secret, data, hashlib.sha512).digest()

    def public_key(self) -> bytes:
        """Return 32 bytes that depend on the secret."""
        return hashlib.sha256(self._secret).digest()

    def mac(self, label: str, data: bytes) -> bytes:
        """Return the MAC of `data` under `label`."""
        return hmac.new(self._secret + label.encode(), data, hashlib.sha256).digest()


class MemoryLedger:
    """A ledger whose every append is durable at once, and proves nothing."""

    def __init__(self) -> None:
        """Start empty."""
        self.written: list[bytes] = []

    def append(self, entry: bytes) -> Leaf:
        """Keep the entry."""
        self.written.append(entry)
        commit = Commit()
        commit.succeed(len(self.written) - 1)
        return Leaf(commit, 0)

    def checkpoint(self) -> Checkpoint:
        """Return an unsigned statement of the size."""
        return Checkpoint(origin="memory", size=len(self.written), root=b"", note="")

    def entry(self, index: int) -> bytes:
        """Return an entry."""
        if not 0 <= index < len(self.written):
            raise LeafUnknown
        return self.written[index]

    def entries(self, start: int, stop: int) -> Iterator[tuple[int, bytes]]:
        """Yield entries."""
        yield from list(enumerate(self.written))[start:stop]

    def inclusion(self, index: int, size: int) -> tuple[bytes, ...]:
        """Prove nothing."""
        raise LeafUnknown(f"no proof of `{index}` in `{size}`")

    def consistency(self, first: int, second: int) -> tuple[bytes, ...]:
        """Prove nothing."""
        raise LeafUnknown(f"no proof from `{first}` to `{second}`")

    def tile(self, level: int, number: int, width: int) -> bytes:
        """Hold no tiles."""
        raise LeafUnknown(f"no tile `{level}/{number}` of `{width}`")

    def close(self) -> None:
        """Do nothing."""


class MemoryRegistry:
    """A registry in memory."""

    def __init__(self, applied: Applied | None = None) -> None:
        """Start with `applied` in force."""
        self._applied = applied
        self._history: list[tuple[int, str, str]] = []
        self._approvals: list[Approval] = []
        self._callers: dict[str, str] = {}
        self._scans: dict[str, Scan] = {}
        self._reviews: list[Review] = []
        self._requests: dict[str, AccessRequest] = {}
        self._stamp = 0

    def stamp(self) -> int:
        """Return the number of changes."""
        return self._stamp

    def current(self) -> Applied | None:
        """Return the mesh in force."""
        return self._applied

    def apply(self, applied: Applied) -> None:
        """Put a mesh in force."""
        if applied.version != (self._applied.version if self._applied else 0) + 1:
            raise PlanStale
        self._applied = applied
        self._history.append((applied.version, applied.digest, applied.applied_at))
        self._stamp += 1

    def history(self) -> tuple[tuple[int, str, str], ...]:
        """Return every mesh that was in force."""
        return tuple(self._history)

    def approvals(self) -> tuple[Approval, ...]:
        """Return every approval."""
        return tuple(self._approvals)

    def approve(self, approval: Approval) -> None:
        """Remember an approval."""
        self._approvals.append(approval)
        self._stamp += 1

    def scans(self) -> tuple[Scan, ...]:
        """Return the newest scan of each product."""
        return tuple(self._scans.values())

    def remember_scan(self, scan: Scan) -> None:
        """Remember a scan."""
        self._scans[scan.product] = scan
        self._stamp += 1

    def reviews(self) -> tuple[Review, ...]:
        """Return every review."""
        return tuple(self._reviews)

    def review(self, review: Review) -> None:
        """Remember a review."""
        self._reviews.append(review)
        self._stamp += 1

    def requests(self) -> tuple[AccessRequest, ...]:
        """Return every request for access."""
        return tuple(self._requests.values())

    def remember_request(self, request: AccessRequest) -> None:
        """Remember a request for access."""
        self._requests[request.id] = request

    def remember_caller(self, pseudonym: str, name: str) -> None:
        """Remember a name."""
        self._callers.setdefault(pseudonym, name)

    def caller(self, pseudonym: str) -> str | None:
        """Return a name."""
        return self._callers.get(pseudonym)

    def erase_caller(self, pseudonym: str) -> None:
        """Forget a name."""
        self._callers.pop(pseudonym, None)


class FreeLimiter:
    """A limiter that never limits."""

    def hit(self, key: str, rate: RateLimit) -> float | None:
        """Let everything pass."""
        del key, rate
        return None
