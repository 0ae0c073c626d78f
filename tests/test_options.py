"""The options: one schema, held equal; every proposal in its place; ranges that claim no more than they may."""

import re
from statistics import median

import pytest

from acrosstheline import debate, options, tables, weighing
from test_explore import find, shown_by, text

import ipywidgets as widgets

OPTIONS = tables.load("options")
ARGUMENTS = tables.load("option_arguments")
PROPOSALS = tables.load("proposals")
SCORES = options.scores()
CRITERIA = list(options.criteria()["criterion_id"])
FIELDS = ["in_brief", "what_happens", "values", "costs", "legal_limits", "precedent", "change_mind", "left_open", "floor_reason"]
SPREAD = 0.20  # how far a text may be from the median of its field, in words


def length(words):
    return len(words.split())


# --- symmetry ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("field", FIELDS)
def test_a_field_has_nearly_the_same_length_for_every_option(field):
    lengths = OPTIONS.set_index("option_id")[field].map(length)
    middle = median(lengths)
    far = lengths[(lengths - middle).abs() > SPREAD * middle]
    assert far.empty, f"median {middle}: {far.to_dict()}"


def test_the_arguments_are_three_a_side_and_nearly_as_long():
    assert all(sorted(ranks) == [1, 2, 3] for _, ranks in ARGUMENTS.groupby(["option_id", "side"])["rank"])
    assert len(ARGUMENTS) == 6 * len(OPTIONS)
    lengths = ARGUMENTS.set_index("argument_id")["argument"].map(length)
    assert ((lengths - median(lengths)).abs() <= SPREAD * median(lengths)).all()
    sides = ARGUMENTS.assign(words=ARGUMENTS["argument"].map(length)).groupby(["option_id", "side"])["words"].sum()
    assert ((sides - median(sides)).abs() <= SPREAD * median(sides)).all(), sides.to_dict()


def test_every_argument_has_two_sources():
    assert ARGUMENTS[["source_id", "second_source_id"]].notna().all(axis=None)
    assert (ARGUMENTS["source_id"] != ARGUMENTS["second_source_id"]).all()


def test_each_objection_meets_another_reason_for_the_same_option():
    against = ARGUMENTS[ARGUMENTS["side"] == "against"]
    assert ARGUMENTS.loc[ARGUMENTS["side"] == "for", "answers"].isna().all()
    for option_id, rows in against.groupby("option_id"):
        assert sorted(rows["answers"]) == [f"{option_id}_for_{rank}" for rank in (1, 2, 3)]


def test_the_cards_show_the_same_fields_in_the_same_order_with_as_many_citations():
    cards = {option_id: debate.card_html(option_id) for option_id in OPTIONS["option_id"]}
    fields = {tuple(re.findall(r"<dt>(.*?)</dt>", card)) for card in cards.values()}
    assert fields == {tuple(debate.FIELDS.values())}
    assert {card.count("<small>[") for card in cards.values()} == {10}  # four fields and six arguments name their sources


def test_every_field_cites_as_many_sources_for_every_option():
    columns = [column for column in OPTIONS if column.endswith("source_id")]
    assert OPTIONS[columns].notna().all(axis=None)


def test_the_options_stand_in_the_order_of_the_alphabet():
    assert list(OPTIONS["label"]) == sorted(OPTIONS["label"], key=str.lower)


# --- the documents -------------------------------------------------------------------------------------


def test_every_proposal_of_the_ledger_has_its_row():
    ledger = tables.load("claims")
    wanted = ledger.loc[ledger["kind"] == "proposal", "claim_id"]
    assert set(wanted) == set(PROPOSALS.loc[PROPOSALS["form"] == "proposal", "claim_id"])


def test_a_row_agrees_with_the_ledger():
    ledger = tables.load("claims").set_index("claim_id")
    for row in PROPOSALS.itertuples():
        claim = ledger.loc[row.claim_id]
        assert (row.document_id, row.paragraph, row.speaker_id) == (claim["document_id"], claim["paragraph"], claim["speaker_id"])
        assert (claim["kind"] == "proposal") == (row.form == "proposal")


