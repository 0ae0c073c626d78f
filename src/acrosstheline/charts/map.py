"""A map: land in one colour, lines drawn by their status, places by name."""

import json

import altair as alt

from acrosstheline.charts import parts
from acrosstheline.charts.theme import BLUE, GRID, INK, MUTED, OCHRE

# How a line of each status is drawn: colour, thickness, and dashes.
STATUS = {"no dispute noted": (MUTED, 1.4, [1, 0]), "disputed": (OCHRE, 2.6, [7, 4])}
DOT = 34  # square pixels
RATIO = 1.08  # height by width on a broad page: the region is about as high as wide, and the legend stands above it


def region(features, places, *, tips=(), looks=None, height=400):
    """Draw the land, the lines between states and the places of a region.

    The projection is Mercator's: north is up everywhere. On a phone the map fits the width of the page;
    where there is room the book makes it higher as well, so that it fills its card.

    Parameters
    ----------
    features : pandas.DataFrame
        One row a shape, with the columns ``kind`` (land or line), ``name``, ``status`` (a key of the
        looks) and ``geometry`` (GeoJSON as text).
    places : pandas.DataFrame
        One row a name, with the columns ``kind`` (town or name), ``name``, ``longitude``, ``latitude``
        and, if wanted, those that `parts.with_notes` adds: where the name stands beside its dot.
    tips : dict of str to str
        Columns of the lines for the tooltip, with their headings.
    looks : dict of str to tuple, optional
        The colour, thickness and dashes of each status; the course's own if left out.

    Returns
    -------
    altair.LayerChart
    """
    looks = looks or STATUS
    land = _shapes(features[features["kind"] == "land"], [])
    lines = _shapes(features[features["kind"] == "line"], [*tips, "status"])
    drawn = [_land(land), *(_lines(lines, name, look, looks, tips) for name, look in looks.items()), *_places(places)]
    chart = alt.layer(*drawn).project(type="mercator").resolve_scale(color="shared", strokeDash="shared")
    return parts.finish(chart, None, height).properties(usermeta={"ratio": RATIO})


def _shapes(features, columns):
    """Return rows as GeoJSON features, which Vega draws, with some columns as their properties."""
    told = features[list(dict.fromkeys(columns))].fillna("").to_dict("records")
    return [{"type": "Feature", **row, "geometry": json.loads(shape)} for row, shape in zip(told, features["geometry"])]


def _land(shapes):
    chart = alt.Chart(alt.Data(values=shapes))
    return chart.mark_geoshape(fill=GRID, fillOpacity=0.45, stroke=MUTED, strokeWidth=0.4, aria=False)


def _lines(shapes, status, look, looks, tips):
    """Return the lines of one status; the legend names every status by its dashes."""
    _, width, _ = look
    domain = list(looks)
    dashes = alt.Scale(domain=domain, range=[dash for _, _, dash in looks.values()])
    colours = alt.Scale(domain=domain, range=[colour for colour, _, _ in looks.values()])
    legend = alt.Legend(symbolType="stroke", symbolSize=500, symbolStrokeWidth=2.5, labelLimit=220, columns=1)
    chart = alt.Chart(alt.Data(values=[shape for shape in shapes if shape["status"] == status]))
    return chart.mark_geoshape(filled=False, strokeWidth=width, strokeJoin="round").encode(
        strokeDash=alt.StrokeDash("status:N", title=None, scale=dashes, sort=domain, legend=legend),
        color=alt.Color("status:N", title=None, scale=colours, sort=domain, legend=legend),
        tooltip=[alt.Tooltip(f"{column}:N", title=title) for column, title in dict(tips).items()],
    )


def _places(places):
    """Return the dots of towns, their names, and the names of countries and regions."""
    if "note_words" not in places:
        places = parts.with_notes(places, ["name"], {name: (name, "right") for name in places["name"]})
    base = parts.base(places, ["name", "kind", "longitude", "latitude", *parts.NOTE_COLUMNS])
    base = base.encode(longitude="longitude:Q", latitude="latitude:Q", tooltip=alt.value(None))
    towns = base.transform_filter("datum.kind == 'town'")
    return [
        towns.mark_circle(size=DOT, opacity=1, color=BLUE, aria=False),
        towns.mark_text(align=alt.expr("datum.note_align"), dx=alt.expr("datum.note_right"), dy=alt.expr("datum.note_down"), aria=False).encode(
            text="note_words:N", color=alt.value(INK)
        ),
        base.transform_filter("datum.kind == 'name'").mark_text(fontWeight="bold", aria=False).encode(text="note_words:N", color=alt.value(MUTED)),
    ]
