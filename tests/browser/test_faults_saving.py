"""Saving under faults: a killed server, an expired login, errors, and comments of every kind."""

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Response, Route, expect

from tests.browser.server import Server
from tests.browser.tiny_site import (
    PASSWORD,
    TinySite,
    answer_by_keys,
    go_to,
    open_study,
    shown,
    wait_for_images,
    wait_until_shown,
)

pytestmark = pytest.mark.browser
STUDY = "faults"
#: Long enough for a few clicks on a slow machine.
IDLE_S = 15
SAVED = "✓ all answers saved"


@pytest.fixture(scope="module", autouse=True)
def study(site: TinySite) -> None:
    """Make a study for these tests alone."""
    site.add_study(STUDY)


@pytest.fixture
def mortal(site: TinySite) -> Iterator[Server]:
    """Serve the same data a second time, by a server that may be killed."""
    server = Server(site.data, log="mortal.log")
    server.start()
    yield server
    server.kill()


def stored(page: Page) -> dict[str, object]:
    """Give the answer to the ROI before the one on the screen, as the server has it."""
    expect(page.locator("#saving")).to_have_text(SAVED, timeout=15_000)
    page.keyboard.press("Backspace")
    wait_until_shown(page)
    answer = shown(page)["answer"]
    assert isinstance(answer, dict)
    return answer


def test_a_killed_server_costs_nothing(page: Page, site: TinySite, mortal: Server) -> None:
    open_study(page, TinySite(mortal.address, site.data), "rater1", STUDY)
    wait_for_images(page, 3)
    page.keyboard.press("Digit2")
    mortal.kill()
    for key in ("Digit7", "Alt+Digit4", "KeyQ", "KeyN", "Enter"):
        page.keyboard.press(key)
    go_to(page, 2)
    answer_by_keys(page)
    page.keyboard.press("Enter")
    go_to(page, 3)
    expect(page.locator("#saving")).to_have_text("waiting for network: 2 answers kept here")
    mortal.start()
    expect(page.locator("#saving")).to_have_text(SAVED, timeout=45_000)
    assert stored(page)["revision"] == 1
    rows = [row for row in site.answers(STUDY) if row["rater"] == "rater1"]
    assert [row["revision"] for row in rows] == ["1", "1"]


def test_who_was_signed_out_signs_in_again_in_place(page: Page, site: TinySite) -> None:
    open_study(page, site, "rater2", STUDY)
    answer_by_keys(page)
    page.context.clear_cookies()
    page.keyboard.press("Enter")
    go_to(page, 2)
    page.keyboard.press("KeyT")
    page.keyboard.type("typed meanwhile")
    page.keyboard.press("Escape")
    expect(page.locator("#saving")).to_have_text("signed out: 1 answer kept here")
    page.get_by_role("button", name="Sign in again").click()
    page.get_by_label("User name").fill("rater3")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("#sign-in")).to_contain_text("only rater2 can sign in here")
    page.get_by_label("User name").fill("rater2")
    page.get_by_label("Password").fill("wrong")
    page.keyboard.press("Enter")
    expect(page.locator("#sign-in .field-error")).not_to_be_empty()
    expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_enabled()
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("#sign-in")).to_be_hidden()
    expect(page.locator("#saving")).to_have_text(SAVED)
    expect(page.locator("#comment")).to_have_value("typed meanwhile")
    assert stored(page)["revision"] == 1


def leave_alone(page: Page) -> None:
    """Wait until the page has asked the server for nothing as long as a session may be idle."""
    last = time.monotonic()

    def note(_: Response) -> None:
        nonlocal last
        last = time.monotonic()

    page.on("response", note)
    while time.monotonic() - last < IDLE_S + 1:
        page.wait_for_timeout(250)
    page.remove_listener("response", note)


