"""The decision point: pure, without SQL, without a clock. `decide` answers for one caller, one product and one purpose."""

from freehold.policy.decide import decide
from freehold.policy.situation import Situation

__all__ = ["Situation", "decide"]
