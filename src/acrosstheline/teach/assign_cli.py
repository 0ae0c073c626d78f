"""The verb ``acrosstheline assign``."""

import argparse
import shlex
import shutil
import sys
import textwrap
from pathlib import Path

from acrosstheline.teach import catalogue, packet, place, plan, routes, syllabus

_EXAMPLE = """examples:
  acrosstheline assign --list
  acrosstheline assign --route unit --start 2027-02-01 --zone Asia/Karachi
  acrosstheline assign five_voices the_life_of_a_number --start 2027-02-01 --meets monday --due friday --skip 2027-02-08
"""


def add(verbs):
    """Add the verb and its options to a parser's verbs."""
    verb = verbs.add_parser(
        "assign", help="plan a course, and write a pack for students and one for the instructor", epilog=_EXAMPLE, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    verb.add_argument("chapters", nargs="*", metavar="CHAPTER", help="chapters in the order in which they are taught, by name or number")
    verb.add_argument("--route", metavar="NAME", help="instead of chapters: lesson, week, unit or term")
    verb.add_argument("--start", metavar="DATE", help="the first day of the course, as year-month-day")
    verb.add_argument("--weeks", metavar="N", help="meetings, one a week (usually as many as chapters)")
    verb.add_argument("--end", metavar="DATE", help="instead of --weeks: the last day on which the class may meet")
    verb.add_argument("--meets", metavar="WEEKDAY", help="the day of the meeting (usually tuesday)")
    verb.add_argument("--hour", metavar="TIMES", help="the local times at which a meeting begins and ends, such as 14:00..15:30")
    verb.add_argument("--due", metavar="WEEKDAY", help="the day on which exercises are due: the first after the meeting (usually sunday)")
    verb.add_argument("--due-time", metavar="TIME", help="the local time at which they are due (usually 23:59)")
    verb.add_argument("--zone", metavar="ZONE", help="the time zone, such as Asia/Karachi (usually this computer's)")
    verb.add_argument("--language", metavar="CODE", help="the language of dates, such as ur, ps or fa_AF (usually en)")
    verb.add_argument("--name", metavar="TEXT", help="what you call the course")
    verb.add_argument("--book", metavar="ADDRESS", help="where students read the book online, if it is served anywhere")
    verb.add_argument("--skip", nargs="+", default=[], metavar="DATE", help="days without a meeting, such as 2027-03-23 or 2027-03-22..2027-03-28")
    verb.add_argument("--fill", metavar="FILE", help="what only you can say, as a file like fill_in.yml of the instructor's pack")
    verb.add_argument("--out", metavar="FOLDER", help="where to write (usually course_ and the start, in this folder)")
    verb.add_argument("--replace", action="store_true", help="take the place of packs that are there already")
    verb.add_argument("--list", action="store_true", help="show chapters and routes, with minutes, and do nothing else")


def run(options):
    """Carry out the verb.

    Returns
    -------
    int
        The exit code.
        0 when both packs are written, 2 when the choice cannot be taught or they could not be written.
    """
    try:
        if options.list:
            print(listing())
        else:
            _assign(options)
    except catalogue.CourseError as error:
        print(_as_called(str(error)), file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nStopped. Nothing was written.", file=sys.stderr)
        return 130
    return 0


def _assign(options):
    chosen, usual = _settled(options)
    said = syllabus.read_fill_in(options.fill) if options.fill else ()
    course = plan.course(chapters=options.chapters, route=options.route or "", weeks=options.weeks, end=options.end, skip=options.skip, said=said, **chosen)
    folder = Path(options.out or f"course_{course.sessions[0].meets}")
    place.demand(folder, options.replace)
    print("\n".join(_said(course, folder, usual, options)), flush=True)
    print("\nMaking the packs. Printing the packet takes a few seconds a chapter.", flush=True)
    from acrosstheline.teach import packs  # its makers load the tables, which takes longer than to plan

    made = packs.write(course, folder, options.replace)
    print("\n".join(_written(made, folder, course)))


def _settled(options):
    """Return what was chosen, with the usual in place of what was not, and what that was."""
    usual = {"meets": plan.MEETS, "due": plan.DUE, "due_time": plan.DUE_TIME, "zone": plan.local_zone(), "language": plan.LANGUAGE}
    given = {name: getattr(options, name) for name in (*usual, "start", "hour", "name", "book")}
    taken = {name: value for name, value in usual.items() if given[name] is None}
    return {name: value if value is not None else usual.get(name, "") for name, value in given.items()}, taken


def _said(course, folder, usual, options):
    """Yield lines that say what was chosen, what was not, and what may go wrong."""
    first, last = course.sessions[0].meets, course.sessions[-1].meets
    meetings = len(course.sessions)
    yield f"{course.name}: {meetings} meeting{'s' if meetings > 1 else ''}, {plan.in_words(first, 'en')}" + (f" to {plan.in_words(last, 'en')}" if meetings > 1 else "") + f"{syllabus.hours(course)}."
    for session in course.sessions:
        due = f"; due {plan.in_words(session.due.date(), 'en')}, {session.due:%H:%M}" if session.due else ""
        yield f"  {session.number:2}. {plan.in_words(session.meets, 'en')}: {session.title}{due} ({plan.load(session)} minutes)" if session.units else f"  {session.number:2}. {plan.in_words(session.meets, 'en')}: {session.title}"
    if options.start.strip() != first.isoformat():
        yield f"The first meeting is on the first {plan.DAYS[first.weekday()].capitalize()} from {options.start.strip()} on that is not skipped."
    reading, doing = sum(unit.minutes for unit in course.units), sum(unit.exercise_minutes for unit in course.units)
    yield f"Work beside the meetings: {reading} minutes to read, {doing} for exercises."
    unsaid = {
        "meets": f"the class meets on {str(usual.get('meets')).capitalize()}s (--meets)",
        "due": f"exercises are due on {str(usual.get('due')).capitalize()}, the first after each meeting (--due)",
        "due_time": f"at {usual.get('due_time')} (--due-time)",
        "zone": f"times are those of {usual.get('zone')}, this computer's zone (--zone)",
        "language": "dates are in English (--language)",
    }
    taken = [text for name, text in unsaid.items() if name in usual]
    taken += [] if options.hour else ["meetings stand in the calendar as whole days (--hour)"]
    taken += [] if options.name else [f"it is called {course.name!r} (--name)"]
    taken += [] if options.book else ["the book is at no address: students read the packet (--book)"]
    taken += [] if options.out else [f"everything goes to {folder} (--out)"]
    if taken:
        yield "Not said, so chosen for you: " + "; ".join(taken) + "."
    for warning in course.warnings:
        yield _as_called(f"Note: {warning}{_again(options) if plan.COMMAND in warning else ''}")
    if late := packet.behind(course):
        yield f"Note: The built book is older than the text of {', '.join(late)}, and the packet is printed from it. Run `make book`, then this again."


def _as_called(text):
    """Return a text whose commands can be pasted: begun as this one was, where a shell does not find the program by its name."""
    program = sys.argv[0]
    if Path(program).name != "acrosstheline" or shutil.which("acrosstheline") is not None:
        return text
    return text.replace(plan.COMMAND, plan.COMMAND.replace("acrosstheline", program))


def _again(options):
    """Return what a proposed command has to repeat, beyond the course itself: where files are. This run's packs make room for it."""
    words = [word for option, value in (("--fill", options.fill), ("--out", options.out)) if value for word in (option, value)]
    return f" {shlex.join([*words, '--replace'])}"


def _written(made, folder, course):
    """Yield lines that say what was written, where, and what to do next."""
    yield f"Written to {folder}:"
    for name, members in made.items():
        size = (folder / f"{name}.zip").stat().st_size / 1e6
        yield f"  {name}.zip  {len(members)} files, {size:.1f} MB; the same unpacked in {name}/"
    if packet.PDF not in made["student_pack"]:
        yield f"There is no {packet.PDF}: the packet is {packet.HTML} alone. {packet.WITHOUT_PDF}"
    yield "What to do next:"
    yield f"  1. Open {folder / 'instructor_pack' / 'START.html'} in a browser: it plans your first hour."
    yield f"  2. Say in {folder / 'instructor_pack' / syllabus.FILL_IN} how work is handed in and graded; then run this again with --fill and that file, and --replace."
    steps = [] if course.book else ["Without an address of the book, students need Python for the exercises. To give them the way through a browser, serve _build/html on any web server, and run this again with --book and its address."]
    steps.append("When no dashed frame is left in the syllabus, send student_pack.zip to your students a week before the first meeting, and keep instructor_pack.zip from them: it holds solutions.")
    yield from (f"  {number}. {step}" for number, step in enumerate(steps, start=3))


def listing():
    """Return the chapters with their minutes and needs, and the routes with their outcomes and minutes, as text."""
    lines, part = ["Chapters (minutes to read with the quiz + for the exercise; what each builds on)"], None
    for unit in catalogue.units():
        if unit.part != part:
            part = unit.part
            lines.append(f"\n  {part}")
        needs = f"; after {', '.join(unit.needs)}" if unit.needs else ""
        lines.append(f"  {unit.number:3} {unit.name:24}{unit.minutes:4} + {unit.exercise_minutes}{needs}")
    lines.append("\nRoutes (--route NAME)")
    for route in routes.ROUTES.values():
        meetings = f"{len(route.meetings)} meeting{'s' if len(route.meetings) > 1 else ''}"
        lines.append(f"\n  {route.name}: {route.title}. {meetings}; {route.minutes} minutes beside them: {route.reading} to read, {route.exercises} for exercises.")
        lines.append(f"    {route.about}")
        lines.append(f"    Chapters: {', '.join(route.chapters)}.")
        lines.append("    At the end students can:")
        lines += [f"    - {outcome}" for outcome in route.outcomes]
        lines += [f"    Before: {route.before}", f"    In a meeting of {sum(minutes for minutes, _ in route.plan)} minutes:"]
        lines += [f"    - {minutes} minutes: {what}" for minutes, what in route.plan]
        lines.append(f"    After: {route.after}")
    lines.append(f"\nWhoever has never opened a notebook needs {routes.first_minutes()} minutes more, once, for First steps.")
    return "\n".join(_folded(line) for line in lines)


def _folded(line):
    """Return a long line folded under its own beginning."""
    inset = " " * (len(line) - len(line.lstrip("\n ")) + (2 if line.lstrip().startswith("- ") else 0))
    return "\n".join(textwrap.fill(part, 100, subsequent_indent=inset.replace("\n", "")) for part in line.split("\n"))
