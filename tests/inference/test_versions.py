"""What a sidecar says of the software."""

import shutil
import tomllib
from pathlib import Path

from inference.versions import CODE, ROOT, code_sha256, versions
from lesions.version import VERSION


def test_the_version_is_the_projects() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["version"] == VERSION == versions()["second-look"]


def test_the_hash_of_the_code_changes_with_any_file_of_it_and_with_no_other(tmp_path: Path) -> None:
    for folder in CODE:
        shutil.copytree(ROOT / folder, tmp_path / folder)
    before = code_sha256(tmp_path)
    assert before == code_sha256()
    (tmp_path / "lesions" / "notes.txt").write_text("no code")
    assert code_sha256(tmp_path) == before
    (tmp_path / "networks" / "umamba.py").write_text("changed")
    assert code_sha256(tmp_path) != before
