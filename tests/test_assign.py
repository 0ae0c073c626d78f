"""Planning a course: routes, days, what is refused and what is warned of, the calendar, the syllabus, the command."""

import csv
import io
import json
import os
import re
import shlex
import subprocess
import sys
import time
from datetime import UTC, date, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from acrosstheline import cli
from acrosstheline.teach import assign_cli, catalogue, guide, instructor_pack, packet, packs, page, plan, routes, schedule, student_pack, syllabus
from acrosstheline.teach.catalogue import CourseError
from course import ROOT, read_notebook, text_of

PART_1 = ["five_voices", "the_life_of_a_number", "who_counts_whom", "words_at_war"]


def course(*chapters, **choice):
    return plan.course(chapters=chapters, **{"start": "2027-02-01", "zone": "Asia/Karachi", **choice})


def refused(*chapters, **choice):
    with pytest.raises(CourseError) as found:
        course(*chapters, **choice)
    return str(found.value)


# --- routes -----------------------------------------------------------------------------------------------


def stated_minutes(name):
    """Return the minutes that a chapter and its exercise state in their own text."""
    chapter = "\n".join(text_of(cell) for cell in read_notebook(ROOT / "book" / f"{name}.ipynb")["cells"] if cell["cell_type"] == "markdown")
    exercise = text_of(read_notebook(ROOT / "exercises" / f"{name}_exercise.ipynb")["cells"][0])
    return int(re.search(r"about (\d+) minutes", chapter.split("\n## ")[0])[1]), int(re.search(r"about (\d+) minutes", exercise)[1])


@pytest.mark.parametrize("route", routes.ROUTES.values(), ids=lambda route: route.name)
def test_a_routes_minutes_are_the_sum_of_what_chapters_and_exercises_state(route):
    stated = [stated_minutes(name) for name in route.chapters]
    assert (route.reading, route.exercises) == (sum(read for read, _ in stated), sum(do for _, do in stated))
    assert route.minutes == route.reading + route.exercises


@pytest.mark.parametrize("name", routes.ROUTES)
def test_a_route_plans_without_a_warning_and_each_chapter_finds_what_it_needs(name):
    planned = plan.course(route=name, start="2027-02-01", zone="Asia/Karachi")
    assert planned.warnings == ()
    before = set()
    for unit in planned.units:
        assert set(unit.needs) <= before, unit.name
        before.add(unit.name)


@pytest.mark.parametrize("route", routes.ROUTES.values(), ids=lambda route: route.name)
def test_a_routes_meeting_fits_an_hour_and_its_outcomes_begin_with_a_verb_that_can_be_tested(route):
    testable = {"ask", "date", "name", "trace", "count", "argue", "state", "decide", "rewrite", "load", "compare", "put", "tell", "read", "write"}
    assert sum(minutes for minutes, _ in route.plan) <= 60
    assert {outcome.split()[0] for outcome in route.outcomes} <= testable
    assert len(route.outcomes) >= 3


def test_the_four_routes_have_the_meetings_that_they_promise():
    assert {name: len(route.meetings) for name, route in routes.ROUTES.items()} == {"lesson": 1, "week": 1, "unit": 4, "term": 13}
    spare = [meeting.topic for meeting in routes.TERM.meetings if not meeting.chapters]
    assert spare == [routes.CONTROVERSY, routes.BRIEFS]


# --- days -------------------------------------------------------------------------------------------------


def test_meetings_fall_on_the_weekday_from_the_start_on_and_work_is_due_on_the_first_due_day_after_each():
    planned = course(*PART_1, meets="wed", due="friday", due_time="17:30")
    assert [session.meets for session in planned.sessions] == [date(2027, 2, 3) + timedelta(7 * week) for week in range(4)]
    for session in planned.sessions:
        assert session.due.date() == session.meets + timedelta(2)
        assert f"{session.due:%H:%M}" == "17:30"


def test_a_due_day_that_is_the_meeting_day_is_that_of_the_next_week():
    assert course("five_voices", due="tuesday").sessions[0].due.date() == date(2027, 2, 9)


@pytest.mark.parametrize("chosen", ["five_voices", "Five voices", "five-voices", "1", 1])
def test_a_chapter_is_found_by_name_title_and_number(chosen):
    assert course(chosen).units[0].name == "five_voices"


