"""The columns of every table that passes between stages.

One place says what a table holds; `lesions.tsv` reads and writes by it, docs/formats.md describes
it for people, and a test keeps the two together.
"""

from lesions.columns import DIAGNOSES, DRAWN_IN, GROUPS, OUTCOMES, SPLITS, YES_NO, Column, Format

_PARTICIPANT = Column("participant_id", "text", "BIDS subject, with its `sub-`")
_SESSION = Column("session_id", "text", "BIDS session, with its `ses-`", nullable=True)
_ACQUISITION = Column("acquisition", "text", "MRI sequence: MP2RAGE, MPRAGE, …")
_DIAGNOSIS = Column("diagnosis", "text", "why the patient was scanned", levels=DIAGNOSES)
_SITE = Column("site", "text", "the centre that scanned", nullable=True)
_FIELD = Column(
    "field_strength_t", "number", "field strength of the scanner", "T", nullable=True, above=0
)
_SPLIT = Column("split", "text", "part of the data set", levels=SPLITS, nullable=True)
_SCAN_KEY = ("participant_id", "session_id", "acquisition")
_GROUP = Column("group", "text", "group of the ROI; never shown to a rater", levels=GROUPS)
_VOLUME = Column("volume_mm3", "number", "voxels times the volume of one voxel", "mm3", above=0)
_N_VOXELS = Column("n_voxels", "integer", "voxels of the component", minimum=1)
_ROI_ID = Column("roi_id", "text", "the `lesion_id` of the ROI in rois.tsv")

SCANS = Format(
    "scans.tsv",
    "A cohort: one row a scan. Paths are relative to the table's folder.",
    (
        _PARTICIPANT,
        _SESSION,
        _ACQUISITION,
        _DIAGNOSIS,
        _SITE,
        _FIELD,
        _SPLIT,
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
    _SCAN_KEY,
)

_LESION_COLUMNS = (
    Column("lesion_id", "text", "names the component; the same masks give the same name"),
    _PARTICIPANT,
    _SESSION,
    _ACQUISITION,
    _DIAGNOSIS,
    _SITE,
    Column("outcome", "text", "how the component compares with the other mask", levels=OUTCOMES),
    Column("drawn_in", "text", "the mask that holds the component", levels=DRAWN_IN),
    Column("label", "integer", "number of the component in its mask, from 1", minimum=1),
    _N_VOXELS,
    _VOLUME,
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
        "mean of probability_map over the component",
        nullable=True,
        minimum=0,
    ),
    Column(
        "uncertainty",
        "number",
        "structural uncertainty of the lesion, 0 to 1",
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
    _LESION_COLUMNS,
    ("lesion_id",),
)

ROIS = Format(
    "rois.tsv",
    "The sample to be reviewed: one row a region of interest. Researcher's side only.",
    (
        *_LESION_COLUMNS,
        _GROUP,
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
        _PARTICIPANT,
        _SESSION,
        _ACQUISITION,
        _DIAGNOSIS,
        _SITE,
        _FIELD,
        _SPLIT,
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
    ),
    _SCAN_KEY,
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
        _SPLIT,
        _SITE,
        Column("diagnosis", "text", "diagnosis of the set", levels=DIAGNOSES, nullable=True),
        Column("acquisition", "text", "MRI sequence of the set", nullable=True),
        _FIELD,
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

ANSWERS = Format(
    "answers.tsv",
    "The answers of the raters: one row an answer, or one a revision of it where asked for.",
    (
        Column("rater", "text", "name of the rater's account"),
        _ROI_ID,
        _PARTICIPANT,
        _SESSION,
        _ACQUISITION,
        _GROUP,
        _VOLUME,
        Column(
            "classes",
            "list",
            "question 1: class names, most certain first; a custom one is `Other: text`",
        ),
        Column("confidence", "integer", "question 2: 1 (not at all) to 5 (extremely)", minimum=1),
        Column(
            "reasons",
            "list",
            "question 3: why confidence is lower; `None` is an answer, a custom one is "
            "`Other: text`",
        ),
        Column("needs_correction", "text", "question 4", levels=YES_NO),
        Column("comment", "text", "what the rater wrote", nullable=True, free=True),
        Column(
            "active_s",
            "number",
            "time that the rater worked on the ROI, with the page visible and input in the last "
            "60 s",
            "s",
            minimum=0,
        ),
        Column("repeat", "integer", "0 for the first showing of the ROI, 1 … after", minimum=0),
        Column("answered_at", "text", "when the server stored it, ISO 8601 in UTC"),
        Column("revision", "integer", "1 for the first answer, 2 … when it was changed", minimum=1),
    ),
    ("rater", "roi_id", "repeat", "revision"),
)

CORRECTIONS = Format(
    "corrections.tsv",
    "The delineations that went through a review: one row an ROI. Paths are relative to the "
    "table's folder.",
    (
        _ROI_ID,
        _PARTICIPANT,
        _SESSION,
        _ACQUISITION,
        _GROUP,
        Column("drawn_in", "text", "the mask that the ROI was drawn from", levels=DRAWN_IN),
        Column("mask", "path", "the ROI alone, on the scan's own grid"),
        Column(
            "drawn_by",
            "text",
            "`reference` or `prediction` for a delineation as it was shown, else the rater who "
            "drew it",
        ),
        _N_VOXELS,
        _VOLUME,
    ),
    ("roi_id", "drawn_by"),
)

CHANGES = Format(
    "changes.tsv",
    "What the review changed in the labels of an nnU-Net dataset, and why: one row an ROI.",
    (
        Column("case_id", "text", "case of the nnU-Net dataset"),
        _PARTICIPANT,
        _SESSION,
        _ACQUISITION,
        _ROI_ID,
        _GROUP,
        Column(
            "change",
            "text",
            "what was done to the labels",
            levels={
                "added": "the ROI's voxels became lesion",
                "removed": "the ROI's voxels became background",
                "kept": "nothing changed",
            },
        ),
        _N_VOXELS,
        _VOLUME,
        Column("policy", "text", "name of the rule that decided"),
        Column("why", "text", "the raters' verdicts that the rule read", free=True),
    ),
    ("roi_id",),
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

FORMATS: tuple[Format, ...] = (
    SCANS,
    LESIONS,
    ROIS,
    TYPE_NAMES,
    MATCHES,
    METRICS,
    METRICS_SUMMARY,
    ANSWERS,
    CORRECTIONS,
    CHANGES,
)
