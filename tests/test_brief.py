"""The capstone: a form that never reads opinions, model briefs whose facts stand in the tables, sheets held equal."""

import random
import re

import ipywidgets as widgets
import pytest

import acrosstheline as atl
from acrosstheline import brief, briefing, options, tables
from test_explore import find, shown_by, text

MODELS = brief.models()
LEDGER = atl.ledger().set_index("claim_id")
OPTIONS = list(options.labels())
GOOD = MODELS["strong"].text


def line(given, key):
    return next(line for line in brief.brief_form(given).lines if line.key == key)


def without(part, given=GOOD):
    """The brief without one of its parts."""
    return "\n\n".join(paragraph for paragraph in given.split("\n\n") if not paragraph.startswith(part))


# --- the form ------------------------------------------------------------------------------------------


def test_the_form_has_a_line_for_each_criterion_and_says_what_it_cannot_do():
    form = brief.brief_form(GOOD)
    assert [line.key for line in form.lines] == [criterion.key for criterion in brief.RUBRIC] and len(form.lines) == 7
    assert repr(form).endswith(brief.FORM_ONLY) and brief.FORM_ONLY in form._repr_html_()


def test_it_is_a_pure_function():
    assert brief.brief_form(GOOD).lines == brief.brief_form(GOOD).lines
    assert brief.brief_form(GOOD.replace("\n", "\r\n")).lines == brief.brief_form(GOOD).lines


@pytest.mark.parametrize("given", [None, 7, ["a brief"], ...])
def test_what_is_no_text_is_refused(given):
    with pytest.raises(TypeError, match="as text"):
        brief.brief_form(given)


@pytest.mark.parametrize("given", ["", "   ", brief.TEMPLATE, "Urdu: یہ ایک مختصر تحریر ہے", "a_b " * 2000, "<script>alert(1)</script>"])
def test_any_text_has_a_form(given):
    assert len(brief.brief_form(given).lines) == 7
    assert "<script" not in brief.brief_form(given)._repr_html_()


def test_an_empty_template_has_nothing_there_but_the_absence_of_open_figures():
    assert [line.key for line in brief.brief_form(brief.TEMPLATE).lines if line.there] == ["figures"]


@pytest.mark.parametrize(("part", "key"), [("To:", "decision"), ("Decision:", "decision"), ("Objection:", "fairness"), ("Limits:", "doubt"), ("What would change", "doubt")])
def test_a_part_that_is_missing_is_missed(part, key):
    assert line(GOOD, key).there and not line(without(part), key).there


@pytest.mark.parametrize("heading", ["Objection:", "## Objection\n", "**The strongest objection:**", "STRONGEST OBJECTION:", "objection:"])
def test_a_heading_may_be_written_in_several_ways(heading):
    assert line(GOOD.replace("Objection:", heading), "fairness").there


def test_a_sentence_that_begins_with_a_heading_word_is_no_heading():
    assert "objection" not in brief._parts("Objection was raised by some.\nTo some it matters.")
    assert "to" not in brief._parts("To some it matters.")


@pytest.mark.parametrize(
    ("given", "count"),
    [("one two three", 3), ("one (IOM_DTM_PAK_20240115), two", 2), ("a – b & c", 3), ("1.7 million", 2), ("001_012_left_after_deadline", 0), ("", 0), ("سلام دنیا", 2)],
)
def test_words_are_counted_without_short_names(given, count):
    assert brief.count_words(given) == count


def test_a_short_name_that_is_in_no_table_is_named():
    said = line(f"{GOOD}\n\nSee also NOBODY_2023.", "evidence")
    assert not said.there and "NOBODY_2023" in said.said


@pytest.mark.parametrize(
    ("paragraph", "has"),
    [("There were 12 of them.", True), ("It was in 2023.", False), ("On 31 October 2023 it ended.", False), ("Article 3 forbids it; see section 14 and paragraph 7.", False),
     ("2. The second point.", False), ("40 percent", True), ("It rose by 1,234 in 2024.", True), ("see PIPS_2025", False)],
)  # fmt: skip
def test_what_counts_as_a_figure(paragraph, has):
    assert brief._has_figure(paragraph) == has


def test_a_figure_without_a_short_name_is_found():
    said = line(f"{GOOD}\n\nIn all 12 provinces agreed.", "evidence")
    assert not said.there and "In all 12 provinces agreed" in said.said


RIVAL = "DAWN_20231015"


@pytest.mark.parametrize("shown", ["1.7 million", "1,700,000", "1.73 million", "000_005_one_point_seven_million", "001_010_one_point_seven_million", "001_012_left_after_deadline", "500,000"])
def test_an_open_figure_wants_a_rival_in_its_own_paragraph(shown):
    rival = RIVAL if "seven" in shown or shown.startswith("1") else "IOM_DTM_PAK_20240115"
    assert not line(f"There were {shown}.", "figures").there
    assert not line(f"There were {shown}.\n\nOthers say less ({rival}).", "figures").there
    assert line(f"There were {shown}, or less ({rival}).", "figures").there


