"""Fill in the status page: what was executed, with which versions, and what was measured."""

import json
from pathlib import Path

MARK = "<!-- status -->"


def fill(app, docname, source):
    """Put the execution status where the status page asks for it (Sphinx's ``source-read``)."""
    if MARK in source[0]:
        source[0] = source[0].replace(MARK, report(Path(app.srcdir)))


def report(root):
    """Return the status as Markdown tables, from the record that executing the notebooks left.

    Parameters
    ----------
    root : pathlib.Path
        The checkout.
    """
    path = root / "book" / "assets" / "execution.json"
    record = json.loads(path.read_text(encoding="utf-8"))
    lines = ["| Notebook | Cells | Executed | Seconds |", "|---|---:|---|---:|"]
    lines += [f"| {n['notebook']} | {n['cells']} | {n['executed']} | {n['seconds']:.1f} |" for n in record["notebooks"]]
    lines += ["", "| Package | Version |", "|---|---|"]
    lines += [f"| {name} | {version} |" for name, version in record["versions"].items()]
    return "\n".join(lines)