def test_a_holiday_moves_the_meeting_and_all_that_follow_by_a_week_and_a_due_date_to_the_next_day():
    planned = course(*PART_1[:3], skip=["2027-02-09", "2027-02-20..2027-02-22"])
    assert [session.meets for session in planned.sessions] == [date(2027, 2, 2), date(2027, 2, 16), date(2027, 2, 23)]
    assert planned.sessions[1].due.date() == date(2027, 2, 23)
    assert "2027-02-21, which is skipped" in planned.warnings[0]


def test_due_times_are_local_on_both_sides_of_a_change_of_clocks():
    planned = course(*PART_1, start="2027-03-01", zone="America/New_York")
    dues = [session.due for session in planned.sessions]
    assert {f"{due:%H:%M}" for due in dues} == {"23:59"}
    assert {due.utcoffset() for due in dues} == {timedelta(hours=-5), timedelta(hours=-4)}


def test_a_due_time_that_no_clock_shows_moves_on_and_is_named():
    planned = course("five_voices", start="2027-03-09", zone="America/New_York", due_time="02:30")
    assert f"{planned.sessions[0].due:%H:%M}" == "03:30"
    assert "clocks in America/New_York go forward over 02:30" in planned.warnings[0]


def test_more_chapters_than_meetings_are_laid_as_evenly_as_can_be_and_a_heavy_week_is_warned_of():
    planned = course(*range(1, 19), weeks=7)
    assert [len(session.units) for session in planned.sessions] == [2, 2, 2, 3, 3, 3, 3]
    assert [unit.number for unit in planned.units] == list(range(1, 19))
    heavy = [session.number for session in planned.sessions if plan.load(session) > plan.WEEKLY]
    assert heavy == [4, 5, 6, 7]
    assert f"More than {plan.WEEKLY} minutes of work" in planned.warnings[0] and "--weeks 9" in planned.warnings[0]
    assert not course(*range(1, 19), weeks=9).warnings


def test_a_meeting_with_far_more_work_than_the_others_is_warned_of():
    warning = course(*PART_1, "two_wars", weeks=4).warnings[-1]
    assert "about 160 minutes" in warning and "meeting 4 (" in warning and "--weeks 5" in warning
    assert not course(*PART_1, weeks=2).warnings


def test_more_meetings_than_chapters_leave_the_last_ones_open_and_say_so():
    planned = course("five_voices", weeks=3)
    assert [session.topic for session in planned.sessions] == ["", plan.SPARE, plan.SPARE]
    assert planned.sessions[2].due is None and "2 meetings (number 2, 3)" in planned.warnings[0]


def test_an_end_gives_as_many_meetings_as_the_calendar_holds():
    assert len(course(*PART_1, end="2027-02-23").sessions) == 4
    assert len(course(*PART_1, end="2027-02-22").sessions) == 3


