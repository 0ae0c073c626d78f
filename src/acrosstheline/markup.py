"""Small pieces of accessible HTML that the figures, explorers and cards are made of."""

import hashlib
import re
from html import escape as _escape

_DAY = re.compile(r"\d{4}-\d{2}(-\d{2})?")  # a month or a day, which no line may break


def escape(value):
    """Return a value as text that is safe inside HTML; nothing for a gap."""
    return "" if is_gap(value) else _escape(str(value), quote=True)


def is_gap(value):
    """Tell whether a cell holds nothing (None, NaN or pandas' NA)."""
    return value is None or value != value or str(value) == "<NA>"


def shown(value):
    """Return a cell as a reader sees it: whole numbers with thousands separators, nothing for a gap."""
    if is_gap(value):
        return ""
    if isinstance(value, bool) or not isinstance(value, (int, float)) and not hasattr(value, "dtype"):
        return escape(value)
    number = float(value)
    return f"{int(number):,}" if number == int(number) else f"{number:,.6g}"


def slug(text):
    """Return a text as an identifier for HTML: lower-case words joined by hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def stable_id(*parts):
    """Return a short identifier that is the same for the same content."""
    return "atl-" + hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()[:8]


def table(rows, columns, caption, numeric=(), years=(), attributes=None):
    """Return a table that scrolls by itself on a narrow screen.

    Parameters
    ----------
    rows : list of dict
    columns : dict of str to str
        Keys of the rows and their headings, in order. Cells that start with ``<`` in a column named
        ``*_html`` are taken as HTML.
    caption : str
    numeric : set of str
        Columns set flush right.
    years : set of str
        Columns of years, shown without separators.
    attributes : callable, optional
        Takes a row and returns the attributes of its ``tr``.
    """
    heads = "".join(f'<th scope="col"{_numeric(key, numeric)}>{escape(label)}</th>' for key, label in columns.items())
    body = "".join(f"<tr{_attributes(row, attributes)}>{''.join(_cell(row.get(key), key, label, numeric, years) for key, label in columns.items())}</tr>" for row in rows)
    return (
        f'<div class="atl-scroll" role="region" tabindex="0" aria-label="{escape(caption)}"><table class="atl-table">'
        f"<caption>{escape(caption)}</caption><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _attributes(row, attributes):
    return f" {attributes(row)}" if attributes else ""


def _numeric(key, numeric):
    return ' class="atl-num"' if key in numeric else ""


def _cell(value, key, label, numeric, years):
    """Return one cell; it carries its heading, which a phone shows beside it."""
    if key.endswith("_html"):
        text = value or ""
    elif key in years:
        text = escape(value)
    else:
        text = shown(value)
    kind = ' class="atl-day"' if _DAY.fullmatch(text) else _numeric(key, numeric)
    return f'<td data-label="{escape(label)}"{kind}>{text}</td>'


def details(summary, body, kind="", opened=False):
    """Return a disclosure: a summary that opens its body, with no script."""
    return f'<details class="atl-details {kind}"{" open" if opened else ""}><summary>{escape(summary)}</summary>{body}</details>'


def link(url, text):
    """Return a link, or the plain text where there is no address."""
    return escape(text) if is_gap(url) else f'<a href="{escape(url)}" rel="external">{escape(text)}</a>'


def inline(text):
    """Escape a text, then honour *emphasis* and **strong** in it; stars before a space mark notes, and stay."""
    safe = escape(text)
    safe = re.sub(r"(?<!\*)\*\*(?=[^\s*])(.+?)(?<=[^\s*])\*\*(?!\*)", r"<strong>\1</strong>", safe)
    return re.sub(r"(?<!\*)\*(?=[^\s*])(.+?)(?<=[^\s*])\*(?!\*)", r"<em>\1</em>", safe)
