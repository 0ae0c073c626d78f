"""Turn what came back from the sandbox into values that a check can look at. A stranger wrote it: nothing is taken on trust.

`acrosstheline.teach.inmate` writes a value as JSON that says what it is; here the like of it is built again from
numbers and texts. Whoever forges it has given an answer, and nothing more.
"""

MOST_PARTS = 100_000
DEEPEST = 8
_PLAIN = {"dots": ..., "none": None, "true": True, "false": False, "nan": float("nan"), "infinite": float("inf"), "minus infinite": float("-inf")}


class Unreadable(Exception):
    """What came back is no answer; the text says what it is instead."""


class Chart:
    """What a check sees of a chart that Altair made, or could not make; it has Altair's name for it."""

    encoding = None

    def __init__(self, mark, spec=None, reason=""):
        self.mark, self._spec, self._reason = mark, spec, reason

    def to_dict(self):
        """Return the specification, or say why there is none, as Altair did."""
        if self._spec is None:
            raise ValueError(self._reason)
        return self._spec


class LayerChart(Chart):
    """A chart that is made of several."""


class UndefinedType:
    """Stands where a chart has no mark, under the name that Altair gives it."""


def value(told):
    """Return the value that an answer stands for.

    Parameters
    ----------
    told : object
        Of `acrosstheline.teach.sandbox.Run.answers`.

    Returns
    -------
    object
        Plain Python, a pandas object, or a chart as Vega-Lite with as much in it as checks look at.

    Raises
    ------
    Unreadable
        If it is too large, or nothing that the sandbox would send.
    """
    if isinstance(told, dict) and "large" in told or _count(told) > MOST_PARTS:
        raise Unreadable("This answer is much larger than any that the task could ask for.")
    if isinstance(told, dict) and "unread" in told:
        raise Unreadable("This answer could not be read out of the notebook: it is of no kind that a task asks for.")
    try:
        return _value(told, 0)
    except Unreadable:
        raise
    except Exception as error:
        raise Unreadable("This answer could not be read out of the notebook: it is of no kind that a task asks for.") from error


def _count(told, depth=0):
    if depth > 3 * DEEPEST:
        return 10**9
    if isinstance(told, dict):
        return 1 + sum(_count(item, depth + 1) for item in told.values())
    return 1 + sum(_count(item, depth + 1) for item in told) if isinstance(told, list) else 1


def _value(told, depth):
    if not isinstance(told, dict) or depth > DEEPEST:
        raise Unreadable("This answer holds lists within lists, more than any task asks for.")
    if told.get("cut"):
        raise Unreadable("This answer holds far more values, or a far longer text, than the task could ask for.")
    for name, build in _BUILDERS.items():
        if name in told:
            return build(told, depth + 1)
    raise Unreadable("This answer could not be read out of the notebook.")


def _clean(text):
    """Return a text without lone surrogates, which nothing could write."""
    return str(text).encode("utf-8", "replace").decode("utf-8").replace("\x00", "\ufffd")


def _number(told, _):
    if type(told["number"]) is not float and type(told["number"]) is not int:
        raise Unreadable("This answer is no number.")
    return float(told["number"])


def _whole(told, _):
    return int(str(told["whole"])[:4000])


def _several(kind):
    return lambda told, depth: kind(_value(item, depth) for item in told[kind.__name__])


def _ordered(kind):
    """Return a kind of set whose members come in the same order every time, under the name that a check calls it."""
    return type(kind.__name__, (kind,), {"__iter__": lambda self: iter(sorted(kind.__iter__(self), key=str))})


def _set(kind):
    ordered = _ordered(kind)
    return lambda told, depth: ordered(_key(_value(item, depth)) for item in told[kind.__name__])


def _key(item):
    """Return a value that may stand in a set or as a label."""
    try:
        hash(item)
    except TypeError:
        return str(item)
    return item


def _mapping(told, depth):
    return {_key(_value(label, depth)): _value(item, depth) for label, item in told["mapping"]}


def _column(told, depth):
    import pandas as pd

    labels = [_key(_value(label, depth)) for label, _ in told["column"]]
    values = [_value(item, depth) for _, item in told["column"]]
    truths = "bool" in str(told.get("type"))
    if truths:
        values = [item if type(item) is bool else None for item in values]
    return pd.Series(values, index=pd.Index(labels, dtype=object, tupleize_cols=False), dtype="boolean" if truths else object)


def _array(told, depth):
    import numpy as np
    import pandas as pd

    values = _value(told["array"], depth)
    if not isinstance(values, list):
        raise Unreadable("This answer is no list.")
    return np.array(values, dtype=object) if told.get("type") == "ndarray" else pd.Index(values, dtype=object)


def _numpy(told, depth):
    import numpy as np

    return np.bool_(_value(told["numpy"], depth))


def _table(told, depth):
    """Return a table: with what it holds where it has one column or two, and else with its size alone."""
    import pandas as pd

    rows, columns = (min(max(int(told[name]), 0), most) for name, most in (("rows", 3), ("columns", 50)))
    held = [_value(column, depth) for column in told.get("held", [])]
    if not held:
        return pd.DataFrame(0, index=range(rows) if told.get("unique", True) else [0] * 2, columns=[str(number) for number in range(columns)])
    names = [_clean(name) for name in told["table"]]
    index = held[0].index
    if list(index) == list(range(len(index))):
        index = range(len(index))
    return pd.DataFrame({number: list(column) for number, column in enumerate(held)}, index=index, dtype=object).set_axis(names, axis=1)


def _chart(told, _):
    chart = told["chart"]
    if "unmade" in chart:
        return Chart("point" if chart.get("marked") else UndefinedType(), reason=_clean(chart["unmade"]))
    if chart.get("several"):
        return LayerChart(None, {"layer": []})
    spec = _spec(chart)
    return spec if told.get("typed") else Chart(spec["mark"], spec)


def _spec(chart):
    spec = {"mark": _json(chart["mark"]), "encoding": {str(name): channel for name, channel in _json(chart["encoding"]).items()}}
    if chart.get("transform"):
        spec["transform"] = [True]
    if "rows" in chart:
        fields = _json(chart["fields"])
        return spec | {"data": {"values": [dict(zip(fields, row)) for row in _json(chart["rows"])]}}
    return spec | {"drawn": chart.get("drawn") and _clean(chart["drawn"])}


def _json(told):
    """Return a copy of plain JSON in which every text can be written."""
    if isinstance(told, dict):
        return {_clean(name): _json(part) for name, part in told.items()}
    if isinstance(told, list):
        return [_json(part) for part in told]
    return _clean(told) if isinstance(told, str) else told


def _other(told, _):
    """Return something of which a check sees the name of its type, its text, and whether it can be called."""
    if told.get("callable"):
        return len
    text = _clean(told.get("text", ""))
    parts = {"__str__": lambda self: text} | ({"total_seconds": lambda self: 0} if told.get("span") else {})
    return type(_clean(told["other"])[:100], (), parts)()


_BUILDERS = {
    "is": lambda told, _: _PLAIN[told["is"]],
    "number": _number,
    "whole": _whole,
    "chart": _chart,
    "set": _set(set),
    "frozenset": _set(frozenset),
    "numpy": _numpy,
    "list": _several(list),
    "tuple": _several(tuple),
    "mapping": _mapping,
    "column": _column,
    "array": _array,
    "table": _table,
    "other": _other,
    "text": lambda told, _: _clean(told["text"]),
}
