"""Draw the figures of the notebooks in the book: a picture first, the live chart on approach."""

import copy
import csv
import json
import re
from pathlib import Path

from docutils import nodes
from myst_nb.core.render import MimeRenderPlugin

from acrosstheline import figures, markup
from acrosstheline.charts.picture import picture
from acrosstheline.charts.renderer import MIME


class FigureMime(MimeRenderPlugin):
    """MyST-NB's plugin for Vega-Lite outputs."""

    mime_priority_overrides = [("*", MIME, 1)]

    @staticmethod
    def handle_mime(renderer, data, inline):
        """Return the nodes for one figure, or None to leave the output to MyST-NB."""
        if inline or data.mime_type != MIME:
            return None
        spec = data.content if isinstance(data.content, dict) else json.loads(data.content)
        env = renderer.renderer.sphinx_env
        if "figure" not in spec.get("usermeta", {}):
            raise ValueError(f"{env.docname}: a chart is not a figure. Show it with atl.figure(...).")
        spec = copy.deepcopy(spec)
        usermeta = spec.pop("usermeta")
        facts = usermeta["figure"]
        if usermeta.get("fills"):
            spec["width"] = "container"
        if "ratio" in usermeta:
            spec["usermeta"] = {"ratio": usermeta["ratio"]}  # the page's script asks for it
        write_csv(Path(env.app.outdir), facts)
        up = "../" * env.docname.count("/")
        return [nodes.raw("", figure_html(spec, facts, f"{up}figures/{facts['name']}.csv"), format="html")]


def _height(spec, kind):
    """Return the height of a picture whose chart asks for more of it on a broad page; None keeps the chart's own."""
    ratio = spec.get("usermeta", {}).get("ratio")
    return round(ratio * figures.WIDTHS["wide"]) if ratio and kind == "wide" else None


def write_csv(outdir, facts):
    """Write the rows that a figure draws as a CSV file of the site."""
    folder = outdir / "figures"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{facts['name']}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(dict(facts["columns"])), lineterminator="\n", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(facts["rows"])


def figure_html(spec, facts, csv_address):
    """Return a figure as HTML.

    Parameters
    ----------
    spec : dict
        The chart's Vega-Lite specification.
    facts : dict
        The figure's title, finding, description, rows and provenance.
    csv_address : str
        Where the page finds the rows as CSV.
    """
    spec.pop("title", None)
    spec["$schema"] = "https://vega.github.io/schema/vega-lite/v6.json"  # what the site's own Vega is
    label = markup.escape(facts["description"])
    drawn = {kind: picture(json.dumps(spec, sort_keys=True), width, facts["name"], _height(spec, kind)) for kind, width in figures.WIDTHS.items()}
    pictures = "".join(f'<div class="atl-static atl-{kind}" role="img" aria-label="{label}">{svg}</div>' for kind, svg in drawn.items())
    height = re.search(r' height="(\d+)', drawn["narrow"])[1]
    live = json.dumps(spec, separators=(",", ":")).replace("<", "\\u003c")
    count = len(facts["rows"])
    download = f'<p><a href="{csv_address}" download>Download these rows as CSV</a></p>'
    return (
        f'<figure class="atl-figure" id="figure-{facts["name"]}"><figcaption><span class="atl-title">{markup.escape(facts["title"])}</span>'
        f'<span class="atl-finding">{markup.escape(facts["finding"])}</span></figcaption>'
        f'<div class="atl-chart" data-atl="chart" style="--atl-height: {height}px">{pictures}<script type="application/json">{live}</script></div>'
        + markup.details("Description", f"<p>{label}</p>")
        + markup.details(f"Data ({count} row{'s' if count > 1 else ''})", figures.data_html(facts) + download)
        + markup.details("Where these figures come from", figures.provenance_html(facts), kind="atl-provenance")
        + "</figure>"
    )
