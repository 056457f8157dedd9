"""What to do about a problem, at the address that its `type` names."""

from rest_framework.decorators import api_view, authentication_classes, permission_classes
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from reviewapp.api.description import described
from reviewapp.api.problem_serializers import ProblemTypeSerializer
from reviewapp.api.problem_types import PROBLEM_TYPES


@described({200: ProblemTypeSerializer}, problems=(404,), tag="problems", name="read_problem_type")
@api_view(["GET"])
@authentication_classes([])
@permission_classes([])
def problem_type(request: Request, name: str) -> Response:
    """Tell what a type of problem means and what to do about it."""
    if name not in PROBLEM_TYPES:
        raise NotFound
    return Response(PROBLEM_TYPES[name].as_dict())
