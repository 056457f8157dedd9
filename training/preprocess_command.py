"""Bring scans and masks through optional steps: `python -m training preprocess`."""

import argparse
import math
from pathlib import Path

from lesions.atomic import OutputError
from lesions.checksums import sha256
from lesions.options import at_least
from lesions.progress import progress_bar
from lesions.scans import Cohort, Scan, read_scans, write_scans
from training.brain import N_DILATIONS, TOOLS, BrainError, tool_version
from training.preprocess import Steps
from training.preprocessed import preprocess_scan


class PreprocessError(ValueError):
    """Scans couldn't be preprocessed; the message names each and says why."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's options."""
    parser.epilog = (
        "Order: axes, registration, brain, spacing. Writes a cohort, scans.tsv, for `split`, "
        "`dataset` and `python -m inference predict`: what a model is trained on and what it "
        "predicts go through the same steps. A second call goes on where the first stopped."
    )
    add = parser.add_argument
    add("scans", type=Path, metavar="scans.tsv", help="the cohort")
    add("--out", type=Path, required=True, metavar="DIR", help="folder of the new cohort")
    add("--orientation", metavar="CODES", help="how the axes are to run, such as RAS")
    add(
        "--register-to",
        metavar="IMAGE",
        help="turn and shift each scan onto this image, and resample it there; {participant_id}, "
        "{session_id}, {acquisition} and {scan} stand for the scan's own",
    )
    add(
        "--brain",
        choices=["given", *TOOLS],
        help="set to 0 what is no brain: by the table's brain_mask, or by a tool that is installed "
        "for it (requirements-brain.txt)",
    )
    add(
        "--dilate",
        type=at_least(0),
        default=N_DILATIONS,
        metavar="N",
        help="grow the brain by 26 neighbours so many times (default: %(default)s, the paper's)",
    )
    add(
        "--spacing",
        type=_millimetres,
        nargs="+",
        metavar="MM",
        help="side of the voxels to resample to, one or three; the paper's experiment 3: 0.5",
    )


def run(args: argparse.Namespace) -> int:
    """Preprocess every scan, tell at the end which couldn't be, and write the cohort."""
    if not any((args.orientation, args.register_to, args.brain, args.spacing)):
        raise PreprocessError(
            "expected a step: --orientation, --register-to, --brain or --spacing, came none"
        )
    if args.spacing is not None and len(args.spacing) not in (1, 3):
        raise PreprocessError(f"expected one or three numbers of mm, came {len(args.spacing)}")
    if args.brain in TOOLS:
        tool_version(args.brain)
    steps = Steps(
        orientation=args.orientation,
        register_to=args.register_to,
        brain=args.brain,
        n_dilations=args.dilate,
        spacing_mm=None if args.spacing is None else tuple(args.spacing),
    )
    cohort = read_scans(args.scans)
    finished, refused = _preprocess_all(cohort, args.out, steps)
    if finished:
        provenance = {
            "Command": "python -m training preprocess",
            "Scans": {"file": cohort.path.name, "sha256": sha256(cohort.path)},
            "Steps": vars(steps),
            "Refused": sorted(refused),
        }
        write_scans(finished, args.out / "scans.tsv", provenance, synthetic=cohort.synthetic)
        print(f"{args.out / 'scans.tsv'}: scans: {len(finished)}")
    if refused:
        lines = "\n".join(f"  {name}: {why}" for name, why in refused.items())
        raise PreprocessError(f"{len(refused)} of {len(cohort.scans)} scans are left out:\n{lines}")
    return 0


def _preprocess_all(cohort: Cohort, out: Path, steps: Steps) -> tuple[list[Scan], dict[str, str]]:
    """Give the scans that went well, and the name of each other with the reason."""
    finished: list[Scan] = []
    refused: dict[str, str] = {}
    with progress_bar(cohort.scans, desc="scans", unit="scan") as bar:
        for scan in bar:
            try:
                done = preprocess_scan(scan, out.resolve(), steps, synthetic=cohort.synthetic)
            except (OutputError, BrainError):
                raise  # the next scan would fail too
            except ValueError as error:
                if not type(error).__module__.startswith(("lesions.", "training.")):
                    raise
                refused[scan.name] = str(error)
            except MemoryError:
                refused[scan.name] = "expected memory for its steps, there is too little"
            except RuntimeError as error:  # of SimpleITK, which names its own source lines first
                last = (str(error).strip() or type(error).__name__).splitlines()[-1]
                refused[scan.name] = f"expected a scan that SimpleITK takes, {last}"
            else:
                finished.append(done)
    return finished, refused


def _millimetres(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 < value < math.inf:
        raise argparse.ArgumentTypeError(f'expected a number of mm above 0, not "{text}"')
    return value
