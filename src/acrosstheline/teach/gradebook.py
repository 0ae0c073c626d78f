"""The gradebook: one row a student, a column a task, and what still awaits a reader. Also in the shapes that LMSs import."""

import csv
import hashlib
import io
import re
from collections import defaultdict
from fractions import Fraction
from typing import NamedTuple

from acrosstheline import answers
from acrosstheline.teach import catalogue, rubrics, submissions

GRADED, NOT_GRADED = "graded", "not graded"
NOT_HANDED_IN = "not handed in"
RIGHT, BLANK, TO_MARK, MARKED = "right", "blank", "to mark", "marked"
# A cell of a spreadsheet that begins so is run as a formula (https://owasp.org/www-community/attacks/CSV_Injection).
_FORMULA = re.compile("\\s*[=+\\-@\t\r＝＋－＠]")
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f]")


class Line(NamedTuple):
    """How one task of one student stands. ``points`` is None where a reader has yet to mark it."""

    task: rubrics.Task
    state: str
    text: str
    points: Fraction | None
    written: str
    mark: object


class Entry(NamedTuple):
    """One exercise of one student: the attempt that counts, with its result, and all attempts, the last one last."""

    student: str
    exercise: str
    found: submissions.Found
    result: dict
    attempts: list
    lines: tuple

    @property
    def is_graded(self):
        return self.result["status"] == GRADED

    @property
    def awaits(self):
        """Return the tasks that a reader has yet to mark."""
        return [line.task.name for line in self.lines if line.points is None]

    @property
    def is_blank(self):
        """Tell whether nothing at all was answered."""
        return self.is_graded and all(line.state == BLANK for line in self.lines)

    def points(self, optional=False, by_hand=None):
        """Return points so far: of the tasks that all do or of those *if you have time*; of all, or by hand or not."""
        chosen = [line for line in self.lines if line.task.optional == optional and by_hand in (None, bool(line.task.rubric))]
        return sum((line.points or Fraction(0) for line in chosen), Fraction(0))

    @property
    def total(self):
        """Return the points of the tasks that all do, or None while any of these awaits a reader or the whole a grader."""
        waits = any(line.points is None and not line.task.optional for line in self.lines)
        return None if waits or not self.is_graded else self.points()


