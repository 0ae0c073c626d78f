"""Slides for each chapter, made from its cells: one file a chapter, which opens from a folder with no network.

On a wide screen reveal.js turns the file into slides. On a phone, on paper and without a script it is a page: the
same slides one under another, each with what to say to it.
"""

import json
import re
from dataclasses import dataclass, replace
from functools import lru_cache
from html import escape
from importlib.util import find_spec
from itertools import combinations
from pathlib import Path

from acrosstheline.charts.picture import picture
from acrosstheline.teach import bank, chapter, guide, page
from acrosstheline.teach.catalogue import CourseError

LEAST, MOST = 12, 25  # slides a chapter
FEWEST_QUESTIONS = 2
NOTES_WORDS = 240
# The most words that a slide of each kind may show, notes and pictures aside.
LIMITS = {"title": 90, "puzzle": 80, "outcomes": 125, "question": 90, "figure": 75, "excerpt": 120, "quiz": 90, "answer": 120, "standing": 145, "prompt": 60, "critics": 170}
LONG_PUZZLE, ONE_SLIDE, SAID = 78, 130, 120
LEAST_SAID = 25  # words of a critic
# How a chart is drawn for its place on the slide: width and height, so that its letters can be read across a room.
BROAD, BESIDE, CLOSE = (720, 281), (560, 417), (600, 446)
LOW, TALL, SPLIT = 330, 430, 620  # the chart's own height, from which each drawing serves best
SOURCES_NAMED, MOST_VIEWS = 3, 7
NARROW_LEGEND = '"labelLimit": 80'  # how the timelines shorten the names in their legends, for phones
LETTERS, COUNTS = "ABCDEFGH", {2: "Two", 3: "Three"}


@dataclass(frozen=True)
class Slide:
    """One slide.

    Attributes
    ----------
    kind : str
        A key of `LIMITS`.
    title, body, notes, kicker : str
        HTML: its heading, what stands under it, what to say to it, and the small line above the heading.
    """

    kind: str
    title: str
    body: str = ""
    notes: str = ""
    kicker: str = ""

    @property
    def words(self):
        """Return how many words it shows at once, without its notes and what is drawn in a picture."""
        shown = re.sub(r'<svg.*?</svg>|<div class="view fragment.*?</p>', " ", f"{self.kicker} {self.title} {self.body}", flags=re.DOTALL)
        return len(re.sub(r"<[^>]+>", " ", shown).split())


def members(course):
    """Return the slides of a course.

    Parameters
    ----------
    course : acrosstheline.teach.course.Course

    Returns
    -------
    dict of str to bytes
        ``slides/<chapter>.html`` for each chapter, and the licence of reveal.js.

    Raises
    ------
    CourseError
        If a chapter has no guide, or cannot be taken apart.
    """
    made = {f"slides/{unit.name}.html": html(unit, course).encode() for unit in course.units}
    return {"slides/LICENSE-reveal.js.txt": _reveal("LICENSE").encode(), **made}


