"""What an instructor should know of a class before grades go out: everything unusual, and what the class found hard."""

import csv
import re
from collections import Counter, defaultdict
from fractions import Fraction
from functools import lru_cache
from html import escape
from itertools import groupby

from acrosstheline.teach import batch, gradebook, page, pieces, rubrics, submissions

COLUMNS = ["kind", "student", "file", "exercise", "place", "what", "group"]
_BREAK = re.compile("([_/])(?=.)")  # where a long name may go on in a new line
_NAMED = 5  # of those who handed in the same
_OPEN = 20  # a longer table is folded

# Each kind of remark that the grader or this module makes, in the order of the report, with what to make of it.
KINDS = {
    "nothing": ("Handed in nothing", "They are on the class list, and no file is theirs. Their points are empty, and not 0: what that means for a mark is for you to decide."),
    "off the list": ("Not on the class list", "Their files were graded, and stand at the end of the gradebook. Where it is a student of yours under another name, mend the name in the list or of the file, and grade again. Two of one name in Moodle: give as the list the assignment's own worksheet (Download grading worksheet), which has Moodle's numbers."),
    "not graded": ("Could not be graded", "No marks were given. The reason says what to ask the student for."),
    "refused": ("Files that were not opened", "They are where they were; nothing of them was read or run."),
    "identical work": ("The same work from several students", "What these students wrote is the same, letter for letter. It may be agreed group work: ask before you judge."),
    "identical text": ("The same written answer from several students", "It may be agreed group work: ask before you judge."),
    "internals": ("Looks into the checker", "Nothing that is expected can be found there: marks are given outside, on the values that a notebook answers."),
    "replaced": ("Replaces what checks or the notebook", "Marks do not depend on it."),
    "hooks": ("Reaches into the notebook program", "Marks do not depend on it."),
    "system": ("Uses the system", "In the sandbox there was nothing to reach. A beginner may have copied it from elsewhere."),
    "files": ("Names places outside the exercise", "In the sandbox there was nothing to reach."),
    "stopped": ("Cells that had to be stopped", "They took too long or too much. The rest was graded without them."),
    "limit": ("Cells that met a limit", "What they asked for was refused, or they were interrupted. The other cells were run."),
    "output": ("Very much output", "None of it was kept."),
    "changed check": ("Changed check cells", "Marks do not depend on them."),
    "deleted check": ("Deleted check cells", "Marks do not depend on them."),
    "changed task": ("Changed task texts", "The task was graded as it is in the course."),
    "deleted task": ("Deleted task texts", "The task was graded all the same."),
    "deleted answer": ("Deleted answer cells", "The task counts as not answered."),
    "answer elsewhere": ("Answers in other cells", "They were graded as they stand."),
    "exercise": ("In doubt which exercise it is", "The student may have handed in the wrong file."),
    "kernel": ("Another kernel", ""),
    "file": ("Files that had to be mended to be read", ""),
    "missing": ("Did not hand in every exercise", "Others of this class did. Their points for it are empty, and not 0."),
    "attempts": ("Several attempts", "The last that can be graded counts. The points of the others stand beside it."),
    "points changed": ("Points that changed", "These notebooks were graded before, with another version of the course or in another way, and the same answers got other points. Students worked with the data of their pack: decide which points count."),
    "mark": ("Marks without an answer", "They were given for a text that the student has since replaced."),
    "no notebook": ("Files that are not notebooks", "They were passed over."),
}


def write_table(book, path):
    """Write ``report.csv``: one line for everything unusual. Return how many lines there are of each kind."""
    count = Counter()

    def rows():
        yield COLUMNS
        for row in _rows(book):
            count[row[0]] += 1
            yield row

    gradebook.write(path, rows())
    return count


def write_page(book, table, path, warnings=()):
    """Write ``report.html`` from the table that `write_table` wrote."""
    pieces.write(path, "Report on a class", _page(book, table, warnings), STYLE)


def write_files(book, path):
    """Write ``files.csv``: every file that was found, and what became of it."""
    gradebook.write(path, _files(book))


# --- what is unusual -----------------------------------------------------------------------------------


def _rows(book):
    yield from _of_list(book)
    for one in book.found:
        if one.reason:
            yield ["refused" if one.refused else "no notebook", one.student, one.path, "", "", one.reason, ""]
    works, texts = defaultdict(list), defaultdict(list)
    for entry in book.entries():
        yield from _of_entry(book, entry)
        if entry.is_graded and entry.result.get("work"):
            works[entry.exercise, entry.result["work"]].append((entry.student, entry.found.path))
        for line in entry.lines:
            if line.written:
                texts[entry.exercise, line.task.name, gradebook.answer_id(line.written)].append((entry.student, entry.found.path))
    yield from _shared(works, texts)
    yield from _points_changed(book)
    yield from _marks_without_answer(book)


