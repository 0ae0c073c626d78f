"""Figures side by side, one line each: who gave which, how far two lie apart, how far one could move."""

import altair as alt

from acrosstheline.charts import parts
from acrosstheline.charts.theme import INK, MUTED


def dots(rows, label, value, who, *, text, title, looks=None, top=None, tips=(), switch=None, height=None):
    """Draw one dot a line, in the rows' order; a click in the legend brings out one kind.

    Parameters
    ----------
    rows : pandas.DataFrame
        One row a published figure.
    label, value, who, text : str
        The columns of the line's name, of the amount, of who counted, and of the words beside the dot.
    title : str
        What is counted, on the horizontal axis.
    """
    look = parts.looks(rows, who, looks)
    pick = alt.selection_point(name="pick_who", fields=[who], bind="legend")
    chart = parts.base(rows, [label, value, who, text], tips, switch).encode(
        y=parts.lines_of(rows, label),
        x=parts.quantity(alt.X, rows, value, title, top),
        opacity=alt.condition(pick, alt.value(1), alt.value(0.18)),
    )
    points = chart.mark_point(filled=True, size=110).encode(color=parts.color(who, look), shape=parts.shape(who, look)).add_params(pick)
    words = chart.mark_text(align="left", dx=9, color=INK).encode(text=f"{text}:N")
    return parts.finish(points + words, switch, height or 34 * rows[label].nunique())


def pairs(rows, label, value, kind, *, text, title, looks=None, top=None, tips=(), switch=None, height=None):
    """Draw two figures a line, joined, with words beside the larger.

    Parameters
    ----------
    rows : pandas.DataFrame
        Two rows a line; the larger has words in the column ``text``, the smaller an empty text.
    label, value, kind : str
        The columns of the line's name, of the amount, and of which of the two it is.
    """
    look = parts.looks(rows, kind, looks)
    chart = parts.base(rows, [label, value, kind, text], tips, switch).encode(y=parts.lines_of(rows, label))
    x = parts.quantity(alt.X, rows, value, title, top)
    joined = chart.mark_rule(strokeWidth=2, color=MUTED, aria=False).encode(x=alt.X(f"min({value}):Q", title=title), x2=f"max({value}):Q", tooltip=alt.value(None))
    words = chart.transform_filter(f"datum['{text}'] != ''").mark_text(align="left", dx=14, color=INK).encode(x=x, text=f"{text}:N")
    points = chart.mark_point(filled=False, size=150, strokeWidth=3, opacity=1).encode(x=x, color=parts.color(kind, look), shape=parts.shape(kind, look))
    return parts.finish(joined + words + points, switch, height or 72 * rows[label].nunique())


def spread(rows, label, value, low, high, kind, *, title, looks=None, top=None, tips=(), switch=None, height=None):
    """Draw one dot a line, with a bar from the lowest to the highest that it could be.

    Parameters
    ----------
    rows : pandas.DataFrame
        One row a dot.
    label, value, low, high, kind : str
        The columns of the line's name, of the amount and its bounds, and of the kind of dot.
    top : float, optional
        Where the axis ends, for a scale that is the same whatever the switch draws.
    """
    look = parts.looks(rows, kind, looks)
    chart = parts.base(rows, [label, value, low, high, kind], tips, switch).encode(y=parts.lines_of(rows, label))
    x = alt.X(low, type="quantitative", title=title, scale=alt.Scale(domain=[0, top], nice=False) if top else alt.Scale(zero=True))
    bars = chart.mark_rule(strokeWidth=3, color=MUTED, opacity=0.6).encode(x=x, x2=f"{high}:Q")
    legend = {"columns": 1}
    points = chart.mark_point(size=140, filled=True, opacity=1).encode(
        x=f"{value}:Q", color=parts.color(kind, look, **legend), shape=parts.shape(kind, look, **legend)
    )
    return parts.finish(bars + points, switch, height or 56 * rows[label].nunique())
