"""Which test gave each number beside the paper's of H3."""

from analysis.measures.cumulative import N_POINTS
from analysis.methods.method import Method

CONFIDENCE_METHODS = (
    Method(
        "confidence_tests",
        ("delta_low", "delta_high", "chance_lower", "chance_low", "chance_high"),
        "interval of Cliff's delta, and P(group below TPL)",
        "unbiased variance, asymmetric interval, t quantiles; ties count as one half",
        "Cliff 1993, doi:10.1037/0033-2909.114.3.494; Feng and Cliff 2004, "
        "doi:10.22237/jmasm/1099267800",
    ),
    Method(
        "confidence_tests",
        ("z_clustered", "p_clustered"),
        "Datta and Satten's rank-sum test for clustered data",
        "one-sided (group lower than TPL), clusters are patients, normal approximation",
        "Datta and Satten 2005, doi:10.1198/016214504000001583",
    ),
    Method(
        "confidence_tests",
        ("p_holm", "p_clustered_holm"),
        "Holm's adjustment",
        "over all raters and comparisons of the table that could be tested",
        "Holm 1979, Scandinavian Journal of Statistics 6: 65-70",
    ),
    Method(
        "confidence_models",
        ("odds_ratio", "low", "high", "log_odds", "error", "p_model", "log_likelihood"),
        "proportional-odds model of confidence by group and log2 volume",
        "TPL is the reference. Plain model: sandwich errors over patients, scaled by G / (G - 1), "
        "t with G - 1 degrees of freedom for G patients. Mixed model: Wald's normal interval",
        "McCullagh 1980, doi:10.1111/j.2517-6161.1980.tb01109.x; Liang and Zeger 1986, "
        "doi:10.1093/biomet/73.1.13",
    ),
    Method(
        "confidence_models",
        ("patient_sd",),
        "standard deviation of a normal random intercept a patient",
        f"adaptive Gauss-Hermite quadrature with {N_POINTS} points, maximum likelihood",
        "Pinheiro and Bates 1995, doi:10.1080/10618600.1995.10474663; Christensen, R package "
        "ordinal (clmm)",
    ),
    Method(
        "confidence_models",
        ("p_holm",),
        "Holm's adjustment",
        "over the groups of all raters, model by model; volume is not among them",
        "Holm 1979, Scandinavian Journal of Statistics 6: 65-70",
    ),
)
