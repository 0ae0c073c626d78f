"""Answers in one written form, so that two ways to give the same answer meet. Standard library only.

A student may give a count as ``1730000``, as ``1730000.0`` or as a number out of a table; a list of names
as a list, a set or a column. `written` turns each into the same short text, or says what it is instead.
"""

import json
import math
import re

KINDS = ("number", "text", "truth", "set", "list", "mapping", "chart", "essay")
BINS_A_TOLERANCE = 2


class Misfit(Exception):
    """An answer of another kind than the task asks for; its text tells the student what to give instead."""


def is_blank(answer):
    """Tell whether a task has not been answered: ``...``, None, a text of nothing but spaces, or a list or labels of these."""
    if type(answer).__module__.startswith("pandas"):
        answer = _plain(answer)
    if isinstance(answer, (list, tuple, dict)) and answer:
        return all(map(is_blank, answer.values() if isinstance(answer, dict) else answer))
    return answer is ... or answer is None or (isinstance(answer, str) and not answer.strip(" .…\n\t"))


def kind_of(answer):
    """Return the kind of an answer: a member of `KINDS`.

    Raises
    ------
    Misfit
        If the answer is of no kind that a task can ask for.
    """
    answer = _plain(answer)
    if isinstance(answer, bool):
        return "truth"
    if isinstance(answer, (int, float)):
        return "number"
    if isinstance(answer, str):
        return "text"
    if _looks_like_chart(answer):
        return "chart"
    for kind, types in (("set", (set, frozenset)), ("list", (list, tuple)), ("mapping", dict)):
        if isinstance(answer, types):
            return kind
    raise Misfit(f"{_a(answer)} is no answer that can be checked.")


def written(answer, kind, within=0):
    """Return an answer in its one written form.

    Parameters
    ----------
    answer : object
        What the student gave: plain Python, or a pandas, NumPy or Altair object.
    kind : str
        The kind that the task asks for.
    within : float
        For numbers: how far from the expected value an answer may be, in the task's own unit.

    Returns
    -------
    str

    Raises
    ------
    Misfit
        If the answer is of another kind.
    """
    return {
        "number": lambda: _number(answer, within),
        "text": lambda: _text(answer),
        "truth": lambda: str(_truth(answer)),
        "set": lambda: json.dumps(sorted(set(members(answer)))),
        "list": lambda: json.dumps(members(answer)),
        "mapping": lambda: json.dumps(sorted(pairs(answer, within))),
        "chart": lambda: json.dumps(chart_parts(answer) | {"rows": rows_drawn(answer)}, sort_keys=True),
    }[kind]()


def shape(chart):
    """Return the written form of a chart whatever table it draws: its mark and its columns alone."""
    return json.dumps(chart_parts(chart), sort_keys=True)


def near(value, within):
    """Return the written forms of every number within a tolerance of a value."""
    if not within:
        return [_number(value, 0)]
    low, high = (_bin(value + sign * within, within) for sign in (-1, 1))
    return [f"{step}" for step in range(low, high + 1)]


def _number(answer, within):
    value = number(answer)
    return f"{_bin(value, within)}" if within else f"{value:.10g}"


def _bin(value, within):
    return math.floor(value * BINS_A_TOLERANCE / within + 1e-9)


def number(answer):
    """Return an answer as a number, or say what else it is.

    Raises
    ------
    Misfit
    """
    value = _plain(answer)
    if callable(value):
        raise Misfit("This is the name of a computation, not its result. Add a pair of round brackets, ( ), after it.")
    if isinstance(value, bool):
        raise Misfit("This is True or False; the task asks for a number.")
    if isinstance(value, str):
        digits = re.sub(r"[,_\s]", "", value)
        advice = f" Write {digits} without quotation marks and commas." if re.fullmatch(r"-?\d+(\.\d+)?", digits) else ""
        raise Misfit(f"This is text, and the task asks for a number.{advice}")
    if isinstance(value, (list, tuple, set, dict)):
        only = len(value) == 1
        what = "a column or list with one value in it" if only else f"{len(value)} values"
        way = " Take the value out of it, for example with .iloc[0] or .item()." if only else ""
        raise Misfit(f"This is {what}, and the task asks for one number.{way}")
    gap = str(value) == "<NA>"
    if not isinstance(value, (int, float)) and not gap:
        raise Misfit(f"{_a(value)}, and the task asks for one number.")
    if gap or math.isnan(value):
        raise Misfit("This is a gap, which pandas writes NaN or <NA>: the value was missing, or the computation had nothing to work on.")
    return value


