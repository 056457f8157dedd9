"""The profiles of keys are sound, and what a rater may not change is refused by name."""

import itertools

import pytest

from reviewapp.key_profiles import DEFAULT_KEYS, KEY_PROFILES, bound, check_keys, chord_problem

PROFILES = list(KEY_PROFILES["profiles"])
ACTIONS = [one["name"] for one in KEY_PROFILES["actions"]]


def keys(changes, profile="itk-snap"):
    return {"profile": profile, "changes": changes}


@pytest.mark.parametrize("profile", PROFILES)
def test_a_profile_has_keys_for_every_action_and_no_chord_twice(profile):
    own = KEY_PROFILES["profiles"][profile]["keys"]
    assert list(own) == ACTIONS
    assert check_keys(keys({}, profile)) is None
    assert [
        chord_problem(c, n) for n, chords in own.items() for c in chords if chord_problem(c, n)
    ] == []


def test_action_names_and_groups_are_known():
    assert len(set(ACTIONS)) == len(ACTIONS)
    assert {one["group"] for one in KEY_PROFILES["actions"]} == set(KEY_PROFILES["groups"])
    assert {one["while"] for one in KEY_PROFILES["actions"]} == {"always", "drawing"}
    families = {one["family"] for one in KEY_PROFILES["actions"] if "family" in one}
    assert families == set(KEY_PROFILES["families"])


def test_the_keys_of_itk_snap_do_what_they_do_there():
    own = bound("itk-snap", {})
    expected = {
        "contour": ["KeyS"],
        "opacityDown": ["KeyA"],
        "opacityUp": ["KeyD"],
        "crosshair": ["KeyX"],
        "centre": ["KeyC"],
        "fit": ["Ctrl+KeyF"],
        "contrast": ["Ctrl+KeyJ"],
        "stepLeft": ["ArrowLeft"],
        "stepFarUp": ["Shift+ArrowUp"],
        "sliceUp": ["PageUp"],
        "brushLarger": ["Shift+Equal", "Equal"],
        "brushSmaller": ["Minus"],
        "undo": ["Ctrl+KeyZ"],
    }
    assert {name: own[name] for name in expected} == expected


def test_the_keys_of_ohif_do_what_they_do_there():
    own = bound("ohif", {})
    assert own["zoomIn"] == ["Shift+Equal"]
    assert own["zoomOut"] == ["Minus"]
    assert own["fit"] == ["Equal"]
    assert own["sliceDown"] == ["ArrowDown"]
    assert "Space" in own["centre"]
    assert "KeyE" in own["eraser"]
    assert "BracketRight" in own["brushLarger"]


def test_keys_of_the_form_are_the_same_in_every_profile_but_where_a_letter_is_taken():
    first, *others = [bound(profile, {}) for profile in PROFILES]
    form = [n for n in ACTIONS if n.startswith(("class", "confidence", "correction", "comment"))]
    assert all(other[name] == first[name] for other in others for name in form)


@pytest.mark.parametrize(
    "value", [DEFAULT_KEYS, keys({}, "ohif"), keys({"measure": []}), keys({"skip": ["F9", "End"]})]
)
def test_sound_keys_pass(value):
    assert check_keys(value) is None


def test_two_actions_may_swap_their_keys():
    assert check_keys(keys({"brush": ["KeyV"], "eraser": ["KeyB"]})) is None


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, '"profile" and "changes"'),
        ({"profile": "itk-snap"}, '"profile" and "changes"'),
        ({"profile": "itk-snap", "changes": {}, "more": 1}, '"profile" and "changes"'),
        (keys({}, "slicer"), 'one of itk-snap, ohif, not "slicer"'),
        (keys({}, 3), "not 3"),
        (keys([]), "must be an object"),
        (keys({"fly": ["KeyZ"]}), 'no action "fly"'),
        (keys({"measure": "KeyZ"}), "must be a list"),
        (keys({"measure": [1]}), "must be a list"),
        (keys({"measure": ["F2", "F2"]}), "4 different keys"),
        (keys({"measure": ["F2", "F4", "F8", "F9", "End"]}), "4 different keys"),
    ],
)
def test_what_is_no_choice_of_keys_is_refused(value, words):
    assert words in (check_keys(value) or "")


@pytest.mark.parametrize(
    "chord",
    ["", "m", "M", "KeyM+Shift", "Shift+Ctrl+KeyM", "Meta+KeyM", "Numpad7", "KeyMM", "KeyM\n"],
)
def test_a_malformed_chord_is_refused(chord):
    assert "is no key" in (check_keys(keys({"measure": [chord]})) or "")


@pytest.mark.parametrize(
    ("chord", "words"),
    [
        ("Ctrl+KeyW", "Ctrl + W closes"),
        ("Ctrl+KeyT", "opens a tab"),
        ("Ctrl+KeyN", "opens a tab"),
        ("F5", "loads the page again"),
        ("Tab", "moves the focus"),
        ("Escape", 'Esc always means "leave a text field'),
        ("Enter", 'Enter always means "save and go on"'),
        ("Ctrl+Alt+KeyM", "AltGr"),
    ],
)
def test_a_chord_that_is_not_ours_to_give_is_refused(chord, words):
    assert words in (check_keys(keys({"measure": [chord]})) or "")


@pytest.mark.parametrize(
    ("changes", "chord", "both"),
    [
        ({"measure": ["KeyS"]}, "S", ("outline on or off", "measure a distance")),
        ({"brush": ["KeyM"]}, "M", ("measure a distance", "brush")),
        ({"brush": ["F2"], "undo": ["F2"]}, "F2", ("brush", "undo")),
        ({"class2": ["Digit1"]}, "1", ("class 1", "class 2")),
    ],
)
def test_two_actions_on_one_chord_are_refused_and_both_named(changes, chord, both):
    problem = check_keys(keys(changes)) or ""
    assert problem.startswith(f"{chord} is the key of two actions: ")
    assert all(f'"{name}' in problem for name in both)


def test_no_pair_of_actions_may_share_a_chord():
    for one, other in itertools.combinations(ACTIONS, 2):
        assert check_keys(keys({one: ["F9"], other: ["F9"]})) is not None
