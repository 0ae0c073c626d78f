"""Clean the built pages: nothing from other hosts, nothing unused, nothing that a screen reader trips on."""

import json
import re
import shutil
from ast import literal_eval
from pathlib import Path

from docutils import nodes

from acrosstheline.site import groups, icons
from acrosstheline.tables import data_folder
from acrosstheline.teach.release import unrun

_UNUSED_SCRIPTS = ("sphinx-thebe", "THEBE_JS_URL", "thebe", "mathjax", "MathJax", "togglebutton", "design-tabs.js")
_UNUSED_STYLES = ("sphinx-thebe", "togglebutton.css")
_ICON_SCRIPT = re.compile(r"\s*<(?:script|link)\b[^>]*scripts/fontawesome\.js[^>]*>(?:</script>)?")

# The theme loads the whole search index on every page; only the search page reads it.
_SEARCH_SCRIPTS = re.compile(r'\s*<script src="[^"]*(?:searchtools|language_data|searchindex)\.js[^"]*"></script>')

# Each pair: what the theme writes, what it needs to be, and why (WCAG 2.2).
_REPAIRS = [
    # 2.5.3: a button's name must contain the text that it shows.
    (re.compile(r'(<button class="btn search-button-field[^>]*?) aria-label="[^"]*"'), r"\1"),
    # 2.5.3: so must that of folded code.
    (re.compile(r'<summary aria-label="Toggle hidden content">'), "<summary>"),
    # Code that goes on in a second cell is named as such, and not offered twice.
    (re.compile(r'(</details>\s*</div>\s*<div class="cell tag_hide-input[^>]*>\s*<details[^>]*>\s*<summary>\s*<p class="collapsed[^>]*>)Show the code [^<]*'),
     r"\1Show the rest of the code"),
    # 1.3.1: an empty corner cell of a pandas table is no header.
    (re.compile(r"<th></th>"), "<td></td>"),
    # 2.1.1: a wide pandas table scrolls by itself, so the keyboard must reach it.
    (re.compile(r'<table border="1" class="dataframe">'), '<table border="1" class="dataframe" tabindex="0">'),
    # Digits stand under digits, and under their heading.
    (re.compile(r"<td>(?=[-−+]?[\d.,]+%?</td>)"), '<td class="atl-num">'),
    # 1.3.1: the sidebar is a landmark, and has a name.
    (re.compile(r'<dialog id="pst-primary-sidebar-modal"'), '<dialog aria-label="Chapters" id="pst-primary-sidebar-modal"'),
    (re.compile(r'<dialog id="pst-secondary-sidebar-modal"'), '<dialog aria-label="On this page" id="pst-secondary-sidebar-modal"'),
    (re.compile(r'<div id="pst-primary-sidebar"'), '<div role="navigation" aria-label="Chapters" id="pst-primary-sidebar"'),
]


# A search result shows a piece of the page that it found: its words, without the code, and with a gap after each block.
_LEFT_OUT = '[".headerlink", "script", "style"]'
_LEFT_OUT_HERE = '[".headerlink", "script", "style", "pre", ".bd-header-article", ".bd-sidebar-secondary"]'
_FOUND_TEXT = f"for (const removalQuery of {_LEFT_OUT}) {{"
_FOUND_TEXT_HERE = (
    'htmlElement.querySelectorAll("td, th, p, li, dt, dd, h1, h2, h3, caption, summary, div, br").forEach((el) => { el.after(" ") });\n'
    f"    for (const removalQuery of {_LEFT_OUT_HERE}) {{"
)


# The theme settles on light or dark only when its scripts run: a dark page would flash white, and text would move.
_UNDECIDED = 'document.documentElement.dataset.theme = localStorage.getItem("theme") || "auto";'
_DECIDED = (
    'document.documentElement.dataset.theme = (chosen => !chosen || chosen === "auto" ? '
    '(matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light") : chosen)(localStorage.getItem("theme"));'
)

