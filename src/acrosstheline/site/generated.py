"""Back-matter pages made from the data when the book is built, so that they cannot drift from it.

A page asks for a part with a comment such as ``<!-- generated: glossary -->`` on a line of its own.
"""

import json
import re
from itertools import groupby
from pathlib import Path

import yaml

from acrosstheline import cards, claims, handouts, markup, tables
from acrosstheline.charts.theme import ORIGIN_NAMES
from acrosstheline.prose import in_words, range_in_words
from acrosstheline.site import balance_page, teaching_page
from acrosstheline.site.groups import grouped_table, jump_list

_MARK = re.compile(r"^<!-- generated: ([a-z_]+)((?: [a-z0-9_]+)*) -->$", re.MULTILINE)
_SCRIPTS = {"urdu": ("Urdu", "ur"), "dari": ("Dari", "fa-AF"), "pashto": ("Pashto", "ps")}


def fill(app, docname, source):
    """Put the generated parts where a page asks for them (Sphinx's ``source-read``)."""
    if not _MARK.search(source[0]):
        return
    root = Path(app.srcdir)
    made_from = [*tables.data_folder().glob("*.*"), *(root / "book" / "assets").glob("*.json"), *(root / "book" / "assets").glob("*.yml")]
    if re.search("generated: (balance|routes|chapters)", source[0]):
        made_from += (root / "book").glob("*.ipynb")
    for path in made_from:  # so that a change in the data renews the page
        app.env.note_dependency(str(path))
    source[0] = _MARK.sub(lambda mark: _part(root, mark[1], mark[2].split()), source[0])


def _part(root, name, arguments):
    return PARTS[name](root, *arguments) if name in ("status", "catalogue", "exercises", "balance", "corrections") else PARTS[name](*arguments)


def raw(html):
    """Return HTML as a block that MyST leaves alone."""
    return f"``````{{raw}} html\n{html}\n``````"


def glossary():
    """Return the term registry as a glossary, terms in alphabetical order, one section a letter."""
    rows = tables.load("terms").sort_values("term", key=lambda names: names.str.lower()).to_dict("records")
    letters = {letter: list(held) for letter, held in groupby(rows, key=lambda row: _letter(row["term"]))}
    jumps = jump_list("Terms by first letter", [(f"terms-{letter.lower()}", letter, None) for letter in letters])
    sections = (f"(terms-{letter.lower()})=\n## {letter}\n\n{_terms(held)}" for letter, held in letters.items())
    return raw(jumps) + "\n\n" + "\n\n".join(sections)


def _terms(rows):
    return "``````{glossary}\n" + "\n\n".join(map(_entry, rows)) + "\n``````"


def _letter(name):
    """Return the letter under which a name stands: that of its first word, without an article."""
    first = re.sub(r"^(?:the|an?) ", "", name, flags=re.IGNORECASE)[:1].upper()
    return first if first.isalpha() else "0-9"


def _entry(row):
    lines = [row["term"]]
    if scripts := _scripts(row):
        lines.append(f"  {scripts}\n")
    lines.append(f"  {_plain(row['meaning'])}")
    if row["default_use"] == "only_quoted" and markup.is_gap(row["say_instead"]):
        row = {**row, "say_instead": "nothing in its place; the word stands only in quotations, or where it is the subject."}
    for column, label in (("legal_meaning", "In law"), ("who_uses", "Who uses it"), ("say_instead", "This book says instead"), ("note", "Note")):
        if not markup.is_gap(row[column]):
            lines.append(f"\n  **{label}:** {_plain(row[column])}")
    if not markup.is_gap(row["source_id"]):
        lines.append(f"\n  **Read in:** {_cited(row['source_id'])}")
    if seen := _seen(row):
        lines.append(f"\n  **Forms seen in:** {seen}")
    return "\n".join(lines)


def _cited(source_id):
    source = tables.load("sources").set_index("source_id").loc[source_id]
    return f"{markup.escape(source['publisher'])}, {markup.link(source['url'], source['title'])}"


def _seen(row):
    """Return the pages on which a term's forms were seen in use, each once, with the languages read there."""
    pages = {}
    for column, (label, _) in _SCRIPTS.items():
        if not markup.is_gap(source_id := row[f"{column}_source_id"]):
            pages.setdefault(source_id, []).append(label)
    return "; ".join(f"{_listed(labels)}: {_cited(source_id)}" for source_id, labels in pages.items())


