"""Figures: complete, described, sourced, the same on every run, and legible in light and dark."""

import json
import os
import re
import subprocess
import sys

import altair as alt
import pandas as pd
import pytest

from acrosstheline import figures, tables
from acrosstheline.charts import Switch, bars, dots, matrix, parts, renderer, series, theme, timeline
from course import CHAPTERS, read_notebook

DESCRIPTION = (
    "Line chart of refugees from Afghanistan recorded in Pakistan at the end of each year. The line starts at 400,000 in 1979, "
    "climbs to 3.3 million in 1990, and falls in steps."
)


def rows():
    refugees = tables.load("refugees")
    return refugees[refugees["country_of_asylum"] == "PAK"].head(5)


def make(**changes):
    data = rows()
    chart = alt.Chart(data).mark_line().encode(x="year:Q", y="people:Q").properties(height=300)
    parts = dict(
        name="refugees-in-pakistan", title="Refugees", finding="They rose.", description=DESCRIPTION,
        rows=data, columns={"year": "Year", "people": "Refugees"}, tables_used=["refugees"], years={"year"},
    )
    return figures.figure(chart, **{**parts, **changes})


def test_words_over_the_first_days_do_not_run_into_the_names_of_the_lines():
    phases = pd.DataFrame({"step": list("abcd"), "phase": ["one", "one", "two", "two"], "text": "9 September",
                           "day": ["2023-09-09", "2023-11-01", "2025-03-07", "2025-03-31"]})
    chart = timeline.spans(phases, "step", "day", "day", "phase", looks={"one": theme.BLUE, "two": theme.PLUM}, text="text", switch=Switch("phase", ["one", "two"], "Show"))
    (drawn,) = chart.to_dict()["datasets"].values()
    assert [row["text_at"] for row in drawn] == ["early", "day", "early", "day"], "each phase has an axis of its own"


@pytest.mark.parametrize("first, last", [(1976, 2025), (1979, 2025), (1947, 2024), (2002, 2023), (1893, 2023)])
def test_the_years_of_an_axis_do_not_touch(first, last):
    import vl_convert

    years = pd.DataFrame({"year": range(first, last + 1), "people": range(last - first + 1)})
    chart = alt.Chart(years).mark_line().encode(x=alt.X("year:Q", axis=alt.Axis(format="d")), y="people:Q")
    labels = vl_convert.vegalite_to_svg(chart.to_dict()).split('aria-label="X-axis')[1].split("role-axis-label")[1].split("</g>")[0]
    shown = re.findall(r'text-anchor="(\w+)" transform="translate\(([\d.]+),[^>]*opacity="1">(\d{4})', labels)
    width = 4 * 7  # four figures at 12 pixels
    left = [float(at) - {"start": 0, "middle": width / 2, "end": width}[anchor] for anchor, at, _ in shown]
    assert len(left) >= 3 and min(b - a for a, b in zip(left, left[1:])) >= width + 6


def test_a_figure_carries_all_its_parts():
    bundle = make()._repr_mimebundle_()
    facts = bundle[renderer.MIME]["usermeta"]["figure"]
    assert bundle[renderer.MIME]["description"] == DESCRIPTION
    assert facts["rows"][0] == {"year": 1979, "people": 400000}
    assert facts["provenance"]["sources"][0]["publisher"]
    assert facts["must_know"]
    assert DESCRIPTION in bundle["text/plain"]


def test_the_table_of_a_figure_keeps_its_order_through_a_notebook():
    """A notebook file sorts the keys of every dictionary."""
    facts = json.loads(json.dumps(make(columns={"year": "Year", "people": "Refugees", "country_of_asylum": "Where"}).facts, sort_keys=True))
    assert re.findall(r'<th scope="col"[^>]*>(\w+)</th>', figures.data_html(facts)) == ["Year", "Refugees", "Where"]


def test_a_figure_is_the_same_on_every_run():
    first, second = (json.dumps(make()._repr_mimebundle_()[renderer.MIME], sort_keys=True) for _ in range(2))
    assert first == second


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"title": " "}, "no title"),
        ({"finding": ""}, "no finding"),
        ({"description": "A chart."}, "120 are the least"),
        ({"name": "Refugees in Pakistan"}, "such as 'refugees-in-pakistan'"),
        ({"columns": {"persons": "Refugees"}}, "no column persons"),
        ({"rows": pd.DataFrame({"year": [1979], "people": [1]})}, "needs a source_id"),
        ({"rows": pd.DataFrame({"year": [1979], "people": [1], "source_id": ["NONE"]})}, "NONE"),
        ({"rows": pd.DataFrame({"year": [], "people": [], "source_id": []})}, "no rows"),
    ],
)
def test_an_incomplete_figure_is_refused(changes, says):
    with pytest.raises(ValueError, match=says):
        make(**changes)


@pytest.mark.parametrize("page", ["#ffffff", "#1b2027"])
@pytest.mark.parametrize("colour", theme.PALETTE)
def test_a_data_colour_shows_on_both_pages(colour, page):
    """WCAG 1.4.11 asks 3:1 of graphics."""
    assert theme.contrast(colour, page) >= 3


