"""Written tasks: one page to mark them on, a table for those who would rather, and merging back what readers marked."""

import csv
import io
import os
import tempfile
from collections import defaultdict
from hashlib import sha256
from html import escape
from typing import NamedTuple

from acrosstheline import checks
from acrosstheline.teach import gradebook, page, pieces, rubrics

COLUMNS = ["student", "exercise", "task", "answer", "criterion", "level", "comment"]
_NAMED = 5  # of the lines with one and the same mistake
_NEEDED = ["student", "exercise", "task", "criterion", "level"]


class MarksError(Exception):
    """Marks that cannot be merged; the text names every line and what is wrong with it. Nothing was merged."""


class Mark(NamedTuple):
    """What a reader found of one written answer.

    Attributes
    ----------
    answer : str
        The short name of the text that was marked: see `acrosstheline.teach.gradebook.answer_id`.
    levels : dict of str to str
        For each criterion the level chosen.
    comment : str
    """

    answer: str
    levels: dict
    comment: str


class Row(NamedTuple):
    """One line of a table of marks, and where it stands."""

    file: str
    line: int
    student: str
    exercise: str
    task: str
    answer: str
    criterion: str
    level: str
    comment: str

    @property
    def where(self):
        return f"{self.file}, line {self.line}"


# --- reading -------------------------------------------------------------------------------------------


def stored(path):
    """Return the marks that were merged so far.

    Returns
    -------
    dict
        For each (student, exercise, task) its `Mark`.
    """
    marks = {}
    for row in read(path) if path.is_file() else ():
        slot = (row.student, row.exercise, row.task)
        mark = marks.setdefault(slot, Mark(row.answer, {}, row.comment))
        if row.level:
            mark.levels[row.criterion] = row.level
    return marks


def store(path, marks):
    """Keep marks, whole or not at all; what was there before is kept beside them under a number."""
    if path.is_file():
        number = 1 + sum(1 for _ in path.parent.glob(f"{path.stem}_before_*.csv"))
        os.replace(path, path.with_name(f"{path.stem}_before_{number}.csv"))
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        new = os.path.join(folder, path.name)
        gradebook.write(new, _stored_rows(marks))
        os.replace(new, path)


def _stored_rows(marks):
    yield COLUMNS
    for (student, exercise, task), mark in sorted(marks.items()):
        for number, criterion in enumerate(rubrics.by_name(exercise, task).rubric):
            yield [student, exercise, task, mark.answer, criterion.name, mark.levels.get(criterion.name, ""), "" if number else mark.comment]


def read(path):
    """Return the lines of a table of marks, as a page or a spreadsheet wrote it.

    Raises
    ------
    MarksError
        If it is no such table.
    """
    try:
        text = gradebook.text_of(path.read_bytes())
    except OSError as error:
        raise MarksError(f"{path} cannot be read ({error.strerror}).") from None
    except UnicodeError:
        raise MarksError(f"{path} is not in UTF-8: save it again as “CSV UTF-8”, or names will not fit.") from None
    head = text.partition("\n")[0]
    rows = csv.DictReader(io.StringIO(text), delimiter=max(",;\t", key=head.count))
    missing = [name for name in _NEEDED if name not in (rows.fieldnames or [])]
    if missing:
        raise MarksError(f"{path} has no column {', '.join(missing)}: it needs those of to_mark.csv ({', '.join(COLUMNS)}).")
    return [_row(path, rows.line_num, row) for row in rows]


def _row(path, line, row):
    cells = [gradebook.unsafe((row.get(name) or "").strip()) for name in COLUMNS]
    return Row(path.name, line, *cells)


# --- merging -------------------------------------------------------------------------------------------


def merge(book, paths):
    """Return the marks of a class with those of some tables merged in.

    Parameters
    ----------
    book : acrosstheline.teach.gradebook.Gradebook
        Its own marks are where merging starts from.
    paths : list of pathlib.Path

    Returns
    -------
    (dict, list of str)
        All marks, and what has to be said: marks that were for another version of an answer, and were left out.

    Raises
    ------
    MarksError
        If any line does not fit the class. It names every such line; nothing is merged then.
    """
    fitting = _Fitting(book.names(), book)
    fitting.take_all(paths)
    return fitting.marks(), fitting.said


def demand_sound(paths, names):
    """Make sure of all that can be known of tables of marks before a class is graded.

    Parameters
    ----------
    paths : list of pathlib.Path
    names : dict of str to str
        Every name that a student may have in them, with how the gradebook calls that student.

    Raises
    ------
    MarksError
        As `merge` does.
    """
    _Fitting(names).take_all(paths)


