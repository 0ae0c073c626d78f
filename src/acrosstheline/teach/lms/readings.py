"""A chapter as a page to read inside a learning management system: its text, its tables and its charts as they stand.

The charts are files beside the page. Moodle keeps pictures and drops what is drawn inside a page (see
``backup/cc/entity11.resource.class.php`` in its source); Canvas, Blackboard and Brightspace serve both.
"""

import posixpath
import re
from dataclasses import dataclass
from html import escape

from acrosstheline.teach import dom, page
from acrosstheline.teach.catalogue import CourseError, home

BUILT = "_build/html"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"

_KEPT = frozenset(
    "a abbr b bdi bdo blockquote br caption cite code dd details div dl dt em figcaption figure h2 h3 h4 hr i img "
    "li ol p pre q small strong sub summary sup table tbody td th thead tr ul".split()
)
_DROPPED = frozenset("button input noscript option output script select style template textarea".split())
# Parts of a page that only work with its script, stand beside another form of the same thing, or fold code that only draws.
_UNUSED = frozenset(("headerlink", "atl-narrow", "atl-filters", "atl-ways", "atl-two", "atl-feedback", "atl-chosen", "atl-tools", "hide"))
_ATTRIBUTES = {"a": ("href", "id"), "img": ("src", "alt", "width"), "td": ("data-label", "colspan", "rowspan"), "th": ("scope", "colspan", "rowspan"), "details": ("open",)}
_EVERYWHERE = ("lang", "dir", "id")
_PICTURE = re.compile(r"<svg\b.*?</svg>", re.DOTALL)
_WIDTH = re.compile(r'\bwidth="(\d+)')
_STYLE = "li > p:only-child { margin: 0; } figure img { background: #fff; border-radius: 4px; } .option { margin: 0 0 .3rem 1rem; }"


@dataclass(frozen=True)
class Reading:
    """A chapter as a page (HTML) and the charts beside it (SVG), each by its file name."""

    name: str
    html: str
    pictures: dict


def reading(unit, course):
    """Return one chapter as a page to read.

    Parameters
    ----------
    unit : acrosstheline.teach.catalogue.Unit
    course : acrosstheline.teach.course.Course
        Says which other chapters stand beside it, and where the book is on the web.

    Returns
    -------
    Reading

    Raises
    ------
    CourseError
        If the book is not built.
    """
    drawn = []
    article = dom.parse(_placeheld(_built(unit), drawn)).all("article")[0]
    cleaner = _Cleaner(unit, course, drawn)
    body = dom.Node("", children=cleaner.clean(article.children)).inner
    html = page.page(unit.title, f"<style>{_STYLE}</style>\n<h1>{escape(unit.title)}</h1>\n{_tidy(body)}\n{_credit(unit, course)}")
    return Reading(f"{unit.name}.html", _own_pictures(html), cleaner.pictures)


def _built(unit):
    path = home() / BUILT / unit.page
    if not path.is_file():
        raise CourseError(f"The page of {unit.title!r} is not built, and readings are made from it: run `make book` first.")
    return path.read_text(encoding="utf-8")


def _placeheld(html, drawn):
    """Return a page whose drawings are numbered places, and put the drawings aside as they are."""

    def aside(found):
        drawn.append(found[0])
        return f'<svg data-place="{len(drawn) - 1}"></svg>'

    return _PICTURE.sub(aside, html)


def _tidy(html):
    return re.sub(r"\n\s*\n+", "\n", html).strip()


def _own_pictures(html):
    """Return the page allowed to show the pictures that lie beside it, wherever a system puts them."""
    return html.replace("img-src data:;", "img-src * data:;")


def _credit(unit, course):
    where = f'<a href="{escape(course.book + unit.page)}">the chapter in the book</a>' if course.book else "the chapter in the book"
    return (
        f'<hr>\n<p class="small">From <cite>Across the Line</cite>, chapter {unit.number}, by The Across the Line team. Text, charts and tables: '
        f'<a href="{LICENCE}">CC BY 4.0</a>; quotations belong to their authors. Left out here: questions with feedback (they are a quiz), '
        f"parts that need the book's own page, and code that only draws. They are in {where}.</p>"
    )