@pytest.mark.parametrize("colour", theme.PALETTE)
def test_words_can_be_read_on_a_data_colour(colour):
    """WCAG 1.4.3 asks 4.5:1 of text of this size; the grey of the palette allows 4.3."""
    assert theme.contrast(theme.ink_on(colour), colour) >= 4.3


# --- the families ----------------------------------------------------------------------------------

COUNTS = pd.DataFrame(
    {
        "year": [2006, 2007, 2006, 2007], "country": ["Pakistan", "Pakistan", "Iran", "Iran"], "people": [1_000_000, 2_000_000, 970_000, 960_000],
        "low": [0.9, 1.9, 0.9, 0.9], "high": [1.1, 2.1, 1.1, 1.1], "day": ["2006-12-31", "2007-12-31", "2006-12-31", "2007-12-31"],
        "ends": ["2006-12-31", "2008-12-31", "2008-12-31", "2008-12-31"], "who": ["UN", "Pakistan", "UN", "Pakistan"], "words": ["a", "b", "", ""],
        "unused": ["x"] * 4,
    }
)
TIPS = {"people": "People", "who": "Who"}
PLACE = Switch("country", ["Pakistan", "Iran"], "Country")
LOOKS = {"UN": theme.OCHRE, "Pakistan": theme.BLUE}
FAMILIES = {
    "lines": lambda: series.lines(COUNTS, "year", "people", "country", title="People", notes={("Pakistan", 2007): ("recount", "right")}, switch=PLACE, tips=TIPS),
    "moments": lambda: series.moments(COUNTS, "day", "people", "who", title="People", switch=PLACE, tips=TIPS),
    "dots": lambda: dots.dots(COUNTS, "country", "people", "who", text="words", title="People", switch=PLACE, tips=TIPS),
    "pairs": lambda: dots.pairs(COUNTS, "country", "people", "who", text="words", title="People", switch=PLACE, tips=TIPS),
    "spread": lambda: dots.spread(COUNTS, "country", "low", "low", "high", "who", title="People", switch=PLACE, tips=TIPS),
    "bars": lambda: bars.bars(COUNTS, "country", "people", "who", title="People", text="words", up_to="high", switch=PLACE, tips=TIPS),
    "stacked": lambda: bars.stacked(COUNTS, "country", "people", "who", title="People", text="words", switch=PLACE, tips=TIPS),
    "spans": lambda: timeline.spans(COUNTS, "country", "day", "ends", "who", looks=LOOKS, text="words", switch=PLACE, tips=TIPS),
    "grid": lambda: matrix.grid(COUNTS, "who", "year", {"people": "people", "low": "low"}, column_title="Year", switch=PLACE, tips=TIPS),
    "marks": lambda: matrix.marks(COUNTS, "words", "year", "who", columns=[2007, 2006], looks=LOOKS, column_title="Year", switch=PLACE, tips=TIPS),
}


@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_draws(family):
    import vl_convert

    spec = FAMILIES[family]().to_dict()
    svg = vl_convert.vegalite_to_svg(spec | {"width": 300}, vl_version="6.4")
    assert "mark-" in svg and "NaN" not in svg and "undefined" not in svg
    assert "unused" not in json.dumps(spec), "what is not drawn is not sent"


@pytest.mark.parametrize("family", FAMILIES)
def test_a_switch_chooses_the_rows_of_every_layer(family):
    """A layer with rows of its own would not follow the reader's choice."""
    spec = FAMILIES[family]().to_dict()
    assert {"filter": "datum['country'] == choose_country"} in spec["transform"]
    assert not [layer for layer in spec.get("layer", []) if "data" in layer]


def test_a_switch_can_show_everything_first():
    chart = Switch("country", ["Pakistan", "Iran"], "Country", everything="both").apply(parts.base(COUNTS, ["year"]).mark_point()).to_dict()
    assert chart["params"][0]["value"] == "both" and chart["params"][0]["bind"]["options"] == ["both", "Pakistan", "Iran"]
    assert chart["transform"] == [{"filter": "choose_country == 'both' || datum['country'] == choose_country"}]


def test_a_note_without_a_row_is_refused():
    with pytest.raises(ValueError, match="note has no place"):
        series.lines(COUNTS, "year", "people", "country", title="People", notes={("Pakistan", 1999): "no such year"})


def test_who_counted_keeps_its_colour_and_shape():
    assert parts.looks(COUNTS, "who") == {"Pakistan": theme.COUNTED_BY["pakistani_state"], "UN": theme.COUNTED_BY["un_intergovernmental"]}


def test_names_at_the_ends_of_lines_keep_apart():
    assert series.spread_out([1.0, 1.2, 5.0], 1) == [1.0, 2.0, 5.0]


def test_amounts_from_a_million_on_are_counted_in_millions():
    import altair as alt

    axes = [parts.quantity(alt.Y, COUNTS, column, "").to_dict()["axis"] for column in ("people", "low")]
    assert "1e6" in axes[0]["labelExpr"] and axes[1]["format"] == "~r"


