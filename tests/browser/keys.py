"""Press keys as keyboards of other countries do: the place is one thing, what it writes another."""

from collections.abc import Iterator

from playwright.sync_api import Page, Route

NOW = "2026-01-01T12:00:00Z"
#: Bits of Chromium's key events.
ALT, CTRL, SHIFT = 1, 2, 8
#: What a German and a French keyboard write at a place: (plain, shifted).
QWERTZ = {"KeyY": "zZ", "KeyZ": "yY", "BracketRight": "+*", "Slash": "-_", "Minus": "ß?"}
AZERTY = {"KeyQ": "aA", "KeyA": "qQ", "KeyW": "zZ", "KeyZ": "wW", "KeyM": ",?", "Comma": ";."}
AZERTY |= {f"Digit{n}": f"{sign}{n}" for n, sign in enumerate("&é\"'(-è_ç", start=1)}


def leave_no_traces(page: Page) -> Iterator[list[dict[str, object]]]:
    """Answer for the server when drafts and answers are sent, and give what was sent as answers.

    Tests of keys then neither see nor change what other tests do to the same ROIs. The page is left
    at the end: it sends its last draft then, which must not reach the server either.
    """
    answers: list[dict[str, object]] = []

    def take_answer(route: Route) -> None:
        answers.append(route.request.post_data_json)
        receipt = {"revision": 1, "answered_at": NOW, "answered": 1, "n": 12}
        route.fulfill(status=201, json=receipt)

    page.route("**/draft/", lambda route: route.fulfill(json={"version": 1, "saved_at": NOW}))
    page.route("**/answers/", take_answer)
    yield answers
    page.goto("about:blank")


def press(page: Page, code: str, key: str, modifiers: int = 0) -> None:
    """Press and let go the key at a place, which writes `key`."""
    hold(page, code, key, modifiers)
    release(page, code, key, modifiers)


def hold(page: Page, code: str, key: str, modifiers: int = 0, repeat: bool = False) -> None:
    """Press a key down."""
    _send(page, "rawKeyDown", code, key, modifiers, repeat)


def release(page: Page, code: str, key: str, modifiers: int = 0) -> None:
    """Let a key go."""
    _send(page, "keyUp", code, key, modifiers, False)


def type_on(page: Page, keyboard: dict[str, str], code: str, modifiers: int = 0) -> None:
    """Press the key at a place of a keyboard."""
    plain, shifted = keyboard[code]
    press(page, code, shifted if modifiers & SHIFT else plain, modifiers)


def _send(page: Page, kind: str, code: str, key: str, modifiers: int, repeat: bool) -> None:
    session = page.context.new_cdp_session(page)
    event = {"type": kind, "code": code, "key": key, "modifiers": modifiers, "autoRepeat": repeat}
    session.send("Input.dispatchKeyEvent", event)
    session.detach()
