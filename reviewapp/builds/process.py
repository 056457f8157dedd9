"""Build beside the server: a process of its own, so that raters wait for nothing meanwhile."""

import _thread
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.conf import settings
from django.db import OperationalError, connection

from reviewapp.builds.build import say
from reviewapp.models import Build

#: Seconds between two signs of life.
BEAT_S = 5.0


def start(build: Build) -> None:
    """Start the process that carries an order out; the caller has committed it."""
    subprocess.Popen(  # noqa: S603 - our own command, no shell
        [sys.executable, str(settings.BASE_DIR / "manage.py"), "build_study", str(build.pk)],
        cwd=settings.BASE_DIR,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )


@contextmanager
def beating(build_id: UUID) -> Iterator[None]:
    """Say within the block that the process lives, and interrupt it once it is asked to stop."""
    ended = threading.Event()
    beat = threading.Thread(target=_beat, args=(build_id, ended), daemon=True)
    beat.start()
    try:
        yield
    finally:
        ended.set()
        beat.join()


def _beat(build_id: UUID, ended: threading.Event) -> None:
    try:
        while not ended.wait(BEAT_S):
            try:
                build = Build.objects.get(pk=build_id)
                if build.stop_asked:
                    _thread.interrupt_main()
                    return
                say(build)
            except OperationalError:
                # Locked or away: the next beat tells. Without any, the page says that it is lost.
                continue
    finally:
        connection.close()
