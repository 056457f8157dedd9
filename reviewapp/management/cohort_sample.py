"""Draw a study's sample straight from a cohort: lesion table and sample in one go."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core.management.base import CommandParser

from lesions.formats import ROIS
from lesions.lesion_table import build_lesion_table
from lesions.sampling import sample_rois
from lesions.scans import read_scans
from lesions.tsv import write_table

N, SEED = 50, 42


def add_sample_arguments(parser: CommandParser) -> None:
    """Add the options of a sample that is drawn here."""
    parser.add_argument(
        "--n",
        type=int,
        default=N,
        help="without rois.tsv: FNLs and TPLs to draw, each (%(default)s)",
    )
    parser.add_argument(
        "--sample-seed",
        type=int,
        default=SEED,
        metavar="SEED",
        help="without rois.tsv: seed of the sample (%(default)s)",
    )
    parser.add_argument(
        "--acquisition",
        help="without rois.tsv: acquisition to sample; needed where the cohort has several",
    )
    parser.add_argument(
        "--jobs", type=int, default=1, help="without rois.tsv: scans worked on at once (1)"
    )


@contextmanager
def rois_of(options: Mapping[str, Any]) -> Iterator[Path]:
    """Give the rois.tsv of the command line, or one drawn from the cohort, for a while.

    Raises
    ------
    SamplingError, TableError, ImageError, MaskError, GridError
        The cohort can't be sampled.
    """
    if options["rois"] is not None:
        yield options["rois"]
        return
    n, seed, acquisition = options["n"], options["sample_seed"], options["acquisition"]
    table = build_lesion_table(read_scans(options["scans"]), options["jobs"])
    sample = sample_rois(table, n=n, seed=seed, acquisition=acquisition)
    provenance = {
        "Command": "manage.py create_study",
        "Scans": options["scans"].name,
        "N": n,
        "Seed": seed,
        "Acquisition": sample.balance.acquisition,
    }
    with TemporaryDirectory() as folder:
        path = Path(folder) / "rois.tsv"
        write_table(sample.rois, path, ROIS, provenance)
        yield path
