"""Back-matter pages made from the data when the book is built, so that they cannot drift from it.

A page asks for a part with a comment such as ``<!-- generated: glossary -->`` on a line of its own.
"""

import json
import re
from pathlib import Path

from acrosstheline import cards, claims, explore, markup, tables
from acrosstheline.charts.theme import ORIGIN_NAMES

_MARK = re.compile(r"^<!-- generated: ([a-z_]+)(?: ([a-z0-9_]+))? -->$", re.MULTILINE)
_SCRIPTS = {"urdu": ("Urdu", "ur"), "dari": ("Dari", "fa"), "pashto": ("Pashto", "ps")}


def fill(app, docname, source):
    """Put the generated parts where a page asks for them (Sphinx's ``source-read``)."""
    source[0] = _MARK.sub(lambda mark: _part(app, mark[1], mark[2]), source[0])


def _part(app, name, argument):
    if name == "status":
        return status(Path(app.srcdir))
    return PARTS[name](argument) if argument else PARTS[name]()


def raw(html):
    """Return HTML as a block that MyST leaves alone."""
    return f"``````{{raw}} html\n{html}\n``````"


def glossary():
    """Return the term registry as a glossary, terms in alphabetical order."""
    rows = tables.load("terms").sort_values("term", key=lambda names: names.str.lower())
    entries = "\n\n".join(_entry(row) for row in rows.to_dict("records"))
    return f"``````{{glossary}}\n{entries}\n``````"


def _entry(row):
    lines = [row["term"]]
    scripts = [
        f'{label} <span lang="{code}" dir="rtl">{row[column]}</span>'
        for column, (label, code) in _SCRIPTS.items()
        if not markup.is_gap(row[column])
    ]
    if scripts:
        sound = "" if markup.is_gap(row["transliteration"]) else f" (*{row['transliteration']}*)"
        lines.append(f"  {'; '.join(scripts)}{sound}\n")
    lines.append(f"  {row['meaning']}")
    for column, label in (("legal_meaning", "In law"), ("who_uses", "Who uses it"), ("say_instead", "This book says instead"), ("note", "Note")):
        if not markup.is_gap(row[column]):
            lines.append(f"\n  **{label}:** {row[column]}")
    return "\n".join(lines)


def people():
    """Return the people and organisations as a table that the reader can filter."""
    rows = tables.load("people").sort_values("name", key=lambda names: names.str.lower())
    rows = [{**row, "group": ORIGIN_NAMES[row["origin_group"]]} for row in rows.to_dict("records")]
    columns = {"name": "Name", "kind": "Kind", "role": "Role", "group": "Origin group"}
    return raw(explore.filter_table("People and organisations named in the course", rows, columns, {"group": "Origin group", "kind": "Kind"}).html)


def sources():
    """Return every source as a table that the reader can filter."""
    rows = []
    for row in tables.load("sources").sort_values(["publisher", "date"]).to_dict("records"):
        weak = "" if row["strength"] == "strong" else f"weak: {row['weak_reason']}"
        rows.append(
            {
                "publisher": row["publisher"],
                "title_html": markup.link(row["url"], row["title"]),
                "date": row["date"],
                "group": ORIGIN_NAMES[row["origin_group"]],
                "strength": weak or "strong",
            }
        )
    columns = {"publisher": "Publisher", "title_html": "Title", "date": "Date", "group": "Who produced the information", "strength": "Strength"}
    return raw(explore.filter_table("Sources of the figures and dates in this book", rows, columns, {"group": "Produced by"}, years={"date"}).html)


def document(document_id):
    """Return one of the five documents: its sourcing card, and its ledger of claims with badges."""
    rows = []
    for row in claims.ledger(document_id).to_dict("records"):
        rows.append(
            {
                "paragraph": row["paragraph"],
                "quotation": f"“{row['quotation']}”",
                "statement": row["statement"],
                "kind": row["kind"],
                "badge": cards.BADGE_NAMES[row["badge"]],
                "badge_html": cards.badge_html(row["badge"]),
                "evidence_html": "" if row["badge"] == "opinion" else cards.evidence_html(row["claim_id"]),
            }
        )
    columns = {
        "paragraph": "¶",
        "quotation": "Words",
        "statement": "Claim, in our words",
        "kind": "Kind",
        "badge_html": "Badge",
        "evidence_html": "Evidence",
    }
    title = tables.load("documents").set_index("document_id").loc[document_id, "short_title"]
    table = explore.filter_table(f"Claims in {title}", rows, columns, {"kind": "Kind", "badge": "Badge"}, numeric={"paragraph"}, name=f"claims-{document_id}")
    return raw(cards.sourcing_card(document_id).html) + "\n\n" + raw(table.html)


def catalogue():
    """Return the data catalogue: one essay a table, from the manifest."""
    return "\n\n".join(_table_essay(entry) for entry in tables.manifest()["resources"])


def _table_essay(entry):
    about = entry["about"]
    rows = len(tables.load(entry["name"]))
    fields = [{"field": f["name"], "meaning": f.get("description") or f.get("title", "")} for f in entry["schema"]["fields"]]
    lists = "".join(
        f"<p><strong>{label}</strong></p><ul>{''.join(f'<li>{markup.inline(item)}</li>' for item in about[key])}</ul>"
        for key, label in (("what_you_must_know", "What you must know"), ("gaps", "Known gaps"))
        if about.get(key)
    )
    licence = "; ".join(item.get("title") or item["name"] for item in entry["licenses"])
    facts = (
        f"<p>{rows} rows · accessed {markup.escape(entry['accessed'])} · licence: {markup.escape(licence)} · "
        f"upstream: {markup.escape(about['upstream_status'])} ({markup.escape(about['upstream_status_reason'])})</p>"
    )
    columns = markup.details("Columns", markup.table(fields, {"field": "Column", "meaning": "Meaning"}, f"Columns of {entry['name']}"))
    download = f'<p><a href="../data/{entry["path"]}" download>Download {entry["path"]}</a></p>'
    return f"## {entry['title']}\n\n{entry['essay']}\n\n" + raw(facts + lists + columns + download)


def status(root):
    """Return what was executed, when and with which versions, and what was measured.

    Parameters
    ----------
    root : pathlib.Path
        The checkout.
    """
    record = json.loads((root / "book" / "assets" / "execution.json").read_text(encoding="utf-8"))
    lines = ["| Notebook | Code cells | Executed | Seconds |", "|---|---:|---|---:|"]
    lines += [f"| `{n['notebook']}` | {n['cells']} | {n['executed']} | {n['seconds']:.1f} |" for n in record["notebooks"]]
    lines += ["", "| Package | Version |", "|---|---|"]
    lines += [f"| {name} | {version} |" for name, version in record["versions"].items()]
    measured = root / "book" / "assets" / "measured.json"
    if measured.exists():
        results = json.loads(measured.read_text(encoding="utf-8"))
        lines += ["", f"Measured on {results['date']} on {results['machine']}, by `make benchmarks`:", ""]
        lines += ["| What | Result | Goal | Command |", "|---|---|---|---|"]
        lines += [f"| {r['what']} | {r['result']} | {r.get('goal', '')} | `{r['command']}` |" for r in results["rows"]]
    return "\n".join(lines)


PARTS = {"glossary": glossary, "people": people, "sources": sources, "document": document, "catalogue": catalogue}
