"""The reading packet: the chapters of a course in one file, from the built pages: as a page, and as a PDF where there is a Chromium."""

import os
import re
import shutil
import subprocess
import tempfile
from functools import lru_cache
from html import escape
from html.parser import HTMLParser
from pathlib import Path

from acrosstheline.teach import catalogue, page, syllabus
from acrosstheline.teach.catalogue import CourseError

WITHOUT_PDF = (
    "A PDF is printed by the browser Chromium, and there was none on the computer on which this folder was made. "
    "Open the packet that is a page for your browser, and print it from there if you want it on paper."
)
PDF, HTML = "reading_packet.pdf", "reading_packet.html"
BROWSERS = (
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome", "/Applications/Chromium.app/Contents/MacOS/Chromium",
)  # fmt: skip
QUIET = [
    "--headless", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions",
    "--host-resolver-rules=MAP * ~NOTFOUND", "--lang=en-GB", "--export-tagged-pdf", "--generate-pdf-document-outline", "--no-pdf-header-footer",
]  # fmt: skip
PATIENCE = 600  # seconds

# What stays on the site: buttons and menus, links into the page, live copies of what is also there in print.
_LEFT_OUT = {
    "headerlink", "atl-tools", "atl-ways", "atl-filters", "atl-feedback", "atl-chosen", "atl-two", "atl-option-live", "atl-brief", "atl-jump", "copybtn",
}  # fmt: skip
_LEFT_OUT_TAGS = {"script", "style", "button", "output", "textarea", "select"}
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_REFERS = re.compile(r'\b(id|for|headers|aria-labelledby|aria-describedby|aria-controls)="([^"]+)"')
_HREF = re.compile(r'\b(xlink:)?href="([^"]*)"')
_URL = re.compile(r"url\(#([^)]+)\)")
_LEAF = re.compile(r'<span class="leaf" data-of="([\w-]+)"></span>')
_CELL = re.compile(rb"\(node\d{8}\)")
_HIDDEN = re.compile(r'\s(?:hidden|open|border)(?:="[^"]*")?(?=[\s>/])')


def members(course):
    """Return a course's reading packet.

    Parameters
    ----------
    course : acrosstheline.teach.course.Course

    Returns
    -------
    dict of str to bytes
        ``reading_packet.html``, for a screen; and where there is a Chromium ``reading_packet.pdf``, for paper. The
        same pages and the same Chromium give the same bytes.

    Raises
    ------
    acrosstheline.teach.catalogue.CourseError
        If the book is not built, or Chromium does not print.
    """
    files, browser = {HTML: assemble(course, paper=False).encode()}, chromium()
    if browser:
        files[PDF] = printed(assemble(course, paper=True), browser)
    return files


def chromium():
    """Return where Chromium or a browser of its family is, or None."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def behind(course):
    """Return the chapters whose built page is older than their text, by their short names."""
    return [unit.name for unit in course.units if _built(unit).is_file() and _built(unit).stat().st_ctime < (catalogue.home() / "book" / f"{unit.name}.ipynb").stat().st_mtime]


def _built(unit):
    """Return where a chapter's page is. Of its times, only that of its last change is true: `make book` sets the other to the same day."""
    return catalogue.home() / "_build" / "html" / unit.page


# --- one document -------------------------------------------------------------------------------------------


def assemble(course, paper=True):
    """Return the chapters of a course as one HTML page that needs nothing else.

    Parameters
    ----------
    course : acrosstheline.teach.course.Course
    paper : bool
        Whether it is to be printed at once: charts in one width, and the answers of the quizzes at the end.

    Raises
    ------
    acrosstheline.teach.catalogue.CourseError
        If the book is not built.
    """
    chapters = [_chapter(unit, course, paper) for unit in course.units]
    answers = "".join(answers for _, answers in chapters)
    at_the_end = f'<section class="chapter" id="answers"><h2>Answers to guesses and quizzes</h2><p>Chapter by chapter. Answer first, then look.</p>{answers}</section>' if answers else ""
    body = _cover(course, bool(answers)) + "".join(chapter for chapter, _ in chapters) + at_the_end
    whole = page.page(f"Reading packet: {course.name}", body)
    kind = "bd-article paper" if paper else "bd-article"
    return whole.replace("</style>", f"{_style()}\n</style>", 1).replace("<main>", f'<main class="{kind}">', 1)


