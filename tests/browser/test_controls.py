"""Every control, used as a reader would; each must change what is shown."""

import pytest
from course import PAGES

pytestmark = [pytest.mark.browser, pytest.mark.site]


@pytest.mark.parametrize("page", PAGES)
def test_every_interactive_works_quietly_and_asks_only_its_own_site(visit, page):
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
    for box in seen.scroll_through().page.query_selector_all("[data-atl=chart]"):
        use_chart(box, seen.page)
    assert seen.outside() == []
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


SHOWN = "rows => rows.filter(row => row.checkVisibility()).length"
LEFT = "rows => rows.filter(row => !row.hidden).length"  # a row may rest in a closed group


def use_filter(box):
    total = box.eval_on_selector_all("tbody > tr", "rows => rows.length")
    for menu in box.query_selector_all("select"):
        facet = menu.get_attribute("data-facet")
        for option in menu.query_selector_all("option:not([value=''])"):
            value = option.get_attribute("value")
            menu.select_option(value=value)
            wanted = box.eval_on_selector_all("tbody > tr", f"(rows, value) => rows.filter(row => row.getAttribute('data-{facet}') === value).length", value)
            assert wanted and box.eval_on_selector_all("tbody > tr", SHOWN) == wanted
            assert box.query_selector("output").inner_text() == f"{wanted} of {total} rows"
        menu.select_option(value="")
    search = box.query_selector("[data-search]")
    if search:
        search.fill("no such word in any row")
        assert box.eval_on_selector_all("tbody > tr", SHOWN) == 0
        search.fill("")
    assert box.eval_on_selector_all("tbody > tr", LEFT) == total
    assert box.query_selector("details.atl-group[open]") is None
    if not box.query_selector("details.atl-group"):
        assert box.eval_on_selector_all("tbody > tr", SHOWN) == total


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


def use_chart(chart, page):
    for menu in chart.query_selector_all(".vega-bind select"):
        before = chart.query_selector(".atl-live svg").inner_html()
        menu.select_option(index=len(menu.query_selector_all("option")) - 1 if menu.evaluate("m => m.selectedIndex") == 0 else 0)
        page.wait_for_timeout(300)
        assert chart.query_selector(".atl-live svg").inner_html() != before
    for group in chart.query_selector_all(".vega-bind-radio"):
        before = chart.query_selector(".atl-live svg").inner_html()
        group.query_selector("input:not(:checked)").check()
        page.wait_for_timeout(300)
        assert chart.query_selector(".atl-live svg").inner_html() != before


def test_the_keyboard_reaches_a_quiz(visit):
    seen = visit().open("book/the_life_of_a_number.html")
    radio = seen.page.query_selector("[data-atl=question] input")
    radio.focus()
    seen.page.keyboard.press("Space")
    assert seen.page.query_selector("[data-atl=question] .atl-feedback").inner_text()
    seen.page.keyboard.press("ArrowDown")
    assert seen.page.query_selector_all("[data-atl=question] input")[1].is_checked()
