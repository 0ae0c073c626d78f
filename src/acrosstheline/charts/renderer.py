"""An Altair renderer whose output is the same on every run and needs no network.

Altair's own renderer writes random identifiers and asks a content network for Vega. This one emits
the chart's JSON under the one Vega-Lite MIME type that JupyterLab 4, Notebook 7 and JupyterLite draw
by themselves. The book draws the same JSON.
"""

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
        A MIME bundle: the specification, and its description as plain text.
    """
    spec = {**spec, "$schema": "https://vega.github.io/schema/vega-lite/v5.json"}
    return {MIME: spec, "text/plain": f"[chart] {spec.get('description', 'no description')}"}
