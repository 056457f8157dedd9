"""Add raters to the first study, and print its id and a session's cookies for each, as JSON.

`SECOND_LOOK_DATA=FOLDER python benchmarks/sessions.py 100`.
"""

import json
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reviewapp.settings")

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth.models import User  # noqa: E402
from django.test import Client  # noqa: E402

from reviewapp import tallies  # noqa: E402
from reviewapp.models import Assignment, Membership, Study  # noqa: E402


def main() -> None:
    """Add the raters: each sees the ROIs in the order of the study's first one."""
    (study,) = Study.objects.all()
    pattern = study.memberships.filter(role="rater").order_by("pk")[0]
    order = list(pattern.assignments.order_by("position"))
    spacing = tallies.stored_spacing(pattern)
    cookies = []
    for i in range(int(sys.argv[1])):
        user = User.objects.create(username=f"load-{i:03d}")
        member = Membership.objects.create(study=study, user=user, role="rater", simulated=True)
        Assignment.objects.bulk_create(
            Assignment(
                membership=member, roi_id=one.roi_id, position=one.position, repeat=one.repeat
            )
            for one in order
        )
        tallies.begin(member, len(order), spacing)
        client = Client()
        client.force_login(user)
        name = settings.SESSION_COOKIE_NAME
        cookies.append({name: client.cookies[name].value})
    print(json.dumps({"study": str(study.pk), "cookies": cookies}))


if __name__ == "__main__":
    main()
