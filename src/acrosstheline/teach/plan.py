"""Plan a course: lay chapters on the days of a term, find when they are due, and say what will not work."""

import difflib
import os
import re
import shlex
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from statistics import median_low
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale, UnknownLocaleError, localedata
from babel.dates import format_date

from acrosstheline.teach import catalogue, routes
from acrosstheline.teach.catalogue import CourseError
from acrosstheline.teach.course import Course, Session

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MEETS, DUE, DUE_TIME, LANGUAGE = "tuesday", "sunday", "23:59", "en"

COMMAND = "acrosstheline assign"
WEEKLY = 360  # minutes of work a week, beside the meetings, above which a warning is given: six hours
UNEVEN = 1.6  # times the usual work of a week, above which a warning is given
MOST = 3  # chapters that one meeting can bear
LONGEST = 53  # weeks
SPARE = "No new chapter: discussion, catching up, or a controversy from the kit"

# Where people look for a city that has no zone of its own.
_CITIES = {
    "Asia/Karachi": "islamabad lahore peshawar quetta rawalpindi multan faisalabad pakistan pkt",
    "Asia/Kabul": "herat kandahar jalalabad mazar afghanistan",
    "Asia/Tehran": "mashhad iran",
    "Asia/Kolkata": "delhi mumbai bombay india ist",
    "America/New_York": "washington boston est edt",
    "America/Los_Angeles": "pst pdt seattle",
    "Europe/Berlin": "hamburg munich bonn cet germany",
    "Europe/London": "uk gmt bst england",
}


def course(chapters=(), route="", start="", weeks=None, end=None, meets=MEETS, due=DUE, due_time=DUE_TIME, zone="UTC", language=LANGUAGE, name="", book="", skip=(), said=(), hour=""):
    """Plan a course.

    Parameters
    ----------
    chapters : list of str
        Chapters in the order in which they are taught: short names, titles or numbers.
    route : str
        Instead of chapters: one of `acrosstheline.teach.routes.ROUTES`.
    start : str or datetime.date
        The first day of the course. The first meeting is on the first meeting day from then on.
    weeks : int, optional
        Meetings, one a week; as many as there are chapters if left out.
    end : str or datetime.date, optional
        Instead of weeks: the last day on which the class may meet.
    meets, due : str
        The weekday of the meeting, and the weekday on which exercises are due: the first one after the meeting.
    due_time : str
        The local time at which they are due.
    zone : str
        The time zone, by its IANA name.
    language : str
        In which dates are written.
    name : str
    book : str
        The address at which students read the book, if there is one.
    skip : list of str or datetime.date
        Days without a meeting: dates, or spans such as ``"2027-03-22..2027-03-28"``. A meeting that falls on
        one moves on by a week, with all that follow; a due date moves to the next day.
    said : tuple of (str, str)
        See `acrosstheline.teach.syllabus.read_fill_in`.
    hour : str
        The local times at which a meeting begins and ends, such as ``"14:00..15:30"``. Without it, meetings stand
        in the calendar as whole days.

    Returns
    -------
    acrosstheline.teach.course.Course

    Raises
    ------
    CourseError
        If the choice cannot be taught; the text says why, and what to choose instead.
    """
    meetings, title = _chosen(chapters, route)
    hours = _hour(hour)
    first, last, free = _day(start, "--start"), _day(end, "--end") if end else None, _days_off(skip)
    weekday, due_weekday, at, where = _weekday(meets, "--meets"), _weekday(due, "--due"), _time(due_time, "--due-time"), ZoneInfo(_zone(zone))
    given = {"--start": first, "--end": last, "--meets": meets, "--hour": hour, "--due": due, "--due-time": due_time, "--zone": where.key, "--language": language, "--name": name, "--book": book, "--skip": skip}
    days = _meeting_days(first, last, weekday, free, _wanted(weeks, last, meetings, route, given))
    meetings = meetings if route else _spread(meetings, len(days), given)
    warnings = [] if route else _missing_needs(meetings, given | {"--weeks": None if last else weeks})
    sessions = []
    for number, (meeting, day) in enumerate(zip(meetings, days), start=1):
        found = tuple(catalogue.unit(chapter) for chapter in meeting.chapters)
        due_at, moved = _due(day, due_weekday, at, where, free) if found else (None, "")
        warnings += [moved] if moved else []
        sessions.append(Session(number, day, found, due_at, meeting.topic))
    warnings += _heavy(sessions, route) + _uneven(sessions, route) + _idle(sessions, route) + _idle_days(free, first, days, weekday, sessions)
    return Course(
        name=_name(name) or title,
        sessions=tuple(sessions),
        zone=where.key,
        language=_language(language),
        route=route,
        book=_book(book),
        warnings=tuple(warnings),
        said=tuple(said),
        off=tuple(sorted(day for day in free if days[0] < day < days[-1] and day.weekday() == weekday)),
        hour=hours,
    )


