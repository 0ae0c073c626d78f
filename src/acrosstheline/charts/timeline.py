"""When things began and ended."""

import altair as alt
import pandas as pd

from acrosstheline.charts import parts
from acrosstheline.charts.theme import INK

ALIGN = {"start": "left", "end": "right", "day": "center", "early": "left"}  # of the words above a span
EARLY = 0.2  # the first fifth of the axis: there, words centred over a diamond would run into the lines' names


def spans(rows, label, start, end, kind, *, looks, text, form="%-d %b", ticks=3, tips=(), switch=None, height=None):
    """Draw one bar a line, from a day to a day; where both are the same day, a diamond.

    Parameters
    ----------
    rows : pandas.DataFrame
        One row a span.
    label, start, end, kind : str
        The columns of the line's name, of the first and the last day (year-month-day), and of the kind of span.
    looks : dict of str to str
        The colour of each kind.
    text : str
        The column of the words above the bar. They stand at its start, unless the row's column
        ``text_at`` says ``end``.
    form : str
        How days are written on the axis.
    """
    look = {name: one for name, one in parts.looks(rows, kind, looks).items() if name in set(rows[kind])}
    is_day = rows[start] == rows[end]
    stands = rows.get("text_at", pd.Series("start", rows.index)).mask(is_day, "day").mask(is_day & _early(rows, start, end, switch), "early")
    drawn = rows.assign(is_day=is_day, text_at=stands)
    chart = parts.base(drawn, [label, start, end, kind, text, "is_day", "text_at"], tips, switch).encode(
        y=parts.lines_of(rows, label), color=parts.color(kind, look, labelLimit=110, symbolOpacity=1, symbolType="square")
    )
    scale = alt.Scale(type="utc", nice=False)  # the same days in every time zone
    x = alt.X(start, type="temporal", title=None, scale=scale, axis=alt.Axis(format=form, tickCount=ticks))
    edge = alt.expr(f"scale('color', datum['{kind}'])")  # it keeps a bar of a few days in sight
    layers = [chart.transform_filter("!datum.is_day").mark_bar(height=9, stroke=edge, strokeWidth=1.5).encode(x=x, x2=f"{end}:T")]
    layers += [_words(chart, place, end if place == "end" else start, text, scale) for place in ALIGN if place in set(drawn["text_at"])]
    if is_day.any():
        layers.append(chart.transform_filter("datum.is_day").mark_point(shape="diamond", size=160, opacity=1, filled=True).encode(x=x))
    return parts.finish(alt.layer(*layers), switch, height or 42 * len(rows))


def _early(rows, start, end, switch):
    """Tell of each row whether it begins in the first part of the axis, which a switch draws anew for each of its options."""
    axis = rows[switch.column] if switch else pd.Series(0, rows.index)
    begins, ends = pd.to_datetime(rows[start]), pd.to_datetime(rows[end])
    first, last = begins.groupby(axis).transform("min"), ends.groupby(axis).transform("max")
    return begins - first < EARLY * (last - first)


def _words(chart, place, column, text, scale):
    """Return a layer of the words above the bars' starts, their ends, or the diamonds."""
    some = chart.transform_filter(f"datum.text_at == '{place}'").mark_text(align=ALIGN[place], dx=-6 if place == "early" else 0, dy=-13)
    return some.encode(x=alt.X(column, type="temporal", scale=scale), text=f"{text}:N", color=alt.value(INK))
