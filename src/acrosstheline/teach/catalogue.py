"""The book as something to teach: each chapter with its minutes, outcomes, needs and exercise, read from the book itself."""

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from acrosstheline import checks

PARTS = ("Reading the debate", "A history of neighbours", "The deportation debate")
_SECTION = r"\*\*{}\*\*\s*(.+?)\s*(?=\n\n\*\*|\Z)"
_NOTE = r"\*\*Content note[:.]\*\*\s*(.+?)(?=\n\n|\Z)|:::\{admonition\} Content note\n(?::class:.*\n)?(.+?)\n:::"


class CourseError(Exception):
    """A choice that cannot be taught as it stands; the text says why, and what to choose instead."""


@dataclass(frozen=True)
class Unit:
    """A chapter as a unit of teaching.

    Attributes
    ----------
    name : str
        Its short name, such as ``"five_voices"``: the notebook's name without ending.
    title : str
    part : str
        The caption of its part of the book.
    number : int
        Its place among the chapters, from 1.
    minutes : int
        Minutes to read it with its quiz.
    exercise_minutes : int
        Minutes for the core of its exercise notebook.
    needs : tuple of str
        Short names of the chapters that it builds on.
    puzzle, content_note : str
        Markdown without roles; the note is empty where the chapter gives none.
    outcomes : tuple of str
    exercise_title, practises : str
    """

    name: str
    title: str
    part: str
    number: int
    minutes: int
    exercise_minutes: int
    needs: tuple
    puzzle: str
    content_note: str
    outcomes: tuple
    exercise_title: str
    practises: str

    @property
    def page(self):
        """Return the chapter's page within the built site."""
        return f"book/{self.name}.html"

    @property
    def exercise(self):
        """Return the name of its exercise notebook."""
        return f"{self.name}_exercise.ipynb"


def home():
    """Return the course's folder, with its book, exercises and data.

    Raises
    ------
    CourseError
        If this package was installed by itself, as a student's is.
    """
    folder = Path(__file__).parents[3]
    if not (folder / "_toc.yml").is_file():
        raise CourseError("This needs the whole course, not the package alone: run it in the course's folder, after `make book`.")
    return folder


@lru_cache(maxsize=1)
def units():
    """Return every chapter of the book's three parts, in order.

    Returns
    -------
    tuple of Unit
    """
    toc = yaml.safe_load((home() / "_toc.yml").read_text(encoding="utf-8"))
    named = [(part["caption"], Path(entry["file"]).name) for part in toc["parts"] if part["caption"] in PARTS for entry in part["chapters"]]
    return tuple(_unit(name, part, number) for number, (part, name) in enumerate(named, start=1))


def unit(name):
    """Return one chapter.

    Raises
    ------
    CourseError
        If there is no chapter of that name.
    """
    for known in units():
        if known.name == name:
            return known
    raise CourseError(f"There is no chapter {name!r}. The chapters are: {', '.join(known.name for known in units())}.")


def _unit(name, part, number):
    whole = markdown(name)
    text = whole.split("\n## ")[0]
    needs, said = _section(text, "You need:"), checks.about(name)
    return Unit(
        name=name,
        title=re.search(r"^# (.+)$", text, re.MULTILINE)[1],
        part=part,
        number=number,
        minutes=int(re.search(r"about (\d+) minutes", needs)[1]),
        exercise_minutes=said["minutes"],
        needs=tuple(re.findall(r"\{doc\}`(?:[^`<]*<)?([a-z_]+)>?`", needs)),
        puzzle=_section(text, "The puzzle."),
        content_note="\n\n".join(first or second for first, second in re.findall(_NOTE, whole, re.DOTALL)),
        outcomes=tuple(line.strip().rstrip(";.") for line in re.findall(r"^- (.+)$", _section(text, "You will be able to"), re.MULTILINE)),
        exercise_title=said["title"],
        practises=said["practises"],
    )


def markdown(name):
    """Return a chapter's Markdown, the figures of its prose filled in."""
    notebook = json.loads((home() / "book" / f"{name}.ipynb").read_text(encoding="utf-8"))
    cells = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "markdown"]
    return filled("\n\n".join(cells), glued(notebook), f"book/{name}.ipynb")


def glued(notebook):
    """Return the figures that a chapter's prose takes from the data: each short name with its text."""
    found = {}
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            name = output.get("metadata", {}).get("scrapbook", {}).get("name")
            if name:
                found[name] = "".join(output["data"]["application/papermill.record/text/plain"]).strip("'\"")
    return found


def filled(text, figures, where):
    """Return Markdown with the figures of its prose in place of their short names.

    Parameters
    ----------
    text : str
    figures : dict of str to str
        See `glued`.
    where : str
        The notebook that the text is from, for the error.

    Raises
    ------
    CourseError
        If the text names a figure that the notebook has not computed.
    """

    def figure(found):
        if found[1] not in figures:
            raise CourseError(f"The prose of {where} names the figure {found[1]!r}, and no cell of it has computed one of that name. Run the chapter again with `make notebooks`, or mend the name.")
        return figures[found[1]]

    return re.sub(r"\{glue:text\}`([^`:]+)(?::[^`]*)?`", figure, text)


def _section(text, begins):
    found = re.search(_SECTION.format(re.escape(begins)), text, re.DOTALL)
    return found[1] if found else ""
