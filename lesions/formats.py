"""The format of every table that passes between stages.

`lesions.tsv` reads and writes by them, docs/formats.md describes them for people, and a test keeps
the two together.
"""

from lesions.columns import Format
from lesions.lesion_formats import LESIONS, ROIS, SCANS, TYPE_NAMES
from lesions.metric_formats import MATCHES, METRICS, METRICS_SUMMARY
from lesions.record_formats import ACCESSES, RECORDS, STEPS
from lesions.review_formats import ANSWERS, CHANGES, CORRECTIONS, PRACTICE_KEY

__all__ = [
    "ACCESSES",
    "ANSWERS",
    "CHANGES",
    "CORRECTIONS",
    "FORMATS",
    "LESIONS",
    "MATCHES",
    "METRICS",
    "METRICS_SUMMARY",
    "PRACTICE_KEY",
    "RECORDS",
    "ROIS",
    "SCANS",
    "STEPS",
    "TYPE_NAMES",
]

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
    RECORDS,
    STEPS,
    ACCESSES,
    PRACTICE_KEY,
)
