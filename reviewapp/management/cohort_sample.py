"""The options of commands that can draw a study's sample from its cohort."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core.management.base import CommandParser

from lesions.columns import DRAWN_IN
from reviewapp.cohort_samples import Draw, draw_rois


def add_sample_arguments(parser: CommandParser) -> None:
    """Add the options of a sample that is drawn here."""
    usual = Draw()
    parser.add_argument(
        "--n",
        type=int,
        default=usual.n,
        help="without rois.tsv: FNLs and TPLs to draw, each (%(default)s)",
    )
    parser.add_argument(
        "--sample-seed",
        type=int,
        default=usual.seed,
        metavar="SEED",
        help="without rois.tsv: seed of the sample (%(default)s)",
    )
    parser.add_argument(
        "--acquisition",
        help="without rois.tsv: acquisition to sample; needed where the cohort has several",
    )
    parser.add_argument(
        "--tpl-drawn-in",
        choices=sorted(DRAWN_IN),
        default=usual.tpl_drawn_in,
        help="without rois.tsv: mask whose outline of a TPL is shown (%(default)s)",
    )
    parser.add_argument(
        "--max-per-patient",
        type=int,
        metavar="N",
        help="without rois.tsv: most FNLs, and most TPLs, of one patient (the fewest that keep "
        "the balance)",
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
    draw = Draw(
        n=options["n"],
        seed=options["sample_seed"],
        acquisition=options["acquisition"],
        tpl_drawn_in=options["tpl_drawn_in"],
        max_per_patient=options["max_per_patient"],
    )
    with TemporaryDirectory() as folder:
        path = Path(folder) / "rois.tsv"
        warnings = draw_rois(
            options["scans"], draw, path, command="manage.py create_study", jobs=options["jobs"]
        )
        sys.stderr.writelines(f"warning: {warning}\n" for warning in warnings)
        yield path
