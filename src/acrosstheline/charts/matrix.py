"""Rows against columns: how much, or how often, in each cell."""

import altair as alt

from acrosstheline.charts import parts
from acrosstheline.charts.theme import BLUE, INK, MUTED


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