@pytest.mark.parametrize("shown", ["21.7 million", "1.71 million", "1.7 billion", "5,500,000", "in 2023", "775,000"])
def test_a_figure_that_only_looks_alike_is_left_alone(shown):
    assert "No figure here" in line(f"There were {shown}.", "figures").said


def test_five_printings_of_one_number_are_one_origin():
    """A claim that repeats another counts for the group of the one that leads."""
    five = atl.corroboration("000_005_one_point_seven_million")["claim_id"]
    said = line(" ".join(five), "origins")
    assert len(five) >= 5 and said.said.startswith("1 groups of origin")


def test_an_origin_that_is_not_known_is_no_group():
    unknown = tables.load("sources").query("origin_group == 'unknown'")["source_id"].iloc[0]
    assert line(unknown, "origins").said.startswith("0 groups")


def test_every_open_figure_has_a_rival_to_name():
    known = brief.facts()
    assert all(known["rivals"][lead] for lead in known["lead"].values())
    assert set(known["spoken"].values()) <= set(known["rivals"])


def test_the_form_does_not_ask_for_a_position():
    """Whatever is decided, the form is the same."""
    opposite = re.sub(r"Decision: .*", "Decision: We ask the committee to end all dates and all deportations, and to say so in public today.", GOOD)
    assert [one.there for one in brief.brief_form(opposite).lines] == [one.there for one in brief.brief_form(GOOD).lines]


# --- the model briefs ------------------------------------------------------------------------------------


def test_the_levels_were_drawn_by_lot():
    levels = list(brief.LEVELS)
    random.Random(brief.DRAWN_WITH).shuffle(levels)
    assert {model.option_id: model.level for model in MODELS.values()} == dict(zip(["deadline", "registration", "voluntary_return"], levels))


def test_three_positions_at_three_levels():
    assert tuple(MODELS) == brief.LEVELS and len({model.option_id for model in MODELS.values()}) == 3
    assert {model.option_id for model in MODELS.values()} <= set(OPTIONS)
    points = [len(model.points) for model in MODELS.values()]
    assert points[0] == 7 and points == sorted(points, reverse=True) and len(set(points)) == 3


def notes_of(model):
    return [note for _, notes in model.paragraphs for note in notes]


@pytest.mark.parametrize("level", brief.LEVELS)
class TestModel:
    def test_each_criterion_is_judged_and_none_both_ways(self, level):
        notes = notes_of(MODELS[level])
        assert {note.key for note in notes} == {criterion.key for criterion in brief.RUBRIC}
        assert not {note.key for note in notes if note.earns} & {note.key for note in notes if not note.earns}

    def test_the_form_agrees_with_the_reader_where_it_can(self, level):
        """The form may be there and the point not be earned; never the other way round."""
        there = {one.key for one in brief.brief_form(MODELS[level].text).lines if one.there}
        assert set(MODELS[level].points) <= there
        assert there - set(MODELS[level].points) <= {"evidence", "figures", "fairness"}

    def test_every_fault_is_marked_and_has_its_note(self, level):
        for paragraph, notes in MODELS[level].paragraphs:
            lost = [note for note in notes if not note.earns]
            faults = brief._FAULT.findall(paragraph)
            assert len(faults) <= len([note for note in lost if note.text.startswith("Fault left in on purpose")])
        assert bool(brief._FAULT.search(str(MODELS[level].paragraphs))) == (level != "strong")

    def test_every_short_name_is_in_the_tables(self, level):
        told = str(MODELS[level].paragraphs)
        assert set(brief._NAME.findall(told)) <= set(brief.facts()["groups"])

    def test_no_mark_of_a_fault_is_left_in_the_text(self, level):
        assert "{{" not in MODELS[level].text and "Fault left" not in MODELS[level].text

    def test_its_words_are_those_of_the_course(self, level):
        loaded = r"\b(illegals?|aliens?|so-called|regime|influx|flood|horde|admitted|insisted|clearly|obviously|of course)\b"
        assert not re.search(loaded, str(MODELS[level].paragraphs), re.IGNORECASE)


SPOKEN_OF_IN_NOTES = {"14", "24", "136", "49"}  # the next test reads them where they stand
WRONG_ON_PURPOSE = {"1.7 million", "1.2 million"}  # marked as faults in the models


