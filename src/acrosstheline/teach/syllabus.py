"""The syllabus of a course, as a page and as Markdown that an instructor can edit."""

import json
import re
from html import escape
from importlib.metadata import version
from pathlib import Path

import yaml

from acrosstheline.teach import catalogue, page, plan, routes
from acrosstheline.teach.catalogue import CourseError

# What only the instructor can say. As long as it is not said, it stands between double brackets, and is marked on the page.
PLACES = {
    "instructor": "instructor, room and hour, how to reach you",
    "handing_in": "how it is handed in",
    "exercises": "how many points, or how large a share of the grade, and how checked and written tasks weigh in it",
    "meetings": "what counts, and how much",
    "late": "until when it is taken, and what it loses",
    "tools": "what your institution allows, and what has to be said",
    "offline": "where students get it: a shared drive, a memory stick",
    "help": "whom to ask",
    "prepare": "what to bring or prepare",
}
FILL_IN = "fill_in.yml"
_PLACE = re.compile(r"\[\[(\w+)\]\](\.?)")
_OPEN = re.compile(r"\[\[(.+?)\]\]")

_GRADES = """## How work is graded

- Exercise notebooks: [[exercises]]. The checks inside them answer every try; a task that is *right* counts as done. What you understood stands in the written tasks, which are read with the rubric that stands under each of them.
- Quizzes keep no marks.
- Taking part in meetings: [[meetings]]. Nobody is graded for an opinion, and nobody has to give one.
- Late work: [[late]].
- Working together, and tools that write text or code: [[tools]].
"""

_RULES = """## An equal way out

Some of us may be the subject of this course, or have lived what it describes.
Any task that asks where you stand can be exchanged for one that does not: instead of your own position, set out the strongest case for a position that the task names, or report what two sources would answer.
It takes as long, it counts as much, and nobody has to give a reason.
Nobody in this class speaks for a state or a people, and nobody will be asked to play a person who is expelled, or an officer who expels.

## Content notes

The book describes expulsion, bombings and deaths, briefly and without pictures.
A note stands before any passage that describes killing; you can skip such a passage and still follow the chapter.
The notes are repeated below, week by week.
"""

_READING = """## Ways to read, also with little data

- **The reading packet**, in this folder, holds every chapter of this course in one file: a page for a phone or a computer and, unless `START.html` says otherwise, a PDF for paper. It needs no network.
- **The whole book offline**: ask for the file `across-the-line.zip` ([[offline]]). Unpack it and open `index.html`; charts, quizzes and tables work with no network.
{online}
- **The exercises** run on a computer with nothing but the files of this folder, once Python is set up: see `START.html`.

The book's charts have a description in words and their rows as a table; menus, buttons and quizzes work from the keyboard; colours keep their contrast in light and dark.
If something keeps you from reading or handing in, say so early: [[help]].
"""


def members(course):
    """Return a course's syllabus.

    Parameters
    ----------
    course : acrosstheline.teach.course.Course

    Returns
    -------
    dict of str to bytes
        ``syllabus.html`` and ``syllabus.md``.
    """
    text = markdown(course)
    body = page.markdown(_OPEN.sub(lambda found: f'<mark class="fill">{found[1]}</mark>', text))
    return {"syllabus.html": page.page(f"Syllabus: {course.name}", body).encode(), "syllabus.md": text.encode()}


def markdown(course):
    """Return a syllabus as Markdown; what the instructor has not said yet stands between double brackets."""
    parts = (_head(course), _outcomes(course), _glance(course), _GRADES, _RULES, _ways(course), _weeks(course), _citing())
    said = {place: f"[[{what}]]" for place, what in PLACES.items()} | {place: escape(text, quote=False) for place, text in course.said if text}
    return _PLACE.sub(lambda found: _ended(said[found[1]], found[2]), "\n\n".join(part.strip() for part in parts) + "\n")


def _ended(text, stop):
    """Return a text with its full stop, if it needs one."""
    return text if text.endswith((".", "!", "?")) else text + stop


def fill_in(course):
    """Return the file in which an instructor says what only an instructor can, with what was said already."""
    said = dict(course.said)
    lines = [
        "# What only you can say of your course. Write between the quotation marks; Markdown is fine.",
        f"# Then run the same command again, with: --fill {FILL_IN} --replace",
        "# (give the path of this file). What you leave empty stays marked in the syllabus.",
    ]
    return "\n".join([*lines, *(f"\n# {what}\n{place}: {json.dumps(said.get(place, ''), ensure_ascii=False)}" for place, what in PLACES.items())]) + "\n"


def read_fill_in(path):
    """Return what an instructor said in such a file.

    Returns
    -------
    tuple of (str, str)

    Raises
    ------
    acrosstheline.teach.catalogue.CourseError
        If it cannot be read, or says something of which the syllabus has no place.
    """
    try:
        said = yaml.safe_load(Path(path).read_text(encoding="utf-8")) or {}
    except OSError as error:
        raise CourseError(f"--fill {path}: it cannot be read ({error.strerror}).") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        where = f", line {error.problem_mark.line + 1}" if getattr(error, "problem_mark", None) else ""
        raise CourseError(f"--fill {path}{where}: this is not in order. Keep what you write between quotation marks, one place a line.") from None
    odd = sorted(set(said) - set(PLACES), key=str) if isinstance(said, dict) else ["a text alone"]
    if odd:
        raise CourseError(f"--fill {path}: the syllabus has no place for {', '.join(map(str, odd))}. Its places are: {', '.join(PLACES)}.")
    return tuple((place, " ".join(str(said[place]).split())) for place in PLACES if said.get(place) not in (None, ""))