def _cover(course, with_answers):
    items = "".join(f'<li><a href="#{unit.name}">{escape(unit.title)}</a> <span class="small">about {unit.minutes} minutes</span>{_leaf(unit.name)}</li>' for unit in course.units)
    more = f'<li><a href="#answers">Answers to guesses and quizzes</a>{_leaf("answers")}</li>' if with_answers else ""
    cover = " What we found where the text asks for a guess, and the answers of the quizzes, stand at the end; where it says <em>Judge first</em>, cover the lines below with a sheet of paper." if with_answers else ""
    weeks = "".join(f"<li>{_when(course, day)}</li>" for day in course.days)
    return f"""<header class="cover"><p class="small">Reading packet</p><h1>{escape(course.name)}</h1>
<p class="lead">From <em>Across the Line</em>, a book on Pakistan, Afghanistan and the debate over deporting Afghans from Pakistan.</p>
<p>Charts stand here as pictures, with their sources under them. Menus and sliders of the book are left out; what they show is printed in full.{cover} Before any passage that describes killing stands a note, and it can be skipped.</p>
<h2>Contents</h2><ol>{items}</ol>{f"<ul>{more}</ul>" if more else ""}
<h2>When we meet</h2><ul>{weeks}</ul>
<p class="small">Text and tables: CC BY 4.0, the Across the Line team. Quotations belong to their authors. Cite a figure by the source that stands under it.</p></header>
"""


def _when(course, day):
    """Return a line on one meeting, or on a day without one."""
    if day in course.off:
        return f"No meeting on {syllabus.shown(day, course.language)}"
    return f"Week {day.number}, {syllabus.shown(day.meets, course.language)}: {escape(day.title)}"


def _leaf(name):
    """Return where the number of a sheet is filled in, once it is known."""
    return f'<span class="leaf" data-of="{name}"></span>'


def _chapter(unit, course, paper):
    """Return a chapter's part of the packet, and the answers to its guesses and its quiz where these stand at the end."""
    cleaner = _Cleaner(unit.name, {other.name for other in course.units}, course.book, paper)
    cleaner.feed(_article(unit))
    cleaner.close()
    chapter = f'<section class="chapter" id="{unit.name}">{"".join(cleaner.out)}</section>\n'
    lists = (("What we found where you guessed", cleaner.guesses), ("The quiz", cleaner.answers))
    answers = "".join(f"<h4>{name}</h4><ol>{''.join(f'<li>{text}</li>' for text in found)}</ol>" for name, found in lists if found)
    return chapter, f'<h3 id="answers-{unit.name}">{escape(unit.title)}</h3>{answers}' if answers else ""


def _article(unit):
    path = _built(unit)
    if not path.is_file():
        raise CourseError(f"The packet is made from the built book, and {path.relative_to(catalogue.home())} is not there: run `make book` first.")
    text = path.read_text(encoding="utf-8")
    begin = text.index('<article class="bd-article">')
    return text[text.index(">", begin) + 1 : text.rindex("</article>")]


