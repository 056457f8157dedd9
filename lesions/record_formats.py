"""The tables that prove a review: each answer with its checksums, the steps, the accesses."""

from lesions.columns import GUESSES, YES_NO, Column, Format
from lesions.shared_columns import ROI_ID

ACCESS_KINDS = {
    "crop": "the image around an ROI",
    "mask": "the mask of an ROI",
    "scan": "a whole scan",
    "results": "the page with results by group",
    "download": "a file from a page",
    "export": "what a command wrote",
}
_WHEN = "ISO 8601 in UTC, with microseconds"


def _sha256(name: str, description: str, *, nullable: bool = False) -> Column:
    return Column(name, "text", f"SHA-256 {description}", nullable=nullable)


RECORDS = Format(
    "records.tsv",
    "Every revision of every answer with all that its checksum covers: one row a revision, in the "
    "order of the chain.",
    (
        Column("place", "integer", "place in the study's chain, from 1", minimum=1),
        _sha256("sha256", "of the revision, as below the table"),
        _sha256(
            "previous_sha256", "of the revision before it; of the chain's beginning for the 1st"
        ),
        Column(
            "chained_later",
            "text",
            "whether it was stored before there was a chain: what happened to it until then is "
            "not proven",
            levels=YES_NO,
        ),
        Column("assignment", "text", "id of the showing"),
        Column("position", "integer", "place of the showing in the rater's order", minimum=1),
        Column("repeat", "integer", "0 for the first showing of the ROI, 1 … after", minimum=0),
        Column("account", "integer", "number of the rater's account"),
        Column("rater", "text", "name of the account when it was stored"),
        ROI_ID,
        _sha256("roi_sha256", "of the ROI's row of rois.tsv, its volumes and geometry at the time"),
        Column("revision", "integer", "1 for the first answer, 2 … when it was changed", minimum=1),
        Column("classes", "list", "question 1, as in answers.tsv", nullable=True),
        Column("confidence", "integer", "question 2", minimum=1),
        Column("reasons", "list", "question 3, as in answers.tsv", nullable=True),
        Column("needs_correction", "text", "question 4", levels=YES_NO),
        Column(
            "guessed_source",
            "text",
            "the last question, who drew it; `n/a` where it isn't asked",
            nullable=True,
            levels=GUESSES,
        ),
        Column("comment", "text", "what the rater wrote", nullable=True, free=True),
        Column("active_s", "number", "time of work", "s", minimum=0),
        Column("total_s", "number", "time from showing to saving", "s", nullable=True, minimum=0),
        Column("idempotency_key", "text", "made by the page for the answer, the same on each try"),
        Column("answered_at", "text", f"when the server stored it, {_WHEN}"),
        _sha256("image_sha256", "of the crop that was shown"),
        _sha256("mask_sha256", "of the mask that was shown"),
        _sha256("protocol_sha256", "of the study's protocol at the time"),
        Column(
            "client_version",
            "text",
            "version of the page that it was given in; `n/a` for pages that had none",
            nullable=True,
        ),
        _sha256("correction_sha256", "of the mask that the rater drew", nullable=True),
        Column("correction_n_voxels", "integer", "voxels of that mask", nullable=True, minimum=0),
        Column("correction_volume_mm3", "number", "its volume", "mm3", nullable=True, minimum=0),
        Column("correction_tools", "list", "tools in the order of first use", nullable=True),
        Column(
            "correction_confirmed",
            "list",
            "what the rater had to confirm: empty, touches",
            nullable=True,
        ),
    ),
    ("place",),
)

STEPS = Format(
    "steps.tsv",
    "What a study went through: one row a step, in their order.",
    (
        Column("number", "integer", "from 1", minimum=1),
        Column("step", "text", "created, closed, interim look, unblinded …"),
        Column("by", "text", "account that did it; `n/a` where that is not kept", nullable=True),
        Column("at", "text", f"when, {_WHEN}"),
        Column("reason", "text", "why, as the account wrote it", nullable=True, free=True),
        Column("rater", "text", "the rater or researcher whom it is about", nullable=True),
        Column(
            "n_answers", "integer", "answers that there were at the time", nullable=True, minimum=0
        ),
        _sha256("protocol_sha256", "of the protocol from then on", nullable=True),
    ),
    ("number",),
)

ACCESSES = Format(
    "accesses.tsv",
    "Who was sent which image, results or export: one row an access, in their order. An older "
    "table of a study is the start of a newer one.",
    (
        Column("number", "integer", "from 1", minimum=1),
        Column("at", "text", f"when, {_WHEN}"),
        Column("who", "text", "name of the account, or `shell:` and the machine's account"),
        Column("kind", "text", "what kind of thing", levels=ACCESS_KINDS),
        Column("what", "text", "SHA-256 of an image, or the name of a page, file or folder"),
        Column("assignment", "text", "id of the showing of a crop or mask", nullable=True),
        Column(
            "not_modified",
            "text",
            "whether the browser asked for what it had, and was sent nothing",
            levels=YES_NO,
        ),
    ),
    ("number",),
)