@pytest.mark.parametrize(
    "chapters, choice, parts",
    [
        ([], {}, ["Nothing was chosen", "--route", "--list"]),
        (["five_voices"], {"route": "unit"}, ["Both a route", "leave out --route"]),
        ([], {"route": "semester"}, ["no route 'semester'", "lesson, week, unit, term"]),
        (["five_voises"], {}, ["no chapter 'five_voises'", "Did you mean five_voices?"]),
        (["five_voices", "1"], {}, ["Named twice: five_voices"]),
        (["19"], {}, ["no chapter '19'", "--list"]),
        (["five_voices"], {"start": ""}, ["When does the course begin?", "2027-02-01"]),
        (["five_voices"], {"start": "2027-02-30"}, ["--start 2027-02-30", "no such day"]),
        (["five_voices"], {"start": "1.2.2027"}, ["--start 1.2.2027", "year-month-day"]),
        (["five_voices"], {"start": "0027-02-01"}, ["is the year right?"]),
        (["five_voices"], {"end": "2027-01-31"}, ["would end (2027-01-31) before it begins (2027-02-01)", "--end"]),
        (["five_voices"], {"end": "2027-02-01"}, ["no Tuesday between 2027-02-01 and 2027-02-01"]),
        (["five_voices"], {"end": "2027-03-01", "weeks": 2}, ["Both --weeks and --end"]),
        (["five_voices"], {"weeks": "0"}, ["--weeks 0 cannot be taught"]),
        (["five_voices"], {"weeks": "four"}, ["'four' is not a whole number"]),
        ([], {"route": "term", "weeks": 10}, ["has 13 meetings", "--weeks asks for 10", "acrosstheline assign five_voices"]),
        ([], {"route": "term", "end": "2027-03-02"}, ["there are 5 meetings, and this needs 13"]),
        (range(1, 19), {"weeks": 4}, ["18 chapters do not fit into 4 meetings", "--weeks 6 at least", "12 chapters or fewer"]),
        (["five_voices"], {"meets": "tusday"}, ["--meets tusday", "Did you mean tuesday"]),
        (["five_voices"], {"due": "s"}, ["--due s", "no such weekday"]),
        (["five_voices"], {"due_time": "24:00"}, ["--due-time 24:00", "23:59"]),
        (["five_voices"], {"hour": "14:00"}, ["--hour 14:00", "until when", "14:00..15:30"]),
        (["five_voices"], {"hour": "15:30..14:00"}, ["--hour 15:30..14:00", "end before it begins"]),
        (["five_voices"], {"hour": "2pm..3pm"}, ["--hour 2pm", "no such time"]),
        (["five_voices"], {"zone": "Islamabad"}, ["no such time zone", "Did you mean Asia/Karachi?"]),
        (["five_voices"], {"zone": "Europe/Belrin"}, ["Did you mean Europe/Berlin"]),
        (["five_voices"], {"zone": "../../etc/passwd"}, ["no such time zone"]),
        (["five_voices"], {"language": "klingon"}, ["--language klingon", "such as en, ur"]),
        (["five_voices"], {"language": "Pashto"}, ["Did you mean ps"]),
        (["five_voices"], {"book": "example.org"}, ["--book example.org", "https://"]),
        (["five_voices"], {"book": 'https://x.org/"onclick'}, ["not the address of a site"]),
        (["five_voices"], {"skip": ["2027-03-05..2027-03-01"]}, ["ends before it begins"]),
        (["five_voices"], {"skip": ["2027-02-01..2028-02-01", "2028-02-01..2029-02-01", "2029-02-01..2030-02-01"]}, ["leave too few meetings"]),
        (["five_voices"], {"name": "x" * 121}, ["--name is longer than 120"]),
    ],
)
def test_a_choice_that_cannot_be_taught_is_refused_with_what_is_wrong_and_what_to_do(chapters, choice, parts):
    said = refused(*chapters, **choice)
    for part in parts:
        assert part in said


def test_a_zone_is_found_whatever_its_capitals_and_a_language_with_a_hyphen():
    planned = course("five_voices", zone="asia/kabul", language="fa-AF", book="https://example.org/book/index.html#x")
    assert (planned.zone, planned.language, planned.book) == ("Asia/Kabul", "fa_AF", "https://example.org/book/")


def test_a_day_without_a_meeting_stands_in_every_list_of_days():
    planned = course(*PART_1, skip=["2027-02-01..2027-02-09", "2027-03-02", "2027-03-03"])
    assert planned.off == (date(2027, 3, 2),) and [session.meets.day for session in planned.sessions] == [16, 23, 9, 16]
    lists = [syllabus.markdown(planned), student_pack.start(planned, "a.whl", []), instructor_pack.start(planned, {}), guide.markdown(planned), packet._cover(planned, False)]
    for text in lists:
        assert len(re.findall("No meeting on Tuesday 2 March 2027", text)) == 1
    row = next(row for row in csv.DictReader(io.StringIO(schedule.spreadsheet(planned).decode("utf-8-sig"))) if row["what"] == "no meeting")
    assert (row["date"], row["weekday"], row["week"]) == ("2027-03-02", "Tuesday", "")
    event = next(event for event in Calendar.from_ical(schedule.calendar(planned)).walk("VEVENT") if str(event["summary"]) == "No meeting")
    assert (event["dtstart"].dt, event["dtend"].dt) == (date(2027, 3, 2), date(2027, 3, 3))


def commands(text):
    return [shlex.split(found)[2:] for found in re.findall(r"acrosstheline assign [^\n]+", text)]


def test_a_chapter_without_what_it_needs_is_warned_of_with_a_command_that_mends_it():
    planned = course("the_life_of_a_number", "the_plan", "the_security_argument", "the_options", weeks=4)
    assert "the_plan builds on who_counts_whom" in planned.warnings[0]
    words = commands(planned.warnings[0])[0]
    chapters = words[: words.index("--start")]
    mended = plan.course(chapters=chapters, start="2027-02-01", zone="Asia/Karachi", weeks=words[words.index("--weeks") + 1])
    assert not any("needed" in warning or "order" in warning for warning in mended.warnings)
    assert set(chapters) > {"five_voices", "two_wars"}