class _Fitting:
    """Holds the lines of tables against a class; without its gradebook, against its names and the course's rubrics."""

    def __init__(self, names, book=None):
        self.book, self.wrong, self.said = book, defaultdict(list), []
        self.levels, self.comments, self.answers = defaultdict(dict), defaultdict(list), {}
        self._names = names

    def take_all(self, paths):
        """Take every line of some tables; where any is wrong, raise what is wrong with each."""
        for path in paths:
            for row in read(path):
                if row.level or row.comment:
                    self._take(row)
        if self.wrong:
            count = sum(map(len, self.wrong.values()))
            told = [f"  {file}, {_lines(numbers)}: {what}" for (file, what), numbers in self.wrong.items()]
            raise MarksError("\n".join(["Nothing was merged: mend " + ("this line" if count == 1 else f"these {count} lines") + " and merge again.", *told]))

    def _take(self, row):
        try:
            if row.student not in self._names:
                raise ValueError(f"there is no student {row.student!r}; names must stand as in to_mark.csv.")
            row = row._replace(student=self._names[row.student])
            criterion, level = _chosen(row)
            line = self._line(row) if self.book else None
            if line or not self.book:
                self._keep(row, criterion, level, gradebook.answer_id(line.written) if line else "")
        except ValueError as error:
            self.wrong[row.file, str(error)].append(row.line)

    def _line(self, row):
        entry = next(self.book.entries(row.student, row.exercise), None)
        if entry is None:
            raise ValueError(f"{row.student} handed in no exercise {row.exercise!r}.")
        line = next((line for line in entry.lines if line.task.name == row.task), None)
        if line is None:
            raise ValueError(f"{row.exercise} of {row.student} could not be graded.")
        if not line.written or row.answer and row.answer != gradebook.answer_id(line.written):
            self._say(f"{row.student}, {row.exercise}, task {row.task}: this mark was for another text, since the student handed in again. It was left out: mark the new text.")
            return None
        return line

    def _say(self, text):
        if text not in self.said:
            self.said.append(text)

    def _keep(self, row, criterion, level, answer):
        slot = (row.student, row.exercise, row.task)
        before = self.levels[slot].get(criterion)
        if level and before and before[0] != level:
            raise ValueError(f"{criterion} is {level!r} here and {before[0]!r} in {before[1]}: keep one of the two.")
        if level:
            self.levels[slot][criterion] = (level, row.where)
        if row.comment and row.comment not in self.comments[slot]:
            self.comments[slot].append(row.comment)
        self.answers[slot] = answer

    def marks(self):
        """Return all marks: those of before, and those taken, which come first where both are there."""
        merged = dict(self.book.marks)
        for slot, answer in self.answers.items():
            old = merged.get(slot)
            old = old if old and old.answer == answer else Mark(answer, {}, "")
            levels = old.levels | {criterion: level for criterion, (level, _) in self.levels[slot].items()}
            merged[slot] = Mark(answer, levels, "\n".join(self.comments[slot]) or old.comment)
        return merged


def _chosen(row):
    """Return the criterion and the level that a line means, by the course's own rubric."""
    if row.exercise not in rubrics.exercises():
        raise ValueError(f"there is no exercise {row.exercise!r}; names must stand as in to_mark.csv.")
    written = {task.name: task for task in rubrics.tasks(row.exercise) if task.rubric}
    if row.task not in written:
        raise ValueError(f"{row.exercise} has no written task {row.task!r}; it has {', '.join(written) or 'none'}.")
    rubric = {criterion.name: criterion for criterion in written[row.task].rubric}
    criterion = _named(row.criterion, list(rubric), "criterion")
    return criterion, _named(row.level, [level.name for level in rubric[criterion].levels], "level") if row.level else ""


def _lines(numbers):
    """Return in words which lines of a table are meant, however many."""
    if len(numbers) == 1:
        return f"line {numbers[0]}"
    more = f" and {len(numbers) - _NAMED} more" if len(numbers) > _NAMED else ""
    return f"lines {', '.join(map(str, numbers[:_NAMED]))}{more}"


def _named(text, names, what):
    """Return the name that was meant, whatever its capitals and spaces; for *2 points* also its number alone."""
    meant = " ".join(text.lower().split())
    for name in names:
        if meant == name.lower() or meant.isdigit() and name.split()[0] == meant:
            return name
    raise ValueError(f"there is no {what} {text!r}; there are {', '.join(names)}.")


# --- what is to be marked --------------------------------------------------------------------------------


class Answer(NamedTuple):
    """A written answer that is to be marked, or was."""

    slot: str
    student: str
    line: gradebook.Line


def answers(book, exercise, task):
    """Yield the written answers to one task, in an order that has nothing to do with names."""
    places = sorted((answer.slot, answer.student) for answer in _answers(book, exercise, task))
    for _, student in places:
        yield from _answers(book, exercise, task, student)


