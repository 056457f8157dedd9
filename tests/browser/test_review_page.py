"""The review page: answers by keyboard and mouse, validation, going back, saving under trouble."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.tiny_site import (
    N_ROIS,
    TinySite,
    answer_by_keys,
    go_to,
    open_study,
    own_answer,
    shown,
    wait_until_shown,
)

pytestmark = pytest.mark.browser


def pressed(page: Page) -> list[str]:
    """Give the names of all choices that are on."""
    return page.locator("#questions :is([aria-pressed=true], :checked)").evaluate_all(
        "all => all.map(one => one.getAttribute('aria-label') || "
        "[...one.querySelector('.choice-name').childNodes].slice(0, 2).map(part => "
        "part.textContent).join(''))"
    )


def answer_of(page: Page) -> dict[str, object] | None:
    """Give the answer to the ROI on the screen that the server has, without its revision."""
    answer = shown(page)["answer"]
    assert answer is None or isinstance(answer, dict)
    return answer and {name: answer[name] for name in own_answer()}


def test_a_whole_answer_by_keys_is_saved_and_the_next_roi_shown(page: Page, site: TinySite) -> None:
    open_study(page, site, "rater1")
    go_to(page, 1)
    first = page.url
    answer_by_keys(page)
    page.keyboard.press("Enter")
    go_to(page, 2)
    expect(page.locator("#saving")).to_have_text("✓ all answers saved")
    assert pressed(page) == []
    page.keyboard.press("Backspace")
    go_to(page, 1)
    assert page.url == first
    assert answer_of(page) == own_answer()
    ranks = page.locator(".choice[aria-pressed=true] .rank").all_inner_texts()
    assert ranks[:2] == ["1", "2"]


def test_going_back_and_changing_an_answer_saves_a_new_revision(page: Page, site: TinySite) -> None:
    open_study(page, site, "rater2")
    answer_by_keys(page)
    page.keyboard.press("Enter")
    go_to(page, 2)
    page.keyboard.press("Backspace")
    go_to(page, 1)
    page.keyboard.press("Shift+Digit7")
    page.keyboard.press("KeyY")
    page.keyboard.press("Enter")
    go_to(page, 2)
    page.keyboard.press("Backspace")
    go_to(page, 1)
    expect(page.locator("#saving")).to_have_text("✓ all answers saved")
    answer = shown(page)["answer"]
    assert isinstance(answer, dict)
    assert answer["revision"] == 2
    assert answer["classes"] == ["Vessel", "Leukocortical MS lesion"]
    assert answer["needs_correction"] is True


def test_saving_too_early_names_the_open_question_and_moves_the_focus_there(
    page: Page, site: TinySite
) -> None:
    open_study(page, site, "rater3")
    page.keyboard.press("Digit1")
    page.keyboard.press("Alt+Digit2")
    page.keyboard.press("KeyN")
    page.keyboard.press("Enter")
    expect(page.locator("#summary")).to_have_text("Question 3 is still open.")
    expect(page.locator("#error-reasons")).to_have_text("Choose at least one reason.")
    assert page.evaluate("document.activeElement.closest('.question-reasons') !== null")
    go_to(page, 1)
    page.keyboard.press("KeyW")
    expect(page.locator("#summary")).to_have_text("")
    expect(page.locator("#error-reasons")).to_be_hidden()


def test_other_asks_for_words_and_letters_are_letters_while_typing(
    page: Page, site: TinySite
) -> None:
    open_study(page, site, "rater3")
    page.keyboard.press("Digit8")
    page.keyboard.type("yes, 1 vessel <b>?")
    expect(page.get_by_label("Other, in your words").first).to_have_value("yes, 1 vessel <b>?")
    page.keyboard.press("Escape")
    page.keyboard.press("KeyY")
    assert [name for name in pressed(page) if name in ("Yes", "No")] == ["Yes"]
    page.keyboard.press("KeyT")
    page.keyboard.type("n")
    expect(page.locator("#comment")).to_have_value("n")
    assert [name for name in pressed(page) if name in ("Yes", "No")] == ["Yes"]


def test_classes_are_ordered_with_the_mouse(page: Page, site: TinySite) -> None:
    open_study(page, site, "rater3")
    for name in ("Vessel", "Unknown"):
        page.get_by_role("button", name=re.compile(f"^{name}")).first.click()
    page.get_by_label("Unknown: more certain").click()
    expect(page.get_by_role("button", name="Unknown, rank 1 of 2")).to_be_visible()
    expect(page.get_by_role("button", name="Vessel, rank 2 of 2")).to_be_visible()


def test_a_draft_survives_a_reload(page: Page, site: TinySite) -> None:
    open_study(page, site, "rater4")
    page.keyboard.press("Digit5")
    page.keyboard.press("KeyT")
    page.keyboard.type("half done")
    page.reload()
    wait_until_shown(page)
    expect(page.locator("#comment")).to_have_value("half done")
    assert "Deep white matter MS lesion, rank 1 of 1" in pressed(page)


def test_an_answer_without_network_is_kept_and_sent_once_when_it_is_back(
    page: Page, site: TinySite
) -> None:
    open_study(page, site, "rater4", "mirrored")
    keys: list[str] = []

    def drop(route: Route) -> None:
        keys.append(route.request.headers["idempotency-key"])
        if len(keys) == 1:
            route.fetch()  # the server stores it, and its reply gets lost
        route.abort()

    page.route("**/answers/", drop)
    answer_by_keys(page)
    page.keyboard.press("Enter")
    go_to(page, 2)  # nobody waits for the network
    expect(page.locator("#saving")).to_have_text("waiting for network: 1 answer kept here")
    page.unroute("**/answers/")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("#saving")).to_have_text("✓ all answers saved")
    assert len(set(keys)) == 1
    page.keyboard.press("Backspace")
    go_to(page, 1)
    answer = shown(page)["answer"]
    assert isinstance(answer, dict)
    assert answer["revision"] == 1
    assert answer_of(page) == own_answer()


def test_the_last_answer_leads_to_the_receipt(page: Page, site: TinySite) -> None:
    open_study(page, site, "rater1", "mirrored")
    for place in range(1, N_ROIS + 1):
        go_to(page, place)
        wait_until_shown(page)
        answer_by_keys(page)
        page.keyboard.press("Enter")
    page.wait_for_url("**/done/")
    rows = [row for row in site.answers("mirrored") if row["rater"] == "rater1"]
    assert len(rows) == N_ROIS
    assert {row["classes"] for row in rows} == {"Leukocortical MS lesion|Vessel"}
    # A test answers in less than the tenth of a second that the page counts in.
    assert 0 < sum(float(row["active_s"]) for row in rows) < 60
