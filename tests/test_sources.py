"""Quotations: exact, short, and caught when they are not."""

import pandas as pd
import pytest

from acrosstheline import cli, sources, tables
from course import ROOT

MAX_EXCERPT = 100
MAX_LEDGER = 20
SHARE = {"gul_fnf_2024": 1 / 20}
DOCUMENTS = list(tables.load("documents")["document_id"])


def test_every_quotation_is_exact():
    wrong = sources.verify()
    assert not wrong, "\n".join(map(str, wrong[:10]))


def test_there_are_quotations_of_all_five_documents():
    quoted = sources.quotations()
    assert set(quoted["document_id"]) == set(DOCUMENTS)
    assert len(quoted) >= 150


@pytest.mark.parametrize("row", tables.load("excerpts").to_dict("records"), ids=lambda row: row["excerpt_id"])
def test_an_excerpt_is_short(row):
    assert len(sources.words(row["quotation"])) <= MAX_EXCERPT


def test_a_ledger_quotation_is_the_shortest_phrase():
    claims = tables.load("claims")
    lengths = claims["quotation"].map(lambda text: len(sources.words(text)))
    assert lengths.max() <= MAX_LEDGER, claims.loc[lengths.idxmax(), "claim_id"]


def words_in(document_id):
    """Count a document's words from its fingerprints: windows overlap, so each paragraph has seven more."""
    prints = tables.load("fingerprints")
    rows = prints[(prints["document_id"] == document_id) & (prints["words"] == sources.WINDOW)]
    return sum(len(hashes.split()) + sources.WINDOW - 1 for hashes in rows["hashes"])


@pytest.mark.parametrize("document_id", DOCUMENTS)
def test_the_book_quotes_a_small_share_of_a_document(document_id):
    excerpts = tables.load("excerpts")
    quoted = sum(len(sources.words(q)) for q in excerpts.loc[excerpts["document_id"] == document_id, "quotation"])
    assert quoted <= words_in(document_id) * SHARE.get(document_id, 1 / 5)


TEXT = """The first paragraph has some words in it, enough to make windows of eight.

The second paragraph says that 1.7 million people were to leave, according to the minister who spoke."""


def verify_one(quotation, paragraph=2, recorded=None):
    rows = pd.DataFrame([{"table": "test", "record": "r", "document_id": "d", "paragraph": paragraph, "quotation": quotation}])
    prints = sources.fingerprints({"d": TEXT}, rows if recorded is None else recorded)
    return sources.verify(rows, prints)


@pytest.mark.parametrize(
    "quotation",
    ["1.7 million people were to leave, according to the minister who spoke", "according to the minister", "1.7  million\npeople were to leave, according to the minister"],
)
def test_an_exact_quotation_passes(quotation):
    assert verify_one(quotation) == []


@pytest.mark.parametrize(
    "quotation",
    [
        "1.3 million people were to leave, according to the minister who spoke",  # a changed figure
        "1.7 million people were to go, according to the minister who spoke",  # a changed word
        "1.7 Million people were to leave, according to the minister who spoke",  # a changed case
        "1.7 million people were to leave, the minister who spoke",  # stitched: words left out in the middle
        "The first paragraph has some words 1.7 million people were to leave",  # stitched from two paragraphs
        "said the minister",  # short, and not there
        "",
    ],
)
def test_an_altered_quotation_is_caught(quotation):
    assert len(verify_one(quotation)) == 1


def test_a_wrong_paragraph_is_caught():
    assert len(verify_one("1.7 million people were to leave, according to the minister who spoke", paragraph=1)) == 1
    assert len(verify_one("according to the minister", paragraph=1)) == 1


def test_a_real_quotation_with_one_word_changed_is_caught():
    quoted = sources.quotations().head(40).copy()
    quoted["quotation"] = quoted["quotation"].map(lambda text: " ".join([*text.split()[:-1], "bicycle"]))
    assert len(sources.verify(quoted)) == len(quoted)


def test_a_real_quotation_moved_to_the_next_paragraph_is_caught():
    quoted = sources.quotations().head(40).copy()
    quoted["paragraph"] += 1
    assert len(sources.verify(quoted)) == len(quoted)


def test_the_command_says_what_it_checked(capsys):
    assert cli.main(["verify"]) == 0
    assert "quotations are exact" in capsys.readouterr().out


def test_the_command_names_a_missing_document(capsys, tmp_path):
    assert cli.main(["verify", "--documents", str(tmp_path)]) == 2
    assert "No file 000_*.txt" in capsys.readouterr().err
    assert cli.main(["verify", "--documents", str(tmp_path / "nowhere")]) == 2
    assert "There is no folder" in capsys.readouterr().err


def test_the_documents_themselves_are_not_here():
    """The fingerprints stand in for them."""
    longest = max((len(sources.words(q)) for q in sources.quotations()["quotation"]), default=0)
    assert longest <= MAX_EXCERPT
    assert not list(ROOT.glob("**/00[0-4]_*.txt"))
