"""The claim ledger: what the documents state, what the evidence says, and a badge by rule.

The rule of independent origin: three newspapers that quote one ministry are one origin. A claim is
settled only if strong sources of two or more origin groups support it, none disputes it, and none
says that it holds under one definition only.
"""

from collections import defaultdict
from functools import lru_cache

import pandas as pd

from acrosstheline import tables

BADGES = {
    "settled": "Two or more independent origin groups agree, none disputes it, and it depends on no definition.",
    "disputed": "At least one source says otherwise. The sides need not be equally strong.",
    "contradicted": "Two or more independent origin groups say otherwise, and no source supports it.",
    "depends": "No source disputes it, and at least one shows that it holds under one definition, date or reading and not under another.",
    "single_source": "Sources of one origin group support it, or only weak ones do.",
    "unknown": "We found no source that can speak to it, beyond the one that the document itself names.",
    "on_the_page": "A fact about a text, such as its date or its series. The text or its page gives it, and nobody says otherwise.",
    "opinion": "A judgement or a proposal: it can be argued, not checked.",
}
_NOT_CHECKABLE = {"opinion", "proposal"}


def badge_of(kind, evidence):
    """Compute a badge.

    Parameters
    ----------
    kind : str
        The claim's kind: figure, event, cause, forecast, proposal, description, opinion or bibliographic.
    evidence : pandas.DataFrame
        Columns ``relation``, ``origin_group`` and ``strength``, one row a source.

    Returns
    -------
    str
        A key of `BADGES`.
    """
    if kind in _NOT_CHECKABLE:
        return "opinion"
    sources = defaultdict(list)  # by what they say; a list is read faster than a table is filtered, above all in a browser
    for relation, group, strength in zip(evidence["relation"], evidence["origin_group"], evidence["strength"]):
        sources[relation].append((group, strength))
    if sources["disputes"]:
        alone = not sources["supports"] and not sources["depends"]
        return "contradicted" if alone and _independent(sources["disputes"]) else "disputed"
    if sources["depends"]:
        return "depends"
    if kind == "bibliographic":
        return "on_the_page"
    if _independent(sources["supports"]):
        return "settled"
    return "single_source" if sources["supports"] else "unknown"


def _independent(sources):
    """Tell whether strong ones of two or more known origin groups are among some sources, each a group and a strength."""
    return len({group for group, strength in sources if strength == "strong"} - {"unknown"}) >= 2


@lru_cache
def _evidence(folder):
    sources = tables.load("sources", folder)
    columns = ["source_id", "publisher", "title", "date", "url", "origin_id", "strength"]
    evidence = tables.load("evidence", folder).rename(columns={"origin_id": "own_origin"})
    evidence = evidence.merge(sources[columns], on="source_id", how="left", validate="many_to_one")
    evidence["origin_id"] = evidence["own_origin"].fillna(evidence["origin_id"])
    groups = tables.load("people", folder).set_index("person_id")["origin_group"]
    return evidence.drop(columns="own_origin").assign(origin_group=evidence["origin_id"].map(groups))


def evidence_for(claim_id, folder=None):
    """Return the evidence on a claim, with the origin of each piece: who produced the information.

    The origin is the source's, unless the row of evidence names another: one article can report a
    ministry's figure and an agency's. A claim that repeats another document's claim shares its evidence.

    Returns
    -------
    pandas.DataFrame

    Raises
    ------
    KeyError
        If the ledger has no such claim.
    """
    claims = tables.load("claims", folder).set_index("claim_id")
    if claim_id not in claims.index:
        raise KeyError(f"The ledger has no claim {claim_id!r}.")
    follows = claims.loc[claim_id, "same_as"]
    lead = claim_id if pd.isna(follows) else follows
    evidence = _evidence(folder)
    return evidence[evidence["claim_id"] == lead].reset_index(drop=True)


@lru_cache
def _badges(folder):
    claims = tables.load("claims", folder)
    by_lead = dict(tuple(_evidence(folder).groupby("claim_id")))
    none = _evidence(folder).iloc[:0]
    lead = claims["same_as"].fillna(claims["claim_id"])
    return pd.Series(
        [badge_of(kind, by_lead.get(key, none)) for kind, key in zip(claims["kind"], lead)],
        index=claims["claim_id"],
        name="badge",
    )


def badge(claim_id, folder=None):
    """Return the badge of one claim, computed from its evidence."""
    return _badges(folder)[claim_id]


def ledger(document_id=None, topic=None, kind=None, folder=None):
    """Return the claim ledger with its computed badges.

    Parameters
    ----------
    document_id, topic, kind : str, optional
        Keep only the claims of one document, topic or kind.

    Returns
    -------
    pandas.DataFrame
        The columns of ``claims`` and ``badge``, in the order of documents and paragraphs.

    Raises
    ------
    KeyError
        If there is no such document, topic or kind; the message lists those there are.
    """
    rows = tables.load("claims", folder).join(_badges(folder), on="claim_id")
    for column, value in (("document_id", document_id), ("topic", topic), ("kind", kind)):
        if value is not None:
            _demand_known(value, column, folder)
            rows = rows[rows[column] == value]
    return rows.reset_index(drop=True)


def _demand_known(value, column, folder):
    known = sorted(tables.load("claims", folder)[column].unique())
    if value not in known:
        raise KeyError(f"The ledger has no {column.removesuffix('_id')} {value!r}. There are: {', '.join(known)}.")


def corroboration(lead, folder=None):
    """Return the documents that state one proposition, each with the source it names.

    Parameters
    ----------
    lead : str
        The claim that leads the proposition.

    Returns
    -------
    pandas.DataFrame
        One row a document that states it.
    """
    claims = ledger(folder=folder)
    return claims[(claims["claim_id"] == lead) | (claims["same_as"] == lead)].reset_index(drop=True)
