"""Group the subjects of a cohort by site, number of lesions and lesion volume (the paper, 3.1.2).

Nothing here depends on the order of a table's rows, on the machine, or on another library's random
numbers: the same table gives the same strata.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lesions.components import find_components
from lesions.nifti import read_mask
from lesions.scans import Scan

#: The paper's: "discretized into 5 quantile-based bins".
N_BINS = 5
#: What a split leaves whole. The paper aggregates "at the subject-site level" and counts unique
#: subject-site combinations (3.1.2): the same, unless a subject was scanned at several sites.
UNITS = ("subject", "subject-site")
#: Site, bin of the volume, bin of the number of lesions. A scan without a site is of site "".
Stratum = tuple[str, int, int]


class SplitError(ValueError):
    """A cohort can't be split as asked; the message says what is wrong with it."""


@dataclass(frozen=True)
class Load:
    """What a reference mask holds: lesions (26-connected) and their volume in mm3."""

    n_lesions: int
    volume_mm3: float


@dataclass(frozen=True)
class Subject:
    """One subject, or one subject at one site: who is never divided, with the scans' mean load.

    The mean, not the sum: who was scanned twice has no more disease. `scans` are names, sorted.
    `name` is the participant's; where one stands at several sites, the site is added.
    """

    name: str
    site: str
    scans: tuple[str, ...]
    n_lesions: float
    volume_mm3: float


def measure_load(scan: Scan) -> Load | None:
    """Count the lesions of a scan's reference mask; None without one.

    Raises
    ------
    MaskError, ImageError
        The mask can't be read, or isn't binary.
    """
    if scan.reference_mask is None:
        return None
    mask = read_mask(scan.reference_mask)
    found = find_components(mask.array, mask.affine)
    return Load(len(found), math.fsum(found.volume_mm3.tolist()))


def gather_subjects(
    scans: Iterable[Scan], loads: Mapping[str, Load | None], unit: str = "subject"
) -> tuple[list[Subject], list[str]]:
    """Bring together the scans of each subject.

    Parameters
    ----------
    scans : iterable of Scan
    loads : mapping of scan name to Load or None
    unit : one of `UNITS`
        What isn't divided: a subject, or the scans of one at one site, as in the paper.

    Returns
    -------
    subjects : list of Subject
        By site and name; those with a reference mask at least once.
    without : list of str
        Names of the scans of subjects who have none; they can't be stratified.

    Raises
    ------
    SplitError
        The unit is a subject, and one stands at two sites: held out at one and trained on at the
        other, it would leak.
    """
    by_name: dict[str, dict[str, list[Scan]]] = {}
    for scan in scans:
        by_name.setdefault(scan.participant_id, {}).setdefault(scan.site or "", []).append(scan)
    units: list[tuple[str, str, list[Scan]]] = []
    for name, by_site in by_name.items():
        if len(by_site) > 1 and unit == "subject":
            raise SplitError(
                f"{name}: expected the scans of a subject at one site, came "
                f"{', '.join(sorted(by_site))}; give the second person another name, the person "
                "one site, or say --unit subject-site, which may put one person on both sides"
            )
        units += [
            (name if len(by_site) == 1 else f"{name} at {site or 'n/a'}", site, own)
            for site, own in by_site.items()
        ]
    subjects: list[Subject] = []
    without: list[str] = []
    for name, site, own in units:
        names = tuple(sorted(scan.name for scan in own))
        known = [load for load in map(loads.get, names) if load is not None]
        if not known:
            without += names
            continue
        n_lesions = sum(load.n_lesions for load in known) / len(known)
        volume = math.fsum(load.volume_mm3 for load in known) / len(known)
        subjects.append(Subject(name, site, names, n_lesions, volume))
    return sorted(subjects, key=lambda one: (one.site, one.name)), sorted(without)


def quantile_bins(values: Sequence[float], n_bins: int = N_BINS) -> list[int]:
    """Give each value its quantile bin, from 0; equal values share one, so there may be fewer.

    The bins are closed above, as those of `pandas.qcut(…, duplicates="drop")`.

    >>> quantile_bins([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]
    >>> quantile_bins([0, 0, 0, 0, 7])
    [0, 0, 0, 0, 1]
    """
    if not values:
        return []
    array = np.sort(np.asarray(values, np.float64))
    edges = np.unique(np.quantile(array, np.linspace(0, 1, n_bins + 1)))
    found = np.searchsorted(edges[1:-1], np.asarray(values, np.float64), side="left")
    return [int(one) for one in found]


def find_strata(subjects: Sequence[Subject], n_bins: int = N_BINS) -> list[Stratum]:
    """Give each subject its stratum; one that would be alone joins its nearest at the same site.

    Strata are joined one after the other, in their order. The nearest is that whose mean rank
    (of the number of lesions and of the volume, among all subjects) is nearest; of two as near,
    the first. A subject who is alone at its site stays so.

    Parameters
    ----------
    subjects : sequence of Subject
    n_bins : int

    Returns
    -------
    list of Stratum
        In the order of `subjects`; the name of a joined stratum is that which took in the other.
    """
    volumes = quantile_bins([one.volume_mm3 for one in subjects], n_bins)
    counts = quantile_bins([one.n_lesions for one in subjects], n_bins)
    sites = [one.site for one in subjects]
    strata: list[Stratum] = list(zip(sites, volumes, counts, strict=True))
    ranks = np.stack(
        [
            _mean_ranks([one.n_lesions for one in subjects]),
            _mean_ranks([one.volume_mm3 for one in subjects]),
        ],
        axis=1,
    )
    while True:
        sizes = Counter(strata)
        of_site = Counter(site for site, _, _ in sizes)
        alone = sorted(s for s, size in sizes.items() if size == 1 and of_site[s[0]] > 1)
        if not alone:
            return strata
        strata[strata.index(alone[0])] = _nearest(alone[0], strata, ranks)


def _nearest(alone: Stratum, strata: Sequence[Stratum], ranks: NDArray[np.float64]) -> Stratum:
    at = ranks[strata.index(alone)]
    others = sorted({s for s in strata if s[0] == alone[0] and s != alone})

    def distance(other: Stratum) -> float:
        members = [i for i, stratum in enumerate(strata) if stratum == other]
        centre = [math.fsum(ranks[members, axis]) / len(members) for axis in (0, 1)]
        return math.hypot(centre[0] - at[0], centre[1] - at[1])

    return min(others, key=distance)  # the first of those as near


def _mean_ranks(values: Sequence[float]) -> NDArray[np.float64]:
    """Give ranks from 1 on; equal values share their mean rank.

    >>> _mean_ranks([3.0, 1.0, 3.0]).tolist()
    [2.5, 1.0, 2.5]
    """
    array = np.asarray(values, np.float64)
    ordered = np.sort(array)
    low = np.searchsorted(ordered, array, side="left")
    high = np.searchsorted(ordered, array, side="right")
    return (low + high + 1) / 2