# --- chapters ----------------------------------------------------------------------------------------------


def _chosen(chapters, route):
    """Return the meetings of a route, or one for each chapter named; and the course's name if it is given none."""
    if route and chapters:
        raise CourseError(f"Both a route ({route}) and chapters ({', '.join(map(str, chapters))}) were chosen. Choose one: leave out --route, or leave out the chapters.")
    if route:
        if route not in routes.ROUTES:
            raise CourseError(f"There is no route {route!r}. The routes are: {', '.join(routes.ROUTES)}.{_near(route, routes.ROUTES)}")
        found = routes.ROUTES[route]
        return list(found.meetings), f"Across the Line: {found.title[0].lower()}{found.title[1:]}"
    if not chapters:
        raise CourseError("Nothing was chosen. Name chapters, such as `acrosstheline assign five_voices ...`, or a route with --route; `acrosstheline assign --list` shows both.")
    names = [chapter_name(chapter) for chapter in chapters]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise CourseError(f"Named twice: {', '.join(twice)}. Name each chapter once: {' '.join(dict.fromkeys(names))}.")
    return [routes.Meeting((name,)) for name in names], "Across the Line"


def chapter_name(text):
    """Return a chapter's short name from what an instructor typed: the name, the title or the number.

    Raises
    ------
    CourseError
        If there is no such chapter; the text names those that are near.
    """
    typed = re.sub(r"[\s-]+", "_", str(text).strip().lower())
    known = {key: unit.name for unit in catalogue.units() for key in (unit.name, unit.title.lower().replace(" ", "_"), str(unit.number))}
    if typed in known:
        return known[typed]
    raise CourseError(f"There is no chapter {str(text)!r}.{_near(typed, known)} `acrosstheline assign --list` shows all {len(catalogue.units())}.")


def _near(typed, known):
    """Return a sentence that names what may have been meant, or nothing."""
    found = list(dict.fromkeys(difflib.get_close_matches(typed, [key for key in known if not key.isdigit()], n=3, cutoff=0.5)))
    return f" Did you mean {' or '.join(found)}?" if found else ""


