"""WCAG 2.2, levels A and AA, by axe, in light and dark."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from course import PAGES

pytestmark = [pytest.mark.browser, pytest.mark.site]

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}

# What fades in has less contrast on the way: the page is judged as it stands.
STILL = "*, *::before, *::after { animation: none !important; transition: none !important; }"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("page", [*PAGES, "search.html"])
def test_a_page_breaks_no_rule_of_accessibility(visit, page, scheme):
    """WCAG 2.2, levels A and AA, with every disclosure open."""
    seen = visit(scheme=scheme)
    seen.page.goto(f"{seen.base}/{page}")
    seen.page.wait_for_selector("html[data-atl=ready]")
    seen.scroll_through()
    seen.page.add_style_tag(content=STILL)
    seen.page.eval_on_selector_all("article details", "all => all.forEach(d => d.open = true)")
    results = Axe().run(seen.page, options=RULES)
    found = [f"{v['id']}: {v['help']} ({v['nodes'][0]['html'][:160]})" for v in results.response["violations"]]
    assert not found, "\n".join(found)


def test_axe_finds_what_is_wrong(visit):
    """A check that cannot fail is none: an image without a text alternative must be found."""
    seen = visit().open(PAGES[0])
    seen.page.evaluate("document.querySelector('article').insertAdjacentHTML('beforeend', '<img src=\"data:,\">')")
    assert any(v["id"] == "image-alt" for v in Axe().run(seen.page, options=RULES).response["violations"])
