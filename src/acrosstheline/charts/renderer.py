"""An Altair renderer whose output is the same on every run and needs no network.

Altair's own renderer writes random identifiers and asks a content network for Vega. This one emits
the chart's JSON under the one Vega-Lite MIME type that JupyterLab 4, Notebook 7 and JupyterLite draw
by themselves. The book draws the same JSON. Google Colab draws no Vega-Lite by itself: there, and
only there, Altair's own page of HTML does it.
"""

import sys

MIME = "application/vnd.vegalite.v5+json"


def render(spec, **_options):
    """Turn a Vega-Lite specification into a notebook output.

    Parameters
    ----------
    spec : dict
        The chart as Altair wrote it.

    Returns
    -------
    dict
        A MIME bundle: the specification, and its description as plain text. In Colab, HTML in its place.
    """
    if in_colab():
        return _as_html(spec)
    spec = {**_without_nan(spec), "$schema": "https://vega.github.io/schema/vega-lite/v5.json"}
    return {MIME: spec, "text/plain": f"[chart] {spec.get('description', 'no description')}"}


def in_colab():
    """Tell whether the code runs in Google Colab."""
    return "google.colab" in sys.modules


def _as_html(spec):
    from altair import renderers

    with renderers.enable("colab"):
        return renderers.get()(_without_nan(spec))


def _without_nan(part):
    """Return a specification with null for every NaN, which is no JSON: Altair leaves some for cells that are empty."""
    if isinstance(part, dict):
        return {key: _without_nan(value) for key, value in part.items()}
    if isinstance(part, list):
        return [_without_nan(value) for value in part]
    return None if part != part else part
