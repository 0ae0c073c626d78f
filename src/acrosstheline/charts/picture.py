"""Draw a chart as a picture, for a page or a slide that shows it at once, with no script."""

import hashlib
import json
import re
from functools import lru_cache

VEGA_LITE = "6.4"
# What a picture that has a name of its own does not need: names of its parts, and answers to the pointer.
_UNUSED = re.compile(
    r'<path class="(?:foreground|background)"(?: aria-hidden="true")? d="(?:M0,0h0v0h0Z)?"[^>]*/>'
    r'| (?:aria-[a-z]+|role|pointer-events|stroke-miterlimit)="[^"]*"| opacity="1"'
)
_LONG_NUMBER = re.compile(r"(\d+\.\d)\d+")
_FONT = re.compile(r' font-family="([^"]*)"')


@lru_cache(maxsize=None)
def picture(spec, width, name, height=None):
    """Draw a specification as SVG, with identifiers of its own.

    Parameters
    ----------
    spec : str
        A chart in Vega-Lite, as JSON; its width must be ``"container"``.
    width : int
    name : str
        The figure's: with the width, what sets its identifiers apart from those of other pictures on a page.
    height : int, optional
        By default the chart's own.

    Returns
    -------
    str
    """
    import vl_convert

    spec = json.loads(spec)
    if spec.get("width") == "container":
        spec["width"] = width
    if height:
        spec["height"] = height
    if width < 420:
        spec.setdefault("config", {}).setdefault("legend", {})["columns"] = 1
    for param in spec.get("params", []):
        param.pop("bind", None)
    svg = vl_convert.vegalite_to_svg(spec, vl_version=VEGA_LITE)
    unique = hashlib.sha256(f"{name}-{width}".encode()).hexdigest()[:6]
    svg = re.sub(r'\bid="([^"]+)"', rf'id="{unique}-\1"', svg)
    svg = re.sub(r"url\(#([^)]+)\)", rf"url(#{unique}-\1)", svg)
    return thin(svg)


def thin(svg):
    """Return a picture without what it does not show: tenths of a pixel are enough, and one font is named once."""
    svg = _UNUSED.sub("", svg)
    svg = re.sub(r'(?<= )(?:d|transform|x|y|x1|x2|y1|y2|width|height)="[^"]*"', lambda found: _LONG_NUMBER.sub(r"\1", found[0]), svg)
    fonts = set(_FONT.findall(svg))
    return _FONT.sub("", svg).replace("<svg ", f'<svg font-family="{fonts.pop()}" ', 1) if len(fonts) == 1 else svg
