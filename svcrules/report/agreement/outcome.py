"""All that `svcrules verify` has found out: the input of every rendering of it."""

from __future__ import annotations

from typing import NamedTuple

from svcrules.agreement.session import Verified


class OfPolicy(NamedTuple):
    """`path` is the policy as the user named it; `seconds` is how long it took."""

    path: str
    verified: Verified
    seconds: float

    @property
    def rate(self) -> float:
        """Decisions a second, each made by all engines."""
        return self.verified.tally.decisions / self.seconds if self.seconds else 0.0


class Outcome(NamedTuple):
    policies: tuple[OfPolicy, ...]
    seed: int

    @property
    def agreed(self) -> bool:
        return all(policy.verified.agreed for policy in self.policies)

    @property
    def differing(self) -> int:
        return sum(policy.verified.tally.differing for policy in self.policies)
