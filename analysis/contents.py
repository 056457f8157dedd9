"""What a report holds."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
from matplotlib.figure import Figure

from lesions.questionnaire import CollapseRule, Questionnaire

#: Groups in words, for people.
GROUP_NAMES = {
    "FPL_MS": "FPL (MS)",
    "FPL_mimic": "FPL (mimic)",
    "TPL": "TPL",
    "FNL": "FNL",
}


@dataclass(frozen=True)
class Caption:
    """The words of a figure: what is under it, and what it shows to who can't see it."""

    text: str
    alt: str


@dataclass(frozen=True)
class Source:
    """Where the answers come from; `sha256` of the file, None where they come from no file."""

    name: str
    sha256: str | None = None


@dataclass(frozen=True)
class Report:
    """The statistics of a study: tables by name (`analysis.tables`), figures, how it was made.

    `synthetic`: made from phantoms. `interim`: the study was not unblinded yet. `simulated_raters`:
    names of raters that are a program. `n_answers`, `n_used`, `n_older_revisions`, `n_repeats`
    count the answers that came, that count, and that were left out. `looks` says who saw results by
    group, when and why, `n_interim_looks` how many of them came before the unblinding,
    `amendments` what changed in the protocol. `added_raters` and `withdrawn_raters` came and left
    after the start.
    """

    tables: Mapping[str, pd.DataFrame]
    figures: Mapping[str, Figure]
    captions: Mapping[str, Caption]
    questionnaire: Questionnaire
    source: Source
    rule: CollapseRule
    level: float
    raters: tuple[str, ...]
    synthetic: bool
    interim: bool
    simulated_raters: tuple[str, ...]
    n_answers: int
    n_used: int
    n_older_revisions: int
    n_repeats: int
    versions: Mapping[str, str]
    protocol_sha256: str | None = None
    looks: tuple[str, ...] = ()
    n_interim_looks: int = 0
    amendments: tuple[str, ...] = ()
    added_raters: tuple[str, ...] = ()
    withdrawn_raters: tuple[str, ...] = ()

    def rater_name(self, rater: str) -> str:
        """Give the rater's name, marked where the rater is a program."""
        return f"{rater} (simulated)" if rater in self.simulated_raters else rater
