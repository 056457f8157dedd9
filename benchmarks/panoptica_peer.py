"""panoptica, run by an interpreter of its own: it needs older libraries than ours.

`panoptica_peer.py` answers "reference<tab>prediction" lines on stdin with JSON: the counts and
the seconds taken, reading included and imports not. `panoptica_peer.py REF_DIR PRED_DIR` goes
through two folders and prints one line a pair.

Configured for the least work that gives the counts: semantic input, cc3d, matching by any
overlap, one instance metric, no global ones.
"""

import json
import sys
import time
from pathlib import Path

import nibabel
import numpy as np
import panoptica
from panoptica import (
    CCABackend,
    ConnectedComponentsInstanceApproximator,
    InputType,
    Metric,
    NaiveThresholdMatching,
    Panoptica_Evaluator,
)

ANY_OVERLAP = 1e-6


def make_evaluator() -> Panoptica_Evaluator:
    """Set panoptica up once, outside the timing."""
    panoptica.disable_citation_reminder()
    return Panoptica_Evaluator(
        expected_input=InputType.SEMANTIC,
        instance_approximator=ConnectedComponentsInstanceApproximator(cca_backend=CCABackend.cc3d),
        instance_matcher=NaiveThresholdMatching(
            matching_metric=Metric.IOU, matching_threshold=ANY_OVERLAP
        ),
        instance_metrics=[Metric.IOU],
        global_metrics=[],
    )


def evaluate(evaluator: Panoptica_Evaluator, reference: str, prediction: str) -> dict[str, float]:
    """Read and match one pair."""
    begun = time.perf_counter()
    a = np.asanyarray(nibabel.Nifti1Image.from_filename(reference).dataobj)
    b = np.asanyarray(nibabel.Nifti1Image.from_filename(prediction).dataobj)
    result = evaluator.evaluate(b, a, verbose=False)["ungrouped"]
    counts = {"tp": result.tp, "fp": result.fp, "fn": result.fn}
    return {**counts, "seconds": time.perf_counter() - begun}


def main() -> None:
    """Serve requests, or go through two folders."""
    evaluator = make_evaluator()
    if len(sys.argv) == 3:
        references, predictions = map(Path, sys.argv[1:])
        for path in sorted(references.iterdir()):
            print(path.name, evaluate(evaluator, str(path), str(predictions / path.name)))
        return
    for line in sys.stdin:
        reference, prediction = line.rstrip("\n").split("\t")
        print("answer " + json.dumps(evaluate(evaluator, reference, prediction)), flush=True)


if __name__ == "__main__":
    main()
