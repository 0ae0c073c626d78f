"""The claim ledger, and badges by the rule of independent origin."""

import re

import pandas as pd
import pytest

from acrosstheline import cards, claims, tables


def evidence(*rows):
    return pd.DataFrame(rows, columns=["relation", "origin_group", "strength"])


UN, STATE, PRESS = "un_intergovernmental", "pakistani_state", "pakistani_press"


@pytest.mark.parametrize(
    ("kind", "rows", "badge"),
    [
        ("figure", [], "unknown"),
        ("figure", [("silent", UN, "strong")], "unknown"),
        ("figure", [("supports", UN, "strong")], "single_source"),
        ("figure", [("supports", UN, "strong"), ("supports", STATE, "strong")], "settled"),
        ("figure", [("supports", STATE, "strong")] * 3, "single_source"),  # three newspapers, one ministry
        ("figure", [("supports", UN, "strong"), ("supports", STATE, "weak")], "single_source"),  # a weak source settles nothing
        ("figure", [("supports", UN, "strong"), ("supports", "unknown", "strong")], "single_source"),
        ("figure", [("supports", UN, "strong"), ("supports", STATE, "strong"), ("disputes", PRESS, "strong")], "disputed"),
        ("figure", [("supports", UN, "strong"), ("supports", STATE, "strong"), ("depends", UN, "strong")], "depends"),  # a definition is no dispute
        ("figure", [("supports", UN, "strong"), ("depends", STATE, "weak")], "depends"),
        ("figure", [("depends", UN, "strong")], "depends"),
        ("figure", [("depends", UN, "strong"), ("disputes", PRESS, "weak")], "disputed"),  # one dispute outweighs any definition
        ("figure", [("disputes", UN, "strong"), ("disputes", STATE, "strong"), ("depends", PRESS, "strong")], "disputed"),
        ("figure", [("supports", UN, "strong"), ("supports", STATE, "strong"), ("silent", PRESS, "strong")], "settled"),  # silence changes nothing
        ("figure", [("supports", UN, "strong"), ("silent", STATE, "strong")], "single_source"),
        ("figure", [("disputes", UN, "strong"), ("disputes", STATE, "strong"), ("silent", PRESS, "strong")], "contradicted"),
        ("figure", [("disputes", UN, "strong"), ("disputes", "unknown", "strong")], "disputed"),
        ("figure", [("disputes", UN, "strong"), ("disputes", STATE, "strong")], "contradicted"),  # no false other side
        ("figure", [("disputes", UN, "strong"), ("disputes", STATE, "weak")], "disputed"),
        ("figure", [("disputes", UN, "strong"), ("disputes", STATE, "strong"), ("supports", PRESS, "weak")], "disputed"),
        ("opinion", [("disputes", UN, "strong")], "opinion"),
        ("proposal", [], "opinion"),
        ("proposal", [("depends", UN, "strong")], "opinion"),
        ("forecast", [("disputes", UN, "strong")], "disputed"),
        ("bibliographic", [], "on_the_page"),  # a date that the page itself gives is not doubtful history
        ("bibliographic", [("silent", UN, "strong")], "on_the_page"),
        ("bibliographic", [("depends", PRESS, "strong")], "depends"),
        ("bibliographic", [("disputes", PRESS, "strong")], "disputed"),
    ],
)
def test_a_badge_follows_the_rule(kind, rows, badge):
    assert claims.badge_of(kind, evidence(*rows)) == badge


def test_a_piece_of_evidence_may_name_an_origin_of_its_own():
    """An article of one agency can report another's figure: then the other is the origin."""
    rows = tables.load("evidence")
    named = rows[rows["origin_id"].notna()]
    assert len(named) > 0
    for row in named.itertuples():
        found = claims.evidence_for(row.claim_id).set_index("evidence_id").loc[row.evidence_id]
        assert found["origin_id"] == row.origin_id
        assert found["origin_group"] == tables.load("people").set_index("person_id").loc[row.origin_id, "origin_group"]


def test_badges_are_computed_not_typed():
    assert "badge" not in tables.load("claims").columns
    assert set(claims.ledger()["badge"]) <= set(claims.BADGES)


def test_a_claim_that_repeats_another_shares_its_evidence():
    ledger = tables.load("claims")
    repeats = ledger[ledger["same_as"].notna()]
    assert len(repeats) > 0
    leads = ledger.set_index("claim_id")
    for row in repeats.itertuples():
        assert pd.isna(leads.loc[row.same_as, "same_as"]), f"{row.claim_id} follows {row.same_as}, which follows another"
        assert claims.badge(row.claim_id) == claims.badge(row.same_as) or row.kind != leads.loc[row.same_as, "kind"]


def test_evidence_hangs_on_leading_claims():
    ledger = tables.load("claims").set_index("claim_id")
    lead = ledger.loc[tables.load("evidence")["claim_id"], "same_as"]
    assert lead.isna().all(), lead.dropna().index.tolist()[:5]


def test_every_forecast_says_what_came():
    ledger = claims.ledger(kind="forecast")
    assert len(ledger) > 0
    bare = [c for c in ledger["claim_id"] if claims.evidence_for(c).empty]
    assert not bare, bare


