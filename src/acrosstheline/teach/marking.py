"""Grade one submission: run it in the sandbox, and judge outside what it answered.

`grade` is a pure function of the file: a process pool maps it on one machine, a cluster on many.
"""

import hashlib
import json
import os
import re
import threading
from dataclasses import dataclass
from functools import lru_cache

from acrosstheline import checks
from acrosstheline.teach import catalogue, notebook_file, returned, sandbox, unusual

MOST_MEMBERS = 250  # of a list, a set or a column that is compared value by value
LONGEST_ESSAY, LONGEST_TEXT = 20_000, 2_000  # characters of an answer that a check reads: some of its patterns take long over long ones
LONGEST_FEEDBACK = 2_000
_SHORT = 2_000  # characters of an answer whose judgement is kept
_HELD = threading.local()


@dataclass(frozen=True)
class Exercise:
    """What a submission is held against: the student's copy, and the sealed checks of its tasks.

    Attributes
    ----------
    name : str
    cells : tuple of dict
        Of the student's copy, as `acrosstheline.teach.notebook_file.read` gives them.
    keys : dict
        The sealed check of each task.
    points : dict
        What each task is worth.
    """

    name: str
    cells: tuple
    keys: dict
    points: dict

    def marked(self, grade_id):
        """Return the text of a cell of the student's copy by its short name, or None."""
        return next((cell["source"] for cell in self.cells if cell["grade_id"] == grade_id), None)


@lru_cache(maxsize=1)
def exercises():
    """Return every exercise of the course by its name."""
    found = {}
    for path in sorted((catalogue.home() / "exercises").glob("*_exercise.ipynb")):
        name = path.stem.removesuffix("_exercise")
        raw = json.loads(path.read_text(encoding="utf-8"))
        marks = [cell["metadata"].get("nbgrader", {}) for cell in raw["cells"]]
        points = {mark["grade_id"].removeprefix("check-"): mark["points"] for mark in marks if mark.get("grade")}
        found[name] = Exercise(name, tuple(notebook_file.read(path)[0]["cells"]), checks.about(name)["tasks"], points)
    return found


def grade(path, protected=True, limits=None):
    """Grade one submission. Whatever the file holds, this gives a result.

    Parameters
    ----------
    path : path
    protected : bool
        False runs the student's code without a sandbox; only where an instructor asked for it by name.
    limits : acrosstheline.teach.sandbox.Limits, optional

    Returns
    -------
    dict
        Plain JSON. ``status`` (``"graded"``, or ``"not graded"`` with a ``reason``), ``exercise``, ``tasks`` (for each:
        ``state`` as a check gives it, ``text``, ``points`` (None where a reader has to give them), ``out_of``,
        ``optional``, ``written`` (whether a reader judges it)), ``written`` (the text of each written answer),
        ``score`` and ``out_of`` (core tasks that are checked here), ``extra`` (the same of the optional ones),
        ``to_read`` (points that a reader gives, ``core`` and ``optional``), ``unusual`` (``kind``, ``where``,
        ``text``), ``errors`` (``where``, ``kind``, ``text``), ``stopped`` (``where``, ``why``), ``seconds``, and
        ``work``: a hash of the student's own cells, empty where there are none.

    Raises
    ------
    acrosstheline.teach.sandbox.SandboxMissing
        If no sandbox can be had.
    acrosstheline.teach.sandbox.SandboxFailed
        If the sandbox itself does not work: this is not the submission's fault, and it should be tried again.
    """
    try:
        notebook, remarks = notebook_file.read(path)
    except notebook_file.NotANotebook as error:
        return _not_graded(str(error))
    name, doubt = recognised(notebook)
    if name is None:
        return _not_graded(doubt)
    exercise = exercises()[name]
    run = _sandbox(protected).run(notebook, list(exercise.keys), limits)
    return _result(exercise, notebook, run, remarks, doubt)


def _sandbox(protected):
    """Return the sandbox of this process and thread: it is kept from one submission to the next."""
    held, wanted = vars(_HELD).setdefault("sandboxes", {}), (os.getpid(), protected)
    if wanted not in held:
        held[wanted] = sandbox.Sandbox(protected=protected)
    return held[wanted]


def _not_graded(reason):
    return {
        "status": "not graded", "reason": reason, "exercise": None, "tasks": {}, "written": {}, "score": 0, "out_of": 0,
        "extra": {"score": 0, "out_of": 0}, "to_read": {"core": 0, "optional": 0}, "unusual": [], "errors": [], "stopped": [], "seconds": 0, "work": "",
    }  # fmt: skip


# --- which exercise ----------------------------------------------------------------------------------


def recognised(notebook):
    """Return which exercise a notebook is, or None; and what to say of it where that is in doubt.

    Its task texts decide, because a student has no cause to change them; then the name that its first cell gives.
    """
    texts = {cell["source"].strip() for cell in notebook["cells"]}
    found = {name: len(texts & _task_texts(name)) for name in exercises()}
    best = max(found, key=found.get, default=None)
    code = "\n".join(cell["source"] for cell in notebook["cells"] if cell["cell_type"] == "code")
    called = [name for name in re.findall(r"exercise\(\s*[\"'](\w+)[\"']\s*\)", code) if name in exercises()]
    if best and found[best]:
        others = sorted(set(called) - {best})
        return best, f"The notebook holds the tasks of {best}, and calls the checks of {', '.join(others)}. It was graded as {best}." if others else ""
    if called:
        return called[0], f"None of its task texts is the course's. It calls the checks of {called[0]}, and was graded as that."
    return None, "This is a notebook, and none of the course's exercises: it holds no task of theirs, and calls none of their checks."


@lru_cache
def _task_texts(name):
    return {cell["source"].strip() for cell in exercises()[name].cells if cell["grade_id"].startswith("task-")}


