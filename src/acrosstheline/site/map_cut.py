"""Cut the course's small regional map, and the points of the Durand Line, out of Natural Earth.

Natural Earth is in the public domain. It comes from the npm package ``world-atlas``, which carries
version 4.1.0 at three scales. To make both tables again::

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
    python -m acrosstheline.site.map_cut package data
    acrosstheline refresh
"""

import csv
import json
import sys
from pathlib import Path

WEST, SOUTH, EAST, NORTH = 60.0, 24.4, 77.9, 38.6
SCALES = {"10m": "1:10 million", "50m": "1:50 million", "110m": "1:110 million"}
SOURCE = "NATURAL_EARTH_41"
LINE = ("Afghanistan", "Pakistan")
# The border of Punjab begins where the old state of Jammu and Kashmir ends: east of this, on the line of India and Pakistan.
LAST_OF_JAMMU = 75.3
# Lines that a state does not accept: who, what of it, and where that is said.
DISPUTED = {
    LINE: ("Durand Line", "Pakistan holds it to be the international border; no Afghan government since 1947 has accepted it as final.", "AFINTL_DURAND_20251019"),
    ("India", "Pakistan"): ("Line of Control and working boundary", "A line of ceasefire in Jammu and Kashmir, and its continuation to the plain.", "DTIMES_LOC"),
    ("China", "Pakistan"): ("China and Pakistan in Kashmir", "India does not accept Pakistan's agreement with China on this line.", "ASIA_ATLAS_KASHMIR"),
    ("China", "India"): ("Line between China and India", "Held by two armies; the states do not agree on it.", "ASIA_ATLAS_KASHMIR"),
}


def read(folder, name):
    """Return the arcs of one TopoJSON file as lists of points, and its geometries."""
    topology = json.loads((Path(folder) / name).read_text(encoding="utf-8"))
    (kx, ky), (x0, y0) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for steps in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in steps:
            x, y = x + dx, y + dy
            points.append((x * kx + x0, y * ky + y0))
        arcs.append(points)
    return arcs, topology["objects"]


def borders(arcs, countries):
    """Return the lines that two countries share: the points for each pair of names."""
    owners = {}
    for country in countries["geometries"]:
        for number in _numbers(country.get("arcs", [])):
            owners.setdefault(number, set()).add(country["properties"]["name"])
    shared = {}
    for number, names in owners.items():
        if len(names) == 2:
            shared.setdefault(tuple(sorted(names)), []).append(arcs[number])
    return shared


def _numbers(nested):
    """Yield the numbers of the arcs in a geometry; a negative one is an arc walked backwards."""
    for part in nested:
        if isinstance(part, int):
            yield part if part >= 0 else ~part
        else:
            yield from _numbers(part)


def _inside(point):
    return WEST <= point[0] <= EAST and SOUTH <= point[1] <= NORTH


def runs(points, keep):
    """Return the stretches of a line on which every point passes a test."""
    found, current = [], []
    for point in points:
        if keep(point):
            current.append(point)
        elif current:
            found, current = [*found, current], []
    return [run for run in [*found, current] if len(run) > 1]


def clip_ring(ring):
    """Return a ring cut to the map's frame, side by side (Sutherland and Hodgman)."""
    for axis, limit, sign in ((0, WEST, 1), (0, EAST, -1), (1, SOUTH, 1), (1, NORTH, -1)):
        cut = []
        for before, point in zip([ring[-1], *ring[:-1]], ring):
            was_in, is_in = (sign * (p[axis] - limit) >= 0 for p in (before, point))
            if was_in != is_in:
                share = (limit - before[axis]) / (point[axis] - before[axis])
                crossing = [before[i] + share * (point[i] - before[i]) for i in (0, 1)]
                crossing[axis] = limit
                cut.append(tuple(crossing))
            if is_in:
                cut.append(point)
        ring = cut
        if not ring:
            return []
    return ring


def along_frame(ring):
    """Return a ring with a point each degree on the frame's upper and lower side, which a globe would bend."""
    dense = []
    for point, after in zip(ring, [*ring[1:], ring[0]]):
        dense.append(point)
        if point[1] == after[1] and point[1] in (SOUTH, NORTH):
            steps = int(abs(after[0] - point[0]))
            dense += [(point[0] + (after[0] - point[0]) * i / steps, point[1]) for i in range(1, steps)]
    return dense


