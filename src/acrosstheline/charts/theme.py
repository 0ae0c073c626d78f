"""The look of the charts: colours that hold in light and dark, and favour no flag.

The five data colours keep 3:1 contrast on the light and on the dark page, and stay apart for readers
who see colours differently. None is the green, red, black or white of a flag in this story. The inks
(`INK`, `MUTED`, `GRID`) are what the site's style sheet swaps when the page is dark.
"""

import altair as alt

BLUE, OCHRE, PLUM, SLATE, SKY = "#1f6fb2", "#c47a12", "#9a5bb0", "#6b7b8b", "#2b93bf"
PALETTE = [BLUE, OCHRE, PLUM, SLATE, SKY]
INK, MUTED, GRID = "#22272e", "#57606a", "#d7dce1"
WHITE, DARK = "#ffffff", "#111418"  # on data colours: the same on a light and on a dark page
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif"

# Who counted keeps one colour and one shape in every chart of the course.
COUNTED_BY = {
    "pakistani_state": (BLUE, "circle"),
    "un_intergovernmental": (OCHRE, "square"),
    "afghan_authorities": (PLUM, "triangle-up"),
    "pakistani_press": (SLATE, "diamond"),
    "international_press": (SLATE, "cross"),
    "scholar_think_tank": (SKY, "triangle-down"),
}

# Short names of who counted, for legends.
SIDES = {
    "pakistani_state": "Pakistan",
    "un_intergovernmental": "UN",
    "afghan_authorities": "Taliban authorities",
    "pakistani_press": "Pakistani press",
    "international_press": "international press",
    "scholar_think_tank": "scholars",
}

ORIGIN_NAMES = {
    "pakistani_state": "Pakistani state",
    "afghan_authorities": "Afghan authorities",
    "un_intergovernmental": "UN and intergovernmental",
    "ngo_charity": "NGO and charity",
    "pakistani_press": "Pakistani press",
    "afghan_press": "Afghan press",
    "international_press": "International press",
    "scholar_think_tank": "Scholar and think tank",
    "armed_group": "Armed group",
    "affected_person": "Affected person",
    "other_state": "Another state",
    "unknown": "Not known",
}


def luminance(colour):
    """Return the relative luminance of a colour such as ``#1f6fb2``, as WCAG 2 defines it."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    """Return the contrast of two colours, from 1 to 21, as WCAG 2 defines it."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def ink_on(colour):
    """Return the ink, white or nearly black, that is easier to read on a data colour."""
    return max((WHITE, DARK), key=lambda ink: contrast(ink, colour))


def config():
    """Return the Vega-Lite configuration of the course's charts."""
    text = {"labelColor": MUTED, "titleColor": MUTED, "labelFont": FONT, "titleFont": FONT}
    return {
        "background": "transparent",
        "font": FONT,
        "title": {"anchor": "start", "color": INK, "subtitleColor": MUTED, "fontSize": 16, "subtitleFontSize": 13, "offset": 12},
        "view": {"stroke": "transparent", "continuousWidth": 420, "continuousHeight": 260},  # a student's chart that names no size
        "axis": {**text, "labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal",
                 "domainColor": GRID, "tickColor": GRID, "gridColor": GRID, "gridOpacity": 0.6},
        "axisX": {"grid": False, "labelFlush": True, "labelSeparation": 8},  # flush ends come near their neighbours
        "axisY": {"titleAngle": 0, "titleAlign": "left", "titleAnchor": "start", "titleY": -8, "titleX": 0, "titleBaseline": "bottom",
                  "domain": False, "ticks": False, "labelPadding": 6},
        "legend": {**text, "labelColor": INK, "labelFontSize": 12, "titleFontSize": 12, "orient": "top", "direction": "horizontal",
                   "columns": 2, "offset": 22, "labelLimit": 150, "titleFontWeight": "normal", "symbolSize": 90},
        "text": {"color": INK, "font": FONT, "fontSize": 12},
        "rule": {"color": MUTED},
        "range": {"category": PALETTE},
        "line": {"strokeWidth": 2.5},
        "point": {"filled": True, "size": 70},
        "bar": {"color": BLUE},
    }


@alt.theme.register("acrosstheline", enable=True)
def _theme():
    return alt.theme.ThemeConfig({"config": config()})


alt.renderers.enable("acrosstheline")