class _Cleaner(HTMLParser):
    """Copies a built page's text, leaves out what works on a screen alone, and keeps names apart between chapters."""

    def __init__(self, chapter, chapters, book, paper):
        super().__init__(convert_charrefs=False)
        self.chapter, self.chapters, self.book, self.paper = chapter, chapters, book, paper
        self.out, self.answers, self.guesses, self.open = [], [], [], []
        self.skipping = 0
        self.closed = False  # whether the figure around was closed before its end
        self.apart = None  # where in `out` an answer begins that goes to the end
        self.asked = None  # where in `out` the question of a guess begins; then the question

    def handle_starttag(self, tag, attributes):
        alone = tag in _VOID or self.get_starttag_text().endswith("/>")
        classes = set((dict(attributes).get("class") or "").split())
        inside = {kind for kinds in self.open for kind in kinds[1]}
        if self.skipping or self._left_out(tag, dict(attributes), classes, inside):
            if not alone:
                self.skipping += 1
                self.open.append((tag, classes))
            return
        if not alone:
            self.open.append((tag, classes))
        if self.paper and tag == "details" and inside & {"atl-question", "atl-predict"}:
            self.apart = len(self.out)
        if tag == "legend" and "atl-predict" in inside:
            self.asked = len(self.out) + 1
        if self.paper and "atl-provenance" in classes and not self.closed:
            self.out.append("</figure>")  # a title stays on one sheet with its chart; the sources may run on to the next
            self.closed = True
        self.out.append(self._written(tag, attributes, classes, inside))

    handle_startendtag = handle_starttag

    def handle_endtag(self, tag):
        while any(opened == tag for opened, _ in self.open):
            opened, _ = self.open.pop()
            if self.skipping:
                self.skipping -= 1
            elif opened == tag == "figure" and self.closed:
                self.closed = False
            elif opened == tag:
                if tag == "legend" and isinstance(self.asked, int):
                    self.asked = "".join(self.out[self.asked :])
                self.out.append(f"</{self._renamed(tag)}>")
            if opened == tag:
                break
        if tag == "details" and self.apart is not None:
            self._put_apart()

    def _put_apart(self):
        """Move an answer to the end; after a guess, say where it is."""
        text = re.sub(r"^<details[^>]*><summary[^>]*>.*?</summary>|</details>$", "", "".join(self.out[self.apart :]), flags=re.DOTALL)
        del self.out[self.apart :]
        if self.asked is None:
            self.answers.append(text)
        else:
            self.guesses.append(f"<p><strong>{self.asked}</strong></p>{text}")
            name = f"answers-{self.chapter}"
            self.out.append(f'<p class="small">Write your answer down. What we found is <a href="#{name}">answer {len(self.guesses)} of this chapter</a>, at the end{_leaf(name)}.</p>')
        self.apart = self.asked = None

    def _left_out(self, tag, attributes, classes, inside):
        if tag in _LEFT_OUT_TAGS or tag == "input" or classes & _LEFT_OUT or "download" in attributes and not self.book:
            return True
        if "atl-choose" in classes:
            return not inside & {"atl-predict"}
        return self.paper and ("atl-narrow" in classes or _is_folded(tag, classes, inside) and "atl-question" not in inside)

    def _renamed(self, tag):
        if re.fullmatch(r"h[1-5]", tag):
            return f"h{int(tag[1]) + 1}"
        return {"fieldset": "div", "legend": "p", "label": "div"}.get(tag, tag)

    def _written(self, tag, attributes, classes, inside):
        text = _HIDDEN.sub("", self.get_starttag_text())
        if tag == "a":
            return self._link(dict(attributes))
        if tag in ("fieldset", "legend", "label"):
            return f'<{self._renamed(tag)} class="{"choice" if tag == "label" else "asked"}">'
        text = _REFERS.sub(lambda found: f'{found[1]}="{" ".join(self._own(name) for name in found[2].split())}"', text)
        text = _URL.sub(lambda found: f"url(#{self._own(found[1])})", text)
        text = _HREF.sub(lambda found: f'{found[1] or ""}href="#{self._own(found[2][1:])}"' if found[2].startswith("#") else found[0], text)
        if re.fullmatch(r"h[1-5]", tag):
            text = re.sub(r"^<h[1-5]", f"<{self._renamed(tag)}", text)
        if self.paper and tag == "details" and not _is_folded(tag, classes, inside):
            text = text.replace("<details", "<details open", 1)
        return text

    def _own(self, name):
        """Return an element's name as no other chapter has it."""
        return f"{self.chapter}--{name}"

    def _link(self, attributes):
        """Return a link so that it leads within the packet, or to the book, or to another site; else nothing to click on."""
        where = self._where(attributes.get("href") or "")
        return f'<a href="{escape(where)}">' if where else "<a>"

    def _where(self, href):
        if re.match(r"(?:https?|mailto):", href):
            return href
        target, _, anchor = href.partition("#")
        name = Path(target).stem
        if not target:
            return f"#{self._own(anchor)}"
        if target == f"{name}.html" and name in self.chapters:
            return f"#{name}--{anchor}" if anchor else f"#{name}"
        if not self.book:
            return ""
        whole = target[3:] if target.startswith("../") else f"book/{target}"
        return f"{self.book}{whole}" + (f"#{anchor}" if anchor else "")

    def handle_data(self, data):
        if not self.skipping:
            self.out.append(data)

    def handle_entityref(self, name):
        self.handle_data(f"&{name};")

    def handle_charref(self, name):
        self.handle_data(f"&#{name};")


