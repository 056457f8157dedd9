"""The problems that mean more than their status: RFC 9457 `type`, and what to do about each."""

from dataclasses import dataclass
from http import HTTPStatus

#: The type of a problem that its status says all about (RFC 9457, 4.2.1).
ABOUT_BLANK = "about:blank"


@dataclass(frozen=True)
class ProblemType:
    """One kind of problem: its status, a title that never changes, and what to do about it."""

    name: str
    status: HTTPStatus
    title: str
    advice: str

    @property
    def uri(self) -> str:
        """Give the address that stands in `type`; it leads to the advice."""
        return f"/api/v1/problems/{self.name}/"

    def as_dict(self) -> dict[str, str | int]:
        """Give what its address tells."""
        return {
            "type": self.uri,
            "title": self.title,
            "status": int(self.status),
            "advice": self.advice,
        }


BROKEN_RULE = ProblemType(
    "broken-rule",
    HTTPStatus.BAD_REQUEST,
    "What was sent breaks a rule",
    "`errors` has one sentence a field: correct those and send it again. `confirm`, where it "
    "comes, names what may be confirmed so that the same answer is taken.",
)
BAD_QUERY = ProblemType(
    "bad-query",
    HTTPStatus.BAD_REQUEST,
    "A parameter of the address is unknown or malformed",
    "`errors` has one sentence a parameter, `allowed` names those that this address takes.",
)
CLOSED_STUDY = ProblemType(
    "closed-study",
    HTTPStatus.FORBIDDEN,
    "The study is closed",
    "It takes no more answers and drafts; what was given stays.",
)
PRACTICE_FIRST = ProblemType(
    "practice-first",
    HTTPStatus.FORBIDDEN,
    "The study begins with practice ROIs",
    "Open the study's review page: it leads to the next practice ROI.",
)
BLINDED = ProblemType(
    "blinded",
    HTTPStatus.FORBIDDEN,
    "The study is blinded",
    "What this address tells goes by group. Unblind the study first (POST …/unblind/): that is "
    "logged and closes it.",
)
READ_ONLY_TOKEN = ProblemType(
    "read-only-token",
    HTTPStatus.FORBIDDEN,
    "The token may only read",
    "Make a token of scope `write` for what changes a study.",
)
NEWER_ANSWER = ProblemType(
    "newer-answer",
    HTTPStatus.CONFLICT,
    "The ROI was answered elsewhere meanwhile",
    "`answer` is the answer that there is now, `current` its revision. Look at it, then send "
    "yours with `revises` as `current` says and a new Idempotency-Key.",
)
NEWER_DRAFT = ProblemType(
    "newer-draft",
    HTTPStatus.CONFLICT,
    "The ROI was edited or answered elsewhere meanwhile",
    "`current` is the draft that there is now, `revision` the number of the current answer.",
)
WRONG_STATE = ProblemType(
    "wrong-state",
    HTTPStatus.CONFLICT,
    "The study is in no state for that",
    "`detail` says why. Read the study again.",
)
NO_ANSWERS = ProblemType(
    "no-answers",
    HTTPStatus.CONFLICT,
    "The study has no answers",
    "There is nothing to analyse.",
)
TOO_LARGE = ProblemType(
    "too-large",
    HTTPStatus.CONFLICT,
    "The export is too large for a download",
    "Let the administrator run the command that `detail` names.",
)
CHANGED_MEANWHILE = ProblemType(
    "changed-meanwhile",
    HTTPStatus.PRECONDITION_FAILED,
    "It changed since it was read",
    "Read it again, and send its new ETag as If-Match if the change is still wanted.",
)
REUSED_KEY = ProblemType(
    "reused-key",
    HTTPStatus.UNPROCESSABLE_ENTITY,
    "The Idempotency-Key came before with another answer",
    "Make a new key for each answer, and keep it for each try to send that one.",
)
NO_IF_MATCH = ProblemType(
    "no-if-match",
    HTTPStatus.PRECONDITION_REQUIRED,
    "The header If-Match is missing",
    "Read what is to be changed, and send its ETag as If-Match.",
)
PROBLEM_TYPES = {
    kind.name: kind
    for kind in (
        BROKEN_RULE,
        BAD_QUERY,
        CLOSED_STUDY,
        PRACTICE_FIRST,
        BLINDED,
        READ_ONLY_TOKEN,
        NEWER_ANSWER,
        NEWER_DRAFT,
        WRONG_STATE,
        NO_ANSWERS,
        TOO_LARGE,
        CHANGED_MEANWHILE,
        REUSED_KEY,
        NO_IF_MATCH,
    )
}
