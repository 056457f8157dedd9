"""The types of lesion: their size, form, home tissue and how dark they are."""

from dataclasses import dataclass


@dataclass(frozen=True)
class LesionType:
    """How lesions of one type look.

    Attributes
    ----------
    name : str
    index : int
        Its value in lesion_type_map.
    family : str
        CL, WML or none ("").
    median_mm3, sigma : float
        Volumes are log-normal: the median, and the standard deviation of the logarithm.
    tissue : (low, high)
        Home on the tissue scale; to grow beyond it costs `penalty` mm a unit.
    penalty : float
    level : (low, high)
        Where the lesion lies on the tissue scale itself; fluid is 0.
    stretch : (low, high)
        Length of the long axis over the short ones.
    depth_mm : float or None
        How far below the pia it may reach.
    """

    name: str
    index: int
    family: str
    median_mm3: float
    sigma: float
    tissue: tuple[float, float]
    penalty: float
    level: tuple[float, float]
    stretch: tuple[float, float]
    depth_mm: float | None = None


LESION_TYPES = {
    t.name: t
    for t in (
        LesionType("intracortical", 1, "CL", 16, 0.7, (0.5, 1.5), 7.0, (0.25, 0.5), (1.0, 1.8)),
        LesionType("leukocortical", 2, "CL", 38, 0.75, (0.55, 3.0), 5.0, (0.4, 0.75), (1.0, 1.7)),
        LesionType("subpial", 3, "CL", 28, 0.7, (0.4, 1.45), 7.0, (0.25, 0.45), (1.4, 2.4), 1.8),
        LesionType("juxtacortical", 4, "WML", 36, 0.75, (1.6, 3.0), 9.0, (0.6, 1.0), (1.0, 2.0)),
        LesionType("periventricular", 5, "WML", 95, 0.8, (1.3, 3.0), 4.0, (0.45, 0.9), (1.2, 2.6)),
        LesionType(
            "deep white matter", 6, "WML", 48, 0.8, (1.6, 3.0), 5.0, (0.5, 0.95), (1.0, 1.9)
        ),
        LesionType("punctate", 7, "WML", 14, 0.55, (1.5, 3.0), 5.0, (0.9, 1.3), (1.0, 1.4)),
    )
}
#: What lies in the truth beside the lesions.
PERIVASCULAR_SPACE = "perivascular space"
PERIVASCULAR_INDEX = 8
#: Truth names by their value in lesion_type_map, as the look-up table lists them.
TRUTH_NAMES = {
    **{t.index: t.name for t in LESION_TYPES.values()},
    PERIVASCULAR_INDEX: PERIVASCULAR_SPACE,
}
