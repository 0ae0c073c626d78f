"""The value-weights scorecard, driven as readers do: by keyboard alone, on a phone, without scripts, on paper."""

import re

import pytest

from acrosstheline import options

pytestmark = [pytest.mark.browser, pytest.mark.site]

PAGE = "book/the_options.html"
BOX = "[data-atl=scorecard]"
SCORES = options.scores()
CRITERIA = list(options.criteria()["criterion_id"])


class Card:
    """The scorecard on an open page."""

    def __init__(self, seen):
        self.seen, self.page = seen, seen.page
        self.box = self.page.query_selector(BOX)
        self.box.scroll_into_view_if_needed()

    def find(self, selector):
        return self.box.query_selector(selector)

    def slider(self, criterion):
        return self.find(f"input[data-criterion={criterion}]")

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)

    def set(self, weights):
        """Set every slider by the keyboard: to the left end, then step by step."""
        for criterion in CRITERIA:
            self.slider(criterion).focus()
            self.press("Home", *["ArrowRight"] * weights.get(criterion, 0))

    def verdict(self):
        return self.find(".atl-option-verdict").inner_text()

    def numbers(self):
        return {li.get_attribute("data-option"): li.query_selector(".atl-option-numbers").inner_text() for li in self.box.query_selector_all(".atl-option-ranges > li")}


@pytest.fixture
def card(visit):
    return lambda **how: Card(visit(**how).open(PAGE))


def expected(weights, rule="mark", scores=SCORES, names=None):
    """What the functions of the course say: the verdict, and the range of each option in words."""
    ranges, aside = options.totals(scores, weights), options.set_aside(rule)
    words = {key: "set aside by the floor" if key in aside else f"{row.low:.1f} to {row.high:.1f}" for key, row in ranges.iterrows()}
    return options.verdict(ranges, names or options.labels(), aside), words


def test_it_opens_without_a_weight_and_without_a_ranking(card):
    seen = card()
    assert seen.verdict() == options.NO_WEIGHTS
    assert set(seen.numbers().values()) == {"not compared yet", "empty: give it scores below"}
    assert not seen.find(".atl-option-still").is_visible() and seen.find(".atl-option-live").is_visible()


@pytest.mark.parametrize("width", [360, 1280])
def test_an_answer_stays_in_sight_while_a_slider_moves(card, width):
    seen = card(width=width)
    seen.slider(CRITERIA[0]).focus()
    seen.press("ArrowRight")
    line = seen.find(".atl-option-short").bounding_box()
    assert line["y"] >= 0 and line["y"] + line["height"] <= seen.page.evaluate("innerHeight") + 1
    assert seen.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


SETTINGS = [
    {"rights": 1},
    {"security": 5},
    {"control": 3, "security": 3, "relations": 1},
    {"cost": 2, "livelihoods": 5, "feasibility": 1, "rights": 3},
    {criterion: n % 5 + 1 for n, criterion in enumerate(CRITERIA)},
    dict.fromkeys(CRITERIA, 4),
]


@pytest.mark.parametrize("rule", options.FLOOR_RULES)
def test_the_page_does_the_sums_of_the_course(card, rule):
    seen = card()
    seen.find(f"input[type=radio][value={rule}]").check()
    for weights in SETTINGS:
        seen.set(weights)
        said, words = expected(weights, rule)
        assert seen.verdict() == said
        assert {key: text for key, text in seen.numbers().items() if key != options.OWN} == words


def test_the_bars_are_as_long_as_the_ranges(card):
    seen = card()
    seen.set({"control": 2, "rights": 1})
    ranges = options.totals(SCORES, {"control": 2, "rights": 1})
    for option_id, row in ranges.iterrows():
        bar = seen.box.query_selector_all(f"li[data-option={option_id}] rect")[1]
        assert float(bar.get_attribute("x")) == pytest.approx(row.low * 10) and float(bar.get_attribute("width")) == pytest.approx((row.high - row.low) * 10)


def test_by_keyboard_alone(card):
    """From the first slider on with Tab, arrows, Space and Enter; focus is always seen, and nothing traps it."""
    seen = card()
    seen.slider(CRITERIA[0]).focus()
    reached = []
    for _ in range(len(CRITERIA)):
        reached.append(seen.page.evaluate("document.activeElement.dataset.criterion"))
        assert seen.page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
        seen.press("ArrowRight", "ArrowRight", "Tab")
    assert reached == CRITERIA
    assert seen.verdict() == expected(dict.fromkeys(CRITERIA, 2))[0]
    seen.press("ArrowDown")  # the radio buttons of the floor
    assert seen.verdict() == expected(dict.fromkeys(CRITERIA, 2), "not_kept")[0]
    seen.press("Tab", "Enter")  # what the floor is
    assert "torture convention" in seen.box.inner_text()
    seen.press("Tab", "Enter")  # set everything back
    assert seen.verdict() == options.NO_WEIGHTS
    assert seen.find("input[type=radio][value=mark]").is_checked()
    seen.press("Tab", "Enter", "Tab", "Enter")  # which weights put each option first; try the first
    first, weights = next(iter(options.first_with(SCORES).items()))
    assert seen.numbers()[first] == expected(weights)[1][first]
    assert seen.page.evaluate("document.activeElement.dataset.weights")


