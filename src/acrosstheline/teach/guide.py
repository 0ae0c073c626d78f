"""The instructor's guide and the course map, from what colleagues wrote in ``kit/`` and from the book.

``kit/`` is for instructors alone: it is in no wheel, in no student pack and on no page of the site.

``kit/general.md``
    What holds for every meeting: Markdown, with headings from ``##`` down.

``kit/guide/<chapter>.md``
    A YAML head between two lines of ``---``, then sections in this order::

        ---
        chapter: two_wars            # the chapter's short name, as the file's
        meeting_minutes: 75          # from 45 to 90, the sum of the steps under During
        claims: [001_018_ttp_seventeen_years]   # every claim that the text leans on
        sources: [DAWN_1156146]                 # every source beside those of the claims
        ---
        ## Before
        ## During                            (steps: "- 10 min: What happens."; "- 10 min, not in an hour: What happens."
                                             where a meeting of 60 minutes leaves a step out; never the first)
        ## After
        ## Framings that close a discussion  (two to four "### "the framing"", each with why it closes, and how to reopen it)
        ## When a student has lived this
        ## Discussion prompt                 (one question that neither side owns)
        ## If you have only twenty minutes

``kit/dbq/<name>.md``
    A document-based question. Its head has ``title``, ``part`` (the caption of a part of the book), ``question``,
    ``minutes`` and ``documents``: a list, in the order in which students read it, of what the course's tables hold
    already; no question brings words of its own::

        documents:
          - {kind: excerpt, id: 002_002_million}        # a passage of one of the five documents
          - {kind: claim, id: 003_153_ttp_red_line}     # a claim: its quotation, and what it says in our words
          - {kind: evidence, id: 000_005_one_point_seven_million_e1}   # what one source says, in our words
          - {kind: events, id: torkham_2016}            # a row of any other table by its key, or a list of rows

    Then come ``## Task``, ``## Rubric`` (a table), ``## Model answer: strong``, ``## Model answer: middling`` and
    ``## Model answer: weak``, each for another position; in each, the notes of a reader follow a line ``Notes:``.

In every text the book's chapters may be named by role, as in ``{doc}`Two wars <two_wars>```.
"""

import csv
import io
import re
from collections import namedtuple
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from pathlib import Path

import yaml

from acrosstheline import checks, claims, markup, tables
from acrosstheline.cards import BADGE_NAMES
from acrosstheline.teach import page, routes, syllabus
from acrosstheline.teach.catalogue import CourseError

KIT = Path(__file__).parent / "kit"
SECTIONS = ("Before", "During", "After", "Framings that close a discussion", "When a student has lived this", "Discussion prompt", "If you have only twenty minutes")
MINUTES, FRAMINGS, HOUR = (45, 90), (2, 4), 60
_HEAD = re.compile(r"---\n(.*?)\n---\n(.*)", re.DOTALL)
_STEP = re.compile(r"^- (\d+) min(, not in an hour)?: ", re.MULTILINE)

Leaf = namedtuple("Leaf", "name head sections")
Leaf.__doc__ = "A file of the kit: its short name, its head, and its sections by their headings, in order, as Markdown."


@dataclass(frozen=True)
class Guide:
    """What a colleague says of teaching one chapter.

    Attributes
    ----------
    chapter : str
    meeting_minutes : int
    claims, sources : tuple of str
        Short names of what the text leans on.
    sections : dict of str to str
        Markdown by heading.
    """

    chapter: str
    meeting_minutes: int
    claims: tuple
    sources: tuple
    sections: dict

    @property
    def steps(self):
        """Return the minutes of each step of the meeting."""
        return [int(minutes) for minutes, _ in _STEP.findall(self.sections["During"])]

    @property
    def kept(self):
        """Return for each step whether a meeting of an hour has it, too."""
        return [not left_out for _, left_out in _STEP.findall(self.sections["During"])]

    @property
    def hour(self):
        """Return the minutes of the steps that a meeting of an hour has."""
        return sum(minutes for minutes, kept in zip(self.steps, self.kept) if kept)

    @property
    def framings(self):
        """Return the framings that close a discussion, without their quotation marks."""
        return [line.strip("\"“” ") for line in re.findall(r"^### (.+)$", self.sections["Framings that close a discussion"], re.MULTILINE)]

    @property
    def prompt(self):
        """Return the question for discussion, as Markdown."""
        return self.sections["Discussion prompt"]


