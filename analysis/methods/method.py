"""What the report says of how a number is made."""

from dataclasses import dataclass

from analysis.measures.patients import MIN_PATIENTS, N_RESAMPLES, SEED


@dataclass(frozen=True)
class Method:
    """How the numbers in some columns of a table are made."""

    table: str
    columns: tuple[str, ...]
    name: str
    options: str
    source: str


WILSON = (
    "Wilson score interval",
    "no continuity correction; answers taken as independent",
    "Newcombe 1998, method 3, doi:10.1002/(SICI)1097-0258(19980430)17:8<857::AID-SIM777>3.0.CO;2-E",
)
PATIENTS = (
    "percentile interval of a cluster bootstrap over patients",
    f"{N_RESAMPLES:,} resamples, seed {SEED}, at least {MIN_PATIENTS} patients (in each group, for "
    "delta)",
    "Field and Welsh 2007, doi:10.1111/j.1467-9868.2007.00593.x",
)
