"""Pages that are written piece by piece, so that a page of a thousand students needs no more memory than one of ten."""

from functools import lru_cache
from html import escape

from acrosstheline.teach import page

_HERE = "<!-- pieces -->"


def write(path, title, body, style=""):
    """Write a page.

    Parameters
    ----------
    path : pathlib.Path
    title : str
    body : iterable of str
        HTML, in pieces; written as they come.
    style : str
        CSS of this page alone.
    """
    before, after = page.page(title, _HERE).split(_HERE)
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        file.write(before.replace("</style>", f"{style}</style>", 1))
        file.writelines(body)
        file.write(after)


@lru_cache(maxsize=1000)
def inline(text):
    """Return a line of our own Markdown as HTML: the same few lines stand on the page of every student."""
    return page.inline(text)


def lines(text):
    """Return a stranger's text as HTML, its lines kept."""
    return "<br>".join(escape(text).splitlines())