def test_every_figure_of_the_models_is_in_the_tables():
    returns, status = (tables.load(name).set_index("row_id") for name in ("returns", "status_counts"))
    violence, assisted = tables.load("violence"), tables.load("repatriation").set_index("period_end")["people"]
    killed = violence[(violence["series"] == "ispr") & (violence["period_start"] == "2025-01-01") & (violence["period_end"] == "2025-11-25")]["value"]
    counts = [
        *returns.loc[["r_20240115_returns_from_20230915", "r_20231101_returns", "r_20231103_returns", "r_20251213_returns", "r_20240630_fear_of_arrest_share"], "value"],
        *status.loc[["sc_2023_06_undocumented", "sc_2023_06_undocumented_safron", "sc_2023_07_undocumented_taliban"], "people"],
        100 * returns.loc["r_20251213_deportations", "value"] / returns.loc["r_20251213_returns", "value"],
        killed.iloc[0],
        assisted["2018-08-31"],
    ]
    announced = tables.load("evidence").set_index("evidence_id").loc["000_005_one_point_seven_million_e1", "quantity"]
    in_need = tables.load("people_in_need").set_index("row_id").loc["pin_2024_plan", "people_million"]
    wanted = {f"{round(count):,}" for count in counts} | {f"{float(announced) / 1e6:g} million", f"{in_need:g} million"}
    told = "\n\n".join(f"{paragraph}\n\n{' '.join(note.text for note in notes)}" for model in MODELS.values() for paragraph, notes in model.paragraphs)
    figures = {figure for figure in brief._FIGURE.findall(brief._NO_FIGURE.sub(" ", told)) if not brief._YEAR.fullmatch(figure)}
    assert figures <= wanted | SPOKEN_OF_IN_NOTES | WRONG_ON_PURPOSE, sorted(figures - wanted)


def test_the_statements_of_the_sources_that_the_models_quote_by_number():
    notes = tables.load("evidence").set_index("evidence_id")["note"]
    assert "14 of 24 suicide" in notes["001_029_every_assault_from_afghanistan_e2"]
    assert "136 of 1,873" in " ".join(notes[notes.index.str.startswith("003_163_refugees_no_link_to_ttp")])
    assert "49 people" in tables.load("sources").set_index("source_id").loc["UNAMA_RETURNEES_2025", "note"]


@pytest.mark.parametrize(
    ("claim", "badge"),
    [("001_020_intent_enforce_law", "single_source"), ("001_012_left_after_deadline", "disputed"), ("003_162_un_called_for_halt", "single_source"), ("000_013_unhcr_worked_before", "settled"),
     ("000_006_herat_earthquake_aftermath", "settled"), ("000_005_one_point_seven_million", "disputed"), ("000_009_scrap_dealers_losses", "single_source")],
)  # fmt: skip
def test_what_the_models_say_of_a_badge_holds(claim, badge):
    assert claim in str([model.paragraphs for model in MODELS.values()]) and LEDGER.loc[claim, "badge"] == badge


def test_a_model_is_shown_with_its_faults_marked_and_its_points():
    for level, model in MODELS.items():
        html = briefing.model_brief(level).html
        assert html.count("[fault]") == html.count("[/fault]") == len(brief._FAULT.findall(str([p for p, _ in model.paragraphs])))
        assert html.count('data-earns="true"') == sum(note.earns for note in notes_of(model))
        assert f"{len(model.points)} of 7 points" in html
    with pytest.raises(KeyError, match="no level 'best'.*strong"):
        briefing.model_brief("best")


def test_what_the_models_cite_keeps_its_group_and_its_badge():
    rows = briefing.model_citations()
    assert set(rows["level"]) == set(brief.LEVELS) and rows["origin_group"].notna().all()
    in_ledger = rows[rows["badge"].notna()]
    assert (in_ledger["badge"] == LEDGER.loc[in_ledger["name"], "badge"].to_list()).all()
    assert set(rows["source_id"]) <= set(tables.load("sources")["source_id"])


# --- the sheets of a controversy -------------------------------------------------------------------------


@pytest.mark.parametrize("option_id", OPTIONS)
def test_both_sides_of_a_controversy_get_as_many_short_names(option_id):
    counts = [len(set(re.findall("<code>(.*?)</code>", briefing.sheet_html(option_id, side)))) for side in ("for", "against")]
    lengths = [len(re.findall(r"<li>", briefing.sheet_html(option_id, side))) for side in ("for", "against")]
    assert counts[0] == counts[1] >= 5 or abs(counts[0] - counts[1]) <= 1
    assert lengths[0] == lengths[1]


def test_an_unknown_option_is_named():
    with pytest.raises(KeyError, match="no option 'nothing'.*deadline"):
        briefing.evidence_sheets("nothing")


# --- what is shown -----------------------------------------------------------------------------------------


def test_every_control_of_the_checker_has_a_name_and_the_page_works_without_a_script():
    html = briefing.brief_checker().html
    assert '<label for="brief-form-text">' in html and 'id="brief-form-text"' in html
    assert '<div class="atl-brief-live" hidden>' in html and "What is missing here" in html
    assert html.count("data-form=") == 7 and brief.FORM_ONLY in html
    assert "checked" not in html  # nothing is kept unless the reader asks


def test_the_widget_says_what_the_function_says():
    shown = shown_by(briefing.brief_checker()._repr_mimebundle_())
    box, said = find(shown, widgets.Textarea)[0], find(shown, widgets.HTML)[-1]
    box.value = GOOD
    find(shown, widgets.Button)[0].click()
    for one in brief.brief_form(GOOD).lines:
        assert one.said in text(said.value)


def test_the_rubric_gives_seven_points_and_none_for_a_position():
    html = briefing.brief_rubric().html
    assert html.count("<tr>") == 8 and len(brief.RUBRIC) == 7
    assert not re.search(r"deport|register|refugee", html, re.IGNORECASE)
