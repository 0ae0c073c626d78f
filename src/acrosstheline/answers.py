"""Answers in one written form, so that two ways to give the same answer meet. Standard library only.

A student may give a count as ``1730000``, as ``1730000.0`` or as a number out of a table; a list of names
as a list, a set or a column. `written` turns each into the same short text, or says what it is instead.
"""

import hashlib
import json
import math
import re

CHANNELS = ("x", "y", "color", "x2", "y2")  # what is compared of a chart; shape, tooltip and size are the student's own
KINDS = ("number", "name", "text", "truth", "set", "list", "mapping", "chart", "essay")
BINS_A_TOLERANCE = 2
COMMAS = "Decimals come after a point, such as 14.4; a large number has no commas: 1730000."
MEASURES = {  # the types of an axis on which distances count, with what such a column holds and how to say so
    "quantitative": "holds quantities: write :Q after its name",
    "temporal": "holds points in time: write :T after its name, so that what lies between them keeps its place",
}
_CHANGES = {  # what can be asked of a column while it is drawn, what it does, and what changes nothing
    "bin": ("puts numbers into steps", (None, False)),
    "timeUnit": ("shortens dates", (None,)),
    "stack": ("piles its marks up in another way", (True, "zero")),
}


class Misfit(Exception):
    """An answer of another kind than the task asks for; its text tells the student what to give instead."""


class StepMissing(Misfit):
    """An answer that one more step, or another one before it, would make right: the task's own hint says which."""


def is_blank(answer):
    """Tell whether a task has not been answered: ``...``, None, a text of nothing but spaces, or a list or labels of these.

    A gap in a column is no blank: it came out of a computation, and the student must hear of it.
    """
    if answer is None:
        return True
    if type(answer).__module__.startswith("pandas"):
        return _all_blank(plain(answer), _is_unwritten)
    if isinstance(answer, (list, tuple, dict)) and answer:
        return _all_blank(answer, is_blank)
    return _is_unwritten(answer)


def _all_blank(values, blank):
    if not isinstance(values, (list, tuple, dict)) or not values:
        return False
    return all(map(blank, values.values() if isinstance(values, dict) else values))


def _is_unwritten(value):
    return value is ... or (isinstance(value, str) and not value.strip(" .…\n\t"))