def _of_list(book):
    """Yield what a class list tells: who is missing, and whose files are nobody's on it."""
    for student in book.everyone if book.roster else ():
        missing = book.not_handed_in(student)
        if not book.is_listed(student):
            paths = [one.path for one in book.found if one.student == student]
            near = book.roster.may_be(student)
            doubt = f" Is it {' or '.join(near)}?" if near else ""
            yield ["off the list", student, paths[0], "", "", f"{len(paths)} {'file' if len(paths) == 1 else 'files'} under a name that the class list does not have, or has more than once.{doubt}", ""]
        elif student not in book.students:
            yield ["nothing", student, "", "", "", "No file is this student's.", ""]
        elif missing:
            more = f" and {len(missing) - _NAMED} more" if len(missing) > _NAMED else ""
            yield ["missing", student, "", "", "", f"Not handed in: {', '.join(missing[:_NAMED])}{more}.", ""]


@lru_cache(maxsize=1)
def _naming():
    return submissions.Naming(rubrics.exercises(), "auto")


def _of_entry(book, entry):
    if not entry.is_graded:
        yield ["not graded", entry.student, entry.found.path, entry.exercise, "", entry.result.get("reason", ""), ""]
    if len(entry.attempts) > 1:
        yield ["attempts", entry.student, entry.found.path, entry.exercise, "", _attempts(book, entry), ""]
    named = _naming().exercise_in(entry.found.path.rsplit("/", 1)[-1]) if entry.is_graded else ""
    if named and named != entry.exercise:
        yield ["exercise", entry.student, entry.found.path, entry.exercise, "the file", f"The file has the name of {named} and holds {entry.exercise}; it was graded as what it holds.", ""]
    for remark in entry.result.get("unusual", []):
        yield [remark["kind"], entry.student, entry.found.path, entry.exercise, remark["where"], remark["text"], ""]


def _attempts(book, entry):
    """Return in one sentence which attempts there are, with the points of each."""
    told = []
    for one in entry.attempts:
        result = book.results.read(one.key)
        points = f"{rubrics.shown(str(result['score']))} of {rubrics.shown(str(result['out_of']))}" if result["status"] == gradebook.GRADED else "could not be graded"
        told.append(f"{one.path}{f', {one.when}' if one.when else ''}: {points}{', counts' if one is entry.found else ''}")
    doubt = ""
    if entry.found is not entry.attempts[-1]:
        doubt = " The last one could not be graded, so the one before it counts."
    elif entry.is_blank:
        doubt = " The one that counts has no answers in it: was it handed in by mistake?"
    elif len({one.number for one in entry.attempts if one.lms == "brightspace"}) > 1:
        doubt = " They carry different numbers: are these two students of one name?"
    return f"{len(entry.attempts)} attempts. {'; '.join(told)}.{doubt}"


def _shared(works, texts):
    """Yield what several students handed in alike. Where whole notebooks are alike, their texts are not named again."""
    together, group = set(), 0
    for (exercise, _), found in sorted(works.items()):
        if len(found) > 1:
            group += 1
            together.add((exercise, tuple(student for student, _ in found)))
            yield from _group("identical work", exercise, "", found, group)
    for (exercise, task, _), found in sorted(texts.items()):
        if len(found) > 1 and (exercise, tuple(student for student, _ in found)) not in together:
            group += 1
            yield from _group("identical text", exercise, f"task {task}", found, group)


def _group(kind, exercise, place, found, group):
    for student, path in found:
        others = [other for other, _ in found if other != student]
        more = f" and {len(others) - _NAMED} more" if len(others) > _NAMED else ""
        yield [kind, student, path, exercise, place, f"The same as that of {', '.join(others[:_NAMED])}{more}.", group]


def _points_changed(book):
    """Yield whose same answers got other points in an earlier run."""
    earlier = book.results.earlier()
    for entry in book.entries() if earlier else ():
        path = earlier.get(entry.found.key[:32])
        before = batch.load(path) if path and entry.is_graded else None
        told = _changes(entry, before["tasks"]) if before and before["status"] == gradebook.GRADED else []
        if told:
            yield ["points changed", entry.student, entry.found.path, entry.exercise, "", f"{'; '.join(told)}.", ""]


