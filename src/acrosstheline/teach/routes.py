"""Four ready routes through the book: one lesson, one week, one unit of four weeks, one term."""

from dataclasses import dataclass

from acrosstheline import checks
from acrosstheline.teach import catalogue

FIRST = "first_steps"  # the notebook for those who have never opened one
CONTROVERSY = "Structured controversy: no new chapter"
BRIEFS = "Briefs: read, answer and revise; no new chapter"


@dataclass(frozen=True)
class Meeting:
    """One meeting of a route: the chapters read for it, or its topic where there are none."""

    chapters: tuple = ()
    topic: str = ""


@dataclass(frozen=True)
class Route:
    """A ready choice of chapters.

    Attributes
    ----------
    name, title : str
    about : str
        For whom it is, and what it leaves out.
    meetings : tuple of Meeting
        One a week.
    outcomes : tuple of str
        What students can do at its end, each beginning with a verb that can be tested.
    before, after : str
        What students do before and after a meeting.
    plan : tuple of (int, str)
        A meeting of an hour, by minutes and what happens in them.
    """

    name: str
    title: str
    about: str
    meetings: tuple
    outcomes: tuple
    before: str
    plan: tuple
    after: str

    @property
    def has_own_plan(self):
        """Return whether its meetings follow a plan made for this route, and not one that fits any chapter."""
        return self.plan is not HOUR

    @property
    def chapters(self):
        """Return the names of its chapters, in order."""
        return tuple(name for meeting in self.meetings for name in meeting.chapters)

    @property
    def reading(self):
        """Return the minutes to read its chapters with their quizzes, summed from the chapters."""
        return sum(catalogue.unit(name).minutes for name in self.chapters)

    @property
    def exercises(self):
        """Return the minutes for the core of its exercises, summed from the notebooks."""
        return sum(catalogue.unit(name).exercise_minutes for name in self.chapters)

    @property
    def minutes(self):
        """Return the minutes of work beside the meetings, without First steps."""
        return self.reading + self.exercises


def first_minutes():
    """Return the minutes of First steps, which only those need who have never opened a notebook."""
    return checks.about(FIRST)["minutes"]


_READ = "Students read the chapter and do its quiz. Where it asks for a guess, they write the guess on paper before they open the text, and bring it."
_DO = "The exercise notebook. Its checks show that the work was done; what weighs is what a student writes in it."
HOUR = (
    (10, "What we guessed and what we found: guesses from the reading, without names, on the board."),
    (15, "The chapter's puzzle: pairs write an answer in two sentences, each with its source."),
    (20, "One task for discussion from the end of the chapter, in groups of three or four."),
    (10, "Settled, disputed, unknown: what would have to be found to move one sentence from one list to another?"),
    (5, "What the exercise asks for, and when it is due."),
)

LESSON = Route(
    name="lesson",
    title="One lesson",
    about="One meeting on how to read five texts that disagree. It needs no other chapter and no programming.",
    meetings=(Meeting(("five_voices",)),),
    outcomes=(
        "ask six questions of a text before reading it, and mark which answers the text states",
        "date a text that carries no date, and give the reason for each step",
        "name who does not speak in a set of texts, and say what that absence does to their argument",
    ),
    before=_READ + " If nothing can be read before, take two lessons: read the chapter in the first, to the section on who is heard, and the rest in the second.",
    plan=(
        (10, "Guesses on the table: what each of us expected every author to say, before the texts were opened. No names."),
        (15, "One text in pairs: which of the six questions does it answer, and which did we answer for it?"),
        (15, "The text without a date: each pair gives one reason for one date; the others try to break it."),
        (15, "Who is not heard? What would change if one of them wrote a sixth text? Nobody in the room speaks for a people."),
        (5, "Each student writes one sentence about a text that its author would accept. It is handed in."),
    ),
    after="The exercise notebook, if you set it. The lesson is whole without it.",
)

