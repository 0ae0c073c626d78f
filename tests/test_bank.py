"""The book's questions as they leave the book: all of them, whole, and the same as on the page."""

import json
import re
import xml.etree.ElementTree as ElementTree

import pytest
from acrosstheline.teach import bank, catalogue, dom

UNITS = catalogue.units()


def texts(question):
    return [question.text, *(part for choice in question.choices for part in (choice.text, choice.feedback))]


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_chapter_has_five_questions_each_with_one_right_choice_and_feedback_for_all(unit):
    questions = bank.questions(unit)
    assert len(questions) == 5
    for question in questions:
        assert sum(choice.right for choice in question.choices) == 1, question.text
        assert len(question.choices) >= 3, question.text
        assert len({choice.text for choice in question.choices}) == len(question.choices), question.text
        for text in texts(question):
            assert dom.parse(text).text.strip(), question.name
            ElementTree.fromstring(f"<p>{text}</p>")
            assert set(re.findall(r"<(\w+)", text)) <= bank.PHRASES, text
            assert not re.search(r"\b(?:href|src|class|id|style|on\w+)=", text), text


@pytest.mark.site
@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_reader_of_the_page_sees_the_same_words(site, unit):
    page = dom.parse((site / unit.page).read_text(encoding="utf-8"))
    shown = page.all("div", "atl-question")
    assert len(shown) == 5
    for node, question in zip(shown, bank.questions(unit), strict=True):
        assert node.all("legend")[0].text.split(" ", 1)[1] == plain(question.text)
        for line, choice in zip(node.all("li"), question.choices, strict=True):
            mark = "Right." if choice.right else "Not quite."
            assert line.text == f"{plain(choice.text)}: {mark} {plain(choice.feedback)}"


def plain(html):
    return dom.parse(html).text


def test_no_two_questions_share_a_name():
    names = [question.name for unit in UNITS for question in bank.questions(unit)]
    assert len(set(names)) == len(names) == 90
    assert all(re.fullmatch(r"[a-z0-9-]+", name) for name in names)


def test_choices_may_be_shuffled():
    for unit in UNITS:
        for question in bank.questions(unit):
            for choice in question.choices:
                assert not re.search(r"\b(?:all|none|both|neither) of the (?:above|others|first)\b|\bthe (?:first|last) (?:choice|answer)\b", choice.text), choice.text


def test_markup_of_the_page_stays_behind_and_languages_stay():
    node = dom.parse('<legend class="x">1. See <a href="glossary.html#t"><em id="e">muhajir</em></a> (<span lang="ur" dir="rtl" class="q">مہاجر</span>) &amp; <q>others</q><br></legend>')
    said = bank.phrase(node.elements()[0])
    assert said == '1. See <em>muhajir</em> (<span lang="ur" dir="rtl">مہاجر</span>) &amp; <q>others</q><br>'


def chapter_that_shows(html, tmp_path, monkeypatch):
    (tmp_path / "book").mkdir()
    cell = {"cell_type": "code", "outputs": [{"data": {"text/html": [html]}}]}
    (tmp_path / "book" / "two_wars.ipynb").write_text(json.dumps({"cells": [cell]}), encoding="utf-8")
    monkeypatch.setattr(bank, "home", lambda: tmp_path)
    bank.questions.cache_clear()
    return catalogue.unit("two_wars")


QUIZ = (
    '<div class="atl-quiz" id="quiz-q"><div class="atl-question"><fieldset><legend>1. Which?</legend><label><input type="radio"> One</label>'
    '<label><input type="radio"> Two</label></fieldset><ul><li data-right="true"><em>One</em>: <span class="atl-mark">Right.</span> Yes.</li>'
    '<li data-right="false"><em>Two</em>: <span class="atl-mark">Not quite.</span> No.</li></ul></div></div>'
)


@pytest.mark.parametrize(
    ("html", "said"),
    [
        ("<p>nothing</p>", "shows no questions"),
        (QUIZ.replace('"false"', '"true"'), "one right choice"),
        (QUIZ.replace(" No.", ""), "feedback for every choice"),
        (QUIZ.replace("> Two<", "> Three<"), "other choices than it explains"),
    ],
)
def test_a_quiz_that_cannot_be_used_is_refused_with_its_chapter(html, said, tmp_path, monkeypatch):
    unit = chapter_that_shows(html, tmp_path, monkeypatch)
    try:
        with pytest.raises(catalogue.CourseError, match=said) as caught:
            bank.questions(unit)
        assert unit.title in str(caught.value)
    finally:
        bank.questions.cache_clear()


def test_a_page_that_is_not_closed_is_refused():
    with pytest.raises(ValueError, match="never closed"):
        dom.parse("<p>one")
    with pytest.raises(ValueError, match="closes <p>"):
        dom.parse("<p>one</em></p>")
