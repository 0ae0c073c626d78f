"""What an instructor gets: everything to teach and grade with, and a page that says what an hour is enough for."""

import re
from fnmatch import fnmatchcase
from html import escape, unescape
from importlib import import_module

from acrosstheline.teach import page, plan, routes, schedule, syllabus
from acrosstheline.teach.catalogue import CourseError

# Each part of the pack: the module that makes it, and what it is for, by the beginning of its paths.
MAKERS = ("guide", "dbq", "sheets", "slides", "solutions", "lms")
GRADEBOOK = "gradebook.csv"
_COMMAND = re.compile(f"({plan.COMMAND} .+)$")  # warnings that propose a command end with it


def members(course):
    """Return everything that an instructor needs for a course. It holds solutions: it is not for students.

    Parameters
    ----------
    course : acrosstheline.teach.course.Course

    Returns
    -------
    dict of str to bytes
        By path inside the pack.

    Raises
    ------
    acrosstheline.teach.catalogue.CourseError
        If a part is missing from this copy of the course, or two parts claim one path.
    """
    parts = [syllabus.members(course), schedule.members(course), *(_maker(name).members(course) for name in MAKERS)]
    parts.append(_maker("hub").instructor_members(course))
    parts.append({GRADEBOOK: _maker("gradebook").template(course), syllabus.FILL_IN: syllabus.fill_in(course).encode()})
    files = {}
    for part in parts:
        twice = sorted(set(part) & set(files))
        if twice:
            raise CourseError(f"Two parts of the instructor's pack would write {', '.join(twice)}. This copy of the course is damaged: restore src/acrosstheline/teach.")
        files |= part
    files["START.html"] = start(course, {path: _heading(body) if path.endswith(".html") else "" for path, body in sorted(files.items())}).encode()
    return dict(sorted(files.items()))


def _maker(name):
    try:
        return import_module(f"acrosstheline.teach.{name}")
    except ModuleNotFoundError as error:
        if error.name != f"acrosstheline.teach.{name}":
            raise
        raise CourseError(f"This copy of the course lacks the part that makes the instructor's {name}: restore src/acrosstheline/teach/{name}.py.") from None


# --- the start page -----------------------------------------------------------------------------------------


def start(course, files):
    """Return the page with which an instructor begins.

    Parameters
    ----------
    course : acrosstheline.teach.course.Course
    files : dict of str to str
        The pack's other files, with the heading of each that is a page.
    """
    warnings = "".join(f"<li>{_warning(text)}</li>" for text in course.warnings)
    body = f"""<h1>{escape(course.name)}: for you who teach it</h1>
<p class="lead">This folder is for you alone: it holds solutions. What your students get is the other one, <code>student_pack.zip</code>.</p>
{f'<div class="note warn"><p><strong>Before you go on</strong></p><ul>{warnings}</ul></div>' if warnings else ""}
<h2>The course</h2>
{_summary(course)}
<h2>Your first hour</h2>
{_hour(course, files)}
<h2>A meeting</h2>
{_meeting(course)}
<h2>Every file</h2>
{_files(files)}
"""
    return page.page(f"For the instructor: {course.name}", body)


def _summary(course):
    reading, doing = sum(unit.minutes for unit in course.units), sum(unit.exercise_minutes for unit in course.units)
    rows = [_row(course, day) for day in course.days]
    table = page.table(["Week", "Meeting", "Chapters or topic", "Exercises due", "Minutes"], rows, numbers={4})
    route = f"<p>{escape(routes.ROUTES[course.route].about)}</p>" if course.route else ""
    return (
        f"{route}<p>Students work {reading + doing} minutes beside the meetings: {reading} to read, with the quizzes, and {doing} for the core of the exercises, "
        f"and {routes.first_minutes()} minutes more for <em>First steps</em> if they have never opened a notebook. Times are those of {course.zone.replace('_', ' ')}.</p>{table}"
    )


def _warning(text):
    return _COMMAND.sub(r"<code>\1</code>", escape(text, quote=False))


def _row(course, day):
    """Return the cells of a meeting, or of a day without one."""
    if day in course.off:
        return ["", f"No meeting on {syllabus.shown(day, course.language)}", "", "", ""]
    return [str(day.number), syllabus.shown(day.meets, course.language), escape(day.title), _due(course, day), str(plan.load(day) or "")]


def _due(course, session):
    return f"{syllabus.shown(session.due.date(), course.language)}, {session.due:%H:%M}" if session.due else ""


