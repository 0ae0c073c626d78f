"""What the families of charts share: the rows drawn, axes, tooltips, notes, and the reader's switch."""

from dataclasses import dataclass

import altair as alt

from acrosstheline.charts.theme import COUNTED_BY, INK, PALETTE, SIDES

LABEL_WIDTH = 175
_SHAPES = ["circle", "square", "triangle-up", "diamond", "cross"]
# Where a note stands beside its point: alignment, and pixels to the right and down.
PLACES = {
    "above": ("center", 0, -13), "below": ("center", 0, 20), "left": ("right", -10, 0), "right": ("left", 10, 0),
    "above left": ("right", -4, -13), "above right": ("left", 6, -11), "below left": ("right", -4, 19), "below right": ("left", 7, 15),
}


@dataclass(frozen=True)
class Switch:
    """A menu below the chart, with which the reader chooses the rows that it draws.

    Parameters
    ----------
    column : str
        The column by which rows are chosen.
    options : list of str
        Its values, as the menu shows them. The chart opens with the first.
    label : str
        What stands before the menu.
    everything : str, optional
        An option, put first, that draws all rows.
    buttons : bool
        Show round buttons instead of a menu: for two or three options.
    """

    column: str
    options: list
    label: str
    everything: str = None
    buttons: bool = False

    def apply(self, chart):
        """Return the chart with the menu, drawing only what it chooses."""
        name = f"choose_{self.column}"
        options = [self.everything, *self.options] if self.everything else list(self.options)
        binding = alt.binding_radio if self.buttons else alt.binding_select
        param = alt.param(name=name, value=options[0], bind=binding(options=options, name=f"{self.label} "))
        chosen = f"datum['{self.column}'] == {name}"
        if self.everything:
            chosen = f"{name} == {self.everything!r} || {chosen}"
        return chart.transform_filter(chosen).add_params(param)


def finish(chart, switch, height):
    """Return a chart with its height, and with the reader's switch if there is one."""
    chart = chart.properties(height=height)
    return switch.apply(chart) if switch else chart


def base(rows, columns, tips=(), switch=None):
    """Return a chart of some columns of some rows, and of no others: what is not drawn is not sent.

    Parameters
    ----------
    rows : pandas.DataFrame
    columns : list of str
        Columns drawn; None is passed over.
    tips : dict of str to str
        Columns for the tooltip, with their headings.
    switch : Switch, optional
    """
    wanted = dict.fromkeys([*columns, *tips, *([switch.column] if switch else [])])
    drawn = rows[[column for column in wanted if column]].copy()
    for column in drawn:
        if drawn[column].dtype.kind == "O" or str(drawn[column].dtype) in ("string", "str"):
            drawn[column] = drawn[column].astype(object).fillna("")
        elif drawn[column].dtype.kind in "iuf" and not drawn[column].isna().any():
            drawn[column] = drawn[column].astype("int64" if drawn[column].dtype.kind in "iu" else "float64")
    return alt.Chart(drawn).encode(tooltip=tooltip(drawn, tips))


def tooltip(rows, tips):
    """Return the lines of a tooltip; numbers get separators, years do not."""
    return [alt.Tooltip(column, type=_kind(rows, column), title=title, **_format(rows, column)) for column, title in dict(tips).items()]


def _kind(rows, column):
    return "quantitative" if rows[column].dtype.kind in "iuf" else "nominal"


def _format(rows, column):
    if rows[column].dtype.kind not in "iuf":
        return {}
    return {"format": "d" if column == "year" else ","}


def quantity(channel, rows, column, title, top=None, ticks=4):
    """Return an axis of amounts from zero; from a million on it counts in millions.

    Parameters
    ----------
    channel : type
        ``alt.X`` or ``alt.Y``.
    rows : pandas.DataFrame
    column : str
    title : str
    top : float, optional
        Where the axis ends; without it, where the rows end.
    ticks : int
        About how many values to mark.
    """
    millions = {"labelExpr": "datum.value == 0 ? '0' : datum.value / 1e6 + 'm'"} if rows[column].max() >= 1e6 else {"format": "~r"}
    scale = alt.Scale(domain=[0, top], nice=False) if top else alt.Scale(domainMin=0)
    return channel(column, type="quantitative", title=title, scale=scale, axis=alt.Axis(tickCount=ticks, **millions))


