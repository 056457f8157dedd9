"""Which test gave each number of the tables of agreement."""

from analysis.measures.ranked_lists import PERSISTENCE
from analysis.methods.method import PATIENTS, Method

AGREEMENT_METHODS = (
    Method(
        "agreement",
        ("value", "observed", "by_chance"),
        "percent agreement, Cohen's kappa, Gwet's AC1 and AC2, Krippendorff's alpha; for ranked "
        "classes extrapolated rank-biased overlap",
        "the coefficient's column names it and its weights; newest revision of the first showing; "
        f"ROIs with one answer are left out; persistence of the overlap {PERSISTENCE}",
        "Cohen 1960, doi:10.1177/001316446002000104; Cohen 1968, doi:10.1037/h0026256; Gwet 2008, "
        "doi:10.1348/000711006X126600; Krippendorff 2004, Content Analysis; Webber et al. 2010, "
        "doi:10.1145/1852102.1852106",
    ),
    Method(
        "agreement",
        ("error", "low", "high"),
        "standard error by linearisation; interval by the normal (kappa) or the t distribution",
        "ROIs taken as independent; ends beyond 1 and -1 are cut off",
        "Fleiss, Cohen and Everitt 1969, doi:10.1037/h0028106 (kappa); Gwet 2014, Handbook of "
        "Inter-Rater Reliability, chapter 5",
    ),
    Method("agreement", ("patient_low", "patient_high"), *PATIENTS),
    Method(
        "mcnemar",
        ("p_mcnemar", "p_mid"),
        "McNemar's exact test, and its mid-p",
        "two-sided, binomial over the ROIs on which the two differ",
        "McNemar 1947, doi:10.1007/BF02295996; Fagerland et al. 2013, doi:10.1186/1471-2288-13-91",
    ),
    Method(
        "mcnemar",
        ("p_holm",),
        "Holm's adjustment",
        "over all pairs of raters, groups and claims that could be tested",
        "Holm 1979, Scandinavian Journal of Statistics 6: 65-70",
    ),
    Method(
        "mcnemar",
        ("difference", "low", "high"),
        "difference of two paired proportions with Newcombe's score interval",
        "method 10, from two Wilson intervals",
        "Newcombe 1998, doi:10.1002/(SICI)1097-0258(19981130)17:22<2635::AID-SIM954>3.0.CO;2-C",
    ),
)
