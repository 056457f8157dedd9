"""What a study holds: people, scans, ROIs, the order of showing, answers, and who looked when."""

from reviewapp.models.access import AccessLog
from reviewapp.models.account import RecoveryCode
from reviewapp.models.answer import AnswerRevision, Assignment, Correction
from reviewapp.models.build import PASSING_STATES, Build, SharedCohort
from reviewapp.models.constraints import NAME_LENGTH
from reviewapp.models.images import Roi, Scan, Volume
from reviewapp.models.life import Invitation, ProtocolVersion, StudyStep
from reviewapp.models.page import Draft, Preferences
from reviewapp.models.practice import PracticeAnswer, PracticeRoi
from reviewapp.models.seal import Seal
from reviewapp.models.study import LOOKS, STATES, Membership, Study
from reviewapp.models.tally import Tally
from reviewapp.models.token import ApiToken

__all__ = [
    "LOOKS",
    "NAME_LENGTH",
    "PASSING_STATES",
    "STATES",
    "AccessLog",
    "AnswerRevision",
    "ApiToken",
    "Assignment",
    "Build",
    "Correction",
    "Draft",
    "Invitation",
    "Membership",
    "PracticeAnswer",
    "PracticeRoi",
    "Preferences",
    "ProtocolVersion",
    "RecoveryCode",
    "Roi",
    "Scan",
    "Seal",
    "SharedCohort",
    "Study",
    "StudyStep",
    "Tally",
    "Volume",
]
