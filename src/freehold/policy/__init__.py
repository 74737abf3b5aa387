"""The decision point: pure, without SQL, without a clock. `decide` answers for one caller, one product and one purpose."""

from freehold.policy.decide import Situation, decide

__all__ = ["Situation", "decide"]
