"""A course's questions as Moodle XML: a category for each chapter, feedback on every choice, and tags.

The format: https://docs.moodle.org/en/Moodle_XML_format; what Moodle reads of it stands in its own source,
``question/format/xml/format.php``.
"""

import textwrap
from html import escape

from acrosstheline import markup
from acrosstheline.teach import bank, dom
from acrosstheline.teach.lms.writing import document, node

_PENALTY = "0.3333333"  # of the mark, for each wrong try, where a quiz lets students try again
_LONGEST = 90


def questions(course):
    """Return the questions of a course's chapters for Moodle's question bank.

    Parameters
    ----------
    course : acrosstheline.teach.course.Course

    Returns
    -------
    bytes
        The same for the same course.
    """
    made = [part for unit in course.units for part in (_category(course, unit), *(_question(course, unit, place, question) for place, question in enumerate(bank.questions(unit), start=1)))]
    return document(node("quiz", None, *made))


def _category(course, unit):
    path = f"$course$/top/{_step(course.name)}/{_step(f'{unit.number:02d} {unit.title}')}"
    about = node("info", None, node("text", f"Check-yourself questions of the chapter {unit.title} in Across the Line."), format="plain_text")
    return node("question", None, node("category", None, node("text", path)), about, type="category")


def _step(name):
    """Return a category's name as a step of a path, where a stroke in it is doubled."""
    return name.strip().replace("/", "//")


def _question(course, unit, place, question):
    words = textwrap.shorten(dom.parse(question.text).text, _LONGEST, placeholder=" ...")
    return node(
        "question",
        None,
        node("name", None, node("text", f"{unit.title} {place}: {words}")),
        _html("questiontext", f"<p>{question.text}</p>"),
        _html("generalfeedback", _source(course, unit, place)),
        node("defaultgrade", "1.0000000"),
        node("penalty", _PENALTY),
        node("hidden", "0"),
        node("idnumber", f"atl-{question.name}"),
        node("single", "true"),
        node("shuffleanswers", "true"),
        node("answernumbering", "abc"),
        node("showstandardinstruction", "0"),
        _html("correctfeedback", ""),
        _html("partiallycorrectfeedback", ""),
        _html("incorrectfeedback", ""),
        *map(_answer, question.choices),
        node("tags", None, *(node("tag", None, node("text", tag)) for tag in ("across-the-line", markup.slug(unit.part), markup.slug(unit.name)))),
        type="multichoice",
    )


def _source(course, unit, place):
    title = f"<em>{escape(unit.title)}</em>"
    where = f'<a href="{escape(course.book + unit.page)}">{title}</a>' if course.book else title
    return f"<p>Question {place} of the chapter {where} in <cite>Across the Line</cite>.</p>"


def _answer(choice):
    made = _html("answer", choice.text)
    made.append(_html("feedback", choice.feedback))
    made.set("fraction", "100" if choice.right else "0")
    return made


def _html(tag, html):
    return node(tag, None, node("text", html), format="html")
