"""Methods and results as sentences that can go into a paper."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.contents import GROUP_NAMES, Report
from analysis.measures.patients import MIN_PATIENTS, N_RESAMPLES, SEED
from analysis.page.blinding import blinding_sentences
from analysis.page.parts import Row, records
from analysis.page.sentences import (
    Sentence,
    Written,
    decimal,
    joined,
    probability,
    sentence,
    share,
    whole,
)

_RULES = {
    "set": "an answer of several classes took their common family, was unclear where all were MS "
    "lesions of different families, and no MS lesion otherwise",
    "primary": "an answer of several classes took the family of the class that was ranked first",
    "any_ms": "an answer of several classes took the common family of its MS lesion classes",
}


@dataclass(frozen=True)
class Text:
    """Paragraphs by heading; each is a list of sentences."""

    methods: tuple[Sentence, ...]
    results: tuple[Sentence, ...]

    def as_dict(self) -> dict[str, list[dict[str, Any]]]:
        """Give each sentence as text, with its numbers in order."""
        return {"methods": _plain(self.methods), "results": _plain(self.results)}


def _plain(sentences: Iterable[Sentence]) -> list[dict[str, Any]]:
    return [{"text": one.plain, "numbers": list(one.numbers)} for one in sentences]


def report_text(report: Report) -> Text:
    """Write methods and results with the report's numbers; what is missing is said so."""
    results = [
        *_lesions(report),
        *_confidence(report),
        *_correction(report),
        *_agreement(report),
        *_metrics(report),
        *blinding_sentences(report),
    ]
    return Text(tuple(_methods(report)), tuple(results))


def _methods(report: Report) -> Iterator[Sentence]:
    yield sentence(
        "The ROIs were reviewed by {} {}, blinded to their group; we analysed the newest "
        "revision of the first answer to each ROI ({} {}; {} earlier {} and {} {} to hidden "
        "repeats were left out).",
        *_counted(len(report.raters), "rater"),
        *_counted(report.n_used, "answer"),
        *_counted(report.n_older_revisions, "revision"),
        *_counted(report.n_repeats, "answer"),
    )
    n_protocols = len(report.tables["protocols"])
    if n_protocols > 1:
        yield sentence(
            "The answers were given under {} versions of the protocol and were pooled.",
            whole(n_protocols),
        )
    yield sentence("Classes were grouped into families; {}.", _RULES[report.rule])
    yield sentence(
        "Shares have Wilson intervals ({} %), and percentile intervals from {} resamples of whole "
        "patients (seed {}; at least {} patients).",
        Written(report.level, f"{100 * report.level:g}"),
        whole(N_RESAMPLES),
        Written(SEED, str(SEED)),
        whole(MIN_PATIENTS),
    )
    yield sentence(
        "Confidence in FNL and in FPL was compared with that in TPL by the one-sided Mann-Whitney "
        "test (group lower) and the two-sided two-sample Anderson-Darling test, both with exact "
        "permutation p-values, by Cliff’s delta, by Datta and Satten’s rank-sum test clustered by "
        "patient, and by proportional-odds models adjusted for log volume, with errors clustered "
        "by patient and with a random patient intercept (adaptive Gauss-Hermite quadrature); "
        "p-values were adjusted by Holm’s method over all raters and comparisons."
    )
    yield sentence(
        "The share of delineations that need correction was compared over the groups by Pearson’s "
        "chi-square test and the Fisher-Freeman-Halton exact test, and between pairs of groups by "
        "the chi-square test with Yates’ correction, adjusted by Benjamini and Hochberg’s method "
        "over one rater’s pairs, with Newcombe’s intervals of the differences."
    )
    yield sentence(
        "Agreement was measured by percent agreement, Cohen’s kappa, Gwet’s AC1 and AC2, and "
        "Krippendorff’s alpha; weights for confidence were quadratic."
    )


def _counted(n: int, noun: str) -> tuple[Written, str]:
    return whole(n), noun if n == 1 else f"{noun}s"


def _lesions(report: Report) -> Iterator[Sentence]:
    families = report.tables["families"]
    for group, hypothesis in (("FPL_MS", "H1"), ("FPL_mimic", "H2")):
        own = families[(families["group"] == group) & (families["family"] == "MS")]
        pieces = [_share_of(report, row) for row in records(own)]
        lead = f"{hypothesis}: of the {GROUP_NAMES[group]}, MS lesions were seen "
        yield joined([sentence(lead), joined(pieces, "; "), sentence(".")], "")


def _share_of(report: Report, row: Row) -> Sentence:
    name = report.rater_name(row["rater"])
    if not row["n_answers"]:
        return sentence("not by {}, who gave no answers", name)
    piece = sentence(
        "by {} in {} of {} ({} %, {} to {} %",
        name,
        whole(row["n"]),
        whole(row["n_answers"]),
        share(row["share"]),
        share(row["low"]),
        share(row["high"]),
    )
    if pd.isna(row["patient_low"]):
        return joined([piece, sentence(")")], "")
    ends = sentence(
        "; over patients {} to {} %)", share(row["patient_low"]), share(row["patient_high"])
    )
    return joined([piece, ends], "")