def _text(answer):
    value = _plain(answer)
    if isinstance(value, (list, tuple, set)) and len(value) == 1:
        value = next(iter(value))
    if not isinstance(value, str):
        raise Misfit(f"{_a(value)}, and the task asks for a text between quotation marks.")
    return " ".join(re.sub(r"[^\w\s%-]", " ", value.casefold()).split())


def _truth(answer):
    value = _plain(answer)
    if not isinstance(value, bool):
        raise Misfit(f"{_a(value)}, and the task asks for True or False.")
    return value


def members(answer):
    """Return the members of a list, a set or a column, each in its written form and in the order given.

    Raises
    ------
    Misfit
    """
    values = _plain(answer)
    if isinstance(values, dict):
        values = list(values.values()) if hasattr(answer, "to_numpy") else list(values)
    if isinstance(values, (str, int, float)):
        raise Misfit("This is a single value, and the task asks for a list: put square brackets, [ ], around your values.")
    if not isinstance(values, (list, tuple, set, frozenset)):
        raise Misfit(f"{_a(values)}, and the task asks for a list.")
    return [_member(value) for value in _filled(values)]


def _filled(values):
    """Return the values of an answer, none of which may still be a gap to fill."""
    left = sum(map(is_blank, values))
    if left:
        raise Misfit(f"{left} of the {len(values)} values {'is' if left == 1 else 'are'} still to be filled in.")
    return values


def _member(value):
    value = _plain(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return f"{value:.10g}"
    return _text(str(value))


def pairs(answer, within=0):
    """Return what a column of values says for each label, as texts ``label = value``. A value is a number or a text.

    Raises
    ------
    Misfit
    """
    values = _plain(answer)
    if not isinstance(values, dict):
        raise Misfit(f"{_a(values)}, and the task asks for a column with one value for each label, as groupby gives it.")
    if any(isinstance(value, dict) for value in values.values()):
        raise Misfit("This is a table with several columns. Choose one of them, for example with [\"people\"].")
    _filled(values.values())
    return [f"{_member(label)} = {_value(value, within)}" for label, value in values.items()]


def _value(value, within):
    """Return a value beside a label: words as text, and all that holds no letter as a number."""
    return _text(value) if isinstance(value, str) and re.search(r"[^\W\d_]", value) else _number(value, within)


def chart_parts(answer):
    """Return what a chart draws: its mark and the column behind each channel.

    Returns
    -------
    dict

    Raises
    ------
    Misfit
    """
    if not _looks_like_chart(answer):
        raise Misfit(f"{_a(answer)}, and the task asks for a chart, as alt.Chart(...) gives it.")
    spec = answer if isinstance(answer, dict) else answer.to_dict()
    if "mark" not in spec:
        raise Misfit("This chart is made of several. The task asks for one chart with one mark.")
    mark = spec["mark"]["type"] if isinstance(spec["mark"], dict) else spec["mark"]
    channels = {name: _column(channel) for name, channel in spec.get("encoding", {}).items()}
    return {"mark": mark} | {name: column for name, column in channels.items() if column and name in ("x", "y", "color", "x2", "y2")}


def rows_drawn(chart):
    """Return how many rows a chart's table has, or None where the chart does not hold its table."""
    spec = chart if isinstance(chart, dict) else chart.to_dict()
    data = spec.get("data", {})
    values = spec.get("datasets", {}).get(data.get("name"), data.get("values"))
    return spec.get("rows") if values is None else len(values)


def _column(channel):
    if not isinstance(channel, dict):
        return None
    field, aggregate = channel.get("field"), channel.get("aggregate")
    return f"{aggregate}({field or ''})" if aggregate else field


def _looks_like_chart(answer):
    if isinstance(answer, dict):
        return "mark" in answer and ("encoding" in answer or "$schema" in answer)
    return callable(getattr(answer, "to_dict", None)) and hasattr(answer, "encoding") or hasattr(answer, "mark") and hasattr(answer, "to_dict")


def _plain(answer):
    """Return plain Python for a pandas or NumPy object; anything else as it is."""
    if _looks_like_chart(answer):
        return answer
    kind = type(answer).__module__.partition(".")[0]
    if kind == "numpy" and hasattr(answer, "tolist"):
        return answer.tolist()
    if kind == "pandas":
        if hasattr(answer, "columns"):
            return answer.to_dict("index")
        if hasattr(answer, "index") and hasattr(answer, "to_dict"):
            return answer.to_dict() if answer.index.is_unique else answer.tolist()
        if hasattr(answer, "tolist"):
            return answer.tolist()
    return answer


def _a(value):
    names = {"DataFrame": "a whole table", "Series": "a column", "dict": "a table or a set of labels with values", "list": "a list",
             "set": "a set", "str": "a text", "int": "a number", "float": "a number", "bool": "True or False"}
    name = type(value).__name__
    return f"This is {names.get(name, f'of the type {name}')}"
