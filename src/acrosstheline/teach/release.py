"""From one source notebook, two copies: the solutions stay here, and students get theirs without them.

A source is in nbgrader's cell format, so that a course that grades with nbgrader can use it as it is:
``### BEGIN SOLUTION`` and ``### BEGIN HIDDEN TESTS`` regions, and nbgrader's metadata on answer and check
cells (https://nbgrader.readthedocs.io/en/stable/user_guide/creating_and_grading_assignments.html).
"""

import copy
import json
import re

from acrosstheline.teach import tasks

_REGION = re.compile(r"^### BEGIN (SOLUTION|HIDDEN TESTS)\n.*?^### END \1(?:\n|$)", re.MULTILINE | re.DOTALL)
_MARKER = re.compile(r"### (?:BEGIN|END) (?:SOLUTION|HIDDEN TESTS)")
_HEADING = {"title": r"^# (.+)$", "minutes": r"about (\d+) minutes", "practises": r"^\*\*You will practise:\*\* (.+)$"}
FOR_TEACHERS = "teachers"


class ReleaseError(Exception):
    """A source from which no student's copy can be made; the text says which cell and why."""


def exercise_of(path):
    """Return the exercise's name: the chapter it belongs to."""
    return path.stem.removesuffix("_exercise")


def declared(notebook, name):
    """Return the tasks that an executed source declares, in order.

    Parameters
    ----------
    notebook : nbformat.NotebookNode or dict
    name : str
        The exercise, for messages.

    Returns
    -------
    list of dict

    Raises
    ------
    ReleaseError
        If a check stands without a declaration, a task is declared twice, or nothing is declared.
    """
    found = [
        output["data"][tasks.MIME]
        for cell in notebook["cells"]
        for output in cell.get("outputs", [])
        if tasks.MIME in output.get("data", {})
    ]
    names = [record["task"] for record in found]
    checked = re.findall(r"^check\(\s*[\"'](\w+)[\"']", "\n".join(map(_source, notebook["cells"])), re.MULTILINE)
    if not found:
        raise ReleaseError(f"{name}: no task is declared, or the notebook was not executed.")
    if names != checked:
        raise ReleaseError(f"{name}: the tasks declared ({', '.join(names)}) are not the tasks checked ({', '.join(checked)}).")
    if len(set(names)) < len(names):
        raise ReleaseError(f"{name}: a task is declared twice among {', '.join(names)}.")
    return found


def sealed(notebook, name):
    """Return what a student's package may carry of an executed source.

    Returns
    -------
    dict
        ``title``, ``minutes`` and ``practises`` from its first cell, and ``tasks``: the sealed checks.

    Raises
    ------
    ReleaseError
        If the first cell does not say them, or the tasks are not in order.
    """
    keys = {record["task"]: tasks.sealed_key(name, record) for record in declared(notebook, name)}
    return heading(notebook, name) | {"tasks": keys}


def heading(notebook, name):
    """Return an exercise's title, its minutes and what it practises, from its first cell."""
    text = _source(notebook["cells"][0])
    found = {key: re.search(pattern, text, re.MULTILINE) for key, pattern in _HEADING.items()}
    missing = [key for key, match in found.items() if match is None]
    if missing:
        raise ReleaseError(f"{name}: the first cell does not give its {', '.join(missing)} (it needs a title, 'about N minutes' and '**You will practise:** ...').")
    said = {key: match[1].strip() for key, match in found.items()}
    return said | {"minutes": int(said["minutes"])}


def student_copy(notebook, name):
    """Return a student's copy of a source: no solution, no hidden test, no output.

    Parameters
    ----------
    notebook : nbformat.NotebookNode or dict
        Left as it is.
    name : str

    Returns
    -------
    The same type

    Raises
    ------
    ReleaseError
        If a region is not closed.
    """
    notebook = unrun(notebook)
    notebook["cells"] = [_student_cell(cell, name) for cell in notebook["cells"] if FOR_TEACHERS not in cell["metadata"].get("tags", [])]
    return notebook


def _student_cell(cell, name):
    source = _REGION.sub("", _source(cell)).strip("\n")
    if _MARKER.search(source):
        raise ReleaseError(f"{name}: a solution or hidden-tests region is not closed in the cell that begins {source[:60]!r}.")
    cell["source"] = source
    cell["metadata"]["deletable"] = False  # what a student adds can be deleted, what is given cannot
    if cell["metadata"].get("nbgrader", {}).get("locked"):
        cell["metadata"]["editable"] = False
    return cell


def unrun(notebook):
    """Return a notebook as it is handed to a student: no cell has been run yet.

    The committed copies hold their outputs, so that they can be compared; a student who saw them would
    take them for work done, and pass over the first cell.
    """
    notebook = copy.deepcopy(notebook)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
    return notebook


def _source(cell):
    return "".join(cell["source"])


def write_sealed(said, path):
    """Write what `sealed` returns as a file that a student's package carries."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(said, indent=1, sort_keys=True) + "\n", encoding="utf-8")
