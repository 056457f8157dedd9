"""Studies from before steps were logged get the steps that their rows tell of."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
#: Runs in a fresh process with a database of its own: tables as they were, rows, then the rest.
SCRIPT = """
import json
import django
django.setup()
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

call_command("migrate", "auth", verbosity=0)
executor = MigrationExecutor(connection)
executor.migrate([("reviewapp", "0005_corrections")])
apps = executor.loader.project_state([("reviewapp", "0005_corrections")]).apps
User, Study, Unblinding = (apps.get_model(*n.split(".")) for n in (
    "auth.User", "reviewapp.Study", "reviewapp.Unblinding"))
lead = User.objects.create(username="lead")
for name, state in (("open", "open"), ("by script", "closed"), ("unblinded", "closed")):
    study = Study.objects.create(
        name=name, synthetic=True, questionnaire={}, protocol={"settings": {"seed": 3}},
        protocol_sha256=name[:1] * 64,
        seed=3, created_by=lead)
    if state == "closed":
        Study.objects.filter(pk=study.pk).update(state=state, closed_at=timezone.now())
    if name == "open":
        Unblinding.objects.create(study=study, by=lead, reason="board", interim=True, n_answers=0)
    if name == "unblinded":
        Unblinding.objects.create(study=study, by=lead, reason="done", n_answers=0)
call_command("migrate", verbosity=0)
from reviewapp import frozen
from reviewapp.models import Study
from reviewapp.protocol import settings_of
print(json.dumps({
    study.name: [
        study.state,
        [[step.kind, step.reason] for step in study.steps.all()],
        [[v.number, v.sha256] for v in study.protocol_versions.all()],
        settings_of(study).seed,
    ]
    for study in Study.objects.all()
}))
"""


def test_older_studies_get_their_steps_and_their_first_version(tmp_path: Path) -> None:
    env = {**os.environ, "SECOND_LOOK_DATA": str(tmp_path), "PYTHONPATH": str(ROOT)}
    env |= {"DJANGO_SETTINGS_MODULE": "reviewapp.settings"}
    env.pop("DATABASE_URL", None)
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], env=env, cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    begun = [["created", ""], ["frozen", ""], ["opened", ""]]
    assert found["open"] == ["open", [*begun, ["interim look", "board"]], [[1, "o" * 64]], 3]
    closed = ["closed", "Closed before steps were logged: when is known, by whom is not."]
    assert found["by script"] == ["closed", [*begun, closed], [[1, "b" * 64]], 3]
    steps = [*begun, ["closed", "done"], ["unblinded", "done"]]
    assert found["unblinded"] == ["unblinded", steps, [[1, "u" * 64]], 3]