def test_a_command_proposed_keeps_every_choice_made():
    choice = {"name": "Sources, 'and' numbers", "language": "ur", "book": "https://example.org/atl/", "hour": "14:00..15:30", "due_time": "18:00"}
    words = commands(course("the_life_of_a_number", **choice).warnings[0])[0]
    said = dict(zip(words, words[1:]))
    assert (said["--name"], said["--language"], said["--book"], said["--hour"], said["--due-time"]) == ("Sources, 'and' numbers", "ur", "https://example.org/atl/", "14:00..15:30", "18:00")


@pytest.mark.parametrize(("found", "begins"), [(None, ".venv/bin/acrosstheline assign"), ("/usr/bin/acrosstheline", "acrosstheline assign")])
def test_a_command_proposed_begins_as_this_one_was_called(monkeypatch, capsys, found, begins):
    monkeypatch.setattr(sys, "argv", [".venv/bin/acrosstheline"])
    monkeypatch.setattr(assign_cli.shutil, "which", lambda name: found)
    assert cli.main(["assign"]) == 2
    assert f"`{begins} five_voices" in capsys.readouterr().err


def test_an_order_against_the_needs_is_kept_and_warned_of_with_a_better_one():
    planned = course("the_life_of_a_number", "five_voices")
    assert [unit.name for unit in planned.units] == ["the_life_of_a_number", "five_voices"]
    assert commands(planned.warnings[0])[0][:2] == ["five_voices", "the_life_of_a_number"]


def test_a_day_to_skip_that_touches_nothing_is_warned_of():
    assert "is the date right?" in course("five_voices", skip=["2028-02-01"]).warnings[0]


# --- calendar and spreadsheet --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def term():
    return plan.course(route="term", start="2027-02-01", zone="America/New_York", language="ur", name="History 301; sources, numbers", skip=["2027-03-16"])


def test_the_calendar_reads_back_with_every_meeting_reading_and_due_time(term):
    events = list(Calendar.from_ical(schedule.members(term)["schedule.ics"]).walk("VEVENT"))
    assert [fault for event in events for fault in event.errors] == []
    found = {str(event["uid"]): event for event in events}
    assert len(found) == len(events) == len(term.sessions) + 2 * len(term.units) + len(term.off)
    dues = sorted(event["dtstart"].dt for event in events if str(event["summary"]).startswith("Due:"))
    assert dues == sorted(session.due.astimezone(UTC) for session in term.sessions for _ in session.units)
    assert {due.astimezone(ZoneInfo("America/New_York")).strftime("%H:%M") for due in dues} == {"23:59"}
    assert sum(str(event["summary"]).startswith("Meeting") for event in events) == 13
    assert all("dtstamp" in event and "url" not in event for event in events)
    assert rb"X-WR-CALNAME:History 301\; sources\, numbers" in schedule.calendar(term)


def test_meetings_have_their_hour_in_calendar_spreadsheet_and_syllabus_on_both_sides_of_a_change_of_clocks():
    planned = course(*PART_1, start="2027-03-01", zone="America/New_York", hour="14:00..15:30")
    events = [event for event in Calendar.from_ical(schedule.calendar(planned)).walk("VEVENT") if str(event["summary"]).startswith("Meeting")]
    spans = [(event["dtstart"].dt, event["dtend"].dt) for event in events]
    assert {tuple(f"{at.astimezone(ZoneInfo('America/New_York')):%H:%M}" for at in span) for span in spans} == {("14:00", "15:30")}
    assert {begins.hour for begins, _ in spans} == {18, 19}  # in UTC, summer and winter
    rows = csv.DictReader(io.StringIO(schedule.spreadsheet(planned).decode("utf-8-sig")))
    assert {(row["time"], row["time_zone"]) for row in rows if row["what"] == "meeting"} == {("14:00", "America/New_York")}
    assert ", 14:00 to 15:30. Times are those of America/New York" in syllabus.markdown(planned)


def test_the_calendar_links_to_the_book_where_it_is_served():
    planned = course("five_voices", book="https://example.org/atl/")
    urls = [str(event.get("url", "")) for event in Calendar.from_ical(schedule.calendar(planned)).walk("VEVENT")]
    assert "https://example.org/atl/book/five_voices.html" in urls


def test_the_same_choice_gives_the_same_identifiers_and_another_course_others(term):
    again = plan.course(route="term", start="2027-02-01", zone="America/New_York", language="ur", name="History 301; sources, numbers", skip=["2027-03-16"])
    other = plan.course(route="term", start="2027-02-01", zone="America/New_York", name="History 302", skip=["2027-03-16"])
    uids = [{str(event["uid"]) for event in Calendar.from_ical(schedule.calendar(found)).walk("VEVENT")} for found in (term, again, other)]
    assert uids[0] == uids[1] and not uids[0] & uids[2]


