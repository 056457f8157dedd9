"""Say what an nnU-Net dataset is, and from what and how it was made."""

import json
import platform
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from importlib import metadata
from pathlib import Path
from typing import Any

from lesions.atomic import write_atomically
from lesions.cases import FILE_ENDING
from lesions.checksums import sha256
from lesions.formats import ANSWERS, CORRECTIONS, ROIS
from lesions.scans import Cohort, Scan
from training.fusion import FusionRule
from training.policy import COLLAPSE_RULE, MIN_RATERS
from training.review import Review

#: The lesion is a region, so that nnU-Net has one sigmoid head and not a softmax of two ("BCE +
#: Dice" of the paper, 3.2). It is one only where it lists several labels (`LabelManager` of nnU-Net
#: 2.8.1 wants more than one), so label 1 stands there twice.
LABELS = {"background": 0, "lesion": [1, 1]}
REGIONS_CLASS_ORDER = [1]
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
    words = ["Lesion labels: the cohort's reference."]
    if review.folder is not None:
        words = ["Lesion labels: the cohort's reference with the changes of a blinded review."]
    if synthetic:
        words.insert(0, NOTICE)
    if simulated_raters(review):
        words.append(f"Simulated raters: {', '.join(simulated_raters(review))}.")
    return {
        "channel_names": {"0": "+".join(acquisitions)},
        "labels": LABELS,
        "regions_class_order": REGIONS_CLASS_ORDER,
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

    Without a review there are no rules and raters. No time of day and no folder: the same inputs
    give the same bytes anywhere.
    """
    splits = Counter(str(case["split"] or "none") for case in cases.values())
    making: dict[str, Any] = {
        **(_describe_rules(review, policy, fusion) if review.folder is not None else {}),
        "sources_sha256": {
            cohort.path.name: sha256(cohort.path),
            **{path.name: sha256(path) for path in _tables(review)},
        },
        "cases_by_split": dict(sorted(splits.items())),
    }
    if any(split.startswith("test") for split in splits):
        making["test_scans"] = TEST_NOTICE
    return making


def _describe_rules(review: Review, policy: str, fusion: FusionRule) -> dict[str, Any]:
    return {
        "policy": policy,
        "collapse_rule": COLLAPSE_RULE,
        "min_raters": MIN_RATERS,
        "fusion": asdict(fusion),
        **review.study,
        "raters": list(review.raters),
        "questionnaire_version": review.questionnaire.version,
    }


def _tables(review: Review) -> list[Path]:
    if review.folder is None:
        return []
    return [review.folder / fmt.filename for fmt in (ROIS, ANSWERS, CORRECTIONS)]


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


def versions_of(*packages: str) -> dict[str, str]:
    """Give name -> version of Python and of the packages that are installed.

    >>> sorted(versions_of("numpy", "no-such-package"))
    ['numpy', 'python']
    """
    found = {"python": platform.python_version()}
    for name in packages:
        with suppress(metadata.PackageNotFoundError):
            found[name] = metadata.version(name)
    return found


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write a JSON file, whole or not at all."""
    with write_atomically(path) as temporary:
        temporary.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", "utf-8")
