"""Sourcing cards, excerpts and badges, as the chapters show them."""

from acrosstheline import claims, markup, sources, tables
from acrosstheline.charts.theme import ORIGIN_NAMES
from acrosstheline.explore import Explorer
from acrosstheline.prose import in_words

BADGE_NAMES = {
    "settled": "settled",
    "disputed": "disputed",
    "contradicted": "contradicted",
    "depends": "depends on the reading",
    "single_source": "single origin",
    "unknown": "unknown",
    "on_the_page": "on the page",
    "opinion": "opinion",
}


class Block(Explorer):
    """A piece of HTML that is the same on the page and in Jupyter."""

    def __init__(self, html, text):
        super().__init__(html, text, dict)


def _document(document_id):
    documents = tables.load("documents").set_index("document_id")
    if document_id not in documents.index:
        raise KeyError(f"There is no document {document_id!r}. The documents are: {', '.join(documents.index)}.")
    return documents.loc[document_id]


def _number(document_id):
    """Return the number by which the course calls a document: its place in the table, from 000."""
    return f"{list(tables.load('documents')['document_id']).index(document_id):03d}"


_INFERENCES = {"author": "author_inference", "audience": "audience_inference", "date_stated": "date_inference", "published_in": "published_inference"}


def _stated(document, column):
    """Return what a document states, with the inference beside what it does not."""
    value, inference = document[column], document[_INFERENCES[column]]
    if value != "not stated" or markup.is_gap(inference):
        return markup.escape(value)
    return f'not stated <span class="atl-inference">({markup.escape(inference)})</span>'


def card_html(document_id, speaker=None, paragraph=None):
    """Return a sourcing card: six short lines on who speaks, to whom, when, where and why."""
    document = _document(document_id)
    author = _stated(document, "author")
    if document["role"] not in (None, "not stated"):
        author += f"{'' if author.endswith('.)</span>') else ';'} {markup.escape(document['role'])}"
    text = f"a text whose author is {author}" if document["author"] == "not stated" else f"a text by {author}"
    lines = {
        "Who": author if speaker is None else f"{markup.escape(speaker)}; in {text}",
        "For whom": _stated(document, "audience"),
        "When": in_words(_stated(document, "date_stated")),
        "Where published": _stated(document, "published_in"),
        "What they wanted": markup.escape(document["wants"]),
        "Could know": markup.escape(document["could_know"]),
    }
    if paragraph is not None:
        lines["Paragraph"] = str(paragraph)
    body = "".join(f"<div><dt>{label}</dt><dd>{value}</dd></div>" for label, value in lines.items())
    return f'<dl class="atl-card">{body}</dl>'


def sourcing_card(document_id):
    """Show the sourcing card of one of the five documents."""
    document = _document(document_id)
    name = document["short_title"] if document["title"] == "not stated" else document["title"]
    title = f'<p class="atl-card-title"><strong>{markup.escape(name)}</strong></p>'
    return Block(f'<div class="atl-cardbox">{title}{card_html(document_id)}</div>', f"Sourcing card: {document['title']}")


def _speaker(row):
    people = tables.load("people").set_index("person_id")
    person = people.loc[row["speaker_id"]]
    return person["name"] if markup.is_gap(person["role"]) else f"{person['name']}, {person['role']}"