def leaf(path):
    """Read one file of the kit.

    Parameters
    ----------
    path : pathlib.Path

    Returns
    -------
    Leaf

    Raises
    ------
    CourseError
        If it is not there, or has no head.
    """
    where = f"teach/kit/{path.parent.name}/{path.name}"
    if not path.is_file():
        raise CourseError(f"{where} is missing: a chapter's guide stands in a file of the chapter's name.")
    found = _HEAD.fullmatch(path.read_text(encoding="utf-8"))
    if not found:
        raise CourseError(f"{where} does not begin with a head between two lines of ---.")
    try:
        head = yaml.safe_load(found[1])
    except yaml.YAMLError as error:
        raise CourseError(f"The head of {where} is no YAML: {error}") from error
    if not isinstance(head, dict):
        raise CourseError(f"The head of {where} holds no names with values.")
    parts = re.split(r"^## (.+)$", found[2], flags=re.MULTILINE)
    return Leaf(path.stem, head, {title.strip(): body.strip() for title, body in zip(parts[1::2], parts[2::2])})


@lru_cache(maxsize=None)
def of(chapter):
    """Return the guide to one chapter.

    Raises
    ------
    CourseError
        If it is missing, or not of the form that this module describes: the text says what to mend.
    """
    read = leaf(KIT / "guide" / f"{chapter}.md")
    _demand(read)
    head = read.head
    return Guide(chapter, head["meeting_minutes"], tuple(head["claims"] or ()), tuple(head["sources"] or ()), read.sections)


def _demand(read):
    """Hold a guide against its form."""
    wrong = []
    if missing := [key for key in ("chapter", "meeting_minutes", "claims", "sources") if key not in read.head]:
        wrong.append(f"its head lacks {', '.join(missing)}")
    elif read.head["chapter"] != read.name:
        wrong.append(f"its head says chapter {read.head['chapter']!r}")
    if list(read.sections) != list(SECTIONS):
        wrong.append(f"its sections are {list(read.sections)}, and should be {list(SECTIONS)}")
    if not wrong:
        guide = Guide(read.name, read.head["meeting_minutes"], (), (), read.sections)
        if sum(guide.steps) != guide.meeting_minutes:
            wrong.append(f"its steps take {sum(guide.steps)} minutes, and its head says {guide.meeting_minutes}")
        if guide.hour > HOUR:
            wrong.append(f"without the steps marked 'not in an hour' it takes {guide.hour} minutes: mark more of them")
        if guide.kept and not guide.kept[0]:
            wrong.append("its first step is marked 'not in an hour': a meeting opens with it, however short")
        if not MINUTES[0] <= guide.meeting_minutes <= MINUTES[1]:
            wrong.append(f"a meeting takes {MINUTES[0]} to {MINUTES[1]} minutes, not {guide.meeting_minutes}")
        if not FRAMINGS[0] <= len(guide.framings) <= FRAMINGS[1]:
            wrong.append(f"it has {len(guide.framings)} framings, where {FRAMINGS[0]} to {FRAMINGS[1]} are asked for")
    if wrong:
        raise CourseError(f"teach/kit/guide/{read.name}.md: {'; '.join(wrong)}.")


def unknown(guide):
    """Return the short names of a guide's head that are in no table: claims first, then sources."""
    known = {"claims": tables.load("claims")["claim_id"], "sources": tables.load("sources")["source_id"]}
    return [name for key, column in known.items() for name in getattr(guide, key) if name not in set(column)]


# --- the guide ----------------------------------------------------------------------------------------------


def members(course):
    """Return the guide to a course, and its map.

    Parameters
    ----------
    course : acrosstheline.teach.course.Course

    Returns
    -------
    dict of str to bytes
        ``guide.html``, ``guide.md``, ``course-map.html`` and ``course-map.csv``.

    Raises
    ------
    CourseError
        If a chapter's guide is missing or broken.
    """
    text = markdown(course)
    made = {
        "guide.md": page.words(text),
        "guide.html": page.page(f"Guide for instructors: {course.name}", _linked(page.markdown(text))),
        "course-map.csv": "\ufeff" + _map_csv(course),  # without the mark some spreadsheets read letters beyond English wrongly
        "course-map.html": page.page(f"Course map: {course.name}", _map_html(course)),
    }
    return {name: content.encode() for name, content in made.items()}


def markdown(course):
    """Return the guide to a course as Markdown."""
    general = (KIT / "general.md").read_text(encoding="utf-8").strip()
    sessions = "\n\n".join(f"*No meeting on {syllabus.shown(day, course.language)}.*" if day in course.off else _session(course, day) for day in course.days)
    return f"# Guide for instructors: {syllabus.plain(course.name)}\n\n{_opening(course)}\n\n{general}\n\n{sessions}\n"