def test_the_spreadsheet_opens_in_excel_and_sums_to_the_courses_minutes(term):
    raw = schedule.members(term)["schedule.csv"]
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))
    assert sum(int(row["minutes"] or 0) for row in rows) == routes.TERM.minutes
    assert {row["what"] for row in rows} == {"meeting", "reading", "due", "no meeting"}
    assert [row["date"] for row in rows] == sorted(row["date"] for row in rows)


# --- syllabus ---------------------------------------------------------------------------------------------------


def test_the_syllabus_says_each_week_with_its_minutes_notes_and_folder(term):
    text = syllabus.members(term)["syllabus.md"].decode()
    for session in term.sessions:
        week = text.split(f"### Week {session.number}: ")[1].split("\n### ")[0]
        for unit in session.units:
            assert f"about {unit.minutes} minutes" in week and f"week_{session.number:02d}/{unit.exercise}" in week
            assert " ".join(unit.content_note.split()) in week
    assert f"{term_reading(term)} and" in text
    assert "It takes as long, it counts as much" in text and "version 0.1.0, 2026" in text


def term_reading(term):
    return sum(unit.minutes for unit in term.units)


@pytest.mark.parametrize("language, way", [("ur", "rtl"), ("ps", "rtl"), ("fa_AF", "rtl"), ("fr", "ltr")])
def test_dates_are_in_the_language_chosen_and_carry_its_direction(language, way):
    html = syllabus.members(course("five_voices", language=language))["syllabus.html"].decode()
    assert f'<span lang="{language.replace("_", "-")}" dir="{way}">{plan.in_words(date(2027, 2, 2), language)}</span>' in html
    assert '<html lang="en">' in html and "texts are in English" in html


def test_an_instructors_name_for_a_course_is_text_and_not_markup():
    name = "<script>alert(1)</script> *301* [x](javascript:y)"
    html = syllabus.members(course("five_voices", name=name))["syllabus.html"].decode()
    assert "<script>alert" not in html and "javascript:y\"" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; *301* [x](javascript:y)" in html


def test_what_only_the_instructor_can_say_is_marked_until_it_is_said(tmp_path):
    planned = course("five_voices")
    open_places = re.findall(r'<mark class="fill">([^<]+)</mark>', syllabus.members(planned)["syllabus.html"].decode())
    assert {what for place, what in syllabus.PLACES.items() if place != "prepare"} == set(open_places)
    file = tmp_path / "fill_in.yml"
    file.write_text(syllabus.fill_in(planned).replace('late: ""', 'late: "until Friday & <no later>."'), encoding="utf-8")
    filled = course("five_voices", said=syllabus.read_fill_in(file))
    html = syllabus.members(filled)["syllabus.html"].decode()
    assert "Late work: until Friday &amp; &lt;no later&gt;.</li>" in html
    assert "weigh" in syllabus.PLACES["exercises"], "an exercise's page sends students to the syllabus for it"
    assert syllabus.PLACES["late"] not in html and syllabus.PLACES["help"] in html
    assert 'late: "until Friday & <no later>."' in syllabus.fill_in(filled)


@pytest.mark.parametrize("text, part", [("late: [", "line 1"), ("latte: x", "no place for latte"), ("- a", "no place for a text alone"), (b"\xff\xfe", "not in order")])
def test_a_filled_in_file_that_cannot_be_read_is_named(tmp_path, text, part):
    file = tmp_path / "fill_in.yml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(CourseError, match=re.escape(part)):
        syllabus.read_fill_in(file)


def test_a_missing_filled_in_file_is_named(tmp_path):
    with pytest.raises(CourseError, match="cannot be read"):
        syllabus.read_fill_in(tmp_path / "none.yml")


# --- pages -------------------------------------------------------------------------------------------------------


def test_a_page_can_ask_no_host_for_anything_and_has_title_language_and_landmark():
    whole = page.page("A & B", "<h1>x</h1>", "ur")
    assert '<html lang="ur" dir="rtl">' in whole and "<title>A &amp; B</title>" in whole and whole.count("<main>") == 1
    assert "default-src 'none'" in whole
    assert not re.search(r'(?:src|href)="(?:https?:)?//', whole) and "@import" not in whole and "url(" not in whole


