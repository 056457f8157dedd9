"""Say where the app is once gunicorn listens; `manage.py serve` names this as its configuration."""

import sys
from typing import Any

from django.conf import settings

from reviewapp.demo_accounts import DEMO_ACCOUNTS


def when_ready(server: Any) -> None:
    """Print where the app is, once a browser can reach it (a hook of gunicorn's)."""
    address = ", ".join(f"{host}:{port}" for host, port, *_ in server.cfg.address)
    sys.stdout.write(greeting(address))
    sys.stdout.flush()


def greeting(address: str) -> str:
    """Say where the app is, and in a demo who can sign in."""
    lines = ["", f"  Second Look is at http://{address}/  (Ctrl-C stops it)", ""]
    if settings.DEMO:
        lines += ["  Synthetic patients. Sign in as", ""]
        lines += [f"    {a.name:<11} {a.password:<16} {a.does}" for a in DEMO_ACCOUNTS] + [""]
    return "\n".join(lines) + "\n"
