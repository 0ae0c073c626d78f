"""What an instructor keeps: the exercises' solutions, to run and to read, and the rubrics of their written tasks."""

import csv
import io
import json
from html import escape

from acrosstheline.teach import page, pieces, release, rubrics

_MOST = 120  # characters of a value that is shown

RUBRIC_COLUMNS = ["exercise", "task", "points", "if you have time", "criterion", "level", "share of the criterion's points", "what it looks like"]


# Tried with nbgrader 0.9.6: its copy of a source then has our student's copy's cells, word for word but for an empty line
# where a solution stood, and the sources pass `nbgrader validate`.
NBGRADER = '''"""Settings with which nbgrader makes students' copies of this course's exercises: put this file where you run nbgrader.

Without them a copy keeps the cells that only teachers should see, and has a line of nbgrader's in place of each solution.
nbgrader gives a written task all its points for any text: mark these in its form grader, or with `acrosstheline grade`.
"""

from nbconvert.preprocessors import TagRemovePreprocessor
from nbgrader.converters import GenerateAssignment

c = get_config()  # noqa: F821
c.TagRemovePreprocessor.enabled = True
c.TagRemovePreprocessor.remove_cell_tags = {"teachers"}
c.GenerateAssignment.preprocessors = [TagRemovePreprocessor, *GenerateAssignment.preprocessors.default()]
c.ClearSolutions.code_stub = {"python": ""}
'''


def members(course):
    """Return the solutions and rubrics of a course.

    Parameters
    ----------
    course : acrosstheline.teach.course.Course

    Returns
    -------
    dict of str to bytes
        ``solutions/`` holds each exercise's source as a notebook and as a page to read, and settings for those who use
        nbgrader; ``rubrics/`` all rubrics as Markdown and as CSV.
    """
    names = [unit.name for unit in course.units]
    made = {f"solutions/{name}_exercise.ipynb": rubrics.source(name).read_bytes() for name in names}
    made |= {f"solutions/{name}.html": _solutions(name).encode() for name in names}
    made["solutions/nbgrader_config.py"] = NBGRADER.encode()
    made |= {"rubrics/rubrics.md": _markdown(names).encode(), "rubrics/rubrics.csv": _csv(names).encode("utf-8-sig")}
    return dict(sorted(made.items()))


# --- solutions to read -----------------------------------------------------------------------------------


def _solutions(name):
    notebook = json.loads(rubrics.source(name).read_text(encoding="utf-8"))
    records = {record["task"]: record for record in release.declared(notebook, name)}
    code = {cell["metadata"].get("nbgrader", {}).get("grade_id", ""): "".join(cell["source"]) for cell in notebook["cells"]}
    title = f"Solutions: {rubrics.title(name)}"
    body = [f"<h1>{escape(title)}</h1>\n", _LEAD]
    for task in rubrics.tasks(name):
        body.append(_task(task, records[task.name], code.get(f"answer-{task.name}", "")))
    return page.page(title, "".join(body))


_LEAD = """<p class="lead">For instructors. Nothing here is in what students get.</p>
<p>Each task with one way to answer it, what its check says of the right answer, and the mistakes that it knows. Run the
notebook of the same name for the rest.</p>
"""


def _task(task, record, code):
    points = rubrics.shown(task.points)
    unit = "point" if points == "1" else "points"
    time = ", if you have time" if task.optional else ""
    parts = [f"<h2>Task {task.name} <small>({points} {unit}{time})</small></h2>\n", page.markdown(task.asks)]
    if code:
        parts.append(f"<h3>One way to answer it</h3>\n<pre><code>{escape(_solution(code))}</code></pre>\n")
    parts.append(pieces.rubric(task) if task.rubric else _checked(record))
    return "".join(parts)


def _solution(code):
    """Return the solution's own lines of a cell."""
    inside = [region[0].strip("\n").splitlines()[1:-1] for region in release._REGION.finditer(code)]
    return "\n".join(line for lines in inside for line in lines) or code


def _checked(record):
    rows = [[f"<code>{escape(_short(value))}</code>", escape(hint)] for value, hint in record["wrong"]]
    return (
        f"<p><strong>Right.</strong> {escape(record['why'])}</p>\n<details><summary>Mistakes that its check knows</summary>"
        f"{page.table(['Answer', 'What the student is told'], rows)}<p>Any other: {escape(record['hint'])}</p></details>\n"
    )


def _short(value):
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _MOST else f"{text[:_MOST]}…"


# --- rubrics -------------------------------------------------------------------------------------------

_HEAD = """# Rubrics

What a reader looks for in the written tasks. No mark depends on the position that a student takes. Each line of a rubric
carries the same part of the task's points. A level named with points gives these; of three named levels the first gives a
third of the line's points, the second two thirds, the last all, and nothing where nothing is there. `acrosstheline grade`
counts in this way what is chosen on its page `to_mark.html`.
"""


def _written(names):
    return [(name, task) for name in names for task in rubrics.tasks(name) if task.rubric]


def _markdown(names):
    parts = [_HEAD]
    for name, task in _written(names):
        levels = [level.name for level in task.rubric[0].levels]
        time = ", if you have time" if task.optional else ""
        parts.append(f"\n## {rubrics.title(name)}: task {task.name}\n\n{rubrics.shown(task.points)} points{time}.\n\n{task.asks}\n")
        parts.append(f"\n| | {' | '.join(levels)} |\n|{'---|' * (len(levels) + 1)}")
        parts += [f"| **{line.name}** | {' | '.join(level.text for level in line.levels)} |" for line in task.rubric]
    return "\n".join(parts) + "\n"


def _csv(names):
    file = io.StringIO()
    rows = csv.writer(file, lineterminator="\n")
    rows.writerow(RUBRIC_COLUMNS)
    for name, task in _written(names):
        for line in task.rubric:
            for level in line.levels:
                rows.writerow([name, task.name, rubrics.shown(task.points), "yes" if task.optional else "no", line.name, level.name, rubrics.shown(level.share), level.text])
    return file.getvalue()