def excerpt(excerpt_id, expect=None, card="folded", fold=None):
    """Show a verified quotation, with its sourcing card before it.

    Parameters
    ----------
    excerpt_id : str
    expect : str, optional
        A question to answer before reading; the text then waits behind a button.
    card : {"open", "folded", "none"}
    fold : bool, optional
        Whether the text waits to be opened; by default when there is a question.

    Raises
    ------
    KeyError
        If there is no such excerpt.
    """
    excerpts = tables.load("excerpts").set_index("excerpt_id")
    if excerpt_id not in excerpts.index:
        raise KeyError(f"There is no excerpt {excerpt_id!r}.")
    row = excerpts.loc[excerpt_id]
    document, speaker = _document(row["document_id"]), _speaker(row)
    ledger = tables.load("claims")
    ledger = ledger[(ledger["document_id"] == row["document_id"]) & ledger["attribution"].isin(["own_voice", "unattributed"])]
    own = row["speaker_id"] in set(ledger["speaker_id"])
    box = card_html(row["document_id"], None if own else speaker, row["paragraph"])
    count = len(sources.words(row["quotation"]))
    quote = (
        f'<blockquote><p>{markup.escape(row["quotation"])}</p></blockquote>'
        f'<p class="atl-from">{markup.escape(speaker)} · {markup.escape(document["short_title"])}, paragraph {row["paragraph"]} · '
        f"{ORIGIN_NAMES[row['origin_group']]}</p>"
    )
    parts = []
    if card != "none":
        parts.append(markup.details("Sourcing card: who is speaking?", box, opened=card == "open"))
    if expect:
        parts.append(f'<p class="atl-expect"><strong>Before you read:</strong> {markup.inline(expect)}</p>')
    parts.append(markup.details(f"Read the text ({count} words)", quote) if (fold if fold is not None else bool(expect)) else quote)
    label = f"Excerpt: {speaker}"
    return Block(f'<section class="atl-excerpt" aria-label="{markup.escape(label)}">{"".join(parts)}</section>', f'"{row["quotation"]}" ({speaker})')


def sources_used(*document_ids, vantage=True):
    """List the documents that a chapter uses, one line each.

    Parameters
    ----------
    *document_ids : str
    vantage : bool
        Whether to say from where each document looks; a chapter that asks for this leaves it out.
    """
    items = ""
    for document_id in document_ids:
        document = _document(document_id)
        where = f": {markup.escape(document['vantage'])}" if vantage else ""
        items += f"<li><strong>{_number(document_id)}</strong> {markup.escape(document['short_title'])}{where}</li>"
    return Block(f'<ul class="atl-sources">{items}</ul>', ", ".join(document_ids))


def badge_html(badge):
    """Return a badge: its word, and its rule for whoever asks."""
    return f'<span class="atl-badge atl-{badge}">{BADGE_NAMES[badge]}</span>'


def badge_table(caption, claim_ids):
    """Show claims with their computed badges and the sources behind them.

    Parameters
    ----------
    caption : str
    claim_ids : list of str
    """
    ledger = claims.ledger().set_index("claim_id")
    documents = tables.load("documents").set_index("document_id")["short_title"]
    rows = [
        {
            "statement": ledger.loc[key, "statement"],
            "document": documents[ledger.loc[key, "document_id"]],
            "badge_html": badge_html(ledger.loc[key, "badge"]),
            "evidence_html": evidence_html(key),
        }
        for key in claim_ids
    ]
    columns = {"statement": "Claim, in our words", "document": "Document", "badge_html": "Badge", "evidence_html": "Evidence"}
    return Block(badge_key({ledger.loc[key, "badge"] for key in claim_ids}) + markup.table(rows, columns, caption), caption)


def badge_key(used):
    """Return what each badge in use means, in the order of the rule."""
    items = "".join(f"<li>{badge_html(badge)} {markup.escape(rule)}</li>" for badge, rule in claims.BADGES.items() if badge in used)
    return f'<ul class="atl-key">{items}</ul>'


SHOWN_AT_ONCE = 5


def evidence_html(claim_id):
    """Return the evidence on a claim as a disclosure: relation, source and note."""
    evidence = claims.evidence_for(claim_id)
    if evidence.empty:
        return "none found"
    items = [
        f"<li><strong>{row.relation}</strong>: {markup.escape(row.note)} ({markup.escape(row.publisher)}, {markup.link(row.url, row.title)}; "
        f"origin: {ORIGIN_NAMES[row.origin_group]}{'; weak source' if row.strength == 'weak' else ''})</li>"
        for row in evidence.itertuples()
    ]
    first, rest = items[:SHOWN_AT_ONCE], items[SHOWN_AT_ONCE:]
    more = markup.details(f"{len(rest)} more", f"<ul>{''.join(rest)}</ul>") if rest else ""
    return markup.details(f"{len(evidence)} source{'s' if len(evidence) > 1 else ''}", f"<ul>{''.join(first)}</ul>{more}")
