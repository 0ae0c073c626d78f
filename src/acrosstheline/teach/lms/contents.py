"""What a course brings into a learning management system, week by week, before any format is chosen."""

import re
from dataclasses import dataclass
from html import escape

from babel.dates import format_datetime

from acrosstheline import handouts
from acrosstheline.teach import bank, catalogue, guide, page, rubrics, schedule, syllabus
from acrosstheline.teach.catalogue import CourseError
from acrosstheline.teach.lms import readings

NOTEBOOK = "%NOTEBOOK%"  # in a task's text: where its notebook is, which each format says in its own way
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_RULES = (
    "Name the source of each statement, and answer the best form of what you do not share. "
    "You may argue a position that is not yours, and need not say which it is; it counts the same. "
    "Nobody is asked to speak of their own family, papers or journey, or for a country."
)


@dataclass(frozen=True)
class Link:
    """A page on the web."""

    name: str
    title: str
    url: str


@dataclass(frozen=True)
class File:
    """A file that opens, by its path, and those that belong to it, such as a page's pictures."""

    name: str
    title: str
    path: str
    data: bytes
    beside: tuple = ()


@dataclass(frozen=True)
class Quiz:
    """A chapter's questions, for practice: their answers are public in the book."""

    name: str
    title: str
    text: str
    questions: tuple
    due: object


@dataclass(frozen=True)
class Topic:
    """A question for discussion, as HTML."""

    name: str
    title: str
    text: str


@dataclass(frozen=True)
class Task:
    """An exercise to hand in: its instructions as HTML, and how it is marked.

    Attributes
    ----------
    name, title, text : str
    points : fractions.Fraction
        For its tasks without those marked *if you have time*.
    due : datetime.datetime or None
    written : tuple of acrosstheline.teach.rubrics.Task
        Its written tasks, with their rubrics.
    """

    name: str
    title: str
    text: str
    points: object
    due: object
    written: tuple


@dataclass(frozen=True)
class Module:
    """One week, or what belongs to the whole course."""

    name: str
    title: str
    items: tuple


def modules(course, packet=None):
    """Return what a course brings in, in order: the course's own files, then a module for each meeting.

    A chapter that is read for two meetings has its reading in both, and its quiz, discussion and exercise in the last.

    Parameters
    ----------
    course : acrosstheline.teach.course.Course
    packet : dict of str to bytes, optional
        The reading packet, as `acrosstheline.teach.packet.members` makes it: printing takes time, and it may be at hand.

    Returns
    -------
    tuple of Module

    Raises
    ------
    CourseError
        If the book is not built, or the course's name cannot be written into a file.
    """
    if not course.name.strip() or _CONTROL.search(course.name):
        raise CourseError(f"The course's name {course.name!r} cannot be written into files for a learning management system: give it letters, and no control characters.")
    last = {unit: session for session in course.sessions for unit in session.units}
    weeks = tuple(Module(f"week-{session.number}", f"Week {session.number}: {session.title}", tuple(_items(course, session, last))) for session in course.sessions)
    return (Module("course", "About this course", tuple(_handouts(course, packet or {}))), *weeks)


def _handouts(course, packet):
    files = syllabus.members(course) | schedule.members(course)
    titles = {"syllabus.html": "Syllabus (complete the marked places first)", "schedule.ics": "Dates for your calendar", "schedule.csv": "Dates as a table"}
    for path, title in titles.items():
        yield File(f"file-{path}", title, f"course/{path}", files[path])
    for path, data in sorted(packet.items()):
        yield File(f"file-{path}", f"Reading packet: all chapters in one file ({path.rpartition('.')[2].upper()})", f"course/{path}", data)
    yield _notebook(handouts.FIRST, "First steps in a notebook, for those who have never opened one")


def _items(course, session, last):
    for unit in session.units:
        if course.book:
            yield Link(f"link-{unit.name}", f"Read online: {unit.title} ({unit.minutes} minutes)", course.book + unit.page)
        yield _reading(unit, course)
        if last[unit] is session:
            yield quiz(unit, session.due)
            yield Topic(f"topic-{unit.name}", f"Discuss: {unit.title}", discussion(unit))
            yield _task(unit, course, session)
            yield _notebook(unit.name, f"Notebook: {unit.exercise_title}")


