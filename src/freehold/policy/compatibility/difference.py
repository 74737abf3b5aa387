"""One thing that a change does to those who use a product: what, to whom, whether it breaks them, and why."""

from __future__ import annotations

import msgspec

CODES: tuple[tuple[str, bool, str], ...] = (
    # the product
    ("contract-withdrawn", True, "the consumer has the product no more"),
    ("contract-ended", False, "the contract had ended already"),
    ("contract-added", False, "a consumer gets the product"),
    ("port-removed", True, "a way into the product is gone"),
    ("port-added", False, "there is one more way in"),
    ("port-moved", True, "whoever calls the old address finds nothing"),
    ("sign-in-changed", True, "tokens that were accepted are refused"),
    ("scope-added", True, "tokens without the new scope are refused"),
    ("scope-removed", False, "fewer scopes are asked for"),
    ("rate-lowered", True, "calls that were answered are refused"),
    ("rate-raised", False, "more calls are answered"),
    ("query-removed", True, "the address of a declared query is gone"),
    ("query-added", False, "there is one more declared query"),
    ("query-changed", False, "the declared query is asked as before; whether its answer means the same, its author knows"),
    ("parameter-removed", True, "calls that name the parameter are refused"),
    ("parameter-required", True, "calls without the parameter are refused"),
    ("parameter-narrowed", True, "values that were accepted are refused"),
    ("parameter-added", False, "calls may name one more parameter"),
    ("jurisdiction-moved", True, "the data lies under another law, and what may cross to the consumer is another"),
    ("storage-moved", False, "the data lies in other regions of the same law"),
    ("entity-key-changed", True, "groups are counted in something else, and others are withheld"),
    # what is promised
    ("level-lowered", True, "less is promised of the service"),
    ("level-raised", False, "more is promised of the service"),
    ("floor-lowered", True, "less quality is promised"),
    ("floor-raised", False, "more quality is promised"),
    ("floor-enforced", True, "questions that were answered while the data was below its floor are refused"),
    ("floor-marked", False, "data below its floor is given and marked"),
    ("joins-moved", True, "joins by `joinFields` are made elsewhere, and where they were they are refused"),
    ("rule-removed", True, "values may come that could not"),
    ("rule-loosened", True, "values may come that could not"),
    ("rule-tightened", False, "fewer values may come"),
    ("rule-added", False, "fewer values may come"),
    # columns
    ("column-removed", True, "queries that name the column fail"),
    ("column-respelled", True, "answers call the column by another spelling, which programs tell apart"),
    ("column-withheld", True, "queries that name the column fail"),
    ("column-retyped", True, "values are of another type than readers expect"),
    ("right-narrowed", True, "queries that used the column in the old form fail, or give something else"),
    ("right-widened", False, "the column may be used in more forms"),
    ("column-added", False, "there is one more column"),
    # terms
    ("rows-filtered", True, "rows that came do not come"),
    ("rows-unfiltered", False, "no row is filtered any more"),
    ("group-raised", True, "groups that were shown are withheld"),
    ("group-lowered", False, "more groups are shown"),
    ("share-lowered", True, "groups that were shown are withheld"),
    ("share-raised", False, "more groups are shown"),
    ("noise-added", True, "counts and sums carry noise that they did not"),
    ("noise-removed", False, "counts and sums carry no noise"),
    ("validity-shortened", True, "the contract ends sooner"),
    ("validity-lengthened", False, "the contract holds longer"),
)
"""Every kind of change: whether it breaks whoever uses the product, and why."""

_KNOWN = {code: (breaking, reason) for code, breaking, reason in CODES}


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One change: its kind, what it is about, and the two values in words."""

    code: str
    what: str
    old: str = ""
    new: str = ""

    @property
    def breaking(self) -> bool:
        """Whether it breaks what a consumer could do before."""
        return _KNOWN[self.code][0]

    @property
    def reason(self) -> str:
        """Why it does or does not."""
        return _KNOWN[self.code][1]

    @property
    def said(self) -> str:
        """The change in one line."""
        moved = f": {self.old or 'nothing'} → {self.new or 'nothing'}" if self.old or self.new else ""
        return f"{self.what}{moved}"


class Effect(msgspec.Struct, frozen=True, kw_only=True):
    """What a change of a product does to one consumer; `contract` is None where every reader is meant."""

    product: str
    contract: str | None
    consumer: str
    change: Change


def change(code: str, what: str, old: object = None, new: object = None) -> Change:
    """Return a change of a known kind.

    Raises:
        KeyError: There is no such kind.
    """
    if code not in _KNOWN:
        raise KeyError(code)
    return Change(code=code, what=what, old="" if old is None else str(old), new="" if new is None else str(new))
