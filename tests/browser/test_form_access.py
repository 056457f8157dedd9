"""The form without a mouse and without eyes: order of focus, radio groups, ranks said and moved."""

import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from lesions.questionnaire import paper_questionnaire
from tests.browser.keys import leave_no_traces
from tests.browser.tiny_site import TinySite, answer_by_keys, open_study

pytestmark = pytest.mark.browser

PAPER = paper_questionnaire().as_dict()
CLASSES = [option["name"] for option in PAPER["classes"]["options"]]
REASONS = [option["name"] for option in PAPER["reasons"]["options"]]


@pytest.fixture(autouse=True)
def sent(page: Page) -> Iterator[list[dict[str, object]]]:
    yield from leave_no_traces(page)


def choice(page: Page, name: str) -> Locator:
    """Give the button of a class or a reason."""
    return page.get_by_role("button", name=re.compile(f"^{re.escape(name)}(, rank| …|$)")).first


def ranked(page: Page) -> list[str]:
    """Give the chosen classes, most certain first, by the numbers that are shown."""
    found: list[str] = page.locator(".class-row .choice[aria-pressed=true]").evaluate_all(
        "all => all.map(b => [b.querySelector('.rank').textContent, "
        "b.querySelector('.choice-name').firstChild.textContent]).sort().map(([, name]) => name)"
    )
    return found


def focused(page: Page) -> str:
    """Say where the focus is."""
    name: str = page.evaluate(
        "(() => { const one = document.activeElement; return one.name || one.id || "
        "one.getAttribute('aria-label') || [...one.querySelector('.choice-name').childNodes]"
        ".slice(0, 2).map(part => part.textContent).join(''); })()"
    )
    return name


def middle(page: Page, name: str) -> tuple[float, float]:
    """Give the middle of a class on the screen."""
    box = choice(page, name).bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_tab_goes_through_the_form_from_top_to_bottom_and_can_be_seen(
    page: Page, site: TinySite
) -> None:
    open_study(page, site, "rater1")
    choice(page, CLASSES[0]).focus()
    places, unseen = [], []
    for _ in range(len(CLASSES) + len(REASONS) + 3):
        places.append(focused(page))
        seen = page.evaluate(
            "[document.activeElement, document.activeElement.closest('label')].some(one => one && "
            "getComputedStyle(one).boxShadow !== 'none')"
        )
        unseen += [] if seen else [focused(page)]
        page.keyboard.press("Tab")
    assert places == [*CLASSES, "confidence", *REASONS, "needs_correction", "comment"]
    assert unseen == []


def test_confidence_is_a_radio_group_that_arrows_go_through(page: Page, site: TinySite) -> None:
    open_study(page, site, "rater1")
    group = page.get_by_role("radiogroup", name=re.compile("How confident"))
    expect(group.get_by_role("radio")).to_have_count(5)
    group.get_by_role("radio", name="2: Slightly").focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    expect(group.get_by_role("radio", name="3: Moderately")).to_be_checked()
    before = page.locator(".readout").first.inner_text()
    page.keyboard.press("ArrowRight")
    expect(group.get_by_role("radio", name="4: Very")).to_be_checked()
    assert page.locator(".readout").first.inner_text() == before
    page.keyboard.press("Alt+Digit1")
    expect(group.get_by_role("radio", name="1: Not at all")).to_be_checked()


def test_a_whole_answer_with_tab_and_space(
    page: Page, site: TinySite, sent: list[dict[str, object]]
) -> None:
    open_study(page, site, "rater1")
    choice(page, "Vessel").focus()
    page.keyboard.press("Space")
    page.get_by_role("radio", name="5: Extremely").focus()
    page.keyboard.press("Space")
    choice(page, "None").focus()
    page.keyboard.press("Space")
    page.get_by_role("radio", name="No", exact=True).focus()
    page.keyboard.press("Space")
    with page.expect_response("**/answers/"):
        page.keyboard.press("Enter")
    expect(choice(page, "Vessel")).to_have_attribute("aria-pressed", "false")
    (answer,) = sent
    assert (answer["classes"], answer["confidence"]) == (["Vessel"], 5)
    assert (answer["reasons"], answer["needs_correction"]) == (["None"], False)


def test_ranks_are_shown_said_and_moved_by_keys(page: Page, site: TinySite) -> None:
    open_study(page, site, "rater2")
    said = page.locator("#announce")
    for key in ("Digit1", "Digit2", "Digit7"):
        page.keyboard.press(key)
    expect(said).to_have_text("Vessel, rank 3 of 3")
    page.keyboard.press("Alt+ArrowUp")
    expect(said).to_have_text("Vessel, rank 2 of 3")
    assert ranked(page) == [CLASSES[0], "Vessel", CLASSES[1]]
    page.keyboard.press("Shift+Digit2")
    expect(said).to_have_text(f"{CLASSES[1]}, rank 1 of 3")
    choice(page, CLASSES[0]).focus()
    page.keyboard.press("Alt+ArrowDown")
    assert ranked(page) == [CLASSES[1], "Vessel", CLASSES[0]]
    page.get_by_label("Vessel: more certain").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")  # first already: nothing happens, and the focus stays
    assert ranked(page)[0] == "Vessel"
    expect(page.get_by_label("Vessel: more certain")).to_be_focused()
    page.keyboard.press("Digit7")
    expect(said).to_have_text("Vessel: taken back")
    for key, words in (
        ("Alt+Digit4", "Confidence 4, Very"),
        ("KeyW", f"{REASONS[1]}: chosen"),
        ("KeyN", "Does the delineation need correction? No"),
    ):
        page.keyboard.press(key)
        expect(said).to_have_text(words)