def test_markdown_keeps_the_words_of_roles_and_labels_every_cell_of_a_table():
    html = page.markdown("See {doc}`Two wars <two_wars>` and {term}`PoR`.\n\n| a | b |\n|---|---:|\n| **1** | 2 |\n")
    assert "See Two wars and PoR." in html
    assert '<td data-label="a"><strong>1</strong></td><td data-label="b" class="number">2</td>' in html


# --- the command ---------------------------------------------------------------------------------------------------


def test_the_list_names_every_chapter_and_route_with_summed_minutes(capsys):
    assert cli.main(["assign", "--list"]) == 0
    said = capsys.readouterr().out
    for unit in catalogue.units():
        assert re.search(rf"{unit.name} +{unit.minutes} \+ {unit.exercise_minutes}", said)
    for route in routes.ROUTES.values():
        assert f"{route.minutes} minutes beside" in said


def test_every_default_is_said_and_the_end_says_what_to_do_next(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TZ", "Asia/Kabul")
    monkeypatch.setattr(packs, "PACKS", {"student_pack": Stub, "instructor_pack": Stub})
    assert cli.main(["assign", "the_life_of_a_number", "--start", "2027-02-01", "--out", "my course"]) == 0
    assert commands(capsys.readouterr().out)[0][-3:] == ["--out", "my course", "--replace"]
    assert cli.main(["assign", "five_voices", "--start", "2027-02-01"]) == 0
    said = capsys.readouterr().out
    assert "first Tuesday from 2027-02-01 on" in said
    for default in ("Tuesday", "Sunday", "23:59", "Asia/Kabul", "English", "'Across the Line'", "no address", "course_2027-02-02"):
        assert default in said
    assert [line[:4] for line in said.split("What to do next:\n")[1].splitlines()] == ["  1.", "  2.", "  3.", "  4."]
    assert "Without an address of the book" in said
    assert (tmp_path / "course_2027-02-02" / "student_pack.zip").is_file()


class Stub:
    @staticmethod
    def members(course):
        return {"a.txt": b"a"}


def test_the_command_refuses_on_the_error_stream_with_code_2(capsys, tmp_path):
    assert cli.main(["assign", "five_voices", "--start", "2027-02-30", "--out", str(tmp_path / "x")]) == 2
    found = capsys.readouterr()
    assert "no such day" in found.err and not (tmp_path / "x").exists()


def test_a_place_that_is_taken_is_refused_before_anything_is_planned_aloud(capsys, tmp_path):
    (tmp_path / "mine.txt").touch()
    assert cli.main(["assign", "five_voices", "--start", "2027-02-01", "--out", str(tmp_path), "--replace"]) == 2
    found = capsys.readouterr()
    assert found.out == "" and "--replace takes the place of packs alone" in found.err


def test_a_built_book_that_is_older_than_its_chapters_is_named(tmp_path, monkeypatch):
    tomorrow, long_ago = time.time() + 86_400, 1_767_225_600
    for path, moment in (("book/five_voices.ipynb", tomorrow), ("_build/html/book/five_voices.html", long_ago), ("book/two_wars.ipynb", long_ago + 1), ("_build/html/book/two_wars.html", long_ago)):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).touch()
        os.utime(tmp_path / path, (moment, moment))
    planned = course("five_voices", "two_wars")
    monkeypatch.setattr(catalogue, "home", lambda: tmp_path)
    assert packet.behind(planned) == ["five_voices"]


def test_a_figure_that_a_chapter_names_and_never_computed_is_an_error_that_says_where():
    with pytest.raises(CourseError, match="book/x.ipynb names the figure 'many'.*make notebooks"):
        catalogue.filled("Of {glue:text}`few` and {glue:text}`many:.0f`", {"few": "2"}, "book/x.ipynb")


def test_the_other_verbs_load_none_of_the_instructors_tools():
    code = "import sys; from acrosstheline import cli\ntry: cli.main(['-h'])\nexcept SystemExit: pass\nsys.exit(any(name in sys.modules for name in ('babel', 'icalendar', 'yaml', 'acrosstheline.teach.catalogue')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0 and "assign" in done.stdout and "grade" in done.stdout


def test_a_students_package_says_what_the_verb_needs(monkeypatch, capsys):
    def gone(name):
        raise ModuleNotFoundError("No module named 'yaml'", name="yaml")

    monkeypatch.setattr(cli, "import_module", gone)
    assert cli.main(["assign", "--list"]) == 2
    assert "needs yaml" in capsys.readouterr().err


