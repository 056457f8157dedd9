"""Options that several commands share."""

import argparse
from collections.abc import Callable
from pathlib import Path

from lesions.columns import SPLITS


def at_least(minimum: int) -> Callable[[str], int]:
    """Give a parser of whole numbers from `minimum` on, for argparse's `type`.

    >>> at_least(1)("4")
    4
    """

    def parse(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            value = minimum - 1
        if value < minimum:
            raise argparse.ArgumentTypeError(
                f'expected a whole number from {minimum}, not "{text}"'
            )
        return value

    return parse


def table_to_write(text: str) -> Path:
    """Take the path of a table that a command will write, for argparse's `type`.

    The dictionary goes beside the table as .json, so its name must be another.

    >>> table_to_write("lesions.tsv").name
    'lesions.tsv'
    """
    path = Path(text)
    if path.suffix != ".tsv":
        raise argparse.ArgumentTypeError(f'expected a name that ends in .tsv, not "{text}"')
    return path


def add_scan_choice(parser: argparse.ArgumentParser, splits: str = "all") -> None:
    """Describe which scans of a cohort are taken, as `lesions.cases.choose_scans` takes it.

    Parameters
    ----------
    parser : ArgumentParser
    splits : str
        What is taken where no split is named, in words.
    """
    add = parser.add_argument
    add(
        "--splits",
        nargs="+",
        choices=list(SPLITS),
        metavar="SPLIT",
        help=f"take scans of these splits only: {', '.join(SPLITS)} (default: {splits})",
    )
    add("--acquisition", metavar="NAME", help="take scans of this acquisition only")
    add("--mixed", action="store_true", help="take several acquisitions as the model's one channel")
