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


def rubric(task, chosen=None):
    """Return the rubric of a written task as a table; on a phone each level is a line.

    Parameters
    ----------
    task : acrosstheline.teach.rubrics.Task
    chosen : dict of str to str, optional
        For each criterion the level that a reader chose, which is marked.
    """
    head = "".join(f'<th scope="col">{escape(level.name)}</th>' for level in task.rubric[0].levels)
    rows = "".join(f'<tr><th scope="row">{escape(line.name)}</th>{_levels(line, (chosen or {}).get(line.name))}</tr>\n' for line in task.rubric)
    return f'<table class="stacks"><thead><tr><td></td>{head}</tr></thead>\n<tbody>{rows}</tbody></table>'


def _levels(criterion, chosen):
    return "".join(_level(level, level.name == chosen) for level in criterion.levels)


def _level(level, is_chosen):
    kind = ' class="chosen"' if is_chosen else ""
    mark = '<span aria-hidden="true">✓ </span><span class="visually-hidden">Your level: </span>' if is_chosen else ""
    return f'<td data-label="{escape(level.name)}"{kind}>{mark}{inline(level.text)}</td>'
