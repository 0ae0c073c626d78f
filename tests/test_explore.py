"""Explorers and quizzes: one content, two forms; nothing hidden from a page without scripts."""

import re
from html.parser import HTMLParser

import ipywidgets as widgets
import pytest

from acrosstheline import cards, explore, live, markup, quizzes, tables

WIDGET = "application/vnd.jupyter.widget-view+json"
CHOICES = {"First": "<p>One body.</p>", "Second": "<p>Two body.</p>", "Third": "<p>Three <b>body</b>.</p>"}


class Text(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.parts = []
        self.feed(html)

    def handle_data(self, data):
        self.parts.append(data.strip())


def text(html):
    return " ".join(part for part in Text(html).parts if part)


def shown_by(view):
    """The widget that a bundle shows."""
    return widgets.Widget._active_widgets[view[WIDGET]["model_id"]] if hasattr(widgets.Widget, "_active_widgets") else widgets.widget._instances[view[WIDGET]["model_id"]]


def parts(widget):
    yield widget
    for child in getattr(widget, "children", ()):
        yield from parts(child)


def find(widget, kind):
    return [part for part in parts(widget) if isinstance(part, kind)]


def test_the_page_and_the_widget_show_the_same_panels():
    explorer = explore.panels("Which?", CHOICES)
    bundle = explorer._repr_mimebundle_()
    panels = re.findall(r'<div class="atl-panel">.*?</div>', bundle["text/html"])
    widget = shown_by(bundle)
    menu, body = find(widget, widgets.RadioButtons)[0], find(widget, widgets.HTML)[-1]
    assert list(menu.options) == list(CHOICES)
    for position, panel in enumerate(panels):
        menu.index = position
        assert body.value == panel


def test_the_page_and_the_widget_compare_the_same_things():
    bundle = explore.compare("Which two?", CHOICES)._repr_mimebundle_()
    panels = re.findall(r'<div class="atl-panel">.*?</div>', bundle["text/html"])
    widget = shown_by(bundle)
    for menu, body in zip(find(widget, widgets.Dropdown), find(widget, widgets.HTML)[1:]):
        for position, panel in enumerate(panels):
            menu.index = position
            assert body.value == panel


def test_the_widget_keeps_the_answer_until_the_reader_has_chosen():
    bundle = explore.predict("How many?", ["One", "Two"], "<p>We found none.</p>")._repr_mimebundle_()
    assert "<details" in bundle["text/html"] and "open" not in bundle["text/html"].split("<details")[1][:40]
    widget = shown_by(bundle)
    menu, button, panel = find(widget, widgets.RadioButtons)[0], find(widget, widgets.Button)[0], find(widget, widgets.HTML)[-1]
    assert button.disabled and menu.index is None and panel.value == ""
    menu.index = 1
    assert not button.disabled and panel.value == ""
    button.click()
    assert panel.value == "<p>We found none.</p>" and panel.value in bundle["text/html"]


ROWS = [{"name": "a", "kind": "x", "n": 1}, {"name": "b", "kind": "y", "n": 2}, {"name": "c", "kind": "x", "n": 3}]


def test_the_widget_filters_as_the_page_marks_its_rows():
    bundle = explore.filter_table("Rows", ROWS, {"name": "Name", "n": "Number"}, {"kind": "Kind"}, numeric={"n"})._repr_mimebundle_()
    marked = re.findall(r'<tr data-kind="(.)"><td[^>]*>(.)</td>', bundle["text/html"])
    assert marked == [("x", "a"), ("y", "b"), ("x", "c")]
    widget = shown_by(bundle)
    menu, body = find(widget, widgets.Dropdown)[0], find(widget, widgets.HTML)[0]
    menu.value = "x"
    assert re.findall(r"<tr><td[^>]*>(.)</td>", body.value) == ["a", "c"]


QUESTIONS = [("Why *two*?", {"Because": (True, "Yes: **two**."), "By chance": (False, "Count again.")})]


def test_the_page_and_the_widget_give_the_same_feedback():
    bundle = quizzes.quiz("test", QUESTIONS)._repr_mimebundle_()
    widget = shown_by(bundle)
    menu, answer = find(widget, widgets.RadioButtons)[0], find(widget, widgets.HTML)[-1]
    for position, (_, why) in enumerate([(True, "Right. Yes: two"), (False, "Not quite. Count again")]):
        menu.index = position
        assert text(answer.value).replace(" .", ".").startswith(why)
        assert answer.value in bundle["text/html"]


@pytest.mark.parametrize(
    ("questions", "says"),
    [
        ([("Q", {"a": (True, "x"), "b": (True, "y")})], "exactly one right"),
        ([("Q", {"a": (False, "x"), "b": (False, "y")})], "exactly one right"),
        ([("Q", {"a": (True, "x"), "b": (False, " ")})], "no feedback for: b"),
    ],
)
def test_a_bad_question_is_refused(questions, says):
    with pytest.raises(ValueError, match=says):
        quizzes.quiz("test", questions)


def test_without_a_script_every_panel_and_answer_is_there():
    """Only controls are hidden in the source; the script that shows them hides the rest."""
    html = explore.panels("Which?", CHOICES).html + explore.compare("Two?", CHOICES).html + quizzes.quiz("t", QUESTIONS).html
    hidden = re.findall(r"<(\w+)[^>]*\bhidden\b[^>]*class=|<(\w+)[^>]*class=\"([^\"]*)\"[^>]*\bhidden\b", html)
    assert {match[2] for match in hidden} <= {"atl-choose", "atl-two"}
    assert "<details" in html


def test_a_chart_and_its_notes_are_one_widget():
    bundle = live.chart_with_notes({"text/plain": "chart"}, {"Data": "<p>rows</p>", "Sources": "<p>who</p>"})
    widget = shown_by(bundle)
    assert find(widget, widgets.Output)[0].outputs[0]["data"] == {"text/plain": "chart"}
    assert find(widget, widgets.Accordion)[0].titles == ("Data", "Sources")


def test_html_from_data_is_escaped():
    assert "<script>" not in markup.table([{"a": "<script>"}], {"a": "A"}, "<b>caption</b>")
    assert "&lt;b&gt;" in markup.table([{"a": 1}], {"a": "A"}, "<b>caption</b>")


@pytest.mark.parametrize(("value", "shown"), [(1730000, "1,730,000"), (3.5, "3.5"), (None, ""), (float("nan"), ""), ("PoR", "PoR"), (12.0, "12")])
def test_a_cell_reads_well(value, shown):
    assert markup.shown(value) == shown


@pytest.mark.parametrize("document_id", list(tables.load("documents")["document_id"]))
def test_a_sourcing_card_has_six_lines_and_says_what_is_not_stated(document_id):
    html = cards.sourcing_card(document_id).html
    assert re.findall(r"<dt>(.*?)</dt>", html) == ["Who", "For whom", "When", "Where published", "What they wanted", "Could know"]
    document = tables.load("documents").set_index("document_id").loc[document_id]
    for column, inference in (("author", "author_inference"), ("date_stated", "date_inference"), ("published_in", "published_inference")):
        if document[column] == "not stated":
            assert f'not stated <span class="atl-inference">({markup.escape(document[inference])})' in html


def test_an_excerpt_shows_who_speaks_before_the_text():
    excerpt_id = tables.load("excerpts")["excerpt_id"].iloc[0]
    html = cards.excerpt(excerpt_id, expect="What do you expect?").html
    assert html.index("Sourcing card") < html.index("What do you expect?") < html.index("<blockquote>")


def test_an_unknown_excerpt_is_named():
    with pytest.raises(KeyError, match="no excerpt 'nothing'"):
        cards.excerpt("nothing")


@pytest.mark.parametrize("text, html", [("*a* and **b**", "<em>a</em> and <strong>b</strong>"), ("* One. ** Two. *** Three.", "* One. ** Two. *** Three.")])
def test_stars_before_a_space_mark_notes(text, html):
    assert markup.inline(text) == html
