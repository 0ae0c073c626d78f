"""The balance report: what is counted, and that the book keeps its own rules or says why not."""

import json

import pytest
from acrosstheline import balance
from acrosstheline.site import balance_page
from course import ROOT

READ = balance.chapters(ROOT)
MEASURED = balance.measures(READ)
DECLARED = balance.rules(ROOT)


def notebook(tmp_path, *cells):
    path = tmp_path / "trial.ipynb"
    path.write_text(json.dumps({"cells": [{"cell_type": kind, "source": source, "outputs": outputs} for kind, source, outputs in cells]}), encoding="utf-8")
    return balance.read(path)


def shows(html):
    return [{"data": {"text/html": html}}]


def test_every_chapter_of_the_book_is_counted():
    lessons = {path.stem for path in (ROOT / "book").glob("*.ipynb")} - {"index"}
    assert set(MEASURED["chapter"]) == lessons
    assert (MEASURED["sources"] > 0).all() and (MEASURED["voices"] > 0).all() and (MEASURED["excerpt_words"] > 0).all()


def test_each_chapter_lies_in_each_range_or_says_why_not():
    silent = [f"{item['measure']}, {item['chapter']}: {item['value']}" for item in balance.outside(MEASURED, DECLARED) if not (item["reason"] or "").strip()]
    assert silent == [], "give a reason in book/assets/balance.yml"


def test_no_exception_stands_longer_than_it_is_needed():
    needed = {(item["measure"], item["chapter"]) for item in balance.outside(MEASURED, DECLARED)}
    declared = {(measure, chapter) for measure, reasons in (DECLARED["exceptions"] or {}).items() for chapter in reasons}
    assert declared - needed == set()


def test_both_critics_speak_in_every_chapter():
    assert [chapter.name for chapter in READ if set(balance.criticism(chapter)) != {"Kabul", "Islamabad"}] == []


def test_an_excerpt_a_link_and_a_name_are_found_in_order(tmp_path):
    chapter = notebook(
        tmp_path,
        ("markdown", "# Trial\n\nHamid Karzai spoke.", []),
        ("code", 'atl.excerpt("003_164_helpless")', shows('<a href="http://911plus.org/5252000-roy-gutman-201/">page</a> Pervez Musharraf')),
    )
    assert balance.excerpts(chapter)["origin_group"].tolist() == ["affected_person"]
    assert balance.linked(chapter)["source_id"].tolist() == ["GUTMAN_P201"]
    assert balance.named(chapter)["person_id"].tolist() == ["hamid_karzai", "pervez_musharraf"]


def test_a_name_inside_an_address_or_another_word_is_no_voice(tmp_path):
    chapter = notebook(tmp_path, ("markdown", "# Trial\n\n[a page](https://example.org/Karzai) on Karzaistan", []))
    assert balance.named(chapter).empty


def test_an_office_parts_two_who_share_a_last_word(tmp_path):
    """A historian and a prime minister are called Kakar; a title that both could bear belongs to neither."""
    assert balance.named(notebook(tmp_path, ("markdown", "# Trial\n\nPrime Minister Kakar spoke.", [])))["person_id"].tolist() == ["anwaar_ul_haq_kakar"]
    assert balance.named(notebook(tmp_path, ("markdown", "# Trial\n\nMinister Khan spoke.", []))).empty
    assert balance.named(notebook(tmp_path, ("markdown", "# Trial\n\nThe envoy Durrani spoke.", [])))["person_id"].tolist() == ["asif_durrani"]


def test_a_chapter_with_too_few_voices_is_not_said_to_meet_the_range():
    met = balance_page.parts(ROOT)["ranges"]
    few = int(MEASURED["voices_share"].isna().sum())
    assert few and f"chapters that have enough; in {few} there are too few" in met
    assert f"{len(MEASURED)} of {len(MEASURED)} chapters" in met


def test_what_stands_under_a_chart_is_not_counted(tmp_path):
    chart = [{"data": {"application/vnd.vegalite.v5+json": {}, "text/html": "Hamid Karzai"}}]
    assert balance.named(notebook(tmp_path, ("markdown", "# Trial", []), ("code", "", chart))).empty


def test_each_critic_gets_his_words_and_the_answer_is_left_out(tmp_path):
    section = (
        "# Trial\n\n## The strongest criticism of this chapter\n\nA critic from Kabul might say: one two three.\n\n"
        "A critic in Islamabad would object: one two.\n\nWhat would settle it? Many words that count for nobody.\n\n## Go further\n\nA reader in Kabul."
    )
    assert balance.criticism(notebook(tmp_path, ("markdown", section, []))) == {"Kabul": 9, "Islamabad": 8}


@pytest.mark.parametrize("value, out", [(0.2, True), (0.25, False), (0.75, False), (0.8, True), (None, False)])
def test_a_range_includes_its_ends(value, out):
    measured = MEASURED.head(1).assign(sources_share=value)
    declared = {"ranges": {"sources_share": DECLARED["ranges"]["sources_share"]}, "exceptions": {}}
    assert bool(balance.outside(measured, declared)) == out


def test_few_sources_have_no_share():
    groups = MEASURED["chapter"].head(4).map(lambda _: "afghan_press")
    assert balance.share(groups) is None
    assert balance.share(groups.repeat(2)) == 1


def test_an_exception_that_is_not_needed_is_seen():
    declared = {"ranges": {"sources_share": {"scope": "chapter", "low": 0, "high": 1}}, "exceptions": {"sources_share": {"two_wars": "once needed"}}}
    assert balance.outside(MEASURED[MEASURED["chapter"] == "two_wars"], declared) == []
