"""Keep groups from one domain that, added and subtracted with those that it was given, tell of a few people (law 3).

Every answer over groups is remembered before it leaves; where the memory fails, nothing leaves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import pyarrow as pa

from freehold.digest import digest
from freehold.errors import ReleaseLimit, ReleaseOverlap
from freehold.model.label import Disclosure
from freehold.model.policy import Decision
from freehold.model.query import EnforcedPlan, Question, Value
from freehold.ports.releases import Exhausted, Overlap, Releases, Told
from freehold.services.parameters import typed

Members = Callable[[EnforcedPlan], pa.Table]


class ReleaseMemory:
    """What each domain was told of each product's groups."""

    def __init__(self, store: Releases) -> None:
        """Remember in `store`."""
        self._store = store

    def admit(
        self,
        question: Question,
        plan: EnforcedPlan,
        values: Mapping[str, Value],
        versions: Mapping[str, str],
        members: Members,
    ) -> list[int]:
        """Remember the groups of an answer that is about to be given, and return their numbers.

        `versions` are the data versions by product key; `members` runs a plan that says who is in which group.

        Raises:
            ReleaseOverlap: With groups of earlier answers they tell of too few people.
            ReleaseLimit: The domain was told of as many groups as are compared.
            StoreFailed: They cannot be remembered.
        """
        admitted: list[int] = []
        try:
            for part in _remembered(plan):
                product = part.decisions[0].product
                asked = [part.digest, {name: typed(values[name]) for name in part.parameters}]
                consumer, version = question.principal.domain or "", versions[product]
                new = [
                    (at, told, digest([*asked, at]))
                    for at, measures in enumerate(part.measures)
                    for told in (Told(consumer=consumer, product=product, measure=item, version=version) for item in measures)
                ]
                new = [item for item in new if not self._store.knows(*item[1:])]
                if not new:
                    continue
                table = members(part)
                for at, told, asked_for in new:
                    counts = table.select(["e", "c", f"n{at}", f"s{at}"]).rename_columns(["e", "c", "n", "s"])
                    admitted += self._admitted(told, asked_for, part.decisions[0], counts)
        except BaseException:
            self.withdraw(admitted)
            raise
        return admitted

    def _admitted(self, told: Told, asked: str, decision: Decision, members: pa.Table) -> list[int]:
        found = self._store.admit(told, asked, decision.min_group, members)
        if isinstance(found, Overlap):
            raise _too_near(decision, found)
        if isinstance(found, Exhausted):
            raise _exhausted(decision, found)
        return [found] if found is not None else []

    def settle(self, numbers: list[int], leaf: int) -> None:
        """Remember under which leaf an answer was given."""
        for number in numbers:
            self._store.settle(number, leaf)

    def withdraw(self, numbers: list[int]) -> None:
        """Forget the groups of an answer that was not given."""
        for number in numbers:
            self._store.withdraw(number)


def _remembered(plan: EnforcedPlan) -> Iterator[EnforcedPlan]:
    """Yield the parts of a plan whose groups count: whoever sees everything needs no subtraction, and noise has its own ways."""
    for part in plan.members:
        decision = part.decisions[0]
        if not decision.whole and decision.disclosure is Disclosure.THRESHOLD:
            yield part


def _too_near(decision: Decision, found: Overlap) -> ReleaseOverlap:
    which = f"the answer of leaf {found.leaf}" if found.leaf is not None else "an earlier answer"
    facts = {"near": found.leaf} if found.leaf is not None else {}
    return ReleaseOverlap(
        f"these groups, with those of {which} that your domain was given, would tell of fewer than {decision.min_group} entities "
        f"of `{decision.product}`",
        remedy="ask for the same groups again, or for others that differ by more",
        product=decision.product,
        **facts,
    )


def _exhausted(decision: Decision, found: Exhausted) -> ReleaseLimit:
    return ReleaseLimit(
        f"your domain was given {found.most:,} groups of `{decision.product}` or would be: more are not compared, so not given",
        remedy="ask for groups that you were given, or for fewer of them; with new data, all may be asked about again",
        product=decision.product,
        most=found.most,
    )