class Gradebook:
    """A class: who handed in what, and how it stands. Results are read when they are needed, one at a time.

    Parameters
    ----------
    found : list of acrosstheline.teach.submissions.Found
    results : acrosstheline.teach.batch.Results
    marks : dict, optional
        What readers marked: see `acrosstheline.teach.manual.stored`.
    roster : acrosstheline.teach.roster.Roster, optional
        The class list, where there is one. ``found`` carries its names then.

    Attributes
    ----------
    students : list of str
        Those of whom there is a file, in order: the list's, or that of their names.
    everyone : list of str
        These and those of the list of whom there is none; whoever is not on the list stands at the end.
    exercises : list of str
        Those that were handed in, in the order of the course.
    """

    def __init__(self, found, results, marks=None, roster=None):
        self.found, self.results, self.roster = found, results, roster
        aliases = roster.aliases if roster else {}
        self.marks = {(aliases.get(student, student), exercise, task): mark for (student, exercise, task), mark in (marks or {}).items()}
        self._handed_in = defaultdict(lambda: defaultdict(list))
        self._others = defaultdict(list)  # files that an LMS gave under a student's name, and that are no notebook
        self._graded = set()
        naming = submissions.Naming(rubrics.exercises(), "auto")
        for one in found:
            if one.key:
                self._file(one, naming)
            elif one.lms:
                self._others[one.student].append(one)
        there = {*self._handed_in, *self._others}
        listed = roster.names if roster else []
        self.everyone = [*listed, *sorted(there - set(listed), key=lambda name: (name.casefold(), name))]
        self.students = [name for name in self.everyone if name in there]
        self.exercises = in_order({exercise for exercises in self._handed_in.values() for exercise in exercises if exercise})

    def _file(self, one, naming):
        result = self.results.read(one.key)
        if result is None:
            return
        if result["status"] == GRADED:
            self._graded.add(one.key)
        exercise = result.get("exercise") or naming.exercise_in(one.path)
        self._handed_in[one.student][exercise].append(one)

    def names(self):
        """Return every name that a student of whom there is a file may have in a table, with how they are called here."""
        return dict(self.roster.aliases if self.roster else {}) | {name: name for name in self.students}

    def is_listed(self, student):
        """Tell whether a student is on the class list; where there is none, everyone is."""
        return self.roster is None or student in self.roster.names

    def not_handed_in(self, student):
        """Return the exercises that others of the class handed in and this student of the list did not."""
        handed_in = self._handed_in.get(student, {})
        return [exercise for exercise in self.exercises if exercise not in handed_in] if self.roster and self.is_listed(student) else []

    def others(self, student):
        """Return what an LMS gave under a student's name and is no notebook."""
        return self._others.get(student, [])

    def entries(self, student=None, exercise=None):
        """Yield how each exercise stands, for all students or one, and for all exercises or one.

        Parameters
        ----------
        student : str, optional
        exercise : str, optional
            Empty for what could not be told to be any exercise.
        """
        for name in self.students if student is None else [student]:
            handed_in = self._handed_in.get(name, {})
            for one in (*self.exercises, "") if exercise is None else [exercise]:
                if one in handed_in:
                    yield self._entry(name, one, handed_in[one])

    def _entry(self, student, exercise, attempts):
        attempts = sorted(attempts, key=lambda one: one.turn)
        counted = next((one for one in reversed(attempts) if one.key in self._graded), attempts[-1])
        result = self.results.read(counted.key)
        lines = tuple(self._line(student, exercise, task, result) for task in rubrics.tasks(exercise)) if result["status"] == GRADED else ()
        return Entry(student, exercise, counted, result, attempts, lines)

    def _line(self, student, exercise, task, result):
        said = result["tasks"].get(task.name, {})
        state, text = said.get("state", BLANK), said.get("text", "")
        if not task.rubric:
            return Line(task, state, text, Fraction(str(said.get("points") or 0)), "", None)
        written = result["written"].get(task.name, "")
        if answers.is_blank(written):
            return Line(task, state, text, Fraction(0), "", None)
        mark = self.marks.get((student, exercise, task.name))
        mark = mark if mark and mark.answer == answer_id(written) else None
        done = mark is not None and all(mark.levels.get(criterion.name) for criterion in task.rubric)
        return Line(task, MARKED if done else TO_MARK, text, rubrics.earned(task, mark.levels) if done else None, written, mark)


def in_order(exercises):
    """Return names of exercises in the order of the book's table of contents."""
    contents = re.findall(r"file:\s*book/(\w+)", (catalogue.home() / "_toc.yml").read_text(encoding="utf-8"))
    places = {name: place for place, name in enumerate(contents)}
    return sorted(exercises, key=lambda name: (places.get(name, -1), name))


def answer_id(text):
    """Return the short name of a written answer: the same text has the same, whatever its spaces."""
    return hashlib.sha256(" ".join(text.split()).encode("utf-8", "replace")).hexdigest()[:12]


# --- files ---------------------------------------------------------------------------------------------


def safe(cell):
    """Return a cell that no spreadsheet takes for a formula: an apostrophe stands before what could be one."""
    text = _UNWRITABLE.sub(" ", str(cell).encode("utf-8", "replace").decode("utf-8"))
    return f"'{text}" if _FORMULA.match(text) else text