# Tells the style sheet, before the first paint, that the panels will be folded: nothing jumps later.
_SCRIPTED = '\n<script>document.documentElement.classList.add("atl-js");</script>'


def list_groups(app, pagename, templatename, context, doctree):
    """List the groups of a long page in its table of contents, before the theme reads that."""
    if context.get("toc"):
        context["toc"] = groups.outline(context.get("body", ""), context["toc"])


def clean_context(app, pagename, templatename, context, doctree):
    """Drop the scripts and styles that no page of the course uses, and repeated ones."""
    seen, keep = set(), []
    for script in context.get("script_files", []):
        name = str(getattr(script, "filename", None) or script)
        body = (getattr(script, "attributes", {}) or {}).get("body", "") or ""
        if any(unused in f"{name} {body}" for unused in _UNUSED_SCRIPTS) or (name, body) in seen:
            continue
        seen.add((name, body))
        keep.append(script)
    context["script_files"][:] = keep
    styles = context.get("css_files", [])
    styles[:] = [s for s in styles if not any(u in str(getattr(s, "filename", s)) for u in _UNUSED_STYLES)]
    context.setdefault("default_mode", "auto")
    context["metatags"] = context.get("metatags", "") + _SCRIPTED
    context["body"] = context.get("body", "") + _tools(app, pagename, context)


def _tools(app, pagename, context):
    """Return the foot of a page: its exercises, its notebook, and how to report an error."""
    if pagename in ("search", "genindex", "404") or not context.get("body"):
        return ""
    title = re.sub(r"<[^>]+>", "", context.get("title", ""))
    up = "../" * pagename.count("/")
    notebook = ""
    if Path(app.srcdir, f"{pagename}.ipynb").exists():
        notebook = f'<li><a href="{up}notebooks/{Path(pagename).name}.ipynb" download>Download this chapter as a notebook</a></li>'
    exercise = f"{Path(pagename).name}_exercise"
    if Path(app.srcdir, "exercises", f"{exercise}.ipynb").exists():
        notebook = (
            f'<li><a href="{up}lite/start.html?open={exercise}">Do the exercises in your browser</a>, with nothing to install</li>'
            f'<li><a href="{up}exercises/{exercise}.ipynb" download>Download the exercises as a notebook</a></li>{notebook}'
        )
    report = (
        f"Page: {title} ({pagename})\nEdition: {app.config.release or app.config.version}\n"
        "What it says:\nWhat it should say:\nA source for that:\n"
    )
    where = app.config.report_url
    send = f'<a href="{where}">Send it here</a>.' if where else "This edition has no address of its own yet: send them to whoever gave you this book."
    return (
        f'<section class="atl-tools" aria-label="This page"><ul>{notebook}<li><details class="atl-details">'
        f"<summary>Report an error on this page</summary><p>Copy these lines and fill them in. {send}</p>"
        f'<label>Your report<textarea rows="6" readonly>{report}</textarea></label>'
        '<button type="button" data-atl="copy" hidden>Copy</button></details></li></ul></section>'
    )


def drop_thebe(app, doctree, docname):
    """Remove the configuration of Thebe, which the course does not use."""
    for raw in list(doctree.findall(nodes.raw)):
        if "text/x-thebe-config" in raw.astext() or raw.astext().startswith("<script>kernelName"):
            raw.parent.remove(raw)


def finish(app, error):
    """Mend what the theme leaves in the pages, cut the icons down, write the notebooks and the 404 page."""
    if error or app.builder.format != "html":
        return
    out = Path(app.outdir)
    built = [page for page in out.rglob("*.html") if not {"_static", "lite"} & set(page.relative_to(out).parts)]
    for page in built:
        text = page.read_text(encoding="utf-8")
        mended = repair(text if page.name == "search.html" else _SEARCH_SCRIPTS.sub("", text))
        if mended != text:
            page.write_text(mended, encoding="utf-8")
    for leftover in ("fontawesome.js", "fontawesome.js.map", "bootstrap.js.map", "pydata-sphinx-theme.js.map"):
        (out / "_static" / "scripts" / leftover).unlink(missing_ok=True)
    icons.cut(out)
    mend_search(out / "_static" / "searchtools.js")
    write_notebooks(Path(app.srcdir), out)
    shutil.copytree(data_folder(), out / "data", dirs_exist_ok=True)
    write_missing_page(app, out)


