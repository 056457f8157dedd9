"""Which method gave each number of the tables of reasons, corrected metrics and time."""

from analysis.methods.method import PATIENTS, Method

REVIEW_METHODS = (
    Method(
        "reason_sets",
        ("n", "share"),
        "count and share of each set of reasons",
        "order of the questionnaire, custom words left out",
        "the paper, Figure B.13; Lex et al. 2014, doi:10.1109/TVCG.2014.2346248 (UpSet)",
    ),
    Method(
        "reason_confidence",
        ("mean_with", "mean_without"),
        "mean confidence of answers with and without the reason",
        "all groups together",
        "the paper, section 4.2.4 (H3)",
    ),
    Method(
        "reason_confidence",
        ("cliffs_delta", "delta_low", "delta_high"),
        "Cliff's delta of answers with and without the reason",
        "asymmetric interval; answers taken as independent",
        "Cliff 1993, doi:10.1037/0033-2909.114.3.494; Feng and Cliff 2004, "
        "doi:10.22237/jmasm/1099267800",
    ),
    Method(
        "corrected_metrics",
        ("plain", "corrected", "change", "tpl", "fpl", "fnl", "fpl_lesions", "fnl_rejected"),
        "lesion-wise precision, recall and F1 before and after the review",
        "pooled over MS patients; ROIs count by their sampling weight; FPL called lesions become "
        "TPL, FNL called no MS lesion are left out; shares over the ROIs answered stand for all",
        "the paper, section 3.3.1; Horvitz and Thompson 1952, doi:10.1080/01621459.1952.10483446",
    ),
    Method(
        "corrected_metrics",
        (
            *("plain_low", "plain_high", "corrected_low", "corrected_high"),
            *("change_low", "change_high"),
        ),
        *PATIENTS,
    ),
    Method(
        "time",
        ("median_s", "q1_s", "q3_s", "low_s", "high_s"),
        "median and quartiles of active time; interval of the median by ranks",
        "first showings; coverage at least the level",
        "Conover 1999, Practical Nonparametric Statistics, section 3.2",
    ),
    Method(
        "time_trends",
        ("spearman", "low", "high", "p_spearman"),
        "Spearman's rank correlation",
        "answers taken as independent; interval by Fisher's z",
        "Bonett and Wright 2000, doi:10.1007/BF02294183",
    ),
    Method(
        "blinding",
        ("bang", "low", "high"),
        "Bang's blinding index",
        "right guesses less wrong ones over all answers; two-sided normal interval, cut at -1 and "
        "1; answers taken as independent",
        "Bang, Ni and Davis 2004, doi:10.1016/j.cct.2003.10.016",
    ),
)
