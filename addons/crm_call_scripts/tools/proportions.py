"""How two shares differ, and how many cases it takes to tell."""

from math import ceil, sqrt

from odoo.addons.crm_funnel.tools.statistics import Z, get_wilson_interval

Z_POWER = 0.841621  # of the normal distribution, for a power of 80 %


def get_difference_interval(hits, cases, other_hits, other_cases):
    """Return the 95 % confidence interval of a share less another one, in percentage points.

    With p1, p2 the shares, l1, u1, l2, u2 their Wilson score limits:

        p1 - p2 - √((p1 - l1)² + (u2 - p2)²)  to  p1 - p2 + √((u1 - p1)² + (p2 - l2)²)

    Source: R. G. Newcombe, "Interval Estimation for the Difference between Independent Proportions: Comparison of
    Eleven Methods", Statistics in Medicine 17 (1998), 873-890, method 10.

    :param int hits: how many of the ``cases``, at most all; ``other_hits`` of ``other_cases`` likewise
    :return: pair of floats (-100 to 100); everything is possible without cases
    """
    if not cases or not other_cases:
        return -100.0, 100.0
    share, other = 100 * hits / cases, 100 * other_hits / other_cases
    low, high = get_wilson_interval(hits, cases)
    other_low, other_high = get_wilson_interval(other_hits, other_cases)
    difference = share - other
    return (
        difference - sqrt((share - low) ** 2 + (other_high - other) ** 2),
        difference + sqrt((high - share) ** 2 + (other - other_low) ** 2),
    )


def get_cases_needed(share, other):
    """Return how many cases of each of two groups tell their shares apart, in four of five samples at 95 % confidence.

    With p the mean of the shares p1 and p2, z = 1.96 and y = 0.84:

        n = (z · √(2p(1 - p)) + y · √(p1(1 - p1) + p2(1 - p2)))² / (p1 - p2)²

    Source: J. L. Fleiss, B. Levin, M. C. Paik, "Statistical Methods for Rates and Proportions", 3rd edition (2003),
    section 4.2, without continuity correction.

    :param float share: in percent, as ``other``
    :return: int; None if the shares are equal, for then there is nothing to tell
    """
    if share == other:
        return None
    first, second = share / 100, other / 100
    mean = (first + second) / 2
    spread = Z * sqrt(2 * mean * (1 - mean)) + Z_POWER * sqrt(first * (1 - first) + second * (1 - second))
    return ceil(spread**2 / (first - second) ** 2)
