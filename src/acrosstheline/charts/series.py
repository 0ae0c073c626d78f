"""One measure over time: lines through regular counts, and single counts on their days."""

import altair as alt

from acrosstheline.charts import parts
from acrosstheline.charts.theme import MUTED

PLOT_HEIGHT = 0.65  # of a chart's height; the rest holds the legend and the axis
NAME_HEIGHT = 15  # pixels


def lines(rows, x, y, line, *, title, looks=None, legend=True, notes=None, ring=None, points=None, top=None, limits=None,
          end_names=False, x_title=None, form="%Y", switch=None, tips=(), height=340):
    """Draw one line for each kind, with a point at every count.

    Parameters
    ----------
    rows : pandas.DataFrame
        One row a count.
    x, y, line : str
        The columns of the year (or day), of the amount, and of what each line is.
    title : str
        What is counted, on the vertical axis.
    looks : dict of str to (colour, shape), optional
        For each line, in the legend's order.
    notes : dict, optional
        Words at a count: ``{("Pakistan", 2007): ("2007: recount", "right")}``; see `parts.with_notes`.
    ring : str, optional
        A column that is true where the way of counting changed: these counts get a ring.
    points : tuple of str and dict, optional
        A column and ``{kind: shape}``: the shape of a point then says its kind, not its line.
    end_names : bool
        Write each line's name at its end, in place of a legend.
    form : str
        How days are written on the axis, where ``x`` holds days.
    """
    look = parts.looks(rows, line, looks)
    named = legend and not end_names
    drawn = parts.with_notes(rows, [line, x], notes) if notes else rows
    if end_names:
        drawn = _with_ends(drawn, x, y, line, switch, height)
    kind, shapes = points or (None, {})
    chart = parts.base(drawn, [x, y, line, ring, kind, *drawn.columns.difference(rows.columns)], tips, switch).encode(
        x=parts.moment(rows, x, x_title, limits, form=form), y=parts.quantity(alt.Y, rows, y, title, top), color=parts.color(line, look, named, offset=26)
    )
    shape = _shape_of_kind(kind, shapes) if kind else parts.shape(line, look, named, offset=26)
    layers = [chart.mark_line(aria=False), chart.mark_point(size=85 if kind else 32, opacity=1, filled=True).encode(shape=shape)]
    if ring:
        rings = chart.transform_filter(f"datum['{ring}']")
        layers.append(rings.mark_point(size=260, filled=False, strokeWidth=2.5, shape="diamond", opacity=1, aria=False))
    if notes:
        layers.append(parts.written(chart))
    if end_names:
        names = chart.transform_filter("isValid(datum.name_at)").mark_text(align="left", dx=9, aria=False)
        layers.append(names.encode(y="name_at:Q", text=f"{line}:N", tooltip=alt.value(None)))
    return parts.finish(alt.layer(*layers), switch, height)


def _shape_of_kind(kind, shapes):
    return parts.shape(kind, {name: (MUTED, form) for name, form in shapes.items()}, offset=26, symbolFillColor=MUTED, symbolStrokeColor=MUTED)


def _with_ends(rows, x, y, line, switch, height):
    """Return the rows with ``name_at``: on each line's last row, the height at which its name is written."""
    ends = {}
    for _, panel in rows.groupby(switch.column) if switch else [(None, rows)]:
        last = panel.sort_values(x).groupby(line).tail(1).sort_values(y)
        gap = NAME_HEIGHT * panel[y].max() / (PLOT_HEIGHT * height)
        ends |= dict(zip(last.index, spread_out(last[y].astype(float), gap)))
    return rows.assign(name_at=rows.index.map(ends))


def spread_out(places, gap):
    """Return rising places, each moved up as far as the gap to the one before it needs."""
    moved = []
    for place in places:
        moved.append(max(place, moved[-1] + gap) if moved else place)
    return moved


def moments(rows, x, y, who, *, title, x_title=None, notes=None, key=None, looks=None, top=None, form="%b %Y", switch=None, tips=(), height=340):
    """Draw one point for each count on its day, by who counted.

    Parameters
    ----------
    rows : pandas.DataFrame
        One row a count.
    x, y, who : str
        The columns of the day (year-month-day), of the amount, and of who counted: names of ``theme.SIDES``.
    title : str
        What is counted, on the vertical axis.
    notes : dict, optional
        Words at a count, by the columns ``key``; see `parts.with_notes`.
    key : list of str, optional
        The columns that tell a row; needed with ``notes``.
    """
    marked = parts.with_notes(rows, key, notes) if notes else rows
    look = parts.looks(rows, who, looks)
    chart = parts.base(marked, [x, y, who, *(parts.NOTE_COLUMNS if notes else [])], tips, switch).encode(
        x=parts.moment(rows, x, x_title, ticks=4, form=form), y=parts.quantity(alt.Y, rows, y, title, top)
    )
    dots = chart.mark_point(filled=True, size=95, opacity=1).encode(color=parts.color(who, look, offset=24), shape=parts.shape(who, look, offset=24))
    return parts.finish(dots + parts.written(chart) if notes else dots, switch, height)
