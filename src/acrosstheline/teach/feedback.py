"""What a student gets back: one page each, with what every check said of this student's own answers.

Nothing of what is expected is on it: no solution, no hidden test, and no reason that a right answer did not earn.
"""

import re
import tempfile
import zipfile
from hashlib import sha256
from html import escape
from pathlib import Path

from acrosstheline import checks
from acrosstheline.teach import gradebook, pieces, rubrics

_STATES = {
    "right": ("✓", "Right"),
    "hint": ("→", "Not yet"),
    "blank": ("○", "Not answered"),
    "form": ("…", "A reader marks this"),
    gradebook.TO_MARK: ("…", "A reader marks this"),
    gradebook.MARKED: ("✓", "Marked by a reader"),
}
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
_LONGEST = 60
_FIXED_TIME = (1980, 1, 1, 0, 0, 0)

_TOLD = [(r"Ask for it to be", "It has to be"), (r"Ask for it", "Hand it in"), (r"(?:Ask|: ask) for the", ". Hand in the"), (r"\.? ?\. Hand", ". Hand")]
_AGAIN = "<p>If you do not know how, speak with your instructor. Nothing of your work is lost.</p>\n"

STYLE = """
.task { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: .1rem 1rem; }
.task > h3 { margin: 0; font: 600 1rem/1.5 var(--sans); } .task > .points { font: .92rem/1.6 var(--sans); color: var(--muted); white-space: nowrap; }
.task > div { grid-column: 1 / -1; min-width: 0; } .task p { margin: .2rem 0 .4rem; }
.task.right, .task.marked { border-inline-start-color: var(--link); } .task.hint { border-inline-start-color: var(--mark); } .task.blank, .task.to-mark, .task.form { border-inline-start-color: var(--edge); }
.own { white-space: pre-wrap; overflow-wrap: anywhere; padding: .6rem .8rem; background: var(--surface); }
td.chosen { position: relative; background: var(--surface); font-weight: 600; outline: 2px solid var(--link); outline-offset: -2px; } .stacks td.chosen { padding-inline: .5rem; }
.total { font: 600 1.05rem var(--sans); }
"""


def write(book, folder):
    """Write a page for every student.

    Parameters
    ----------
    book : acrosstheline.teach.gradebook.Gradebook
    folder : pathlib.Path
        Made if need be.

    Returns
    -------
    dict of str to str
        For each student the page's name.
    """
    folder.mkdir(parents=True, exist_ok=True)
    names = page_names(book.students)
    for student, name in names.items():
        pieces.write(folder / name, f"Feedback for {student}", _page(book, student), STYLE)
    return names


def write_for_moodle(book, folder):
    """Write for each exercise a zip of pages that Moodle hands out, for students whom Moodle named.

    Moodle takes it as *feedback files in a zip*, and finds a student by the number in a file's name (names from
    ``mod/assign/feedback/file/importziplib.php``).

    Parameters
    ----------
    book : acrosstheline.teach.gradebook.Gradebook
    folder : pathlib.Path
        Made if need be.
    """
    for exercise in book.exercises:
        if gradebook.named_by(book, "moodle", exercise):
            folder.mkdir(parents=True, exist_ok=True)
            _write_zip(book, exercise, folder / f"moodle_feedback_{exercise}.zip")


def _write_zip(book, exercise, path):
    with zipfile.ZipFile(path, "w") as archive, tempfile.TemporaryDirectory() as place:
        one = Path(place, "page.html")
        for entry in book.entries(exercise=exercise):
            if entry.found.lms == "moodle":
                pieces.write(one, f"Feedback for {entry.student}", [_head(entry.student), *_part(entry)], STYLE)
                member = zipfile.ZipInfo(f"Participant_{entry.found.number}_assignfeedback_file_feedback.html", _FIXED_TIME)
                archive.writestr(member, one.read_bytes(), zipfile.ZIP_DEFLATED)


def page_names(students):
    """Return a file's name for each student: one that every system takes, and that no two share."""
    plain = {student: _plain(student) for student in students}
    taken = [name.casefold() for name in plain.values()]
    return {student: f"{name}.html" if taken.count(name.casefold()) == 1 else f"{name}_{_short(student)}.html" for student, name in plain.items()}