def moment(rows, column, title=None, limits=None, ticks=5, form="%Y"):
    """Return a horizontal axis of years (numbers) or of days (dates as text), which are the same days in every time zone."""
    scale = {"domain": list(limits), "nice": False} if limits else {"padding": 28}
    if rows[column].dtype.kind in "iuf":
        return alt.X(column, type="quantitative", title=title, scale=alt.Scale(**scale), axis=alt.Axis(format="d", tickCount=ticks))
    return alt.X(column, type="temporal", title=title, scale=alt.Scale(type="utc", **scale), axis=alt.Axis(format=form, tickCount=ticks))


def lines_of(rows, column):
    """Return a vertical axis with one line of the chart for each value, in the rows' order."""
    order = list(dict.fromkeys(rows[column]))
    return alt.Y(column, type="nominal", sort=order, title=None, scale=alt.Scale(domain=order), axis=alt.Axis(labelLimit=LABEL_WIDTH, labelPadding=10))


def looks(rows, column, given=None):
    """Return the colour and the shape of each kind, in the order of the legend.

    Parameters
    ----------
    rows : pandas.DataFrame
    column : str
    given : dict of str to tuple, optional
        A colour, or a colour and a shape, for each kind. Without it, who counted gets the colour and
        shape of the course, and other kinds get the palette's in their order.
    """
    if given:
        found = [look if isinstance(look, tuple) else (look, shape) for look, shape in zip(given.values(), _SHAPES)]
        return dict(zip(given, found))
    kinds = list(dict.fromkeys(rows[column]))
    sides = {name: COUNTED_BY[group] for group, name in SIDES.items() if name in kinds}
    return sides if len(sides) == len(kinds) else dict(zip(kinds, zip(PALETTE, _SHAPES)))


def color(column, look, legend=True, **options):
    """Return the colour of each kind, with a legend of their names."""
    scale = alt.Scale(domain=list(look), range=[colour for colour, _ in look.values()])
    return alt.Color(column, type="nominal", title=None, scale=scale, sort=list(look), legend=alt.Legend(**options) if legend else None)


def shape(column, look, legend=True, **options):
    """Return the shape of each kind: colour never carries a meaning alone."""
    scale = alt.Scale(domain=list(look), range=[form for _, form in look.values()])
    return alt.Shape(column, type="nominal", title=None, scale=scale, sort=list(look), legend=alt.Legend(**options) if legend else None)


def with_notes(rows, keys, notes):
    """Return the rows with what is written beside them.

    Parameters
    ----------
    rows : pandas.DataFrame
    keys : list of str
        The columns that tell a row.
    notes : dict
        For the values of ``keys`` (a tuple, or a single value): the words, or the words and their
        place, which is a name from ``PLACES`` or an alignment with pixels to the right and down.

    Raises
    ------
    ValueError
        If a note belongs to no row.
    """
    known = list(rows[keys].itertuples(index=False, name=None)) if len(keys) > 1 else list(rows[keys[0]])
    lost = [key for key in notes if key not in set(known)]
    if lost:
        raise ValueError(f"No row has {' and '.join(keys)} {lost[0]!r}: the note has no place.")
    told = [_note(notes.get(key, "")) for key in known]
    return rows.assign(**{f"note_{name}": [note[i] for note in told] for i, name in enumerate(("words", "align", "right", "down"))})


def _note(note):
    words, place = note if isinstance(note, tuple) else (note, "above")
    return words, *(PLACES[place] if isinstance(place, str) else place)


NOTE_COLUMNS = ["note_words", "note_align", "note_right", "note_down"]


def written(chart, ink=INK):
    """Return a layer that writes the notes of ``with_notes``; ``ink`` is a colour, or the line's own."""
    text = chart.transform_filter("datum.note_words != ''").mark_text(
        align=alt.expr("datum.note_align"), dx=alt.expr("datum.note_right"), dy=alt.expr("datum.note_down"), aria=False
    )
    return text.encode(text="note_words:N", tooltip=alt.value(None), **({"color": alt.value(ink)} if isinstance(ink, str) else {"color": ink}))
