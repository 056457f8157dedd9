"""The files of deploy/ name what there is, and docs name every setting."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
VARIABLE = re.compile(r"\b(SECOND_LOOK_[A-Z_]+|DATABASE_URL)\b")
#: Of compose.yaml's own .env, not of the app.
OTHERS = {"SECOND_LOOK_HOST"}
UNITS = sorted(path.name for path in DEPLOY.glob("second-look*.*") if path.suffix != ".env")


def names_in(path: Path) -> set[str]:
    return set(VARIABLE.findall(path.read_text("utf-8")))


def test_every_setting_is_described() -> None:
    described = re.findall(
        r"^\| `(\w+)` \|", (ROOT / "docs" / "architecture.md").read_text("utf-8"), re.M
    )
    assert names_in(ROOT / "reviewapp" / "settings.py") <= set(described)


@pytest.mark.parametrize("path", sorted(DEPLOY.iterdir()), ids=lambda path: path.name)
def test_files_set_what_the_app_reads(path: Path) -> None:
    assert names_in(path) - OTHERS <= names_in(ROOT / "reviewapp" / "settings.py")


def test_every_file_is_named_in_the_docs() -> None:
    text = (ROOT / "docs" / "deploy.md").read_text("utf-8")
    missing = [path.name for path in DEPLOY.iterdir() if path.name not in text]
    assert [name for name in missing if name != "second-look-backup.service"] == []


def test_what_the_image_takes_is_there() -> None:
    lines = re.findall(r"^COPY (.+) \S+$", (DEPLOY / "Dockerfile").read_text("utf-8"), re.M)
    sources = [source for line in lines for source in line.split()]
    assert sources
    assert [source for source in sources if not (ROOT / source).exists()] == []


def test_compose_starts_the_app_after_its_database_behind_nginx() -> None:
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))["services"]
    assert set(services) == {"database", "app", "nginx"}
    assert services["app"]["depends_on"] == {"database": {"condition": "service_healthy"}}
    assert "ports" not in services["app"]
    assert "ports" not in services["database"]


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here")
@pytest.mark.parametrize("name", UNITS)
def test_systemd_takes_the_units(name: str, tmp_path: Path) -> None:
    for unit in UNITS:
        text = (DEPLOY / unit).read_text("utf-8").replace("/opt/second-look/.venv", "/usr")
        text = text.replace("/usr/bin/python", "/bin/sh")  # what is installed there, is not here
        (tmp_path / unit).write_text(text, "utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(tmp_path / name)],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
