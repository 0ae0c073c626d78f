"""The forecasts: every one of the ledger judged once, by a rule, on evidence that is named."""

import pytest

from acrosstheline import claims, tables

FORECASTS = tables.load("forecasts")
LEDGER = tables.load("claims")
SOURCES = tables.load("sources").set_index("source_id")
CITED = ["source_id", "second_source_id", "third_source_id"]
VERDICT_OF = {
    "all_seen": "came_true",
    "part_seen": "partly",
    "cause_not_shown": "partly",
    "day_passed": "not",
    "may_not_come": "cannot_tell",
    "condition_not_met": "cannot_tell",
    "no_measure": "cannot_tell",
    "not_separable": "cannot_tell",
}
LAST_DAY = "2025-12-31"


def cited(row):
    return row[CITED].dropna().tolist()


def rows_where(condition):
    return FORECASTS.loc[condition, "claim_id"].tolist()


def test_every_forecast_of_the_ledger_has_one_row_and_no_other_claim_has_one():
    """A forecast that a document makes twice is judged once, at the claim that leads."""
    leading = LEDGER[(LEDGER["kind"] == "forecast") & LEDGER["same_as"].isna()]
    assert sorted(FORECASTS["claim_id"]) == sorted(leading["claim_id"])


def test_a_forecast_that_repeats_another_follows_one_that_is_judged():
    repeats = LEDGER[(LEDGER["kind"] == "forecast") & LEDGER["same_as"].notna()]
    assert set(repeats["same_as"]) <= set(FORECASTS["claim_id"])


def test_a_verdict_follows_from_its_rule():
    assert FORECASTS["verdict"].tolist() == FORECASTS["rule"].map(VERDICT_OF).tolist()


@pytest.mark.parametrize("row", [row for _, row in FORECASTS.iterrows()], ids=FORECASTS["claim_id"])
def test_a_verdict_stands_on_a_strong_source_or_says_that_it_is_weak(row):
    strong = any(SOURCES.loc[source_id, "strength"] == "strong" for source_id in cited(row))
    assert row["verdict"] == "cannot_tell" or strong or "weak" in row["why_not_more"]


def test_no_verdict_rests_on_the_documents_that_are_judged():
    documents = set(tables.load("documents")["document_id"])
    resting = [row["claim_id"] for _, row in FORECASTS.iterrows() if row["verdict"] != "cannot_tell" and documents & set(cited(row))]
    assert not resting


def test_no_test_is_read_after_the_last_day():
    assert FORECASTS["by_when"].astype(str).max() == LAST_DAY


def test_a_sentence_that_says_may_cannot_fail():
    assert not rows_where((FORECASTS["form"] == "may") & (FORECASTS["verdict"] == "not"))


def test_only_a_sentence_that_says_may_is_spared_for_it():
    assert not rows_where((FORECASTS["rule"] == "may_not_come") & (FORECASTS["form"] != "may"))


def test_a_condition_can_be_missed_only_where_there_is_one():
    assert not rows_where((FORECASTS["rule"] == "condition_not_met") & (FORECASTS["form"] != "if"))


def test_a_cause_can_be_missed_only_where_one_is_named():
    assert not rows_where((FORECASTS["rule"] == "cause_not_shown") & (FORECASTS["names_cause"] != "yes"))


def test_a_day_of_its_own_is_earlier_than_the_last_day():
    assert (FORECASTS["by_when"].astype(str) < LAST_DAY).tolist() == FORECASTS["by_basis"].eq("text").tolist()


def test_the_texts_are_short_enough_to_be_read_side_by_side():
    for column, most in (("test", 30), ("what_came", 55), ("why_not_more", 35)):
        lengths = FORECASTS[column].str.split().map(len)
        assert lengths.max() <= most, FORECASTS.loc[lengths.idxmax(), "claim_id"]


def test_the_ledger_has_evidence_on_every_forecast_that_is_judged():
    assert not [c for c in FORECASTS["claim_id"] if claims.evidence_for(c).empty]
