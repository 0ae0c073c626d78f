"""Declare the tasks of an exercise, in its solutions' notebook: what is right, what is not, and what to say.

Each declaration stands in a hidden-tests region, so it never reaches a student's copy. It leaves a record
in the notebook's outputs, from which `acrosstheline.teach.release` seals the checks.
"""

import hashlib
import json

from acrosstheline import answers, checks

MIME = "application/vnd.acrosstheline.task+json"
_OTHER_ROWS = "The columns are right, and the rows are not: this chart draws another table, or another part of it. Which rows does the task ask for?"

_CAPITALS = "Capital and small letters count here: compare with the heading in the table."
_ROUNDED = "This is near, and seems rounded. Give the number as exactly as the task asks for it."
_TOO_FAR = "The right number, rounded too far, gives this too. If you rounded, give more digits; if not, compute it again."


def declare(checker, task, answer, right=None, why="", wrong=(), hint="", within=0, also=(), kind=None, words=(), form=None, optional=False):
    """Declare one task, and prove the notebook's own answer against it.

    Parameters
    ----------
    checker : acrosstheline.checks.Checker
    task : str
        Its number, such as ``"2b"``.
    answer : object
        The notebook's answer: the solution's here, a student's when a grader runs the notebook.
    right : object
        The expected answer, computed from the data and not typed.
    why : str
        Shown with *Right.*: what the answer means.
    wrong : list of (object, str)
        Known wrong answers, each with the hint for that mistake: what it was and where to look.
    hint : str
        For any other wrong answer. It must not hold the answer.
    within : float
        Tolerance for a single number, in the task's own unit; the task's text must state it.
    also : list of object
        Other answers that are right.
    kind : str, optional
        One of `acrosstheline.answers.KINDS`; by default what ``right`` is.
    words : list of str
        For words beside labels: those that the task offers. Any other is answered with this list.
    form : dict, optional
        For a written task: see `acrosstheline.checks.essay_form`.
    optional : bool
        Whether the task's text says *if you have time*: such tasks are counted by themselves.

    Raises
    ------
    ValueError
        If a part is missing, a tolerance is given where none can hold, or a wrong answer counts as right.
    AssertionError
        If the notebook's answer is not right.
    """
    record = _record(task, right, why, wrong, hint, within, also, kind, form)
    record |= ({"words": list(words)} if words else {}) | ({"optional": True} if optional else {})
    checker.keys[task] = sealed_key(checker.name, record)
    _publish(record)
    feedback = checker.feedback(task, answer)
    assert feedback.state in ("right", "form"), str(feedback)


def _record(task, right, why, wrong, hint, within, also, kind, form):
    if form is not None:
        return {"task": task, "kind": "essay", "form": form}
    kind = kind or answers.kind_of(right)
    missing = [name for name, text in (("why", why), ("hint", hint)) if not text.strip()]
    if missing or not wrong:
        raise ValueError(f"Task {task} needs a right answer with its reason, a hint, and known wrong answers with theirs; missing: {', '.join(missing) or 'wrong'}.")
    if within and kind != "number":
        raise ValueError(f"Task {task} asks for a {kind}: a tolerance (within=) holds for a single number alone. State how the answer is rounded, and give other roundings in also=.")
    return {
        "task": task,
        "kind": kind,
        "within": within,
        "why": why,
        "hint": hint,
        "right": [_stored(value, kind) for value in (right, *also)],
        "wrong": [[_stored(value, None), text] for value, text in wrong],
    }


def _stored(value, kind):
    """Return an answer as plain JSON."""
    if kind == "chart" or not isinstance(value, dict) and hasattr(value, "mark"):
        spec = value if isinstance(value, dict) else value.to_dict()
        return {"mark": spec["mark"], "encoding": spec.get("encoding", {}), "drawn": answers.drawn(spec)}
    value = answers.plain(value)
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    if isinstance(value, dict):
        return {str(label): answers.plain(item) for label, item in value.items()}
    return value