def kind_of(answer):
    """Return the kind of an answer: a member of `KINDS`.

    Raises
    ------
    Misfit
        If the answer is of no kind that a task can ask for.
    """
    answer = plain(answer)
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
    if callable(answer) and not _looks_like_chart(answer):
        raise Misfit("This is the name of a computation, not its result. Add a pair of round brackets, ( ), after it.")
    return {
        "number": lambda: _number(answer, within),
        "name": lambda: name(answer),
        "text": lambda: _text(answer),
        "truth": lambda: str(_truth(answer)),
        "set": lambda: json.dumps(sorted(set(members(answer, "set")))),
        "list": lambda: json.dumps(members(answer)),
        "mapping": lambda: json.dumps(sorted(pairs(answer))),
        "chart": lambda: json.dumps(chart_parts(answer) | {"drawn": drawn(answer)}, sort_keys=True),
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
    value = plain(answer)
    if isinstance(value, bool):
        raise Misfit("This is True or False; the task asks for a number.")
    if isinstance(value, str):
        raise Misfit(f"This is text, and the task asks for a number.{_as_digits(value)}")
    if isinstance(value, (list, tuple, set, dict)):
        raise _several(answer, value)
    if hasattr(value, "total_seconds") and not _is_gap(value):
        raise Misfit("This is a length of time. Its number of days is in .days: (later - earlier).days")
    if not isinstance(value, (int, float)) and not _is_gap(value):
        raise Misfit(f"{_a(value)}, and the task asks for one number.")
    if _is_gap(value):
        raise StepMissing("This is a gap, which pandas writes NaN or <NA>: the value was missing, or the computation had nothing to work on.")
    if math.isinf(value):
        raise Misfit("This is infinite: something was divided by zero.")
    return value


def _as_digits(text):
    if re.fullmatch(r"\s*-?[\d.]*\d,\d+\s*%?\s*", text):  # a decimal comma, or one that parts thousands
        return f" Leave out the quotation marks. {COMMAS}"
    digits = re.sub(r"[,_\s]", "", text)
    if re.fullmatch(r"-?\d+(\.\d+)?%", digits):
        return " Leave out the sign % and the quotation marks."
    if re.fullmatch(r"[a-z_]+", text):
        return " If it came out of max( ) or min( ) of a whole table, it is one of the headings: take the column first."
    return f" Written as a number, {digits}, it could be checked." if re.fullmatch(r"-?\d+(\.\d+)?", digits) else ""


def _several(answer, values):
    """Return what is to be said of several values, and not how many they are: that may be the answer."""
    if isinstance(answer, tuple):
        return Misfit(f"A comma parts several values. {COMMAS}")
    if isinstance(values, (list, dict)) and values and all(map(_is_gap, values.values() if isinstance(values, dict) else values)):
        return StepMissing(
            "This is a column of gaps (NaN or <NA>). Either a step before left no row, or two columns were joined whose rows have different numbers at the left; "
            "of two single values, take each out first, with .item()."
        )
    if isinstance(answer, (list, set)) and len(answer) == 1:
        return Misfit("This is one value in brackets, and the task asks for the value by itself. Take the brackets off.")
    if not len(values):
        return Misfit("This is empty: the step before left no row, or no value was written. Compare the words and numbers that you asked for with those in the table.")
    if "bool" in str(getattr(answer, "dtype", "")):
        return Misfit("This is a column of True and False, one for each row. How many of them are True is counted with .sum().")
    return StepMissing("This is a column, a list or a table, and the task asks for one number. A column is added up with .sum(), its largest and smallest values are .max() and .min(), and what it holds is counted with len( ) or .nunique(). Where a single value is left, it is taken out with .item().")


def _is_gap(value):
    return value is None or str(value) in ("<NA>", "NaT") or (isinstance(value, float) and math.isnan(value))


def name(answer):
    """Return an answer that must be spelled exactly, such as the name of a column.

    Raises
    ------
    Misfit
    """
    if not isinstance(answer, str):
        raise Misfit(f"{_a(answer)}, and the task asks for a name between quotation marks.")
    return answer.strip()


def any_spelling(answer):
    """Return the written form under which every spelling of a name meets, whatever its capital letters."""
    return "~" + name(answer).casefold()


def to_the_digit(answer):
    """Return the written form of a number as it was given, whatever the tolerance: a rounded answer is known by it."""
    return f"={_number(answer, 0)}"


def _text(answer):
    value = plain(answer)
    if isinstance(value, (list, tuple, set)) and len(value) == 1:
        value = next(iter(value))
    if not isinstance(value, str):
        raise Misfit(f"{_a(answer)}, and the task asks for a text between quotation marks.")
    return " ".join(re.sub(r"[^\w\s%-]", " ", value.casefold()).split())


def _truth(answer):
    value = plain(answer)
    if not isinstance(value, bool):
        raise Misfit(f"{_a(value)}, and the task asks for True or False.")
    return value


def members(answer, kind="list"):
    """Return the members of a list, a set or a column, each in its written form and in the order given.

    Raises
    ------
    Misfit
    """
    return [written_form for written_form, _ in _members(answer, kind)]


def _members(answer, kind):
    """Return the members of an answer, each with what the student typed."""
    _refuse_tables(answer)
    answer = _one_column(answer)
    values = plain(answer)
    if isinstance(values, dict):
        values = list(values.values()) if hasattr(answer, "to_numpy") else list(values)
    brackets = "brackets, [ ] or { }" if kind == "set" else "square brackets, [ ]"
    if isinstance(values, (int, float)) and not isinstance(values, bool):
        raise Misfit(f"This is a single number, and the task asks for several values in {brackets}. If it counts them, give what you counted instead; if it is one of them, put the brackets around it.")
    if isinstance(values, str):
        raise Misfit(f"This is a single value, and the task asks for several: put {brackets}, around your values{', and each between quotation marks of its own' if ',' in values else ''}.")
    if not isinstance(values, (list, tuple, set, frozenset)):
        raise Misfit(f"{_a(values)}, and the task asks for several values in {brackets}.")
    if kind == "list" and isinstance(values, (set, frozenset)):
        raise Misfit("What stands in curly brackets has no order, and this task asks for one: use square brackets, [ ].")
    if len(values) == 1 and isinstance(only := next(iter(values)), str) and re.search(r"[^,]{1,24},[^,]", only) and len(only) < 60:
        raise StepMissing('This is one text with a comma in it. If it stands for several values, each gets quotation marks of its own, such as {"A", "F"}, and numbers get none.')
    return [(_member(value), str(value)) for value in _filled(values)]


def _refuse_tables(answer):
    """Refuse what holds values and is no list of them: a whole table, a column of True and False, and brackets around either."""
    if len(getattr(answer, "columns", ())) > 1:
        raise StepMissing("This is a whole table, and the task asks for some of its values. If they stand in a column, put its name in square brackets and quotation marks after the table; if they are the names of the rows, at the left, write .index after it.")
    if "bool" in str(getattr(answer, "dtype", "")):
        raise StepMissing("This is a column of True and False, one for each row. Put the comparison into the square brackets of its table, table[ ]; then take a column of the rows that are left, or their names, at the left, with .index.")
    if isinstance(answer, (list, tuple)) and any(isinstance(plain(value), (list, tuple, set, dict)) for value in answer):
        raise Misfit("Brackets stand here around something that holds several values already. Leave the outer brackets out, or take single values.")


def as_typed(answer, kind):
    """Return each member of a list, or each pair of a column, with what the student typed for it."""
    if kind == "mapping":
        return list(zip(pairs(answer), map(str, labelled(answer))))
    return list(dict(_members(answer, kind)).items())


def _filled(values):
    """Return the values of an answer, none of which may still be a gap to fill; None is what an empty cell of a table holds."""
    left = sum(is_blank(value) for value in values if value is not None)
    if left:
        raise Misfit(f"{left} of the {len(values)} values {'is' if left == 1 else 'are'} still to be filled in.")
    if any(value is None for value in values):
        raise StepMissing("Some values here are None, as in an empty cell of a table. If this is a whole row or column of it, keep what the task asks for, or write the values in brackets.")
    return values


def _member(value):
    value = plain(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return f"{value:.10g}"
    return _text(str(value))


def pairs(answer):
    """Return what a column of values says for each label, as texts ``label = value``. A value is a number or a text.

    Raises
    ------
    Misfit
    """
    values = labelled(answer)
    _filled(values.values())
    return [f"{_member(label)} = {_value(label, value)}" for label, value in values.items()]


def labelled(answer):
    """Return an answer as labels with a value each; a table will do if it holds one column, or labels and one column."""
    values = plain(_one_column(answer))
    if not isinstance(values, dict):
        raise Misfit(f'{_a(values)}, and the task asks for a value beside each label: a column as groupby gives it, or {{"A": ..., "B": ...}}.')
    if any(isinstance(value, dict) for value in values.values()):
        raise Misfit("This is a table with several columns. Choose one of them: its name in square brackets and quotation marks, after the table.")
    return values


def _one_column(answer):
    if not hasattr(answer, "columns") or not hasattr(answer, "iloc"):
        return answer
    if len(answer.columns) == 1:
        return answer.iloc[:, 0]
    labels_first = len(answer.columns) == 2 and list(answer.index) == list(range(len(answer)))
    return dict(zip(answer.iloc[:, 0].tolist(), answer.iloc[:, 1].tolist())) if labels_first else answer


def _value(label, value):
    """Return a value beside a label: a text with a letter in it as text, and all else as a number."""
    if isinstance(value, (list, tuple, set)):
        raise Misfit(f"Beside {label} stand several values in brackets. The task asks for one value beside each label.")
    if not isinstance(value, str):
        return _number(value, 0)
    if not re.search(r"[^\W\d_]", value):
        raise Misfit(f'Beside {label} stands "{value}", between quotation marks and without a letter. If the task asks for a number there, take the quotation marks out; if it asks for a word, write one of the words that it gives.')
    return _text(value)


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
    spec = answer if isinstance(answer, dict) else _specified(answer)
    if "mark" not in spec:
        raise Misfit("This chart is made of several. The task asks for one chart with one mark.")
    _refuse_work_while_drawing(spec)
    channels = {name: _column(channel) for name, channel in spec.get("encoding", {}).items()}
    return {"mark": _mark(spec)} | {name: column for name, column in channels.items() if column and name in CHANNELS}


def _mark(spec):
    return spec["mark"]["type"] if isinstance(spec["mark"], dict) else spec["mark"]


def _refuse_work_while_drawing(spec):
    """Refuse what makes a chart show other values, or other rows, than its columns hold: columns alone do not tell what it shows."""
    if spec.get("transform"):
        raise Misfit("This chart chooses or changes rows while it is drawn (transform). Keep the rows in the table first, then draw.")
    channels = {name: channel for name, channel in spec.get("encoding", {}).items() if name in CHANNELS and isinstance(channel, dict)}
    for word, (what, harmless) in _CHANGES.items():
        if any(channel.get(word, harmless[0]) not in harmless for channel in channels.values()):
            raise Misfit(f"This chart {what} while it is drawn ({word}), and does not show the values as the table has them. Leave {word} out.")
    for name in ("x", "y"):
        _refuse_cut_axis(name, channels.get(name, {}), spec)
    for channel in channels.values():
        _refuse_numbers_as_time(channel, spec)


def _refuse_cut_axis(name, channel, spec):
    """Refuse an axis that runs backwards, leaves values out, or lets bars begin elsewhere than at zero."""
    scale = channel.get("scale") or {}
    ends = _ends(scale)
    if scale.get("reverse") or (channel.get("type") in MEASURES and channel.get("sort") == "descending"):
        raise Misfit(f"The axis {name} of this chart runs backwards. Leave reverse and sort out of it.")
    if ends and not all(ends[0] <= value <= ends[1] for value in _numbers(spec, channel.get("field"))):
        raise Misfit(f"The axis {name} of this chart is given ends of its own (domain), and not all values lie between them. Leave the domain out.")
    if channel.get("type") == "quantitative" and _mark(spec) in ("bar", "area") and (scale.get("zero") is False or (ends and ends[0] > 0)):
        raise Misfit("These bars do not begin at zero, so their lengths cannot be compared. Leave zero and domain out of the scale.")


def _refuse_numbers_as_time(channel, spec):
    """Refuse a column of plain numbers that is read as time: a year would be so many thousandths of a second after 1970."""
    values = [row.get(channel.get("field")) for row in _rows(spec) or ()]
    if channel.get("type") == "temporal" and values and all(isinstance(value, (int, float)) for value in values):
        raise Misfit(f"{channel['field']} holds plain numbers, and :T reads them as points in time, thousandths of a second apart. Write :Q after its name.")


def _ends(scale):
    """Return the lowest and the highest value that an axis is given, two that hold nothing where they are no numbers, or None."""
    if not {"domain", "domainMin", "domainMax"} & set(scale):
        return None
    given = scale.get("domain", [scale.get("domainMin", -math.inf), scale.get("domainMax", math.inf)])
    numbers = isinstance(given, list) and all(isinstance(end, (int, float)) for end in given)
    return (min(given), max(given)) if numbers else (math.inf, -math.inf)


def _numbers(spec, field):
    """Return the values of a column that a chart holds, the texts as numbers that lie nowhere."""
    values = [row.get(field) for row in _rows(spec) or ()]
    return [value if isinstance(value, (int, float)) else math.nan for value in values if not _is_gap(value)]


def mistyped(chart, types):
    """Return what to say of a chart that takes quantities or points in time for names; nothing where it does not.

    Parameters
    ----------
    chart : object
    types : dict of str to list of str
        For each channel that needs them, the types that it may have: see `measured`.
    """
    encoding = (chart if isinstance(chart, dict) else chart.to_dict())["encoding"]
    for name, allowed in types.items():
        given = encoding[name].get("type")
        if given not in allowed:
            return f"The columns are right. But {encoding[name].get('field', name)} {MEASURES[allowed[0]]}. This chart takes it as :{given[0].upper()}."
    return ""


def measured(charts):
    """Return, for each axis whose column must be read as a quantity or as time, the types that some charts give it."""
    given = {name: sorted({chart["encoding"].get(name, {}).get("type") for chart in charts}, key=str) for name in ("x", "y")}
    return {name: types for name, types in given.items() if set(types) <= set(MEASURES)}


def _rows(spec):
    """Return the rows that a chart holds, or None where it does not hold its table."""
    data = spec.get("data") or {}
    return spec.get("datasets", {}).get(data.get("name"), data.get("values"))


def _specified(chart):
    """Return a chart's specification, or say why Altair cannot make it: mostly a column that the table does not have."""
    try:
        return chart.to_dict()
    except Exception as error:
        if type(getattr(chart, "mark", None)).__name__ == "UndefinedType":
            raise Misfit("This chart has no mark yet: after alt.Chart(...) comes .mark_line(), .mark_bar() or another.") from error
        reason = " ".join(str(error).split(". ")[0].split())
        raise Misfit(f"Altair cannot draw this chart. Compare the names of its columns with the table's headings. It says: {reason[:150]}") from error


def drawn(chart):
    """Return a digest of the values that a chart draws, or None where it does not hold its table.

    Their order makes no difference, nor do columns that the chart draws by none of `CHANNELS`.
    """
    spec = chart if isinstance(chart, dict) else chart.to_dict()
    rows = _rows(spec)
    if rows is None:
        return spec.get("drawn")
    fields = [channel["field"] for name, channel in sorted(spec.get("encoding", {}).items()) if name in CHANNELS and isinstance(channel, dict) and "field" in channel]
    values = sorted(json.dumps([_cell(row.get(field)) for field in fields]) for row in rows)
    return hashlib.sha256("\n".join(values).encode()).hexdigest()[:16]


def _cell(value):
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return "gap" if value != value else f"{value:.10g}"
    return "gap" if value is None else str(value)


def _column(channel):
    if not isinstance(channel, dict):
        return None
    field, aggregate = channel.get("field"), channel.get("aggregate")
    return f"{aggregate}({field or ''})" if aggregate else field


def _looks_like_chart(answer):
    if isinstance(answer, dict):
        return "mark" in answer and ("encoding" in answer or "$schema" in answer)
    return callable(getattr(answer, "to_dict", None)) and hasattr(answer, "encoding") or hasattr(answer, "mark") and hasattr(answer, "to_dict")


def plain(answer):
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
             "set": "a set", "str": "a text", "int": "a number", "float": "a number", "bool": "True or False",
             "tuple": "several values with commas between them", "ndarray": "a list", "StringArray": "a list", "Index": "a list", "RangeIndex": "a list",
             "Categorical": "a list", "int64": "a number", "float64": "a number", "Timedelta": "a length of time", "Timestamp": "a date", "date": "a date", "datetime": "a date", "Chart": "a chart", "LayerChart": "a chart made of several"}  # fmt: skip
    name = type(value).__name__
    if name.endswith("GroupBy"):
        return "This is a table parted into groups, and not yet what is to be found out of each, such as their .sum()"
    return f"This is {names.get(name, f'of the type {name}')}"