def _scripts(row):
    """Return a term's forms in other scripts, each with its sound in Latin letters where that is given.

    A language without a form either has none of its own, or has one that was not found: the two are told apart.
    """
    sounds, rest = _sounds(row["transliteration"])
    borrowed = () if markup.is_gap(row["no_own_form"]) else row["no_own_form"].split()
    forms, english, unfound = [], [], []
    for column, (label, code) in _SCRIPTS.items():
        if markup.is_gap(row[column]):
            (english if column in borrowed else unfound).append(label)
        else:
            loan = ", the English name" if column in borrowed else ""
            forms.append(f'{label}: <span lang="{code}" dir="rtl">{row[column]}</span>{sounds.get(label, "")}{loan}')
    said = ["; ".join(forms) + rest] if forms else []
    if english:
        said.append(f"{_listed(english)}: no usual form; the English name is used")
    if unfound:
        said.append(f"{_listed(unfound)}: not found yet")
    return "; ".join(said)


def _sounds(transliteration):
    """Return a term's sounds by language, and those given for all its forms, each ready to be set after a form."""
    sounds, rest = {}, []
    for part in "" if markup.is_gap(transliteration) else transliteration.split("; "):
        languages, colon, sound = part.partition(": ")
        if colon:
            sounds |= {language: f" *{sound}*" for language in languages.split(" and ")}
        else:
            rest.append(part)
    return sounds, f" *{'; '.join(rest)}*" if rest else ""


def _listed(names):
    """Join names as a sentence does: Urdu, Dari and Pashto."""
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def _plain(text):
    """Keep MyST from reading a dollar sign as mathematics."""
    return text.replace("$", r"\$")


def people():
    """Return the people and organisations in groups by first letter, as a list that the reader can filter."""
    rows = [
        {
            **row,
            "row": f"person-{row['person_id']}",
            "letter": _letter(row["name"]),
            "group": (group := ORIGIN_NAMES[row["origin_group"]]),
            "what": f"{row['kind']} · {group}",
        }
        for row in _alphabetical(tables.load("people"), "name")
    ]
    columns = {"name": "Name", "role": "Role", "what": "Kind and origin group"}
    facets = {"group": "Origin group", "kind": "Kind"}
    return _listing(grouped_table("People and organisations", rows, columns, facets, "letter", "people", row_id="row"))


def _alphabetical(table, column):
    """Return a table's rows by letter, and within a letter by name without regard to capitals."""
    return sorted(table.to_dict("records"), key=lambda row: (_letter(row[column]), row[column].lower()))


def sources(first, last):
    """Return the sources whose publisher's first letter lies between two letters, as a list in groups that the reader can filter."""
    names = tables.load("people").set_index("person_id")["name"]
    rows = []
    every = tables.load("sources")
    letters = every["publisher"].map(_letter)
    for row in _alphabetical(every[letters.between(first.upper(), last.upper())], "publisher"):
        group = ORIGIN_NAMES[row["origin_group"]]
        rows.append(
            {
                "title_html": f"{markup.link(row['url'], row['title'])}<br>{markup.escape(row['publisher'])}" + ("" if markup.is_gap(row["date"]) else f", {in_words(row['date'])}"),
                "origin_html": f"{markup.escape(names.get(row['origin_id']))}<br><small>{group}</small>",
                "strength_html": "strong source" if row["strength"] == "strong" else f"<strong>weak source</strong>: {markup.escape(row['weak_reason'])}",
                "row": f"source-{row['source_id']}",
                "letter": _letter(row["publisher"]),
                "group": group,
                "strength": row["strength"],
            }
        )
    columns = {"title_html": "Title, publisher and date", "origin_html": "Who produced the information", "strength_html": "Strength"}
    facets = {"group": "Produced by", "strength": "Strength"}
    return _listing(grouped_table("Sources", rows, columns, facets, "letter", "sources", row_id="row"))


def _listing(html):
    """Return a list whose rows become blocks on a phone, and whose cells need no heading there."""
    return raw(re.sub(r' data-label="[^"]*"', "", html))


