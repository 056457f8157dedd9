"""Nothing is lost: without network, through a reload, through a crash of the browser."""

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Error, Page, Route, expect

from tests.browser.conftest import FLAGS
from tests.browser.tiny_site import (
    TinySite,
    answer_by_keys,
    go_to,
    open_study,
    shown,
    wait_for_images,
    wait_until_shown,
)

pytestmark = pytest.mark.browser
STUDY = "outbox"
SAVED = "✓ all answers saved"


@pytest.fixture(scope="module", autouse=True)
def study(site: TinySite) -> None:
    """Make a study for these tests alone."""
    site.add_study(STUDY)


def stored(site: TinySite, rater: str) -> list[dict[str, str]]:
    """Give the answers of a rater that the server has."""
    return [row for row in site.answers(STUDY) if row["rater"] == rater]


def test_a_rater_goes_on_for_three_rois_without_network(page: Page, site: TinySite) -> None:
    open_study(page, site, "rater1", STUDY)
    wait_for_images(page, 4)
    page.context.set_offline(True)
    for place in (1, 2, 3):
        go_to(page, place)
        answer_by_keys(page)
        page.keyboard.press("Enter")
    go_to(page, 4)
    expect(page.locator("#veil")).to_be_hidden()
    expect(page.locator("#saving")).to_have_text("waiting for network: 3 answers kept here")
    expect(page.locator("#outbox")).to_contain_text("Don't reload meanwhile")
    page.keyboard.press("Digit5")
    page.keyboard.press("Backspace")
    go_to(page, 3)
    expect(page.get_by_role("button", name="Leukocortical MS lesion, rank 1")).to_be_visible()
    assert stored(site, "rater1") == []
    page.context.set_offline(False)
    expect(page.locator("#saving")).to_have_text(SAVED)
    expect(page.locator("#outbox")).to_be_hidden()
    assert len(stored(site, "rater1")) == 3


def test_what_is_not_loaded_opens_by_itself_when_the_network_is_back(
    page: Page, site: TinySite
) -> None:
    open_study(page, site, "rater2", STUDY)
    ids = page.evaluate(
        "fetch(`/api/v1/studies/${location.pathname.split('/')[2]}/queue/`)"
        ".then(r => r.json()).then(q => q.items.map(i => i.id))"
    )
    page.context.set_offline(True)
    page.evaluate(f"location.hash = '{ids[9]}'")
    expect(page.locator("#veil")).to_contain_text("opens by itself when the network is back")
    page.keyboard.press("Digit5")  # of which ROI? of none
    page.context.set_offline(False)
    go_to(page, 10)
    wait_until_shown(page)
    expect(page.locator("#questions [aria-pressed=true]")).to_have_count(0)


def test_a_key_just_before_a_reload_counts(page: Page, site: TinySite) -> None:
    open_study(page, site, "rater3", STUDY)
    page.route("**/draft/", lambda route: route.abort())  # only this browser knows
    page.keyboard.press("KeyT")
    page.keyboard.type("half done")
    page.keyboard.press("Escape")
    page.evaluate(
        "document.body.dispatchEvent(new KeyboardEvent('keydown',"
        "{code: 'Digit5', key: '5', bubbles: true, cancelable: true})); location.reload()"
    )
    expect(page.get_by_role("button", name="Deep white matter MS lesion, rank 1")).to_be_visible()
    wait_until_shown(page)
    expect(page.locator("#comment")).to_have_value("half done")


def test_a_draft_goes_on_at_another_machine(page: Page, browser: Browser, site: TinySite) -> None:
    open_study(page, site, "rater4", STUDY)
    with page.expect_response("**/draft/") as kept:
        page.keyboard.press("Digit6")
    assert kept.value.status == 200
    elsewhere = browser.new_context()
    other = elsewhere.new_page()
    open_study(other, site, "rater4", STUDY)
    expect(other.get_by_role("button", name="Vascular lesion, rank 1")).to_be_visible()
    elsewhere.close()


