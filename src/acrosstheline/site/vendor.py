"""Serve what pages need from the site itself: Vega, and the icon font cut to the icons in use."""

from functools import lru_cache
from pathlib import Path

from acrosstheline.charts.picture import VEGA_LITE



def serve_vega(app, error):
    """Write Vega, Vega-Lite and Vega-Embed, which the vl-convert package carries, as one script."""
    if error or app.builder.format != "html":
        return
    target = Path(app.outdir) / "_static" / "vega.js"
    script = _vega_bundle()
    if not target.exists() or target.stat().st_size != len(script.encode()):
        target.write_text(script, encoding="utf-8")


@lru_cache
def _vega_bundle():
    import vl_convert

    bundle = vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;", vl_version=VEGA_LITE)
    return f"(function(){{{bundle}}})();"  # the bundle's names must not meet the page's
