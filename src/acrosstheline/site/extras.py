"""Load a script or a style only on the pages that need it."""

import json
from pathlib import Path

from acrosstheline import brief
from acrosstheline.charts.theme import ORIGIN_NAMES

# What a page holds, and the files that it needs for that.
EXTRAS = {"atl-option": ["options.css"], 'data-atl="scorecard"': ["options.js"],
          "atl-brief": ["brief.css"], 'data-atl="brief"': ["brief_facts.js", "brief.js"]}  # fmt: skip


def add(app, pagename, templatename, context, doctree):
    """Add to one page the files for what it holds, before the page's own script, which says when all is ready."""
    body = context.get("body", "")
    for name in (name for mark, files in EXTRAS.items() if mark in body for name in files):
        if name.endswith(".css"):
            app.add_css_file(name, priority=910)
        else:
            app.add_js_file(name, defer="defer", priority=890)


def serve_facts(app):
    """Write what the form checker knows of the tables' short names, as a script of its own: so it works from a folder too.

    It is written before the pages, which then ask for this very version of it.
    """
    if app.builder.format != "html":
        return
    target = Path(app.outdir) / "_static" / "brief_facts.js"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(f"window.atlBriefFacts = {json.dumps(_facts(), separators=(',', ':'))};\n", encoding="utf-8")


def _facts():
    """Return `acrosstheline.brief.facts` with the short names listed by group, which is a third of the size."""
    known, groups = brief.facts(), {}
    for name, group in known["groups"].items():
        groups.setdefault(group, []).append(name)
    return {**known, "groups": {group: " ".join(names) for group, names in groups.items()}, "names": ORIGIN_NAMES}