def test_ranks_are_moved_by_dragging_with_mouse_and_pen(page: Page, site: TinySite) -> None:
    open_study(page, site, "rater3")
    for key in ("Digit1", "Digit4", "Digit9"):
        page.keyboard.press(key)
    page.mouse.move(*middle(page, "Unknown"))
    page.mouse.down()
    page.mouse.move(*middle(page, CLASSES[3]), steps=4)
    expect(page.locator(".dragged .rank")).to_have_text("2")
    page.mouse.up()
    assert ranked(page) == [CLASSES[0], "Unknown", CLASSES[3]]
    cdp = page.context.new_cdp_session(page)
    (x, y), (to_x, to_y) = middle(page, CLASSES[3]), middle(page, CLASSES[0])
    pen = {"button": "left", "buttons": 1, "pointerType": "pen", "clickCount": 1}
    for kind, left, top in (
        ("mousePressed", x, y),
        ("mouseMoved", x, y - 10),
        ("mouseMoved", to_x, to_y),
        ("mouseReleased", to_x, to_y),
    ):
        cdp.send("Input.dispatchMouseEvent", {"type": kind, "x": left, "y": top, **pen})
    assert ranked(page) == [CLASSES[3], CLASSES[0], "Unknown"]
    choice(page, "Unknown").click()
    assert ranked(page) == [CLASSES[3], CLASSES[0]]


def test_ranks_are_moved_by_dragging_with_a_finger(page: Page, site: TinySite) -> None:
    open_study(page, site, "rater3")
    page.keyboard.press("Shift+Digit6")
    page.keyboard.press("Shift+Digit5")
    first, second = ranked(page)[:2]
    cdp = page.context.new_cdp_session(page)
    (x, y), (to_x, to_y) = middle(page, second), middle(page, first)
    for kind, points in (
        ("touchStart", [{"x": x, "y": y}]),
        ("touchMove", [{"x": x, "y": (y + to_y) / 2}]),
        ("touchMove", [{"x": to_x, "y": to_y}]),
        ("touchEnd", []),
    ):
        cdp.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    expect(page.locator(".dragged")).to_have_count(0)
    assert ranked(page)[:2] == [second, first]


def test_another_studys_questions_have_keys_as_far_as_there_are_any(
    page: Page, site: TinySite
) -> None:
    other = {
        **PAPER,
        "classes": {**PAPER["classes"], "options": [{"name": f"class {n}"} for n in range(1, 13)]},
        "confidence": {"text": "How sure?", "levels": ["no", "perhaps", "yes"]},
        "reasons": {"text": "Why?", "options": [{"name": "blurred"}, {"name": "tiny"}]},
    }

    def ask(route: Route) -> None:
        reply = route.fetch()
        script = '<script id="questionnaire" type="application/json">'
        head, _, tail = reply.text().partition(script)
        body = f"{head}{script}{json.dumps(other)}{tail[tail.index('</script>') :]}"
        route.fulfill(response=reply, body=body)

    page.route("**/review/", ask)
    open_study(page, site, "rater4")
    for key in ("Digit9", "Alt+Digit3", "Alt+Digit5", "KeyW", "KeyE"):
        page.keyboard.press(key)
    choice(page, "class 12").click()
    assert ranked(page) == ["class 9", "class 12"]
    expect(choice(page, "class 12").locator("kbd")).to_be_hidden()
    expect(page.get_by_role("radio", name="3: yes")).to_be_checked()
    expect(choice(page, "tiny")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".question-confidence .hint kbd")).to_have_text("Alt 1–3")
    page.keyboard.press("Shift+Slash")
    expect(page.get_by_role("button", name=re.compile("key of confidence"))).to_have_count(3)


def test_problems_are_said_and_the_focus_is_at_the_first(page: Page, site: TinySite) -> None:
    open_study(page, site, "rater5")
    answer_by_keys(page)
    page.keyboard.press("KeyQ")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").filter(has_text="at least one reason")).to_be_visible()
    described = choice(page, "None").evaluate(
        "one => document.getElementById(one.closest('.question')"
        ".getAttribute('aria-describedby')).textContent"
    )
    assert described == "Choose at least one reason."
    expect(choice(page, "None")).to_be_focused()
