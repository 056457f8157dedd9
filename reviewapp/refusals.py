"""What the app refuses in words that tell a person what to change."""

from lesions.geometry import GridError
from lesions.nifti import ImageError
from lesions.questionnaire import QuestionnaireError
from lesions.sampling import SamplingError
from lesions.tsv import TableError
from reviewapp.answer_errors import AnswerError
from reviewapp.backups.archive import BackupError
from reviewapp.backups.rows import RowsError
from reviewapp.crops import CropError
from reviewapp.exports import BlindedError
from reviewapp.freezing import SampleError
from reviewapp.lookup import UnknownNameError
from reviewapp.order import OrderError
from reviewapp.steps import StudyError
from reviewapp.tokens import TokenError
from reviewapp.volumes import VolumeError

#: Errors that tell a person what to change; anything else is a fault of ours, with its traceback.
REFUSALS = (
    AnswerError,
    BackupError,
    BlindedError,
    CropError,
    GridError,
    ImageError,
    OrderError,
    QuestionnaireError,
    RowsError,
    SampleError,
    SamplingError,
    StudyError,
    TableError,
    TokenError,
    UnknownNameError,
    VolumeError,
    OSError,
)


def in_words(error: BaseException) -> str:
    """Give the message of a refusal as one line."""
    return " ".join(str(error).split())