def sealed_key(name, record):
    """Return the sealed form of one task: what a student's copy may carry.

    Parameters
    ----------
    name : str
        The exercise.
    record : dict
        As `declare` leaves it in the notebook.

    Returns
    -------
    dict

    Raises
    ------
    ValueError
        If a wrong answer counts as right, or two hints claim one answer.
    acrosstheline.answers.Misfit
        If a wrong answer is of another kind than the right one: its kind gives it away, and needs no hint.
    """
    extra = {name: record[name] for name in ("optional", "words") if name in record}
    if record["kind"] == "essay":
        return {"kind": "essay", "form": record["form"], **extra}
    kind, within = record["kind"], record["within"]
    salt = hashlib.sha256(f"{name}|{record['task']}".encode()).hexdigest()[:12]
    said = {}
    for value in record["right"]:
        for form in _forms(value, kind, within):
            said.setdefault(form, []).append(f"right{_centre(value, record)}:{record['why']}")
    for value, text in record["wrong"]:
        _add_wrong(said, value, text, record)
    for form, text in _almost(record):
        said.setdefault(form, [f"hint:{text}"])
    if kind == "text" and all(len(value) == 1 for value in (*record["right"], *(wrong for wrong, _ in record["wrong"]))):
        extra["letter"] = True
    if kind == "chart":
        extra["types"] = _types(record["right"], salt)
    return {
        **extra,
        "kind": kind,
        "within": within,
        "salt": salt,
        "hint": record["hint"],
        "members": sorted({checks.tag(salt, item) for item in _items(record["right"][0], kind)}),
        "outcomes": dict(sorted((checks.tag(salt, form), checks.sealed(salt, form, checks.BETWEEN.join(texts))) for form, texts in said.items())),
    }


def _types(charts, salt):
    """Return the types that the axes of right charts need, filed under the columns that each draws."""
    alike = {}
    for chart in charts:
        alike.setdefault(answers.shape(chart), []).append(chart)
    return {checks.tag(salt, shape): answers.measured(same) for shape, same in sorted(alike.items())}


def _forms(value, kind, within):
    """Return the written forms under which an answer is filed: for a number with a tolerance, several."""
    if kind == "chart" and answers.drawn(value) is None:
        return [answers.shape(value)]
    return answers.near(value, within) if kind == "number" else [answers.written(value, kind, within)]


def _centre(value, record):
    """Return the mark that lets a check measure the distance to a number, once that number's neighbourhood was hit."""
    return f"@{value!r}" if record["kind"] == "number" and record["within"] else ""


def _add_wrong(said, value, text, record):
    """File a known mistake. It may stand near the right answer, but not within its tolerance."""
    kind, within = record["kind"], record["within"]
    if kind == "number" and within:
        clash = any(abs(value - right) <= within for right in record["right"])
        for form in answers.near(value, within):
            said.setdefault(form, []).append(f"hint{_centre(value, record)}:{text}")
    else:
        form = _chart_form(value, record) if kind == "chart" else answers.written(value, kind, within)
        clash = said.get(form, [f"hint:{text}"]) != [f"hint:{text}"]
        said[form] = [f"hint:{text}"]
    if clash:
        raise ValueError(f"Task {record['task']}: the wrong answer {value!r} counts as right, or another hint claims it.")


def _chart_form(value, record):
    """Return a wrong chart's form: by its columns alone, unless these are right and only what it draws is wrong."""
    shapes = {answers.shape(right) for right in record["right"]}
    return answers.written(value, "chart") if answers.shape(value) in shapes and answers.drawn(value) else answers.shape(value)


def _almost(record):
    """Yield the forms of answers that are nearly right, each with what to say of it."""
    for value in record["right"]:
        if record["kind"] == "chart":
            yield answers.shape(value), _OTHER_ROWS
        if record["kind"] == "name":
            yield answers.any_spelling(value), _CAPITALS
        if record["kind"] == "number" and not record["within"]:
            for digits in (1, 2, 3, 4):
                yield answers.written(float(f"{value:.{digits}g}"), "number"), _ROUNDED
        if record["kind"] == "number" and record["within"]:
            yield from ((answers.to_the_digit(rounded), _TOO_FAR) for rounded in _rounded_too_far(value, record))


def _rounded_too_far(value, record):
    """Yield the right number's rounded forms that are no longer right, and are not a known mistake themselves."""
    within, mistakes = record["within"], [wrong for wrong, _ in record["wrong"]]
    forms = {float(f"{value:.{digits}g}") for digits in (1, 2, 3)} | {round(value, digits) for digits in (0, 1, 2)}
    for rounded in sorted(forms - set(mistakes)):
        is_right = any(abs(rounded - right) <= within for right in record["right"])
        if not is_right:
            yield rounded


def _items(value, kind):
    if kind in ("set", "list"):
        return answers.members(value)
    return answers.pairs(value) if kind == "mapping" else []


def _publish(record):
    from IPython.display import publish_display_data

    publish_display_data({MIME: record, "text/plain": f"[task {record['task']}]"})