def _answers(book, exercise, task, student=None):
    for entry in book.entries(student, exercise):
        for line in entry.lines:
            if line.task.name == task and line.written:
                slot = sha256("\n".join((entry.student, exercise, task)).encode("utf-8", "replace")).hexdigest()[:8] + gradebook.answer_id(line.written)
                yield Answer(slot, entry.student, line)


def written_tasks(book):
    """Return each written task of the exercises that were handed in, with its exercise."""
    return [(exercise, task) for exercise in book.exercises for task in rubrics.tasks(exercise) if task.rubric]


def write_table(book, path):
    """Write ``to_mark.csv``: a row for each criterion of each answer. Filled in, it merges as ``marks.csv`` does."""
    gradebook.write(path, _table(book))


def _table(book):
    yield [*COLUMNS, "levels to choose from", "text"]
    for exercise, task in written_tasks(book):
        for _, student, line in answers(book, exercise, task.name):
            levels, comment = (line.mark.levels, line.mark.comment) if line.mark else ({}, "")
            for number, criterion in enumerate(task.rubric):
                choices = " | ".join(f"{level.name}: {level.text}" for level in criterion.levels)
                cells = [student, exercise, task.name, gradebook.answer_id(line.written), criterion.name, levels.get(criterion.name, "")]
                yield [*cells, "" if number else comment, choices, "" if number else line.written]


def write_page(book, path):
    """Write ``to_mark.html``: every written answer beside its rubric, to be marked in any browser with no network."""
    pieces.write(path, "Answers to mark", _page(book), STYLE)


def _page(book):
    yield _HEAD
    for exercise, task in written_tasks(book):
        number = 0
        for number, answer in enumerate(answers(book, exercise, task.name), start=1):
            if number == 1:
                yield f'<section data-exercise="{exercise}" data-task="{task.name}"><h2>Task {task.name}, {rubrics.shown(task.points)} points: <em>{escape(rubrics.title(exercise))}</em></h2>\n'
                yield f"<details><summary>The task</summary>{page.markdown(task.asks)}</details>\n"
            yield _answer(answer, number)
        yield "</section>\n" if number else ""
    yield f"<script>\n{_SCRIPT}\n</script>\n"


def _answer(answer, number):
    slot, student, line = answer
    levels, comment = (line.mark.levels, line.mark.comment) if line.mark else ({}, "")
    criteria = "".join(_criterion(slot, place, criterion, levels.get(criterion.name)) for place, criterion in enumerate(line.task.rubric))
    return (
        f'<article id="{slot}" data-student="{escape(student)}" data-answer="{gradebook.answer_id(line.written)}">'
        f'<h3 tabindex="-1">Answer {number}<span class="who" hidden>: <bdi>{escape(student)}</bdi></span> <span class="state"></span></h3>'
        f'<div class="beside"><div><div class="text" dir="auto">{escape(line.written.strip())}</div><p class="small">{_form(line.text)}</p></div>'
        f'<div class="rubric">{criteria}<p><label>Comment for the student<br><textarea rows="3">{escape(comment)}</textarea></label></p></div></div></article>\n'
    )


def _form(text):
    """Return what the check of a text's form says, without what it tells the student of itself."""
    return pieces.lines(text.replace(checks.FORM_ONLY, "").strip())


def _criterion(slot, place, criterion, chosen):
    radios = "".join(
        f'<label><input type="radio" name="{slot}-{place}" value="{escape(level.name)}"{" checked" if level.name == chosen else ""}> '
        f"<span><strong>{escape(level.name)}</strong>: {pieces.inline(level.text)}</span></label>"
        for level in criterion.levels
    )
    return f'<fieldset data-criterion="{escape(criterion.name)}"><legend>{escape(criterion.name)}</legend>{radios}</fieldset>'


_HEAD = """<h1>Answers to mark</h1>
<p class="lead">Every written answer, beside the rubric that its student was given. Choose a level on each line.</p>
<p>Names are hidden until you ask for them, and the order has nothing to do with them. With the keyboard: Tab goes to the next
line of a rubric, the arrow keys choose. What you choose is kept in this browser, on this computer. When you are done, press
<em>Download marks</em> and give the file back: <code>acrosstheline grade FOLDER --merge marks.csv</code>. Several readers can
each mark a part, and all their files be merged.</p>
<noscript><p class="note warn">Without JavaScript this page can be read, and keeps nothing. Fill in the columns
<em>level</em> and <em>comment</em> of <code>to_mark.csv</code> instead, and merge that file.</p></noscript>
<div class="bar screen"><span id="count" role="status"></span>
<button type="button" id="next">Next to mark</button>
<button type="button" id="save">Download marks</button>
<label><input type="checkbox" id="names"> Show names</label></div>
<p id="unkept" class="note warn" hidden>This browser keeps nothing for pages opened from a disk: download your marks before you close it.</p>
"""

