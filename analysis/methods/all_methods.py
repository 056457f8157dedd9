"""Which test, with which options, gave each number of the report, and where it is from."""

from analysis.methods.agreement import AGREEMENT_METHODS
from analysis.methods.confidence import CONFIDENCE_METHODS
from analysis.methods.method import PATIENTS, WILSON, Method
from analysis.methods.review import REVIEW_METHODS

METHODS: tuple[Method, ...] = (
    Method(
        "families",
        ("n", "share"),
        "count and share of answers whose classes collapse to the family",
        "rule as under options; MS = CL + WML + UNCLEAR",
        "the paper, sections 3.3.2 and 4.2.4 (H1, H2)",
    ),
    Method("families", ("low", "high"), *WILSON),
    Method("families", ("patient_low", "patient_high"), *PATIENTS),
    Method(
        "classes",
        ("n", "share"),
        "count and share of answers by class; several classes in one answer are a category",
        "each answer in one category",
        "the paper, Figure 10",
    ),
    Method(
        "combinations",
        ("n", "share"),
        "count and share of each ranked list of classes",
        "order kept, custom words left out",
        "the paper, section 4.2.4",
    ),
    Method(
        "confidence",
        ("mean", "sd", "median"),
        "mean, standard deviation and median of the confidence, 1 to the number of levels",
        "sd with ddof = 1",
        "the paper, Figure 9",
    ),
    Method(
        "confidence_tests",
        ("u", "p_mann_whitney"),
        "Mann-Whitney U test",
        "one-sided (group lower than TPL), normal approximation, tie and continuity correction; "
        "scipy.stats.mannwhitneyu(method='asymptotic')",
        "the paper, section 4.2.4 (H3); Mann and Whitney 1947, doi:10.1214/aoms/1177730491",
    ),
    Method(
        "confidence_tests",
        ("p_mann_whitney_exact",),
        "Mann-Whitney U test, exact permutation",
        "one-sided (group lower than TPL), all 2 x k tables with the margins observed",
        "Lehmann 1975, Nonparametrics, section 1.4",
    ),
    Method(
        "confidence_tests",
        ("cliffs_delta",),
        "Cliff's delta",
        "2 U / (n n_tpl) - 1",
        "Cliff 1993, doi:10.1037/0033-2909.114.3.494",
    ),
    Method("confidence_tests", ("patient_low", "patient_high"), *PATIENTS),
    *CONFIDENCE_METHODS,
    Method(
        "confidence_tests",
        ("ad_statistic", "p_ad_tabulated", "p_ad_clipped"),
        "k-sample Anderson-Darling test, k = 2",
        "two-sided, midranks, p from a table that ends at 0.001 and 0.25; "
        "scipy.stats.anderson_ksamp(variant='midrank')",
        "the paper, section 4.2.4 (H3); Scholz and Stephens 1987, "
        "doi:10.1080/01621459.1987.10478517",
    ),
    Method(
        "confidence_tests",
        ("p_ad_exact",),
        "k-sample Anderson-Darling test, k = 2, exact permutation",
        "two-sided, midranks, all 2 x k tables with the margins observed",
        "Scholz and Stephens 1987, doi:10.1080/01621459.1987.10478517",
    ),
    Method(
        "reasons",
        ("n", "share"),
        "count and share of answers that give the reason",
        "an answer may give several, so shares don't sum to 1",
        "the paper, Figure B.13",
    ),
    Method("reasons", ("low", "high"), *WILSON),
    Method(
        "correction",
        ("n", "share"),
        "count and share of answers that say the delineation needs correction",
        "all answers of the group",
        "the paper, section 4.2.4 (H4)",
    ),
    Method("correction", ("low", "high"), *WILSON),
    Method("correction", ("patient_low", "patient_high"), *PATIENTS),
    Method(
        "correction_tests",
        ("chi2", "df", "p_chi2", "min_expected"),
        "Pearson's chi-square test of independence",
        "no continuity correction, groups with answers; "
        "scipy.stats.chi2_contingency(correction=False)",
        "the paper, section 4.2.4 (H4)",
    ),
    Method(
        "correction_tests",
        ("p_exact",),
        "Fisher-Freeman-Halton exact test",
        "all tables with the margins observed that are not more probable",
        "Freeman and Halton 1951, doi:10.1093/biomet/38.1-2.141",
    ),
    Method(
        "correction_pairs",
        ("chi2_yates", "p_yates"),
        "Pearson's chi-square test, 2 x 2",
        "Yates' continuity correction; scipy.stats.chi2_contingency(correction=True)",
        "the paper, section 4.2.4 (H4), names no pairwise test",
    ),
    Method(
        "correction_pairs",
        ("p_plain",),
        "Pearson's chi-square test, 2 x 2",
        "no continuity correction; scipy.stats.chi2_contingency(correction=False)",
        "Pearson 1900, doi:10.1080/14786440009463897",
    ),
    Method(
        "correction_pairs",
        ("difference", "low", "high"),
        "difference of two shares with Newcombe's hybrid score interval",
        "method 10; answers taken as independent",
        "Newcombe 1998, doi:10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I",
    ),
    Method(
        "correction_tests",
        ("cramers_v", "v_low", "v_high"),
        "Cramér's V",
        "interval by the noncentral chi-square distribution; answers taken as independent",
        "Cramér 1946, Mathematical Methods of Statistics; Smithson 2003, Confidence Intervals",
    ),
    Method(
        "rules",
        ("n", "share"),
        "count and share of answers that call the ROI an MS lesion, by each rule",
        "MS = CL + WML + UNCLEAR",
        "the paper, sections 3.3.2 and 4.2.4 (H1, H2)",
    ),
    Method("rules", ("low", "high"), *WILSON),
    Method("rules", ("patient_low", "patient_high"), *PATIENTS),
    Method(
        "correction_pairs",
        ("p_fisher",),
        "Fisher's exact test, 2 x 2",
        "two-sided; scipy.stats.fisher_exact",
        "Fisher 1935, The Design of Experiments",
    ),
    Method(
        "correction_pairs",
        ("q_yates", "q_plain", "q_fisher"),
        "Benjamini-Hochberg adjustment",
        "over the pairs of one rater that could be tested; "
        "scipy.stats.false_discovery_control(method='bh')",
        "Benjamini and Hochberg 1995, doi:10.1111/j.2517-6161.1995.tb02031.x",
    ),
    Method(
        "sizes",
        ("p5_mm3", "q1_mm3", "median_mm3", "q3_mm3", "p95_mm3"),
        "quantiles of the volume",
        "each ROI once, linear between order statistics",
        "Hyndman and Fan 1996, doi:10.1080/00031305.1996.10473566, type 7",
    ),
    Method(
        "sizes",
        ("smd", "ks"),
        "standardised mean difference of log volume, and Kolmogorov-Smirnov distance",
        "against FPL_MS; pooled standard deviation of the two groups",
        "Austin 2009, doi:10.1002/sim.3697",
    ),
    *AGREEMENT_METHODS,
    *REVIEW_METHODS,
)