def test_the_ledger_is_large_and_covers_every_document():
    ledger = claims.ledger()
    assert len(ledger) >= 200
    assert ledger.groupby("document_id").size().min() >= 15
    assert set(ledger["kind"]) == {"figure", "event", "cause", "forecast", "proposal", "description", "opinion", "bibliographic"}


def test_the_four_documents_that_repeat_the_number_are_one_proposition():
    ledger = claims.ledger()
    said = ledger[ledger["statement"].str.contains("1.7 million") & ledger["document_id"].ne("hashemite_2025") & ledger["same_as"].notna()]
    lead = said["same_as"].iloc[0]
    assert set(claims.corroboration(lead)["document_id"]) == {"diplomatic_insight_2023", "media_line_2024", "brief_2023", "gul_fnf_2024"}


def test_a_disputed_claim_has_a_source_that_disputes_it():
    for row in claims.ledger().itertuples():
        relations = set(claims.evidence_for(row.claim_id)["relation"])
        if row.badge in ("disputed", "contradicted"):
            assert "disputes" in relations, row.claim_id
        if row.badge == "depends":
            assert "depends" in relations and "disputes" not in relations, row.claim_id


def test_no_document_of_the_course_disputes_a_cause():
    """What another author thinks of a cause is one opinion beside another, and no evidence."""
    rows = tables.load("evidence").merge(tables.load("claims")[["claim_id", "kind"]], on="claim_id")
    against = rows[rows["source_id"].isin(tables.load("documents")["document_id"]) & rows["relation"].isin(["disputes", "depends"])]
    bare = against[against["kind"].eq("cause") & against["origin_id"].isna()]
    assert bare.empty, bare["evidence_id"].tolist()


def test_no_settled_badge_rests_on_a_document_of_the_course():
    """The five documents are what is being tested; one may agree with another, but it settles nothing."""
    documents = set(tables.load("documents")["document_id"])
    for row in claims.ledger().query("badge == 'settled'").itertuples():
        evidence = claims.evidence_for(row.claim_id)
        outside = evidence[~evidence["source_id"].isin(documents)]
        assert claims.badge_of(row.kind, outside) == "settled", row.claim_id


def test_the_documents_are_weak_sources():
    """They are what is being tested: what one of them says on another's claim is no second opinion."""
    sources = tables.load("sources").set_index("source_id")
    assert set(sources.loc[tables.load("documents")["document_id"], "strength"]) == {"weak"}


def test_the_source_that_a_document_names_does_not_confirm_it():
    rows = tables.load("evidence")
    own = rows[rows["note"].str.contains("own source|not new evidence", na=False, case=False)]
    assert len(own) > 0
    assert not own["relation"].eq("supports").any(), own.loc[own["relation"].eq("supports"), "evidence_id"].tolist()


RESERVATION = re.compile(r"\b(not|no source|nothing|opinion|denied)\b", re.IGNORECASE)
HARMLESS_RESERVATIONS = {
    "000_005_afghan_economy_unstable_e3": "A central bank that could not pay is what is claimed.",
    "000_006_herat_earthquake_aftermath_e1": "Several quakes or one: the aftermath is the same.",
    "000_018_atrocities_witnessed_e2": "Another row covers al-Qaeda.",
    "001_005_consistently_urged_kabul_e2": "Kabul disputes the ground, and the claim is that Pakistan asked.",
    "001_005_consistently_urged_kabul_e4": "Kabul disputes the ground, and the claim is that Pakistan asked.",
    "003_111_without_recognising_e1": "That Pakistan had not is what is claimed.",
    "003_111_without_recognising_e2": "That no country had is what is claimed.",
    "003_112_pakistan_supported_taliban_e1": "Recognition, Pakistan's own act, is support; other rows speak of more.",
    "003_112_pakistan_supported_taliban_e2": "What was denied is military support; recognition was open.",
    "003_112_pakistan_supported_taliban_e3": "The claim is support, and not control.",
    "003_158_decided_to_deport_e1": "Afghans are among all foreigners.",
}


def test_no_support_of_a_settled_claim_is_a_reservation():
    """A note that takes back half of what it supports belongs under depends, unless the list says why not."""
    found = {
        piece.evidence_id
        for row in claims.ledger().query("badge == 'settled'").itertuples()
        for piece in claims.evidence_for(row.claim_id).itertuples()
        if piece.relation == "supports" and RESERVATION.search(str(piece.note))
    }
    assert found == set(HARMLESS_RESERVATIONS), sorted(found ^ set(HARMLESS_RESERVATIONS))


def test_a_bibliographic_fact_does_not_read_as_doubtful_history():
    ledger = claims.ledger(kind="bibliographic")
    assert len(ledger) > 0
    assert not set(ledger["badge"]) & {"unknown", "single_source"}


def test_every_badge_has_a_name():
    assert set(cards.BADGE_NAMES) == set(claims.BADGES)


def test_an_unknown_claim_is_named():
    with pytest.raises(KeyError, match="no claim 'nothing'"):
        claims.evidence_for("nothing")


@pytest.mark.parametrize("choice", [{"topic": "nothing"}, {"document_id": "006"}, {"kind": "guess"}])
def test_an_unknown_choice_is_refused_with_what_there_is(choice):
    with pytest.raises(KeyError, match="There are: "):
        claims.ledger(**choice)
