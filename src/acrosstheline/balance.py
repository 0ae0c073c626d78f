"""The balance report: who is heard in which chapter, counted from the chapters and the tables.

A chapter is read as it is committed: its text, and what its cells show. Four things are counted.

- *Excerpts*: pieces of the five documents that are shown, by the group from which the words come.
- *Sources*: different sources that a reader can open from the text, by the group from which their
  information comes (`sources.csv`). Those under a chart are left out: charts are counts, not voices.
- *Voices*: people of `people.csv` who are named, once a chapter. A name is looked for whole, or as a title
  with its last word, such as *General Babar*. Where two names end so, the title has to be in the role of
  one of them alone: *Prime Minister Kakar* is the prime minister, and not the historian.
- *Criticism*: the words of the two critics at the end of a chapter, from Kabul (or from those who were
  sent there) and from Islamabad.

A count is no measure of fairness. It shows a tilt that a reader may want to object to.
"""

import json
import re
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path

import pandas as pd
import yaml

from acrosstheline import markup, tables

AFGHAN, PAKISTANI = ("afghan_authorities", "afghan_press"), ("pakistani_state", "pakistani_press")
CRITICS = {"Kabul": ("Kabul", "sent back", "expelled", "put over the border"), "Islamabad": ("Islamabad",)}
_EXCERPT = re.compile(r'atl\.excerpt\(\s*"(\w+)"')
_LINK = re.compile(r'href=\\?"(https?://[^"\\]+)|\]\((https?://[^)\s]+)\)')
_TITLES = ["Ambassador", "Chief", "Colonel", "Consul", "Envoy", "envoy", "General", "King", "Marshal", "Minister", "Minister of State", "Mullah", "President", "Prime Minister", "Senator", "Spokesman", "Professor"]


@dataclass
class Chapter:
    """One chapter as a reader has it: its parts in order."""

    name: str
    title: str
    part: str
    prose: str
    pieces: list = field(default_factory=list)  # of text, in the order of the page
    excerpts: list = field(default_factory=list)  # of identifiers, in the order of the page

    @property
    def text(self):
        """All that is read, as one text."""
        return "\n".join(self.pieces)


def chapters(root):
    """Return the chapters of the book in their order.

    Parameters
    ----------
    root : pathlib.Path
        The checkout: it holds ``_toc.yml`` and ``book``.

    Returns
    -------
    list of Chapter
    """
    toc = yaml.safe_load((Path(root) / "_toc.yml").read_text(encoding="utf-8"))
    files = [(part["caption"], Path(root) / f"{entry['file']}.ipynb") for part in toc["parts"] for entry in part["chapters"]]
    return [read(path, part) for part, path in files if path.is_file()]


def read(path, part=""):
    """Return one chapter, read from its notebook."""
    cells = json.loads(Path(path).read_text(encoding="utf-8"))["cells"]
    prose = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    chapter = Chapter(Path(path).stem, prose.splitlines()[0].removeprefix("# "), part, prose)
    for cell in cells:
        source = "".join(cell["source"])
        chapter.pieces += [source] if cell["cell_type"] == "markdown" else _shown(cell)
        chapter.excerpts += _EXCERPT.findall(source) if cell["cell_type"] == "code" else []
    return chapter


def _shown(cell):
    """Return what a code cell shows in words: no chart, and not the folds under one."""
    outputs = [output.get("data", {}) for output in cell.get("outputs", [])]
    return ["".join(data["text/html"]) for data in outputs if "text/html" in data and "application/vnd.vegalite.v5+json" not in data]


# --- what is counted ---------------------------------------------------------------------------------


def excerpts(chapter):
    """Return the excerpts that a chapter shows: identifier, document, origin group and words, in order."""
    table = tables.load("excerpts").set_index("excerpt_id").loc[chapter.excerpts].reset_index()
    return table.assign(words=table["quotation"].str.split().str.len())[["excerpt_id", "document_id", "speaker_id", "origin_group", "words"]]


def linked(chapter):
    """Return the different sources that can be opened from a chapter's text, with their origin groups."""
    addresses = {unescape(one or other) for one, other in _LINK.findall(chapter.text)}
    table = tables.load("sources")
    return table[table["url"].isin(addresses)][["source_id", "origin_group"]].reset_index(drop=True)


def named(chapter):
    """Return the people named in a chapter, each once, in the order in which they first appear."""
    text = re.sub(r"<[^>]+>|\]\([^)]*\)", " ", chapter.text)
    people = tables.load("people")
    people = people[people["kind"] == "person"]
    found = [(place, key, group) for key, group, word, pattern in _patterns(people) if word in text and (place := _first(pattern, text)) is not None]
    return pd.DataFrame(sorted(found), columns=["place", "person_id", "origin_group"])[["person_id", "origin_group"]]


def _patterns(people):
    names = people["name"].str.replace(r"\s*\(.*?\)|,.*", "", regex=True)
    last = names.str.split().str[-1]
    for key, group, name, word in zip(people["person_id"], people["origin_group"], names, last):
        titles = _own_titles(key, people[last == word])
        titled = rf"|(?:{'|'.join(titles)}) {re.escape(word)}" if titles else ""
        yield key, group, word, re.compile(rf"\b(?:{re.escape(name)}{titled})\b")