def _spread(meetings, places, given):
    """Lay chapters on the places that there are: one each, or as evenly as can be, the fuller meetings last."""
    if len(meetings) <= places:
        return meetings + [routes.Meeting(topic=SPARE)] * (places - len(meetings))
    if len(meetings) > MOST * places:
        least = -(-len(meetings) // MOST)
        comfortable = -(-len(meetings) // 2)
        raise CourseError(
            f"{len(meetings)} chapters do not fit into {_plural(places, 'meeting')}: more than {MOST} for one meeting is too much. "
            f"Give --weeks {least} at least (--weeks {comfortable} is two a week), or choose {MOST * places} chapters or fewer."
        )
    size, more = divmod(len(meetings), places)
    sizes = [size] * (places - more) + [size + 1] * more
    spread, at = [], 0
    for count in sizes:
        spread.append(routes.Meeting(tuple(name for meeting in meetings[at : at + count] for name in meeting.chapters)))
        at += count
    return spread


def _missing_needs(meetings, given):
    """Warn of chapters that come without, or before, what they build on."""
    names, warnings = [name for meeting in meetings for name in meeting.chapters], []
    lacking = {name: [need for need in catalogue.unit(name).needs if need not in names] for name in names}
    if any(lacking.values()):
        said = "; ".join(f"{name} builds on {' and '.join(needs)}" for name, needs in lacking.items() if needs)
        whole = _completed(names)
        warnings.append(
            f"Not chosen, and needed: {said}. Your class may know these already. To add them with all that they build on "
            f"({_plural(len(whole) - len(names), 'chapter')} more): {command(whole, given)}"
        )
    late = [f"{name} comes before {need}, which it builds on" for at, name in enumerate(names) for need in catalogue.unit(name).needs if need in names[at + 1 :]]
    if late:
        ordered = [name for name in _completed(names) if name in names]
        warnings.append(f"The order is yours and was kept, but {'; '.join(late)}. An order in which each chapter finds what it needs: {command(ordered, given)}")
    return warnings


def _completed(names):
    """Return the chapters named, each after all that it builds on."""
    whole = []

    def add(name):
        for need in catalogue.unit(name).needs:
            add(need)
        if name not in whole:
            whole.append(name)

    for name in names:
        add(name)
    return whole


def command(chapters, given):
    """Return the command that plans these chapters with the other choices as they were.

    Parameters
    ----------
    chapters : list of str
    given : dict of str to object
        Options with their values; those that are empty or the usual ones are left out.
    """
    usual = {"--meets": MEETS, "--due": DUE, "--due-time": DUE_TIME, "--language": LANGUAGE}
    words = [*COMMAND.split(), *chapters]
    for option, value in given.items():
        if value in (None, "", (), []) or usual.get(option) == value:
            continue
        value = max(int(value), -(-len(chapters) // 2)) if option == "--weeks" else value
        words += [option, *(map(str, value) if isinstance(value, (list, tuple)) else [str(value)])]
    return shlex.join(words)


# --- days ----------------------------------------------------------------------------------------------------


def _wanted(weeks, last, meetings, route, given):
    """Return how many meetings there shall be; None for as many as the calendar holds."""
    if weeks is not None and last:
        raise CourseError("Both --weeks and --end were given. Choose one: the number of meetings, or the last day.")
    if weeks is None:
        return None if last and not route else len(meetings)
    try:
        count = int(str(weeks))
    except ValueError:
        raise CourseError(f"--weeks {weeks!r} is not a whole number. Give the number of meetings, one a week, such as --weeks 4.") from None
    if not 1 <= count <= LONGEST:
        raise CourseError(f"--weeks {count} cannot be taught: give a number from 1 to {LONGEST}.")
    if route and count != len(meetings):
        names = [name for meeting in meetings for name in meeting.chapters]
        raise CourseError(
            f"The route {route!r} has {_plural(len(meetings), 'meeting')}, one a week, and --weeks asks for {count}. "
            f"Leave out --weeks, or take its chapters as a choice of your own: {command(names, given | {'--weeks': count})}"
        )
    return count


def _meeting_days(first, last, weekday, free, wanted):
    """Return the days on which a class meets."""
    if last and last < first:
        raise CourseError(f"The course would end ({last}) before it begins ({first}). Mend --start or --end.")
    days, day = [], first + timedelta((weekday - first.weekday()) % 7)
    while (wanted is None or len(days) < wanted) and (last is None or day <= last):
        if day not in free:
            days.append(day)
        day += timedelta(7)
        if (day - first).days > 2 * 366:
            raise CourseError("The days to skip leave too few meetings within two years. Mend --skip.")
    if not days:
        raise CourseError(f"There is no {DAYS[weekday].capitalize()} between {first} and {last} on which a class could meet. Choose a later --end, another --meets, or fewer days to --skip.")
    if wanted and len(days) < wanted:
        raise CourseError(f"Until {last} there are {_plural(len(days), 'meeting')}, and this needs {wanted}. Choose a later --end, or a shorter route.")
    return days


def _due(day, weekday, at, where, free):
    """Return when the work of a meeting is due, and a warning if that is not the usual day or time."""
    due = day + timedelta((weekday - day.weekday() - 1) % 7 + 1)
    usual, said = due, ""
    while due in free:
        due += timedelta(1)
    if due != usual:
        said = f"Work of the meeting on {day} would be due on {usual}, which is skipped: it is due on {due}. If that does not suit, choose another --due."
    local = datetime.combine(due, at, tzinfo=where)
    real = local.astimezone(UTC).astimezone(where)
    if real.replace(tzinfo=None) != local.replace(tzinfo=None):
        said = f"On {due} clocks in {where.key} go forward over {at:%H:%M}: work is due at {real:%H:%M} that day. If that does not suit, choose another --due-time."
    return real, said


def _day(text, option):
    if isinstance(text, date):
        return text
    if not text:
        raise CourseError(f"When does the course begin? Give its first day as year-month-day, such as {option} 2027-02-01.")
    try:
        found = date.fromisoformat(str(text).strip())
    except ValueError:
        raise CourseError(f"{option} {text}: there is no such day. Write it as year-month-day, such as 2027-02-01.") from None
    if not 2000 <= found.year <= 2200:
        raise CourseError(f"{option} {text}: is the year right? Give one from 2000 to 2200.")
    return found


def _days_off(skip):
    """Return the days without a meeting, from dates and spans of dates."""
    found = set()
    for item in skip:
        begins, _, ends = str(item).partition("..")
        begins = _day(begins, "--skip")
        ends = _day(ends, "--skip") if ends else begins
        if ends < begins:
            raise CourseError(f"--skip {item}: the span ends before it begins. Write the earlier day first.")
        if (ends - begins).days > 366:
            raise CourseError(f"--skip {item}: that is more than a year. Mend the span.")
        found |= {begins + timedelta(days) for days in range((ends - begins).days + 1)}
    return found


def _weekday(text, option):
    typed = str(text).strip().lower()
    found = [day for day in DAYS if len(typed) >= 2 and day.startswith(typed)]
    if len(found) != 1:
        raise CourseError(f"{option} {text}: there is no such weekday. The weekdays are: {', '.join(DAYS)}.{_near(typed, DAYS)}")
    return DAYS.index(found[0])


def _hour(text):
    """Return when a meeting begins and ends; nothing where that was not said."""
    if not text:
        return ()
    if ".." not in str(text):
        raise CourseError(f"--hour {text}: until when? Give the end of the meeting too, such as --hour 14:00..15:30.")
    begins, ends = (_time(part, "--hour") for part in str(text).split("..", 1))
    if ends <= begins:
        raise CourseError(f"--hour {text}: the meeting would end before it begins. Write the earlier time first, such as --hour 14:00..15:30.")
    return begins, ends


def _time(text, option):
    found = re.fullmatch(r"(\d{1,2})[:.](\d{2})", str(text).strip())
    if not found or int(found[1]) > 23 or int(found[2]) > 59:
        raise CourseError(f"{option} {text}: there is no such time. Write hours and minutes from 00:00 to 23:59; midnight at the end of a day is 23:59.")
    return time(int(found[1]), int(found[2]))


def _zone(text):
    """Return a time zone's IANA name, or say which are near."""
    zones = available_timezones()
    typed = str(text).strip()
    whole = {zone.lower(): zone for zone in zones}
    if typed.lower() in whole:
        return whole[typed.lower()]
    wanted = re.sub(r"[\s-]+", "_", typed.lower())
    places = {zone.rsplit("/", 1)[-1].lower(): zone for zone in sorted(zones) if "/" in zone and not zone.startswith("Etc/")}
    cities = {word: zone for zone, words in _CITIES.items() for word in words.split()}
    known = places | cities
    near = [known[wanted]] if wanted in known else [known[place] for place in difflib.get_close_matches(wanted.rsplit("/", 1)[-1], known, n=3, cutoff=0.6)]
    hint = f" Did you mean {' or '.join(dict.fromkeys(near))}?" if near else ""
    raise CourseError(f"--zone {text}: there is no such time zone.{hint} Give the name of a region and a city, such as Asia/Karachi, Asia/Kabul or Europe/London.")


def local_zone():
    """Return this computer's time zone by its IANA name, or UTC where it cannot be told."""
    told = [os.environ.get("TZ", "").lstrip(":")]
    link = Path("/etc/localtime")
    if link.is_symlink():
        told.append(str(link.resolve()).partition("zoneinfo/")[2])
    return next((name for name in told if name in available_timezones()), "UTC")


# --- what may go wrong ---------------------------------------------------------------------------------------


def load(session):
    """Return the minutes of work for one meeting, beside the meeting: reading and exercises."""
    return sum(unit.minutes + unit.exercise_minutes for unit in session.units)


def _heavy(sessions, route):
    heavy = [session for session in sessions if load(session) > WEEKLY]
    if not heavy:
        return []
    said = ", ".join(f"{session.number} ({load(session)} minutes)" for session in heavy)
    chapters = sum(len(session.units) for session in sessions)
    way = "Choose another route" if route else f"Give --weeks {-(-chapters // 2)} or more, or fewer chapters"
    return [f"More than {WEEKLY} minutes of work ({WEEKLY // 60} hours) for meeting {said}. {way}, or leave out exercises."]


def _uneven(sessions, route):
    """Warn of a meeting with far more work than the others have, where it is not too much by itself."""
    loads = {session.number: load(session) for session in sessions if session.units}
    usual = median_low(loads.values())
    more = ", ".join(f"{number} ({minutes} minutes)" for number, minutes in loads.items() if UNEVEN * usual < minutes <= WEEKLY)
    if route or not more:
        return []
    chapters = sum(len(session.units) for session in sessions)
    return [f"Uneven weeks: most meetings have about {usual} minutes of work, and more falls on meeting {more}. Give --weeks {chapters} for one chapter a meeting, or tell your students early."]


def _idle(sessions, route):
    spare = [str(session.number) for session in sessions if session.topic == SPARE]
    if route or not spare:
        return []
    return [f"There are more meetings than chapters: {_plural(len(spare), 'meeting')} (number {', '.join(spare)}) without a new one. Give fewer --weeks, or more chapters."]


def _idle_days(free, first, days, weekday, sessions):
    """Warn of days to skip that touch nothing: they may be mistyped."""
    dues = {session.due.date() for session in sessions if session.due}
    touched = [day for day in free if first <= day <= days[-1] and day.weekday() == weekday or any(day <= due and (due - day).days < 7 for due in dues)]
    if free and not touched:
        return [f"No meeting and no due date falls on a day to skip ({min(free)} and so on): is the date right?"]
    return []


def _plural(count, word):
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


# --- the rest of a choice --------------------------------------------------------------------------------------


def _language(text):
    """Return a language as the calendar's writer knows it."""
    try:
        return str(Locale.parse(str(text).strip().replace("-", "_")))
    except (ValueError, UnknownLocaleError):
        raise CourseError(f"--language {text}: dates cannot be written in it.{_near_language(text)} Give a code such as en, ur, ps, fa, fa_AF, fr or de.") from None


def _near_language(text):
    """Return a sentence that names the codes of languages whose English name was typed, or is near."""
    english = Locale("en").languages
    names = {name.lower(): code for code, name in english.items() if code in localedata.locale_identifiers()}
    found = [names[name] for name in difflib.get_close_matches(str(text).strip().lower(), names, n=2, cutoff=0.6)]
    return f" Did you mean {' or '.join(dict.fromkeys(found))}?" if found else ""


def in_words(day, language):
    """Return a day in words, with its weekday, in a language; always of the Gregorian calendar."""
    return format_date(day, "EEEE d MMMM y" if language == "en" else "full", locale=language)


def _name(text):
    name = " ".join(str(text).split())
    if len(name) > 120:
        raise CourseError("--name is longer than 120 characters. Shorten it.")
    return name


def _book(text):
    if not text:
        return ""
    found = str(text).strip()
    if not re.fullmatch(r"https?://[^\s/\"'<>]+(/[^\s\"'<>]*)?", found):
        raise CourseError(f"--book {text}: that is not the address of a site. Give the one at which students read the book, such as https://example.org/across-the-line/.")
    return re.sub(r"(/index\.html)?/?$", "/", found.split("#")[0].split("?")[0], count=1)