def _opening(course):
    chapters = len(course.units)
    return (
        f"*For instructors. This file holds answers; please do not hand it to students.*\n\n"
        f"{len(course.sessions)} {_many('meeting', len(course.sessions))}, {chapters} {_many('chapter', chapters)}. "
        "First comes what holds for every meeting, then the meetings in order, each with what to do before, during and after it. "
        "Under each chapter stand the claims and sources on which its page of the guide leans, with the badge that each claim has today."
    )


def _many(word, count):
    return word if count == 1 else f"{word}s"


def _session(course, session):
    """Return one meeting: when, what is due, and the guide to each of its chapters that no earlier meeting had."""
    before = {unit for earlier in course.sessions if earlier.number < session.number for unit in earlier.units}
    lines = [f"## Meeting {session.number}: {syllabus.plain(session.title)}", _when(course, session)]
    route = routes.ROUTES.get(course.route)
    if route and route.has_own_plan:
        lines.append(_outline(route))
    elif len(session.units) > 1:
        lines.append(_crowded(session))
    for unit in session.units:
        lines.append(_again(unit) if unit in before else _chapter(unit))
    if not session.units:
        lines.append("No new chapter: the meeting works on what was read before. The sheets for a controversy and the document-based questions fit here.")
    return "\n\n".join(lines)


def _when(course, session):
    said = f"**{syllabus.shown(session.meets, course.language)}.**"
    return f"{said} The exercises are due on {syllabus.shown(session.due, course.language)}, {session.due:%H:%M} ({course.zone})." if session.due else said


def _outline(route):
    """Return a route's own plan of a meeting, each step with the minutes at which it begins and ends."""
    passed, steps = 0, []
    for minutes, what in route.plan:
        steps.append(f"- **Minute {passed} to {passed + minutes}**. {what}")
        passed += minutes
    plans = "plan of each chapter" if len(route.chapters) > 1 else "chapter's own plan"
    return f"**The plan of this meeting, {passed} minutes.** It is made for this route. The {plans} below is longer: draw from it what you need.\n\n" + "\n".join(steps)


def _crowded(session):
    guides = [of(unit.name) for unit in session.units]
    minutes = [guide.meeting_minutes for guide in guides]
    left = HOUR - 20 * len(guides)
    last = f", and the last {left} minutes for what each chapter says to the other" if left else ""
    return (
        f"**{len(guides)} chapters in one meeting.** Their plans take {' and '.join(map(str, minutes))} minutes, {sum(minutes)} in all. "
        f"With an hour, teach each by *If you have only twenty minutes*{last}. "
        f"With {max(guide.hour for guide in guides) + 20 * (len(guides) - 1)} minutes, teach one by its plan without the steps that are left out in an hour, and {'the other' if len(guides) == 2 else 'the others'} in twenty. Or divide the class."
    )


def _again(unit):
    return f"### {unit.title}, continued\n\nThe guide to this chapter stands under its first meeting. Use what was left over, or its document-based question."


def _chapter(unit):
    guide = of(unit.name)
    shorter = f", or {guide.hour} without the steps marked so" if guide.hour < guide.meeting_minutes else ""
    facts = f"*Meeting {guide.meeting_minutes} minutes{shorter} · reading {unit.minutes} minutes · exercise notebook {unit.exercise_minutes} minutes · slides:* `slides/{unit.name}.html`"
    sections = "\n\n".join(f"#### {title}\n\n{_body(guide, title)}" for title in guide.sections)
    return f"### {unit.title}\n\n{facts}\n\n{sections}\n\n#### What this page leans on\n\n{_claims(guide)}{_sources(guide)}"


def _body(guide, title):
    return clocked(guide) if title == "During" else in_bold(guide.sections[title])


def in_bold(body):
    """Return Markdown with its headings as lines in bold, for a place that has headings of its own."""
    return re.sub(r"^###+ (.+)$", r"**\1**", body, flags=re.MULTILINE)


def clocked(guide):
    """Return the steps of a meeting as Markdown, each with the minutes at which it begins and ends, in full and in an hour."""
    passed, in_an_hour = 0, 0

    def timed(found):
        nonlocal passed, in_an_hour
        minutes, left_out = int(found[1]), bool(found[2])
        begins, passed = passed, passed + minutes
        short = ""
        if left_out:
            short = "; **left out in an hour**"
        elif begins != in_an_hour:
            short = f"; in an hour {in_an_hour} to {in_an_hour + minutes}"
        in_an_hour += 0 if left_out else minutes
        return f"- **Minute {begins} to {passed}** ({minutes} min{short}). "

    return _STEP.sub(timed, guide.sections["During"])


def _claims(guide):
    ledger = tables.load("claims").set_index("claim_id")
    lines = [f"- `{name}`: {syllabus.plain(ledger.loc[name, 'statement'])} *({BADGE_NAMES[claims.badge(name)]})*" for name in guide.claims]
    return "\n".join(lines) + "\n\n" if lines else ""


