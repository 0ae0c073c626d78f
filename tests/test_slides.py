"""Slides made from the cells of a chapter."""

import json
import re
import subprocess
import sys

import pytest
from acrosstheline.teach import bank, catalogue, chapter, guide, slides
from acrosstheline.teach.catalogue import CourseError
from acrosstheline.teach.course import Course

UNITS = catalogue.units()
DECKS = {unit.name: slides.deck(unit) for unit in UNITS}
named = lambda unit: unit.name
plain = lambda html: re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).strip()


@pytest.mark.parametrize("unit", UNITS, ids=named)
def test_a_deck_fills_a_meeting_and_no_slide_is_a_wall_of_text(unit):
    deck = DECKS[unit.name]
    assert slides.LEAST <= len(deck) <= slides.MOST
    assert not [(place, slide.kind, slide.words) for place, slide in enumerate(deck, start=1) if slide.words > slides.LIMITS[slide.kind]]
    assert all(plain(slide.title) for slide in deck)


@pytest.mark.parametrize("unit", UNITS, ids=named)
def test_a_deck_begins_with_the_puzzle_and_ends_with_the_criticism(unit):
    kinds = [slide.kind for slide in DECKS[unit.name]]
    assert kinds[:2] == ["title", "puzzle"] and kinds[-2:] == ["prompt", "critics"]
    assert kinds.index("outcomes") < kinds.index("question") < kinds.index("quiz") < kinds.index("standing")


@pytest.mark.parametrize("unit", UNITS, ids=named)
def test_a_deck_keeps_every_question_figure_and_excerpt_of_its_chapter(unit):
    """No voice is left out because there was no room."""
    shown = " ".join(f"{slide.title} {slide.body}" for slide in DECKS[unit.name])
    for section in chapter.sections(unit.name):
        for figure in section.of(chapter.Figure):
            assert figure.facts["title"].replace("'", "&#x27;") in shown and figure.facts["finding"].replace("'", "&#x27;") in shown
        for excerpt in section.of(chapter.Excerpt):
            assert excerpt.quotation in shown
    questions = [slide for slide in DECKS[unit.name] if slide.kind == "question"]
    assert len(questions) == len(chapter.sections(unit.name))


@pytest.mark.parametrize("unit", UNITS, ids=named)
def test_a_quiz_question_comes_before_its_answer_and_every_choice_is_explained(unit):
    deck = DECKS[unit.name]
    asked = [place for place, slide in enumerate(deck) if slide.kind == "quiz"]
    assert len(asked) >= slides.FEWEST_QUESTIONS
    for place, question in zip(asked, bank.questions(unit)):
        answer = deck[place + 1]
        assert answer.kind == "answer" and all(choice.feedback in answer.body for choice in question.choices)
        assert not any(choice.feedback in deck[place].body for choice in question.choices)


@pytest.mark.parametrize("unit", UNITS, ids=named)
def test_no_critic_has_the_word_for_much_longer_than_another(unit):
    spoken = [len(plain(block).split()) for block in re.findall(r"<h3>.*?</h3><p>(.*?)</p>", DECKS[unit.name][-1].body)]
    assert len(spoken) == len(chapter.critics(unit.name))
    if len(spoken) == 2:
        assert max(spoken) <= 2 * min(spoken)


@pytest.mark.parametrize("unit", UNITS, ids=named)
def test_a_figure_has_its_words_its_publisher_and_a_text_for_whoever_cannot_see_it(unit):
    for slide in DECKS[unit.name]:
        if slide.kind == "figure":
            assert "<svg" in slide.body and 'class="finding"' in slide.body and re.search(r"Sources?: ", slide.body)
            assert all(len(label) > 120 for label in re.findall(r'aria-label="([^"]*)"', slide.body))
            assert "What is drawn." in slide.notes and "Sources of the rows drawn." in slide.notes


