"""The review page's modules are named to the browser, the picture's first."""

from pathlib import Path

from django.conf import settings

from reviewapp.es_modules import imported_by, review_modules

STATIC = settings.BASE_DIR / "static"
REVIEW = STATIC / "js" / "review"


def test_every_module_is_named_once() -> None:
    there = {path.relative_to(STATIC).as_posix() for path in REVIEW.glob("**/*.js")}
    named = review_modules()
    assert len(set(named)) == len(named)
    types = {"js/review/types.js", "js/review/viewer/niivue-types.js"}
    assert there - set(named) == types
    assert set(named) <= there


def test_the_picture_comes_before_all_that_it_does_not_need() -> None:
    first = imported_by(REVIEW / "picture.js")
    folders = {path.relative_to(REVIEW).parts[0] for path in first}
    assert not {"answer", "keys", "main.js"} & folders
    names = [path.relative_to(STATIC).as_posix() for path in first]
    assert list(review_modules()[: len(names)]) == names
    assert len(names) < len(review_modules()) / 3


def test_imports_are_followed_over_lines_and_folders_and_not_in_comments(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "one.js").write_text(
        '/** @import {T} from "./types.js" */\n'
        'import {\n  two,\n  three,\n} from "./a/two.js";\nexport const one = two;\n'
    )
    (tmp_path / "a" / "two.js").write_text('export * from "../three.js";\n')
    (tmp_path / "three.js").write_text('import * as one from "./one.js";\n')
    found = [path.relative_to(tmp_path).as_posix() for path in imported_by(tmp_path / "one.js")]
    assert found == ["one.js", "a/two.js", "three.js"]
