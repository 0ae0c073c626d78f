"""What students get: a start page, the syllabus, the days, the packet, and a folder a week with exercises and their data."""

import json
import os
import re
import subprocess
import sys
import tempfile
from functools import lru_cache
from html import escape
from pathlib import Path

from acrosstheline import tables
from acrosstheline.teach import catalogue, hub, needs, packet, page, routes, schedule, syllabus
from acrosstheline.teach.catalogue import CourseError
from acrosstheline.teach.release import unrun

EPOCH = "1767225600"  # the time written into the wheel, 1 January 2026: the same course gives the same bytes
_LINK = re.compile(r"\[([^\]]+)\]\((?:\.\./book/(\w+)\.ipynb|(\w+)_exercise\.ipynb)\)")


def members(course):
    """Return everything that a student needs for a course.

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
        If the book is not built, or the package cannot be.
    """
    reading = packet.members(course)
    name, wheel = package()
    files = {**syllabus.members(course), **schedule.members(course), **hub.members(course), **reading, name: wheel, "LICENSE": (catalogue.home() / "LICENSE").read_bytes()}
    for session in course.sessions:
        if session.units:
            files |= _week(course, session)
    files["START.html"] = start(course, name, sorted(reading)).encode()
    return dict(sorted(files.items()))


def folder(session):
    """Return the name of a week's folder."""
    return f"week_{session.number:02d}"


def exercises(course, session):
    """Return the exercises in a week's folder; the first of a course brings First steps."""
    first = next(found for found in course.sessions if found.units)
    return ([routes.FIRST] if session is first else []) + [unit.name for unit in session.units]


# --- a week -------------------------------------------------------------------------------------------------


def _week(course, session):
    names, place = exercises(course, session), folder(session)
    files = {f"{place}/{name}_exercise.ipynb": notebook(course, session, name) for name in names}
    wanted = sorted({table for name in names for table in needs.tables(name)})
    return files | {f"{place}/data/{path}": body for path, body in data(wanted).items()}


def notebook(course, session, name):
    """Return an exercise as a student opens it: nothing has been run, and its links lead somewhere."""
    path = catalogue.home() / "exercises" / f"{name}_exercise.ipynb"
    copy = unrun(json.loads(path.read_text(encoding="utf-8")))
    for cell in copy["cells"]:
        if cell["cell_type"] == "markdown":
            text = _LINK.sub(lambda found: _led(course, session, found), "".join(cell["source"]))
            cell["source"] = text.splitlines(keepends=True)
    return (json.dumps(copy, indent=1, ensure_ascii=False) + "\n").encode()


def _led(course, session, found):
    """Return a link of a notebook so that it leads to the book or to another folder of the pack; else as its words."""
    words, chapter, exercise = found.groups()
    if chapter:
        return f"[{words}]({course.book}book/{chapter}.html)" if course.book else words
    for other in course.sessions:
        if other.units and exercise in exercises(course, other):
            up = "" if other is session else f"../{folder(other)}/"
            return f"[{words}]({up}{exercise}_exercise.ipynb)"
    return words


def data(names):
    """Return some tables as a data package of their own.

    Parameters
    ----------
    names : list of str

    Returns
    -------
    dict of str to bytes
        The tables, their manifest, and a page of Markdown that says where each comes from and under which licence.
    """
    whole = tables.manifest()
    kept = [_alone(entry, names) for entry in whole["resources"] if entry["name"] in names]
    manifest = {**whole, "resources": kept}
    files = {entry["path"]: (tables.data_folder() / entry["path"]).read_bytes().replace(b"\r\n", b"\n") for entry in kept}
    files["datapackage.json"] = (json.dumps(manifest, indent=2, ensure_ascii=False) + "\n").encode()
    files["README.md"] = _about(kept).encode()
    return dict(sorted(files.items()))


def _alone(entry, names):
    """Return a table's description without links to tables that are not there."""
    links = [link for link in entry.get("schema", {}).get("foreignKeys", []) if link["reference"]["resource"] in ("", *names)]
    schema = {key: value for key, value in entry.get("schema", {}).items() if key != "foreignKeys"} | ({"foreignKeys": links} if links else {})
    return {**entry, "schema": schema} if "schema" in entry else entry