def test_notes_carry_what_the_guide_and_the_book_say():
    deck, advice = DECKS["two_wars"], guide.of("two_wars")
    assert plain(slides.page.markdown(guide.clocked(advice)))[:120] in plain(deck[0].notes)
    assert any("What this shows, and what it does not." in slide.notes for slide in deck if slide.kind == "figure")
    assert "What the book found." in next(slide.notes for slide in deck if slide.kind == "question")
    assert plain(advice.framings[0])[:30] in plain(next(slide.notes for slide in deck if slide.kind == "prompt"))


def test_a_switch_becomes_one_view_an_option():
    slide = next(slide for slide in DECKS["two_wars"] if "Violence in Pakistan in 2014" in slide.title)
    assert re.findall(r'class="which">Count: ([^<]+) <', slide.body) == ["killed in attacks", "killed in all violence", "number of attacks"]
    drawn = re.findall(r'<div class="chart wide"[^>]*>(<svg.*?</svg>)', slide.body, re.DOTALL)
    assert len(set(drawn)) == 3 and "7,655" in drawn[1] and "7,655" not in drawn[0]


def test_a_long_timeline_is_told_in_two_halves_over_one_time():
    figure = next(figure for section in chapter.sections("closed_borders") for figure in section.of(chapter.Figure) if figure.height > slides.SPLIT)
    halves = [json.loads(half.spec) for half in slides._halves(figure)]
    whole = json.loads(figure.spec)
    lines = [half["layer"][0]["encoding"]["y"]["scale"]["domain"] for half in halves]
    assert lines[0] + lines[1] == whole["layer"][0]["encoding"]["y"]["scale"]["domain"]
    assert halves[0]["layer"][0]["encoding"]["x"]["scale"] == halves[1]["layer"][0]["encoding"]["x"]["scale"]


@pytest.mark.parametrize("name", ["two_wars", "words_at_war"])
def test_a_deck_is_one_file_that_asks_nobody_for_anything(name):
    html = slides.html(catalogue.unit(name))
    page = re.sub(r"<script>.*?</script>", "", html, flags=re.DOTALL)
    assert not re.findall(r'<(?:link|script|img|iframe)[^>]+(?:src|href)="(?!data:)', page) and "url(http" not in page
    assert "default-src 'none'" in html and "reveal.js 5" in html and "MIT licensed" in html
    assert len(html.encode()) < 600_000
    found = re.findall(r' id="([^"]+)"', page)
    assert len(found) == len(set(found))
    assert page.count("<h1") == 1 and page.count("<section") == len(DECKS[name])
    assert not re.search(r"\{(?:doc|term|glue)", page) and ":::" not in page


def test_the_same_course_gives_the_same_bytes_with_the_licence_beside():
    course = Course("HIST <301>", (), "Asia/Karachi")
    unit = catalogue.unit("the_plan")
    assert slides.html(unit, course) == slides.html(unit, course) and "HIST &lt;301&gt;" in slides.html(unit, course)
    assert b"Hakim El Hattab" in slides.members(course)["slides/LICENSE-reveal.js.txt"]


def test_no_chapter_is_sentenced_to_silence_by_an_open_emphasis():
    assert all(slide.body.count("<em>") == slide.body.count("</em>") for deck in DECKS.values() for slide in deck)
    assert not [slide.body for deck in DECKS.values() for slide in deck if re.search(r"\*\w", plain(slide.body))]


def test_a_missing_reveal_is_named(monkeypatch):
    monkeypatch.setattr(slides, "find_spec", lambda name: None)
    with pytest.raises(CourseError, match="sphinx-revealjs"):
        slides._reveal.__wrapped__("LICENSE")


def test_slides_do_not_bring_sphinx_along():
    code = "import sys\nfrom acrosstheline.teach import slides\nslides._reveal('LICENSE')\nsys.exit(any(name.split('.')[0] in ('sphinx', 'docutils', 'myst_nb') or name.startswith('acrosstheline.site') for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
