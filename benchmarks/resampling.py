"""Time the way back of probabilities to 0.5 mm: `python benchmarks/resampling.py [--rounds 3]`.

nnU-Net's default resamples every head by skimage; ours resamples the lesion's logit by torch. Both
on the same logits, on the CPU, turn by turn; then the largest difference of a probability.
"""

import argparse
import sys
import time
from pathlib import Path
from statistics import median

import torch
from nnunetv2.preprocessing.resampling.default_resampling import resample_data_or_seg_to_shape

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from inference.networks import margin  # noqa: E402
from inference.resampling import resample_linearly  # noqa: E402

#: A brain at 1 mm and at 0.5 mm, cropped as nnU-Net crops.
COARSE, FINE = (181, 217, 181), (362, 434, 362)
SPACING_MM, FINE_MM = (1.0, 1.0, 1.0), (0.5, 0.5, 0.5)


def main() -> None:
    """Print a table in Markdown."""
    parser = argparse.ArgumentParser(prog="benchmarks/resampling.py", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="turns of each (default: 3)")
    rounds = parser.parse_args().rounds
    print("| heads | nnU-Net, s | ours, s | ratio | largest difference of a probability |")
    print("| --- | --- | --- | --- | --- |")
    for heads in (1, 2):
        logits = 3 * torch.randn(heads, *COARSE, generator=torch.Generator().manual_seed(heads))
        theirs, ours = [], []
        for _ in range(rounds):
            began = time.perf_counter()
            expected = resample_data_or_seg_to_shape(
                logits.numpy(),
                FINE,
                SPACING_MM,
                FINE_MM,
                order=1,
                order_z=0,
                force_separate_z=None,
            )
            theirs.append(time.perf_counter() - began)
            began = time.perf_counter()
            found = resample_linearly(margin(logits[None])[0], FINE, SPACING_MM, FINE_MM)
            ours.append(time.perf_counter() - began)
        wanted = margin(torch.from_numpy(expected)[None])[0].sigmoid()
        difference = float((found.sigmoid() - wanted).abs().max())
        ratio = median(a / b for a, b in zip(theirs, ours, strict=True))
        print(
            f"| {heads} | {median(theirs):.2f} | {median(ours):.2f} | {ratio:.1f} "
            f"| {difference:.1e} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
