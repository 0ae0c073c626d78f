"""Tables and numbers as an exercise prints them: words begin at the left, where they can be read, numbers end at the right, and one alone is a number and no more. Standard library only."""

import re
import sys

from acrosstheline import kernel

_ROW = re.compile(r"<tr.*?</tr>", re.DOTALL)
_CELL = re.compile(r"<(t[dh])([^>]*)>(.*?)</\1>", re.DOTALL)
_DAY = re.compile(r"\d{4}-\d\d(?:-\d\d)?")
_WORDS = re.compile(r"(?!(?:NaN|NaT|None|True|False|&lt;NA&gt;)$).*[^\W\d_]{2}", re.DOTALL)


def align_in_notebook():
    """From now on, print this notebook's tables so; outside a notebook, or without pandas, do nothing."""
    shell = kernel.shell()
    if shell is not None and "pandas" in sys.modules:
        shell.display_formatter.formatters["text/html"].for_type(sys.modules["pandas"].DataFrame, aligned)
        numpy, printer = sys.modules["numpy"], shell.display_formatter.formatters["text/plain"]
        for kind in set(numpy.sctypeDict.values()):  # each by itself, since each has its own way to print, which comes before its parents'
            if issubclass(kind, (numpy.number, numpy.bool_, numpy.str_)):
                printer.for_type(kind, plain)


def plain(value, printer, _cycle):
    """Print a single value of NumPy as Python prints its own: 829179, and not np.int64(829179)."""
    printer.text(repr(value.item()))


def aligned(table):
    """Return a table as HTML, with each column that holds words at the left, its heading too, and each day on one line.

    Parameters
    ----------
    table : pandas.DataFrame

    Returns
    -------
    str or None
        None where pandas is told to print no HTML.
    """
    html = table._repr_html_()
    if html is None:
        return None
    words = {place for row in _ROW.findall(html) for place, (kind, _, text) in enumerate(reversed(_CELL.findall(row))) if kind == "td" and _WORDS.match(text)}
    return _ROW.sub(lambda row: _styled(row[0], words), html)


def _styled(row, words):
    """Return a row with its cells in some columns, counted from the right, put to the left, and no day broken in two."""
    places = iter(range(len(_CELL.findall(row)) - 1, -1, -1))

    def styled(cell):
        wanted = {"text-align: left": next(places) in words, "white-space: nowrap": _DAY.fullmatch(cell[3].strip())}
        style = "; ".join(rule for rule, holds in wanted.items() if holds)
        return f'<{cell[1]}{cell[2]} style="{style}">{cell[3]}</{cell[1]}>' if style else cell[0]

    return _CELL.sub(styled, row)
