"""The columns of the table of sizes."""

from analysis.tables.columns import GROUP, WHY, count, positive, real
from lesions.columns import Format

SIZES = Format(
    "sizes.tsv",
    "Volumes of the ROIs answered, and how alike the groups are in size; data of its figure.",
    (
        GROUP,
        count("n_rois", "ROIs with an answer"),
        count("n_patients", "patients with such ROIs"),
        real("p5_mm3", "volume that 5 % are below", "mm3"),
        real("q1_mm3", "lower quartile of the volume", "mm3"),
        real("median_mm3", "median volume", "mm3"),
        real("q3_mm3", "upper quartile of the volume", "mm3"),
        real("p95_mm3", "volume that 95 % are below", "mm3"),
        real("smd", "standardised mean difference of log volume against FPL_MS"),
        positive("ks", "Kolmogorov-Smirnov distance from FPL_MS"),
        WHY,
    ),
    ("group",),
)
