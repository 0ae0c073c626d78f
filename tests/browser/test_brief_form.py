"""The form checker of the capstone, as readers use it: the rules of the course on the page, and nothing that leaves it."""

import json

import pytest

from acrosstheline import brief, options

pytestmark = [pytest.mark.browser, pytest.mark.site]

PAGE = "book/your_brief.html"
BOX = "[data-atl=brief]"
MODELS = {level: model.text for level, model in brief.models().items()}
GOOD = MODELS["strong"]
TEXTS = [
    "", " \n\n ", brief.TEMPLATE, *MODELS.values(),
    *("\n\n".join(part for part in GOOD.split("\n\n") if not part.startswith(start)) for start in ("To:", "Decision:", "Objection:", "Limits:", "What would")),
    GOOD.replace("Objection:", "## The strongest objection\n"), GOOD.replace("Objection:", "**STRONGEST OBJECTION:**"), GOOD.replace("\n", "\r\n"), GOOD.replace(":", ""),
    f"{GOOD}\n\nNOBODY_2023 and nowhere_at_all counted 12 people.", "1.7 million", "1.7 million (DAWN_20231015)", "1.7 million\n \nDAWN_20231015", "21.7 million, 1,700,000 and 1.73 million.",
    "000_005_one_point_seven_million 001_010_one_point_seven_million", "On 31 October 2023, under Article 3 and section 14, in 2024 and 1,999 places.", "2. A list\n3. goes on 40 percent",
    "To:\nTo: a\nDecision: b\nDecision: c", "سلام دنیا – به پیش (UNHCR_PK_HOME) 😀 ۱۲", "constructor_a __proto__ a__b hasOwnProperty_x toString", "<b>2</b> & \"3\"", "limits: one\nWhat would change our mind: two", "word " * 900,
]  # fmt: skip


def box(seen):
    found = seen.page.query_selector(BOX)
    found.scroll_into_view_if_needed()
    return found


def kept(seen):
    return seen.page.evaluate("JSON.stringify(Object.entries(localStorage).filter(([key]) => key.startsWith('atl-brief')))")


def test_the_page_has_the_rules_of_the_course(visit):
    """Word for word, on texts that are good, bad and strange."""
    seen = visit().open(PAGE)
    for text in TEXTS:
        said = box(seen).evaluate("(box, text) => box.form(text)", text)
        assert said == {line.key: [line.there, line.said] for line in brief.brief_form(text).lines}, text[:60]
    assert not seen.complaints


def test_a_reader_writes_and_sees_the_seven_lines(visit):
    seen = visit(width=360).open(PAGE)
    area = box(seen).query_selector("textarea")
    assert area.input_value().strip() == brief.TEMPLATE.strip()
    area.fill(GOOD)
    seen.page.keyboard.press("Tab")
    assert seen.page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    seen.page.keyboard.press("Enter")  # check the form
    lines = [item.inner_text() for item in box(seen).query_selector_all(".atl-brief-said li")]
    wanted = brief.brief_form(GOOD).lines
    names = {criterion.key: criterion.name for criterion in brief.RUBRIC}
    assert lines == [f"[{'there' if line.there else 'look again'}] {names[line.key]}. {line.said}" for line in wanted]
    assert seen.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_nothing_is_sent_and_nothing_is_kept_unless_the_reader_asks(visit):
    seen = visit().open(PAGE)
    before = len(seen.requests)
    box(seen).query_selector("textarea").fill("To: nobody but me")
    box(seen).query_selector("[data-do=check]").click()
    assert seen.requests[before:] == [] and json.loads(kept(seen)) == []
    seen.open(PAGE)
    assert box(seen).query_selector("textarea").input_value().strip() == brief.TEMPLATE.strip()


def test_a_text_is_kept_on_request_and_forgotten_on_request(visit):
    seen = visit().open(PAGE)
    box(seen).query_selector("[data-keep]").check()
    box(seen).query_selector("textarea").fill("To: myself, later")
    seen.open(PAGE)
    assert box(seen).query_selector("textarea").input_value() == "To: myself, later"
    assert box(seen).query_selector("[data-keep]").is_checked()
    box(seen).query_selector("[data-keep]").uncheck()
    assert json.loads(kept(seen)) == []


def test_it_is_saved_as_a_file_of_the_readers_own(visit):
    seen = visit().open(PAGE)
    box(seen).query_selector("textarea").fill(GOOD)
    with seen.page.expect_download() as download:
        box(seen).query_selector("[data-do=save]").click()
    assert download.value.suggested_filename == "brief.txt"
    assert download.value.path().read_text(encoding="utf-8") == GOOD


def test_starting_again_asks_first(visit):
    seen = visit().open(PAGE)
    box(seen).query_selector("textarea").fill("To: keep this")
    seen.page.once("dialog", lambda dialog: dialog.dismiss())
    box(seen).query_selector("[data-do=clear]").click()
    assert box(seen).query_selector("textarea").input_value() == "To: keep this"
    seen.page.once("dialog", lambda dialog: dialog.accept())
    box(seen).query_selector("[data-do=clear]").click()
    assert box(seen).query_selector("textarea").input_value().strip() == brief.TEMPLATE.strip()


def test_without_a_script_the_criteria_are_there(visit):
    seen = visit(java_script_enabled=False)
    seen.page.goto(f"{seen.base}/{PAGE}")
    found = seen.page.query_selector(BOX)
    assert found.query_selector(".atl-brief-still").is_visible() and not found.query_selector("textarea").is_visible()
    assert len(found.query_selector_all(".atl-brief-still li")) == len(brief.RUBRIC)


def test_only_the_chosen_pair_of_sheets_is_printed(visit):
    seen = visit().open(PAGE)
    sheets = seen.page.query_selector("#brief-sheets")
    sheets.query_selector(f"input[value='{list(options.labels()).index('engagement')}']").check()
    seen.page.emulate_media(media="print")
    shown = [panel.query_selector(".atl-panel-name").text_content() for panel in sheets.query_selector_all(".atl-panel") if panel.is_visible()]
    assert shown == [options.labels()["engagement"]]
    models = seen.page.query_selector("#brief-models")
    assert sum(panel.is_visible() for panel in models.query_selector_all(".atl-panel")) == len(brief.LEVELS)