def _about(entries):
    parts = [
        "# The data of this week\n\nThese are the tables that this week's exercises load, as they stand in the course; any spreadsheet opens them. "
        "`datapackage.json` describes every column. The exercises themselves read the same tables from the course's package."
    ]
    for entry in entries:
        origin = "; ".join(f"{source['title']} ({source['path']})" if source.get("path") else source["title"] for source in entry["sources"])
        licence = "; ".join(licence.get("title") or licence["name"] for licence in entry["licenses"])
        know = "\n".join(f"- {item}" for item in entry["about"]["what_you_must_know"])
        parts.append(f"## {entry['title']}\n\n`{entry['path']}`. {entry['description']}\n\nFrom: {origin}.\nLicence: {licence}.\n\n{know}".rstrip())
    return "\n\n".join(parts) + "\n"


# --- the package ----------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def package():
    """Return the course's package as a file that pip installs: its name and its bytes.

    Raises
    ------
    CourseError
        If it cannot be built.
    """
    with tempfile.TemporaryDirectory() as place:
        command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", place]
        done = subprocess.run(command, cwd=catalogue.home(), capture_output=True, text=True, env={**os.environ, "SOURCE_DATE_EPOCH": EPOCH})
        found = sorted(Path(place).glob("*.whl"))
        if done.returncode or not found:
            raise CourseError(f"The course's package could not be built: run `make book` first, which installs what it takes.\n{done.stderr.strip()}")
        return found[0].name, found[0].read_bytes()


# --- the start page ---------------------------------------------------------------------------------------------


def start(course, wheel, reading):
    """Return the page with which a student begins.

    Parameters
    ----------
    course : acrosstheline.teach.course.Course
    wheel : str
        The name of the package's file.
    reading : list of str
        The files of the reading packet.
    """
    first = next(session for session in course.sessions if session.units)
    install = f'python -m pip install "./{wheel}[student]"'
    run = f"python -m jupyter lab {folder(first)}/{routes.FIRST}_exercise.ipynb"
    body = f"""<h1>{escape(course.name)}</h1>
<p class="lead">Start here. This folder holds all that you need: what to read, what to do, and when it is due.</p>
{_contents(course, reading)}
<h2>What is due when</h2>
{_due(course)}
<h2>Read</h2>
{_read(course, reading)}
<h2>Do the exercises</h2>
{_online(course, first)}
<h3>On your own computer, in two commands</h3>
<p>You need Python 3.11 or newer. Open a terminal <em>in this folder</em>. The first command installs what the notebooks need, once, and needs the internet; the second opens the first notebook.</p>
<pre>{escape(install)}</pre>
<pre>{escape(run)}</pre>
<p class="small">On Windows write <code>py</code> where it says <code>python</code>; on a Mac and on Linux it may be <code>python3</code>.</p>
<p>The second command opens JupyterLab in your browser, with this folder on its left: every week's notebooks are there. Run the cells from the top, with Shift and Enter. Save with Ctrl and S (on a Mac, Command and S). What you hand in is the notebook's file in its week's folder.</p>
<h2>If you are stuck</h2>
{_stuck(wheel, course)}
"""
    return page.page(f"Start: {course.name}", body)


def _contents(course, reading):
    weeks = [folder(session) for session in course.sessions if session.units]
    last = f" to <code>{weeks[-1]}</code>" if len(weeks) > 1 else ""
    items = [
        '<a href="syllabus.html">The syllabus</a>: week by week, how work is graded, content notes, and an equal way out of any task that asks where you stand',
        '<a href="schedule.ics">The days for your calendar</a> (open the file with it), and <a href="schedule.csv">for a spreadsheet</a>',
        *(f'<a href="{name}">{_PACKETS[Path(name).suffix]}</a>' for name in reading),
        f"<code>{weeks[0]}</code>{last}: the exercise notebooks, and the tables that they use",
    ]
    return "<ul>" + "".join(f"<li>{item}</li>" for item in items) + "</ul>"


