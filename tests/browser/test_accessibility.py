"""axe-core finds nothing on any page, in both themes and in each state of the review page."""

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.tiny_site import TinySite, address, open_study, sign_in

pytestmark = pytest.mark.browser
AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
THEMES = ("dark", "light")


def findings(page: Page) -> list[str]:
    """Give what axe-core finds, a line each, in both themes; the page goes back to the first."""
    page.emulate_media(reduced_motion="reduce")  # colours on their way to others have no contrast
    page.evaluate(AXE.read_text("utf-8"))
    found = []
    for theme in THEMES:
        page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
        run = f"axe.run(document, {{runOnly: {json.dumps(TAGS)}}})"
        violations: list[dict[str, Any]] = page.evaluate(f"{run}.then(r => r.violations)")
        found += [
            f"{theme} {rule['id']}: {node['html'][:150]} {node['failureSummary'][:300]}"
            for rule in violations
            for node in rule["nodes"]
        ]
    page.evaluate(f"document.documentElement.dataset.theme = '{THEMES[0]}'")
    return found


def report(found: dict[str, list[str]]) -> None:
    """Fail with every finding in full."""
    lines = [f"{name}: {line}" for name, some in found.items() for line in some]
    assert not lines, "\n".join(lines)


def test_axe_finds_nothing_on_the_pages_of_a_rater(page: Page, site: TinySite) -> None:
    page.goto(f"{site.address}/accounts/login/")
    found = {"login": findings(page)}
    page.press("input[name=password]", "Enter")
    found["login refused"] = findings(page)
    sign_in(page, site, "rater5")
    found["home"] = findings(page)
    page.click("#open-settings")
    expect(page.locator("#settings input:checked").first).to_be_visible()
    found["settings"] = findings(page)
    review = address(page, site, "review")
    for name in ("done", "answers", "guidelines"):
        page.goto(review.replace("/review/", f"/{name}/"))
        found[name] = findings(page)
    for name in ("accounts/password", "accounts/second-factor", "nothing"):
        page.goto(f"{site.address}/{name}/")
        found[name] = findings(page)
    report(found)


def test_axe_finds_nothing_on_the_pages_of_a_researcher(page: Page, site: TinySite) -> None:
    sign_in(page, site, "researcher")
    found = {"home": findings(page)}
    progress = address(page, site, "progress")
    for name in ("progress", "results", "guidelines"):
        page.goto(progress.replace("/progress/", f"/{name}/"))
        found[name] = findings(page)
    page.goto(progress.removesuffix("progress/"))
    page.click("text=Amend the protocol")
    page.click("text=Make a link")
    found["study"] = findings(page)
    invitation = page.locator("#invitations code").inner_text()
    page.goto(invitation)
    found["join, signed in"] = findings(page)
    page.click("text=Sign out")
    page.goto(invitation)
    found["join"] = findings(page)
    page.goto(f"{invitation}x/")
    found["a link that isn't good"] = findings(page)
    report(found)


def test_axe_finds_nothing_in_any_state_of_the_review_page(page: Page, site: TinySite) -> None:
    open_study(page, site, "rater5")
    found = {"open": findings(page)}
    for key in ("Digit2", "Digit8", "KeyW", "KeyY"):
        page.keyboard.press(key)
        page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    expect(page.locator("#summary")).not_to_be_empty()
    found["answered in part, drawing, with errors"] = findings(page)
    page.click("#open-guidelines")
    expect(page.locator("#beside-guidelines img").first).to_be_visible()
    found["guidelines"] = findings(page)
    page.click("#open-answers")
    expect(page.locator("#beside-answers .own-row").first).to_be_visible()
    found["own answers"] = findings(page)
    page.click("#open-settings")
    expect(page.locator("#settings input:checked").first).to_be_visible()
    found["settings"] = findings(page)
    page.keyboard.press("Escape")
    page.click("[data-command=help]")
    expect(page.locator("#keys")).to_be_visible()
    found["keys"] = findings(page)
    report(found)


#: Where the focus is: what it is, whether it is marked, and whether something covers its middle.
FOCUS = """() => {
  const active = document.activeElement;
  const one = active instanceof HTMLInputElement ? active.closest("label") ?? active : active;
  const box = one.getBoundingClientRect();
  const style = getComputedStyle(one);
  const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return {
    name: one === document.body ? "past the end"
      : (one.id || one.className) + " " + one.textContent.slice(0, 20),
    marked: (active.matches(":focus-visible") && one !== active) ||
      style.boxShadow !== "none" || style.outlineStyle !== "none" ||
      getComputedStyle(one, "::after").boxShadow !== "none",
    seen: top !== null && (one.contains(top) || top.contains(one)),
  };
}"""


def test_tab_reaches_every_control_with_a_focus_that_is_seen(page: Page, site: TinySite) -> None:
    open_study(page, site, "rater5")
    page.click("#open-guidelines")
    expect(page.locator("#beside-guidelines img").first).to_be_visible()
    page.evaluate("document.activeElement.blur()")
    names = set()
    for _ in range(80):
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUS)
        if focus["name"] == "past the end":
            continue
        assert focus["marked"], focus
        assert focus["seen"], focus
        names.add(focus["name"])
    for wanted in ("open-settings", "stage", "comment", "save", "skip", "open-answers"):
        assert any(name.startswith(wanted) for name in names), wanted
