"""A figure: a chart with its finding, description, data and provenance, as one output.

In the book the figure is drawn at build time as a picture and becomes live when it comes near the
screen. In Jupyter the same object is a widget that holds the same parts.
"""

import json
from textwrap import wrap

from acrosstheline import markup, prose, tables
from acrosstheline.charts import renderer, theme

SHORTEST_DESCRIPTION = 120
WIDTHS = {"narrow": 340, "wide": 680}


class Figure:
    """A chart and all that a reader needs to trust it. Made by `figure`."""

    def __init__(self, chart, facts):
        self.chart = chart
        self.facts = facts

    @property
    def data(self):
        """The rows that the chart draws, as a list of dictionaries."""
        return self.facts["rows"]

    def spec(self):
        """Return the chart's Vega-Lite specification, complete by itself."""
        spec = self.chart.to_dict()
        spec["config"] = theme.config() | spec.get("config", {})
        spec["title"] = {"text": self.facts["title"], "subtitle": wrap(self.facts["finding"], 90)}
        spec["description"] = self.facts["description"]
        kept = {key: value for key, value in spec.get("usermeta", {}).items() if key == "ratio"}
        spec["usermeta"] = {**kept, "figure": self.facts}
        if spec.get("width", "container") == "container":
            # A width of its own in Jupyter, whose Vega hangs on "container"; the book makes it fill the page.
            spec["width"] = WIDTHS["wide"]
            spec["autosize"] = {"type": "fit", "contains": "padding"}
            spec["usermeta"]["fills"] = True
        return spec

    def _repr_mimebundle_(self, **_options):
        bundle = renderer.render(self.spec())
        bundle["text/plain"] = f"{self.facts['title']}. {self.facts['description']}"
        if renderer.in_colab():
            bundle["text/html"] += _notes(self.facts)
            return bundle
        return {**_widget(bundle, self.facts), **bundle}


def figure(chart, name, title, finding, description, rows, columns, tables_used, must_know=(), years=()):
    """Make a figure.

    Parameters
    ----------
    chart : altair.Chart
        Leave its width alone: it fills the page. Name every parameter.
    name : str
        An identifier of lower-case words and hyphens, unique in the book.
    title : str
        The subject and the measure.
    finding : str
        One sentence that states what the chart shows.
    description : str
        What is drawn, the range, the trend, the turning points and the gaps, for a reader who cannot
        see it: at least 120 characters.
    rows : pandas.DataFrame
        The rows drawn. A column ``source_id`` gives the provenance.
    columns : dict of str to str
        Columns of ``rows`` to show in the data table, with their headings.
    tables_used : list of str
        The course's tables that the rows come from.
    must_know : list of str, optional
        What a reader must know beside the tables' own caveats.
    years : set of str, optional
        Columns that hold years, shown without separators.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If a part is missing or too short, or no row has a source.
    """
    _demand(name, title, finding, description, rows, columns)
    cells = json.loads(rows[list(columns)].to_json(orient="records", double_precision=6))
    facts = {
        "name": name,
        "title": title,
        "finding": finding,
        "description": description,
        "columns": [[key, heading] for key, heading in columns.items()],  # a notebook sorts the keys of a dictionary
        "years": sorted(years),
        "numeric": [c for c in columns if rows[c].dtype.kind in "iuf" and c not in years],
        "rows": cells,
        "provenance": provenance(rows, tables_used),
        "must_know": [*must_know, *(k for t in tables_used for k in tables.resource(t)["about"]["what_you_must_know"])],
    }
    return Figure(chart, facts)


def _demand(name, title, finding, description, rows, columns):
    for label, text in (("title", title), ("finding", finding), ("description", description)):
        if not text or not text.strip():
            raise ValueError(f"Figure {name!r} has no {label}.")
    if len(description) < SHORTEST_DESCRIPTION:
        raise ValueError(f"Figure {name!r}: the description has {len(description)} characters; {SHORTEST_DESCRIPTION} are the least.")
    if name != markup.slug(name):
        raise ValueError(f"Figure {name!r}: the name must be lower-case words and hyphens, such as {markup.slug(name)!r}.")
    if not len(rows):
        raise ValueError(f"Figure {name!r} has no rows to draw.")
    missing = [c for c in columns if c not in rows]
    if missing:
        raise ValueError(f"Figure {name!r}: the rows have no column {', '.join(missing)}.")
    if "source_id" not in rows or rows["source_id"].isna().any():
        raise ValueError(f"Figure {name!r}: every row needs a source_id.")


def provenance(rows, tables_used):
    """Return the sources of some rows and the tables they come from, as plain dictionaries."""
    sources = tables.load("sources").set_index("source_id")
    unknown = sorted(set(rows["source_id"]) - set(sources.index))
    if unknown:
        raise ValueError(f"These sources are not in the data: {', '.join(unknown)}.")
    used = sources.loc[sorted(set(rows["source_id"]))].reset_index()
    keep = ["source_id", "publisher", "title", "date", "url", "licence", "strength"]
    entries = [tables.resource(name) for name in tables_used]
    return {
        "sources": json.loads(used[keep].to_json(orient="records")),
        "tables": [{"name": e["name"], "title": e["title"], "accessed": e["accessed"]} for e in entries],
    }


def data_html(facts):
    """Return the table of the rows that a figure draws."""
    return markup.table(facts["rows"], dict(facts["columns"]), f"Data: {facts['title']}", set(facts["numeric"]), set(facts["years"]))


def provenance_html(facts):
    """Return where a figure's rows come from, and what a reader must know."""
    sources = facts["provenance"]["sources"]
    items = "".join(f"<li>{_source_line(source)}</li>" for source in sources)
    known = "".join(f"<li>{markup.inline(text)}</li>" for text in facts["must_know"])
    from_tables = "; ".join(f"{t['title']} (accessed {prose.in_words(t['accessed'])})" for t in facts["provenance"]["tables"])
    return (
        f"<p>From the course's tables: {markup.escape(from_tables)}.</p>"
        f"<p>What you must know:</p><ul>{known}</ul><p>Sources of the rows drawn:</p><ul>{items}</ul>"
    )


def _source_line(source):
    weak = " <em>(weak source)</em>" if source["strength"] == "weak" else ""
    date = f", {markup.escape(prose.in_words(source['date']))}" if source["date"] else ""
    licence = source["licence"][:1].upper() + source["licence"][1:]
    return f"{markup.escape(source['publisher'])}, {markup.link(source['url'], source['title'])}{date}. {markup.escape(licence)}.{weak}"


def _widget(bundle, facts):
    """Return the widget view for a live notebook, or nothing where ipywidgets cannot be had."""
    from acrosstheline import live

    chart = {key: bundle[key] for key in (renderer.MIME, "text/plain")}
    return live.chart_with_notes(chart, _parts(facts))


def _notes(facts):
    """Return what stands under a chart, as disclosures."""
    return "".join(markup.details(name, body) for name, body in _parts(facts).items())


def _parts(facts):
    return {
        "Description": f"<p>{markup.escape(facts['description'])}</p>",
        "Data": data_html(facts),
        "Where these figures come from": provenance_html(facts),
    }
