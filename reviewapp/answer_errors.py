"""Why an answer can't be recorded."""

from collections.abc import Mapping


class AnswerError(ValueError):
    """An answer can't be recorded."""


class InvalidAnswerError(AnswerError):
    """The answer breaks a rule; `errors` has one sentence a field.

    `confirm` says what the rater may confirm, so that the same answer is taken.
    """

    def __init__(self, errors: Mapping[str, str], confirm: str | None = None) -> None:
        super().__init__("; ".join(f"{name}: {text}" for name, text in errors.items()))
        self.errors = dict(errors)
        self.confirm = confirm


class StaleAnswerError(AnswerError):
    """The answer was given to another revision than the current one, whose number is `current`."""

    def __init__(self, revises: int, current: int) -> None:
        super().__init__(f"expected an answer that revises revision {current}, came {revises}")
        self.current = current


class ClosedStudyError(AnswerError):
    """The study takes no more answers."""


class WithdrawnRaterError(AnswerError):
    """The rater was withdrawn from the study, perhaps while the answer was on its way."""


class PracticeFirstError(AnswerError):
    """The rater has practice ROIs to answer before the first of the study."""


class ReusedKeyError(AnswerError):
    """The idempotency key came before with another answer."""


class PractisedError(AnswerError):
    """The practice ROI has its one answer already."""