def test_an_answer_survives_a_crash_of_the_browser(
    browser: Browser, site: TinySite, tmp_path: Path
) -> None:
    def launch() -> BrowserContext:
        kind = browser.browser_type
        return kind.launch_persistent_context(
            tmp_path, executable_path=shutil.which("chromium"), args=FLAGS
        )

    context = launch()
    page = context.pages[0]
    open_study(page, site, "rater5", STUDY)
    page.route("**/answers/", lambda route: route.abort())
    answer_by_keys(page)
    page.keyboard.press("Enter")
    go_to(page, 2)
    page.keyboard.press("Digit9")
    expect(page.locator("#saving")).to_contain_text("1 answer kept here")
    with pytest.raises(Error):
        context.new_cdp_session(page).send("Browser.crash")
    context = launch()
    page = context.pages[0]
    page.goto(f"{site.address}/accounts/login/")
    if page.locator("input[name=username]").count() == 0:  # the cookie came through the crash
        context.clear_cookies()
    open_study(page, site, "rater5", STUDY)
    go_to(page, 2)
    expect(page.locator("#saving")).to_have_text(SAVED)
    expect(page.get_by_role("button", name="Unknown, rank 1")).to_be_visible()
    context.close()
    assert len(stored(site, "rater5")) == 1


def test_a_browser_that_keeps_nothing_says_so_and_warns(page: Page, site: TinySite) -> None:
    page.add_init_script("delete Window.prototype.indexedDB; delete window.indexedDB")
    open_study(page, site, "rater3", STUDY)
    expect(page.locator("#outbox")).to_contain_text("has no room to keep what you type")
    page.route("**/answers/", lambda route: route.abort())
    place = int(page.locator("#place").inner_text().split()[0])
    answer_by_keys(page)
    page.keyboard.press("Enter")
    go_to(page, place + 1)
    expect(page.locator("#saving")).to_contain_text("keep this page open")
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.once("dialog", stay)
    page.evaluate("setTimeout(() => location.assign('/'))")
    page.wait_for_timeout(1000)
    assert asked == ["beforeunload"]
    page.unroute("**/answers/")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("#saving")).to_have_text(SAVED)


def test_the_receipt_waits_for_answers_that_are_on_their_way(page: Page, site: TinySite) -> None:
    open_study(page, site, "rater2", STUDY)
    keys: list[str] = []

    def lose(route: Route) -> None:
        keys.append(route.request.headers["idempotency-key"])
        route.fetch()  # the server stores it, and its reply gets lost
        route.abort()

    for place in range(1, 12):
        go_to(page, place)
        wait_until_shown(page)
        answer_by_keys(page)
        page.keyboard.press("Enter")
    go_to(page, 12)
    wait_until_shown(page)
    page.route("**/answers/", lose)
    answer_by_keys(page)
    page.keyboard.press("Enter")
    expect(page.locator("#notice")).to_contain_text("still on the way to the server")
    page.unroute_all(behavior="wait")  # the reply that is lost is lost first
    page.wait_for_url("**/done/", timeout=30_000)
    expect(page.locator("main")).to_contain_text("12 of 12")
    rows = stored(site, "rater2")
    assert len(rows) == 12
    assert {row["revision"] for row in rows} == {"1"}


def test_skipping_goes_on_and_comes_back_to_it(page: Page, site: TinySite) -> None:
    open_study(page, site, "rater4", STUDY)
    page.keyboard.press("Digit5")
    page.locator("[data-command=skip]").first.click()
    go_to(page, 2)
    page.keyboard.press("Backspace")
    go_to(page, 1)
    assert shown(page)["answer"] is None
    expect(page.get_by_role("button", name="Deep white matter MS lesion, rank 1")).to_be_visible()


#: Leave the outbox as a page does that closes before its database has written: as last words. The
#: page before may have done so already.
MOVE_TO_LAST_WORDS = """async () => {
  const account = document.querySelector("#unsent").dataset.account;
  const done = (request) =>
    new Promise((resolve) => { request.onsuccess = () => resolve(request.result); });
  const database = await done(indexedDB.open("second-look-" + account));
  const store = database.transaction("outbox", "readwrite").objectStore("outbox");
  const entries = await done(store.getAll());
  await done(store.clear());
  database.close();
  const changes = entries.map((put) => ({ store: "outbox", key: put.key, put }));
  localStorage.setItem(`second-look-last-words:${account}:closed`, JSON.stringify(changes));
}"""


def test_the_receipt_names_what_only_this_browser_has(page: Page, site: TinySite) -> None:
    open_study(page, site, "rater4", STUDY)
    page.route("**/answers/", lambda route: route.abort())
    answer_by_keys(page)
    page.keyboard.press("Enter")
    go_to(page, 2)
    page.goto(page.url.split("review/")[0] + "done/")
    expect(page.locator("#unsent")).to_contain_text("Not on the server yet")
    page.evaluate(MOVE_TO_LAST_WORDS)
    page.reload()
    expect(page.locator("#unsent")).to_contain_text("Not on the server yet")
    page.unroute("**/answers/")
    page.locator("#unsent a").click()
    wait_until_shown(page)
    expect(page.locator("#saving")).to_have_text(SAVED)
