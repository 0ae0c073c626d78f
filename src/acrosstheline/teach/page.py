"""A page of a pack: one HTML file that needs nothing else, for a phone, a desk and paper, in light and dark."""

import re
from html import escape, unescape

from markdown_it import MarkdownIt

RIGHT_TO_LEFT = ("ar", "fa", "ps", "ur")

# A page may draw and move with what is inside it, and ask no host for anything.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; font-src data:; form-action 'none'; base-uri 'none'"
_ROLE = re.compile(r"\{(?:doc|term|ref|cite(?::[a-z]+)?)\}`([^`<]+?)(?:\s*<[^>]+>)?`")
_TABLE = re.compile(r"<table>.*?</table>", re.DOTALL)
# How words near a right-to-left date are set: the fonts that the book names.
_NASTALIQ = '"Noto Nastaliq Urdu", "Jameel Noori Nastaleeq", "Noto Naskh Arabic", "Geeza Pro", "Segoe UI", serif'

STYLE = (
    """
:root { color-scheme: light dark;
  --ink: #22272e; --muted: #57606a; --paper: #fdfcf9; --sheet: #ffffff; --surface: #f3f1ea; --line: #d9d5ca; --edge: #857f70;
  --link: #1b5e97; --mark: #8a5300; --accent: #7a3f90;
  --serif: Charter, "Bitstream Charter", "Sitka Text", Cambria, "Noto Serif", Georgia, serif;
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
@media screen and (prefers-color-scheme: dark) { :root {
  --ink: #e3e6ea; --muted: #a9b2bc; --paper: #14181d; --sheet: #1b2027; --surface: #20262e; --line: #3a424c; --edge: #8b95a1;
  --link: #7db8ea; --mark: #e5a84b; --accent: #cf9fe0; } }
* { box-sizing: border-box; }
html { background: var(--paper); color: var(--ink); font: 1.0625rem/1.6 var(--serif); -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; }
main { max-width: 46rem; margin: 0 auto; padding: 1.5rem 1.1rem 4rem; overflow-wrap: break-word; }
h1, h2, h3, h4 { line-height: 1.2; text-wrap: balance; margin: 2em 0 .5em; break-after: avoid; }
h1 { font-size: clamp(1.75rem, 1.4rem + 1.6vw, 2.3rem); margin-top: .3em; } h2 { font-size: 1.4rem; } h3 { font-size: 1.15rem; } h4 { font-size: 1rem; }
p, ul, ol, dl, pre, blockquote, table, figure { margin: 0 0 1rem; } li { margin: .25rem 0; }
ul, ol { padding-inline-start: 1.4rem; } dt { font-weight: 600; } dd { margin: 0 0 .6rem; padding-inline-start: 1rem; border-inline-start: 2px solid var(--line); }
a { color: var(--link); text-decoration-thickness: .08em; text-underline-offset: .18em; } a:hover { color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
code, kbd, pre, samp { font-family: ui-monospace, "Cascadia Mono", Consolas, "DejaVu Sans Mono", monospace; font-size: .86em; }
:not(pre) > code { overflow-wrap: anywhere; }
pre { padding: .7rem .9rem; background: var(--surface); border-inline-start: 3px solid var(--edge); white-space: pre-wrap; overflow-wrap: anywhere; line-height: 1.45; }
blockquote { margin-inline: 0; padding: .1rem 0 .1rem 1rem; border-inline-start: 4px solid var(--mark); } blockquote > :last-child { margin-bottom: 0; }
hr { border: 0; border-top: 1px solid var(--line); margin: 2rem 0; }
img, svg { max-width: 100%; height: auto; }
.scroll { overflow-x: auto; margin: 0 0 1.2rem; }
table { border-collapse: collapse; width: 100%; font: .92rem/1.4 var(--sans); }
caption { text-align: start; font-weight: 600; padding-bottom: .4rem; }
th, td { text-align: start; vertical-align: top; padding: .4rem .6rem; border-bottom: 1px solid var(--line); } thead th { border-bottom: 2px solid var(--edge); }
td.number, th.number { text-align: end; font-variant-numeric: tabular-nums; }
button, select, input, textarea { font: inherit; color: inherit; background: var(--sheet); border: 1px solid var(--edge); border-radius: 4px; }
button { min-height: 2.4rem; padding: .3rem .9rem; color: var(--link); cursor: pointer; } input, select, textarea { padding: .3rem .5rem; max-width: 100%; }
summary { cursor: pointer; color: var(--link); min-height: 1.8rem; }
.lead { font-size: 1.2rem; line-height: 1.45; } .small, small, figcaption { font: .9rem/1.45 var(--sans); color: var(--muted); }
.note, .card { margin: 0 0 1.2rem; padding: .7rem 1rem; background: var(--sheet); border: 1px solid var(--line); border-inline-start: 4px solid var(--link); border-radius: 4px; }
.note > :last-child, .card > :last-child { margin-bottom: 0; } .note.warn { border-inline-start-color: var(--mark); } .card > :first-child { margin-top: 0; }
.fill { background: none; color: inherit; border: 1px dashed var(--mark); border-radius: 3px; padding: 0 .3em; } .fill::before { content: "✎ "; color: var(--mark); }
.lines { border: 0; border-bottom: 1px solid var(--edge); height: 2em; }
[dir="rtl"] { unicode-bidi: isolate; } :lang(ur) { font-family: NASTALIQ; line-height: 2; } :lang(fa), :lang(ps), :lang(ar) { font-family: "Noto Naskh Arabic", "Geeza Pro", "Segoe UI", serif; }
.visually-hidden { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media (max-width: 36rem) {
  .stacks, .stacks :is(caption, tbody, tr, td, th) { display: block; } .stacks thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .stacks tr { padding: .6rem 0; border-bottom: 2px solid var(--line); } .stacks :is(td, th) { border: 0; padding: .12rem 0; text-align: start; } .stacks td:empty { display: none; }
  .stacks td[data-label]::before { content: attr(data-label) ": "; font-weight: 600; color: var(--muted); }
}
@media (prefers-reduced-motion: reduce) { * { animation: none !important; transition: none !important; scroll-behavior: auto !important; } }
@page { margin: 18mm 16mm; }
@media print {
  :root { --ink: #000; --muted: #333; --paper: #fff; --sheet: #fff; --surface: #fff; --line: #999; --edge: #666; --link: #000; --mark: #000; --accent: #000; }
  html { font-size: 10.5pt; line-height: 1.45; } main { max-width: none; padding: 0; } a { text-decoration-color: #999; }
  .screen, button { display: none !important; } .sheet { break-before: page; } tr, .card, .note, .keep, blockquote, pre, figure { break-inside: avoid; } thead { display: table-header-group; } p, li { orphans: 3; widows: 3; }
  .scroll { overflow: visible; } p:has(+ :is(ul, ol)) { break-after: avoid; } .fill { border: 0; text-decoration: underline dotted; }
}
""".replace("NASTALIQ", _NASTALIQ).strip()
)