# --- marks -------------------------------------------------------------------------------------------


def _result(exercise, notebook, run, remarks, doubt):
    tasks = {task: _judged(exercise, task, run) for task in exercise.keys}
    _forgive_gaps_of_the_copy(exercise, tasks, notebook, run)
    _say_what_stopped(tasks, notebook, run)
    return {
        "status": "graded",
        "reason": "",
        "exercise": exercise.name,
        "tasks": tasks,
        "written": {task: _text(run.answers[task]) for task, said in tasks.items() if said["written"] and said["state"] == "form"},
        "score": _sum(tasks, "points", optional=False),
        "out_of": _sum(tasks, "out_of", optional=False),
        "extra": {part: _sum(tasks, points, optional=True) for part, points in (("score", "points"), ("out_of", "out_of"))},
        "to_read": {part: _sum(tasks, "out_of", optional=part == "optional", written=True) for part in ("core", "optional")},
        "unusual": unusual.found(exercise, notebook, run, remarks, doubt),
        "errors": [{"where": unusual.place(error["cell"]), "kind": error["kind"], "text": error["text"]} for error in run.errors],
        "stopped": [{"where": unusual.place(stop["cell"]), "why": stop["why"]} for stop in run.stopped],
        "seconds": run.seconds,
        "work": _work(exercise, notebook),
    }


def _judged(exercise, task, run):
    """Return how one task stands, judged from the value that came back."""
    key = exercise.keys[task]
    state, text = judge(exercise, task, run.answers.get(task, {"is": "dots"}))
    is_written, out_of = key["kind"] == "essay", exercise.points.get(task, 1)
    points = {"right": out_of, "form": None}.get(state, 0)
    return {"state": state, "text": text, "points": points, "out_of": out_of, "optional": bool(key.get("optional")), "written": is_written}


def judge(exercise, task, told):
    """Return the state and the text of a check, from an answer as it came out of the sandbox.

    In a class many give the same answer; short ones are judged once.
    """
    try:
        line = json.dumps(told)
    except (RecursionError, ValueError):
        return _judge(exercise, task, told)
    return _judge_again(exercise.name, task, line) if len(line) < _SHORT else _judge(exercise, task, told)


@lru_cache(maxsize=4096)
def _judge_again(name, task, line):
    return _judge(exercises()[name], task, json.loads(line))


def _judge(exercise, task, told):
    key = exercise.keys[task]
    try:
        given = returned.value(told)
    except returned.Unreadable as error:
        return "hint", f"{error} {key.get('hint', '')}".strip()
    too_long = _too_long(key, given)
    if too_long:
        return ("form" if key["kind"] == "essay" else "hint"), f"{too_long} {key.get('hint', checks.FORM_ONLY)}"
    feedback = checks.Checker(exercise.name, exercise.keys).feedback(task, given)
    return feedback.state, feedback.text[:LONGEST_FEEDBACK]


def _too_long(key, given):
    """Say how much longer an answer is than any that was asked for; nothing where it is not."""
    if isinstance(given, str):
        most = LONGEST_ESSAY if key["kind"] == "essay" else LONGEST_TEXT
        return f"This text has {len(given):,} characters, far more than the task asks for." if len(given) > most else ""
    many = key["kind"] in ("set", "list", "mapping") and hasattr(given, "__len__") and len(given) > MOST_MEMBERS
    return f"You gave {len(given):,} values, far more than the task asks for." if many else ""


def _forgive_gaps_of_the_copy(exercise, tasks, notebook, run):
    """Where an answer still has the gaps to fill of an untouched cell, say that it is not answered yet."""
    texts = {cell["source"].strip() for cell in notebook["cells"]}
    for task, said in tasks.items():
        untouched = (exercise.marked(f"answer-{task}") or "\x00").strip() in texts
        if untouched and said["state"] == "hint" and _has_gaps(run.answers.get(task)):
            said["state"], said["text"] = "blank", checks.BLANK


def _has_gaps(told, deep=6):
    """Tell whether an answer still holds three dots somewhere."""
    if deep and isinstance(told, (list, dict)):
        return told == {"is": "dots"} or any(_has_gaps(part, deep - 1) for part in (told.values() if isinstance(told, dict) else told))
    return False


def _say_what_stopped(tasks, notebook, run):
    """Where a task has no answer because its cell failed, say so."""
    failed = {error["cell"]: f"{error['kind']}: {error['text']}".splitlines()[0] for error in run.errors}
    failed |= {limit["cell"]: limit["why"] for limit in run.limited if limit["cell"] in failed}
    failed |= {stop["cell"]: stop["why"] for stop in run.stopped if stop["cell"] is not None}
    for number, why in sorted(failed.items()):
        source = notebook["cells"][number]["source"] if 0 <= number < len(notebook["cells"]) else ""
        for task in re.findall(checks._ANSWERED, source, re.MULTILINE):
            if task in tasks and tasks[task]["state"] == "blank":
                tasks[task]["text"] = f"{checks.BLANK} The cell with this answer stopped: {why}"


def _sum(tasks, what, optional, written=False):
    return sum(said[what] or 0 for said in tasks.values() if said["optional"] == optional and said["written"] == written)


def _text(told):
    given = returned.value(told)
    return given if isinstance(given, str) else ""


def _work(exercise, notebook):
    """Return a hash of what the student wrote: every cell that is not in the student's copy as it stands."""
    known = {_squeezed(cell) for cell in exercise.cells}
    own = [text for text in map(_squeezed, notebook["cells"]) if text and text not in known]
    return hashlib.sha256("\x00".join(own).encode()).hexdigest()[:20] if own else ""


def _squeezed(cell):
    return re.sub(r"\s+", "", cell["source"])
