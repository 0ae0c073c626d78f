"""Load a script or a style only on the pages that need it."""

# What a page holds, and the files that it needs for that.
EXTRAS = {"atl-option": ["options.css"], 'data-atl="scorecard"': ["options.js"]}


def add(app, pagename, templatename, context, doctree):
    """Add to one page the files for what it holds, before the page's own script, which says when all is ready."""
    body = context.get("body", "")
    for name in (name for mark, files in EXTRAS.items() if mark in body for name in files):
        if name.endswith(".css"):
            app.add_css_file(name, priority=910)
        else:
            app.add_js_file(name, defer="defer", priority=890)
