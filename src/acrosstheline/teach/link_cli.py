"""The verb ``acrosstheline link``."""

import argparse
import sys
from html import escape

from acrosstheline.teach import hub, page
from acrosstheline.teach.catalogue import CourseError

_EXAMPLE = """A link fetches the class's repository onto the student's server on a hub, and opens an exercise there.
The repository is one that you make from the student pack; never the course's own, which holds the solutions.

examples:
  acrosstheline link --pack course_2027-02-02 --hub https://hub.example.edu --repo https://git.example.edu/me/class
  acrosstheline link five_voices first_steps --folder week_01 --hub https://hub.example.edu --repo https://git.example.edu/me/class
  acrosstheline link --pack course_2027-02-02 --as html --hub https://hub.example.edu --repo https://git.example.edu/me/class
"""


def add(verbs):
    """Add the verb and its options to a parser's verbs."""
    verb = verbs.add_parser("link", help="make links that open exercises on a JupyterHub", epilog=_EXAMPLE, formatter_class=argparse.RawDescriptionHelpFormatter)
    verb.add_argument("chapters", nargs="*", metavar="CHAPTER", help="chapters, by name or number, or first_steps; with --pack all that are in it if none is named")
    verb.add_argument("--hub", metavar="ADDRESS", help="the hub, as students reach it in a browser")
    verb.add_argument("--repo", metavar="ADDRESS", help="the class's repository, made from the student pack")
    verb.add_argument("--branch", default="main", metavar="NAME", help="its branch (usually main)")
    where = verb.add_mutually_exclusive_group()
    where.add_argument("--pack", metavar="FOLDER", help="the packs that `acrosstheline assign` wrote: links lead to where the exercises lie in them")
    where.add_argument("--folder", metavar="FOLDER", help="instead: the folder of the repository in which these chapters' exercises lie, such as week_01, or . for its top")
    verb.add_argument("--app", choices=sorted(hub.APPS), default="lab", help="what opens the notebook: JupyterLab (usual) or Notebook")
    verb.add_argument("--as", dest="form", choices=sorted(_FORMS), default="plain", help="plain text (usual), or a table to paste as Markdown or HTML")


def run(options):
    """Carry out the verb.

    Returns
    -------
    int
        The exit code: 0 when links were printed, 2 when none can be made.
    """
    try:
        links = hub.links(options.hub, options.repo, _places(options), options.branch, options.app)
    except CourseError as error:
        print(error, file=sys.stderr)
        return 2
    print(_FORMS[options.form](links))
    for line in _notes(options):
        print(line, file=sys.stderr)
    return 0


def _places(options):
    names = list(dict.fromkeys(hub.exercise(chapter) for chapter in options.chapters))
    if options.pack:
        return hub.in_pack(options.pack, names)
    if names and not options.folder:
        raise CourseError(f"Where in the repository do they lie? Add --pack with the packs that `acrosstheline assign` wrote; or --folder, such as --folder week_01 (--folder . for its top).")
    return hub.in_folder(names, options.folder or "")


def _notes(options):
    """Yield what to know about these links."""
    for option, address in (("--hub", options.hub), ("--repo", options.repo)):
        if hub.is_open(address):
            yield f"Note: {option} begins with http, so what is sent there can be read on the way. Ask for https before students use it."
    yield "Try one of them in a private window, as a student would, before you hand them out."


def _plain(links):
    return "\n".join(f"{link.title}\n  {link.address}" for link in links)


def _markdown(links):
    rows = [f"| {_cell(link.title)} | [Open on the hub]({link.address}) |" for link in links]
    return "\n".join(["| Exercise | Link |", "|---|---|", *rows])


def _cell(text):
    return text.replace("\\", "\\\\").replace("|", "\\|")


def _html(links):
    rows = [[escape(link.title), f'<a href="{escape(link.address)}">Open on the hub<span class="visually-hidden">: {escape(link.title)}</span></a>'] for link in links]
    return page.table(["Exercise", "Link"], rows).rstrip("\n")


_FORMS = {"plain": _plain, "markdown": _markdown, "html": _html}
