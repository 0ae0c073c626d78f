"""The options as cards, all in one schema, and as argument maps: outline first, tree second."""

from acrosstheline import claims, explore, markup, options, tables
from acrosstheline.cards import Block, badge_html
from acrosstheline.weighing import FLOOR_WORDS, cite

FIELDS = {
    "in_brief": "In brief",
    "what_happens": "What would happen, to whom",
    "values": "Values it serves",
    "for": "Three reasons for it",
    "against": "Three objections",
    "costs": "Who bears cost and risk",
    "legal_limits": "Legal limits",
    "precedent": "Precedent",
    "floor_reason": "The rights floor",
    "change_mind": "What would change a supporter’s mind",
    "left_open": "What its authors leave open",
    "proposed": "Who proposes it",
}
_CITED = {
    "in_brief": ["source_id"],
    "legal_limits": ["legal_source_id"],
    "precedent": ["precedent_source_id", "second_precedent_source_id"],
    "floor_reason": ["floor_source_id"],
}


def option_cards(first="deadline", second="voluntary_return", name=None):
    """Show two of the options side by side; the reader chooses both.

    Parameters
    ----------
    first, second : str
        The options that stand there at the start.

    Raises
    ------
    KeyError
        If there is no such option.
    """
    known = options.labels()
    for option_id in (first, second):
        _demand(option_id)
    order = list(known)
    choices = {label: card_html(option_id) for option_id, label in known.items()}
    return explore.compare("Which two options do you want to read side by side?", choices, order.index(first), order.index(second), name)


def _demand(option_id):
    known = options.labels()
    if option_id not in known:
        raise KeyError(f"There is no option {option_id!r}. The options are: {', '.join(known)}.")


def card_html(option_id):
    """Return one option as a card: the same fields in the same order for every option."""
    row = tables.load("options").set_index("option_id").loc[option_id]
    cells = {**row.to_dict(), "for": _listed(option_id, "for"), "against": _listed(option_id, "against"), "proposed": proposed_html(option_id)}
    lines = "".join(f"<div><dt>{label}</dt><dd>{_cell(field, cells)}</dd></div>" for field, label in FIELDS.items())
    return f'<dl class="atl-card atl-option">{lines}</dl>'


def _cell(field, cells):
    if field in ("for", "against", "proposed"):
        return cells[field]
    text = markup.escape(cells[field])
    if field == "floor_reason":
        text = f"<strong>{FLOOR_WORDS[cells['floor']].capitalize()}.</strong> {text}"
    cited = "; ".join(_cite(cells[column]) for column in _CITED.get(field, ()))
    return f"{text} <small>[{cited}]</small>" if cited else text


def _cite(source_id):
    return cite(tables.load("sources").set_index("source_id").loc[source_id])


def arguments(option_id, side):
    """Return the three arguments of one side, in their order, as dictionaries."""
    table = tables.load("option_arguments")
    return table[(table["option_id"] == option_id) & (table["side"] == side)].sort_values("rank").to_dict("records")


def _listed(option_id, side):
    return f"<ol>{''.join(f'<li>{_argument(row)}</li>' for row in arguments(option_id, side))}</ol>"


def _argument(row):
    return f"{markup.escape(row['argument'])} <small>[{_evidence(row)}]</small>"


def _evidence(row):
    """Return the two sources of an argument, and the claim of the documents that carries it, with its badge."""
    cited = "; ".join(_cite(row[column]) for column in ("source_id", "second_source_id"))
    if markup.is_gap(row["claim_id"]):
        return f"{cited}; in none of the five documents"
    claim = tables.load("claims").set_index("claim_id").loc[row["claim_id"]]
    return f"{cited}; document {row['claim_id'][:3]}, paragraph {claim['paragraph']} {badge_html(claims.badge(row['claim_id']))}"


def proposed_html(option_id):
    """Return in which documents an option is proposed, and in how many places of each."""
    rows = tables.load("proposals")
    count = rows.loc[rows["option_id"] == option_id, "claim_id"].str[:3].value_counts().sort_index()
    if count.empty:
        return "None of the five documents."
    return "; ".join(f"document {number}: {n} {'place' if n == 1 else 'places'}" for number, n in count.items()) + "."


def argument_map(option_id):
    """Show the argument on one option: its claim, the reasons, the objection to each, and the evidence of both.

    First comes an outline, which every reader can use; then the same as a tree.

    Raises
    ------
    KeyError
        If there is no such option.
    """
    _demand(option_id)
    row = tables.load("options").set_index("option_id").loc[option_id]
    reasons, objections = arguments(option_id, "for"), {each["answers"]: each for each in arguments(option_id, "against")}
    claim = f"<strong>{markup.escape(row['label'])}.</strong> {markup.escape(row['in_brief'])}"
    outline = "".join(_branch(number, reason, objections.get(reason["argument_id"])) for number, reason in enumerate(reasons, start=1))
    boxes = "".join(_boxes(reason, objections.get(reason["argument_id"])) for reason in reasons)
    tree = f'<div class="atl-option-tree" aria-hidden="true"><p class="atl-option-root">{claim}</p><div class="atl-option-branches">{boxes}</div></div>'
    html = (
        f'<section class="atl-option-map" aria-label="Argument map: {markup.escape(row["label"])}"><p>Claim: {claim}</p>'
        f"<ol>{outline}</ol>{markup.details('The same map as a tree', tree)}</section>"
    )
    return Block(html, f"Argument map: {row['label']}")


def _branch(number, reason, objection):
    meets = (
        f'<li><strong>Objection to reason {number}.</strong> {markup.escape(objection["argument"])}<ul><li>Evidence: {_evidence(objection)}</li></ul></li>' if objection else ""
    )
    return f'<li><strong>Reason.</strong> {markup.escape(reason["argument"])}<ul><li>Evidence: {_evidence(reason)}</li>{meets}</ul></li>'


def _boxes(reason, objection):
    met = f'<p class="atl-option-against">{markup.escape(objection["argument"])}</p>' if objection else ""
    return f'<div><p class="atl-option-for">{markup.escape(reason["argument"])}</p>{met}</div>'