def test_the_six_steps_and_the_eleven_recommendations_are_all_there():
    said = tables.load("claims").set_index("claim_id").loc[PROPOSALS["claim_id"], "statement"]
    for number in ("one", "two", "three", "four", "five", "six"):
        assert said.str.contains(f"Step {number}:").any(), number
    for number in range(1, 12):
        assert said.str.contains(rf"Recommendation {number}\b").any(), number


def test_every_option_of_the_documents_is_there_and_the_others_say_so():
    proposed = set(PROPOSALS["option_id"].dropna())
    unproposed = set(OPTIONS["option_id"]) - proposed
    assert proposed <= set(OPTIONS["option_id"])
    assert unproposed == {"citizenship", "status_quo"}
    assert debate.proposed_html("citizenship") == "None of the five documents."


def test_every_document_is_heard():
    assert set(PROPOSALS["document_id"]) == set(tables.load("documents")["document_id"])


# --- the scores ----------------------------------------------------------------------------------------


def test_every_option_has_a_score_on_every_criterion():
    assert set(zip(SCORES["option_id"], SCORES["criterion_id"])) == {(o, c) for o in OPTIONS["option_id"] for c in CRITERIA}
    assert (SCORES["low"] <= SCORES["mid"]).all() and (SCORES["mid"] <= SCORES["high"]).all()
    assert (SCORES["low"] < SCORES["high"]).all(), "a score is a range"


def test_the_ranges_are_widest_where_the_evidence_is_thinnest():
    width = (SCORES["high"] - SCORES["low"]).groupby(SCORES["criterion_id"]).mean()
    assert width.idxmax() == "security"


def test_the_floor_is_no_weight():
    assert "non_refoulement" not in CRITERIA
    assert "disputed" in tables.load("criteria").set_index("criterion_id").loc["non_refoulement", "must_know"]


def test_some_weights_put_each_option_first():
    """Or the scores would decide what values should."""
    found = options.first_with(SCORES)
    assert set(found) == set(OPTIONS["option_id"]) and None not in found.values()
    for option_id, weights in found.items():
        middle = options.totals(SCORES, weights)["mid"]
        assert middle.idxmax() == option_id and (middle == middle.max()).sum() == 1


HOLDERS = {  # weights that follow from the values on each card
    "camps_and_return": {"control": 3, "security": 3, "relations": 2},
    "citizenship": {"livelihoods": 3, "rights": 2},
    "deadline": {"control": 3, "security": 3, "cost": 1},
    "domestic_first": {"security": 3, "rights": 2, "feasibility": 2},
    "engagement": {"relations": 3, "security": 3, "livelihoods": 2},
    "registration": {"control": 3, "livelihoods": 2, "rights": 1},
    "shared_responsibility": {"cost": 3, "rights": 2},
    "status_quo": {"security": 3, "feasibility": 2, "control": 1},
    "voluntary_return": {"rights": 3, "relations": 1},
}


@pytest.mark.parametrize("option_id", list(OPTIONS["option_id"]))
def test_an_option_comes_first_with_the_weights_of_those_who_hold_it(option_id):
    middle = options.totals(SCORES, HOLDERS[option_id])["mid"]
    assert list(middle[middle == middle.max()].index) == [option_id]


def test_on_security_no_middle_takes_a_side():
    """What no option was tried for alone, the middle may not decide."""
    assert set(SCORES.loc[SCORES["criterion_id"] == "security", "mid"]) == {5}


def test_the_share_of_settings_counts_those_that_put_one_option_first_alone():
    shares = options.share_first(SCORES)
    assert set(shares.index) == set(OPTIONS["option_id"]) and (shares > 0).all() and shares.sum() < 100
    one = SCORES[SCORES["criterion_id"] == "rights"]
    assert options.share_first(one)["voluntary_return"] == 100


# --- the sums ------------------------------------------------------------------------------------------


