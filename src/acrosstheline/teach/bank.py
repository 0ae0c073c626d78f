"""The book's own check-yourself questions, for use outside the book.

They are read from what the executed chapters show, since some of their figures are computed from the data.
"""

import json
import re
from dataclasses import dataclass
from functools import lru_cache

from acrosstheline.teach import dom
from acrosstheline.teach.catalogue import CourseError, home

# What may stand inside a question, a choice or its feedback, and which attributes of it travel.
PHRASES = frozenset("em strong b i q sub sup code bdi bdo span abbr cite br".split())
_KEPT = ("lang", "dir", "title")
_NUMBER = re.compile(r"^\d+\.\s*")


@dataclass(frozen=True)
class Choice:
    """One choice: its text and feedback as HTML, and whether it is right."""

    text: str
    right: bool
    feedback: str


@dataclass(frozen=True)
class Question:
    """A question with one right choice.

    Attributes
    ----------
    name : str
        Short and the same from year to year: the quiz and the question's place in it, such as ``"two-wars-3"``.
    text : str
        The question, as HTML that may stand inside a paragraph.
    choices : tuple of Choice
        In the order in which the book shows them.
    """

    name: str
    text: str
    choices: tuple


@lru_cache(maxsize=None)
def questions(unit):
    """Return the questions of one chapter, in order.

    Parameters
    ----------
    unit : acrosstheline.teach.catalogue.Unit

    Returns
    -------
    tuple of Question

    Raises
    ------
    CourseError
        If the chapter shows no quiz, or one that this cannot read.
    """
    quizzes = [quiz for html in _outputs(unit) if "atl-quiz" in html for quiz in dom.parse(html).all("div", "atl-quiz")]
    if not quizzes:
        raise CourseError(f"The chapter {unit.title!r} shows no questions: execute it (`make notebooks`), or leave it out.")
    return tuple(_question(node, f"{_name(quiz)}-{place}", unit) for quiz in quizzes for place, node in enumerate(quiz.all("div", "atl-question"), start=1))


def _outputs(unit):
    notebook = json.loads((home() / "book" / f"{unit.name}.ipynb").read_text(encoding="utf-8"))
    return ["".join(output.get("data", {}).get("text/html", "")) for cell in notebook["cells"] for output in cell.get("outputs", [])]


def _name(quiz):
    return quiz.attributes["id"].removeprefix("quiz-")


def _question(node, name, unit):
    text = _NUMBER.sub("", phrase(node.all("legend")[0]))
    choices = tuple(_choice(item) for item in node.all("li"))
    if [choice.text for choice in choices] != [phrase(label) for label in node.all("label")]:
        raise CourseError(f"The question {name!r} of the chapter {unit.title!r} offers other choices than it explains.")
    if sum(choice.right for choice in choices) != 1 or not all(choice.feedback for choice in choices):
        raise CourseError(f"The question {name!r} of the chapter {unit.title!r} needs one right choice, and feedback for every choice.")
    return Question(name, text, choices)


def _choice(item):
    """Return a choice from its line in the list of answers: the choice in emphasis, a mark in words, and why."""
    said, mark = item.elements()[:2]
    why = dom.Node("span", children=item.children[item.children.index(mark) + 1 :])
    return Choice(phrase(said), item.attributes["data-right"] == "true", phrase(why))


def phrase(node):
    """Return what is inside an element as HTML that stands by itself: emphasis, languages and directions stay; links and the page's own names go."""
    return dom.Node("", children=_alone(node.children)).inner.strip()


def _alone(children):
    kept = []
    for child in children:
        if isinstance(child, str):
            kept.append(child)
            continue
        said = {name: child.attributes[name] for name in _KEPT if name in child.attributes}
        inside = _alone(child.children)
        kept.extend([dom.Node(child.tag, said, inside)] if child.tag in PHRASES and (said or child.tag != "span") else inside)
    return kept