def _own_titles(key, namesakes):
    """Return the titles that mean one person before a last word: all of them, or those that are in that person's role alone."""
    if len(namesakes) == 1:
        return _TITLES
    roles = namesakes.set_index("person_id")["role"].str.lower()
    return [title for title in _TITLES if list(roles.index[roles.str.contains(rf"\b{title.lower()}\b")]) == [key]]


def _first(pattern, text):
    match = pattern.search(text)
    return match.start() if match else None


def criticism(chapter):
    """Return the words that each critic has in a chapter's criticism, in the order in which they speak.

    Returns
    -------
    dict
        Number of words by capital. A paragraph belongs to the capital that its first line names, and one
        that begins otherwise to the answer, which is not counted.
    """
    section = re.search(r"^## The strongest criticism.*?\n(.*?)(?=^## |\Z)", chapter.prose, re.MULTILINE | re.DOTALL)
    counted, speaking = {}, None
    for paragraph in re.split(r"\n\s*\n", section[1].strip()) if section else []:
        speaking = _critic(paragraph) or (None if _is_answer(paragraph) else speaking)
        if speaking:
            counted[speaking] = counted.get(speaking, 0) + len(paragraph.split())
    return counted


def _critic(paragraph):
    start = " ".join(paragraph.split()[:20])
    named = sorted((start.index(word), capital) for capital, words in CRITICS.items() for word in words if word in start)
    return named[0][1] if re.search(r"critic|reader|might write|would (?:say|object)", start) and named else None


def _is_answer(paragraph):
    return not paragraph.startswith("*")


# --- the report --------------------------------------------------------------------------------------


LEAST = 5  # below this many, a share says more about chance than about a chapter


def share(groups):
    """Return the Afghan part of what comes from Afghan or Pakistani authorities and press, from 0 to 1; None where they are fewer than five."""
    afghan, pakistani = (int(groups.isin(side).sum()) for side in (AFGHAN, PAKISTANI))
    return afghan / (afghan + pakistani) if afghan + pakistani >= LEAST else None


def measures(read_chapters):
    """Return each chapter's measures, one row a chapter.

    Parameters
    ----------
    read_chapters : list of Chapter

    Returns
    -------
    pandas.DataFrame
        Columns ``chapter``, ``title``, ``prose_words``, ``excerpt_words``, ``sources``, ``voices``,
        ``sources_share``, ``voices_share``, ``criticism_ratio`` (the shorter critic's words over the
        longer one's; 0 where one is missing), ``first_critic``, ``last_critic``, ``first_voice``, ``last_voice``, ``affected``.
    """
    return pd.DataFrame([_measured(chapter) for chapter in read_chapters])


def _measured(chapter):
    shown, opened, people, critics = excerpts(chapter), linked(chapter), named(chapter), criticism(chapter)
    words = list(critics.values())
    return {
        "chapter": chapter.name,
        "title": chapter.title,
        "prose_words": len(chapter.prose.split()),
        "excerpt_words": int(shown["words"].sum()),
        "sources": len(opened),
        "voices": len(people),
        "sources_share": share(opened["origin_group"]),
        "voices_share": share(people["origin_group"]),
        "criticism_ratio": min(words) / max(words) if len(words) == 2 else 0,
        "first_critic": next(iter(critics), None),
        "last_critic": next(reversed(critics), None),
        "first_voice": people["origin_group"].iloc[0] if len(people) else None,
        "last_voice": people["origin_group"].iloc[-1] if len(people) else None,
        "affected": sum(int((held["origin_group"] == "affected_person").sum()) for held in (opened, shown, people)),
    }


def by_group(read_chapters, count):
    """Return how often each origin group appears in each chapter.

    Parameters
    ----------
    read_chapters : list of Chapter
    count : callable
        `linked`, `named` or `excerpts`.

    Returns
    -------
    pandas.DataFrame
        One row a chapter, one column an origin group.
    """
    return pd.DataFrame({chapter.name: count(chapter)["origin_group"].value_counts() for chapter in read_chapters}).T.fillna(0).astype(int)


def rules(root):
    """Return the declared ranges and exceptions: ``book/assets/balance.yml``."""
    return yaml.safe_load((Path(root) / "book" / "assets" / "balance.yml").read_text(encoding="utf-8"))


def of_book(measured):
    """Return the measures of the book as a whole.

    Parameters
    ----------
    measured : pandas.DataFrame
        As `measures` returns it.

    Returns
    -------
    dict
    """
    heard = measured["first_critic"].dropna()
    return {"first_critic": float((heard == "Kabul").mean())}


def outside(measured, declared):
    """Return what lies outside its declared range.

    Parameters
    ----------
    measured : pandas.DataFrame
        As `measures` returns it.
    declared : dict
        As `rules` returns it.

    Returns
    -------
    list of dict
        ``measure``, ``chapter`` (``book`` for the whole), ``value`` and ``reason`` (None where none is given).
    """
    found = []
    for measure, limits in declared["ranges"].items():
        whole = limits["scope"] == "book"
        values = {"book": of_book(measured)[measure]} if whole else measured.set_index("chapter")[measure].to_dict()
        reasons = (declared["exceptions"] or {}).get(measure) or {}
        found += [{"measure": measure, "chapter": where, "value": value, "reason": reasons.get(where)} for where, value in values.items() if not _within(value, limits)]
    return found


def _within(value, limits):
    return markup.is_gap(value) or limits.get("low", float("-inf")) <= value <= limits.get("high", float("inf"))