_PACKETS = {".pdf": "The reading packet for paper", ".html": "The reading packet for a phone or a computer"}


def _due(course):
    rows = []
    for session in course.days:
        if session in course.off:
            rows.append(["", f"No meeting on {syllabus.shown(session, course.language)}", "", "", ""])
            continue
        read = ", ".join(escape(unit.title) for unit in session.units) or escape(session.topic)
        work = ", ".join(escape(unit.exercise_title) for unit in session.units) or "nothing"
        due = f"{syllabus.shown(session.due.date(), course.language)}, {session.due:%H:%M}" if session.due else "nothing"
        rows.append([str(session.number), syllabus.shown(session.meets, course.language), read, work, due])
    return page.table(["Week", "We meet", "Read before", "Do after", "Due"], rows, f"Times are those of {course.zone.replace('_', ' ')}")


def _read(course, reading):
    online = f'<p>Online, on a phone or a computer, with nothing to install: <a href="{course.book}index.html">the book</a>.</p>' if course.book else ""
    if packet.PDF in reading:
        paper = f' On paper: <a href="{packet.PDF}">the same as a PDF</a>, with page numbers.'
    else:
        paper = f'</p><div class="note warn"><p><strong>There is no PDF in this folder.</strong> {escape(packet.WITHOUT_PDF)}</p></div><p>'
    return (
        f'{online}<p>Without a network: <a href="{packet.HTML}">the reading packet</a> has every chapter of this course, with its charts and their sources, '
        f"in one page that opens on a phone.{paper}</p>".replace("<p></p>", "")
    )


def _online(course, first):
    if not course.book:
        return (
            "<h3>In the browser, with nothing to install</h3><p>Each exercise also opens in a browser, on the book&#x27;s own site. This folder was made without its address: "
            "if you have no computer on which Python may be installed, or a phone alone, ask your instructor for it before the first meeting.</p>"
        )
    items = "".join(
        f'<li>Week {session.number}: <a href="{course.book}lite/start.html?open={name}_exercise">{escape(_titled(course, name))}</a></li>'
        for session in course.sessions if session.units for name in exercises(course, session)
    )  # fmt: skip
    return (
        "<h3>In the browser, with nothing to install</h3><p>On a computer with a recent browser. The first visit loads a good deal and says how far it is. "
        "Your work is kept in that browser alone: choose <em>Download my notebook</em> when you stop, and hand in that file.</p><ul>" + items + "</ul>"
    )


def _titled(course, name):
    found = {unit.name: unit.exercise_title for unit in course.units}
    return found.get(name, "First steps, if notebooks are new to you")


def _stuck(wheel, course):
    mac, windows = f".venv/bin/python -m pip install './{wheel}[student]'", f'.venv\\Scripts\\python -m pip install "./{wheel}[student]"'
    other = "; or do the exercise in the browser, by the links above" if course.book else ""
    return f"""<dl>
<dt>python: command not found</dt><dd>Try <code>python3</code> or <code>py</code>. If none is there, install Python from python.org, and on Windows tick <em>Add Python to PATH</em>.</dd>
<dt>externally-managed-environment, or no permission</dt><dd>Your system keeps its own Python to itself. Make one for this folder, then use it:
<pre>python3 -m venv .venv
{escape(mac)}
.venv/bin/python -m jupyter lab</pre>
On Windows:
<pre>py -m venv .venv
{escape(windows)}
.venv\\Scripts\\python -m jupyter lab</pre></dd>
<dt>No such file: {escape(wheel)}</dt><dd>The terminal is in another folder. Unpack this folder fully, and change into it: write <code>cd</code>, a space, and drag the folder into the terminal.</dd>
<dt>A red message in a notebook</dt><dd>Nothing is broken. Under it stands a sentence in plain words where the course knows one. Mend the cell, and run it again.</dd>
<dt>A name is not known</dt><dd>A cell above was not run. In the menu <em>Run</em>, choose <em>Run All Above Selected Cell</em>.</dd>
<dt>Something else</dt><dd>Go on with the reading, and ask in class{other}. Nothing here is graded by a machine alone without a person to ask.</dd>
</dl>"""
