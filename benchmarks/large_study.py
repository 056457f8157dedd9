"""Put a study of any size beside one that is there: its ROIs again and again, simulated answers.

`SECOND_LOOK_DATA=FOLDER python benchmarks/large_study.py --raters 20 --rois 5000` writes rows in
bulk; the images are those of the first study in that folder. `--unblind` closes it. Prints its id.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reviewapp.settings")

import django

django.setup()

from benchmarks.report import simulate  # noqa: E402
from reviewapp.models import Study  # noqa: E402
from reviewapp.studies import unblind  # noqa: E402
from tests.reviewapp.large import Order, add_study  # noqa: E402

N_PATIENTS = 40


def add_simulated_study(name: str, n_raters: int, n_rois: int, share: float) -> Study:
    """Add a study with the first one's images; raters have answered a share of their ROIs."""
    answers = simulate(n_raters, n_rois, N_PATIENTS)
    answers["needs_correction"] = answers["needs_correction"] == "yes"
    answers["comment"] = ""
    rows = [
        {"lesion_id": row["roi_id"]}
        | {key: row[key] for key in ("participant_id", "group", "volume_mm3", "sampling_weight")}
        for row in answers.drop_duplicates("roi_id").sort_values("roi_id").to_dict("records")
    ]
    number = {row["lesion_id"]: i for i, row in enumerate(rows)}

    def orders() -> Iterator[Order]:
        for rater, own in answers.groupby("rater"):
            n_answered = round(share * len(own))
            yield (
                f"{rater}-of-{n_rois}",
                (
                    (number[row["roi_id"]], row if at < n_answered else None)
                    for at, row in enumerate(own.to_dict("records"))
                ),
            )

    return add_study(Study.objects.order_by("created_at")[0], name, rows, orders())


def main() -> None:
    """Add one study."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--raters", type=int, default=20)
    parser.add_argument("--rois", type=int, default=5000)
    parser.add_argument("--answered", type=float, default=1.0, help="share of the ROIs")
    parser.add_argument("--unblind", action="store_true")
    options = parser.parse_args()
    name = f"large: {options.raters} raters, {options.rois} ROIs"
    study = add_simulated_study(name, options.raters, options.rois, options.answered)
    if options.unblind:
        unblind(study, study.created_by, "The benchmark reads its results.")
    print(study.pk)


if __name__ == "__main__":
    main()