def _reading(unit, course):
    made = readings.reading(unit, course)
    beside = tuple((f"readings/{name}", picture.encode()) for name, picture in made.pictures.items())
    return File(f"reading-{unit.name}", f"Read: {unit.title} ({unit.minutes} minutes)", f"readings/{made.name}", ascii_html(made.html).encode(), beside)


def _notebook(exercise, title):
    path = catalogue.home() / "exercises" / f"{exercise}_exercise.ipynb"
    return File(f"notebook-{exercise}", title, f"notebooks/{path.name}", path.read_bytes())


def quiz(unit, due=None):
    """Return a chapter's questions as a quiz."""
    text = f"<p>Questions to check your reading of <em>{escape(unit.title)}</em>, with feedback on every answer. Take it as often as you like.</p>"
    return Quiz(f"quiz-{unit.name}", f"Check yourself: {unit.title}", ascii_html(text), bank.questions(unit), due)


def discussion(unit):
    """Return a chapter's question for discussion, and how to answer it, as HTML.

    The question is that of the instructors' guide; a chapter without one asks about its strongest criticism.
    """
    try:
        prompt = guide.of(unit.name).prompt
    except CourseError:
        prompt = f"{unit.puzzle}\n\nRead *The strongest criticism of this chapter* at its end. Where is the critic right? What evidence would settle it?"
    return ascii_html(f"{page.markdown(prompt)}<p>{_RULES}</p>")


def _task(unit, course, session):
    asked = rubrics.tasks(unit.name)
    points = sum(task.points for task in asked if not task.optional)
    text = ascii_html(_instructions(unit, course, session.due, points))
    return Task(f"task-{unit.name}", f"Exercise: {unit.exercise_title}", text, points, session.due, tuple(task for task in asked if task.rubric))


def _instructions(unit, course, due, points):
    how = f'<a href="{escape(course.book)}book/how_to_use.html">the book says how</a>' if course.book else "the first page of the student pack says how"
    ways = [f'Download <a href="{NOTEBOOK}">the notebook</a> and open it in JupyterLab on your own computer; {how}.']
    if course.book:
        address = f"{course.book}lite/start.html?open={unit.name}_exercise"
        ways.insert(0, f'Open it <a href="{escape(address)}">in your browser</a>: no account and no installation; your work is kept in that browser alone.')
    until = f"<p><strong>Due:</strong> {when(due, course)}.</p>" if due else ""
    return (
        f"<p>Belongs to the chapter <em>{escape(unit.title)}</em>; about {unit.exercise_minutes} minutes.</p>"
        f"<p><strong>You practise:</strong> {page.inline(unit.practises)}</p>{until}"
        f"<ol>{''.join(f'<li>{way}</li>' for way in ways)}</ol>"
        f"<p><strong>Hand in</strong> the notebook file, which ends in <code>.ipynb</code>, after <em>Run</em>, <em>Run All Cells</em>. "
        f"{rubrics.shown(points)} points; tasks marked <em>if you have time</em> are counted by themselves and never lower a mark. "
        "Checked tasks count as done when they are <em>right</em>; written tasks are marked by the table under them. "
        "How both weigh in your grade, the syllabus says. No mark depends on your position.</p>"
    )


def when(moment, course):
    """Return a moment in words, in the course's language and time zone, as HTML."""
    text = format_datetime(moment, "EEEE d MMMM y, HH:mm", locale=course.language.replace("-", "_"))
    way = ' dir="rtl"' if page.is_right_to_left(course.language) else ""
    said = text if course.language.startswith("en") else f'<span lang="{escape(course.language.replace("_", "-"))}"{way}>{escape(text)}</span>'
    return f"{said} ({escape(course.zone)})"


def ascii_html(html):
    """Return HTML in which letters beyond ASCII are named by number.

    Moodle's importer reads questions, discussions and pages as HTML without a stated encoding
    (``update_sources`` in its ``backup/cc/entities.class.php``), and would spoil any other letters.
    """
    return html.encode("ascii", "xmlcharrefreplace").decode("ascii")
