"""Long reference lists in groups: a jump list, a disclosure for each group, and one filter across them all."""

import re

from acrosstheline import explore, markup

# What `grouped_table` writes at the head of a group, for `outline` to find again.
_HEAD = re.compile(r'<details class="atl-group" id="([^"]+)"><summary><h2>(.*?)</h2>')


def jump_list(label, entries):
    """Return links to the parts of a page.

    Parameters
    ----------
    label : str
        What the links lead to, for a screen reader.
    entries : list of tuple
        For each part: its anchor, its name, and how much it holds (a number, or None).
    """
    items = "".join(f'<li><a href="#{anchor}">{markup.escape(name)}{_count(count)}</a></li>' for anchor, name, count in entries)
    return f'<nav class="atl-jump" aria-label="{markup.escape(label)}"><ul>{items}</ul></nav>'


def _count(count):
    return "" if count is None else f" <span>{count:,}</span>"


def grouped_table(caption, rows, columns, facets, group, name, numeric=(), row_id=None):
    """Return a table that the reader can filter, in groups that open and close without a script.

    Parameters
    ----------
    caption, rows, columns, facets, numeric
        As in `acrosstheline.explore.filter_table`.
    group : str
        Key of the rows that holds the name of their group; groups stand in the order in which they come.
    name : str
        Identifier of the list; the groups' anchors begin with it.
    row_id : str, optional
        Key of the rows that holds their anchors.

    Returns
    -------
    str
        HTML.
    """
    parts = {}
    for row in rows:
        parts.setdefault(row[group], []).append(row)
    anchors = {label: f"{name}-{markup.slug(label)}" for label in parts}

    def attributes(row):
        return (f'id="{row[row_id]}" ' if row_id else "") + explore.facet_marks(row, facets)

    bodies = "".join(
        f'<details class="atl-group" id="{anchors[label]}"><summary><h2>{markup.escape(label)}</h2> <span class="atl-count">{len(held):,}</span></summary>'
        f"{markup.table(held, columns, f'{caption}: {label}', numeric, attributes=attributes)}</details>"
        for label, held in parts.items()
    )
    jumps = jump_list(f"{caption}, by group", [(anchors[label], label, len(held)) for label, held in parts.items()])
    return f'<div class="atl-explorer atl-stack" data-atl="filter" id="{name}">{jumps}{explore.toolbar(rows, facets)}{bodies}</div>'


def outline(body, toc):
    """Return a page's table of contents with the groups of its lists added, where it has no sections of its own.

    Parameters
    ----------
    body, toc : str
        HTML of the page and of its table of contents.
    """
    found = _HEAD.findall(body)
    if not found or toc.count("<li") > 1:
        return toc
    items = "".join(f'<li><a class="reference internal" href="#{anchor}">{label}</a></li>' for anchor, label in found)
    return toc.replace("</li>", f"<ul>{items}</ul></li>", 1)
