"""Rows against columns: how much, how often, or of which kind, in each cell."""

import altair as alt

from acrosstheline.charts import parts
from acrosstheline.charts.theme import BLUE, INK, MUTED

LINE = 13  # pixels from one word of a column's name to the next


def grid(rows, row, column, measures, *, column_title, place=None, switch=None, tips=(), height=370):
    """Draw a number in each cell, on a circle as large as the number.

    Parameters
    ----------
    rows : pandas.DataFrame
        One row a cell.
    row, column : str
        The columns that give a cell its place.
    measures : dict of str to str
        What the reader can have shown, with the column that holds it. The chart opens with the first.
    column_title : str
        What the columns are, above them.
    place : str, optional
        The column that orders the rows.
    """
    names = list(measures)
    measure = alt.param(name="choose_measure", value=names[0], bind=alt.binding_radio(options=names, name="Show "))
    chosen = " : ".join([*(f"choose_measure == {name!r} ? datum['{measures[name]}']" for name in names[:-1]), f"datum['{measures[names[-1]]}']"])
    order = alt.EncodingSortField(place, op="min") if place else list(dict.fromkeys(rows[row]))
    chart = (
        parts.base(rows, [row, column, place, *measures.values()], tips, switch)
        .transform_calculate(shown=chosen)
        .encode(
            x=alt.X(column, type="nominal", title=column_title, axis=alt.Axis(orient="top", labelAngle=0)),
            y=alt.Y(row, type="nominal", title=None, sort=order, axis=alt.Axis(labelLimit=150, minExtent=128, labelPadding=10)),
        )
    )
    circles = chart.mark_circle(color=BLUE, opacity=0.38, aria=False).encode(size=alt.Size("shown:Q", scale=alt.Scale(range=[0, 1000]), legend=None))
    numbers = chart.mark_text(fontSize=13).encode(text="shown:Q", color=alt.condition("datum.shown > 0", alt.value(INK), alt.value(MUTED)))
    drawn = parts.finish(circles + numbers, switch, height)
    return drawn.add_params(measure) if len(names) > 1 else drawn  # one measure leaves nothing to choose


def marks(rows, row, column, kind, *, columns, looks, column_title, tips=(), switch=None, height=None):
    """Draw a mark in each cell that has one, of the colour and shape of its kind; an empty cell stays empty.

    Parameters
    ----------
    rows : pandas.DataFrame
        One row a mark, in the order of the drawing.
    row, column, kind : str
        The columns that give a mark its place, and of what kind it is.
    columns : list
        The columns from left to right. Their names are written one word a line.
    looks : dict of str to str
        The colour of each kind.
    column_title : str
        What the columns are, above them.
    """
    look, legend = parts.looks(rows, kind, looks), {"columns": 1, "labelLimit": 300}
    deep = max(len(str(name).split()) for name in columns)
    top = alt.Axis(orient="top", labelAngle=0, labelExpr="split(datum.label, ' ')", labelLineHeight=LINE, labelPadding=6 + LINE * (deep - 1), grid=True, ticks=False)
    chart = parts.base(rows, [row, column, kind], tips, switch).encode(
        x=alt.X(column, type="nominal", title=column_title, sort=columns, scale=alt.Scale(domain=columns), axis=top),
        y=parts.lines_of(rows, row),
        color=parts.color(kind, look, **legend),
        shape=parts.shape(kind, look, **legend),
    )
    return parts.finish(chart.mark_point(filled=True, size=170, opacity=1), switch, height or 44 * rows[row].nunique())
