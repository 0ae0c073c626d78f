"""Every page as a person meets it: phone and desktop, light and dark, with and without scripts and network."""

import re

import pytest
import yaml
from axe_playwright_python.sync_playwright import Axe

from acrosstheline.site import build
from conftest import ROOT, SITE

pytestmark = [pytest.mark.browser, pytest.mark.site]

PAGES = [f"{page}.html" for page in build.pages(yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8")))]
WITH_SEARCH = [*PAGES, "search.html"]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_quiet_and_asks_only_its_own_site(visit, page):
    seen = visit().open(page).scroll_through()
    assert seen.outside() == []
    assert seen.complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("page", WITH_SEARCH)
def test_a_page_breaks_no_rule_of_accessibility(visit, page, scheme):
    """WCAG 2.2, levels A and AA, with every disclosure open."""
    seen = visit(scheme=scheme)
    seen.page.goto(f"{seen.base}/{page}")
    seen.page.wait_for_selector("html[data-atl=ready]")
    seen.scroll_through()
    seen.page.eval_on_selector_all("article details", "all => all.forEach(d => d.open = true)")
    results = Axe().run(seen.page, options=RULES)
    found = [f"{v['id']}: {v['help']} ({v['nodes'][0]['html'][:160]})" for v in results.response["violations"]]
    assert not found, "\n".join(found)


def test_axe_finds_what_is_wrong(visit):
    """A check that cannot fail is none: an image without a text alternative must be found."""
    seen = visit().open(PAGES[0])
    seen.page.evaluate("document.querySelector('article').insertAdjacentHTML('beforeend', '<img src=\"data:,\">')")
    assert any(v["id"] == "image-alt" for v in Axe().run(seen.page, options=RULES).response["violations"])


@pytest.mark.parametrize("page", PAGES)
def test_a_page_fits_a_phone(visit, page):
    seen = visit(width=360).open(page).scroll_through()
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= 360
    wide = seen.page.eval_on_selector_all(
        ".bd-article .atl-figure, .bd-article .atl-explorer, .bd-article .atl-excerpt, .bd-article p",
        "all => all.filter(e => e.getBoundingClientRect().right > 361).map(e => e.outerHTML.slice(0, 120))",
    )
    assert wide == []


@pytest.mark.parametrize("page", PAGES)
def test_every_interactive_works(visit, page):
    """Each control is used as a reader would; each must change what is shown."""
    seen = visit().open(page)
    for box in seen.page.query_selector_all("[data-atl=panels]"):
        use_panels(box)
    for box in seen.page.query_selector_all("[data-atl=compare]"):
        use_compare(box)
    for box in seen.page.query_selector_all("[data-atl=filter]"):
        use_filter(box)
    for box in seen.page.query_selector_all("[data-atl=predict]"):
        use_predict(box)
    for box in seen.page.query_selector_all("[data-atl=question]"):
        use_question(box)
    assert seen.complaints == []


def use_panels(box):
    inputs = box.query_selector_all(":scope > fieldset input")
    assert len(inputs) >= 2
    for position, radio in enumerate(inputs):
        radio.check()
        shown = [panel.is_visible() for panel in box.query_selector_all(":scope > .atl-panels > .atl-panel")]
        assert shown == [i == position for i in range(len(inputs))]


def use_compare(box):
    names = [option.inner_text() for option in box.query_selector_all(".atl-side:first-child option")]
    for side in box.query_selector_all(".atl-side"):
        for position, label in enumerate(names):
            side.query_selector("select").select_option(index=position)
            assert label in side.query_selector(".atl-slot").inner_text()


def use_filter(box):
    rows = box.query_selector_all("tbody > tr")
    for menu in box.query_selector_all("select"):
        for option in menu.query_selector_all("option:not([value=''])"):
            value = option.get_attribute("value")
            menu.select_option(value=value)
            facet = menu.get_attribute("data-facet")
            wanted = sum(row.get_attribute(f"data-{facet}") == value for row in rows)
            assert wanted and sum(row.is_visible() for row in rows) == wanted
            assert box.query_selector("output").inner_text() == f"{wanted} of {len(rows)} rows"
            menu.select_option(value="")
    search = box.query_selector("[data-search]")
    if search:
        search.fill("no such word in any row")
        assert not any(row.is_visible() for row in rows)
        search.fill("")
    assert all(row.is_visible() for row in rows)


def use_predict(box):
    radio = box.query_selector_all("input")[-1]
    radio.check()
    assert radio.get_attribute("value") in box.query_selector(".atl-chosen").inner_text()
    box.query_selector("summary").click()
    assert len(box.query_selector("details").inner_text()) > 60


def use_question(box):
    answers = box.query_selector_all("details li")
    for position, radio in enumerate(box.query_selector_all("fieldset input")):
        radio.check()
        said = box.query_selector(".atl-feedback").inner_text()
        right = answers[position].get_attribute("data-right") == "true"
        assert said.startswith("Right." if right else "Not quite.")
        assert len(said) > 20


@pytest.mark.parametrize("page", PAGES)
def test_every_control_of_a_chart_changes_it(visit, page):
    seen = visit().open(page).scroll_through()
    for chart in seen.page.query_selector_all("[data-atl=chart]"):
        for menu in chart.query_selector_all(".vega-bind select"):
            before = chart.query_selector(".atl-live svg").inner_html()
            menu.select_option(index=len(menu.query_selector_all("option")) - 1 if menu.evaluate("m => m.selectedIndex") == 0 else 0)
            seen.page.wait_for_timeout(300)
            assert chart.query_selector(".atl-live svg").inner_html() != before
        for group in chart.query_selector_all(".vega-bind-radio"):
            before = chart.query_selector(".atl-live svg").inner_html()
            group.query_selector("input:not(:checked)").check()
            seen.page.wait_for_timeout(300)
            assert chart.query_selector(".atl-live svg").inner_html() != before


@pytest.mark.parametrize("page", PAGES)
def test_without_scripts_everything_is_there(visit, page):
    seen = visit(java_script_enabled=False)
    seen.page.goto(f"{seen.base}/{page}")
    for selector in (".atl-panel", ".atl-static.atl-wide svg", ".atl-table", "article h1"):
        for part in seen.page.query_selector_all(f"article {selector}"):
            folded = part.evaluate("e => !!e.closest('details:not([open])')")
            assert folded or part.is_visible(), selector
    for control in seen.page.query_selector_all("article .atl-filters, article .atl-two, article [data-atl=panels] > fieldset"):
        assert not control.is_visible(), "a control that does nothing must not show"
    for disclosure in seen.page.query_selector_all("article details > summary"):
        if disclosure.is_visible():
            disclosure.click()
            break


@pytest.mark.parametrize("page", PAGES)
def test_a_page_opens_from_a_folder(visit, page):
    """No server and no network: what `make offline` promises."""
    seen = visit(base=SITE.as_uri()).open(page).scroll_through()
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
    assert not any(p.is_visible() for p in seen.page.query_selector_all(".atl-live, .atl-choose, .atl-filters"))


def test_a_chart_that_cannot_load_stays_a_picture(visit):
    seen = visit()
    seen.page.route("**/vega.js", lambda route: route.abort())
    seen.open("book/the_life_of_a_number.html")
    box = seen.page.query_selector("[data-atl=chart]")
    box.scroll_into_view_if_needed()
    seen.page.wait_for_function("box => box.dataset.state === 'static'", arg=box)
    assert box.query_selector(".atl-static.atl-wide").is_visible()


def test_dark_charts_are_legible(visit):
    """The picture's inks follow the page."""
    seen = visit(scheme="dark").open("book/the_life_of_a_number.html")
    label = seen.page.query_selector('.atl-static.atl-wide svg text[fill="#57606a"]')
    colour = label.evaluate("e => getComputedStyle(e).fill")
    assert all(int(part) > 140 for part in re.findall(r"\d+", colour)[:3]), colour


def test_the_keyboard_reaches_a_quiz(visit):
    seen = visit().open("book/the_life_of_a_number.html")
    radio = seen.page.query_selector("[data-atl=question] input")
    radio.focus()
    seen.page.keyboard.press("Space")
    assert seen.page.query_selector("[data-atl=question] .atl-feedback").inner_text()
    seen.page.keyboard.press("ArrowDown")
    assert seen.page.query_selector_all("[data-atl=question] input")[1].is_checked()
