"""The key card as rows of text: docs/raters.md prints them, and the page shows them."""

import re

from lesions.questionnaire import paper_questionnaire
from reviewapp.key_profiles import KEY_PROFILES, bound, chord_name

PAPER = paper_questionnaire()
#: How many actions of a family the paper's questionnaire has.
SIZES = {
    "class": len(PAPER.classes),
    "classFirst": len(PAPER.classes),
    "confidence": len(PAPER.confidence_levels),
    "reason": len(PAPER.reasons),
}


def card(group):
    """Give the lines of a group: what they do, and the keys in each profile."""
    lines = {}
    for action in KEY_PROFILES["actions"]:
        family = action.get("family")
        number = re.search(r"\d+$", action["name"])
        if action["group"] == group and not (number and int(number[0]) > SIZES.get(family, 0)):
            text = KEY_PROFILES["families"].get(family, action["text"])
            lines.setdefault(text, []).append(action["name"])
    profiles = [bound(profile, {}) for profile in KEY_PROFILES["profiles"]]
    return [
        (text, *(in_short([own[name] for name in names]) for own in profiles))
        for text, names in lines.items()
    ]


def in_short(chords_of_each):
    """Write the keys of a line: "1 to 9", "Shift + ← → ↑ ↓", "Ctrl + Y or Ctrl + Shift + Z"."""
    if len(chords_of_each) == 1:
        return " or ".join(map(chord_name, chords_of_each[0])) or "no key"
    labels = [chord_name(chords[0]) for chords in chords_of_each if chords]
    start = labels[0].rpartition(" + ")[0] if labels else ""
    shared = f"{start} + " if start and all(one.startswith(f"{start} + ") for one in labels) else ""
    keys = [one.removeprefix(shared) for one in labels]
    if len(keys) > 2 and keys == [str(n) for n in range(1, len(keys) + 1)]:
        return f"{shared}{keys[0]} to {keys[-1]}"
    return f"{shared}{' '.join(keys)}" if keys else "no key"
