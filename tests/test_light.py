"""Light pages: scripts wait until the page is drawn, and folded code is plain text."""

import re

import pytest

from course import CHAPTERS

SCRIPT = re.compile(r"<script([^>]*)\bsrc=\"([^\"]+)\"")


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_a_page_is_drawn_before_its_scripts_are_read(path, site):
    page = (site / "book" / f"{path.stem}.html").read_text(encoding="utf-8")
    at_once = [address for attributes, address in SCRIPT.findall(page) if "defer" not in attributes]
    assert len(at_once) == 1 and "documentation_options.js" in at_once[0]


def test_the_search_page_keeps_its_order(site):
    page = (site / "search.html").read_text(encoding="utf-8")
    at_once = [address for attributes, address in SCRIPT.findall(page) if "defer" not in attributes]
    assert [re.search("doctools|searchtools|searchindex", address)[0] for address in at_once if re.search("doctools|search", address)] == ["doctools", "searchtools", "searchindex"]


@pytest.mark.parametrize("path", [path for path in CHAPTERS if path.stem != "index"], ids=lambda path: path.stem)
def test_folded_code_is_plain_and_shown_code_is_coloured(path, site):
    page = (site / "book" / f"{path.stem}.html").read_text(encoding="utf-8")
    folded = re.findall(r'<details class="[^"]*\bhide above-input">.*?</details>', page, re.DOTALL)
    assert folded and not [cell for cell in folded if '<span class="kn">' in cell or '<span class="n">' in cell]
    assert '<span class="n">' in page


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_a_page_has_few_enough_elements(path, site):
    """Style and layout on a phone grow with them: 11,000 took Lighthouse below 80."""
    page = (site / "book" / f"{path.stem}.html").read_text(encoding="utf-8")
    assert len(re.findall(r"<[a-zA-Z]", page)) < 6000
