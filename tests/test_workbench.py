"""The exercises' widgets: what a student chooses can be checked, is kept, and can be typed instead."""

import itertools
import re

import ipywidgets as widgets
import pytest
from test_explore import find, shown_by, text

from acrosstheline import checks, claims, tables, workbench
from acrosstheline.charts.theme import ORIGIN_NAMES

CLAIM = "000_005_one_point_seven_million"
SOURCES = ["DAWN_1779106", "DAWN_20231015", "HOA_IOM_2020"]
CHOICES = ["Document 000", "Document <b>001</b>", "None of them"]


@pytest.fixture(autouse=True)
def fresh_kernel(monkeypatch):
    monkeypatch.setattr(workbench, "_kept", {})


def widget_of(thing):
    return shown_by(thing._repr_mimebundle_())


# --- pick --------------------------------------------------------------------------------------------


def test_nothing_is_answered_until_something_is_chosen():
    assert checks.Checker("trial", {"1a": {}}).feedback("1a", workbench.pick("Which?", CHOICES).value).state == "blank"


def test_a_click_on_the_first_choice_is_a_change():
    menu = find(widget_of(workbench.pick("Which?", CHOICES)), widgets.RadioButtons)[0]
    assert menu.index is None
    menu.index = 0
    assert workbench.pick("Which?", CHOICES).value == "A"


def test_a_click_gives_its_letter_and_a_second_run_keeps_it():
    question = workbench.pick("Which?", CHOICES)
    find(widget_of(question), widgets.RadioButtons)[0].index = 1
    assert question.value == "B"
    again = workbench.pick("Which?", CHOICES)
    assert again.value == "B" and find(widget_of(again), widgets.RadioButtons)[0].index == 1
    assert workbench.pick("Another?", CHOICES).value is ...


@pytest.mark.parametrize("typed, value", [("B", "B"), (" c ", "C"), (..., ...), ("Z", ...), (7, ...), ("", ...)])
def test_a_typed_letter_counts_and_nothing_else_does(typed, value):
    assert workbench.pick("Which?", CHOICES, chosen=typed).value == value


def test_the_widget_says_that_a_click_is_not_in_the_file_and_what_to_type():
    widget = widget_of(workbench.pick("Which?", CHOICES))
    find(widget, widgets.RadioButtons)[0].index = 2
    said = text(find(widget, widgets.HTML)[-1].value)
    assert "lost when it is closed" in said and 'chosen="C"' in said


def test_without_a_kernel_the_question_can_be_read_and_answered():
    question = workbench.pick("Which?", CHOICES)
    assert all(text(f"<p>{choice.replace('<', '&lt;')}</p>") in text(question.html) for choice in CHOICES)
    assert all(f"{letter}. " in question.html for letter in "ABC") and "<ol" not in question.html  # JupyterLab would number an <ol> 1, 2, 3
    assert "<input" not in question.html and 'chosen="A"' in text(question.html)
    assert question.text.splitlines() == ["Which?", *(f"{letter}. {choice}" for letter, choice in zip("ABC", CHOICES))]


@pytest.mark.parametrize("choices", [["one"], list("abcdefghi")])
def test_a_question_needs_choices_that_have_letters(choices):
    with pytest.raises(ValueError, match="two to 8"):
        workbench.pick("Which?", choices)


# --- a definition to switch ------------------------------------------------------------------------------


def definitions():
    counts = tables.load("status_counts").set_index("row_id", drop=False)
    return counts.loc[["sc_2023_06_undocumented", "sc_2023_10_undocumented_interior"]]


def test_the_sentence_follows_the_definition():
    switch = workbench.definition_switch(definitions(), "as_described", "people", "{counted_by}: {comparator} {value} people.")
    widget = widget_of(switch)
    menu, panel = find(widget, widgets.RadioButtons)[0], find(widget, widgets.HTML)[-1]
    for position, row in enumerate(definitions().to_dict("records")):
        menu.index = position
        assert f"{row['people']:,} people." in text(panel.value) and row["date"] in text(panel.value)
        assert panel.value in switch.html
    assert "Ministry of Interior" in text(panel.value) and "ministry_of_interior" not in panel.value


def test_a_gap_leaves_no_trace_in_the_sentence_or_beneath():
    rows = [{"name": "one", "people": 5, "comparator": None, "note": None}, {"name": "two", "people": None, "comparator": "over", "note": "No figure."}]
    page = text(workbench.definition_switch(rows, "name", "people", "It is {comparator} {value} people.").html)
    assert "It is 5 people." in page and "None" not in page and "nan" not in page