def _changes(entry, before):
    """Return in words which checked tasks gave other points than before."""
    was = {line.task.name: Fraction(str(before.get(line.task.name, {}).get("points") or 0)) for line in entry.lines if not line.task.rubric}
    return [f"task {line.task.name}: {rubrics.shown(was[line.task.name])} before, {rubrics.shown(line.points)} now" for line in entry.lines if line.task.name in was and was[line.task.name] != line.points]


def _marks_without_answer(book):
    for (student, exercise, task), mark in sorted(book.marks.items()):
        lines = [line for entry in book.entries(student, exercise) for line in entry.lines if line.task.name == task]
        if not lines or not lines[0].written or gradebook.answer_id(lines[0].written) != mark.answer:
            yield ["mark", student, "", exercise, f"task {task}", "A mark was merged for a text that is not the one handed in now. Mark the new text.", ""]


# --- the page ------------------------------------------------------------------------------------------

STYLE = """
main { max-width: 62rem; } main > :is(p, h1, ul) { max-width: 46rem; }
table { font-size: .9rem; } @media (min-width: 48rem) { .stacks td:first-child { min-width: 7.5rem; } }
.overview { max-width: 26rem; } .hard :is(td, th) { padding-inline: .3rem; } .hard td:first-child { min-width: 5rem; } td bdi { overflow-wrap: anywhere; }
.bars { display: flex; height: 1rem; min-width: 2.5rem; border: 1px solid var(--edge); } .bars span { display: block; }
.bars .right { background: var(--link); } .bars .hint { background: var(--mark); }
"""


def _page(book, table, warnings):
    yield "<h1>Report on a class</h1>\n"
    for warning in warnings:
        yield f'<p class="note warn"><strong>{escape(warning)}</strong></p>\n'
    yield from _overview(book)
    kinds = _kinds(table)
    yield "<h2>What is unusual</h2>\n"
    if not kinds:
        yield "<p>Nothing.</p>\n"
    else:
        yield f"<ul>{''.join(f'<li><a href={chr(34)}#{_anchor(kind)}{chr(34)}>{escape(_named(kind))}</a>: {count}</li>' for kind, count in kinds.items())}</ul>\n"
        yield "<p>None of this is proof of anything. The same lines are in <code>report.csv</code>; every file that was found is in <code>files.csv</code>.</p>\n"
    for kind in kinds:
        yield from _section(kind, table)
    yield from _hard(book)


def _overview(book):
    students, graded, waiting, blank = len(book.students), 0, 0, 0
    lost = 0
    for entry in book.entries():
        graded, lost = graded + entry.is_graded, lost + (not entry.is_graded)
        waiting += len(entry.awaits)
        blank += entry.is_blank
    of_list = [["On the class list", len(book.roster.names)], ["Of these handed in nothing", len(set(book.roster.names) - set(book.students))]] if book.roster else []
    rows = [*of_list, ["Students with files" if book.roster else "Students", students], ["Notebooks graded", graded], ["Of these without any answer", blank], ["Notebooks that could not be graded", lost], ["Written answers that await a reader", waiting]]
    yield page.table(["", "Number"], [[escape(name), f"{number:,}"] for name, number in rows], numbers=(1,)).replace('<th scope="col"></th>', "<td></td>").replace('class="stacks"', 'class="overview"')
    if waiting:
        yield "<p>Written answers wait in <a href=\"to_mark.html\">to_mark.html</a>.</p>\n"


