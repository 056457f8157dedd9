"""The tables that compare the two masks of scans."""

from lesions.columns import DIAGNOSES, Column, Format
from lesions.shared_columns import (
    ACQUISITION,
    DIAGNOSIS,
    FIELD,
    PARTICIPANT,
    SCAN_KEY,
    SCAN_UNCERTAINTY,
    SESSION,
    SITE,
    SPLIT,
)

_COUNTS = (
    Column("n_reference", "integer", "components of the reference", minimum=0),
    Column("n_prediction", "integer", "components of the prediction", minimum=0),
    Column("n_tpl", "integer", "predicted components that touch the reference", minimum=0),
    Column("n_fpl", "integer", "predicted components that don't", minimum=0),
    Column("n_fnl", "integer", "reference components that the prediction misses", minimum=0),
    Column(
        "n_detected_reference",
        "integer",
        "reference components that the prediction touches",
        minimum=0,
    ),
    Column("reference_volume_mm3", "number", "volume of the reference", "mm3", minimum=0),
    Column("prediction_volume_mm3", "number", "volume of the prediction", "mm3", minimum=0),
)

MATCHES = Format(
    "matches.tsv",
    "One row a pair of mask files with the same name in two folders.",
    (Column("file", "text", "name of the two files"), *_COUNTS),
    ("file",),
)

METRICS = Format(
    "metrics.tsv",
    "Segmentation and detection quality: one row a scan.",
    (
        PARTICIPANT,
        SESSION,
        ACQUISITION,
        DIAGNOSIS,
        SITE,
        FIELD,
        SPLIT,
        *_COUNTS,
        Column("dsc", "number", "Dice similarity score, 0 to 1", minimum=0),
        Column("ndsc", "number", "Dice score normalised for lesion load, 0 to 1", minimum=0),
        Column("f1", "number", "F1-score of detection, 0 to 1", minimum=0),
        Column("recall", "number", "share of detection, 0 to 1", nullable=True, minimum=0),
        Column("precision", "number", "share of true detections, 0 to 1", minimum=0),
        Column("r", "number", "reference share of lesion voxels in nDSC", above=0),
        Column(
            "domain",
            "text",
            "the voxels that nDSC counts: the whole grid, or the brain mask",
            levels={"grid": "every voxel of the grid", "brain": "the voxels of brain_mask"},
        ),
        Column(
            "recall_without_reference",
            "text",
            "what recall is where the reference is empty",
            levels={"exclude": "not available, left out of means", "one": "1"},
        ),
        SCAN_UNCERTAINTY,
    ),
    SCAN_KEY,
)

METRICS_SUMMARY = Format(
    "metrics-summary.tsv",
    "Means of metrics.tsv: one row a set of scans and a measure. A column that the set wasn't "
    "made by is n/a.",
    (
        Column(
            "scope",
            "text",
            "how the set of scans was made",
            levels={
                "cohort": "all scans",
                "split": "the scans of one split",
                "group": "the scans of one site, diagnosis, acquisition and field strength",
            },
        ),
        SPLIT,
        SITE,
        Column("diagnosis", "text", "diagnosis of the set", levels=DIAGNOSES, nullable=True),
        Column("acquisition", "text", "MRI sequence of the set", nullable=True),
        FIELD,
        Column("measure", "text", "column of metrics.tsv"),
        Column("n", "integer", "scans that have the measure", minimum=0),
        Column("mean", "number", "mean over those scans", nullable=True, minimum=0),
        Column(
            "standard_error",
            "number",
            "standard deviation (ddof 1) over the root of n; n/a where n is 1",
            nullable=True,
            minimum=0,
        ),
        Column("r", "number", "reference share of lesion voxels in nDSC", above=0),
        Column("domain", "text", "as in metrics.tsv"),
        Column("recall_without_reference", "text", "as in metrics.tsv"),
    ),
    ("scope", "split", "site", "diagnosis", "acquisition", "field_strength_t", "measure"),
)
