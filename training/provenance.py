"""Say what an nnU-Net dataset is, and from what and how it was made."""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from lesions.atomic import write_atomically
from lesions.cases import FILE_ENDING
from lesions.formats import ANSWERS, CORRECTIONS, ROIS
from lesions.scans import Cohort, Scan
from training.fusion import FusionRule
from training.policy import COLLAPSE_RULE, MIN_RATERS
from training.review import Review

LABELS = {"background": 0, "lesion": 1}
NOTICE = "SYNTHETIC: made from phantoms, not from patients."
#: In the provenance of a dataset that holds scans of a test split.
TEST_NOTICE = (
    "Cases of a test split are training cases here: a model trained on this dataset can no longer "
    "be tested on them."
)


def is_test(scan: Scan) -> bool:
    """Say whether a scan was held out for testing."""
    return scan.split is not None and scan.split.startswith("test")


def simulated_raters(review: Review) -> tuple[str, ...]:
    """Give the names of the raters that a program played, as the study's provenance tells."""
    return tuple(str(name) for name in review.study.get("simulated_raters", ()))


def describe_dataset(
    scans: Sequence[Scan], name: str, release: str, review: Review, synthetic: bool
) -> dict[str, Any]:
    """Give the content of dataset.json (nnU-Net 2.8.1, "Dataset format").

    The keys from `name` on are for people; nnU-Net ignores them.
    """
    acquisitions = sorted({scan.acquisition for scan in scans})
    words = ["Lesion labels: the cohort's reference with the changes of a blinded review."]
    if synthetic:
        words.insert(0, NOTICE)
    if simulated_raters(review):
        words.append(f"Simulated raters: {', '.join(simulated_raters(review))}.")
    return {
        "channel_names": {"0": "+".join(acquisitions)},
        "labels": LABELS,
        "numTraining": len(scans),
        "file_ending": FILE_ENDING,
        "name": name,
        "release": release,
        "description": " ".join(words),
    }


def describe_making(
    review: Review,
    cohort: Cohort,
    policy: str,
    fusion: FusionRule,
    cases: Mapping[str, Mapping[str, Any]],
) -> dict[str, Any]:
    """Give the provenance of the dataset as a whole: rules, raters, and hashes of every input.

    No time of day and no folder: the same inputs give the same bytes anywhere.
    """
    files = {
        name: review.folder / name for name in (f.filename for f in (ROIS, ANSWERS, CORRECTIONS))
    }
    splits = Counter(str(case["split"] or "none") for case in cases.values())
    making: dict[str, Any] = {
        "policy": policy,
        "collapse_rule": COLLAPSE_RULE,
        "min_raters": MIN_RATERS,
        "fusion": asdict(fusion),
        **review.study,
        "raters": list(review.raters),
        "questionnaire_version": review.questionnaire.version,
        "sources_sha256": {
            cohort.path.name: sha256(cohort.path),
            **{name: sha256(path) for name, path in files.items()},
        },
        "cases_by_split": dict(sorted(splits.items())),
    }
    if any(split.startswith("test") for split in splits):
        making["test_scans"] = TEST_NOTICE
    return making


def describe_case(scan: Scan, reference: Path, labels: Path) -> dict[str, Any]:
    """Give the provenance of one case: its scan, and hashes of what went in and came out."""
    return {
        "scan": scan.name,
        "acquisition": scan.acquisition,
        "split": scan.split,
        "image_sha256": sha256(scan.image),
        "reference_mask_sha256": sha256(reference),
        "labels_sha256": sha256(labels),
    }


def sha256(path: Path) -> str:
    """Give the SHA-256 of a file's bytes in hex digits."""
    with path.open("rb") as f:
        return hashlib.file_digest(f, "sha256").hexdigest()


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write a JSON file, whole or not at all."""
    with write_atomically(path) as temporary:
        temporary.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", "utf-8")