def _is_folded(tag, classes, inside):
    """Return whether an element stays folded where it can be opened: code, the rows of a chart, the answers of a quiz."""
    return tag == "details" and ("hide" in classes or "atl-question" in inside or "atl-figure" in inside and "atl-provenance" not in classes)


def _style():
    """Return the book's own style for charts, cards and tables, with what makes a packet of it."""
    assets = catalogue.home() / "book" / "assets"
    own = "".join((assets / name).read_text(encoding="utf-8") for name in ("atl.css", "options.css", "brief.css"))
    return _DARK.sub(lambda found: f"@media screen and (prefers-color-scheme: dark) {{ {found[0].replace(_IN_THE_DARK, 'html:root')} }}", own) + _STYLE


# The book's script settles on light or dark; a packet has no script, and follows the reader's system.
_IN_THE_DARK = 'html[data-theme="dark"]'
_DARK = re.compile(re.escape(_IN_THE_DARK) + r"[^{}]*\{[^{}]*\}")
_STYLE = """
main.bd-article { max-width: 46rem; }
.bd-article h1 { text-align: start; } .bd-article h2 { font-size: clamp(1.7rem, 1.4rem + 1.2vw, 2.1rem); margin-top: 1rem; } .bd-article h3 { font-size: 1.4rem; } .bd-article h4 { font-size: 1.15rem; }
.bd-article .atl-chart { content-visibility: visible; }
.leaf { font: .9rem var(--sans); } .leaf::before { content: ", "; } .leaf:empty { display: none; }
.chapter { margin-top: 4rem; padding-top: 1rem; border-top: 3px solid var(--mark); }
.choice::before { content: "\\2610\\00a0"; } .choice { padding: .1rem 0 .1rem 1.4rem; text-indent: -1.4rem; } .asked { font-weight: 600; } .asked > * { font-weight: 400; } .asked > .asked { font-weight: 600; margin-bottom: .3rem; }
.admonition, .sd-card { margin: 0 0 1.2rem; padding: .6rem 1rem; border: 1px solid var(--line); border-inline-start: 4px solid var(--link); border-radius: 4px; }
.admonition-title, .sd-summary-title { font-weight: 600; margin: 0; }
.sd-summary-state-marker, .sd-octicon { display: none; }
.bd-article .atl-scroll { overflow-x: auto; }
summary { font-family: var(--sans); } .bd-article details.hide { border: 0; padding: 0; } .bd-article details.hide > summary > p { display: inline; font-weight: 500; } .bd-article details:not([open]) > summary > .expanded, .bd-article details[open] > summary > .collapsed { display: none; }
.bd-article li > p { margin: 0; } .bd-article pre { border: 0; margin: 0; font-size: .8em; } .bd-article .cell_input { margin-bottom: 1rem; }
.bd-article .atl-card dd { border: 0; padding: 0; margin: 0; } .atl-panel-name { margin: .8rem 0 .2rem; }
.paper .atl-figure { margin-bottom: 0; border-bottom: 0; border-radius: 6px 6px 0 0; } .paper .atl-provenance { margin: 0 0 2rem; padding: .4rem 1rem .6rem; border: 1px solid var(--line); border-top: 0; border-radius: 0 0 6px 6px; font: .9rem/1.45 var(--sans); }
@page { size: A4; @bottom-center { content: counter(page); font: 9pt system-ui, sans-serif; color: #333; } @bottom-left { content: "Across the Line"; font: 9pt system-ui, sans-serif; color: #333; } }
@page :first { @bottom-center { content: none; } @bottom-left { content: none; } }
@media print {
  main.bd-article { max-width: none; } .chapter { break-before: page; border-top: 0; margin: 0; padding: 0; }
  .bd-article p, .bd-article li { line-height: 1.42; } details > summary { list-style: none; color: inherit; font-weight: 600; min-height: 0; }
  .atl-provenance { font-size: 8pt; line-height: 1.3; } .bd-article .atl-provenance :is(p, li) { line-height: 1.3; margin: 0 0 .2rem; }
  .atl-table details::details-content { content-visibility: visible; display: block; height: auto; }
  .paper .atl-figure { break-after: avoid; } .atl-figure svg { max-height: 220mm; }
  /* Rows with evidence under them: the claim, whose it is and its badge on one line, and the evidence below at full width. */
  .atl-table tr:has(td details) { display: block; padding: .5rem 0 .3rem; border-top: 1px solid var(--line); break-inside: auto; font-size: 8.5pt; } .atl-table tr:has(td details) td { display: inline-block; vertical-align: top; width: 24%; border: 0; padding: .1rem .4rem; } .atl-table tr:has(td details) td:first-child { width: 46%; font-weight: 600; } .atl-table tr:has(td details) td:has(details) { display: block; width: 100%; }
  .atl-table thead:has(+ tbody td details) { display: none; } td details summary { display: inline; padding: 0; } td details :is(ul, li) { margin: 0; line-height: 1.3; font-size: 8pt; } td details { border: 0; padding: 0; margin: 0; } td .atl-badge { white-space: normal; }
}
"""


