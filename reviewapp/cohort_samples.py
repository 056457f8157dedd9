"""Draw a study's sample straight from a cohort: lesion table and sample in one go."""

from dataclasses import dataclass
from pathlib import Path

from lesions.formats import ROIS
from lesions.lesion_table import build_lesion_table
from lesions.sampling import sample_rois
from lesions.scans import read_scans
from lesions.tsv import write_table


@dataclass(frozen=True)
class Draw:
    """How to sample a cohort: the arguments of `lesions.sampling.sample_rois`."""

    n: int = 50
    seed: int = 42
    acquisition: str | None = None
    tpl_drawn_in: str = "reference"
    max_per_patient: int | None = None


def draw_rois(
    scans_path: Path | str, draw: Draw, rois_path: Path | str, *, command: str, jobs: int = 1
) -> tuple[str, ...]:
    """Write the rois.tsv of a cohort's sample, with its dictionary; give the balance's warnings.

    Parameters
    ----------
    scans_path, rois_path : paths of the cohort's table and of the sample's
    draw : Draw
    command : str
        What draws, for the dictionary.
    jobs : int
        Scans worked on at once.

    Raises
    ------
    SamplingError, TableError, ImageError, MaskError, GridError
        The cohort can't be sampled.
    """
    table = build_lesion_table(read_scans(scans_path), jobs)
    sample = sample_rois(
        table,
        n=draw.n,
        seed=draw.seed,
        tpl_drawn_in=draw.tpl_drawn_in,
        max_per_patient=draw.max_per_patient,
        acquisition=draw.acquisition,
    )
    provenance = {
        "Command": command,
        "Scans": Path(scans_path).name,
        "N": draw.n,
        "Seed": draw.seed,
        "Acquisition": sample.balance.acquisition,
        "TplDrawnIn": draw.tpl_drawn_in,
        "MaxPerPatient": draw.max_per_patient,
    }
    write_table(sample.rois, rois_path, ROIS, provenance)
    return sample.balance.warnings