class _Cleaner:
    """Takes from a chapter's page what can be read anywhere."""

    def __init__(self, unit, course, drawn):
        self.unit, self.course, self.drawn = unit, course, drawn
        self.beside = {other.name for other in course.units}
        self.pictures = {}

    def clean(self, children):
        """Return the children that stay, as they will stand."""
        return [kept for child in children for kept in ([child] if isinstance(child, str) else self._element(child))]

    def _element(self, node):
        classes = set(node.classes)
        if node.tag in _DROPPED or node.tag == "h1" or classes & _UNUSED or "hidden" in node.attributes:
            return []
        if "atl-quiz" in classes:
            return [_paragraph("The five questions of this section are a quiz of the same week.")]
        if "atl-wide" in classes:
            return [self._picture(node)]
        if "atl-title" in classes:
            return [dom.Node("strong", children=self.clean(node.children)), ". "]
        if "atl-badge" in classes:
            return [" [", *self.clean(node.children), "]"]
        if node.tag == "pre":
            return [dom.Node("pre", children=[dom.Node("code", children=[node.text])])]
        if node.tag in ("legend", "label"):
            return self._asked(node)
        if node.tag == "a" and not self._address(node.attributes.get("href")):
            return self.clean(node.children)
        if node.tag in _KEPT or node.tag == "span" and {"lang", "dir"} & set(node.attributes):
            return self._kept(node)
        return self.clean(node.children)

    def _kept(self, node):
        names = (*_EVERYWHERE, *_ATTRIBUTES.get(node.tag, ()))
        said = {name: value for name, value in node.attributes.items() if name in names}
        if "href" in said:
            said["href"] = self._address(said["href"])
        if "atl-num" in node.classes:
            said["class"] = "number"
        if node.tag == "table" and node.all("td") and all("data-label" in cell.attributes for cell in node.all("td")):
            said["class"] = "stacks"
        inside = self.clean(node.children)
        return [dom.Node(node.tag, said, inside)] if inside or node.tag in (*dom.VOID, "td", "th", "a") else []

    def _asked(self, node):
        """Return a question that the page asks, or one of its choices, as a paragraph; nothing where menus did the asking."""
        if node.all("select") or node.all("textarea") or any(field.attributes.get("type") not in ("radio", "checkbox") for field in node.all("input")):
            return []
        words = self.clean(node.children)
        if node.tag == "legend":
            return [dom.Node("p", children=[dom.Node("strong", children=words)])]
        return [dom.Node("p", {"class": "option"}, ["○ ", *words])]

    def _picture(self, node):
        svg = self.drawn[int(node.all("svg")[0].attributes["data-place"])]
        name = f"{self.unit.name}-{len(self.pictures) + 1}.svg"
        self.pictures[name] = f'<?xml version="1.0" encoding="UTF-8"?>\n{svg}\n'
        return dom.Node("img", {"src": name, "alt": node.attributes.get("aria-label", ""), "width": _WIDTH.search(svg)[1]})

    def _address(self, href):
        """Return where a link leads from here, or nothing where it leads nowhere."""
        if not href or href.startswith("#") or re.match(r"[a-z]+:", href):
            return href or ""
        path, _, mark = href.partition("#")
        known = re.fullmatch(r"(?:.*/)?(\w+)\.html", path)
        if known and known[1] in self.beside:
            return path.split("/")[-1]
        if not self.course.book:
            return ""
        return self.course.book + posixpath.normpath(posixpath.join(posixpath.dirname(self.unit.page), path)) + (f"#{mark}" if mark else "")


def _paragraph(text):
    return dom.Node("p", children=[dom.Node("em", children=[text])])