def test_one_weight_gives_the_scores_back():
    ranges = options.totals(SCORES, {"rights": 3})
    given = SCORES[SCORES["criterion_id"] == "rights"].set_index("option_id")[options.ENDS]
    assert (ranges == given).all(axis=None)


def test_the_scale_of_the_weights_does_not_matter():
    once, thrice = ({c: n + 1 for n, c in enumerate(CRITERIA)}, {c: 3 * (n + 1) for n, c in enumerate(CRITERIA)})
    assert options.totals(SCORES, once).equals(options.totals(SCORES, thrice))


def test_a_half_is_rounded_up():
    two = SCORES[(SCORES["option_id"] == "deadline") & SCORES["criterion_id"].isin(["control", "cost"])].copy()
    two[options.ENDS] = [[1, 5, 6], [0, 5, 7]]
    ranges = options.totals(two, {"control": 1, "cost": 3})
    assert list(ranges.loc["deadline"]) == [0.3, 5.0, 6.8]  # 0.25, 5 and 6.75


def test_equal_weights_separate_nothing():
    ranges = options.totals(SCORES, dict.fromkeys(CRITERIA, 1))
    assert options.front(ranges) == list(ranges.index)
    assert "cannot separate any of the 9 options" in options.verdict(ranges, options.labels())


def test_ranges_that_touch_are_not_separated():
    ranges = options.totals(SCORES, {"rights": 1})
    ranges.loc["deadline", "high"] = ranges.loc["voluntary_return", "low"]
    assert not options.above(ranges, "voluntary_return", "deadline")
    ranges.loc["deadline", "high"] -= 0.1
    assert options.above(ranges, "voluntary_return", "deadline")


def test_nothing_in_front_lies_below_another_and_nothing_else_is_left_out():
    ranges = options.totals(SCORES, {"relations": 1})
    first = options.front(ranges)
    assert not [o for o in first if any(options.above(ranges, other, o) for other in ranges.index)]
    assert all(any(options.above(ranges, other, o) for other in first) for o in ranges.index if o not in first)


def test_the_verdict_names_what_the_floor_sets_aside_and_compares_the_rest():
    ranges = options.totals(SCORES, {"control": 1})
    said = options.verdict(ranges, options.labels(), options.set_aside("not_kept"))
    assert said.endswith("Set aside by the floor: Deportation by a deadline; Status quo of 31 December 2025.")
    assert options.set_aside("mark") == []
    assert set(options.set_aside("not_kept")) < set(options.set_aside("kept")) < set(OPTIONS["option_id"])


def test_the_labels_of_a_verdict_stand_in_the_order_of_the_alphabet():
    said = options.verdict(options.totals(SCORES, {"rights": 1}), options.labels())
    for part in re.findall(r": (.*?)\.(?= |$)", said):
        assert part.split("; ") == sorted(part.split("; "), key=str.lower)


@pytest.mark.parametrize(
    ("weights", "error", "says"),
    [
        ({"honour": 1}, KeyError, "no criterion 'honour'"),
        ({"rights": -1}, ValueError, "whole number from 0"),
        ({"rights": 0.5}, ValueError, "whole number from 0"),
        ({"rights": 0}, ValueError, "at least one"),
        ({}, ValueError, "at least one"),
    ],
)
def test_weights_that_make_no_sense_are_refused(weights, error, says):
    with pytest.raises(error, match=says):
        options.totals(SCORES, weights)


def test_one_changed_score_changes_one_score():
    changed = options.with_change(SCORES, "deadline", "security", 9, 9, 10)
    differs = (changed[options.ENDS] != SCORES[options.ENDS]).any(axis=1)
    assert differs.sum() == 1 and options.totals(changed, {"security": 1}).loc["deadline", "high"] == 10


@pytest.mark.parametrize("ends", [(5, 4, 6), (0, 5, 11), (-1, 5, 6), (1, 2.5, 3)])
def test_a_score_that_is_no_range_is_refused(ends):
    with pytest.raises(ValueError, match="three whole numbers"):
        options.with_change(SCORES, "deadline", "security", *ends)