def test_label_and_sentence_may_be_functions():
    switch = workbench.definition_switch(definitions(), lambda row: row["date"], "people", lambda row: f"In all {row['people']}.", details={"date": "Day"})
    assert "2023-06-30" in switch.text and "In all 775000." in text(switch.html) and "Who counted" not in switch.html


def test_two_definitions_of_one_name_are_refused():
    with pytest.raises(ValueError, match="one name"):
        workbench.definition_switch(definitions(), "category", "people", "{value}")


# --- a corroboration row -----------------------------------------------------------------------------------


def test_a_row_begins_empty_and_says_what_to_do():
    row = workbench.corroboration_builder(CLAIM, SOURCES)
    assert row.badge is ... and "Choose" in row.explanation()
    assert list(row.rows.columns) == ["source_id", "publisher", "relation", "origin_group", "strength"]
    assert list(row.rows["source_id"]) == SOURCES and row.rows["relation"].isna().all()


def test_menus_fill_the_row_and_the_badge_follows_the_rule():
    row = workbench.corroboration_builder(CLAIM, SOURCES)
    widget = widget_of(row)
    menus = find(widget, widgets.Dropdown)
    for menu, choice in zip(menus, ["supports", "pakistani_state", "disputes", "un_intergovernmental", "silent", "un_intergovernmental"]):
        menu.value = choice
    assert list(row.rows["relation"]) == ["supports", "disputes", "silent"]
    assert row.badge == "disputed" == claims.badge_of("figure", row.rows)
    assert "Badge: disputed." in text(find(widget, widgets.HTML)[-1].value)
    assert workbench.corroboration_builder(CLAIM, SOURCES).badge == "disputed"


@pytest.mark.parametrize("relations", list(itertools.product(workbench.RELATIONS, repeat=2)))
@pytest.mark.parametrize("origins", [("pakistani_state", "pakistani_state"), ("pakistani_state", "un_intergovernmental"), ("unknown", "afghan_press")])
def test_the_explanation_names_the_badge_and_counts_what_stands(relations, origins):
    row = workbench.corroboration_builder(CLAIM, SOURCES[:2], chosen=list(zip(relations, origins)))
    said = row.explanation()
    assert said.startswith(f"Badge: {workbench.BADGE_NAMES[row.badge]}.")
    assert sum(map(int, re.findall(r": (\d+)(?:, \d+ of them weak)?; origins", said))) == 2
    assert all(ORIGIN_NAMES[group] in said for group in origins)


def test_sources_without_a_choice_are_counted_as_left_out():
    row = workbench.corroboration_builder(CLAIM, SOURCES, chosen=[("supports", "pakistani_state"), (None, None), ("supports", None)])
    assert row.badge == "single_source" and "2 of 3 sources" in row.explanation()


def test_what_the_widget_shows_can_be_typed():
    row = workbench.corroboration_builder(CLAIM, SOURCES, chosen=[("supports", "pakistani_state")] * 3)
    line = text(find(widget_of(row), widgets.HTML)[-1].value).split("in the cell above: ")[1]
    typed = eval(line.removeprefix("chosen="))
    assert workbench.corroboration_builder(CLAIM, SOURCES, chosen=typed).rows.equals(row.rows)


def test_a_claim_of_ones_own_can_be_weighed():
    row = workbench.corroboration_builder(quotation="1.7 million", sources=[{"source_id": "DAWN_1779106", "says": "A minister's figure."}])
    assert "A minister's figure." in text(row.html) and "1.7 million" in row.text


@pytest.mark.parametrize(
    "options, error, told",
    [
        ({}, ValueError, "nothing to weigh"),
        ({"quotation": "x", "sources": [{"source_id": "NOWHERE", "says": ""}]}, KeyError, "no source 'NOWHERE'"),
        ({"claim_id": CLAIM, "sources": SOURCES, "chosen": [("supports", "pakistani_state")]}, ValueError, "3 sources"),
        ({"claim_id": CLAIM, "sources": SOURCES[:1], "chosen": [("agrees", "pakistani_state")]}, ValueError, "'agrees' is no choice"),
    ],
)
def test_what_cannot_be_weighed_is_named(options, error, told):
    with pytest.raises(error, match=told):
        workbench.corroboration_builder(**options)


def test_every_menu_has_a_label():
    row = workbench.corroboration_builder(CLAIM, SOURCES)
    labels = [menu.description for menu in find(widget_of(row), widgets.Dropdown)]
    assert all(labels) and len(set(labels)) == len(labels) == 6
