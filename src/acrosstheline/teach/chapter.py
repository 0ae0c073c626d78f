"""A chapter taken apart: its sections with their questions, figures, excerpts and predictions, and how it ends."""

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from html import unescape

from acrosstheline.charts.renderer import MIME
from acrosstheline.teach import catalogue, dom
from acrosstheline.teach.catalogue import CourseError

_BOLD = re.compile(r"\*\*(.+?\?)\*\*\s*", re.DOTALL)
_FENCE = re.compile(r"^:::+.*\n?", re.MULTILINE)
_LABEL = re.compile(r"(?:- )?\*\*([^*]+?)[.:]?\*\*[.:]?\s+(.+)", re.DOTALL)
# How the one who speaks in "The strongest criticism" is brought in.
_CRITIC = re.compile(r"(?:\*\*From (?P<reader>a [^*]+?)\.\*\*|(?P<critic>A (?:critic|man|woman)\b.+?),? (?:might|would) [^.:]*?[.:])\s+(?P<said>.+)", re.DOTALL)


@dataclass(frozen=True)
class Text:
    """Prose, as Markdown."""

    markdown: str


@dataclass(frozen=True)
class Figure:
    """A chart: what its author says of it, and its specification as JSON, without a title."""

    facts: dict
    spec: str
    height: int


@dataclass(frozen=True)
class Excerpt:
    """A quotation: what to ask before it is read, its words, its sourcing line, the document's name, and its sourcing card; all HTML."""

    expect: str
    quotation: str
    origin: str
    document: str
    card: tuple


@dataclass(frozen=True)
class Prediction:
    """A question to commit to before reading on: its choices, and what was found, as HTML."""

    question: str
    choices: tuple
    answer: str


@dataclass(frozen=True)
class Live:
    """What a class can try in the book itself: the question that an explorer asks, as HTML."""

    question: str


@dataclass(frozen=True)
class Section:
    """A section of a chapter: its heading, the question in bold under it, and what follows in order."""

    title: str
    question: str
    pieces: tuple

    def of(self, kind):
        """Return its pieces of one kind, in order."""
        return [piece for piece in self.pieces if isinstance(piece, kind)]

    def after(self, piece):
        """Return the prose that follows a piece at once, as Markdown; nothing where another piece follows."""
        place = self.pieces.index(piece) + 1
        following = self.pieces[place] if place < len(self.pieces) else None
        return following.markdown if isinstance(following, Text) else ""


@lru_cache(maxsize=None)
def sections(name):
    """Return the sections of a chapter that ask a question, in order.

    Parameters
    ----------
    name : str
        The chapter's short name.

    Returns
    -------
    tuple of Section

    Raises
    ------
    CourseError
        If it has none: the chapter is no chapter, or was never executed.
    """
    found = [_section(heading, pieces) for heading, pieces in _headed(name)]
    kept = tuple(section for section in found if section.question)
    if not kept:
        raise CourseError(f"The chapter {name!r} has no section that opens with a question in bold.")
    return kept


@lru_cache(maxsize=None)
def _headed(name):
    """Return what stands under each heading of a chapter; first what stands before any."""
    notebook = json.loads((catalogue.home() / "book" / f"{name}.ipynb").read_text(encoding="utf-8"))
    figures, parts = catalogue.glued(notebook), [("", [])]
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            before, *headed = re.split(r"^## (.+)$", catalogue.filled("".join(cell["source"]), figures, f"book/{name}.ipynb"), flags=re.MULTILINE)
            parts[-1][1].append(Text(_plain(before)))
            parts += [(title.strip(), [Text(_plain(body))]) for title, body in zip(headed[::2], headed[1::2])]
        for output in cell.get("outputs", []):
            parts[-1][1].extend(_pieces(output.get("data", {})))
    return parts


def _plain(markdown):
    """Return Markdown without the fences of boxes: what is in a box stays."""
    return _FENCE.sub("", markdown).strip()