def repair(text):
    """Apply the repairs to one page."""
    text = _ICON_SCRIPT.sub("", text).replace(_UNDECIDED, _DECIDED)
    for found, mended in _REPAIRS:
        text = found.sub(mended, text)
    return text


def mend_search(script):
    """Let the search show what it found as text: Sphinx runs the cells of a table together, and shows code."""
    text = script.read_text(encoding="utf-8")
    script.write_text(text.replace(_FOUND_TEXT, _FOUND_TEXT_HERE), encoding="utf-8")


def write_notebooks(source, out):
    """Write the notebooks to download: each chapter, with the numbers and links of its text filled in, and each exercise."""
    folder = out / "notebooks"
    folder.mkdir(exist_ok=True)
    for path in sorted((source / "book").glob("*.ipynb")):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        (folder / path.name).write_text(json.dumps(filled_in(notebook), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    (out / "exercises").mkdir(exist_ok=True)
    for path in (source / "exercises").glob("*.ipynb"):
        notebook = unrun(json.loads(path.read_text(encoding="utf-8")))
        (out / "exercises" / path.name).write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def filled_in(notebook):
    """Return a notebook that reads well outside the book: numbers pasted in, and code folded as in the book."""
    values = {}
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            record = output.get("metadata", {}).get("scrapbook")
            if record:
                values[record["name"]] = literal_eval("".join(output["data"][record["mime_prefix"] + "text/plain"]))
    for cell in notebook["cells"]:
        if {"remove-input", "hide-input"} & set(cell["metadata"].get("tags", [])):
            cell["metadata"]["jupyter"] = {"source_hidden": True}
        if cell["cell_type"] == "markdown":
            text = "".join(cell["source"])
            text = re.sub(r"\{glue:text\}`([^`]+)`", lambda m: values.get(m[1], m[0]), text)
            text = re.sub(r"\{term\}`([^`<]+?)(?: <[^>]+>)?`", r"\1", text)
            text = re.sub(r"\{(?:doc|ref)\}`([^`<]+?)(?: <[^>]+>)?`", r"\1", text)
            text = re.sub(r"\{cite(?::[a-z]+)?\}`([^`]+)`", r"[\1]", text)
            cell["source"] = text.splitlines(keepends=True)
    return notebook


_MISSING = """<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Page not found · {title}</title><style>
:root{{color-scheme:light dark}}body{{font:1.125rem/1.6 Charter,'Bitstream Charter',Cambria,'Noto Serif',Georgia,serif;max-width:34rem;margin:12vh auto;padding:0 1.25rem;background:#fdfcf9;color:#22272e}}
h1{{font-size:1.75rem;line-height:1.2;text-wrap:balance}}a{{color:#1b5e97}}@media(prefers-color-scheme:dark){{body{{background:#14181d;color:#e3e6ea}}a{{color:#7db8ea}}}}</style></head><body><main><h1>There is no page at this address</h1>
<p>The address may be mistyped, or the page may have been renamed. Chapter addresses do not change when chapters are reordered.</p>
<p><a id="home" href="/">Go to the front page</a>, and choose a chapter there.</p></main>
<script>var at=location.pathname.indexOf("/book/");if(at>=0)document.getElementById("home").href=location.pathname.slice(0,at)+"/index.html";</script></body></html>
"""


def write_missing_page(app, out):
    """Write the page that a server shows for an unknown address: complete by itself at any depth."""
    (out / "404.html").write_text(_MISSING.format(title=app.config.html_title or app.config.project), encoding="utf-8")