def _sources(guide):
    return "\n".join(f"- `{name}`: {source_line(name)}" for name in guide.sources)


def source_line(source_id):
    """Return a source in full as Markdown: publisher, title, date, address, and whether it is weak."""
    row = tables.load("sources").set_index("source_id").loc[source_id]
    date = "" if markup.is_gap(row["date"]) else f", {row['date']}"
    address = "" if markup.is_gap(row["url"]) else f" <{row['url']}>"
    weak = " *(weak source)*" if row["strength"] == "weak" else ""
    return f"{syllabus.plain(row['publisher'])}, *{syllabus.plain(row['title'])}*{date}.{address}{weak}"


def _linked(html):
    """Return the guide with a list of its meetings under the first paragraph, each a link."""
    heads = re.findall(r"<h2>(Meeting (\d+): .*?)</h2>", html)
    items = "".join(f'<li><a href="#meeting-{number}">{text}</a></li>' for text, number in heads)
    html = re.sub(r"<h2>(Meeting (\d+): )", r'<h2 id="meeting-\2">\1', html)
    first = html.index("<h2")
    return f'{html[:first]}<nav class="card" aria-label="Meetings"><ul>{items}</ul></nav>\n{html[first:]}'


# --- the map ------------------------------------------------------------------------------------------------

COLUMNS = ("Week", "Date", "Chapters", "Outcomes", "Reading (minutes)", "Exercises", "Exercises (minutes)", "Assessed", "Due")


def course_map(course):
    """Return the map of a course: one row a meeting, by `COLUMNS`, as plain text and numbers."""
    return [_row(session) for session in course.sessions]


def _row(session):
    units = session.units
    return {
        "Week": session.number,
        "Date": session.meets.isoformat(),
        "Chapters": "; ".join(unit.title for unit in units) or session.title,
        "Outcomes": "; ".join(_spoken(outcome) for unit in units for outcome in unit.outcomes),
        "Reading (minutes)": sum(unit.minutes for unit in units),
        "Exercises": "; ".join(unit.exercise for unit in units),
        "Exercises (minutes)": sum(unit.exercise_minutes for unit in units),
        "Assessed": "; ".join(assessed(unit) for unit in units),
        "Due": session.due.isoformat(timespec="minutes") if session.due else "",
    }


def _spoken(outcome):
    """Return an outcome as plain text, without marks of Markdown."""
    return re.sub(r"[*`]", "", re.sub(r"\[([^\]]+)\]\([^)]+\)", r"\1", page.words(outcome)))


def assessed(unit):
    """Return what is assessed in a chapter's exercise notebook, in words."""
    core = [task for task in checks.about(unit.name)["tasks"].values() if not task.get("optional")]
    written = sum(task["kind"] == "essay" for task in core)
    checked = len(core) - written
    by_hand = f", {written} {_many('text', written)} marked with the rubric" if written else ""
    return f"{checked} {_many('task', checked)} checked by program{by_hand}"


def _map_csv(course):
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(course_map(course))
    return out.getvalue()


def _map_html(course):
    known = course_map(course)
    rows = [[f"No meeting on {syllabus.shown(day, course.language)}", "", "", ""] if day in course.off else _map_row(course, day) for day in course.days]
    reading, working = (sum(row[key] for row in known) for key in ("Reading (minutes)", "Exercises (minutes)"))
    total = f"<p>In all: {reading:,} minutes of reading and {working:,} minutes of exercises, beside the meetings.</p>"
    head = f"<h1>Course map: {escape(course.name)}</h1>\n<p>One row a meeting. A spreadsheet reads the same rows from <code>course-map.csv</code>, with the names of the exercise notebooks.</p>\n"
    return head + page.table(["When", "Chapters", "Outcomes", "Exercises and what is assessed"], rows, "One row a meeting") + total


def _map_row(course, session):
    chapters = "".join(f"<p>{escape(unit.title)}<br><small>reading {unit.minutes} minutes</small></p>" for unit in session.units) or escape(session.title)
    outcomes = "".join(f"<li>{escape(_spoken(outcome))}</li>" for unit in session.units for outcome in unit.outcomes)
    exercises = "".join(f"<p>{escape(unit.exercise_title)}<br><small>{unit.exercise_minutes} minutes; {escape(assessed(unit))}</small></p>" for unit in session.units)
    due = f"<p><small>due {syllabus.shown(session.due, course.language)}, {session.due:%H:%M}</small></p>" if session.due else ""
    when = f"Week {session.number}<br><small>{syllabus.shown(session.meets, course.language)}</small>"
    return [when, chapters, f"<ul>{outcomes}</ul>" if outcomes else "", exercises + due]