def test_an_unknown_score_is_named():
    with pytest.raises(KeyError, match="no score of 'nothing'"):
        options.with_change(SCORES, "nothing", "security", 1, 2, 3)


def test_an_option_of_the_reader_that_is_not_scored_could_be_anything():
    ranges = options.totals(options.with_own(SCORES, {"rights": (9, 10, 10)}), {"rights": 1, "cost": 1})
    assert list(ranges.loc[options.OWN]) == [4.5, 7.5, 10.0]


# --- what is shown -------------------------------------------------------------------------------------


def test_the_scorecard_opens_with_no_weights_and_no_ranking():
    html = weighing.scorecard().html
    assert re.findall(r'type="range"[^>]*value="(\d)"', html) == ["0"] * len(CRITERIA)
    assert options.NO_WEIGHTS in html
    shown = re.findall(r'<li data-option="([a-z_]+)"', html)
    assert shown == [*OPTIONS["option_id"], options.OWN]


def test_every_control_of_the_scorecard_has_a_name():
    html = weighing.scorecard().html
    for slider in re.findall(r'type="range" id="([^"]+)"', html):
        assert f'<label for="{slider}">' in html
    for control in re.finditer(r"<(?:select|input)\b[^>]*>", html):
        if 'type="range"' not in control[0]:
            assert html.rindex("<label", 0, control.start()) > html.rfind("</label>", 0, control.start()), control[0]


def test_without_a_script_the_scores_are_there_and_the_page_says_what_is_missing():
    html = weighing.scorecard().html
    assert '<div class="atl-option-live" hidden>' in html and "What is missing here" in html
    assert '<details class="atl-details atl-option-scores" open>' in html
    assert html.count("data-score=") == len(SCORES)


def test_the_widget_gives_the_verdict_that_the_functions_give():
    widget = shown_by(weighing.scorecard()._repr_mimebundle_())
    sliders, said = find(widget, widgets.IntSlider), find(widget, widgets.HTML)[-1]
    assert len(sliders) == len(CRITERIA) and options.NO_WEIGHTS in said.value
    sliders[CRITERIA.index("rights")].value = 4
    ranges = options.totals(SCORES, {"rights": 4})
    assert options.verdict(ranges, options.labels()) in text(said.value)
    find(widget, widgets.RadioButtons)[0].value = "not_kept"
    assert "Set aside by the floor: Deportation by a deadline" in text(said.value)


def test_the_reader_can_score_an_option_in_the_notebook():
    own = dict.fromkeys(CRITERIA, (8, 9, 10))
    widget = shown_by(weighing.scorecard(own=own, own_label="A treaty")._repr_mimebundle_())
    find(widget, widgets.IntSlider)[0].value = 5
    assert "A treaty: 8.0 to 10.0" in text(find(widget, widgets.HTML)[-1].value)


@pytest.mark.parametrize("option_id", list(OPTIONS["option_id"]))
def test_a_map_is_an_outline_first_and_a_tree_second(option_id):
    html = debate.argument_map(option_id).html
    assert html.index("<ol>") < html.index("The same map as a tree")
    outline, tree = html.split("The same map as a tree")
    for row in ARGUMENTS[ARGUMENTS["option_id"] == option_id].itertuples():
        assert debate.markup.escape(row.argument) in outline and debate.markup.escape(row.argument) in tree


@pytest.mark.parametrize("show", [debate.argument_map, debate.option_cards])
def test_an_unknown_option_is_named(show):
    with pytest.raises(KeyError, match="no option 'nothing'.*deadline"):
        show("nothing")


def test_the_order_of_the_chosen_cards_is_kept():
    html = debate.option_cards("status_quo", "camps_and_return").html
    order = list(OPTIONS["option_id"])
    assert re.findall(r'<option value="(\d)" selected>', html) == [str(order.index("status_quo")), str(order.index("camps_and_return"))]
