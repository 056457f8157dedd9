"""The columns of the tables beside H1 and H2: other rules, and answers that changed."""

from analysis.tables.columns import CLUSTER, GROUP, N_ANSWERS, RATER, SHARE, WHY, count
from lesions.columns import Column, Format
from lesions.questionnaire import FAMILIES

RULE_NAMES = {
    "set": "all classes in one family; several MS families are UNCLEAR; any other class is OTHER",
    "primary": "the class that was ranked first",
    "any_ms": "the MS lesion classes alone, where there is one",
}
_FAMILY = dict.fromkeys(FAMILIES, "family of the classes, by the rule of the report")

RULES_COMPARED = Format(
    "rules.tsv",
    "H1, H2 by each rule: how many ROIs a rater calls MS lesions.",
    (
        RATER,
        GROUP,
        Column("rule", "text", "how several classes collapse into one family", levels=RULE_NAMES),
        count("n", "answers that call the ROI an MS lesion"),
        N_ANSWERS,
        *SHARE,
        *CLUSTER,
        WHY,
    ),
    ("rater", "group", "rule"),
)

CHANGED = Format(
    "changed.tsv",
    "Classes that a rater changed from one revision of an answer to the next.",
    (
        RATER,
        GROUP,
        Column("classes_before", "list", "class names, most certain first"),
        Column("classes_after", "list", "class names, most certain first"),
        Column("family_before", "text", "what they collapsed to", levels=_FAMILY),
        Column("family_after", "text", "what they collapse to", levels=_FAMILY),
        count("n", "changes from the one list to the other"),
    ),
    ("rater", "group", "classes_before", "classes_after"),
)

CLASS_FORMATS = (RULES_COMPARED, CHANGED)