# --- paper -----------------------------------------------------------------------------------------------------


@lru_cache(maxsize=8)
def printed(html, browser):
    """Return a page as a tagged PDF with bookmarks, and with the numbers of its sheets, in the contents too.

    It is printed twice: the first time shows on which sheet each chapter begins.

    Parameters
    ----------
    html : str
    browser : str
        Where Chromium is.

    Raises
    ------
    acrosstheline.teach.catalogue.CourseError
        If Chromium does not print.
    """
    begins = sheets(_print(html, browser))
    numbered = _LEAF.sub(lambda found: f'<span class="leaf">page {begins[found[1]]}</span>' if found[1] in begins else "", html)
    return recounted(single(timeless(_print(numbered, browser))))


def _print(html, browser):
    # Some Chromiums may only read and write under the user's own folders, so this happens in the course's.
    shelf = catalogue.home() / "_build"
    with tempfile.TemporaryDirectory(prefix="packet-", dir=shelf, ignore_cleanup_errors=True) as folder:
        place = Path(folder)
        (place / "packet.html").write_text(html, encoding="utf-8")
        root = ["--no-sandbox"] if getattr(os, "geteuid", lambda: 1)() == 0 else []  # Chromium refuses to run for root with one
        command = [browser, *QUIET, *root, f"--user-data-dir={place / 'profile'}", f"--print-to-pdf={place / 'packet.pdf'}", (place / "packet.html").as_uri()]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, env={**os.environ, "TZ": "UTC", "LC_ALL": "C.UTF-8"})
        except subprocess.TimeoutExpired:
            raise CourseError(f"{browser} did not finish printing the packet within {PATIENCE // 60} minutes. Choose fewer chapters, or try again.") from None
        if not (place / "packet.pdf").is_file():
            raise CourseError(f"{browser} did not print the packet:\n{done.stderr.strip()[-600:]}")
        return (place / "packet.pdf").read_bytes()


def sheets(pdf):
    """Return on which sheet, from 1, each named place of a PDF begins, as Chromium writes them."""
    parents = {int(number): [int(kid) for kid in kids.split()[::3]] for number, kids in re.findall(rb"(\d+) 0 obj\n<</Type /Pages\n/Count \d+\n/Kids \[([^\]]*)\]", pdf)}
    below = {kid for kids in parents.values() for kid in kids}

    def leaves(number):
        return [leaf for kid in parents[number] for leaf in leaves(kid)] if number in parents else [number]

    order = [leaf for number in sorted(set(parents) - below) for leaf in leaves(number)]
    places = re.findall(rb"/([\w-]+) \[(\d+) 0 R /XYZ", pdf)
    return {name.decode(): order.index(int(number)) + 1 for name, number in places if int(number) in order}


def timeless(pdf):
    """Return a PDF without the moment at which it was written; its length, and with it its inner addresses, stay."""
    return re.sub(rb"/(CreationDate|ModDate) \(D:\d{14}[^)]*\)", lambda found: re.sub(rb"D:\d{14}", b"D:20260101000000", found[0]), pdf)


def recounted(pdf):
    """Return a PDF with the cells of its tables counted from 1: Chromium begins anywhere, by how fast it was."""
    names = sorted(set(_CELL.findall(pdf)))
    counted = {name: b"(node%08d)" % number for number, name in enumerate(names, start=1)}
    return _CELL.sub(lambda found: counted[found[0]], pdf)


def single(pdf):
    """Return a PDF with each bookmark's words once: Chromium doubles those of headings that moved to the next sheet."""
    return re.sub(rb"/Title \((.+)\1\)", lambda found: b"/Title (" + found[1] + b")" + b" " * len(found[1]), pdf)
