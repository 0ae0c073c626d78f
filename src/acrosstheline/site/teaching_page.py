"""The routes through the book and the chapters' minutes, for the pages that speak to instructors."""

from acrosstheline import markup
from acrosstheline.teach import catalogue, routes

_WEEKS = {"week": "Meeting", "read_html": "Chapters to read", "reading": "Reading, minutes", "exercise": "Exercise, minutes"}
_CHAPTERS = {"chapter_html": "Chapter", "needs_html": "Builds on", "reading": "Reading, minutes", "exercise": "Exercise, minutes"}


def all_routes():
    """Return the ready routes as Markdown: for whom each is, what students can do at its end, and its meetings with their minutes."""
    return "\n\n".join(_route(route) for route in routes.ROUTES.values())


def _route(route):
    outcomes = "\n".join(f"- {outcome}" for outcome in route.outcomes)
    table = markup.table([_week(number, meeting) for number, meeting in enumerate(route.meetings, start=1)], _WEEKS, f"{route.title}: its meetings", numeric={"reading", "exercise"})
    return (
        f"### {route.title}\n\n{route.about}\n\n"
        f"Beside the meetings a student works **{_hours(route.minutes)}**: {_hours(route.reading)} of reading and {_hours(route.exercises)} of exercises.\n\n"
        f"At its end students can\n\n{outcomes}\n\n{_block(table)}\n\n```text\n.venv/bin/acrosstheline assign --route {route.name} \\\n  --start YYYY-MM-DD --zone Asia/Karachi\n```"
    )


def _week(number, meeting):
    units = [catalogue.unit(name) for name in meeting.chapters]
    read = "; ".join(_link(unit.name) for unit in units) or markup.escape(meeting.topic)
    return {"week": number, "read_html": read, "reading": sum(unit.minutes for unit in units), "exercise": sum(unit.exercise_minutes for unit in units)}


def chapters():
    """Return every chapter with what it builds on and its minutes, as a table."""
    rows = [
        {"chapter_html": _link(unit.name), "needs_html": ", ".join(map(_link, unit.needs)) or "none", "reading": unit.minutes, "exercise": unit.exercise_minutes}
        for unit in catalogue.units()
    ]
    return _block(markup.table(rows, _CHAPTERS, "The chapters, what they build on, and how long they take", numeric={"reading", "exercise"}))


def _link(name):
    unit = catalogue.unit(name)
    return f'<a href="{unit.name}.html">{markup.escape(unit.title)}</a>'


def _block(html):
    return f'``````{{raw}} html\n<div class="atl-whole">{html}</div>\n``````'


def _hours(minutes):
    """Return minutes as a reader says them: to the nearest half hour, and under two hours to five minutes."""
    if minutes < 120:
        return f"about {5 * round(minutes / 5)} minutes"
    halves = round(minutes / 30)
    return f"about {halves // 2}{' and a half' if halves % 2 else ''} hours"