def _confidence(report: Report) -> Iterator[Sentence]:
    models = report.tables["confidence_models"]
    mixed = models[models["model"] == "random patient intercept"]
    ratios = {(row["rater"], row["term"]): row for row in records(mixed)}
    for row in records(report.tables["confidence_tests"]):
        name, group = report.rater_name(row["rater"]), GROUP_NAMES[row["group"]]
        if pd.isna(row["p_mann_whitney_exact"]):
            yield sentence(
                "H3, {}, {} against TPL: not tested ({}).", name, group, str(row["not_available"])
            )
            continue
        pieces = [
            sentence(
                "H3, {}, {} against TPL: Cliff’s delta {}",
                name,
                group,
                decimal(row["cliffs_delta"]),
            )
        ]
        if not pd.isna(row["delta_low"]):
            pieces.append(
                sentence(" ({} to {})", decimal(row["delta_low"]), decimal(row["delta_high"]))
            )
        pieces.append(
            sentence(
                ", one-sided Mann-Whitney exact {} (Holm’s {})",
                probability(row["p_mann_whitney_exact"]),
                probability(row["p_holm"]),
            )
        )
        if not pd.isna(row["p_clustered"]):
            pieces.append(sentence("; clustered by patient {}", probability(row["p_clustered"])))
        if not pd.isna(row["p_ad_exact"]):
            pieces.append(sentence("; Anderson-Darling exact {}", probability(row["p_ad_exact"])))
        model = ratios.get((row["rater"], row["group"]))
        if model is not None and not pd.isna(model["low"]):
            pieces.append(
                sentence(
                    "; odds ratio of higher confidence at equal volume {} ({} to {}; mixed model)",
                    decimal(model["odds_ratio"]),
                    decimal(model["low"]),
                    decimal(model["high"]),
                )
            )
        yield joined([*pieces, sentence(".")], "")


def _correction(report: Report) -> Iterator[Sentence]:
    pairs = report.tables["correction_pairs"]
    for row in records(report.tables["correction_tests"]):
        name = report.rater_name(row["rater"])
        if pd.isna(row["p_chi2"]):
            yield sentence("H4, {}: not tested ({}).", name, str(row["not_available"]))
            continue
        own = pairs[(pairs["rater"] == row["rater"]) & pairs["q_yates"].notna()]
        yield sentence(
            "H4, {}: the share that needs correction, over {} groups, chi-square {} with {} "
            "degrees of freedom, {}, exact {}, Cramér’s V {} ({} to {}); the smallest q of {} "
            "pairs by Yates’ test is {}.",
            name,
            whole(len(row["groups"])),
            decimal(row["chi2"]),
            whole(row["df"]),
            probability(row["p_chi2"]),
            probability(row["p_exact"]),
            decimal(row["cramers_v"]),
            decimal(row["v_low"]),
            decimal(row["v_high"]),
            whole(len(own)),
            decimal(own["q_yates"].min(), 3),
        )


def _agreement(report: Report) -> Iterator[Sentence]:
    table = report.tables["agreement"]
    table = table[(table["kind"] == "all raters") & (table["group"] == "all")]
    by_key = {(row["question"], row["coefficient"]): row for row in records(table)}
    for question, coefficient, words in (
        ("family", "Gwet AC1", "families of classes"),
        ("confidence", "Gwet AC2, quadratic", "confidence"),
        ("correction", "Gwet AC1", "the need for correction"),
    ):
        row, percent = by_key[question, coefficient], by_key[question, "percent"]
        if pd.isna(row["value"]):
            yield sentence("Agreement on {}: not available ({}).", words, str(row["not_available"]))
            continue
        pieces = [
            sentence(
                "Agreement on {}, {} ROIs: {} % of pairs of answers agree, {} is {}",
                words,
                whole(row["n_items"]),
                share(percent["value"]),
                coefficient,
                decimal(row["value"]),
            )
        ]
        if not pd.isna(row["low"]):
            pieces.append(sentence(" ({} to {})", decimal(row["low"]), decimal(row["high"])))
        yield joined([*pieces, sentence(".")], "")


def _metrics(report: Report) -> Iterator[Sentence]:
    table = report.tables["corrected_metrics"]
    table = table[(table["counts_as"] == "MS") & (table["metric"] == "precision")]
    for row in records(table):
        if row["judge"] == "rater":
            judge = f"by {report.rater_name(row['raters'][0])}"
        else:
            judge = f"by {row['judge']}"
        if pd.isna(row["corrected"]):
            yield sentence(
                "Precision after the review {}: not available ({}).",
                judge,
                str(row["not_available"]),
            )
            continue
        pieces = [
            sentence(
                "Precision goes from {} to {} % where the FPL that are called MS lesions {} count "
                "as true",
                share(row["plain"]),
                share(row["corrected"]),
                judge,
            )
        ]
        if not pd.isna(row["change_low"]):
            ends = share(row["change_low"]), share(row["change_high"])
            pieces.append(sentence(" (change over patients {} to {} percentage points)", *ends))
        yield joined([*pieces, sentence(".")], "")