def badges():
    """Return the badges, each with its rule and the number of claims that have it at present."""
    counts = claims.ledger()["badge"].value_counts()
    rows = [{"badge_html": cards.badge_html(key), "rule": rule, "claims": int(counts.get(key, 0))} for key, rule in claims.BADGES.items()]
    columns = {"badge_html": "Badge", "rule": "The rule", "claims": "Claims"}
    return _whole(markup.table(rows, columns, "Badges, and how many claims of the five documents have each", numeric={"claims"}))


def overview():
    """Return how many claims of each of the five documents have each badge."""
    counts = claims.ledger().groupby(["badge", "document_id"]).size().unstack(fill_value=0)
    numbers = {key: f"{number:03d}" for number, key in enumerate(tables.load("documents")["document_id"])}
    counts = counts.reindex(columns=list(numbers), fill_value=0).rename(columns=numbers).assign(All=lambda table: table.sum(axis=1))
    rows = [{"badge_html": cards.badge_html(badge), **counts.loc[badge]} for badge in claims.BADGES if badge in counts.index]
    rows.append({"badge_html": "All", **counts.sum()})
    columns = {"badge_html": "Badge", **{name: name for name in counts.columns}}
    return _whole(markup.table(rows, columns, "Claims in the ledger, by badge and document", numeric=set(counts.columns)))


def card(document_id):
    """Return the sourcing card of one of the five documents."""
    document = tables.load("documents").set_index("document_id").loc[document_id]
    title = "It has no title." if document["title"] == "not stated" else markup.escape(document["title"])
    heading = f'<p class="atl-card-title"><strong>{markup.escape(document["short_title"])}</strong>: {title}</p>'
    return raw(f'<div class="atl-cardbox">{heading}{cards.card_html(document_id)}</div>')


_TOPICS = {
    "numbers": "Numbers of people",
    "categories": "Cards and categories",
    "returns": "Returns and deportations",
    "policy": "Policy",
    "law": "Law",
    "security": "Security and violence",
    "ttp": "The Pakistani Taliban (TTP)",
    "diplomacy": "Diplomacy",
    "economy": "Trade and economy",
    "humanitarian": "Humanitarian conditions",
    "women_rights": "Women and rights",
    "history": "History",
    "media": "About the text, and other media",
}
_SHORT = 10  # a document of so few paragraphs is grouped by paragraph, others by topic


def ledger(document_id, first=None, last=None):
    """Return the claims of one of the five documents, in groups, with badges and evidence.

    Parameters
    ----------
    document_id : str
    first, last : str, optional
        The first and the last paragraph of the part wanted; the whole document if left out.
    """
    every = claims.ledger()
    wanted = every["document_id"] == document_id
    if first is not None:
        wanted &= every["paragraph"].between(int(first), int(last))
    rows = [_claim(row, every) for row in every[wanted].to_dict("records")]
    if max(row["paragraph"] for row in rows) > _SHORT:
        group, order = "topic", list(_TOPICS.values())
        rows.sort(key=lambda row: order.index(row["topic"]))
    else:
        group = "place"
    columns = {"paragraph_html": "¶", "claim_html": "Claim, words, source and evidence", "kind": "Kind", "badge_html": "Badge"}
    facets = {"kind": "Kind", "topic": "Topic", "badge": "Badge"}
    title = tables.load("documents").set_index("document_id").loc[document_id, "short_title"]
    return _listing(grouped_table(f"Claims in {title}", rows, columns, facets, group, f"claims-{document_id}", {"paragraph_html"}, "row"))


def _claim(row, every):
    """Return one row of the ledger: what is claimed, in whose words, on what source, and what the evidence says."""
    source = "" if markup.is_gap(row["cites"]) or row["cites"] == "nothing" else f" Source it gives: {markup.escape(row['cites'])}."
    also = _others(row, every)
    evidence = "" if row["badge"] == "opinion" else cards.evidence_html(row["claim_id"]).replace("none found", '<p class="atl-from">Evidence: none found.</p>')
    anchor = f"claim-{row['claim_id']}"
    return {
        "row": anchor,
        "paragraph": row["paragraph"],
        "place": f"Paragraph {row['paragraph']}",
        "paragraph_html": f'<a href="#{anchor}">{row["paragraph"]}</a>',
        "claim_html": (
            f'<p class="atl-claim">{markup.escape(row["statement"])}</p><p class="atl-words">“{markup.escape(row["quotation"])}”</p>'
            f'<p class="atl-from">{_speaker(row, every)}{source}{also}</p>{evidence}'
        ),
        "kind": row["kind"],
        "topic": _TOPICS[row["topic"]],
        "badge": cards.BADGE_NAMES[row["badge"]],
        "badge_html": cards.badge_html(row["badge"]),
    }