WEEK = Route(
    name="week",
    title="One week",
    about="Who is speaking, and where a number comes from: two chapters for one meeting, inside any course on sources or on refugees.",
    meetings=(Meeting(("five_voices", "the_life_of_a_number")),),
    outcomes=(
        "ask six questions of a text before reading it, and mark which answers the text states",
        "trace a published number to the person who first gave it, or to the place where the trail ends",
        "count the independent origins behind several printings of one number",
        "argue in one page that a badge in the ledger should change, or should stay, from the evidence beside it",
    ),
    before="Students read both chapters and do their quizzes, best on two days. They write their guesses on paper before they open a text, and bring them.",
    plan=(
        (10, "Guesses on the board, without names: what we expected of five authors, and how many sources we thought stood behind one number."),
        (15, "The trail of the number: groups draw who had it from whom, and mark where each line ends."),
        (20, "One contested badge: each pair takes one claim from the table near the end of the second chapter, or from a ledger of the book, and decides by the rule whether its badge should change."),
        (10, "Pairs with one claim and two verdicts: which piece of evidence do you read differently?"),
        (5, "The page to write: its claim, its length, when it is due."),
    ),
    after="The two exercise notebooks, and one page on one badge. The page is what you grade; it counts the same whichever way it argues.",
)

UNIT = Route(
    name="unit",
    title="One unit of four weeks",
    about="Part 1 of the book in order, one chapter a week: reading sources, numbers, counts and words. It needs nothing before it.",
    meetings=tuple(Meeting((name,)) for name in ("five_voices", "the_life_of_a_number", "who_counts_whom", "words_at_war")),
    outcomes=(
        "ask six questions of a text before reading it, and mark which answers the text states",
        "trace a published number to its first speaker, and count independent origins and not printings",
        "state for any number of Afghans in Pakistan who counted, on what day, and who was in and out of the count",
        "decide whether two counts may be added, and give the reason",
        "rewrite a loaded sentence so that no fact is lost, and name what each wording carries",
        "load a table, filter and group it, and draw a chart that a reader can check",
    ),
    before=_READ,
    plan=HOUR,
    after=_DO,
)

TERM = Route(
    name="term",
    title="One term",
    about=(
        "Thirteen meetings: Part 1, the two chapters on 2001 to 2023, and six chapters of Part 3. One meeting holds a structured controversy and one the briefs; "
        "neither has a new chapter. One week has two chapters, because law and the receiving side answer the week before together. "
        "It leaves out the history before 2001, livelihoods and trade, and what came after 2023: for these, choose chapters yourself."
    ),
    meetings=(
        Meeting(("five_voices",)),
        Meeting(("the_life_of_a_number",)),
        Meeting(("who_counts_whom",)),
        Meeting(("words_at_war",)),
        Meeting(("two_wars",)),
        Meeting(("after_kabul_fell",)),
        Meeting(("the_plan",)),
        Meeting(("the_security_argument",)),
        Meeting(("law_and_rights", "the_receiving_side")),
        Meeting(("the_options",)),
        Meeting(topic=CONTROVERSY),
        Meeting(("your_brief",)),
        Meeting(topic=BRIEFS),
    ),
    outcomes=(
        "trace a published number to its first speaker, and count independent origins and not printings",
        "state for any number who counted, on what day, and who was in and out of the count, and decide whether two counts may be added",
        "compare trackers of violence by their definitions, and show what a comparison of before and after leaves out",
        "put the strongest case that expulsion serves Pakistan's security, and the strongest case that it does not, so that holders of each would sign it",
        "tell a treaty, a custom, a statute and a ruling apart, and say where the trail of a court case ends",
        "read a humanitarian number by its threshold, its months and its method",
        "argue a position that was given to you, then the opposite one, and write down what both sides can sign",
        "write a policy brief of two pages that names its reader, its decision, its evidence with sources, the strongest objection and its limits",
    ),
    before=_READ,
    plan=HOUR,
    after=_DO,
)

ROUTES = {route.name: route for route in (LESSON, WEEK, UNIT, TERM)}