def test_a_picture_keeps_what_it_shows_and_drops_the_rest():
    """Half a page's weight was names of parts that no reader meets, and coordinates to a millionth of a pixel."""
    from acrosstheline.charts.picture import thin

    svg = (
        '<svg width="10"><g class="mark-text" role="graphics-object" aria-label="x"><path class="background" aria-hidden="true" d="M0,0h0v0h0Z" pointer-events="none"/>'
        '<text x="1.23456" transform="translate(0.98765,2)" font-family="sans-serif" fill="#22272e" opacity="1">1.23456</text>'
        '<text font-family="sans-serif" opacity="0.5">b</text><path class="foreground" d="" display="none"/></g></svg>'
    )
    assert thin(svg) == (
        '<svg font-family="sans-serif" width="10"><g class="mark-text">'
        '<text x="1.2" transform="translate(0.9,2)" fill="#22272e">1.23456</text><text opacity="0.5">b</text></g></svg>'
    )


# --- the charts of the book ------------------------------------------------------------------------


def drawn():
    """Every chart in the book's notebooks, with the notebook it stands in."""
    for path in CHAPTERS:
        for cell in read_notebook(path)["cells"]:
            for output in cell.get("outputs", []):
                if renderer.MIME in output.get("data", {}):
                    yield pytest.param(path.stem, output["data"][renderer.MIME], id=f"{path.stem}-{output['data'][renderer.MIME].get('usermeta', {}).get('figure', {}).get('name')}")


DRAWN = list(drawn())


@pytest.mark.parametrize(("chapter", "spec"), DRAWN)
def test_a_chart_in_the_book_is_a_whole_figure(chapter, spec):
    facts = spec["usermeta"]["figure"]
    assert facts["title"] and facts["finding"] and facts["rows"] and facts["columns"]
    assert len(spec["description"]) >= figures.SHORTEST_DESCRIPTION
    assert "_" not in spec["description"] and facts["name"] not in spec["description"], "a description is no identifier"
    assert any(character.isdigit() for character in spec["description"]), "a description gives its turning points"
    assert facts["provenance"]["sources"] and facts["provenance"]["tables"] and facts["must_know"]
    known = set(tables.load("sources")["source_id"])
    assert {source["source_id"] for source in facts["provenance"]["sources"]} <= known


@pytest.mark.parametrize(("chapter", "spec"), DRAWN)
def test_a_chart_names_its_parameters(chapter, spec):
    """Altair's automatic names depend on the order of the run."""
    names = [param["name"] for param in spec.get("params", [])]
    assert not [name for name in names if name.startswith("param_")]


@pytest.mark.parametrize(("chapter", "spec"), DRAWN)
def test_a_chart_has_a_width_of_its_own_in_jupyter(chapter, spec):
    """JupyterLab's Vega never finishes drawing a chart that asks for the width of its container."""
    assert isinstance(spec["width"], int) and spec["usermeta"]["fills"]


def test_a_chart_of_days_is_the_same_in_every_time_zone():
    """A day is written without an hour: read as midnight in UTC and shown in New York, it would be the day before."""
    specs = [json.dumps(param.values[1]) for param in DRAWN if '"temporal"' in json.dumps(param.values[1])]
    draw = "import json, sys; from acrosstheline.charts.picture import picture; print(json.dumps([picture(spec, 600, 'zone') for spec in json.load(sys.stdin)]))"
    west, east = (
        json.loads(subprocess.run([sys.executable, "-c", draw], input=json.dumps(specs), env={**os.environ, "TZ": zone}, capture_output=True, text=True, check=True).stdout)
        for zone in ("America/Los_Angeles", "Pacific/Kiritimati")
    )
    assert len(west) > 10 and west == east


def test_figure_names_are_unique_in_the_book():
    names = [param.values[1]["usermeta"]["figure"]["name"] for param in DRAWN]
    assert names and len(names) == len(set(names))


def test_a_table_with_empty_cells_makes_a_chart_that_is_json():
    refugees = tables.load("refugees")
    assert refugees["note"].isna().any()
    chart = alt.Chart(refugees).mark_line().encode(x="year:Q", y="people:Q")
    rows = next(iter(renderer.render(chart.to_dict())[renderer.MIME]["datasets"].values()))
    assert json.dumps(rows, allow_nan=False) and {row["note"] for row in rows} >= {None}


def test_in_colab_a_chart_is_html(monkeypatch):
    """Built as Colab's own renderer is; nobody has run it in Colab itself."""
    monkeypatch.setitem(sys.modules, "google.colab", object())
    bundle = renderer.render({"mark": "bar", "data": {"values": [{"a": 1}]}, "encoding": {"x": {"field": "a", "type": "quantitative"}}})
    assert set(bundle) == {"text/html"} and '"mark": "bar"' in bundle["text/html"]
    assert alt.renderers.active == "acrosstheline"