def _speaker(row, every):
    """Say whose claim it is: the author's, somebody's whom the author quotes or reports, or nobody's by name."""
    if row["attribution"] == "unattributed":
        return "No speaker named."
    own = every[(every["document_id"] == row["document_id"]) & (every["attribution"] == "own_voice")]["speaker_id"]
    if row["attribution"] == "own_voice" and row["speaker_id"] == own.mode()[0]:
        return "In the author’s own voice."
    name = tables.load("people").set_index("person_id").loc[row["speaker_id"], "name"]
    how = {"quoted": "Quoted", "reported": "Reported", "own_voice": "In the voice of"}[row["attribution"]]
    return f"{how}: {markup.escape(name)}."


def _others(row, every):
    """Say where else in the five documents the same claim stands."""
    lead = row["claim_id"] if markup.is_gap(row["same_as"]) else row["same_as"]
    same = every[((every["claim_id"] == lead) | (every["same_as"] == lead)) & (every["claim_id"] != row["claim_id"])]
    places = [f"{claim[:3]}, ¶ {paragraph}" for claim, paragraph in zip(same["claim_id"], same["paragraph"])]
    return f" Also in: {'; '.join(places)}." if places else ""


def events():
    """Return the chronology: each event once, with the dates its sources give and how each side described it.

    Events stand in groups by decade; a full decade is divided into years.
    """
    origins = tables.load("sources").set_index("source_id")
    dated = tables.load("event_sources").merge(origins[["publisher", "title", "url", "strength"]], on="source_id", how="left")
    names = tables.load("people").set_index("person_id")["name"]
    framings = tables.load("framings").merge(origins[["publisher", "title", "url"]], on="source_id", how="left")
    table = tables.load("events").sort_values("date", kind="stable")
    full = table["date"].str[:3].value_counts().loc[lambda counts: counts > _FULL].index
    rows = []
    for row in table.to_dict("records"):
        given = dated[dated["event_id"] == row["event_id"]]
        told = framings[framings["event_id"] == row["event_id"]]
        note = "" if markup.is_gap(row["note"]) else f'<p class="atl-from">{markup.escape(row["note"])}</p>'
        rows.append(
            {
                "row": f"event-{row['event_id']}",
                "when": _when(row),
                "wording_html": f'<p class="atl-claim">{markup.escape(row["wording"])}</p>{note}{_dates(given)}{_framings(told, names)}',
                "category": row["category"],
                "years": _years(row["date"], full),
            }
        )
    columns = {"when": "When", "wording_html": "What happened, its sources, and how it was described"}
    return _listing(grouped_table("Events", rows, columns, {"years": "Years", "category": "Kind"}, "years", "events", row_id="row"))


_FULL = 20  # events in a decade, above which it is divided into years


def _years(date, full):
    """Return the group of years in which an event stands."""
    if date < "1950":
        return "Before 1950"
    return date[:4] if date[:3] in full else f"{date[:3]}0s"


def _when(event):
    return in_words(event["date"]) if markup.is_gap(event["date_end"]) else range_in_words(event["date"], event["date_end"])


def _dates(given):
    """List an event's sources, each with the date that it gives."""
    items = "".join(
        f"<li>{'no date' if markup.is_gap(row.date_given) else in_words(row.date_given)}: {markup.escape(row.publisher)}, {markup.link(row.url, row.title)}"
        f"{' (weak source)' if row.strength == 'weak' else ''}</li>"
        for row in given.itertuples()
    )
    dates = given["date_given"].dropna().unique()
    several = ", which give different dates" if any(not a.startswith(b) and not b.startswith(a) for a in dates for b in dates) else ""
    return markup.details(f"{len(given)} source{'s' if len(given) != 1 else ''}{several}", f"<ul>{items}</ul>") if items else ""


