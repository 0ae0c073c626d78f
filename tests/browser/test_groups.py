"""Long lists in groups: two taps to any of them, with and without scripts, by filter, by address and on paper."""

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.site]

LISTS = ["chronology", "people", "bibliography", "document_think_tank_region", "document_think_tank_policy", "document_unsigned_brief"]
OPEN = "document.querySelectorAll('details.atl-group[open]').length"


@pytest.mark.parametrize("page", LISTS)
def test_a_jump_opens_its_group(visit, page):
    seen = visit(width=360).open(f"book/{page}.html")
    jumps = seen.page.query_selector_all(".atl-jump a")
    assert len(jumps) == seen.page.evaluate("document.querySelectorAll('details.atl-group').length") >= 5
    assert seen.page.evaluate(OPEN) == 0
    jumps[-1].click()
    seen.page.wait_for_function(f"{OPEN} === 1")
    group = seen.page.query_selector("details.atl-group[open]")
    assert 0 <= group.bounding_box()["y"] < 800
    group.query_selector("summary").click()
    assert seen.page.evaluate(OPEN) == 0
    jumps[-1].click()  # the same address again
    seen.page.wait_for_function(f"{OPEN} === 1")


@pytest.mark.parametrize("page", LISTS)
def test_an_address_inside_a_closed_group_opens_it(visit, page):
    seen = visit(width=360).open(f"book/{page}.html")
    row = seen.page.evaluate("[...document.querySelectorAll('.atl-group:last-of-type tbody > tr')].pop().id")
    fresh = visit(width=360).open(f"book/{page}.html#{row}")
    aim = fresh.page.query_selector(f"[id='{row}']")
    assert aim.is_visible() and -800 < aim.bounding_box()["y"] < 800


def test_a_filter_opens_the_groups_with_matches_and_puts_the_rest_away(visit):
    seen = visit().open("book/chronology.html")
    seen.page.query_selector("details.atl-group summary").click()
    seen.page.query_selector("[data-search]").fill("durand")
    groups = seen.page.query_selector_all("details.atl-group")
    for group in groups:
        left = len(group.query_selector_all("tbody > tr:not([hidden])"))
        assert group.is_visible() == bool(left)
        assert (group.get_attribute("open") is not None) == bool(left)
        assert group.query_selector(".atl-count").text_content() == str(left)
    seen.page.query_selector("[data-search]").fill("")
    assert [group.get_attribute("open") is not None for group in groups] == [True] + [False] * (len(groups) - 1)


@pytest.mark.parametrize("page", LISTS)
def test_without_scripts_a_group_opens_by_itself(visit, page):
    seen = visit(width=360, java_script_enabled=False)
    seen.page.goto(f"{seen.base}/book/{page}.html")
    group = seen.page.query_selector("details.atl-group")
    group.query_selector("summary").click()
    assert group.query_selector("tbody > tr").is_visible()


def test_paper_shows_every_group(visit):
    seen = visit().open("book/chronology.html")
    seen.page.emulate_media(media="print")
    heights = seen.page.eval_on_selector_all("details.atl-group .atl-scroll", "all => all.map(e => e.getBoundingClientRect().height)")
    assert len(heights) >= 5 and all(heights)


def test_a_table_of_the_catalogue_opens_by_its_address(visit):
    seen = visit(width=360).open("book/data_catalogue.html#table-returns")
    assert seen.page.query_selector("section:has(#table-returns) > details.atl-group[open]")