def test_the_weights_on_offer_put_each_option_first(card):
    seen = card()
    seen.box.query_selector_all("details > summary")[1].click()
    for option_id, weights in options.first_with(SCORES).items():
        label = options.labels()[option_id]
        seen.find(f'button[aria-label="Try these weights: {label}"]').click()
        assert {c: int(seen.slider(c).input_value()) for c in CRITERIA} == {c: weights.get(c, 0) for c in CRITERIA}
        assert seen.verdict() == expected(weights)[0]


def doubt(seen, option_id, criterion_id, *ends):
    """Open the editor and change one score, by the keyboard where a reader would type."""
    if not seen.find(".atl-option-doubt").is_visible():
        seen.box.query_selector_all("details > summary")[2].click()
    seen.find("[data-pick=option]").select_option(option_id)
    seen.find("[data-pick=criterion]").select_option(criterion_id)
    for name, end in reversed(list(zip(options.ENDS, ends))):
        seen.find(f"[data-end={name}]").fill(str(end))


def test_a_doubted_score_changes_the_verdict_and_can_be_restored(card):
    seen = card()
    seen.set({"security": 5})
    doubt(seen, "deadline", "security", 9, 9, 10)
    changed = options.with_change(SCORES, "deadline", "security", 9, 9, 10)
    assert seen.verdict() == expected({"security": 5}, scores=changed)[0] == "With these weights one option lies wholly above every other: Deportation by a deadline."
    assert "now different" in seen.find(".atl-option-said").inner_text()
    seen.find("[data-do=restore]").click()
    assert seen.verdict() == expected({"security": 5})[0]
    assert seen.find("[data-end=low]").input_value() == "2"


def test_the_reason_of_a_doubted_score_is_shown(card):
    seen = card()
    doubt(seen, "engagement", "cost", 3, 5, 7)
    reason = SCORES.set_index(["option_id", "criterion_id"]).loc[("engagement", "cost"), "reason"]
    assert reason in seen.find("[data-reason]").inner_text()


@pytest.mark.parametrize("ends", [(8, 5, 9), (0, 5, 11), ("", 5, 9)])
def test_a_score_that_is_no_range_is_not_used(card, ends):
    seen = card()
    seen.set({"security": 5})
    doubt(seen, "deadline", "security", *ends)
    assert "Not used yet" in seen.find(".atl-option-said").inner_text()


def test_the_empty_slot_takes_an_option_of_the_reader(card):
    seen = card()
    seen.set({"rights": 2})
    assert options.OWN not in expected({"rights": 2})[1] and seen.numbers()[options.OWN].startswith("empty")
    doubt(seen, options.OWN, "rights", 8, 9, 10)
    seen.find("[data-own-name]").fill("A regional treaty")
    own = options.with_own(SCORES, {"rights": (8, 9, 10)})
    said, words = expected({"rights": 2}, scores=own, names=options.labels("A regional treaty"))
    assert seen.verdict() == said and "A regional treaty" in said
    assert seen.numbers() == words


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone_everything_fits_and_can_be_hit(card, scheme):
    seen = card(width=360, scheme=scheme)
    seen.set({"rights": 3, "control": 2})
    for details in seen.box.query_selector_all("details"):
        details.evaluate("d => d.open = true")
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= 360
    wide = seen.box.evaluate("box => [...box.querySelectorAll('*')].filter(e => !e.closest('.atl-scroll') && e.getBoundingClientRect().right > 361).map(e => e.outerHTML.slice(0, 80))")
    assert wide == []
    small = seen.box.evaluate("box => [...box.querySelectorAll('input[type=range], button, select, input[type=number], summary')].filter(e => e.getBoundingClientRect().height < 24).map(e => e.outerHTML.slice(0, 80))")
    assert small == []


def test_it_asks_no_other_host_for_anything(card):
    seen = card()
    seen.set({"rights": 1})
    assert seen.seen.outside() == [] and seen.seen.complaints == []


def test_the_verdict_is_announced_and_every_control_has_a_name(card):
    seen = card()
    assert seen.find(".atl-option-verdict").get_attribute("aria-live") == "polite"
    names = seen.box.evaluate("box => [...box.querySelectorAll('input, select')].map(e => e.labels.length && e.labels[0].textContent.trim())")
    assert all(names), names


def test_without_scripts_the_scores_are_shown_and_the_page_says_what_is_missing(visit):
    seen = visit(width=360, java_script_enabled=False)
    seen.page.goto(f"{seen.base}/{PAGE}")
    box = seen.page.query_selector(BOX)
    assert not box.query_selector(".atl-option-live").is_visible()
    assert "no script is running" in box.query_selector(".atl-option-still").inner_text()
    assert all(row.is_visible() for row in box.query_selector_all("tr[data-score]"))
    assert len(box.query_selector_all("tr[data-score]")) == len(SCORES)
    assert seen.page.query_selector(".atl-option-map ol").is_visible()
    assert seen.page.query_selector_all(".atl-shelf .atl-option")[-1].is_visible()


def test_on_paper_the_verdict_and_all_scores_are_printed_and_no_controls(card):
    seen = card()
    seen.set({"rights": 3})
    seen.page.emulate_media(media="print")
    assert seen.find(".atl-option-verdict").is_visible() and not seen.slider("rights").is_visible()
    assert seen.find(".atl-option-scores .atl-scroll").bounding_box()["height"] > 1000
    assert not seen.find(".atl-option-lead").is_visible()


def test_only_the_page_that_needs_it_loads_it(visit):
    other = visit().open("book/five_voices.html")
    assert not [url for url in other.requests if re.search(r"/options\.(js|css)", url)]