def test_a_session_that_ends_while_a_rater_thinks_loses_nothing(
    page: Page, site: TinySite, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.add_study("expiry")
    monkeypatch.setenv("SECOND_LOOK_IDLE_MINUTES", str(IDLE_S / 60))
    server = Server(site.data, log="idle.log")
    server.start()
    try:
        open_study(page, TinySite(server.address, site.data), "rater1", "expiry")
        page.keyboard.press("KeyT")
        with page.expect_response("**/draft/"):
            page.keyboard.type("typed in time")
        leave_alone(page)
        page.keyboard.type(", and too late")
        page.keyboard.press("Escape")
        answer_by_keys(page)
        page.keyboard.press("Enter")
        go_to(page, 2)
        expect(page.locator("#saving")).to_have_text("signed out: 1 answer kept here")
        page.get_by_role("button", name="Sign in again").click()
        page.get_by_label("Password").fill(PASSWORD)
        page.keyboard.press("Enter")
        answer = stored(page)
        assert (answer["revision"], answer["comment"]) == (1, "typed in time, and too late")
    finally:
        server.kill()


def test_a_server_error_is_waited_out(page: Page, site: TinySite) -> None:
    open_study(page, site, "rater3", STUDY)
    tries: list[str] = []

    def fail_once(route: Route) -> None:
        tries.append(route.request.headers["idempotency-key"])
        if len(tries) == 1:
            route.fulfill(status=500, content_type="text/html", body="<h1>Server Error</h1>")
        else:
            route.continue_()

    page.route("**/answers/", fail_once)
    answer_by_keys(page)
    page.keyboard.press("Enter")
    go_to(page, 2)
    expect(page.locator("#saving")).to_have_text("waiting for the server: 1 answer kept here")
    assert stored(page)["revision"] == 1
    assert len(tries) == 2
    assert len(set(tries)) == 1


def test_what_the_server_objects_to_needs_the_rater_and_is_mended(
    page: Page, site: TinySite
) -> None:
    open_study(page, site, "rater4", STUDY)
    page.route(
        "**/answers/",
        lambda route: route.fulfill(
            status=400,
            content_type="application/problem+json",
            body='{"title": "Bad Request", "status": 400, "detail": "The answer breaks a rule.", '
            '"errors": {"confidence": "Choose a confidence from 1 to 7."}}',
        ),
    )
    answer_by_keys(page)
    page.keyboard.press("Enter")
    go_to(page, 2)
    expect(page.locator("#saving")).to_have_text("1 answer needs you")
    page.unroute("**/answers/")
    page.reload()
    wait_until_shown(page)
    page.get_by_role("link", name="ROI 1", exact=True).click()
    go_to(page, 1)
    expect(page.locator("#error-confidence")).to_have_text("Choose a confidence from 1 to 7.")
    page.keyboard.press("Alt+Digit5")
    page.keyboard.press("Enter")
    go_to(page, 2)
    answer = stored(page)
    assert (answer["revision"], answer["confidence"]) == (1, 5)


@pytest.mark.parametrize(
    "text",
    [
        "<script>document.title = 'broken'</script> & \"quotes\" 'n' \\u0000",
        "Läsion? 🧠👩🏽‍⚕️ é \u200f\u202eمرحبا بالعالم\u202c שלום",
        "x" * 2000,
    ],
)
def test_every_comment_comes_back_as_it_was_typed(page: Page, site: TinySite, text: str) -> None:
    open_study(page, site, "rater5", STUDY)
    answer_by_keys(page)
    page.locator("#comment").fill(text)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#comment")).to_have_value("")
    answer = stored(page)
    assert answer["comment"] == text
    expect(page.locator("#comment")).to_have_value(text)
    assert "broken" not in page.title()


def test_a_comment_that_is_too_long_is_kept_whole_and_not_sent(page: Page, site: TinySite) -> None:
    open_study(page, site, "rater5", STUDY)
    answer_by_keys(page)
    place = page.locator("#place").inner_text()
    page.locator("#comment").fill("🧠" * 50_000)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#error-comment")).to_contain_text("2000 characters at most")
    expect(page.locator("#place")).to_have_text(place)
    page.reload()
    wait_until_shown(page)
    assert page.locator("#comment").input_value() == "🧠" * 50_000