STYLE = """
main { max-width: 80rem; }
main > :is(p, h1), details { max-width: 46rem; }
html { scroll-padding-top: 5.5rem; }
.bar { position: sticky; top: 0; z-index: 1; display: flex; flex-wrap: wrap; gap: .4rem .8rem; align-items: center; padding: .5rem 0; background: var(--paper); border-bottom: 1px solid var(--line); font-family: var(--sans); }
.bar label { display: flex; gap: .4rem; align-items: center; min-height: 2.4rem; }
article { content-visibility: auto; contain-intrinsic-size: auto 40rem; border-top: 1px solid var(--line); padding-bottom: 1rem; }
article h3 { margin-top: 1rem; } .state { font: .9rem var(--sans); color: var(--muted); }
.beside { display: grid; gap: 1rem 2rem; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); }
.beside .small { margin-top: .6rem; } .text { white-space: pre-wrap; overflow-wrap: anywhere; padding: .8rem 1rem; background: var(--sheet); border: 1px solid var(--line); }
.rubric { font-family: var(--sans); font-size: .95rem; }
fieldset { border: 1px solid var(--line); border-radius: 4px; margin: 0 0 .6rem; padding: .2rem .8rem .5rem; } legend { font-weight: 600; padding: 0 .3rem; }
fieldset label { display: flex; gap: .5rem; align-items: baseline; padding: .2rem 0; min-height: 1.7rem; } fieldset label:has(:checked) { background: var(--surface); }
input[type="radio"], input[type="checkbox"] { flex: none; width: 1.1rem; height: 1.1rem; accent-color: var(--link); }
textarea { width: 100%; }
@media (max-width: 48rem) { html { scroll-padding-top: 7rem; } .beside { grid-template-columns: minmax(0, 1fr); } }
@media print { .beside { display: block; } }
"""

_SCRIPT = r"""
const articles = [...document.querySelectorAll("article")];
const say = document.getElementById("count");
let keeps = true;
function chosen(article) {
  return [...article.querySelectorAll("fieldset")].map(box => box.querySelector("input:checked")?.value ?? "");
}
function kept(slot, value) {
  try {
    if (value === undefined) return JSON.parse(localStorage.getItem("atl-mark-" + slot));
    localStorage.setItem("atl-mark-" + slot, JSON.stringify(value));
  } catch (error) {
    keeps = false;
    document.getElementById("unkept").hidden = false;
  }
  return null;
}
function show() {
  let done = 0;
  for (const article of articles) {
    const levels = chosen(article), marked = levels.filter(Boolean).length;
    article.dataset.done = marked === levels.length;
    done += marked === levels.length;
    article.querySelector(".state").textContent = marked === levels.length ? "marked" : marked ? `${marked} of ${levels.length} lines` : "";
  }
  say.textContent = `${done} of ${articles.length} marked`;
}
for (const article of articles) {
  const before = kept(article.id);
  if (before) {
    article.querySelectorAll("fieldset").forEach((box, place) => {
      for (const input of box.querySelectorAll("input")) if (before.levels[place]) input.checked = input.value === before.levels[place];
    });
    if (before.comment) article.querySelector("textarea").value = before.comment;
  }
  article.addEventListener("input", () => {
    kept(article.id, { levels: chosen(article), comment: article.querySelector("textarea").value });
    show();
  });
}
document.getElementById("names").addEventListener("change", event => {
  for (const name of document.querySelectorAll(".who")) name.hidden = !event.target.checked;
});
document.getElementById("next").addEventListener("click", () => {
  const here = document.activeElement?.closest("article"), from = articles.indexOf(here) + 1;
  const next = [...articles.slice(from), ...articles.slice(0, from)].find(article => article.dataset.done !== "true");
  if (!next) return say.textContent = "All are marked.";
  next.scrollIntoView();
  (next.querySelector("fieldset:not(:has(:checked)) input") ?? next.querySelector("h3")).focus({ preventScroll: true });
});
function cell(text) {
  if (/^\s*[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/.test(text)) text = "'" + text;
  return `"${text.replaceAll('"', '""')}"`;
}
document.getElementById("save").addEventListener("click", () => {
  const rows = [["student", "exercise", "task", "answer", "criterion", "level", "comment"]];
  for (const article of articles) {
    const { exercise, task } = article.closest("section").dataset, comment = article.querySelector("textarea").value;
    const levels = chosen(article);
    if (!comment.trim() && !levels.some(Boolean)) continue;
    article.querySelectorAll("fieldset").forEach((box, place) => {
      rows.push([article.dataset.student, exercise, task, article.dataset.answer, box.dataset.criterion, levels[place], place ? "" : comment]);
    });
  }
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob(["\ufeff" + rows.map(row => row.map(cell).join(",")).join("\n") + "\n"], { type: "text/csv" }));
  link.download = "marks.csv";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
});
show();
""".strip()
