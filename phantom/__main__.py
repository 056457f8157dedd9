"""Build a cohort of synthetic scans with known lesions: `python -m phantom`."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from lesions.columns import SPLITS
from phantom.cohort import DEFAULT_SCANNER, DEFAULT_SPLIT, CohortError, build_cohort
from phantom.scanners import SCANNERS

UNDIVIDED = "none"


def build_parser() -> argparse.ArgumentParser:
    """Describe the options."""
    parser = argparse.ArgumentParser(prog="python -m phantom", description=__doc__)
    parser.add_argument("--cases", type=int, required=True, help="number of patients")
    parser.add_argument(
        "--seed", type=int, default=1, help="the same seed gives the same bytes (default: 1)"
    )
    parser.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="new folder for the cohort"
    )
    parser.add_argument(
        "--mimics", type=int, metavar="K",
        help="how many of the patients have a condition that mimics MS (default: a quarter)",
    )  # fmt: skip
    parser.add_argument(
        "--scanner", choices=list(SCANNERS), default=DEFAULT_SCANNER,
        help=f"scanner and sequence (default: {DEFAULT_SCANNER})",
    )  # fmt: skip
    parser.add_argument(
        "--spacing", type=float, metavar="MM",
        help="side of the voxels in mm (default: the scanner's own; coarse ones are for tests)",
    )  # fmt: skip
    parser.add_argument(
        "--split", choices=[*SPLITS, UNDIVIDED], default=DEFAULT_SPLIT,
        help=f"what scans.tsv says of every scan; {UNDIVIDED}: nothing, for `python -m training "
        f"split` to divide them (default: {DEFAULT_SPLIT})",
    )  # fmt: skip
    parser.add_argument("--jobs", type=int, default=1, help="processes (default: 1)")
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; 0 good, 1 refused, 130 interrupted with nothing left behind."""
    args = build_parser().parse_args(argv)
    try:
        path = build_cohort(
            args.out,
            args.cases,
            args.seed,
            args.mimics,
            scanner=args.scanner,
            spacing_mm=args.spacing,
            split=None if args.split == UNDIVIDED else args.split,
            jobs=args.jobs,
            progress=True,
        )
    except (CohortError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted: nothing was written", file=sys.stderr)
        return 130
    print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
