"""Which key does what on the review page: the profiles, and whether a rater's own keys will do.

The page reads the same file (`static/js/review/keys/profiles.js`), and docs/raters.md prints it.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

#: Everything in the file, as the page gets it.
KEY_PROFILES: dict[str, Any] = json.loads(
    Path(__file__).with_suffix(".json").read_text(encoding="utf-8")
)
DEFAULT_PROFILE = "itk-snap"
#: What a rater has who changed nothing.
DEFAULT_KEYS: dict[str, Any] = {"profile": DEFAULT_PROFILE, "changes": {}}
#: Most keys of one action: a card must stay readable.
MAX_CHORDS = 4

_ACTIONS: dict[str, dict[str, Any]] = {one["name"]: one for one in KEY_PROFILES["actions"]}
_FIXED = {chord: name for name, one in _ACTIONS.items() for chord in one.get("fixed", [])}
_CHORD = re.compile(KEY_PROFILES["chord"])


def check_keys(value: object) -> str | None:
    """Say what is wrong with a rater's choice of keys; None where nothing is.

    Parameters
    ----------
    value : object
        What should be `{"profile": name, "changes": {action: [chord, ...]}}`.

    Examples
    --------
    >>> check_keys({"profile": "itk-snap", "changes": {"measure": ["Shift+KeyM"]}})
    >>> check_keys({"profile": "itk-snap", "changes": {"measure": ["KeyS"]}})
    'S is the key of two actions: "outline on or off" and "measure a distance".'
    """
    if not isinstance(value, Mapping) or set(value) != {"profile", "changes"}:
        return 'Keys must be an object with "profile" and "changes".'
    profile, changes = value["profile"], value["changes"]
    if not isinstance(profile, str) or profile not in KEY_PROFILES["profiles"]:
        known = ", ".join(KEY_PROFILES["profiles"])
        return f"The profile of keys must be one of {known}, not {_shown(profile)}."
    if not isinstance(changes, Mapping):
        return '"changes" must be an object with a list of keys for each action.'
    problems = (_change_problem(name, chords) for name, chords in changes.items())
    return next((one for one in problems if one is not None), None) or _conflict(profile, changes)


def bound(profile: str, changes: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Give the chords of each action: fixed ones, then the rater's or the profile's."""
    keys = KEY_PROFILES["profiles"][profile]["keys"]
    return {
        name: [*action.get("fixed", []), *changes.get(name, keys[name])]
        for name, action in _ACTIONS.items()
    }


def chord_name(chord: str) -> str:
    """Give a chord as people read it, on the keyboard that most programs are written for.

    >>> chord_name("Ctrl+Shift+KeyZ"), chord_name("Shift+Equal"), chord_name("PageUp")
    ('Ctrl + Shift + Z', '+', 'PgUp')
    """
    if chord in _SIGNS:
        return _SIGNS[chord]
    *modifiers, code = chord.split("+")
    plain = re.sub(r"^(?:Key|Digit|Arrow)", "", code)
    return " + ".join([*modifiers, _SIGNS.get(code, plain)])


def _change_problem(name: object, chords: object) -> str | None:
    if not isinstance(name, str) or name not in _ACTIONS:
        return f"There is no action {_shown(name)} to give a key to."
    text = short_text(name)
    if not isinstance(chords, list) or not all(isinstance(one, str) for one in chords):
        return f'The keys of "{text}" must be a list of texts.'
    if len(chords) > MAX_CHORDS or len(set(chords)) < len(chords):
        return f'"{text}" may have {MAX_CHORDS} different keys at most.'
    problems = (chord_problem(chord, name) for chord in chords)
    return next((one for one in problems if one is not None), None)


def chord_problem(chord: str, action: str) -> str | None:
    """Say why an action can't have a chord, whatever the others have."""
    if not _CHORD.fullmatch(chord):
        return f'{_shown(chord)} is no key: expected something like "Shift+KeyM" or "PageUp".'
    if chord.startswith("Ctrl+Alt+"):
        return f"{chord_name(chord)} writes a character on many keyboards (AltGr)."
    if chord in KEY_PROFILES["reserved"]:
        return f"{chord_name(chord)} {KEY_PROFILES['reserved'][chord]}: it can't be taken."
    if chord in _FIXED:
        owner = short_text(_FIXED[chord])
        return f'{chord_name(chord)} always means "{owner}"; not "{short_text(action)}".'
    return None


def _conflict(profile: str, changes: Mapping[str, Sequence[str]]) -> str | None:
    # Drawing overlaps with "always", and there is no third scope: a chord has one action.
    taken: dict[str, str] = {}
    for name, chord in _pairs(bound(profile, changes)):
        if chord in taken:
            both = f'"{short_text(taken[chord])}" and "{short_text(name)}"'
            return f"{chord_name(chord)} is the key of two actions: {both}."
        taken[chord] = name
    return None


def _pairs(keys: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str]]:
    for name, chords in keys.items():
        for chord in chords:
            yield name, chord


def short_text(name: str) -> str:
    """Give what an action does, up to the first semicolon."""
    return str(_ACTIONS[name]["text"]).split(";")[0]


def _shown(value: object) -> str:
    words = json.dumps(value, ensure_ascii=True, default=str)
    return words if len(words) <= 40 else f"{words[:40]}…"


#: What keys are called whose code is no word, and chords that people know by what they write.
_SIGNS = {
    "Shift+Equal": "+",
    "Shift+Slash": "?",
    "Minus": "-",
    "Equal": "=",
    "BracketLeft": "[",
    "BracketRight": "]",
    "Comma": ",",
    "Period": ".",
    "Slash": "/",
    "Backslash": "\\",
    "Semicolon": ";",
    "Quote": "'",
    "Backquote": "`",
    "PageUp": "PgUp",
    "PageDown": "PgDn",
    "ArrowLeft": "←",
    "ArrowRight": "→",
    "ArrowUp": "↑",
    "ArrowDown": "↓",
    "Escape": "Esc",
}