def _lines(table):
    with open(table, encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            yield {name: gradebook.unsafe(cell) for name, cell in row.items()}


def _kinds(table):
    """Return how often each kind occurs, in the order of the report."""
    count = Counter(row["kind"] for row in _lines(table))
    places = {kind: place for place, kind in enumerate(KINDS)}
    return dict(sorted(count.items(), key=lambda item: (places.get(item[0], len(places)), item[0])))


def _named(kind):
    return KINDS[kind][0] if kind in KINDS else f"{kind[:1].upper()}{kind[1:]}"


def _anchor(kind):
    return "".join(letter if letter.isalnum() else "-" for letter in kind)


def _section(kind, table):
    yield f'<h3 id="{_anchor(kind)}">{escape(_named(kind))}</h3>\n'
    if kind in KINDS and KINDS[kind][1]:
        yield f"<p>{escape(KINDS[kind][1])}</p>\n"
    together, used, count = kind.startswith("identical"), set(), 0
    for cells in _cells(kind, table, together):
        used, count = used | {label for label, cell in cells.items() if cell}, count + 1
    labels = [label for label in (("Place", "Students") if together else ("Student", "File", "Place", "What")) if label in used]
    head, empty = page.table(labels, []).split("</tbody>")
    yield f"<details><summary>Show all {count}</summary>\n{head}" if count > _OPEN else head
    for cells in _cells(kind, table, together):
        yield _tr({label: cells[label] for label in labels})
    yield f"</tbody>{empty}{'</details>' if count > _OPEN else ''}\n"


def _cells(kind, table, together):
    """Yield the cells of each line of one kind, as HTML by their headings."""
    rows = (row for row in _lines(table) if row["kind"] == kind)
    return _groups(rows) if together else map(_line, rows)


def _line(row):
    return {"Student": _name(row["student"]), "File": _name(row["file"]), "Place": _place(row), "What": pieces.lines(row["what"])}


def _groups(rows):
    """Yield one line for all who handed in the same."""
    for (place, _), group in groupby(rows, key=lambda row: (_place(row), row["group"])):
        names = [_name(row["student"]) for row in group]
        yield {"Place": place, "Students": f"{len(names)}: {', '.join(names)}"}


def _name(text):
    return f"<bdi>{_breaking(text)}</bdi>" if text else ""


def _place(row):
    return _breaking(", ".join(filter(None, (row["exercise"], row["place"]))))


def _breaking(text):
    return _BREAK.sub(r"\1<wbr>", escape(text))


def _tr(cells):
    return f"<tr>{''.join(f'<td data-label={chr(34)}{label}{chr(34)}>{cell}</td>' for label, cell in cells.items())}</tr>\n"


def _hard(book):
    """Yield, for each exercise, how many were right in each task: what to come back to in class."""
    said = False
    for exercise in book.exercises:
        states = defaultdict(Counter)
        for entry in book.entries(exercise=exercise):
            for line in entry.lines:
                states[line.task.name][line.state] += 1
        checked = [task for task in rubrics.tasks(exercise) if not task.rubric]
        rows = [_task_row(task, states[task.name]) for task in sorted(checked, key=lambda task: _share(states[task.name])) if states[task.name]]
        if rows:
            if not said:
                yield "<h2>What the class found hard</h2>\n<p>Each exercise, its hardest task first: what to come back to in class.</p>\n"
            said = True
            count = max(sum(count.values()) for count in states.values())
            yield f"<details><summary>{escape(rubrics.title(exercise))} <small>({count} {'student' if count == 1 else 'students'})</small></summary>\n"
            yield page.table(["Task", "Right", "Not yet", "No answer", "Share"], rows, numbers=(1, 2, 3)).replace('class="stacks"', 'class="hard"')
            yield "</details>\n"


def _share(count):
    """Return the part of a class that was right in a task."""
    return count["right"] / max(count["right"] + count["hint"] + count["blank"], 1)


def _task_row(task, count):
    right, hint, blank = count["right"], count["hint"], count["blank"]
    whole = max(right + hint + blank, 1)
    bar = f'<span class="bars" role="img" aria-label="{100 * right // whole} percent right"><span class="right" style="width:{100 * right / whole:.0f}%"></span><span class="hint" style="width:{100 * hint / whole:.0f}%"></span></span>'
    return [f"{task.name}{' (if you have time)' if task.optional else ''}", str(right), str(hint), str(blank), bar]


def _files(book):
    yield ["file", "student", "exercise", "what became of it", "points checked by the computer", "handed in", "LMS", "number", "late"]
    counted = {}
    for entry in book.entries():
        for one in entry.attempts:
            counted[one.path, one.key] = (entry.exercise, one is entry.found, len(entry.attempts))
    for one in book.found:
        exercise, counts, _ = counted.get((one.path, one.key), ("", False, 0))
        yield [one.path, one.student, exercise, *_became(book, one, counts), one.when, one.lms, one.number, "late" if one.late else ""]


def _became(book, one, counts):
    if one.reason:
        return [f"{'refused' if one.refused else 'passed over'}: {one.reason}", ""]
    result = book.results.read(one.key)
    if result is None:
        return ["not graded yet", ""]
    if result["status"] != gradebook.GRADED:
        return [f"could not be graded: {result.get('reason', '')}", ""]
    return ["graded, counts" if counts else "graded, an earlier attempt", f"{rubrics.shown(str(result['score']))} of {rubrics.shown(str(result['out_of']))}"]
