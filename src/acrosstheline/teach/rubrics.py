"""What each exercise asks, what a task is worth, and the rubric by which a reader marks a written one.

Everything is read from the exercises' own sources: their cells' points, and the tables under their written tasks.
"""

import json
import re
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from acrosstheline import checks
from acrosstheline.teach import catalogue
from acrosstheline.teach.release import ReleaseError

NOTHING = "not there"  # below the first level of a rubric whose levels have names and no numbers
_ROW = re.compile(r"^\|(.+)\|[ \t]*$", re.MULTILINE)
_TABLE = re.compile(r"(?:^\|.+\|[ \t]*\n?)+", re.MULTILINE)
_LINK = re.compile(r"\[([^\]]+)\]\([^)]+\)")
_SUBTASK = r"\*\*Task {}\.\*\*"
_NUMBERED = re.compile(r"(\d+) points?")
_EARNED = {"earned": Fraction(1), "not yet": Fraction(0)}


class Level(NamedTuple):
    """A level of a criterion: its name, what it looks like, and its share of the criterion's points (0 to 1)."""

    name: str
    text: str
    share: Fraction


class Criterion(NamedTuple):
    """One line of a rubric, its levels from the lowest to the highest."""

    name: str
    levels: tuple

    def share(self, level):
        """Return the share of the criterion's points that a level earns; raises KeyError if there is no such level."""
        return {known.name: known.share for known in self.levels}[level]


class Task(NamedTuple):
    """A task of an exercise; its rubric is empty for a task that is checked by the computer."""

    name: str
    text: str
    points: Fraction
    optional: bool
    rubric: tuple

    @property
    def asks(self):
        """Return the task's Markdown without its rubric, and without links: it is read away from the notebook."""
        text = self.text
        if self.rubric:
            rubric = _TABLE.findall(text)[-1]
            text = text.replace(rubric, "").strip()
        return _LINK.sub(r"\1", text)


@lru_cache(maxsize=None)
def tasks(exercise):
    """Return the tasks of an exercise, in order.

    Parameters
    ----------
    exercise : str
        Such as ``"five_voices"``.

    Returns
    -------
    tuple of Task

    Raises
    ------
    acrosstheline.teach.catalogue.CourseError
        If there is no such exercise here.
    acrosstheline.teach.release.ReleaseError
        If a written task has no rubric.
    """
    path = source(exercise)
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    points = {_grade_id(cell).removeprefix("check-"): cell["metadata"]["nbgrader"]["points"] for cell in cells if _grade_id(cell).startswith("check-")}
    prose = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
    return tuple(_task(exercise, name, key, prose, points) for name, key in checks.about(exercise)["tasks"].items())


def by_name(exercise, name):
    """Return one task of an exercise; raises KeyError if there is none of that name."""
    return {task.name: task for task in tasks(exercise)}[name]


def exercises():
    """Return the names of all exercises that this course has."""
    return sorted(path.stem.removesuffix("_exercise") for path in (catalogue.home() / "exercises" / "solutions").glob("*_exercise.ipynb"))


def source(exercise):
    """Return the path of an exercise's source, with its solutions."""
    path = catalogue.home() / "exercises" / "solutions" / f"{exercise}_exercise.ipynb"
    if not path.is_file():
        raise catalogue.CourseError(f"There is no exercise {exercise!r}; there are {', '.join(exercises())}.")
    return path


def title(exercise):
    """Return an exercise's title."""
    return checks.about(exercise)["title"]


def earned(task, levels):
    """Return the points that chosen levels give for a written task.

    Parameters
    ----------
    task : Task
    levels : dict of str to str
        For each criterion's name the name of its level. A criterion without one earns nothing yet.

    Returns
    -------
    fractions.Fraction
        Each criterion carries the same part of the task's points. Levels named *N points* earn N of the most that the
        rubric gives; other levels share evenly, the highest earning all: one, two or three thirds.
    """
    shares = [criterion.share(levels[criterion.name]) for criterion in task.rubric if levels.get(criterion.name)]
    return task.points * sum(shares, Fraction(0)) / len(task.rubric)


def shown(points):
    """Return points as a reader writes them: at most two decimals, none where there are none."""
    exact = Fraction(points)
    rounded = (Decimal(exact.numerator) / exact.denominator).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return f"{rounded.normalize():f}" if rounded else "0"


def _task(exercise, name, key, prose, points):
    text = _section(prose, name)
    rubric = _rubric(text) if key["kind"] == "essay" else ()
    if key["kind"] == "essay" and not rubric:
        raise ReleaseError(f"{exercise}: the written task {name} has no rubric: a table with a row for each criterion and a column for each level.")
    return Task(name, text, Fraction(points[name]), bool(key.get("optional")), rubric)


def _section(prose, name):
    """Return a task's own Markdown: from its name to the end of its cell, or to the next task in it."""
    parts = [re.split(_SUBTASK.format(re.escape(name)), cell, maxsplit=1) for cell in prose]
    after = next(part[1] for part in parts if len(part) == 2)
    return re.split(r"\*\*Task \w+\.\*\*|^#", after, maxsplit=1, flags=re.MULTILINE)[0].strip()


def _rubric(text):
    tables = _TABLE.findall(text)
    rows = [[cell.strip() for cell in row.split("|")] for row in _ROW.findall(tables[-1])] if tables else []
    if len(rows) < 3:
        return ()
    names, body = rows[0][1:], rows[2:]
    shares = _shares(names)
    lowest = (Level(NOTHING, "nothing, or nothing that this line asks for", Fraction(0)),) if min(shares) else ()
    return tuple(Criterion(_plain(row[0]), lowest + tuple(sorted(map(Level, names, row[1:], shares), key=lambda level: level.share))) for row in body)


def _shares(names):
    """Return what each level of a rubric earns of a criterion's points."""
    numbered = [_NUMBERED.fullmatch(name) for name in names]
    if all(numbered):
        most = max(int(match[1]) for match in numbered)
        return [Fraction(int(match[1]), most) for match in numbered]
    if {name.lower() for name in names} == set(_EARNED):
        return [_EARNED[name.lower()] for name in names]
    return [Fraction(place, len(names)) for place in range(1, len(names) + 1)]


def _plain(text):
    return text.strip("* ")


def _grade_id(cell):
    return cell["metadata"].get("nbgrader", {}).get("grade_id", "")