def land(folder):
    """Return the land inside the frame as the rings of a GeoJSON MultiPolygon, outer rings clockwise."""
    arcs, objects = read(folder, "land-50m.json")
    polygons = [polygon for geometry in objects["land"]["geometries"] for polygon in geometry["arcs"]]
    cut = [clip_ring(_joined(arcs, polygon[0])) for polygon in polygons]
    rings = [_clockwise(rounded(along_frame(ring))) for ring in cut if len(ring) > 3]
    return [[[*ring, ring[0]]] for ring in rings]


def _joined(arcs, numbers):
    ring = []
    for number in numbers:
        points = arcs[number] if number >= 0 else arcs[~number][::-1]
        ring += points[1:] if ring else points
    return ring[:-1]


def _clockwise(ring):
    area = sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, [*ring[1:], ring[0]]))
    return ring if area < 0 else [ring[0], *ring[:0:-1]]


def rounded(points, digits=2):
    """Return points rounded, without repeats: two digits are a kilometre, which the map cannot show."""
    kept = []
    for point in ([round(c, digits) for c in p] for p in points):
        if not kept or point != kept[-1]:
            kept.append(point)
    return kept


def features(folder):
    """Return the rows of the table of map features: the land, and each line with its status."""
    arcs, objects = read(folder, "countries-50m.json")
    yield _row("land", "land", "Land", "", "Natural Earth's land; no country is coloured.", SOURCE, "MultiPolygon", land(folder))
    lines = borders(arcs, objects["countries"])
    for pair in sorted(lines):
        parts = [run for line in lines[pair] for run in runs(line, _inside)]
        if not parts:
            continue
        if pair == ("India", "Pakistan"):
            parts, plain = _at_end_of_jammu(parts[0])
            yield _line(pair, "border", [plain], ("India and Pakistan", "The border of 1947, outside Jammu and Kashmir.", "DTIMES_LOC"))
        if "Siachen Glacier" in pair:
            yield _line(pair, "disputed", parts, (f"Edge of the Siachen glacier ({' and '.join(n for n in pair if 'Siachen' not in n)})", "Held by armies; never agreed.", "ASIA_ATLAS_KASHMIR"))
        elif pair in DISPUTED:
            yield _line(pair, "disputed", parts, DISPUTED[pair])
        else:
            yield _line(pair, "border", parts, (" and ".join(pair), "", SOURCE))


def _at_end_of_jammu(points):
    """Split the line of India and Pakistan where it leaves the old state of Jammu and Kashmir."""
    end = next(i for i, point in enumerate(points) if point[0] > LAST_OF_JAMMU and point[1] < 33)
    return [points[: end + 1]], points[end:]


def _line(pair, status, parts, told):
    name, note, source = told
    key = "_".join(word.lower() for word in ("line", status, *pair)).replace(" ", "_")
    return _row(key, "line", name, status, note, source, "MultiLineString", [rounded(part) for part in parts])


def _row(key, kind, name, status, note, source, shape, coordinates):
    geometry = json.dumps({"type": shape, "coordinates": coordinates}, separators=(",", ":"))
    return {"feature_id": key, "kind": kind, "name": name, "status": status, "note": note, "source_id": source, "geometry": geometry}


def points(folder):
    """Return the rows of the table of points: the Durand Line from Iran to China, at three scales."""
    for scale, name in SCALES.items():
        arcs, objects = read(folder, f"countries-{scale}.json")
        (line,) = borders(arcs, objects["countries"])[LINE]
        line = line if line[0][0] < line[-1][0] else line[::-1]
        for number, (longitude, latitude) in enumerate(line, start=1):
            yield {"scale": name, "point": number, "longitude": f"{longitude:.3f}", "latitude": f"{latitude:.3f}", "source_id": SOURCE}


def write(path, rows):
    """Write rows as CSV, in the manner of the course's tables."""
    rows = list(rows)
    with Path(path).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main(package, data):
    """Write both tables into the folder of the data, from the folder of the unpacked npm package."""
    write(Path(data) / "map_features.csv", features(package))
    write(Path(data) / "border_points.csv", points(package))


if __name__ == "__main__":
    main(*sys.argv[1:])
