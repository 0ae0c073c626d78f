"""The claim ledger, and badges by the rule of independent origin."""

import re
import shutil

import pandas as pd
import pytest

from acrosstheline import cards, claims, tables
from course import ROOT


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


def test_badges_are_computed_not_typed(tmp_path):
    """A settled claim that one more source disputes is settled no longer."""
    assert "badge" not in tables.load("claims").columns
    settled = claims.ledger().query("badge == 'settled' and kind == 'figure'")["claim_id"].iloc[0]
    folder = tmp_path / "data"
    shutil.copytree(ROOT / "data", folder)
    rows = (folder / "evidence.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    at = next(place for place, row in enumerate(rows) if f",{claims.evidence_for(settled)['claim_id'].iloc[0]}," in row and ",supports," in row)
    (folder / "evidence.csv").write_text("".join([*rows[:at], rows[at].replace(",supports,", ",disputes,", 1), *rows[at + 1 :]]), encoding="utf-8")
    tables.refresh(folder)
    assert claims.badge(settled, str(folder)) == "disputed"


def test_a_claim_that_repeats_another_follows_one_that_leads():
    ledger = tables.load("claims")
    repeats = ledger[ledger["same_as"].notna()]
    assert len(repeats) > 0
    leads = ledger.set_index("claim_id")
    for row in repeats.itertuples():
        assert pd.isna(leads.loc[row.same_as, "same_as"]), f"{row.claim_id} follows {row.same_as}, which follows another"


def test_evidence_hangs_on_leading_claims():
    ledger = tables.load("claims").set_index("claim_id")
    lead = ledger.loc[tables.load("evidence")["claim_id"], "same_as"]
    assert lead.isna().all(), lead.dropna().index.tolist()[:5]


def test_every_forecast_says_what_came():
    ledger = claims.ledger(kind="forecast")
    assert len(ledger) > 0
    bare = [c for c in ledger["claim_id"] if claims.evidence_for(c).empty]
    assert not bare, bare


# No fewer than these: a claim may be split or mended, but none is lost unseen.
ROWS = {"gul_fnf_2024": 504, "media_line_2024": 86, "diplomatic_insight_2023": 74, "hashemite_2025": 75, "brief_2023": 30}
BARE = {"gul_fnf_2024": 42, "hashemite_2025": 3, "media_line_2024": 1}  # headings, captions, pull quotes and notes that name a work


def test_the_ledger_covers_every_document_paragraph_by_paragraph():
    ledger, marks = claims.ledger(), tables.load("fingerprints")
    counted = ledger.groupby("document_id").size()
    assert {name: int(counted[name]) for name, least in ROWS.items() if counted[name] < least} == {}
    assert set(ledger["kind"]) == {"figure", "event", "cause", "forecast", "proposal", "description", "opinion", "bibliographic"}
    long = marks[marks["words"] >= 8].merge(ledger[["document_id", "paragraph"]].drop_duplicates(), how="left", indicator=True)
    bare = long[long["_merge"] == "left_only"].groupby("document_id").size()
    assert {name: int(count) for name, count in bare.items() if count > BARE.get(name, 0)} == {}


def test_the_four_documents_that_repeat_the_number_are_one_proposition():
    ledger = claims.ledger()
    said = ledger[ledger["statement"].str.contains("1.7 million") & ledger["document_id"].ne("hashemite_2025") & ledger["same_as"].notna()]
    lead = said["same_as"].iloc[0]
    assert set(claims.corroboration(lead)["document_id"]) == {"diplomatic_insight_2023", "media_line_2024", "brief_2023", "gul_fnf_2024"}


def test_no_document_of_the_course_disputes_a_cause():
    """What another author thinks of a cause is one opinion beside another, and no evidence."""
    rows = tables.load("evidence").merge(tables.load("claims")[["claim_id", "kind"]], on="claim_id")
    against = rows[rows["source_id"].isin(tables.load("documents")["document_id"]) & rows["relation"].isin(["disputes", "depends"])]
    bare = against[against["kind"].eq("cause") & against["origin_id"].isna()]
    assert bare.empty, bare["evidence_id"].tolist()


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
