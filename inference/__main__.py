"""Run one of the package's commands: `python -m inference COMMAND …`."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from inference.collect import collect_predictions
from inference.prepare import prepare_images
from lesions.cases import choose_scans
from lesions.columns import SPLITS
from lesions.scans import read_scans


def build_parser() -> argparse.ArgumentParser:
    """Give the parser of all commands.

    >>> build_parser().prog
    'python -m inference'
    """
    parser = argparse.ArgumentParser(
        prog="python -m inference", description="From scans to predicted masks, with nnU-Net."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_prepare(commands)
    _add_collect(commands)
    return parser


def _add_prepare(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    text = "write the scans of a cohort as nnUNetv2_predict takes them"
    parser = commands.add_parser("prepare", help=text, description=text[0].upper() + text[1:] + ".")
    parser.add_argument("scans", type=Path, metavar="scans.tsv", help="the cohort")
    parser.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="folder to write, such as imagesTs"
    )
    parser.add_argument(
        "--splits",
        nargs="+",
        choices=list(SPLITS),
        metavar="SPLIT",
        help=f"take scans of these splits only: {', '.join(SPLITS)} (default: all)",
    )
    parser.add_argument("--acquisition", metavar="NAME", help="take scans of this acquisition only")
    parser.add_argument(
        "--mixed", action="store_true", help="take several acquisitions as the model's one channel"
    )
    parser.add_argument(
        "--link",
        action="store_true",
        help="write symbolic links to .nii.gz images, not copies (default: copy)",
    )
    parser.set_defaults(run=run_prepare)


def _add_collect(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    text = "take the masks that nnUNetv2_predict wrote into a cohort's scans.tsv"
    parser = commands.add_parser("collect", help=text, description=text[0].upper() + text[1:] + ".")
    parser.add_argument(
        "predictions",
        type=Path,
        metavar="PREDICTIONS_DIR",
        help="folder of <case>.nii.gz; dataset.json and plans.json beside them name the model",
    )
    parser.add_argument("scans", type=Path, metavar="scans.tsv", help="the cohort")
    parser.add_argument(
        "--out",
        type=Path,
        required=True,
        metavar="DIR",
        help="folder to write: BIDS-named masks with sidecars, and scans.tsv",
    )
    parser.add_argument(
        "--allow-missing",
        action="store_true",
        help="leave prediction_mask n/a where a scan has no mask (default: refuse)",
    )
    parser.set_defaults(run=run_collect)


def run_prepare(args: argparse.Namespace) -> int:
    """Write the inputs and say how many."""
    scans = choose_scans(
        read_scans(args.scans), acquisition=args.acquisition, splits=args.splits, mixed=args.mixed
    )
    cases = prepare_images(scans, args.out, link=args.link)
    print(f"{args.out}: cases: {len(cases)}")
    return 0


def run_collect(args: argparse.Namespace) -> int:
    """Collect the masks and say how many, and which scans are without."""
    collected = collect_predictions(
        args.predictions, read_scans(args.scans), args.out, allow_missing=args.allow_missing
    )
    print(f"{collected.scans_path}: masks: {collected.n_masks}")
    if collected.without:
        print(f"scans without a mask: {', '.join(collected.without)}")
    return 0


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code.

    0: done; 1: an input was refused, one line on stderr says why; 2: wrong usage; 130: Ctrl-C.
    """
    args = build_parser().parse_args(argv)
    try:
        return int(args.run(args))
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130
    except (OSError, ValueError) as error:
        # Only a named error of these packages refuses an input; any other is a fault of ours.
        if isinstance(error, ValueError) and not type(error).__module__.startswith(
            ("lesions.", "inference.")
        ):
            raise
        print(f"error: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
