"""The system's Chromium, with WebGL drawn by the processor."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Request,
    expect,
    sync_playwright,
)

from tests.browser.tiny_site import TinySite, tiny_site

FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
#: Longest wait for a draft on its way; a test may hold one back for ever.
LEAVE_AFTER_MS = 15_000
#: Longest wait for what a page shall show: a machine may have little time for it.
SHOWN_AFTER_MS = 20_000
#: What a page sends from then on goes nowhere. A route cannot do this: what a closing page sends
#: passes by it.
SAY_NO_MORE = "void (window.fetch = () => new Promise(() => {}))"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start the system's Chromium once a module.

    Playwright's event loop runs as long as the browser does, and Django's database refuses to work
    beside one: tests of other modules in the same process need it gone.
    """
    names = ("chromium", "chromium-browser", "google-chrome")
    path = next((found for name in names if (found := shutil.which(name))), None)
    if path is None:
        pytest.fail("the browser tests need Chromium: scripts/find-chromium installs it")
    expect.set_options(timeout=SHOWN_AFTER_MS)
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=path, args=FLAGS)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Give a page that fails the test when a script of ours throws."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    opened = context.new_page()
    thrown: list[str] = []
    opened.on("pageerror", lambda error: thrown.append(str(error)))
    drafts = watch_drafts(context)
    yield opened
    leave(context, drafts)
    assert thrown == []


def watch_drafts(context: BrowserContext) -> set[Request]:
    """Give the drafts that are on their way to the server, at any time."""
    sent: set[Request] = set()
    context.on("request", lambda one: sent.add(one) if one.url.endswith("/draft/") else None)
    context.on("requestfinished", lambda one: sent.discard(one))
    context.on("requestfailed", lambda one: sent.discard(one))
    return sent


def leave(context: BrowserContext, drafts: set[Request]) -> None:
    """Close a browser whose last draft meets nobody: the next test may use the same rater."""
    for page in context.pages:
        page.evaluate(SAY_NO_MORE)
    for page in context.pages:
        for _ in range(LEAVE_AFTER_MS // 50):
            if not drafts:
                break
            page.wait_for_timeout(50)
        page.goto("about:blank")
    context.close()


@pytest.fixture(autouse=True)
def no_drafts(request: pytest.FixtureRequest) -> Iterator[None]:
    """Forget what a test left half answered: the next one may use the same rater."""
    if "site" not in request.fixturenames:
        yield
        return
    served: TinySite = request.getfixturevalue("site")
    served.forget_drafts()
    yield
    served.forget_drafts()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TinySite]:
    """Serve two small studies whose geometry is known to the voxel."""
    with tiny_site(tmp_path_factory.mktemp("site")) as served:
        yield served
