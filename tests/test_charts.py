"""Figures: complete, described, sourced, the same on every run, and legible in light and dark."""

import json

import altair as alt
import pandas as pd
import pytest

from acrosstheline import figures, tables
from acrosstheline.charts import renderer, theme
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


def test_a_figure_carries_all_its_parts():
    bundle = make()._repr_mimebundle_()
    facts = bundle[renderer.MIME]["usermeta"]["figure"]
    assert bundle[renderer.MIME]["description"] == DESCRIPTION
    assert facts["rows"][0] == {"year": 1979, "people": 400000}
    assert facts["provenance"]["sources"][0]["publisher"]
    assert facts["must_know"]
    assert DESCRIPTION in bundle["text/plain"]


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


def luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("page", ["#ffffff", "#1b2027"])
@pytest.mark.parametrize("colour", theme.PALETTE)
def test_a_data_colour_shows_on_both_pages(colour, page):
    """WCAG 1.4.11 asks 3:1 of graphics."""
    assert contrast(colour, page) >= 3


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


def test_figure_names_are_unique_in_the_book():
    names = [param.values[1]["usermeta"]["figure"]["name"] for param in DRAWN]
    assert names and len(names) == len(set(names))


def test_a_table_with_empty_cells_makes_a_chart_that_is_json():
    refugees = tables.load("refugees")
    assert refugees["note"].isna().any()
    chart = alt.Chart(refugees).mark_line().encode(x="year:Q", y="people:Q")
    rows = next(iter(renderer.render(chart.to_dict())[renderer.MIME]["datasets"].values()))
    assert json.dumps(rows, allow_nan=False) and {row["note"] for row in rows} >= {None}