def _plain(student):
    name = re.sub(r"[^\w.() -]", "_", student).strip(" .")
    if len(name.encode("utf-8")) > _LONGEST * 3 or len(name) > _LONGEST:
        name = f"{name[: _LONGEST // 2]}_{_short(student)}"
    return f"_{name}" if not name or _RESERVED.fullmatch(name) else name


def _short(student):
    return sha256(student.encode("utf-8", "replace")).hexdigest()[:6]


def _page(book, student):
    yield _head(student)
    for entry in book.entries(student):
        yield from _part(entry)
    for one in book.others(student):
        yield f'<p class="note warn">Your file <em>{escape(_own_name(one))}</em> was not graded. {_reason(one.reason)}</p>\n{_AGAIN}'


def _head(student):
    return f"<h1>Feedback for <bdi>{escape(student)}</bdi></h1>\n"


def _part(entry):
    return _graded(entry) if entry.is_graded else _not_graded(entry)


def _not_graded(entry):
    title = rubrics.title(entry.exercise) if entry.exercise else "A file that could not be graded"
    yield f"<h2>{escape(title)}</h2>\n<p class=\"note warn\">Your file <em>{escape(_own_name(entry.found))}</em> could not be graded. {_reason(entry.result.get('reason', ''))}</p>\n{_AGAIN}"


def _reason(text):
    """Return a reason as its student should read it: what an instructor is told to ask for, the student is told to do."""
    for asked, told in _TOLD:
        text = re.sub(asked, told, text)
    return pieces.lines(text)


def _graded(entry):
    yield f"<h2>{escape(rubrics.title(entry.exercise))}</h2>\n{_summary(entry)}"
    for line in entry.lines:
        yield _task(line)


def _own_name(found):
    """Return the last part of a path: what stands before it is the instructor's."""
    return found.path.rpartition("/")[2]


def _summary(entry):
    checked = [line for line in entry.lines if not line.task.rubric and not line.task.optional]
    most = sum(line.task.points for line in checked)
    parts = [f'<p class="total">{rubrics.shown(entry.points(by_hand=False))} of {rubrics.shown(most)} points in the tasks with one right answer.</p>']
    if entry.total is not None and any(line.task.rubric for line in entry.lines):
        whole = sum(line.task.points for line in entry.lines if not line.task.optional)
        parts = [f'<p class="total">{rubrics.shown(entry.total)} of {rubrics.shown(whole)} points.</p>']
    if any(line.task.optional for line in entry.lines):
        parts.append(f"<p>Tasks marked <em>if you have time</em>: {rubrics.shown(entry.points(optional=True))} points, counted by themselves.</p>")
    parts.append(f'<p class="small">What was graded: {escape(_own_name(entry.found))}{_which(entry)}. Each notebook was run anew from its first cell to its last.</p>')
    return "\n".join(parts)


def _which(entry):
    count = len(entry.attempts)
    return f", the last that could be graded of {count} that you handed in" if count > 1 else ""


def _task(line):
    mark, state = _STATES.get(line.state, ("", line.state))
    points = "" if line.points is None else f"{rubrics.shown(line.points)} of {rubrics.shown(line.task.points)}"
    time = " <small>(if you have time)</small>" if line.task.optional else ""
    body = f"<p>{pieces.lines(line.text)}</p>" if line.text not in ("", checks.BLANK) else ""
    if line.task.rubric:
        body += _written(line)
    kind = line.state.replace(" ", "-")
    return f'<div class="card task {kind}"><h3><span aria-hidden="true">{mark}</span> Task {line.task.name}: {state}{time}</h3><span class="points">{points}</span><div>{body}</div></div>\n'


def _written(line):
    own = f'<details><summary>Your text</summary><div class="own" dir="auto">{escape(line.written.strip())}</div></details>' if line.written else ""
    comment = f"<p><strong>Your reader writes:</strong> {pieces.lines(line.mark.comment)}</p>" if line.mark and line.mark.comment else ""
    return comment + _rubric(line) + own


def _rubric(line):
    levels = line.mark.levels if line.mark else {}
    said = " Your level on each line is marked." if levels else ""
    return f"<details{' open' if levels else ''}><summary>What a reader looks for.{said}</summary>{pieces.rubric(line.task, levels)}</details>"
