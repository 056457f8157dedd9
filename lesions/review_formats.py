"""The tables that come out of a review: answers, delineations, and what they change."""

from lesions.columns import DRAWN_IN, GUESSES, YES_NO, Column, Format
from lesions.shared_columns import (
    ACQUISITION,
    GROUP,
    N_VOXELS,
    PARTICIPANT,
    ROI_ID,
    SESSION,
    VOLUME,
)

ANSWERS = Format(
    "answers.tsv",
    "The answers of the raters: one row an answer, or one a revision of it where asked for.",
    (
        Column("rater", "text", "name of the rater's account"),
        ROI_ID,
        PARTICIPANT,
        SESSION,
        ACQUISITION,
        GROUP,
        VOLUME,
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
        Column(
            "redrawn_volume_mm3",
            "number",
            "volume that the rater drew in place of the delineation; 0 where it was emptied, `n/a` "
            "where nothing was redrawn",
            "mm3",
            optional=True,
            nullable=True,
            minimum=0,
        ),
        Column(
            "guessed_source",
            "text",
            "last question, where the study asks it: who drew the delineation",
            optional=True,
            nullable=True,
            levels=GUESSES,
        ),
        Column(
            "drawn_in",
            "text",
            "the mask that the ROI was drawn from",
            optional=True,
            nullable=True,
            levels=DRAWN_IN,
        ),
        Column(
            "sampling_weight",
            "number",
            "candidates for each ROI drawn from its stratum; 1 in a census",
            optional=True,
            nullable=True,
            above=0,
        ),
        Column("comment", "text", "what the rater wrote", nullable=True, free=True),
        Column(
            "active_s",
            "number",
            "time that the rater worked on the ROI, with the page visible and input in the last "
            "60 s",
            "s",
            minimum=0,
        ),
        Column(
            "total_s",
            "number",
            "time from showing the ROI to saving the answer; `active_s` is part of it",
            "s",
            optional=True,
            nullable=True,
            minimum=0,
        ),
        Column("repeat", "integer", "0 for the first showing of the ROI, 1 … after", minimum=0),
        Column("answered_at", "text", "when the server stored it, ISO 8601 in UTC"),
        Column("revision", "integer", "1 for the first answer, 2 … when it was changed", minimum=1),
        Column(
            "block",
            "integer",
            "block of ROIs that the rater's first answer to it fell in, counted as the rater "
            "answered; `n/a` in a study without pauses",
            optional=True,
            nullable=True,
            minimum=1,
        ),
        Column(
            "sitting",
            "integer",
            "number of the rater's sitting: a new one begins with an answer that is stored more "
            "than 30 min after the one before",
            optional=True,
            nullable=True,
            minimum=1,
        ),
        Column(
            "protocol_sha256",
            "text",
            "SHA-256 of the study's protocol as it was when the answer was given",
            optional=True,
            nullable=True,
        ),
    ),
    ("rater", "roi_id", "repeat", "revision"),
)

CORRECTIONS = Format(
    "corrections.tsv",
    "The delineations that went through a review: one row an ROI as it was shown, and one for each "
    "time that a rater redrew it. Paths are relative to the table's folder.",
    (
        ROI_ID,
        PARTICIPANT,
        SESSION,
        ACQUISITION,
        GROUP,
        Column("drawn_in", "text", "the mask that the ROI was drawn from", levels=DRAWN_IN),
        Column("mask", "path", "the ROI alone, on the scan's own grid"),
        Column(
            "drawn_by",
            "text",
            "`reference` or `prediction` for a delineation as it was shown, else the rater who "
            "drew it",
        ),
        Column(
            "repeat",
            "integer",
            "showing in which it was redrawn, as in answers.tsv; 0 for one as it was shown",
            minimum=0,
        ),
        Column(
            "revision",
            "integer",
            "revision of the answer that it came with; `n/a` for one as it was shown",
            nullable=True,
            minimum=1,
        ),
        Column("n_voxels", "integer", "voxels of the delineation; 0 where emptied", minimum=0),
        Column("volume_mm3", "number", "voxels times the volume of one voxel", "mm3", minimum=0),
    ),
    ("roi_id", "drawn_by", "repeat"),
)

CHANGES = Format(
    "changes.tsv",
    "What the review changed in the labels of an nnU-Net dataset, and why: one row an ROI.",
    (
        Column("case_id", "text", "case of the nnU-Net dataset"),
        PARTICIPANT,
        SESSION,
        ACQUISITION,
        ROI_ID,
        GROUP,
        Column(
            "change",
            "text",
            "what was done to the labels",
            levels={
                "added": "the ROI's voxels became lesion",
                "removed": "the ROI's voxels became background",
                "redrawn": "the raters' delineation took the place of the component",
                "kept": "nothing changed",
            },
        ),
        N_VOXELS,
        VOLUME,
        Column(
            "n_voxels_after",
            "integer",
            "voxels that the ROI has in the labels; `n/a` where they hold another mask of it",
            nullable=True,
            minimum=0,
        ),
        Column(
            "contact",
            "text",
            "whether an added or redrawn ROI meets another lesion of the labels",
            nullable=True,
            levels={
                "none": "it meets none",
                "touches": "it is next to one: the two are one component of the labels",
                "overlaps": "it shares voxels with one: the two are one component of the labels",
            },
        ),
        Column("redrawn_by", "list", "raters who redrew it in its first showing", nullable=True),
        Column(
            "fusion",
            "text",
            "how the delineations became one",
            nullable=True,
            levels={
                "majority": "what more than half of them hold; at a tie as shown",
                "staple": "STAPLE",
                "adjudicator": "one rater settled it",
            },
        ),
        Column(
            "n_disputed_voxels",
            "integer",
            "voxels that some delineations hold and others don't",
            nullable=True,
            minimum=0,
        ),
        Column(
            "mean_pair_dsc",
            "number",
            "mean DSC of all pairs of delineations that voted",
            nullable=True,
            minimum=0,
        ),
        Column("policy", "text", "name of the rule that decided"),
        Column("why", "text", "the raters' verdicts that the rule read", free=True),
    ),
    ("roi_id",),
)

PRACTICE_KEY = Format(
    "practice-key.tsv",
    "What the ROIs of a practice block are: one row an ROI of its rois.tsv, shown to raters after "
    "their answer.",
    (
        Column("lesion_id", "text", "the ROI, as rois.tsv names it"),
        Column("classes", "list", "question 1 as the key answers it, most certain first"),
        Column("feedback", "text", "why, in a sentence for the rater", nullable=True, free=True),
    ),
    ("lesion_id",),
)
