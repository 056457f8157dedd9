"""Take bottleneck features of a cohort: `python -m inference features`."""

import argparse
import sys
from pathlib import Path

from inference.feature_table import FeatureSettings, collect_features
from inference.scan_options import add_device, add_model, choose_device, read_chosen
from lesions.options import add_scan_choice, at_least

#: Parts of the brain's box along each axis: a bottleneck cell of nnU-Net's plans at 1 mm is 32 mm
#: wide, and a brain of 140 x 170 x 140 mm has five or six of them along an axis.
GRID = (6, 6, 6)
EPILOG = (
    "A scan that can't be read is told at the end, with exit code 1, and doesn't stop the others. "
    "The same command again goes on where it stopped. Arrays: docs/formats.md."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's options."""
    parser.epilog = EPILOG
    add = parser.add_argument
    add_model(parser)
    add("--out", type=archive_to_write, required=True, metavar="FILE", help="features.npz to write")
    add(
        "--grid",
        type=at_least(1),
        nargs=3,
        default=GRID,
        metavar="N",
        help="parts of the brain's box along the axes of the file (default: 6 6 6)",
    )
    add_scan_choice(parser)
    add_device(parser)


def run(args: argparse.Namespace) -> int:
    """Take the features, and say of how many scans, of which not, and why."""
    device = choose_device(args.device)
    model, cohort, scans = read_chosen(args)
    grid_i, grid_j, grid_k = args.grid
    settings = FeatureSettings(args.mirrors, (grid_i, grid_j, grid_k), args.bfloat16)
    done = collect_features(model, cohort, scans, args.out, settings, device)
    print(f"{args.out}: scans: {done.n_scans}, of them new: {done.n_new}; on {device.type}")
    for note in done.notes:
        print(f"note: {note}", file=sys.stderr)
    for name, why in done.failed:
        print(f"error: {name}: {why}", file=sys.stderr)
    return 1 if done.failed else 0


def archive_to_write(text: str) -> Path:
    """Take the path of an archive that a command will write, for argparse's `type`.

    >>> archive_to_write("features.npz").name
    'features.npz'
    """
    path = Path(text)
    if path.suffix != ".npz":
        raise argparse.ArgumentTypeError(f'expected a name that ends in .npz, not "{text}"')
    return path
