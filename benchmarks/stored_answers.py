"""Print every stored answer as a line of JSON: `python benchmarks/stored_answers.py`.

The database is that of `SECOND_LOOK_DATA` or `DATABASE_URL`.
"""

import json
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reviewapp.settings")

import django

django.setup()

from reviewapp.models import AnswerRevision  # noqa: E402


def main() -> None:
    """Print them in the order in which they were stored."""
    for revision in AnswerRevision.objects.order_by("pk"):
        told = {"key": str(revision.idempotency_key), "assignment": str(revision.assignment_id)}
        print(json.dumps(told | revision.as_answer()))


if __name__ == "__main__":
    main()
