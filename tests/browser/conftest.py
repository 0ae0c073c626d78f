"""A real browser on the built site. Chromium must be on the machine; `.ci/run` demands it."""

import os
import shutil
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

from course import SITE

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Chromium's own background requests would be mistaken for the page's.
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run", "--disable-quic"]


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture(scope="session")
def address():
    if not (SITE / "index.html").is_file():
        pytest.fail("The book is not built: run `make book` first (`make test` does).")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(SITE)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture(scope="session")
def browser():
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        reason = "No Chromium found: install it (on Debian or Ubuntu: apt install chromium)."
        pytest.fail(reason) if os.environ.get("ATL_DEMAND_BROWSER") else pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=QUIET)
        yield browser
        browser.close()


class Visit:
    """One page in the browser, with what it asked for and what it complained of."""

    def __init__(self, context, base):
        self.page = context.new_page()
        self.base = base
        self.complaints, self.requests = [], []
        self.page.on("console", lambda message: self.complaints.append(message.text) if message.type in ("error", "warning") else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))

    def open(self, name):
        self.page.goto(f"{self.base}/{name}")
        self.page.wait_for_selector("html[data-atl=ready]", timeout=10_000)
        return self

    def scroll_through(self):
        """Go down the page as a reader does, and wait until every chart is live."""
        for box in self.page.query_selector_all("[data-atl=chart]"):
            box.scroll_into_view_if_needed()
            self.page.wait_for_function("box => box.dataset.state === 'live'", arg=box, timeout=20_000)
        return self

    def outside(self):
        return [url for url in self.requests if not url.startswith((self.base, "data:", "blob:"))]


@pytest.fixture
def visit(browser, address):
    contexts = []

    def start(width=1280, scheme="light", base=address, **options):
        context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, **options)
        contexts.append(context)
        return Visit(context, base)

    yield start
    for context in contexts:
        context.close()
