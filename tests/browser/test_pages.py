"""Every page as a person meets it: phone and desktop, with and without scripts, servers and network."""

import re
import time

import pytest
from course import PAGES, SITE

pytestmark = [pytest.mark.browser, pytest.mark.site]


@pytest.mark.parametrize("page", PAGES)
def test_without_scripts_everything_is_there(visit, page):
    seen = visit(java_script_enabled=False)
    seen.page.goto(f"{seen.base}/{page}")
    hidden = seen.page.eval_on_selector_all(
        "article h1, article .atl-panel, article .atl-static.atl-wide svg, article .atl-table",
        "parts => parts.filter(e => !e.closest('details:not([open])') && !e.checkVisibility()).map(e => e.outerHTML.slice(0, 80))",
    )
    assert hidden == []
    for control in seen.page.query_selector_all("article .atl-filters, article .atl-two, article [data-atl=panels] > fieldset"):
        assert not control.is_visible(), "a control that does nothing must not show"
    for disclosure in seen.page.query_selector_all("article details > summary"):
        if disclosure.is_visible():
            disclosure.click()
            break


@pytest.mark.parametrize("page", PAGES)
def test_a_page_opens_from_a_folder_and_fits_a_phone(visit, page):
    """No server and no network: what `make offline` promises."""
    seen = visit(base=SITE.as_uri(), width=360).open(page).scroll_through()
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= 360
    wide = seen.page.eval_on_selector_all(
        ".bd-article .atl-figure, .bd-article .atl-explorer, .bd-article .atl-excerpt, .bd-article p",
        "all => all.filter(e => e.getBoundingClientRect().right > 361).map(e => e.outerHTML.slice(0, 120))",
    )
    assert wide == []
    assert seen.outside() == []
    assert seen.complaints == []


def test_search_finds_a_word_and_leads_to_it(visit):
    for base in (None, SITE.as_uri()):
        seen = visit(**({"base": base} if base else {}))
        seen.page.goto(f"{seen.base}/search.html?q=undocumented")
        seen.page.wait_for_selector("#search-results li a", timeout=15_000)
        assert seen.page.query_selector_all("#search-results li a")
        assert seen.outside() == []


def test_print_shows_the_pictures_and_not_the_controls(visit):
    seen = visit().open("book/the_life_of_a_number.html").scroll_through()
    seen.page.emulate_media(media="print")
    assert all(p.is_visible() for p in seen.page.query_selector_all(".atl-static.atl-wide"))
    assert all(p.is_visible() for p in seen.page.query_selector_all(".atl-predict fieldset")), "a question stays a question on paper"
    assert not any(p.is_visible() for p in seen.page.query_selector_all(".atl-live, [data-atl=panels] > .atl-choose, .atl-filters"))


def test_a_chart_that_cannot_load_stays_a_picture(visit):
    seen = visit()
    seen.page.route("**/vega.js", lambda route: route.abort())
    seen.open("book/the_life_of_a_number.html")
    box = seen.page.query_selector("[data-atl=chart]")
    box.scroll_into_view_if_needed()
    seen.page.wait_for_function("box => box.dataset.state === 'static'", arg=box)
    assert box.query_selector(".atl-static.atl-wide").is_visible()


_SHIFTS = """window.shifts = 0; new PerformanceObserver(list => {
    for (const entry of list.getEntries()) window.shifts += entry.value;
}).observe({type: "layout-shift", buffered: true});"""


@pytest.mark.parametrize("page", PAGES)
def test_nothing_jumps_when_the_scripts_arrive(visit, page):
    """Cumulative layout shift stays in what Core Web Vitals call good, under 0.1, when the theme's script comes after the first paint."""
    seen = visit(width=412)
    seen.page.add_init_script(_SHIFTS)
    seen.page.route("**/scripts/pydata-sphinx-theme.js*", lambda route: (time.sleep(0.4), route.continue_()))
    seen.open(page).page.wait_for_timeout(300)
    assert seen.page.evaluate("window.shifts") < 0.1


@pytest.mark.parametrize("width, size", [(360, "17px"), (1280, "18px")])
def test_text_has_the_size_that_the_style_gives_it(visit, width, size):
    seen = visit(width=width).open("book/how_to_use.html")
    assert seen.page.evaluate("getComputedStyle(document.querySelector('article p')).fontSize") == size


def test_a_dark_page_is_dark_before_its_scripts_run(visit):
    seen = visit(scheme="dark")
    seen.page.route("**/*.js*", lambda route: route.abort())
    seen.page.goto(f"{seen.base}/book/how_to_use.html")
    assert seen.page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_dark_charts_are_legible(visit):
    """The picture's inks follow the page."""
    seen = visit(scheme="dark").open("book/the_life_of_a_number.html")
    label = seen.page.query_selector('.atl-static.atl-wide svg text[fill="#57606a"]')
    colour = label.evaluate("e => getComputedStyle(e).fill")
    assert all(int(part) > 140 for part in re.findall(r"\d+", colour)[:3]), colour
