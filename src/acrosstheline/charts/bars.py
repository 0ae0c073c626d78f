"""A few totals as bars, whole or in parts."""

import json

import altair as alt
import pandas as pd

from acrosstheline.charts import parts
from acrosstheline.charts.theme import GRID, INK, ink_on

SMALLEST_LABELLED = 0.06  # of the longest bar: a narrower part has no room for its number


def bars(rows, label, value, kind, *, title, text=None, up_to=None, mark=None, looks=None, legend=True, top=None, tips=(), switch=None, height=None):
    """Draw one bar a row, in the rows' order.

    Parameters
    ----------
    rows : pandas.DataFrame
    label, value, kind : str
        The columns of the bar's name, of the amount, and of its kind, which gives the colour.
    title : str
        What is counted, on the horizontal axis.
    text : str, optional
        The column of the words after the bar.
    up_to : str, optional
        The column of the highest amount, where a source gives a range: a paler bar runs on to it.
    mark : tuple of float and str, optional
        An amount to compare with, and its words: a dashed line across the bars.
    """
    look = parts.looks(rows, kind, looks)
    chart = parts.base(rows, [label, value, kind, text, up_to], tips, switch).encode(y=parts.lines_of(rows, label), color=parts.color(kind, look, legend))
    layers = [chart.mark_bar(height={"band": 0.6}).encode(x=parts.quantity(alt.X, rows, value, title, top))]
    if up_to:
        layers.append(chart.mark_bar(height={"band": 0.6}, opacity=0.4, aria=False).encode(x=f"{value}:Q", x2=f"{up_to}:Q"))
    if text:
        layers.append(chart.mark_text(align="left", dx=6).encode(x=f"{value}:Q", text=f"{text}:N", color=alt.value(INK)))
    if mark:
        layers += _across(*mark)
    return parts.finish(alt.layer(*layers), switch, height or 66 * rows[label].nunique())


def _across(amount, words):
    """Return the layers of a dashed line across the bars, and of its words."""
    chart = alt.Chart(pd.DataFrame([{"amount": amount, "words": words}])).encode(x="amount:Q")
    line = chart.mark_rule(strokeWidth=2, strokeDash=[5, 4], color=INK)
    return [line, chart.mark_text(align="left", dx=6, y=-4, baseline="bottom", color=INK).encode(text="words:N")]


def stacked(rows, label, value, part, *, title, looks=None, legend=True, text=None, after=None, top=None, tips=(), switch=None, height=None):
    """Draw one bar a name, in the rows' order, cut into parts.

    Parameters
    ----------
    rows : pandas.DataFrame
        One row a part of a bar; rows of one bar and one part are added.
    label, value, part : str
        The columns of the bar's name, of the amount, and of the part, which gives the colour.
    title : str
        What is counted, on the horizontal axis.
    looks : dict of str to str, optional
        The colour of each part, in their order from the left.
    text : str, optional
        The column of the words inside a part; parts too narrow for words stay empty.
    after : dict of str to str, optional
        Words after the end of a bar, by its name.
    top : float, optional
        Where the axis ends, to leave room for words after the bars.
    """
    look = parts.looks(rows, part, looks)
    totals = rows.groupby(label)[value].sum()
    drawn = rows.assign(part_place=rows[part].map(list(look).index))
    chart = parts.base(drawn, [label, value, part, "part_place", text], tips, switch)
    added = [alt.Tooltip(f"sum({value}):Q", title=title) if column == value else alt.Tooltip(f"{column}:N", title=title) for column, title in dict(tips).items()]
    chart = chart.encode(y=parts.lines_of(rows, label), order=alt.Order("part_place:Q"), tooltip=added)
    x = alt.X(f"sum({value}):Q", title=title, **_up_to(top, totals.max()))
    layers = [chart.mark_bar(height={"band": 0.72}, stroke=GRID, strokeWidth=1).encode(x=x, color=parts.color(part, look, legend))]
    if text:
        layers.append(_inside(chart, value, part, text, look, totals.max()))
    if after:
        ends = pd.DataFrame([{label: name, "end": totals[name], "words": words} for name, words in after.items()])
        layers.append(alt.Chart(ends).mark_text(align="left", dx=6, lineBreak="\n", color=INK).encode(y=f"{label}:N", x="end:Q", text="words:N"))
    return parts.finish(alt.layer(*layers), switch, height or 62 * rows[label].nunique())


def _up_to(top, longest):
    """Return the scale and the axis of bars; where room is left after them, it has no marks."""
    if not top:
        return {"axis": alt.Axis(tickMinStep=1, tickCount=5)}
    return {"scale": alt.Scale(domain=[0, top], nice=False), "axis": alt.Axis(values=[0, float(longest / 2), float(longest)])}


def _inside(chart, value, part, text, look, longest):
    """Return a layer of words in the middle of the parts that have room for them."""
    inks = json.dumps({name: ink_on(colour) for name, (colour, _) in look.items()})
    words = chart.transform_filter(f"datum['{value}'] >= {SMALLEST_LABELLED * longest}").mark_text(color=alt.expr(f"{inks}[datum['{part}']]"))
    return words.encode(x=alt.X(f"{value}:Q", stack="zero", bandPosition=0.5), text=f"{text}:N", tooltip=alt.value(None))
