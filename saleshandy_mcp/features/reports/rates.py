"""Shares of mails, and how much of a difference chance alone explains. Pure.

The interval of a share is Wilson's (1927), the one of a difference Newcombe's (1998, method 10).
Both hold for few mails, too.
"""

from math import sqrt
from statistics import NormalDist
from typing import NamedTuple

_ERRORS = 0.05
"""The share of cases in which an interval may miss the true share."""


class Rate(NamedTuple):
    """So many of so many mails."""

    part: int
    of: int

    @property
    def share(self) -> float:
        """Per cent; 0 where there are no mails."""
        return 100 * self.part / self.of if self.of else 0.0

    @property
    def likely(self) -> tuple[float, float]:
        """The per cent between which the true share lies in 95 of 100 cases. All of them where there are no mails."""
        return self.interval(_ERRORS)

    def interval(self, errors: float) -> tuple[float, float]:
        """The same, where the interval may miss the true share in this share of the cases."""
        if not self.of:
            return 0.0, 100.0
        z = NormalDist().inv_cdf(1 - errors / 2)
        share, spread = self.part / self.of, z**2 / self.of
        middle = (share + spread / 2) / (1 + spread)
        half = z * sqrt(share * (1 - share) / self.of + spread / (4 * self.of)) / (1 + spread)
        return max(0.0, 100 * (middle - half)), min(100.0, 100 * (middle + half))

    def words(self) -> str:
        """``7.5 % of 80 (likely 3.5 to 15)``."""
        low, high = self.likely
        return f"{percent(self.share)} % of {self.of:,} (likely {percent(low)} to {percent(high)})"


def differ(one: Rate, other: Rate, *, comparisons: int = 1) -> bool:
    """Whether two shares differ by more than chance explains in 95 of 100 cases.

    Args:
        one: a share.
        other: the share that it is compared with.
        comparisons: how many are made, of which this is one. The 5 in 100 are divided by them (Bonferroni): of 60
            steps that are all alike, 3 would stand out by chance otherwise.
    """
    if not one.of or not other.of:
        return False
    high, low = sorted((one, other), key=lambda it: -it.share)
    lowest, highest = high.interval(_ERRORS / comparisons)[0], low.interval(_ERRORS / comparisons)[1]
    return high.share - low.share > sqrt((high.share - lowest) ** 2 + (highest - low.share) ** 2)


def percent(share: float) -> str:
    """``7.5``, ``12``: one decimal below 10."""
    return f"{share:.0f}" if share >= 9.95 else f"{share:.1f}".removesuffix(".0")
