"""The days of a course for a calendar and for a spreadsheet."""

import csv
import hashlib
import io
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vText

from acrosstheline.teach.plan import DAYS

COLUMNS = ("week", "what", "date", "weekday", "time", "time_zone", "title", "minutes", "chapter", "link")


def members(course):
    """Return a course's days as files.

    Parameters
    ----------
    course : acrosstheline.teach.course.Course

    Returns
    -------
    dict of str to bytes
        ``schedule.ics`` and ``schedule.csv``. The spreadsheet begins with a byte-order mark, without which
        some programs read letters beyond English wrongly; dates in it are written year-month-day.
    """
    return {"schedule.csv": spreadsheet(course), "schedule.ics": calendar(course)}


def dates(course):
    """Return the days of a course in order: for each meeting its reading, itself, and what is due; and the days without one.

    Returns
    -------
    list of dict
        By the names in `COLUMNS`, with ``day``, and ``at`` where a time belongs to it.
    """
    found = [_entry(course, "", "no meeting", day, "No meeting") for day in course.off]
    for session in course.sessions:
        for unit in session.units:
            eve = session.meets - timedelta(1)
            found.append(_entry(course, session.number, "reading", eve, f"Read by tomorrow's meeting: {unit.title}", unit.minutes, unit, unit.page))
        found.append(_entry(course, session.number, "meeting", session.meets, f"Meeting {session.number}: {session.title}", at=_begins(course, session.meets)))
        for unit in session.units:
            work = f"Due: {unit.exercise_title} ({unit.title})"
            found.append(_entry(course, session.number, "due", session.due.date(), work, unit.exercise_minutes, unit, f"lite/start.html?open={unit.name}_exercise", session.due))
    order = {"no meeting": 0, "meeting": 0, "due": 1, "reading": 2}
    return sorted(found, key=lambda entry: (entry["day"], order[entry["what"]]))


def _entry(course, week, what, day, title, minutes="", unit=None, page="", at=None):
    return {
        "week": week, "what": what, "date": day.isoformat(), "weekday": DAYS[day.weekday()].capitalize(), "time": f"{at:%H:%M}" if at else "",
        "time_zone": course.zone if at else "", "title": title, "minutes": minutes, "chapter": unit.name if unit else "",
        "link": course.book + page if course.book and page else "", "day": day, "at": at,
    }  # fmt: skip


def _begins(course, day):
    """Return the moment at which a class meets on a day, or None where its hour was not said."""
    return datetime.combine(day, course.hour[0], tzinfo=ZoneInfo(course.zone)) if course.hour else None


def spreadsheet(course):
    """Return the days of a course as CSV, in UTF-8 with a byte-order mark."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(dates(course))
    return text.getvalue().encode("utf-8-sig")


def calendar(course):
    """Return the days of a course as a calendar file, with times in UTC, which every calendar turns into its own."""
    whole = Calendar()
    whole.add("prodid", "-//Across the Line//acrosstheline//EN")
    whole.add("version", "2.0")
    whole.add("x-wr-calname", vText(course.name))
    written = datetime.combine(course.sessions[0].meets, time(0), tzinfo=UTC)
    for entry in dates(course):
        whole.add_component(_event(course, entry, written))
    return whole.to_ical()


def _event(course, entry, written):
    event = Event()
    event.add("uid", _uid(course, entry))
    event.add("dtstamp", written)  # the first meeting's day, and no clock: the same choice gives the same bytes
    event.add("summary", entry["title"])
    if entry["what"] == "meeting" and entry["at"]:
        ends = datetime.combine(entry["day"], course.hour[1], tzinfo=entry["at"].tzinfo)
        event.add("dtstart", entry["at"].astimezone(UTC))
        event.add("dtend", ends.astimezone(UTC))
        event.add("description", f"{course.name}. From {entry['time']} to {ends:%H:%M}, {course.zone}.")
    elif entry["at"]:
        event.add("dtstart", entry["at"].astimezone(UTC))  # a moment, and so without an end: RFC 5545 asks that an end be later (3.8.2.2)
        event.add("description", f"{course.name}. About {entry['minutes']} minutes. Due at {entry['time']}, {course.zone}.")
    else:
        event.add("dtstart", entry["day"])
        event.add("dtend", entry["day"] + timedelta(1))
        event.add("transp", "TRANSPARENT")  # a whole day, of which only a part is needed
        event.add("description", f"{course.name}." + (f" About {entry['minutes']} minutes, with the quiz." if entry["minutes"] else ""))
    if entry["link"]:
        event.add("url", entry["link"])
    return event


def _uid(course, entry):
    """Return an identifier that stays the same when the same course is planned again."""
    what = "|".join((course.name, course.zone, course.sessions[0].meets.isoformat(), entry["what"], str(entry["week"] or entry["date"]), entry["chapter"]))
    return f"{hashlib.sha256(what.encode()).hexdigest()[:24]}@acrosstheline"
