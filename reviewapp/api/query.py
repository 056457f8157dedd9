"""Read the parameters of an address: each is declared once, for reading and for the schema."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from reviewapp.api.problem_types import BAD_QUERY
from reviewapp.api.problems import ProblemError
from reviewapp.storable import is_storable

#: Longest text that a parameter takes: longer than any name that we store.
MAX_TEXT = 2000


@dataclass(frozen=True)
class Parameter:
    """One parameter: a text, one of `choices`, or a whole number of `least` to `most`."""

    name: str
    description: str
    choices: tuple[str, ...] = ()
    least: int | None = None
    most: int | None = None
    default: str | int | None = None

    def read(self, text: str) -> str | int:
        """Give the value.

        Raises
        ------
        ValueError
            It is something else; the message says what was expected.
        """
        if self.least is not None and self.most is not None:
            is_number = text.isascii() and text.isdecimal() and len(text) < len(str(self.most)) + 1
            if is_number and self.least <= int(text) <= self.most:
                return int(text)
            raise ValueError(f"Give a whole number from {self.least} to {self.most}.")
        if self.choices and text not in self.choices:
            raise ValueError(f"Give one of {', '.join(self.choices)}.")
        if not text or len(text) > MAX_TEXT or not is_storable(text):
            raise ValueError(f"Give a text of 1 to {MAX_TEXT} characters.")
        return text

    def described(self) -> OpenApiParameter:
        """Give it as the schema has it."""
        schema: dict[str, Any] = {
            "type": "string",
            "pattern": "^[^\\u0000]*$",
            "minLength": 1,
            "maxLength": MAX_TEXT,
        }
        if self.least is not None:
            schema = {"type": "integer", "minimum": self.least, "maximum": self.most}
        elif self.choices:
            schema = {"type": "string", "enum": [*self.choices]}
        if self.default is not None:
            schema["default"] = self.default
        return OpenApiParameter(self.name, schema, description=self.description)


def read_query(request: Request, parameters: Sequence[Parameter]) -> Mapping[str, Any]:
    """Give the value of each parameter by its name, None or the default where it is left out.

    Raises
    ------
    ProblemError
        One is unknown, comes twice or is malformed; `errors` has a sentence for each.
    """
    known = {parameter.name: parameter for parameter in parameters}
    found: dict[str, Any] = {name: parameter.default for name, parameter in known.items()}
    errors: dict[str, str] = {}
    for name, texts in request.query_params.lists():
        if name not in known:
            errors[name[:50]] = "There is no such parameter."
        elif len(texts) > 1:
            errors[name] = "Give it once."
        else:
            try:
                found[name] = known[name].read(texts[0])
            except ValueError as error:
                errors[name] = str(error)
    if errors:
        detail = (
            f"Expected no parameters other than {_names(known)}." if known else "Expected none."
        )
        raise ProblemError(BAD_QUERY, detail, errors=errors, allowed=[*known])
    return found


def _names(known: Mapping[str, Parameter]) -> str:
    return ", ".join(known)
