"""What a study holds: people, scans, ROIs, the order of showing, answers, and who looked when."""

from reviewapp.models.answer import AnswerRevision, Assignment, Correction
from reviewapp.models.constraints import NAME_LENGTH
from reviewapp.models.images import Roi, Scan, Volume
from reviewapp.models.page import Draft, Preferences
from reviewapp.models.study import Membership, Study, Unblinding

__all__ = [
    "NAME_LENGTH",
    "AnswerRevision",
    "Assignment",
    "Correction",
    "Draft",
    "Membership",
    "Preferences",
    "Roi",
    "Scan",
    "Study",
    "Unblinding",
    "Volume",
]
