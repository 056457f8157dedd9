"""Which answers count, which are left out, and under which protocols they were given."""

import pandas as pd

from analysis.answers import Selection
from analysis.questions.classes import cells
from analysis.tables.formats import ANSWER_COUNTS, PROTOCOLS, as_table


def answer_counts(selection: Selection) -> pd.DataFrame:
    """Count the answers used and left out, the patients, and the medians of size and time."""
    shown = ["rater", "roi_id", "repeat"]
    newest = selection.all.sort_values([*shown, "revision"]).drop_duplicates(shown, keep="last")
    n_all = selection.all.groupby(["rater", "group"]).size()
    n_newest = newest.groupby(["rater", "group"]).size()
    rows = []
    for rater, group, answers in cells(selection):
        key, n_used = (rater, group), len(answers)
        rows.append(
            {"rater": rater, "group": group, "n_used": n_used}
            | {"n_older_revisions": int(n_all.get(key, 0)) - int(n_newest.get(key, 0))}
            | {"n_repeats": int(n_newest.get(key, 0)) - n_used}
            | {"n_patients": answers["participant_id"].nunique()}
            | {"median_volume_mm3": answers["volume_mm3"].median() if n_used else None}
            | {"median_active_s": answers["active_s"].median() if n_used else None}
        )
    return as_table(rows, ANSWER_COUNTS)


def protocol_counts(selection: Selection) -> pd.DataFrame:
    """Count the answers that count by the version of the protocol, in order of time."""
    used = selection.used
    protocol = used.get("protocol_sha256", pd.Series(index=used.index, dtype="object"))
    rows = [
        {
            "protocol_sha256": str(sha256),
            "n_used": len(answers),
            "n_raters": answers["rater"].nunique(),
            "n_rois": answers["roi_id"].nunique(),
            "first_answered_at": answers["answered_at"].min(),
            "last_answered_at": answers["answered_at"].max(),
        }
        for sha256, answers in used.groupby(protocol.fillna("not recorded"))
    ]
    rows.sort(key=lambda row: (row["first_answered_at"], row["protocol_sha256"]))
    return as_table(rows, PROTOCOLS)