def _hour(course, files):
    """Return what to do first, with the minutes that it takes; they add up to an hour."""
    steps = [
        (10, f'Read <a href="syllabus.html">the syllabus</a>. Whatever stands in a dashed frame is yours to say: how work is handed in, what counts. Say it in <a href="{syllabus.FILL_IN}">{syllabus.FILL_IN}</a>, nine lines, and run the command again as that file says; both packs then have it.'),
        (15, f"Read the guide for your first meeting{_where(files, 'guide')}, and its content notes."),
        (10, "Open <code>START.html</code> of the students&#x27; folder as a student would, and do the first tasks of <em>First steps</em>."),
        (10, f"Bring the course into your learning platform{_where(files, 'lms/')}, or send <code>student_pack.zip</code> by mail. Students need it a week before the first meeting, because they read before they come."),
        (5, f'Put your students&#x27; names into <a href="{GRADEBOOK}">{GRADEBOOK}</a>, and <a href="schedule.ics">the days</a> into your calendar.'),
        (10, f"Choose what you will grade, and look at its rubric{_where(files, 'rubric')}. Grade with the folder from which you made this pack, and leave it unchanged until the marks are in: students work with the data of their pack. Totals add all points as they are, and most belong to checked tasks: if written ones are to weigh more, weigh the two columns yourself."),
    ]
    return "<ol>" + "".join(f"<li><strong>{minutes} minutes.</strong> {text}</li>" for minutes, text in steps) + "</ol>"


def _where(files, word):
    found = next((name for name in files if word in name and name.endswith((".html", ".md"))), None)
    return f' (<a href="{found}">{found}</a>)' if found else ""


def _meeting(course):
    route = routes.ROUTES.get(course.route, routes.UNIT)
    items = "".join(f"<li>{minutes} minutes: {escape(text)}</li>" for minutes, text in route.plan)
    if route.has_own_plan:
        use = "This is the plan of the meeting, made for this route; the guide begins with it. What the guide plans for each chapter is longer: draw from it what you need."
    else:
        use = "This outline fits an hour and any chapter. The guide has a plan of its own for each one, by minutes, and marks the steps that are left out in an hour: use the one or the other."
    return (
        f"<p><strong>Before.</strong> {escape(route.before)}</p><p><strong>In the meeting</strong>, an hour:</p><ol>{items}</ol>"
        f"<p><strong>After.</strong> {escape(route.after)}</p><p>{use} It also says what to keep of a chapter in twenty minutes, what may close a discussion too early and how to open it again, and what to do when a student has lived what you read.</p>"
    )


# What each folder holds.
_SHELVES = {
    "dbq": "questions on documents",
    "hub": "to serve the class on a hub",
    "lms": "for a learning platform",
    "rubrics": "rubrics of the written tasks",
    "sheets": "to print: the controversy and evidence",
    "slides": "slides, one deck a chapter",
    "solutions": "solutions of the exercises",
}

# What each file is for, by the first of these patterns that its path fits.
_FOR = {
    "START.html": "this page",
    "syllabus.html": "the students' syllabus, to read or print",
    "syllabus.md": "the same as Markdown",
    syllabus.FILL_IN: "what only you can say: fill it in, and make the packs again",
    "schedule.ics": "the days for a calendar",
    "schedule.csv": "the days for a spreadsheet",
    GRADEBOOK: "one row a student, to fill in by hand; the command grade writes one like it",
    "guide.*": "how to teach each meeting: before, during, after",
    "course-map.*": "what each week reads, does and practises, on one page",
    "slides/*.html": "slides made from the chapter's own text and charts",
    "slides/LICENSE*": "the licence of what moves the slides",
    "dbq/*student*": "to hand out: a question to answer from documents",
    "dbq/*": "the same question with its rubric and model answers, for you",
    "sheets/controversy*": "how a structured controversy runs",
    "sheets/role*": "to print, for who argues for one option",
    "sheets/evidence*": "to print: the claims and sources that bear on it",
    "sheets/*": "to print for a discussion",
    "solutions/*.html": "an exercise's solutions, to read",
    "solutions/*.ipynb": "the same as a notebook, with its hidden tests",
    "solutions/*nbgrader*": "settings for institutions that use nbgrader",
    "solutions/*": "belongs to the solutions",
    "rubrics/*": "how to read the written tasks",
    "lms/*-canvas.imscc": "the course for Canvas, with due dates",
    "lms/*.imscc": "the course for Moodle, Blackboard and others",
    "lms/*moodle*": "the quiz questions for Moodle",
    "lms/*qti*": "the quiz questions for other platforms",
    "lms/*": "how to bring the course into a learning platform",
    "hub/*": "to serve the class on a hub",
}


def _files(files):
    shelves = {}
    for path, heading in {"START.html": "", **files}.items():
        place = f"<br><code>{escape(path)}</code>" if heading else ""
        row = [f'<a href="{escape(path)}">{escape(heading or path)}</a>{place}', escape(_for(path))]
        shelves.setdefault(path.rpartition("/")[0].partition("/")[0], []).append(row)
    return "".join(_shelf(shelf, rows) for shelf, rows in sorted(shelves.items()))


def _shelf(shelf, rows):
    """Return a folder's files as a table: folded away, unless it is the pack's own."""
    table = page.table(["File", "What it is for"], rows)
    return f"<details><summary><code>{escape(shelf)}/</code>: {_SHELVES[shelf]} ({len(rows)} files)</summary>{table}</details>" if shelf else table


def _for(path):
    return next((text for pattern, text in _FOR.items() if fnmatchcase(path, pattern)), "")


def _heading(body):
    """Return a page's first heading as plain text."""
    found = re.search(r"<h1[^>]*>(.*?)</h1>", body.decode(), re.DOTALL)
    return unescape(re.sub(r"<[^>]+>", "", found[1])).strip() if found else ""
