"""How long is a line of points on the globe?"""

from math import asin, cos, radians, sin, sqrt

EARTH_KM = 6371.0088  # mean radius


def length_km(points):
    """Add up the distances from each point to the next, along the surface of a globe.

    Parameters
    ----------
    points : pandas.DataFrame
        The points in their order, with the columns ``longitude`` and ``latitude`` in degrees.

    Returns
    -------
    float
        Kilometres; zero for fewer than two points.
    """
    places = list(zip(points["longitude"], points["latitude"]))
    return sum(_step(one, other) for one, other in zip(places, places[1:]))


def _step(one, other):
    """Return the kilometres between two points (haversine formula)."""
    (x1, y1), (x2, y2) = (map(radians, map(float, point)) for point in (one, other))
    bend = sin((y2 - y1) / 2) ** 2 + cos(y1) * cos(y2) * sin((x2 - x1) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(bend))
