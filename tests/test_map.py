"""The map: lines drawn by their status, a cut that keeps to its frame, and lengths measured on a globe."""

import json
import re

import pandas as pd
import pytest

from acrosstheline import tables
from acrosstheline.charts import map as maps
from acrosstheline.charts import parts, theme
from acrosstheline.distance import length_km
from acrosstheline.site import figures as site_figures
from acrosstheline.site import map_cut

DRAWN = ["v5_21", "v6_4"]  # what notebooks draw with, and the site


def region():
    features, places = tables.load("map_features"), tables.load("map_places")
    features["status"] = features["status"].map({"border": "no dispute noted", "disputed": "disputed"})
    return maps.region(features, places, tips={"name": "Line", "status": "Status"}).to_dict()


@pytest.mark.parametrize("version", DRAWN)
def test_the_map_draws_in_both_versions(version):
    import vl_convert

    svg = vl_convert.vegalite_to_svg(region() | {"width": 340, "config": theme.config()}, vl_version=version.replace("v", "").replace("_", "."))
    assert svg.count("stroke-dasharray") >= 2 and "NaN" not in svg and "undefined" not in svg
    assert all(f">{name}<" in svg for name in tables.load("map_places")["name"])


def test_on_a_broad_page_the_map_fills_its_card():
    spec = region() | {"width": "container", "config": theme.config()}
    page = site_figures.figure_html(spec, {"name": "map", "title": "A", "finding": "B", "description": "C", "rows": [], "columns": {}, "numeric": [], "years": [], "provenance": {"tables": [], "sources": []}, "must_know": []}, "map.csv")
    narrow, wide = (int(height) for height in re.findall(r'<svg[^>]* height="(\d+)', page))
    assert narrow < 500 and wide > 700
    assert '"ratio"' in page.partition("application/json")[2], "the live map asks for it too"


def test_a_disputed_line_is_told_apart_by_more_than_colour():
    (_, plain_width, plain), (_, width, dashes) = maps.STATUS.values()
    assert dashes != plain and width != plain_width


def test_every_line_has_a_status_and_a_disputed_one_says_why():
    features = tables.load("map_features")
    lines = features[features["kind"] == "line"]
    assert lines["status"].notna().all()
    assert lines.loc[lines["status"] == "disputed", "note"].notna().all()
    assert "Durand Line" in set(lines.loc[lines["status"] == "disputed", "name"])


def test_the_shapes_are_small_and_keep_to_the_frame():
    assert (tables.data_folder() / "map_features.csv").stat().st_size <= 40_000
    for shape in tables.load("map_features")["geometry"]:
        for x, y in points_of(json.loads(shape)["coordinates"]):
            assert map_cut.WEST <= x <= map_cut.EAST and map_cut.SOUTH <= y <= map_cut.NORTH


def points_of(nested):
    return [nested] if isinstance(nested[0], (int, float)) else [point for part in nested for point in points_of(part)]


def test_a_ring_is_cut_at_the_frame():
    wide = [(50, 30), (50, 35), (90, 35), (90, 30)]
    assert sorted(set(map_cut.clip_ring(wide))) == [(map_cut.WEST, 30), (map_cut.WEST, 35), (map_cut.EAST, 30), (map_cut.EAST, 35)]
    assert map_cut.clip_ring([(0, 0), (0, 1), (1, 1)]) == []


def test_a_line_is_cut_into_the_runs_inside():
    points = [(0, 0), (1, 0), (9, 0), (2, 0), (3, 0), (4, 0)]
    assert map_cut.runs(points, lambda point: point[0] < 5) == [[(0, 0), (1, 0)], [(2, 0), (3, 0), (4, 0)]]


def test_a_degree_of_the_equator_is_111_kilometres():
    line = pd.DataFrame({"longitude": [0.0, 1.0, 2.0], "latitude": [0.0, 0.0, 0.0]})
    assert length_km(line) == pytest.approx(2 * 111.195, abs=0.01)
    assert length_km(line.head(1)) == 0


def test_a_finer_map_gives_a_longer_line():
    points = tables.load("border_points")
    coarse, middle, fine = (length_km(points[points["scale"] == f"1:{scale} million"]) for scale in (110, 50, 10))
    assert coarse < middle < fine


def test_names_stand_where_the_notes_say():
    places = tables.load("map_places")
    told = parts.with_notes(places, ["name"], {"Kabul": ("Kabul", "left")})
    assert told.set_index("name").loc["Kabul", "note_align"] == "right"
