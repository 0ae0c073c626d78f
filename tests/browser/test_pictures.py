"""The charts as pictures: what a reader sees before, and without, any script."""

import re

import pytest


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_words_of_a_picture_show_without_scripts(visit, scheme):
    """Their inks are named by the theme, which a page without scripts leaves undecided."""
    seen = visit(java_script_enabled=False, scheme=scheme)
    seen.page.goto(f"{seen.base}/book/the_life_of_a_number.html")
    inks = seen.page.eval_on_selector_all(".atl-static.atl-wide svg text", "all => all.map(e => getComputedStyle(e).fill)")
    paper = seen.page.eval_on_selector(".atl-figure", "e => getComputedStyle(e).backgroundColor")
    assert inks and all(ink != "none" for ink in inks)
    light = [sum(map(int, re.findall(r"\d+", colour)[:3])) for colour in (*inks, paper)]
    assert all(abs(ink - light[-1]) > 200 for ink in light[:-1])


def test_a_chart_out_of_sight_keeps_its_room(visit):
    """A chart far down is laid out only when the reader comes near; the page must not jump by much then."""
    seen = visit(width=360).open("book/who_counts_whom.html")
    box = seen.page.query_selector_all("[data-atl=chart]")[-1]
    kept = box.evaluate("e => parseFloat(getComputedStyle(e).getPropertyValue('--atl-height'))")
    box.scroll_into_view_if_needed()
    drawn = box.evaluate("e => e.querySelector('.atl-static.atl-narrow svg, .atl-live').getBoundingClientRect().height")
    assert drawn == pytest.approx(kept, abs=0.25 * kept)