def unsafe(cell):
    """Return what `safe` was given."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell[1:]) else cell


def text_of(content):
    """Return the text of a table that a spreadsheet wrote, from its bytes.

    Raises
    ------
    UnicodeError
        If it is neither UTF-8 nor UTF-16 with its mark.
    """
    return content.decode("utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig")


def write(path, rows, mark=True):
    """Write rows as CSV.

    Parameters
    ----------
    path : pathlib.Path
    rows : iterable of list
        The head first. Every cell is made safe for spreadsheets.
    mark : bool
        Whether the file begins with the mark by which spreadsheets know its letters (a byte order mark).
    """
    with open(path, "w", encoding="utf-8-sig" if mark else "utf-8", newline="") as file:
        _writer(file).writerows([safe(cell) for cell in row] for row in rows)


def _writer(file):
    return csv.writer(file, lineterminator="\n")


def write_gradebook(book, path):
    """Write one row a student, with a column a task and totals for each exercise."""
    write(path, _rows(book, book.exercises))


def _rows(book, columns):
    listed = {student.name: student for student in book.roster.students} if book.roster else {}
    told = book.roster.has if book.roster else []
    yield ["student", "number", *told, *(["on the class list"] if book.roster else []), *(heading for exercise in columns for heading in _headings(exercise)), "was not graded"]
    for student in book.everyone:
        entries = {entry.exercise: entry for entry in book.entries(student)}
        numbers = {one.number for entry in entries.values() for one in entry.attempts if one.lms == "canvas"}
        missing = _missing(book, student)
        cells = [cell for exercise in columns for cell in _cells(entries.get(exercise), exercise, missing if exercise in book.not_handed_in(student) else "")]
        lost = [f"{entry.found.path}: {entry.result.get('reason', '')}" for entry in entries.values() if not entry.is_graded]
        lost += [f"{one.path}: {one.reason}" for one in book.others(student)]
        of_list = [getattr(listed[student], what) if student in listed else "" for what in told]
        of_list += ["yes" if student in listed else "no"] if book.roster else []
        yield [student, " ".join(sorted(numbers)), *of_list, *cells, " | ".join(lost)]


def _missing(book, student):
    """Return how an exercise stands that a student of the list did not hand in, as far as can be told."""
    unknown = book.others(student) or any(not entry.exercise for entry in book.entries(student))
    return "see “was not graded”" if unknown else NOT_HANDED_IN


def _headings(exercise):
    tasks = rubrics.tasks(exercise)
    named = ["status", "attempts", "late", *(f"{task.name} (of {rubrics.shown(task.points)}{', if you have time' if task.optional else ''})" for task in tasks)]
    named += ["checked by the computer", "marked by hand", f"total (of {rubrics.shown(_most(tasks))})"]
    if any(task.optional for task in tasks):
        named.append(f"if you have time (of {rubrics.shown(_most(tasks, optional=True))})")
    return [f"{exercise}: {name}" for name in [*named, "awaits marking"]]


def _most(tasks, optional=False):
    return sum((task.points for task in tasks if task.optional == optional), Fraction(0))


def _cells(entry, exercise, missing):
    tasks = rubrics.tasks(exercise)
    if entry is None or not entry.is_graded:
        empty = [""] * (len(_headings(exercise)) - 3)
        return [missing, "", "", *empty] if entry is None else [NOT_GRADED, len(entry.attempts), _late(entry), *empty]
    cells = ["awaits marking" if entry.awaits else GRADED, len(entry.attempts), _late(entry)]
    cells += ["" if line.points is None else rubrics.shown(line.points) for line in entry.lines]
    cells += [rubrics.shown(entry.points(by_hand=False)), rubrics.shown(entry.points(by_hand=True)), "" if entry.total is None else rubrics.shown(entry.total)]
    if any(task.optional for task in tasks):
        cells.append(rubrics.shown(entry.points(optional=True)))
    return [*cells, " ".join(entry.awaits)]


def _late(entry):
    return "late" if entry.found.late else ""


# --- LMSs ----------------------------------------------------------------------------------------------


def write_for_lms(book, folder):
    """Write what Moodle and Canvas import, for students whom these systems named. Return the files' names.

    Moodle takes a worksheet for each assignment (columns from ``mod/assign/feedback/offline/importgradeslib.php``);
    the assignment's maximum grade must be the one in the file's name. Canvas takes one gradebook (rows from
    ``lib/gradebook_importer.rb``) whose columns must carry the titles of its assignments. Where a grade is not complete
    its cell is empty, which both pass over. Without any such student there is no folder.
    """
    moodle = [exercise for exercise in book.exercises if named_by(book, "moodle", exercise)]
    canvas = [exercise for exercise in book.exercises if named_by(book, "canvas", exercise)]
    if moodle or canvas:
        folder.mkdir(parents=True, exist_ok=True)
    names = [_write_moodle(book, exercise, folder) for exercise in moodle]
    if canvas:
        write(folder / "canvas_gradebook.csv", _canvas_rows(book, canvas), mark=False)
        names.append("canvas_gradebook.csv")
    return names


def named_by(book, lms, exercise):
    """Tell whether an LMS named any work in an exercise."""
    return any(entry.found.lms == lms for entry in book.entries(exercise=exercise))


def _write_moodle(book, exercise, folder):
    most = rubrics.shown(_most(rubrics.tasks(exercise)))
    name = f"moodle_{exercise}_out_of_{most.replace('.', '_')}.csv"
    write(folder / name, _moodle_rows(book, exercise, most), mark=False)
    return name


def _moodle_rows(book, exercise, most):
    yield ["Identifier", "Full name", "Grade", "Maximum grade", "Last modified (grade)", "Feedback comments"]
    for entry in book.entries(exercise=exercise):
        if entry.found.lms == "moodle":
            name = entry.student.removesuffix(f" ({entry.found.number})")
            yield [f"Participant {entry.found.number}", name, _grade(entry), most, "", _in_words(entry)]


def _grade(entry):
    return "" if entry.total is None else rubrics.shown(entry.total)


def _in_words(entry):
    """Return how an exercise stands in one paragraph, for a place that shows no page."""
    if entry.total is None:
        return ""
    parts = [f"Checked by the computer: {rubrics.shown(entry.points(by_hand=False))}."]
    if any(line.task.rubric for line in entry.lines):
        parts.append(f"Marked by a reader: {rubrics.shown(entry.points(by_hand=True))}.")
    parts += [f"Task {line.task.name}: {line.mark.comment}" for line in entry.lines if line.mark and line.mark.comment]
    return " ".join(parts)


def canvas_title(exercise):
    """Return what an exercise is called in the course that `acrosstheline.teach.lms` makes for Canvas."""
    return f"Exercise: {rubrics.title(exercise)}"


def _canvas_rows(book, exercises):
    yield ["Student", "ID", "SIS Login ID", "Section", *map(canvas_title, exercises)]
    yield ["    Points Possible", "", "", "", *(rubrics.shown(_most(rubrics.tasks(exercise))) for exercise in exercises)]
    for student in book.students:
        entries = {entry.exercise: entry for entry in book.entries(student) if entry.found.lms == "canvas"}
        if entries:
            number = next(iter(entries.values())).found.number
            yield [student, number if number.isdigit() else "", "", "", *(_grade(entries[e]) if e in entries else "" for e in exercises)]


# --- a pack's template -----------------------------------------------------------------------------------


def template(course):
    """Return an empty gradebook for a course: a column for each task of its exercises, what each gives, and when it is due.

    Parameters
    ----------
    course : acrosstheline.teach.course.Course

    Returns
    -------
    bytes
        CSV, to be filled in by hand by those who do not grade with this course's command.
    """
    due = {unit.name: session.due.date().isoformat() if session.due else "" for session in reversed(course.sessions) for unit in session.units}
    head, points, days = ["student"], ["points possible"], ["due"]
    for unit in course.units:
        for task in rubrics.tasks(unit.name):
            head.append(f"{unit.name}: {task.name}{' (if you have time)' if task.optional else ''}")
            points.append(rubrics.shown(task.points))
            days.append(due[unit.name])
        head.append(f"{unit.name}: total without tasks if you have time")
        points.append(rubrics.shown(_most(rubrics.tasks(unit.name))))
        days.append(due[unit.name])
    file = io.StringIO()
    _writer(file).writerows([head, points, days])
    return ("\ufeff" + file.getvalue()).encode()