def shown(day, language):
    """Return a day in words, marked with its language and direction where that is not the page's."""
    text = plan.in_words(day, language)
    if language.split("_")[0] == "en":
        return text
    way = "rtl" if page.is_right_to_left(language) else "ltr"
    return f'<span lang="{language.replace("_", "-")}" dir="{way}">{text}</span>'


def plain(text):
    """Return an instructor's own words so that neither Markdown nor HTML takes any of them for a sign."""
    return re.sub(r"([\\`*_\[\]#|])", r"\\\1", escape(text, quote=False))


def _head(course):
    first, last = course.sessions[0].meets, course.sessions[-1].meets
    days = f"on {plan.DAYS[first.weekday()].capitalize()}s, from {shown(first, course.language)} to {shown(last, course.language)}" if len(course.sessions) > 1 else f"on {shown(first, course.language)}"
    notes = ""
    if course.language.split("_")[0] != "en":
        notes = " Dates are of the Gregorian calendar; the course's texts are in English."
    return f"""# {plain(course.name)}

[[instructor]]

{_plural(len(course.sessions), "meeting")}, {days}{hours(course)}. Times are those of {course.zone.replace("_", " ")}.{notes}

We read *Across the Line*, a book of executed notebooks on Pakistan, Afghanistan and the debate over deporting Afghans from Pakistan: what happened, and how to know. Nothing is expected of you in programming; the first week shows how a notebook works."""


def hours(course):
    """Return when a meeting begins and ends, to follow its days; nothing where that was not said."""
    return f", {course.hour[0]:%H:%M} to {course.hour[1]:%H:%M}" if course.hour else ""


def _outcomes(course):
    if course.route:
        items = routes.ROUTES[course.route].outcomes
    else:
        items = [unit.outcomes[0] for unit in course.units]
    return "## What you will be able to do\n\n" + "\n".join(f"- {item};" for item in items[:-1]) + f"\n- {items[-1]}."


def _glance(course):
    rows = ["| Week | We meet | Read before | Due after | Minutes |", "|---:|---|---|---|---:|"]
    for session in course.days:
        if session in course.off:
            rows.append(f"| | No meeting on {shown(session, course.language)} | | | |")
            continue
        read = "; ".join(unit.title for unit in session.units) or plain(session.topic)
        due = f"{shown(session.due.date(), course.language)}, {session.due:%H:%M}" if session.due else "nothing"
        rows.append(f"| {session.number} | {shown(session.meets, course.language)} | {read} | {due} | {plan.load(session) or 'none'} |")
    reading, doing = sum(unit.minutes for unit in course.units), sum(unit.exercise_minutes for unit in course.units)
    busiest = max(plan.load(session) for session in course.sessions)
    return f"""## At a glance

{chr(10).join(rows)}

The minutes are for reading with the quiz and for the core of the exercise, beside the meeting: {reading} and {doing} in all, at most {busiest} in a week.
Whoever has never opened a notebook needs some {routes.first_minutes()} minutes more in the first week, for *First steps*."""


def _ways(course):
    online = f"- **Online**: [the book]({course.book}index.html), on a phone or a computer, with nothing to install. Its charts wait until you ask for them where data saving is on." if course.book else ""
    return re.sub(r"\n\n(?=- )", "\n", _READING.format(online=online))


def _weeks(course):
    return "## Week by week\n\n" + "\n\n".join(_week(course, session) for session in course.sessions)


def _week(course, session):
    lines = [f"### Week {session.number}: {plain(session.title)}", f"We meet on {shown(session.meets, course.language)}."]
    if not session.units:
        return "\n\n".join([*lines, "No new chapter and nothing due. [[prepare]]"])
    lines.append("**Before the meeting**")
    lines.append("\n".join(f"- Read {_titled(course, unit)}, about {unit.minutes} minutes with its quiz of five questions." for unit in session.units))
    lines.append("**After the meeting**")
    first = [f"- If notebooks are new to you: *First steps*, about {routes.first_minutes()} minutes (`week_{session.number:02d}/first_steps_exercise.ipynb`)."] if _is_first(course, session) else []
    work = [f"- Do *{unit.exercise_title}*, about {unit.exercise_minutes} minutes (`week_{session.number:02d}/{unit.exercise}`)." for unit in session.units]
    lines.append("\n".join([*first, *work, f"- **Due** {shown(session.due.date(), course.language)}, {session.due:%H:%M}: [[handing_in]]."]))
    notes = [f"- *{unit.title}*: {' '.join(unit.content_note.split())}" for unit in session.units if unit.content_note]
    if notes:
        lines += ["**Content notes**", "\n".join(notes)]
    return "\n\n".join(lines)


def _is_first(course, session):
    return session is next(found for found in course.sessions if found.units)


def _titled(course, unit):
    return f"[{unit.title}]({course.book}{unit.page})" if course.book else f"*{unit.title}* (in the packet)"


def _citing():
    said = yaml.safe_load((catalogue.home() / "CITATION.cff").read_text(encoding="utf-8"))
    year = re.search(r"\d{4}", (catalogue.home() / "_config.yml").read_text(encoding="utf-8").split("copyright:")[1])[0]
    return f"""## How to cite what you read

{said["authors"][0]["name"]}, *{said["title"]}*, version {version("acrosstheline")}, {year}.
Cite a figure by its own source, which stands under every chart, and not by this book; cite a document by its author.
The book's text and tables are under CC BY 4.0, its code under the MIT licence; quotations belong to their authors."""


def _plural(count, word):
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
