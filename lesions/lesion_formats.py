"""The tables from a cohort to its lesions and to the sample."""

from lesions.columns import DRAWN_IN, OUTCOMES, Column, Format
from lesions.shared_columns import (
    ACQUISITION,
    DIAGNOSIS,
    FIELD,
    GROUP,
    N_VOXELS,
    PARTICIPANT,
    SCAN_KEY,
    SCAN_UNCERTAINTY,
    SESSION,
    SITE,
    SPLIT,
    VOLUME,
)

SCANS = Format(
    "scans.tsv",
    "A cohort: one row a scan. Paths are relative to the table's folder.",
    (
        PARTICIPANT,
        SESSION,
        ACQUISITION,
        DIAGNOSIS,
        SITE,
        FIELD,
        SPLIT,
        Column("image", "path", "the scan, a 3-D NIfTI file"),
        Column(
            "reference_mask", "path", "the annotators' lesions, on the image's grid", nullable=True
        ),
        Column(
            "prediction_mask", "path", "the model's lesions, on the image's grid", nullable=True
        ),
        Column(
            "probability_map",
            "path",
            "the model's lesion probability, 0 to 1",
            optional=True,
            nullable=True,
        ),
        Column("brain_mask", "path", "the brain", optional=True, nullable=True),
        Column(
            "white_matter_lesion_mask",
            "path",
            "white matter lesions, kept apart from the reference",
            optional=True,
            nullable=True,
        ),
        Column(
            "lesion_type_map",
            "path",
            "label map of lesion types; a BIDS look-up table (`index`, `name`) stands beside it as "
            "the same name with .tsv in place of .nii.gz",
            optional=True,
            nullable=True,
        ),
    ),
    SCAN_KEY,
)

_LESION_COLUMNS = (
    Column("lesion_id", "text", "names the component; the same masks give the same name"),
    PARTICIPANT,
    SESSION,
    ACQUISITION,
    DIAGNOSIS,
    SITE,
    Column("outcome", "text", "how the component compares with the other mask", levels=OUTCOMES),
    Column("drawn_in", "text", "the mask that holds the component", levels=DRAWN_IN),
    Column("label", "integer", "number of the component in its mask, from 1", minimum=1),
    N_VOXELS,
    VOLUME,
    Column("centroid_r_mm", "number", "mean of the voxel centres, to the right", "mm"),
    Column("centroid_a_mm", "number", "mean of the voxel centres, to the front", "mm"),
    Column("centroid_s_mm", "number", "mean of the voxel centres, upwards", "mm"),
    Column(
        "overlaps",
        "list",
        "labels of the other mask's components that share a voxel with it",
        nullable=True,
    ),
    Column(
        "mean_probability",
        "number",
        "mean of probability_map over the component; maps of `python -m inference predict` have 0 "
        "for probabilities below 0.001, and 11 bits of precision (float16)",
        nullable=True,
        minimum=0,
    ),
    Column(
        "uncertainty",
        "number",
        "how far the folds disagree on the lesion, 0 to 1 (LSU); of predicted lesions alone",
        nullable=True,
        minimum=0,
    ),
    Column(
        "lesion_type",
        "text",
        "type in lesion_type_map that most of its voxels have",
        nullable=True,
    ),
)

LESIONS = Format(
    "lesions.tsv",
    "One row a 26-connected component of a reference or a predicted mask.",
    (*_LESION_COLUMNS, SCAN_UNCERTAINTY),
    ("lesion_id",),
)

ROIS = Format(
    "rois.tsv",
    "The sample to be reviewed: one row a region of interest. Researcher's side only.",
    (
        *_LESION_COLUMNS,
        GROUP,
        Column("stratum", "text", "the pool that the ROI was drawn from"),
        Column(
            "sampling_weight",
            "number",
            "candidates in the stratum for each ROI drawn from it; 1 in a census",
            minimum=1,
        ),
    ),
    ("lesion_id",),
)

TYPE_NAMES = Format(
    "*_dseg.tsv",
    "The names in a map of lesion types: one row a type (BIDS 1.10, look-up table of a "
    "segmentation).",
    (
        Column("index", "integer", "value in the map; 0 is the background", minimum=0),
        Column("name", "text", "name of the type"),
        Column("abbreviation", "text", "short name", optional=True, nullable=True),
        Column("color", "text", "colour, #RRGGBB", optional=True, nullable=True),
        Column("mapping", "integer", "index in BIDS's own labels", optional=True, nullable=True),
    ),
    ("index",),
)
