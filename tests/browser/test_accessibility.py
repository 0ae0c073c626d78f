"""WCAG 2.2, levels A and AA, by axe, in light and dark."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from course import PAGES

pytestmark = [pytest.mark.browser, pytest.mark.site]

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
CONTRAST = "color-contrast"
# The page that is judged in light is the same document in dark, where only what colours do can differ.
COLOURS = ["color-contrast", "link-in-text-block"]

# What fades in has less contrast on the way: the page is judged as it stands.
STILL = "*, *::before, *::after { animation: none !important; transition: none !important; }"

# Contrast is slow to judge. In a table or a list, a row of the same elements, classes and styles as one before it,
# and like it at an odd or an even place, has the same colours: one of each is kept.
ONE_OF_EACH = """() => {
  const styled = ["class", "style", "hidden", "dir", "data-right", "data-there", "data-earns", "data-state"];  // what our style sheets ask for
  const shape = node => [node.tagName, ...styled.map(name => node.getAttribute(name)),
    ...new Set([...node.childNodes].map(one => one.nodeType === 1 ? shape(one) : one.nodeType === 3 && one.data.trim() ? "text" : ""))].join(" ");
  for (const parent of document.querySelectorAll("article tbody, article ul, article ol, article dl")) {
    const seen = new Set();
    for (const [at, row] of [...parent.children].entries()) {
      const key = at % 2 + shape(row);
      if (seen.has(key)) row.remove(); else seen.add(key);
    }
  }
}"""


def broken(page, rules):
    """Return what axe finds against these rules: each rule with the first element that breaks it."""
    return [f"{v['id']}: {v['help']} ({v['nodes'][0]['html'][:160]})" for v in Axe().run(page, options={**rules, "resultTypes": ["violations"]}).response["violations"]]


def opened(seen, page):
    """Open a page with every chart live and every disclosure open."""
    seen.page.goto(f"{seen.base}/{page}")
    seen.page.wait_for_selector("html[data-atl=ready]")
    seen.scroll_through()
    seen.page.add_style_tag(content=STILL)
    seen.page.eval_on_selector_all("article details", "all => all.forEach(d => d.open = true)")
    return seen.page


@pytest.mark.parametrize("name", [*PAGES, "search.html"])
def test_a_page_breaks_no_rule_of_accessibility(visit, name):
    """WCAG 2.2, levels A and AA, in light; then night falls, and the colours are judged again."""
    page = opened(visit(), name)
    found = broken(page, {**RULES, "rules": {CONTRAST: {"enabled": False}}})
    page.evaluate(ONE_OF_EACH)
    found += broken(page, {"runOnly": [CONTRAST]})
    page.emulate_media(color_scheme="dark")
    page.wait_for_selector("html[data-theme=dark]")
    assert found + broken(page, {"runOnly": COLOURS}) == []


def test_axe_finds_what_is_wrong(visit):
    """A check that cannot fail is none: an image without a text alternative must be found."""
    seen = visit().open(PAGES[0])
    seen.page.evaluate("document.querySelector('article').insertAdjacentHTML('beforeend', '<img src=\"data:,\">')")
    assert any(found.startswith("image-alt") for found in broken(seen.page, RULES))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_a_pale_row_among_many_of_its_kind(visit, scheme):
    page = opened(visit(scheme=scheme), "book/bibliography.html")
    page.eval_on_selector_all("article li", "rows => { const row = rows.at(-5); row.innerHTML = '<b class=pale>pale</b>'; row.style.color = '#888'; row.style.background = '#999'; }")
    page.evaluate(ONE_OF_EACH)
    assert len(page.query_selector_all("article li")) < 100
    assert [found.split(":")[0] for found in broken(page, {"runOnly": COLOURS})] == [CONTRAST]