def _section(title, pieces):
    asked = _BOLD.match(pieces[0].markdown) if pieces and isinstance(pieces[0], Text) else None
    if not asked or not title:
        return Section(title, "", tuple(pieces))
    rest = [Text(pieces[0].markdown[asked.end() :].strip()), *pieces[1:]]
    return Section(title, asked[1], tuple(piece for piece in rest if piece != Text("")))


def _pieces(data):
    """Return what one output shows; nothing for tables and for what only the kernel says."""
    if MIME in data:
        return [_figure(data[MIME])]
    html = "".join(data.get("text/html", ""))
    if not html.startswith(("<section", "<div")):
        return []
    top = dom.parse(html).elements()[0]
    if "atl-excerpt" in top.classes:
        return [_excerpt(top)]
    if "atl-predict" in top.classes:
        return [_prediction(top)]
    return _live(top) if "atl-explorer" in top.classes else []


def _figure(spec):
    spec = dict(spec)
    facts, _title = spec.pop("usermeta")["figure"], spec.pop("title", None)
    spec["width"] = "container"
    return Figure(facts, json.dumps(spec, sort_keys=True), spec["height"])


def _excerpt(top):
    asked = top.all("p", "atl-expect")
    expect = dom.Node("", children=asked[0].children[1:]).inner.strip() if asked else ""
    origin = top.all("p", "atl-from")[-1].inner.strip()
    card = tuple((row.all("dt")[0].inner, row.all("dd")[0].inner) for row in top.all("dl", "atl-card")[0].elements()) if top.all("dl", "atl-card") else ()
    document = re.sub(r", paragraph .*", "", origin.split(" · ")[-2])
    return Excerpt(expect, top.all("blockquote")[0].all("p")[0].inner, origin, document, card)


def _prediction(top):
    body = top.all("details")[0].elements()[1:]
    return Prediction(top.all("legend")[0].inner, tuple(label.text.strip() for label in top.all("label")), "".join(node.html for node in body))


def _live(top):
    asked = top.all("legend") or top.all("p", "atl-ask")
    return [Live(asked[0].text.strip())] if asked else []


# --- how a chapter ends ---------------------------------------------------------------------------------------


def _ending(name, begins):
    """Return the prose of the section whose heading begins as told, paragraph by paragraph."""
    for title, pieces in _headed(name):
        if title.startswith(begins):
            return [part.strip() for piece in pieces if isinstance(piece, Text) for part in piece.markdown.split("\n\n") if part.strip()]
    raise CourseError(f"The chapter {name!r} has no section {begins!r}.")


def standing(name):
    """Return what a chapter holds to be settled, disputed, unknown and so on.

    Returns
    -------
    list of (str, list of str)
        Each label, and its sentences as Markdown.
    """
    parts = [line for part in _ending(name, "Settled") for line in re.split(r"\n(?=(?:- )?\*\*)", part)]
    found = [_LABEL.fullmatch(part) for part in parts]
    return [(match[1], [line.strip() for line in match[2].split("\n") if line.strip()]) for match in found if match]


def critics(name):
    """Return those who speak in the strongest criticism of a chapter.

    Returns
    -------
    list of (str, list of str)
        Who, and what they say, sentence by sentence as Markdown, without the answers to it.

    Raises
    ------
    CourseError
        If nobody speaks.
    """
    found = [_CRITIC.match(part) for part in _ending(name, "The strongest criticism")]
    said = [(match["reader"] or match["critic"], [line.strip() for line in match["said"].split("\n") if line.strip()]) for match in found if match]
    if not said:
        raise CourseError(f"Nobody speaks in the strongest criticism of {name!r}.")
    return [(unescape(who[0].upper() + who[1:]), lines) for who, lines in said]


def criticism(name):
    """Return the whole of the strongest criticism of a chapter, with what would settle it, as Markdown."""
    return "\n\n".join(_ending(name, "The strongest criticism"))
