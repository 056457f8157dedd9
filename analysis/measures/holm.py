"""Adjust p-values so that the chance of any false alarm in a family stays below the level."""

from collections.abc import Sequence


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjust by Holm's step-down method; no p-value gives none.

    Holm (1979), Scandinavian Journal of Statistics 6: 65-70; the example is that of R's
    `p.adjust(c(.01, .04, .03, .005), "holm")`.

    >>> [round(p, 3) for p in holm([0.01, 0.04, 0.03, 0.005])]
    [0.03, 0.06, 0.06, 0.02]
    """
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    out, highest = [0.0] * len(p_values), 0.0
    for rank, i in enumerate(order):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[i]))
        out[i] = highest
    return out