def deck(unit, course=None):
    """Return the slides of one chapter, in order.

    What a chapter has too much of for one meeting is chosen by rule: every section, figure and excerpt stays,
    excerpts share a slide if they must, and as many questions of the quiz are asked as there is room for.

    Parameters
    ----------
    unit : acrosstheline.teach.catalogue.Unit
    course : acrosstheline.teach.course.Course, optional
        Its name then stands on the first slide.

    Returns
    -------
    list of Slide
    """
    advice = guide.of(unit.name)
    opening = [_title(unit, course, advice), *_puzzle(unit), _outcomes(unit, advice)]
    closing = [*_standing(unit), _prompt(advice), _critics(unit)]
    room = MOST - len(opening) - len(closing)
    middle = _middle(unit, room - 2 * FEWEST_QUESTIONS)
    questions = bank.questions(unit)
    asked = questions[: max(FEWEST_QUESTIONS, (room - len(middle)) // 2)]
    quiz = [slide for number, question in enumerate(asked, start=1) for slide in _quiz(question, number, len(questions) - len(asked))]
    return [*opening, *middle, *quiz, *closing]


# --- the opening ----------------------------------------------------------------------------------------------


def _title(unit, course, advice):
    note = f'<p class="box"><strong>Content note.</strong> {page.inline(_sentence_case(unit.content_note.replace("The next ", "One ")))}</p>' if unit.content_note else ""
    whose = f"{escape(course.name)} · " if course else ""
    body = f'<p class="of">{whose}from the book <em>Across the Line</em>, CC BY 4.0</p>{note}'
    plan = page.markdown(f"**The meeting, {advice.meeting_minutes} minutes**\n\n{guide.clocked(advice)}\n\n**Before**\n\n{advice.sections['Before']}")
    return Slide("title", escape(unit.title), body, plan, f"Chapter {unit.number} · {escape(unit.part)}")


def _puzzle(unit):
    """Return the puzzle: on one slide, or on two where it is long, so that the question stands by itself."""
    lines = _lines(unit.puzzle)
    cut = len(lines) if _count(lines) <= LONG_PUZZLE else _half(lines)
    shown = [part for part in (lines[:cut], lines[cut:]) if part]
    titles = ["The puzzle", "The puzzle, continued"]
    return [Slide("puzzle", title, "".join(map(_line, part))) for title, part in zip(titles, shown)]


def _line(line):
    """Return a line of the puzzle as a paragraph; a question stands out."""
    return f"<p{' class=asks' if line.endswith('?') else ''}>{page.inline(line)}</p>"


def _half(lines):
    """Return after which line a text is nearest to its middle."""
    return min(range(1, len(lines)), key=lambda place: abs(_count(lines[:place]) - _count(lines[place:])))


def _outcomes(unit, advice):
    items = "".join(f"<li>{page.inline(outcome)}</li>" for outcome in unit.outcomes)
    lived = page.markdown(f"**When a student has lived this**\n\n{advice.sections['When a student has lived this']}")
    return Slide("outcomes", "After this chapter you will be able to", f"<ul>{items}</ul>", lived)


# --- the sections ---------------------------------------------------------------------------------------------


def _middle(unit, room):
    """Return a question for each section and what answers it; with more excerpts a slide until it fits the room."""
    parts = chapter.sections(unit.name)
    together = {section.title: 1 for section in parts}
    while True:
        slides = [slide for section in parts for slide in _section(section, together[section.title])]
        crowded = [section.title for section in parts if len(section.of(chapter.Excerpt)) > together[section.title] < 3]
        if len(slides) <= room or not crowded:
            return slides
        fullest = max(crowded, key=lambda title: _slides_of_excerpts(parts, title, together[title]))
        together[fullest] += 1


def _slides_of_excerpts(parts, title, together):
    return sum(-(-len(section.of(chapter.Excerpt)) // together) for section in parts if section.title == title)


def _section(section, together):
    slides, waiting = [_question(section)], []
    for piece in section.pieces:
        if isinstance(piece, chapter.Excerpt):
            waiting.append(piece)
        elif isinstance(piece, chapter.Figure):
            slides += [*_excerpts(section, waiting, together), *_figure(section, piece)]
            waiting = []
    return slides + _excerpts(section, waiting, together)


def _question(section):
    """Return the question of a section, with the prediction that the book asks for before anything is shown."""
    exhibits = [piece for piece in section.pieces if not isinstance(piece, chapter.Text)]
    first = exhibits[0] if exhibits else None
    ask, found = "", ""
    if isinstance(first, chapter.Prediction):
        choices = "".join(f"<li>{escape(choice)}</li>" for choice in first.choices)
        ask = f'<p class="ask">Commit yourself first. {first.question}</p><ul class="choices">{choices}</ul>'
        found = f"<p><strong>What the book found.</strong></p>{first.answer}"
    opening = section.pieces[0].markdown if section.pieces and isinstance(section.pieces[0], chapter.Text) else ""
    live = [escape(piece.question) for piece in section.of(chapter.Live)]
    in_book = f"<p><strong>To try live, in the book:</strong></p><ul>{''.join(f'<li>{question}</li>' for question in live)}</ul>" if live else ""
    if live and not section.of((chapter.Figure, chapter.Excerpt)):
        ask += f'<p class="of">To open in the book, together: {live[0]}</p>'
    return Slide("question", page.inline(section.question), ask, f"{_notes(opening)}{found}{in_book}{_later(section, first)}", page.inline(section.title))


def _later(section, first):
    """Return the other predictions of a section, for the notes."""
    asked = [piece for piece in section.of(chapter.Prediction) if piece is not first]
    return "".join(f"<p><strong>To predict later in this section.</strong> {piece.question} ({escape('; '.join(piece.choices))})</p>{piece.answer}" for piece in asked)


def _figure(section, figure):
    """Return a figure on one slide, or a long timeline on two."""
    halves = _halves(figure) if figure.height > SPLIT else [figure]
    shows = section.after(figure)
    known = "".join(f"<li>{page.inline(line)}</li>" for line in figure.facts["must_know"])
    notes = _notes(shows) + f"<p><strong>What is drawn.</strong> {escape(figure.facts['description'])}</p><p><strong>What you must know.</strong></p><ul>{known}</ul>" + _provenance(figure.facts)
    titles = [figure.facts["title"]] if len(halves) == 1 else [f"{figure.facts['title']}: {part}" for part in ("the first half", "the second half")]
    return [Slide("figure", escape(title), _drawn(half), notes) for title, half in zip(titles, halves)]


def _halves(figure):
    """Return a timeline as two, with half of its lines each and one axis of time; a figure of another kind as it is."""
    spec = json.loads(figure.spec)
    lines = next((layer["encoding"]["y"]["scale"]["domain"] for layer in spec["layer"] if "domain" in layer["encoding"].get("y", {}).get("scale", {})), [])
    column = next((layer["encoding"]["y"]["field"] for layer in spec["layer"] if "y" in layer["encoding"]), "")
    rows = next(iter(spec.get("datasets", {}).values()), [])
    if not lines or not rows or "from" not in rows[0]:
        return [figure]
    ends = sorted(row[key] for row in rows for key in ("from", "to"))
    middle = -(-len(lines) // 2)
    return [_part(figure, column, lines[at], (ends[0], ends[-1]), part) for part, at in enumerate((slice(0, middle), slice(middle, None)), start=1)]


def _part(figure, column, lines, ends, part):
    """Return a timeline with some of its lines, over the time of the whole."""
    spec = json.loads(figure.spec)
    spec["datasets"] = {name: [row for row in rows if row[column] in lines] for name, rows in spec["datasets"].items()}
    for layer in spec["layer"]:
        layer["encoding"]["y"] |= {"scale": {"domain": lines}, "sort": lines}
        if "scale" in layer["encoding"].get("x", {}):
            layer["encoding"]["x"]["scale"]["domain"] = [_moment(end) for end in ends]
    facts = {**figure.facts, "name": f"{figure.facts['name']}-{part}"}
    return replace(figure, facts=facts, spec=json.dumps(spec, sort_keys=True), height=round(figure.height / 2))


def _moment(day):
    """Return a day as Vega-Lite writes one in the domain of an axis that counts in UTC."""
    year, month, date = map(int, day.split("-"))
    return {"year": year, "month": month, "date": date, "utc": True}


def _drawn(figure):
    """Return a figure's picture for a wide screen and for a phone, what it shows in one sentence, and who published its rows."""
    place = "broad" if figure.height <= LOW else "beside"
    views = "".join(_view(figure, *view) for view in _views(figure))
    return (
        f'<div class="{place}"><div class="views">{views}</div>'
        f'<div class="said"><p class="finding">{escape(figure.facts["finding"])}</p><p class="of">{_publishers(figure.facts)}</p></div></div>'
    )


def _views(figure):
    """Return what a figure's switch lets a reader choose: for each view its place, how many there are, its words and its specification."""
    spec = json.loads(figure.spec)
    switches = [param for param in spec.get("params", []) if isinstance(param.get("bind"), dict) and "options" in param["bind"]]
    if not switches:
        return [(1, 1, "", figure.spec)]
    switch = switches[0]
    options, name = switch["bind"]["options"], switch["bind"]["name"].strip()
    found = []
    for option in options if len(options) <= MOST_VIEWS else options[:1]:
        switch["value"] = option
        found.append((len(found) + 1, len(options), f"{name}: {option}", json.dumps(spec, sort_keys=True)))
    return found


def _view(figure, place, count, words, spec):
    """Return one view of a figure: drawn for a wide screen and, the first, for a phone. In a talk the next view takes its place."""
    facts, label = figure.facts, escape(f"{words}. {figure.facts['description']}" if words else figure.facts["description"])
    width, height = BROAD if figure.height <= LOW else BESIDE if figure.height <= TALL else CLOSE
    name = facts["name"] if place == 1 else f"{facts['name']}-{place}"
    roomy = spec.replace(NARROW_LEGEND, '"labelLimit": 200')
    drawn = f'<div class="chart wide" role="img" aria-label="{label}">{picture(roomy, width, name, height)}</div>'
    if place == 1:
        drawn += f'<div class="chart narrow" role="img" aria-label="{label}">{picture(spec, 340, name)}</div>'
    which = f'<p class="which">{escape(words)} <span>({place} of {count}{"; the others are in the book" if count > MOST_VIEWS else ""})</span></p>' if words else ""
    return f'<div class="view{" fragment custom" if place > 1 else ""}">{which}{drawn}</div>'


def _publishers(facts):
    """Return who published the rows of a figure: the first few by name, and how many more."""
    sources = facts["provenance"]["sources"]
    named = list(dict.fromkeys(f"{source['publisher']}{' (weak)' if source['strength'] == 'weak' else ''}" for source in sources))
    more = f" and {len(named) - SOURCES_NAMED} more, named in the book" if len(named) > SOURCES_NAMED else ""
    return f"{'Source' if len(named) == 1 else 'Sources'}: {escape('; '.join(named[:SOURCES_NAMED]))}{more}."


def _provenance(facts):
    items = "".join(f"<li>{escape(source['publisher'])}, <em>{escape(source['title'])}</em>{', ' + escape(source['date']) if source['date'] else ''}</li>" for source in facts["provenance"]["sources"])
    return f"<p><strong>Sources of the rows drawn.</strong></p><ul>{items}</ul>"


def _excerpts(section, pieces, together):
    groups = [pieces[start : start + together] for start in range(0, len(pieces), together)]
    return [_alone(section, group[0]) if len(group) == 1 else _shared(section, group) for group in groups]


def _alone(section, excerpt):
    """Return an excerpt by itself, under the question that the book asks before it."""
    return Slide("excerpt", excerpt.expect or escape(_sentence_case(excerpt.document)), _quoted(excerpt, waits=bool(excerpt.expect)), _card(excerpt) + _notes(section.after(excerpt)), "Before you read" if excerpt.expect else "")


def _shared(section, group):
    documents = list(dict.fromkeys(excerpt.document for excerpt in group))
    title = f"{COUNTS[len(group)]} passages of {_inside(documents[0])}" if len(documents) == 1 else _sentence_case(", ".join(map(_inside, documents[:-1])) + f" and {_inside(documents[-1])}")
    asked = "".join(f"<p><strong>Before you read {escape(excerpt.document)}.</strong> {excerpt.expect}</p>" for excerpt in group if excerpt.expect)
    notes = asked + "".join(_card(excerpt) + _notes(section.after(excerpt)) for excerpt in group)
    return Slide("excerpt", escape(title), "".join(_quoted(replace(excerpt, origin=_short(excerpt.origin))) for excerpt in group), notes)


def _short(origin):
    """Return a sourcing line without the speaker's office, which the notes have."""
    speaker, *rest = origin.split(" · ")
    return " · ".join([speaker.split(", ")[0], *rest])


def _inside(document):
    """Return a document's name for the middle of a sentence."""
    return document[0].lower() + document[1:] if document.startswith("The ") else document


def _sentence_case(text):
    return text[0].upper() + text[1:]


def _quoted(excerpt, waits=False):
    """Return a quotation with its sourcing line; in a talk it can wait until the question above it is answered."""
    return f'<blockquote{" class=fragment" if waits else ""}><p>“{excerpt.quotation}”</p><footer>{excerpt.origin}</footer></blockquote>'


def _card(excerpt):
    """Return the sourcing card of an excerpt, for the notes."""
    lines = "; ".join(f"<em>{label}:</em> {value}" for label, value in excerpt.card)
    return f"<p><strong>Who is speaking.</strong> {lines}</p>" if lines else ""


def _notes(markdown):
    """Return prose of the book as notes: whole paragraphs, and no more than can be glanced at."""
    kept, words = [], 0
    for part in filter(None, markdown.split("\n\n")):
        words += len(part.split())
        if kept and words > NOTES_WORDS:
            break
        kept.append(part)
    return page.markdown("\n\n".join(kept)) if kept else ""


# --- the quiz -------------------------------------------------------------------------------------------------


def _quiz(question, number, left):
    """Return a question and, on the next slide, what is to be said of every choice."""
    more = f"<p>{left} more questions stand in the book and in the question bank.</p>" if left else ""
    choices = "".join(f"<li>{choice.text}</li>" for choice in question.choices)
    right = next(place for place, choice in enumerate(question.choices) if choice.right)
    others = "".join(f"<li><b>{LETTERS[place]}.</b> {choice.feedback}</li>" for place, choice in enumerate(question.choices) if not choice.right)
    answer = f'<p class="right"><b>Right.</b> {question.choices[right].feedback}</p><ul class="others">{others}</ul>'
    return [
        Slide("quiz", question.text, f'<ol class="letters">{choices}</ol>', f"<p>Ask for a vote before the next slide, and for one reason from each side.</p>{more}", f"Check yourself {number}"),
        Slide("answer", f"{LETTERS[right]}. {question.choices[right].text}", answer, f"<p>The question was: {question.text}</p>", f"Check yourself {number}: the answer"),
    ]


# --- the end --------------------------------------------------------------------------------------------------


def _standing(unit):
    """Return what is settled, disputed and unknown: on as few slides as have room, each as full as the other."""
    groups = chapter.standing(unit.name)
    for slides in range(1, len(groups) + 1):
        parts = min(_divisions(groups, slides), key=_fullest)
        if _fullest(parts) <= ONE_SLIDE:
            break
    return [_stands(part) for part in parts]


def _divisions(groups, slides):
    """Yield every way to divide groups, in their order, over some slides."""
    for cuts in combinations(range(1, len(groups)), slides - 1):
        yield [groups[start:end] for start, end in zip((0, *cuts), (*cuts, len(groups)))]


def _fullest(parts):
    return max(sum(_count(lines) for _, lines in part) for part in parts)


def _stands(groups):
    title = _sentence_case(", ".join(_inside_label(label) for label, _ in groups))
    heading = lambda label: f"<h3>{escape(label)}</h3>" if len(groups) > 1 else ""
    blocks = "".join(f"<div>{heading(label)}<ul>{''.join(f'<li>{page.inline(_sentence_case(line))}</li>' for line in lines)}</ul></div>" for label, lines in groups)
    return Slide("standing", escape(title), f'<div class="columns">{blocks}</div>' if len(groups) > 1 else blocks)


def _inside_label(label):
    return label[0].lower() + label[1:]


def _prompt(advice):
    return Slide("prompt", page.inline(" ".join(_lines(advice.prompt))), "", page.markdown(f"**Framings that close a discussion**\n\n{guide.in_bold(advice.sections['Framings that close a discussion'])}"), "For discussion")


def _critics(unit):
    """Return the strongest criticism: how each critic begins, at the same length, and the whole of it in the notes."""
    said = chapter.critics(unit.name)
    blocks = "".join(f"<div><h3>{escape(who)}</h3><p>{page.inline(_begins(lines, SAID // len(said)))}</p></div>" for who, lines in said)
    note = "<p>Each critic’s opening is shown at about the same length. Read the whole of one aloud, or hand out both:</p>"
    return Slide("critics", "The strongest criticism of this chapter", f'<div class="columns">{blocks}</div>', note + page.markdown(chapter.criticism(unit.name)))


def _begins(lines, most):
    """Return the first sentences of a speech, as many as have room, and one at least."""
    kept = lines[:1]
    for line in lines[1:]:
        if _count([*kept, line]) > most and _count(kept) >= min(LEAST_SAID, most // 2):
            break
        kept.append(line)
    text = _sentence_case(" ".join(kept))
    return text + ("*" if text.count("*") % 2 else "") + (" …" if len(kept) < len(lines) else "")


def _lines(text):
    return [line.strip() for line in text.split("\n") if line.strip()]


def _count(lines):
    return sum(len(line.split()) for line in lines)


# --- the file -------------------------------------------------------------------------------------------------

# As `acrosstheline.teach.page` has it, and the file may show itself in the frames of reveal.js's speaker view.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; font-src data:; frame-src 'self' file:; form-action 'none'; base-uri 'none'"

STYLE = """
.deck { --room: 1.1rem; font-family: var(--sans); }
.deck :is(h1, h2, h3) { margin: 0 0 .5em; } .deck h3 { font-size: 1em; } .deck .kicker { margin: 0 0 .3rem; color: var(--mark); font-weight: 600; }
.deck .of, .deck blockquote footer { color: var(--muted); font-size: .8em; } .deck blockquote { font-family: var(--serif); } .deck blockquote footer { font-family: var(--sans); margin-top: .4em; }
.deck blockquote p { margin: 0; } .deck .finding { font-weight: 600; } .deck .box { padding: .5em .8em; border: 1px solid var(--line); border-inline-start: 4px solid var(--mark); border-radius: 4px; }
.deck .asks { font-weight: 600; } .deck .which { font-weight: 600; color: var(--accent); margin-bottom: .3em; } .deck .which span { font-weight: 400; color: var(--muted); }
.deck .letters { list-style: upper-alpha; } .deck .others { list-style: none; padding: 0; } .deck .right { padding: .4em .7em; border-inline-start: 5px solid var(--link); background: var(--surface); }
.deck .chart svg { width: 100%; height: auto; display: block; background: none !important; } .deck .narrow { display: none; }
.deck .chart svg [fill="#22272e"] { fill: var(--ink); } .deck .chart svg [stroke="#22272e"] { stroke: var(--ink); }
.deck .chart svg [fill="#57606a"] { fill: var(--muted); } .deck .chart svg [stroke="#57606a"] { stroke: var(--muted); }
.deck .chart svg [fill="#d7dce1"] { fill: var(--line); } .deck .chart svg [stroke="#d7dce1"] { stroke: var(--line); }
.tools { font-family: var(--sans); display: flex; flex-wrap: wrap; gap: .5rem; }

/* As a page: on a phone, on paper, without a script. */
.deck:not(.reveal) section { padding: var(--room); margin: 0 0 1.5rem; background: var(--sheet); border: 1px solid var(--line); border-radius: 6px; }
.deck:not(.reveal) h2 { font-size: 1.3rem; } .deck aside { margin-top: 1rem; padding-inline-start: .9rem; border-inline-start: 3px solid var(--line); color: var(--muted); font-size: .92rem; line-height: 1.5; }
.deck aside > :last-child { margin-bottom: 0; } .quiet .deck aside { display: none; }
.deck:not(.reveal) .chart { margin-bottom: .8rem; }
html:not(.as-slides) .tools { margin-bottom: 1rem; }
@media screen and (max-width: 40rem) { .deck:not(.reveal) { --room: .8rem; } .deck:not(.reveal) .wide, .deck:not(.reveal) .view.fragment { display: none; } .deck:not(.reveal) .narrow { display: block; } }

/* As slides. */
@media screen {
  .deck.reveal { font-size: 28px; line-height: 1.35; color: var(--ink); position: fixed; inset: 0; } .as-slides main { max-width: none; padding: 0; }
  .reveal .slides { text-align: start; } .reveal .slides section { height: 100%; padding: 34px 40px; flex-direction: column; justify-content: center; }
  .reveal :is(h1, h2, h3) { text-wrap: balance; } .reveal h1 { font-size: 2.6em; } .reveal h2 { font-size: 1.35em; } .reveal h3 { font-size: .9em; color: var(--mark); margin-bottom: .25em; }
  .reveal .kicker { font-size: .8em; } .reveal :is(p, ul, ol, blockquote) { margin: 0 0 .6em; } .reveal li { margin: .25em 0; }
  .reveal .question h2, .reveal .prompt h2 { font-size: 1.9em; line-height: 1.2; } .reveal .question .ask { font-size: .95em; margin-top: .8em; } .reveal .choices { columns: 2; font-size: .9em; }
  .reveal .puzzle p { font-size: 1.1em; } .reveal .letters { padding-inline-start: 1.3em; } .reveal .quiz li { font-size: 1.08em; margin: .5em 0; } .reveal .answer :is(.right, .others) { font-size: .95em; }
  .reveal .figure { justify-content: flex-start; } .reveal .figure h2 { font-size: 1.1em; } .reveal .figure > div { flex: 1; min-height: 0; display: flex; }
  .reveal .views { flex: 1; min-width: 0; min-height: 0; display: grid; } .reveal .view { grid-area: 1 / 1; display: flex; flex-direction: column; min-width: 0; min-height: 0; }
  .reveal .slides .fragment { transition: none; } .reveal .which { margin: 0; font-size: .75em; } .reveal .view.fragment, .reveal .views:has(.fragment.visible) .view { visibility: hidden; } .reveal .views .view.fragment.visible.current-fragment { visibility: visible; }
  .reveal .broad { flex-direction: column; } .reveal .beside { flex-direction: row; gap: 24px; } .reveal .wide { flex: 1; min-width: 0; min-height: 0; position: relative; } .reveal .wide svg { position: absolute; inset: 0; height: 100%; }
  .reveal .beside .said { flex: 0 0 300px; align-self: center; } .reveal .broad .said { padding: .4em 110px 0 0; } .reveal .said p { margin-bottom: .3em; } .reveal .said .of { font-size: .64em; }
  .reveal .excerpt h2 { font-size: 1.15em; } .reveal .excerpt blockquote { font-size: 1.1em; } .reveal .excerpt blockquote + blockquote { margin-top: .5em; } .reveal .excerpt footer { font-size: .7em; }
  .reveal .excerpt blockquote:only-of-type p { font-size: 1.2em; }
  .reveal .columns { columns: 2; column-gap: 2.4em; font-size: .92em; } .reveal .columns > div { break-inside: avoid; padding-bottom: .3em; } .reveal .columns ul { padding-inline-start: 1.2em; } .reveal .columns :is(p, li):first-child { margin-top: 0; }
  .reveal :is(.controls, .progress) { color: var(--link); } .reveal .slide-number { background: none; color: var(--muted); font: 15px/24px var(--sans); padding: 0; right: auto; left: 50%; } .reveal .slide-number a { display: inline-block; min-width: 48px; text-align: center; }
  .reveal .slides section { background: var(--paper); } .reveal .slides section[hidden] { visibility: hidden; } /* drawn ahead, and not yet to be reached by the keyboard */ .reveal-viewport { background: var(--paper); color: var(--ink); }
  .as-slides .tools { position: fixed; inset: auto auto 8px 8px; z-index: 40; } .as-slides .tools button { min-height: 24px; font-size: 13px; padding: 2px 8px; border-color: transparent; background: none; color: var(--muted); } .framed .tools { display: none; }
}
:is(html:not(.as-slides) .tools .on-slides, .as-slides .tools .on-page, html:not(.scripted) .tools) { display: none; }

@media print {
  html, body, .deck, .slides, .slides section { position: static !important; width: auto !important; height: auto !important; transform: none !important; zoom: 1 !important; overflow: visible !important; inset: auto !important; }
  .slides section { display: block !important; visibility: visible !important; opacity: 1 !important; padding: 3mm 0 5mm !important; border: 0; border-top: 1px solid #999; border-radius: 0; break-inside: auto; }
  .deck { font-size: 10.5pt; } .deck h1 { font-size: 20pt; } .deck h2 { font-size: 13pt; } .tools, .reveal > :not(.slides), .deck .narrow { display: none !important; }
  .deck .chart { max-width: 150mm; break-inside: avoid; } .deck aside { display: block; font-size: 9pt; } .quiet .deck aside { display: none !important; } .deck .columns { columns: 2; }
}
"""

SCRIPT = """
(() => {
  const root = document.documentElement, asked = new URLSearchParams(location.search), deck = document.querySelector(".deck");
  root.classList.add("scripted", "quiet");  // notes are for whoever teaches: on paper and on a page only when asked for
  if (asked.has("receiver")) root.classList.add("framed");
  const wide = innerWidth >= 800 && innerHeight >= 420;
  const slides = asked.has("receiver") || asked.has("slides") || (wide && !asked.has("page"));
  const go = way => { location.search = way; };
  document.querySelector("#as-slides").onclick = () => go("slides");
  document.querySelector("#as-page").onclick = () => go("page");
  document.querySelector("#speaker").onclick = () => Reveal.getPlugin("notes").open();
  document.querySelector("#notes").onclick = event => event.target.setAttribute("aria-pressed", String(!root.classList.toggle("quiet")));
  if (!slides) return;
  root.classList.add("as-slides");
  deck.classList.add("reveal");
  Reveal.initialize({ width: 1280, height: 720, margin: 0, minScale: 0.1, maxScale: 4, center: false, display: "flex", hash: true, transition: "none", backgroundTransition: "none",
    slideNumber: "c/t", scrollActivationWidth: null, controlsLayout: "bottom-right", plugins: [RevealNotes] });
})();
"""


def html(unit, course=None):
    """Return the slides of one chapter as one file that needs no other."""
    slides = "\n".join(_slide_html(slide, number) for number, slide in enumerate(deck(unit, course), start=1))
    tools = (
        '<div class="tools screen"><button type="button" class="on-page" id="as-slides">Show as slides</button>'
        '<button type="button" class="on-page" id="notes" aria-pressed="false">Show the notes</button>'
        '<button type="button" class="on-slides" id="as-page">Read as a page</button><button type="button" class="on-slides" id="speaker">Speaker view (S)</button></div>'
    )
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<link rel="icon" href="data:,">\n<title>Slides: {escape(unit.title)}</title>\n'
        f'<style media="screen">\n{_reveal("dist/reveal.css")}\n</style>\n<style>\n{page.STYLE}\n{STYLE.strip()}\n</style>\n</head>\n<body>\n'
        f'<main>\n{tools}\n<div class="deck"><div class="slides">\n{slides}\n</div></div>\n</main>\n'
        f"<script>\n{_reveal('dist/reveal.js')}\n</script>\n<script>\n{_reveal('plugin/notes/notes.js')}\n</script>\n<script>{SCRIPT}</script>\n</body>\n</html>\n"
    )


def _slide_html(slide, number):
    level = "h1" if number == 1 else "h2"
    kicker = f'<p class="kicker">{slide.kicker}</p>' if slide.kicker else ""
    notes = f'<aside class="notes" role="note">{slide.notes}</aside>' if slide.notes else ""
    return f'<section class="{slide.kind}" aria-labelledby="slide-{number}">{kicker}<{level} id="slide-{number}">{slide.title}</{level}>{slide.body}{notes}</section>'


@lru_cache(maxsize=None)
def _reveal(name):
    """Return a file of reveal.js, from the package that carries it; a script such that no page ends inside it."""
    found = find_spec("sphinx_revealjs")  # found, and not imported: what we need is in its folder
    if found is None:
        raise CourseError("The slides need reveal.js, which the package sphinx-revealjs carries: install the course's teaching tools (`make setup`).")
    text = (Path(found.submodule_search_locations[0]) / "_static" / "revealjs" / name).read_text(encoding="utf-8")
    return re.sub("</(script)", r"<\\/\1", text) if name.endswith(".js") else text
