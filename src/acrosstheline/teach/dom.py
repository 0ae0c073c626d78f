"""HTML as a small tree, for taking parts out of pages that the book's own build wrote."""

from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser

VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
_VERBATIM = frozenset(("script", "style"))


@dataclass(eq=False)
class Node:
    """An element: its tag, attributes, and children, each an element or a text."""

    tag: str
    attributes: dict = field(default_factory=dict)
    children: list = field(default_factory=list)

    @property
    def classes(self):
        """Return the names of its classes."""
        return (self.attributes.get("class") or "").split()

    def all(self, tag=None, of_class=None):
        """Return every element below this one with the tag and the class named, in order."""
        found = []
        for child in self.elements():
            if tag in (None, child.tag) and (of_class is None or of_class in child.classes):
                found.append(child)
            found.extend(child.all(tag, of_class))
        return found

    def elements(self):
        """Return the children that are elements."""
        return [child for child in self.children if isinstance(child, Node)]

    @property
    def text(self):
        """Return all text inside, as a reader sees it."""
        return "".join(child if isinstance(child, str) else child.text for child in self.children)

    @property
    def inner(self):
        """Return what is inside as HTML."""
        if self.tag in _VERBATIM:
            return self.text
        return "".join(escape(child, quote=False) if isinstance(child, str) else child.html for child in self.children)

    @property
    def html(self):
        """Return the element as HTML."""
        said = "".join(f" {name}" if value is None else f' {name}="{escape(value)}"' for name, value in self.attributes.items())
        return f"<{self.tag}{said}>" if self.tag in VOID else f"<{self.tag}{said}>{self.inner}</{self.tag}>"


def parse(html):
    """Return HTML as a tree under one nameless root.

    Parameters
    ----------
    html : str
        As a page of the book has it: each element closed, in order.

    Raises
    ------
    ValueError
        If an element is closed that is not open, or left open.
    """
    reader = _Reader()
    reader.feed(html)
    reader.close()
    if len(reader.open) > 1:
        raise ValueError(f"<{reader.open[-1].tag}> is never closed")
    return reader.open[0]


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open = [Node("")]

    def handle_starttag(self, tag, attrs):
        node = Node(tag, dict(attrs))
        self.open[-1].children.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_startendtag(self, tag, attrs):
        self.open[-1].children.append(Node(tag, dict(attrs)))

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        if self.open[-1].tag != tag:
            raise ValueError(f"</{tag}> closes <{self.open[-1].tag}>")
        self.open.pop()

    def handle_data(self, data):
        self.open[-1].children.append(data)
