from math import sqrt

Z = 1.959964  # of the normal distribution, for 95 % confidence


def get_wilson_interval(hits, cases):
    """Return the 95 % score interval of a share, in percent.

    With p = hits / cases, n = cases and z = 1.96:

        (p + z²/2n ± z · √(p(1 - p)/n + z²/4n²)) / (1 + z²/n)

    Source: E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", Journal of the
    American Statistical Association 22 (1927), 209-212.

    :param int hits: how many of the cases, at most all
    :param int cases: number of cases
    :return: pair of floats (0 to 100); everything is possible without cases
    """
    if not cases:
        return 0.0, 100.0
    share, weight = hits / cases, Z * Z / cases
    centre = share + weight / 2
    half = Z * sqrt(share * (1 - share) / cases + weight / (4 * cases))
    return (
        max(100 * (centre - half) / (1 + weight), 0.0),
        min(100 * (centre + half) / (1 + weight), 100.0),
    )