def page(title, body, lang="en"):
    """Return a whole HTML page.

    Parameters
    ----------
    title : str
        As plain text: the browser's tab and the first thing that a screen reader says.
    body : str
        HTML for the page's ``main``, with one ``h1``. Classes that the style knows: ``lead``, ``small``, ``note``
        (``note warn``), ``card``, ``fill`` (what an instructor still has to fill in), ``lines`` (a line to write on),
        ``scroll`` (around a wide table), ``stacks`` (a table whose rows become blocks on a phone: see `table`),
        ``number``, ``sheet`` (begins a new sheet of paper), ``keep`` (stays together on paper), ``screen`` (not on
        paper), ``visually-hidden``.
    lang : str
        The language of the page's text; it decides its direction.

    Returns
    -------
    str
        It asks no host for anything, and is not able to.
    """
    way = ' dir="rtl"' if is_right_to_left(lang) else ""
    return (
        f'<!doctype html>\n<html lang="{escape(lang)}"{way}>\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<link rel="icon" href="data:,">\n'
        f"<title>{escape(title)}</title>\n<style>\n{STYLE}\n</style>\n</head>\n<body>\n<main>\n{body.strip()}\n</main>\n</body>\n</html>\n"
    )


def is_right_to_left(lang):
    """Return whether a language is written from right to left."""
    return re.split(r"[-_]", lang)[0] in RIGHT_TO_LEFT


def markdown(text):
    """Return Markdown as HTML, with tables that fit a phone (see `table`), and the book's roles as their words.

    Parameters
    ----------
    text : str
        Our own: HTML in it is kept. Escape what others wrote before it comes here.
    """
    html = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(words(text))
    return _TABLE.sub(lambda found: _stacking(found[0]), html)


def _stacking(html):
    """Return a table of Markdown as one whose rows become blocks on a phone."""
    head, *rows = [re.findall(r"<t[hd](|\s[^>]*)>(.*?)</t[hd]>", row, re.DOTALL) for row in html.split("</tr>")[:-1]]
    numbers = {column for column, (style, _) in enumerate(head) if "right" in style}
    return table([unescape(re.sub(r"<[^>]+>", "", text)) for _, text in head], [[text for _, text in row] for row in rows], numbers=numbers)


def inline(text):
    """Return one line of Markdown as HTML, without a paragraph around it."""
    return MarkdownIt("commonmark", {"html": True}).renderInline(words(text))


def words(text):
    """Return the book's Markdown with each role, such as a link to a chapter or a term, as the words that it shows."""
    return _ROLE.sub(r"\1", text)


def table(head, rows, caption="", numbers=()):
    """Return a table as HTML: on a phone each row becomes a block, each cell beside its heading.

    Parameters
    ----------
    head : list of str
        Headings, as plain text.
    rows : list of list of str
        Cells, as HTML.
    caption : str
        Plain text.
    numbers : collection of int
        Which columns, from 0, hold numbers.
    """
    kind = [' class="number"' if column in numbers else "" for column in range(len(head))]
    top = "".join(f'<th scope="col"{kind[column]}>{escape(text)}</th>' for column, text in enumerate(head))
    body = "".join(f"<tr>{''.join(_cell(cell, head[column], kind[column]) for column, cell in enumerate(row))}</tr>\n" for row in rows)
    said = f"<caption>{escape(caption)}</caption>" if caption else ""
    return f'<table class="stacks">{said}<thead><tr>{top}</tr></thead>\n<tbody>\n{body}</tbody></table>\n'


def _cell(cell, label, kind):
    return f'<td data-label="{escape(label)}"{kind}>{cell}</td>'


def scrolling(html, label="Table"):
    """Return a wide table inside a box that scrolls by itself, which the keyboard reaches."""
    return f'<div class="scroll" role="region" aria-label="{escape(label)}" tabindex="0">{html}</div>'
