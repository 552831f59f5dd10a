"""How large a Bloom filter is: its bits and hashes, from the capacity and the error rate that are declared."""

from __future__ import annotations

from decimal import ROUND_CEILING, Context, Decimal
from typing import Final, NamedTuple

LARGEST: Final = ((512 << 20) - 64) * 8
"""A string has 512 MiB at the most, and a label stands behind the bits."""

# Spec files are compiled on many machines, and bits that differ by one are another filter: libm's
# logarithms may differ in their last digit, those of decimal do not.
_EXACT: Final = Context(prec=40)
_WORD: Final = 64


class Sizing(NamedTuple):
    """The bits of a filter, and how many of them each member sets."""

    bits: int
    hashes: int

    @property
    def bytes(self) -> int:
        return self.bits // 8


def sizing(capacity: int, error_rate: float) -> Sizing:
    """The smallest filter that keeps the error rate while it counts no more members than its capacity.

    A filter of m bits to which t members were added, k bits each, has the error rate
    (1 - e^(-kt/m))^k (B. H. Bloom, 1970). The well-known m = -n ln p / (ln 2)^2 solves that for a k that is
    no whole number, and for n added members. Here k is whole, and n are the members that were counted:
    those that seemed to be there already are not, so that a few more were added when n is
    reached. What the formula leaves out weighs in small filters only: two bits a hash, and whole words of
    64 bits, make up for it.
    """
    rate = Decimal(repr(error_rate))
    ideal = -_EXACT.divide(_EXACT.ln(rate), _EXACT.ln(Decimal(2)))
    low = max(1, int(ideal))
    bits, hashes = min((_bits(capacity, rate, k), k) for k in (low, low + 1))
    padded = bits + 2 * hashes
    return Sizing(-(-padded // _WORD) * _WORD, hashes)


def _bits(capacity: int, rate: Decimal, hashes: int) -> int:
    """How many bits n counted members need, k each.

    While members are added, n grows by 1 - (1 - e^(-kt/m))^k a member; where the rate is p, the share of bits
    that are set is q = p^(1/k), and the integral up to there is n = (m/k) (q + q^2/2 + ... + q^k/k).
    """
    share = _EXACT.exp(_EXACT.divide(_EXACT.ln(rate), Decimal(hashes)))
    power, total = Decimal(1), Decimal(0)
    for j in range(1, hashes + 1):
        power = _EXACT.multiply(power, share)
        total = _EXACT.add(total, _EXACT.divide(power, Decimal(j)))
    wanted = _EXACT.divide(Decimal(hashes * capacity), total)
    return int(wanted.to_integral_value(ROUND_CEILING))


def most_members(error_rate: float) -> int:
    """The largest capacity at this error rate that fits into one key."""
    low, high = 1, LARGEST
    while low < high:
        middle = (low + high + 1) // 2
        if sizing(middle, error_rate).bits <= LARGEST:
            low = middle
        else:
            high = middle - 1
    return low