def _framings(told, names):
    """List how each side described an event: exact words in quotation marks, paraphrases without."""
    items = ""
    for row in told.itertuples():
        words = f"“{markup.escape(row.framing)}”" if row.is_quotation == "yes" else markup.escape(row.framing)
        items += f"<li><strong>{markup.escape(names.get(row.speaker_id))}</strong> ({ORIGIN_NAMES[row.side]}): {words} ({markup.escape(row.publisher)}, {markup.link(row.url, row.title)})</li>"
    return markup.details("How it was described", f"<ul>{items}</ul>") if items else ""


def catalogue(root):
    """Return the data catalogue: links to the tables, then one essay a table, from the manifest.

    Parameters
    ----------
    root : pathlib.Path
        The checkout, whose notebooks say which pages load a table.
    """
    entries = tables.manifest()["resources"]
    used = _pages_by_table(root)
    jumps = jump_list("Tables", [(f"table-{markup.slug(entry['name'])}", entry["name"], len(tables.load(entry["name"]))) for entry in entries])
    return raw(jumps) + "\n\n" + "\n\n".join(_table_essay(entry, used.get(entry["name"], {})) for entry in entries)


def _whole(table):
    """Return a table that is shown whole, with no scrolling of its own."""
    return raw(f'<div class="atl-whole">{table}</div>')


def _pages_by_table(root):
    """Return, for each table, the chapters whose cells load it by name: their file names and titles."""
    used = {}
    for path in sorted((root / "book").glob("*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        text = {kind: "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == kind) for kind in ("markdown", "code")}
        title = re.search(r"^# (.+)$", text["markdown"], re.MULTILINE)
        for name in re.findall(r"\bload\(\s*[\"']([a-z_]+)[\"']", text["code"]):
            used.setdefault(name, {})[path.stem] = title[1] if title else path.stem
    return used


def _table_essay(entry, used):
    about = entry["about"]
    rows = len(tables.load(entry["name"]))
    fields = [{"field": f["name"], "meaning": f.get("description") or f.get("title", "")} for f in entry["schema"]["fields"]]
    lists = "".join(
        f"<p><strong>{label}</strong></p><ul>{''.join(f'<li>{markup.inline(item)}</li>' for item in about[key])}</ul>"
        for key, label in (("what_you_must_know", "What you must know"), ("gaps", "Known gaps"))
        if about.get(key)
    )
    licence = "; ".join(item.get("title") or item["name"] for item in entry["licenses"])
    meaning = f"<p><strong>Definitions</strong></p><p>{markup.inline(about['definitions'])}</p>"
    facts = (
        f"<p>Accessed {in_words(entry['accessed'])} · licence: {markup.escape(licence)} · "
        f"upstream: {markup.escape(about['upstream_status'])} ({markup.escape(about['upstream_status_reason'])})</p>"
    )
    columns = markup.details("Columns", markup.table(fields, {"field": "Column", "meaning": "Meaning"}, f"Columns of {entry['name']}"))
    download = f'<p><a href="../data/{entry["path"]}" download>Download {entry["path"]}</a></p>'
    links = ", ".join(f'<a href="{stem}.html">{markup.escape(title)}</a>' for stem, title in used.items())
    pages = f"<p>Loaded by name in: {links}</p>" if links else ""
    heading = f"(table-{markup.slug(entry['name'])})=\n## {_plain(entry['title'])}\n\n"
    size = f"{rows:,} rows, {len(fields)} columns"
    opening = f'<details class="atl-group"><summary>About the table <span class="atl-count">{size}</span></summary>'
    body = raw(facts + meaning + lists + columns + pages + download + "</details>")
    return f"{heading}`atl.load(\"{entry['name']}\")`\n\n{raw(opening)}\n\n{_plain(entry['essay'])}\n\n{body}"


