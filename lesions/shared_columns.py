"""Columns that several tables have."""

from lesions.columns import DIAGNOSES, GROUPS, SPLITS, Column

PARTICIPANT = Column("participant_id", "text", "BIDS subject, with its `sub-`")
SESSION = Column("session_id", "text", "BIDS session, with its `ses-`", nullable=True)
ACQUISITION = Column("acquisition", "text", "MRI sequence: MP2RAGE, MPRAGE, …")
DIAGNOSIS = Column("diagnosis", "text", "why the patient was scanned", levels=DIAGNOSES)
SITE = Column("site", "text", "the centre that scanned", nullable=True)
FIELD = Column(
    "field_strength_t", "number", "field strength of the scanner", "T", nullable=True, above=0
)
SPLIT = Column("split", "text", "part of the data set", levels=SPLITS, nullable=True)
SCAN_KEY = ("participant_id", "session_id", "acquisition")
GROUP = Column("group", "text", "group of the ROI; never shown to a rater", levels=GROUPS)
VOLUME = Column("volume_mm3", "number", "voxels times the volume of one voxel", "mm3", above=0)
N_VOXELS = Column("n_voxels", "integer", "voxels of the component", minimum=1)
ROI_ID = Column("roi_id", "text", "the `lesion_id` of the ROI in rois.tsv")
SCAN_UNCERTAINTY = Column(
    "scan_uncertainty",
    "number",
    "how far the folds disagree on the scan, 0 to 1 (PSU)",
    optional=True,
    nullable=True,
    minimum=0,
)
