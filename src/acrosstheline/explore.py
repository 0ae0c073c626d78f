"""Explorers: interactives that work with and without a kernel, and without JavaScript.

Each function builds one content in two forms. On a static page it is plain HTML: native controls that
a small script brings to life, and everything shown where no script runs. In Jupyter it is a widget.
"""

from acrosstheline import live, markup


class Explorer:
    """An interactive output: HTML for the page, a widget for Jupyter, text for everything else."""

    def __init__(self, html, text, widget):
        self.html = html
        self.text = text
        self._widget = widget

    def _repr_mimebundle_(self, **_options):
        return {**self._widget(), "text/html": self.html, "text/plain": self.text}


def panels(question, choices, name=None):
    """Show one of several panels; the reader chooses which.

    Parameters
    ----------
    question : str
        What the reader chooses.
    choices : dict of str to str
        Each choice's label and its panel in HTML.
    name : str, optional
        Identifier of the explorer, unique on the page.

    Returns
    -------
    Explorer
    """
    if len(choices) < 2:
        raise ValueError(f"The explorer {question!r} needs two choices or more.")
    name = name or markup.stable_id("panels", question)
    radios = "".join(
        f'<label><input type="radio" name="{name}" value="{i}"{" checked" if i == 0 else ""}> {markup.escape(label)}</label>'
        for i, label in enumerate(choices)
    )
    bodies = "".join(panel_html(label, body) for label, body in choices.items())
    html = (
        f'<div class="atl-explorer" data-atl="panels" id="{name}"><fieldset class="atl-choose" hidden>'
        f'<legend>{markup.escape(question)}</legend>{radios}</fieldset><div class="atl-panels" aria-live="polite">{bodies}</div></div>'
    )
    bodies = list(choices.items())
    return Explorer(html, f"{question}: {', '.join(choices)}", lambda: live.choose(question, list(choices), lambda i: panel_html(*bodies[i])))


def panel_html(label, body):
    """Return one panel: its name, which a reader without a script needs, and its body."""
    return f'<div class="atl-panel"><p class="atl-panel-name"><strong>{markup.escape(label)}</strong></p>{body}</div>'


def compare(question, choices, first=0, second=1, name=None):
    """Show two panels side by side; the reader chooses both.

    Parameters are those of `panels`; ``first`` and ``second`` say which stand there at the start.
    """
    name = name or markup.stable_id("compare", question)
    sides = "".join(_side(name, side, choices, start) for side, start in (("first", first), ("second", second)))
    shelf = "".join(panel_html(label, body) for label, body in choices.items())
    html = (
        f'<div class="atl-explorer" data-atl="compare" id="{name}"><p class="atl-ask"><strong>{markup.escape(question)}</strong></p>'
        f'<div class="atl-two" hidden>{sides}</div><div class="atl-shelf">{shelf}</div></div>'
    )
    bodies = list(choices.items())
    return Explorer(
        html,
        f"{question}: {', '.join(choices)}",
        lambda: live.choose_two(question, list(choices), lambda i: panel_html(*bodies[i]), first, second),
    )


def _side(name, side, choices, start):
    options = "".join(
        f'<option value="{i}"{" selected" if i == start else ""}>{markup.escape(label)}</option>' for i, label in enumerate(choices)
    )
    return (
        f'<div class="atl-side"><label>{side.capitalize()}: <select name="{name}-{side}">{options}</select></label>'
        f'<div class="atl-slot" aria-live="polite"></div></div>'
    )


def filter_table(caption, rows, columns, facets, numeric=(), years=(), search=True, name=None):
    """Show a table that the reader can filter.

    Parameters
    ----------
    caption : str
    rows : list of dict
    columns : dict of str to str
        Keys of the rows and their headings. A key that ends in ``_html`` holds HTML.
    facets : dict of str to str
        Keys of the rows that get a menu, with the menu's label.
    search : bool
        Whether to add a text search.

    Returns
    -------
    Explorer
    """
    name = name or markup.stable_id("filter", caption)
    values = facet_values(rows, facets)
    table = markup.table(rows, columns, caption, numeric, years, lambda row: facet_marks(row, facets))
    html = f'<div class="atl-explorer" data-atl="filter" id="{name}">{toolbar(rows, facets, search)}{table}</div>'

    def render(chosen):
        labels = {label: key for key, label in facets.items()}
        kept = [r for r in rows if all(v is None or str(r.get(labels[label])) == v for label, v in chosen.items())]
        return markup.table(kept, columns, caption, numeric, years)

    return Explorer(html, f"{caption}: {len(rows)} rows", lambda: live.filtered({facets[k]: values[k] for k in facets}, render))


def facet_values(rows, facets):
    """Return what the rows hold under each facet, in order: the choices of its menu."""
    return {key: sorted({str(row[key]) for row in rows if not markup.is_gap(row.get(key))}) for key in facets}


def facet_marks(row, facets):
    """Return the attributes of a row by which the script filters it."""
    return " ".join(f'data-{markup.slug(key)}="{markup.escape(row.get(key))}"' for key in facets)


def toolbar(rows, facets, search=True):
    """Return the menus and the search field above a table that can be filtered.

    Parameters are those of `filter_table`.
    """
    values = facet_values(rows, facets)
    menus = "".join(_menu(key, label, values[key]) for key, label in facets.items())
    box = '<label>Search <input type="search" data-search></label>' if search else ""
    return f'<div class="atl-filters" hidden>{menus}{box}<output aria-live="polite"></output></div>'


def _menu(key, label, values):
    options = "".join(f'<option value="{markup.escape(v)}">{markup.escape(v.replace("_", " "))}</option>' for v in values)
    return f'<label>{markup.escape(label)} <select data-facet="{markup.slug(key)}"><option value="">all</option>{options}</select></label>'


def predict(question, choices, answer, name=None):
    """Ask the reader to commit to an answer before reading on.

    Parameters
    ----------
    question : str
    choices : list of str
        What the reader may choose; no choice is marked right or wrong.
    answer : str
        HTML to compare the choice with.
    """
    name = name or markup.stable_id("predict", question)
    radios = "".join(f'<label><input type="radio" name="{name}" value="{markup.escape(c)}"> {markup.escape(c)}</label>' for c in choices)
    html = (
        f'<div class="atl-explorer atl-predict" data-atl="predict" id="{name}"><fieldset class="atl-choose"><legend>{markup.escape(question)}</legend>'
        f'{radios}</fieldset><p class="atl-chosen" aria-live="polite"></p>{markup.details("Compare with what we found", answer)}</div>'
    )
    return Explorer(html, question, lambda: live.commit(question, choices, answer))