def status(root):
    """Return what was executed, when and with which versions, and what was measured.

    Parameters
    ----------
    root : pathlib.Path
        The checkout.
    """
    record = json.loads((root / "book" / "assets" / "execution.json").read_text(encoding="utf-8"))
    ran = {"notebook": "Notebook", "cells": "Code cells", "executed": "Executed", "seconds": "Seconds"}
    versions = [{"name": name, "version": version} for name, version in record["versions"].items()]
    parts = [
        markup.details(_in_short(record["notebooks"]), markup.table(record["notebooks"], ran, "Notebooks, as last executed", numeric={"cells", "seconds"})),
        markup.table(versions, {"name": "Package", "version": "Version"}, "Versions with which they were executed"),
    ]
    measured = root / "book" / "assets" / "measured.json"
    if measured.exists():
        results = json.loads(measured.read_text(encoding="utf-8"))
        rows = [row for part in results["parts"].values() for row in part]
        rows = [row | {"what_html": _breakable(row["what"]), "date": in_words(row["date"]), "command_html": _breakable(row["command"])} for row in rows]
        columns = {"what_html": "What", "result": "Result", "goal": "Goal", "date": "Measured", "command_html": "Command"}
        parts.append(markup.table(rows, columns, f"Measured on {results['machine']}, by make benchmarks"))
    return "\n\n".join(map(_whole, parts))


def _breakable(text):
    """Return a text as HTML in which the path of a file may break after a part of its name."""
    return re.sub(r"(?<=\w)([/_])(?=\w)", r"\1<wbr>", markup.escape(text))


def _in_short(ran):
    """Return in a line what a long list of executed notebooks says."""
    days = sorted(row["executed"] for row in ran)
    when = f"on {in_words(days[0])}" if days[0] == days[-1] else f"from {range_in_words(days[0], days[-1])}"
    return f"{len(ran)} notebooks, {sum(row['cells'] for row in ran):,} code cells, executed {when}: each with its seconds"


def exercises(root):
    """Return every exercise that has been released, the one for beginners first, then in the order of the chapters."""
    from acrosstheline.site.build import pages  # run as a program by `make book`, so not imported before

    toc = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    order = [Path(page).name for page in pages(toc)]
    part_of = {Path(chapter["file"]).name: part["caption"] for part in toc["parts"] for chapter in part["chapters"]}
    names = sorted(handouts.names(), key=lambda name: order.index(name) if name in order else -1)
    grouped = [(part, list(group)) for part, group in groupby(names, key=lambda name: part_of.get(name, "To begin with"))]
    return raw("".join(f"<h2>{markup.escape(part)}</h2>" + "".join(handouts.card_html(name, level="h3", chapter=_title(root, name)) for name in group) for part, group in grouped))


def balance(root, part):
    """Return one table of the balance report."""
    table = balance_page.parts(root)[part]
    return _whole(markup.details(FOLDED[part], table) if part in FOLDED else table)


def corrections(root):
    """Return what was corrected in the book, the latest first (``book/assets/corrections.yml``)."""
    rows = yaml.safe_load((root / "book" / "assets" / "corrections.yml").read_text(encoding="utf-8"))
    latest = sorted(rows, key=lambda row: str(row["date"]), reverse=True)
    rows = [{f"{key}_html": markup.inline(row[key]) for key in ("said", "says", "why")} | {"page_html": f"{markup.inline(row['page'])}<br>{in_words(str(row['date']))}"} for row in latest]
    columns = {"page_html": "Where, and when", "said_html": "What it said", "says_html": "What it says now", "why_html": "Why, and who found it"}
    return _whole(markup.table(rows, columns, "Corrections"))


def _title(root, name):
    """Return a chapter's title, or None where there is no such chapter."""
    path = root / "book" / f"{name}.ipynb"
    if not path.is_file():
        return None
    first = json.loads(path.read_text(encoding="utf-8"))["cells"][0]["source"]
    return "".join(first).splitlines()[0].removeprefix("# ")


FOLDED = {"sources": "Every chapter's sources, counted by origin", "voices": "Every chapter's people, counted by origin", "excerpt_words": "Every chapter's words of the documents, counted by speaker"}

PARTS = {
    "badges": badges,
    "balance": balance,
    "card": card,
    "catalogue": catalogue,
    "chapters": teaching_page.chapters,
    "corrections": corrections,
    "events": events,
    "exercises": exercises,
    "glossary": glossary,
    "ledger": ledger,
    "overview": overview,
    "people": people,
    "routes": teaching_page.all_routes,
    "sources": sources,
    "status": status,
}
