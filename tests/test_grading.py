"""A class is graded: what LMSs hand over, what students hand in, and what comes out of it. Nobody in it is real."""

import csv
import gc
import hashlib
import io
import json
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
import tracemalloc
import zipfile
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from types import SimpleNamespace

import pytest
import submissions as made
from acrosstheline import checks, cli
from acrosstheline.teach import batch, catalogue, feedback, grade_cli, gradebook, manual, marking, pieces, report, roster, rubrics, solutions
from acrosstheline.teach import submissions as collecting
from acrosstheline.teach.course import Course, Session

BLANK_NOTEBOOK = b'{"cells": [], "nbformat": 4}'
ONE = "five_voices"


def grade(*arguments):
    """Run the command, and return its exit code."""
    return cli.main(["grade", *map(str, arguments)])


def collect(folder, tmp_path, students="auto"):
    return collecting.collect(folder, tmp_path / "kept", rubrics.exercises(), students)


def put(folder, files):
    """Write files into a folder, and return the folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


@lru_cache(maxsize=None)
def graded(content):
    """Grade a notebook here and now, in this process's own sandbox."""
    with tempfile.TemporaryDirectory() as folder:
        return marking.grade(put(Path(folder), {"x.ipynb": content}) / "x.ipynb")


def seed(out, folder):
    """Let a run find everything in a folder graded already, so that it starts no process."""
    results = batch.Results(out / "kept" / "results", batch.course_version())
    for path in folder.rglob("*.ipynb"):
        results.write(hashlib.sha256(path.read_bytes()).hexdigest(), graded(path.read_bytes()))


def table(path):
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def hashes(folder):
    """Return what a folder holds: every file with its content and the time of its last change."""
    return {path: (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns) for path in folder.rglob("*") if path.is_file()}


# --- whose it is ---------------------------------------------------------------------------------------

MOODLE = "Sana Ullah_12345_assignsubmission_file_"
OWNERS = {
    f"{MOODLE}/work.ipynb": ("Sana Ullah", "moodle", "12345"),
    f"{MOODLE[:-1]}/deep/er/work.ipynb": ("Sana Ullah", "moodle", "12345"),
    f"COURSE-Homework-77.zip/{MOODLE}/work.ipynb": ("Sana Ullah", "moodle", "12345"),
    "Sana Ullah_12345_assignsubmission_file_work.ipynb": ("Sana Ullah", "moodle", "12345"),
    "Participant_4006831_assignsubmission_file_/work.ipynb": ("Participant (4006831)", "moodle", "4006831"),
    "ullahsana_31_4567_work-2.ipynb": ("ullahsana", "canvas", "31"),
    "ullahsana_LATE_31_4567_work.ipynb": ("ullahsana", "canvas", "31"),
    "anon_x7Gq1_4567_work.ipynb": ("anon_x7Gq1", "canvas", "anon_x7Gq1"),
    "LATE_anon_x7Gq1_4567_work.ipynb": ("anon_x7Gq1", "canvas", "anon_x7Gq1"),
    "Homework 1_sullah_attempt_2026-11-03-09-05-00_work.ipynb": ("sullah", "blackboard", ""),
    "39786-640693 - Sana Ullah - Nov 3, 2026 905 AM/work.ipynb": ("Sana Ullah", "brightspace", "39786-640693"),
    "39786-640693 - Sana Ullah- Nov 3, 2026 1205 PM - work.ipynb": ("Sana Ullah", "brightspace", "39786-640693"),
    "sana.ipynb": ("sana", "", ""),
    "20261234.ipynb": ("20261234", "", ""),
    "student_001.ipynb": ("student_001", "", ""),
    "five_voices_exercise_sana.ipynb": ("sana", "", ""),
    "Five Voices Exercise - Sana Ullah v2.ipynb": ("Sana Ullah", "", ""),
    "sana/five_voices_exercise (3).ipynb": ("sana", "", ""),
    "week-02-five_voices/sana.ipynb": ("sana", "", ""),
    "submitted/sana/five_voices/five_voices_exercise.ipynb": ("sana", "", ""),
    "group A/sana.ipynb": ("group A sana", "", ""),
    "sana/my homework.ipynb": ("sana my homework", "", ""),
    "five_voices_exercise.ipynb": ("five_voices_exercise", "", ""),
}


@pytest.mark.parametrize("path, owner", OWNERS.items(), ids=str)
def test_a_path_says_whose_it_is(path, owner):
    found = collecting.Naming(rubrics.exercises(), "auto").owner(path.split("/"))
    assert (found.student, found.lms, found.number) == owner
    assert found.late == ("LATE_" in path)


@pytest.mark.parametrize("students, names", [("folder", ["sana", "sana"]), ("file", ["first", "second"])])
def test_an_instructor_can_say_where_names_stand(tmp_path, students, names):
    folder = put(tmp_path / "in", {"sana/first.ipynb": BLANK_NOTEBOOK, "sana/second.ipynb": BLANK_NOTEBOOK})
    assert [found.student for found in collect(folder, tmp_path, students)] == names


def test_what_an_lms_wrote_counts_and_not_what_a_student_put_inside(tmp_path):
    """A student cannot hand in under another's name by naming a file like the LMS does."""
    inner = packed({"Victim_99_assignsubmission_file_/work.ipynb": BLANK_NOTEBOOK, "victim_99_4567_work.ipynb": b"{}"})
    names = [f"{MOODLE}/x.zip", f"{MOODLE}/victim_99_4567_w.ipynb", "ann_31_4567_Victim_99_assignsubmission_file_.zip", "bob_32_4567_V_a_attempt_2026-01-01-01-01-01_.ipynb", "Sana Ullah_12345_assignsubmission_file_v_1_4567_w.ipynb"]
    folder = put(tmp_path / "in", {name: inner if name.endswith(".zip") else b"{}" for name in names})
    assert {found.student for found in collect(folder, tmp_path)} == {"Sana Ullah", "ann", "bob"}


def test_two_students_of_one_name_are_kept_apart(tmp_path):
    folder = put(tmp_path / "in", {
        "one/Sana_1_assignsubmission_file_/a.ipynb": BLANK_NOTEBOOK, "one/Sana_2_assignsubmission_file_/a.ipynb": BLANK_NOTEBOOK,
        "two/Sana_7_assignsubmission_file_/a.ipynb": BLANK_NOTEBOOK, "two/Noor_8_assignsubmission_file_/a.ipynb": BLANK_NOTEBOOK,
        "one/Noor_3_assignsubmission_file_/a.ipynb": BLANK_NOTEBOOK,
    })  # fmt: skip
    assert sorted({found.student for found in collect(folder, tmp_path)}) == ["Noor", "Sana (1)", "Sana (2)", "Sana (7)"]


def test_the_last_attempt_is_the_last_in_the_order_of_the_lms(tmp_path):
    folder = put(tmp_path / "in", {
        "H_s_attempt_2026-11-03-09-05-00_z.ipynb": b"{}", "H_s_attempt_2026-11-02-09-05-00_a.ipynb": b"{ }",
        "c_1_900_z.ipynb": b"{}", "c_1_1000_a.ipynb": b"{ }",
        "p (2).ipynb": b"{}", "p (10).ipynb": b"{ }", "p.ipynb": b"{  }",
    })  # fmt: skip
    last = {}
    for found in sorted(collect(folder, tmp_path), key=lambda one: one.turn):
        last[found.student] = found.path
    assert last == {"s": "H_s_attempt_2026-11-03-09-05-00_z.ipynb", "c": "c_1_1000_a.ipynb", "p": "p (10).ipynb"}


# --- folders and zips ----------------------------------------------------------------------------------


def packed(files, compression=zipfile.ZIP_DEFLATED):
    """Return a zip as bytes. Names may be ZipInfo."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", compression) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return held.getvalue()


def link(name, kind=stat.S_IFLNK):
    info = zipfile.ZipInfo(name)
    info.create_system, info.external_attr = 3, (kind | 0o777) << 16
    return info


def locked():
    """Return a zip whose one member says that it is locked with a password."""
    content = bytearray(packed({"locked.ipynb": BLANK_NOTEBOOK}))
    for signature, place in ((b"PK\1\2", 8), (b"PK\3\4", 6)):
        content[content.find(signature) + place] |= 1
    return bytes(content)


def damaged():
    content = packed({"damaged.ipynb": BLANK_NOTEBOOK * 50}, zipfile.ZIP_STORED)
    return content.replace(b'"cells"', b'"xells"', 1)


DANGERS = {
    "leads out": (packed({"../../out.ipynb": BLANK_NOTEBOOK}), "leads out"),
    "leads out by another bar": (packed({"a\\..\\..\\out.ipynb": BLANK_NOTEBOOK}), "leads out"),
    "absolute": (packed({"/etc/cron.d/x.ipynb": BLANK_NOTEBOOK}), "place on a computer"),
    "a drive": (packed({"C:\\x.ipynb": BLANK_NOTEBOOK}), "place on a computer"),
    "a link": (packed({link("link.ipynb"): b"/etc/passwd"}), "link or a device"),
    "a device": (packed({link("pipe.ipynb", stat.S_IFIFO): b""}), "link or a device"),
    "a password": (locked(), "password"),
    "grows too much": (packed({"bomb.ipynb": b"0" * (11 << 20)}), "would grow"),
    "three deep": (packed({"a.zip": packed({"b.zip": packed({"c.ipynb": BLANK_NOTEBOOK})})}), "zip in a zip in a zip"),
    "damaged member": (damaged(), "damaged"),
    "cut off": (packed({"a.ipynb": BLANK_NOTEBOOK})[:-30], "no zip"),
    "no zip": (b"PK nothing", "no zip"),
    "a list without end": (packed({"a.ipynb": b""})[:-12] + b"\xff" * 12, "more than"),
}


@pytest.mark.parametrize("danger", DANGERS)
def test_a_dangerous_zip_is_refused_with_its_reason_and_the_rest_is_taken(tmp_path, danger):
    content, reason = DANGERS[danger]
    folder = put(tmp_path / "in", {"bad.zip": content, "good.zip": packed({"sana.ipynb": BLANK_NOTEBOOK})})
    found = collect(folder, tmp_path)
    refused = [one for one in found if one.refused]
    assert len(refused) == 1 and reason in refused[0].reason, refused
    assert [one.path for one in found if one.key] == ["good.zip/sana.ipynb"]
    assert {path.name for path in tmp_path.iterdir()} == {"in", "kept"}, "something came out of the zip"


@pytest.mark.parametrize("limit, value, reason", [("MOST", 2, "more than 2"), ("TOTAL", 40, "would come out"), ("LARGEST", 20, "unpacks to more")])
def test_what_a_zip_may_hold_has_limits(tmp_path, monkeypatch, limit, value, reason):
    monkeypatch.setattr(collecting, limit, value)
    folder = put(tmp_path / "in", {"many.zip": packed({f"{number}.ipynb": BLANK_NOTEBOOK for number in range(5)})})
    refused = [found for found in collect(folder, tmp_path) if found.refused]
    assert refused and all(reason in found.reason for found in refused)


def test_odd_names_are_taken_and_shown_so_that_they_hide_nothing(tmp_path):
    names = ["two\nlines.ipynb", "CON.ipynb", "‮txt.ipynb", "x" * 300 + ".ipynb", "زرمینه.ipynb", "same.ipynb"]
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for number, name in enumerate([*names, "same.ipynb"]):
            archive.writestr(name, b"{%d}" % number)
    found = collect(put(tmp_path / "in", {"odd.zip": held.getvalue()}), tmp_path)
    assert len(found) == 7 and all(one.key for one in found) and len({one.key for one in found}) == 7
    shown = "".join(one.path + one.student for one in found)
    assert not re.search("[\x00-\x1f\u202a-\u202e]", shown) and "زرمینه" in shown
    assert max(len(one.path) for one in found) <= 400


def test_what_programs_leave_is_passed_over_and_a_name_without_its_letters_is_read(tmp_path):
    """A Mac puts files of its own into zips; some programs write UTF-8 and do not say so."""
    content = packed({"zoXX.ipynb": BLANK_NOTEBOOK, "__MACOSX/._zo.ipynb": b"x", ".DS_Store": b"x"}).replace(b"zoXX", "zoé".encode())
    found = collect(put(tmp_path / "in", {"mac.zip": content}), tmp_path)
    assert [one.student for one in found if one.key] == ["mac zoé"]
    assert [one.reason for one in found if not one.key] == ["A file that a program keeps for itself."] * 2


def test_a_folder_is_walked_with_care(tmp_path):
    folder = put(tmp_path / "in", {
        "sana.ipynb": BLANK_NOTEBOOK, "SANA 2.IPYNB": b"{}", "noor.ipynb.txt": BLANK_NOTEBOOK + b'"cell_type"', "notes.pdf": b"x", "page.html": b"x",
        "list.txt": b"x", "all.rar": b"x", ".ipynb_checkpoints/sana-checkpoint.ipynb": b"{}", "big.ipynb": b"x",
    })  # fmt: skip
    with open(folder / "big.ipynb", "r+b") as file:
        file.truncate(collecting.LARGEST + 1)
    (tmp_path / "secret.ipynb").write_bytes(b"{}")
    (folder / "link.ipynb").symlink_to(tmp_path / "secret.ipynb")
    (folder / "loop").symlink_to(folder)
    os.mkfifo(folder / "pipe.ipynb")
    found = {one.path: one for one in collect(folder, tmp_path)}
    assert {path for path, one in found.items() if one.key} == {"sana.ipynb", "SANA 2.IPYNB", "noor.ipynb.txt"}
    assert {path for path, one in found.items() if one.refused} == {"link.ipynb", "loop", "pipe.ipynb", "big.ipynb"}
    assert "unpack it" in found["all.rar"].reason and "ends in .ipynb" in found["notes.pdf"].reason
    assert all(one.reason for one in found.values() if not one.key)


def test_one_zip_is_taken_as_the_lms_gave_it(tmp_path):
    put(tmp_path, {"COURSE-Homework-77.zip": packed({f"{MOODLE}/work.ipynb": BLANK_NOTEBOOK, "Noor_9_assignsubmission_onlinetext_/onlinetext.html": b"x"})})
    found = collect(tmp_path / "COURSE-Homework-77.zip", tmp_path)
    assert [(one.student, bool(one.key)) for one in found] == [("Noor", False), ("Sana Ullah", True)]


def test_a_folder_that_is_not_there_is_named(tmp_path, capsys):
    assert grade(tmp_path / "nowhere") == 2
    assert "There is no folder" in capsys.readouterr().err
    (tmp_path / "plain.txt").write_text("x")
    assert grade(tmp_path / "plain.txt") == 2


# --- a class of 60 -------------------------------------------------------------------------------------

SCRIPT = '<script>alert("x")</script>'
FORMULA = "=cmd|' /C calc'!A0"
ESSAY = f"{FORMULA} {SCRIPT} یہ متن اردو میں ہے"


def with_text(name, task, text):
    notebook = made.honest(name)
    made.set_source(notebook, f"answer-{task}", f"answer_{task} = {text!r}")
    return made.written(notebook)


@pytest.fixture(scope="module")
def sixty(tmp_path_factory):
    """A class of 60 as three systems hand it over, with a few odd ones more; graded once."""
    folder = tmp_path_factory.mktemp("class") / "in"
    folder.mkdir()
    class_, moodle, kinds = made.class_of(60), {}, {}
    for number, (student, kind, content) in enumerate(class_):
        kinds[student] = kind
        if number < 20:
            moodle[f"{student}_{5000 + number}_assignsubmission_file_/work.ipynb"] = content
        elif number < 40:
            put(folder, {f"canvas/{student.replace('_', '')}_{'LATE_' if number == 21 else ''}{7000 + number}_{90000 + number}_work-1.ipynb": content})
        else:
            put(folder, {f"loose/{student}.ipynb": content})
    first = made.written(made.half(ONE))
    put(folder, {
        "moodle.zip": packed({**moodle, "../escape.ipynb": b"{}", "=Formula Name_5100_assignsubmission_file_/w.ipynb": with_text(ONE, "6a", ESSAY)}),
        "twins/one.ipynb": first, "twins/two.ipynb": first + b"\n",
        "twice/H_sana_attempt_2026-11-02-09-05-00_w.ipynb": made.written(made.honest(ONE)),
        "twice/H_sana_attempt_2026-11-03-09-05-00_w.ipynb": made.written(made.half(ONE)),
        "twice/H_noor_attempt_2026-11-02-09-05-00_w.ipynb": made.written(made.honest(ONE)),
        "twice/H_noor_attempt_2026-11-03-09-05-00_five_voices.ipynb": b'{"cells": [',
        "Only Pdf_5200_assignsubmission_file_/essay.pdf": b"x",
        f"<b>{SCRIPT.replace('/', '')}.ipynb": with_text(ONE, "6a", "The same words as another."),
        "other words.ipynb": with_text(ONE, "6a", "The same  words as another.\n"),
    })  # fmt: skip
    before = hashes(folder)
    out = folder.with_name("out")
    assert grade(folder, "--out", out, "--seconds", 2) == 0
    return SimpleNamespace(folder=folder, out=out, before=before, kinds=kinds, book=table(out / "gradebook.csv"), report=table(out / "report.csv"))


def plain(label):
    """Return a student's name of the class, from the name that the grader made of it."""
    label = label.removeprefix("loose ").removeprefix("twins ")
    return re.sub(r"^student(\d{3})$", r"student_\1", label)


def label(student):
    """Return the name that the grader makes of a student's name: by system, by Canvas without its bar, by the folder."""
    number = int(student[-3:])
    return student if number <= 20 else student.replace("_", "") if number <= 40 else f"loose {student}"


def row_of(sixty, student):
    return next(row for row in sixty.book if plain(row["student"]) == student)


def exercise_of(student):
    return made.NAMES[(int(student[-3:]) - 1) % len(made.NAMES)]


def test_no_submission_is_altered_moved_or_lost(sixty):
    assert hashes(sixty.folder) == sixty.before
    listed = {row["file"] for row in table(sixty.out / "files.csv")}
    loose = {path.relative_to(sixty.folder).as_posix() for path in sixty.before if path.suffix != ".zip"}
    assert loose <= listed and any(name.endswith("student_001_5000_assignsubmission_file_/work.ipynb") for name in listed)
    assert not [row for row in table(sixty.out / "files.csv") if row["what became of it"] == "not graded yet"]


def test_every_student_of_the_class_has_one_row(sixty):
    names = [plain(row["student"]) for row in sixty.book]
    assert len(set(names)) == len(names) and set(sixty.kinds) <= set(names)


def test_honest_work_gets_its_marks_among_hostile_neighbours(sixty):
    most = {name: (marking.exercises()[name]) for name in made.NAMES}
    for student, kind in sixty.kinds.items():
        name = exercise_of(student)
        checked = [task for task in rubrics.tasks(name) if not task.rubric]
        whole, half = sum(task.points for task in checked if not task.optional), len(most[name].keys) // 2
        row = row_of(sixty, student)
        given = row.get(f"{name}: checked by the computer")
        if kind == "right":
            assert Fraction(given) == whole, student
        elif kind in ("wrong", "untouched"):
            assert Fraction(given) == 0, student
        elif kind == "half":
            done = [task for task in rubrics.tasks(name)[:half] if not task.rubric and not task.optional]
            assert Fraction(given) == sum(task.points for task in done), student


def test_forgers_get_nothing_and_others_who_mean_harm_keep_what_they_answered(sixty):
    for student, kind in sixty.kinds.items():
        if kind in made.HARM | made.FORGERY:
            given = Fraction(row_of(sixty, student)["first_steps: checked by the computer"])
            whole = sum(task.points for task in rubrics.tasks("first_steps") if not task.optional)
            assert given == (0 if kind in made.FORGERY else whole), (student, kind)


def test_each_bad_one_is_named_with_its_reason(sixty):
    broken = made.broken()
    for student, kind in sixty.kinds.items():
        said = [row for row in sixty.report if plain(row["student"]) == student]
        if kind in broken:
            assert [row for row in said if row["kind"] == "not graded" and broken[kind][1] in row["what"]], (student, kind, said)
            assert broken[kind][1] in row_of(sixty, student)["was not graded"]
        elif kind in made.HARM and made.HARM[kind].unusual:
            named = {row["kind"] for row in said}
            named |= {"limit"} & set(made.HARM[kind].unusual) if "stopped" in named else set()  # on a busy machine it may be stopped before it meets its limit
            assert set(made.HARM[kind].unusual) <= named, (student, kind, said)
    assert all(row["what"].strip() and (row["student"] or row["file"]) for row in sixty.report)


def test_what_is_unusual_of_a_class_is_in_the_report(sixty):
    kinds = {(row["kind"], row["student"]) for row in sixty.report}
    assert {("identical work", "twins one"), ("identical work", "twins two"), ("attempts", "sana"), ("attempts", "noor"), ("no notebook", "Only Pdf"), ("identical text", "other words")} <= kinds
    assert [row for row in sixty.report if row["kind"] == "refused" and "leads out" in row["what"]]
    attempts = {row["student"]: row["what"] for row in sixty.report if row["kind"] == "attempts"}
    assert "11 of 11" in attempts["sana"] and "09:05: 7 of 11, counts" in attempts["sana"]
    assert "The last one could not be graded" in attempts["noor"] and "11 of 11, counts" in attempts["noor"]
    page = (sixty.out / "report.html").read_text(encoding="utf-8")
    for row in sixty.report:
        assert pieces.lines(row["what"]) in page or row["kind"].startswith("identical")


def test_the_gradebooks_sums_are_right(sixty):
    """Every total is added up anew from what was graded."""
    seen = 0
    for row in sixty.book:
        for name in made.NAMES:
            if row.get(f"{name}: status") not in ("graded", "awaits marking"):
                continue
            tasks = rubrics.tasks(name)
            cells = {task.name: next(cell for head, cell in row.items() if head.startswith(f"{name}: {task.name} (")) for task in tasks}
            core = [cells[task.name] for task in tasks if not task.optional]
            assert Fraction(row[f"{name}: checked by the computer"]) == sum(Fraction(cells[t.name]) for t in tasks if not t.optional and not t.rubric)
            total = next(cell for head, cell in row.items() if head.startswith(f"{name}: total (of"))
            assert total == ("" if "" in core else gradebook.rubrics.shown(sum(map(Fraction, core))))
            waiting = [task.name for task in tasks if cells[task.name] == ""]
            assert row[f"{name}: awaits marking"].split() == waiting
            assert (row[f"{name}: status"] == "awaits marking") == bool(waiting)
            seen += 1
    assert seen >= 55


def test_lateness_and_attempts_are_shown(sixty):
    assert [row["student"] for row in table(sixty.out / "files.csv") if row["late"]] == ["student022"]
    assert row_of(sixty, "sana")[f"{ONE}: attempts"] == "2"


def test_what_lms_import_is_in_their_shape(sixty):
    folder = sixty.out / "for_lms"
    with open(folder / "canvas_gradebook.csv", encoding="utf-8", newline="") as file:
        head, points, *rows = csv.reader(file)
    assert head[:4] == ["Student", "ID", "SIS Login ID", "Section"] and points[0] == "    Points Possible"
    assert set(head[4:]) <= {gradebook.canvas_title(name) for name in made.NAMES}
    assert {row[1] for row in rows} == {str(number) for number in range(7020, 7040)}
    steps = next(iter(folder.glob("moodle_first_steps_out_of_*.csv")))
    rows = {row["Full name"]: row for row in table(steps)}
    assert {"Identifier", "Grade", "Last modified (grade)", "Feedback comments"} <= set(next(iter(rows.values())))
    student = next(name for name in rows if sixty.kinds[name] in made.HARM or sixty.kinds[name] == "right")
    assert re.fullmatch(r"Participant 50\d\d", rows[student]["Identifier"]) and f"out_of_{rows[student]['Maximum grade']}.csv" in steps.name


def test_canvas_finds_the_assignments_that_the_course_made_for_it(course):
    """Canvas puts a column where its title is that of an assignment."""
    from acrosstheline.teach.lms import contents as canvas

    made_for_it = {item.title: item.points for module in canvas.modules(course) for item in module.items if isinstance(item, canvas.Task)}
    assert made_for_it == {gradebook.canvas_title(unit.name): sum(task.points for task in rubrics.tasks(unit.name) if not task.optional) for unit in course.units}


def test_no_cell_of_any_table_is_a_formula(sixty):
    for path in sixty.out.rglob("*.csv"):
        with open(path, encoding="utf-8-sig", newline="") as file:
            cells = [cell for row in csv.reader(file) for cell in row]
        assert cells and not [cell for cell in cells if re.match(r"\s*[=+\-@]", cell)], path
    assert "'=Formula Name" in (sixty.out / "gradebook.csv").read_text(encoding="utf-8-sig")


def test_what_students_wrote_is_never_markup(sixty):
    pages = list(sixty.out.rglob("*.html"))
    assert len(pages) > 60
    for path in pages:
        text = path.read_text(encoding="utf-8")
        assert "<script>alert" not in text and text.count("<script") == (1 if path.name == "to_mark.html" else 0), path
        assert not re.search(r"https?://", re.sub(r"(?s)<pre.*?</pre>", "", text)), path
    assert sum("&lt;script&gt;alert" in path.read_text(encoding="utf-8") for path in pages) >= 3


@lru_cache(maxsize=None)
def secrets(name):
    """Return what only the solutions hold: their lines of code, and each reason and hint with its task."""
    shown = "\n".join("".join(cell["source"]) for cell in made.untouched(name)["cells"])
    regions = [region[0] for cell in made.source(name)["cells"] for region in made.release._REGION.finditer("".join(cell["source"]))]
    found = [("", line.strip()) for region in regions for line in region.splitlines()[1:-1] if len(line.strip()) > 25]
    for record in made.records(name):
        found += [(record["task"], text) for text in (record.get("why"), *(hint for _, hint in record.get("wrong", []))) if text]
    return [(task, text, pieces.lines(text)) for task, text in found if text not in shown]


def test_no_page_of_feedback_tells_what_its_student_did_not_find(sixty):
    """No solution, no hidden test, no reason of a right answer that was not given, no hint for another's mistake."""
    searched = 0
    for student, kind in sixty.kinds.items():
        if kind not in ("wrong", "half", "untouched"):
            continue
        name = exercise_of(student)
        page = (sixty.out / "feedback" / f"{label(student)}.html").read_text(encoding="utf-8")
        told = {task: said["text"] for task, said in result_of(sixty, student)["tasks"].items()}
        for task, text, html in secrets(name):
            if not (task and told[task] == text):
                searched += 1
                assert html not in page, (student, task, text)
    assert searched > 1000


@lru_cache(maxsize=1)
def contents():
    return {student: content for student, _, content in made.class_of(60)}


def result_of(sixty, student):
    """Return what was kept of a student's one notebook."""
    content = contents()[student]
    key = hashlib.sha256(content).hexdigest()
    assert (sixty.out / "kept" / "notebooks" / f"{key}.ipynb").read_bytes() == content
    return json.loads(next((sixty.out / "kept" / "results").glob(f"{key[:32]}-*.json")).read_text())


def test_feedback_says_what_the_checks_said(sixty):
    student = next(name for name, kind in sixty.kinds.items() if kind == "wrong")
    page = (sixty.out / "feedback" / f"{label(student)}.html").read_text(encoding="utf-8")
    for said in result_of(sixty, student)["tasks"].values():
        assert said["text"] == checks.BLANK or pieces.lines(said["text"]) in page
    broken = next(name for name, kind in sixty.kinds.items() if kind == "cut off")
    page = (sixty.out / "feedback" / f"{label(broken)}.html").read_text(encoding="utf-8")
    assert "could not be graded. The file is cut off" in page and "Hand it in again." in page
    assert not [path for path in (sixty.out / "feedback").iterdir() if re.search("Ask for|: ask for", path.read_text(encoding="utf-8"))]
    assert "ends in .ipynb" in (sixty.out / "feedback" / "Only Pdf.html").read_text(encoding="utf-8")


def test_a_page_of_feedback_names_no_other_student(sixty):
    for path in (sixty.out / "feedback").glob("*student*.html"):
        text = path.read_text(encoding="utf-8")
        assert set(re.findall(r"student_?\d{3}", text)) <= {path.stem.removeprefix("loose ")}


# --- going on, and writing -------------------------------------------------------------------------------


@pytest.fixture
def few(tmp_path):
    """Three students with one exercise: right, wrong, untouched."""
    makers = {"asma": made.honest, "babar": made.wrong, "chaman": made.untouched}
    return put(tmp_path / "in", {f"{name}.ipynb": made.written(make(ONE)) for name, make in makers.items()})


def stamps(out):
    return {path.name: path.stat().st_mtime_ns for path in (out / "kept" / "results").iterdir()}


def _heed_ctrl_c():
    """A job in a shell's background ignores Ctrl+C, and so does all that it starts."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def start(*arguments):
    """Start the command as a shell does, in a group of processes of its own."""
    program = "import sys; from acrosstheline import cli; sys.exit(cli.main(sys.argv[1:]))"
    command = [sys.executable, "-c", program, "grade", *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True, preexec_fn=_heed_ctrl_c)


def wait_for(number, out, running):
    while len(list(out.glob("kept/results/*.json"))) < number and running.poll() is None:
        time.sleep(0.05)


def left_over(running):
    """Return what still runs of a group of processes, a few seconds later at most."""
    for _ in range(50):
        lines = subprocess.run(["ps", "-o", "stat,cmd", "-g", str(running.pid)], capture_output=True, text=True).stdout.splitlines()[1:]
        lines = [line for line in lines if "<defunct>" not in line]
        if not lines:
            return []
        time.sleep(0.1)
    return lines


def test_a_run_that_was_killed_goes_on_where_it_stopped(few, tmp_path, capsys):
    for number in range(4):
        notebook = made.with_cells(made.untouched("first_steps"), f"import time; time.sleep(0.7); x = {number}")
        put(few, {f"slow{number}.ipynb": made.written(notebook)})
    out = tmp_path / "out"
    running = start(few, "--out", out, "--workers", "1")
    wait_for(2, out, running)
    running.kill()
    running.wait()
    done = stamps(out)
    assert 2 <= len(done) < 7 and not (out / "gradebook.csv").exists()
    assert left_over(running) == []
    assert grade(few, "--out", out, "--workers", 1) == 0
    said, before = capsys.readouterr().err, len([name for name in done if name.endswith(".json")])
    assert f"{before} of 7 notebooks are graded already" in said and f"Graded {before + 1} of 7" in said and "Graded 1 of 7" not in said
    after = stamps(out)
    assert len(after) == 7 and all(after[name] == time for name, time in done.items() if name in after)
    assert len(table(out / "gradebook.csv")) == 7


def test_what_another_version_of_the_course_graded_is_graded_anew_and_said(few, tmp_path, capsys):
    out = tmp_path / "out"
    seed(out, few)
    for path in list((out / "kept" / "results").iterdir()):
        path.rename(path.with_name(f"{path.name.partition('-')[0]}-{'0' * 12}.json"))
    results = batch.Results(out / "kept" / "results", batch.course_version())
    keys = [hashlib.sha256(path.read_bytes()).hexdigest() for path in few.iterdir()]
    assert results.passed(keys) == (3, 0) and batch.Results(results.folder, "0" * 12, batch.How(seconds=5)).passed(keys) == (0, 3)
    results.write(keys[0], {"status": "graded"})
    assert results.passed(keys) == (2, 0) and results.passed(["f" * 64]) == (0, 0)
    grade_cli._tell_passed(*results.passed(keys))
    assert "2 notebooks were graded with another version of the course" in capsys.readouterr().err


def test_points_that_a_changed_course_gives_otherwise_are_named(few, tmp_path, capsys):
    """The same answer that was right when a student gave it may be wrong by the data of today: an instructor has to know."""
    out = tmp_path / "out"
    seed(out, few)
    results = batch.Results(out / "kept" / "results", batch.course_version())
    for path in few.iterdir():
        result = graded(path.read_bytes())
        task = next(name for name, said in result["tasks"].items() if said.get("points")) if path.stem == "asma" else ""
        older = result | {"tasks": {name: said | ({"points": 0} if name == task else {}) for name, said in result["tasks"].items()}}
        batch.Results(results.folder, "0" * 12).write(hashlib.sha256(path.read_bytes()).hexdigest(), older)
    assert grade(few, "--out", out) == 0
    (row,) = [row for row in table(out / "report.csv") if row["kind"] == "points changed"]
    assert row["student"] == "asma" and re.fullmatch(r"task \w+: 0 before, [\d.]+ now\.", row["what"])
    assert grade_cli._whose(1) == "The same answers got other points in 1 notebook: report.html names them. Students worked with the data of their pack."


def test_a_file_named_after_another_exercise_is_graded_as_what_it_holds_and_named(tmp_path):
    folder, out = tmp_path / "in", tmp_path / "out"
    put(folder, {f"{name}_exercise.ipynb": made.written(made.untouched(ONE)) for name in ("maha_the_plan", f"noor_{ONE}")})
    seed(out, folder)
    assert grade(folder, "--out", out) == 0
    (row,) = [row for row in table(out / "report.csv") if row["kind"] == "exercise"]
    assert row["student"] == "maha" and row["exercise"] == ONE and row["what"].startswith(f"The file has the name of the_plan and holds {ONE}")


def test_a_run_that_is_interrupted_leaves_no_process_and_says_how_to_go_on(few, tmp_path):
    put(few, {"slow.ipynb": made.written(made.with_cells(made.untouched("first_steps"), "import time; time.sleep(15)"))})
    out = tmp_path / "out"
    seed(out, put(tmp_path / "done", {path.name: path.read_bytes() for path in few.iterdir() if path.stem != "slow"}))
    running = start(few, "--out", out, "--workers", "1")
    while "graded already" not in running.stderr.readline():
        assert running.poll() is None
    time.sleep(1)
    os.killpg(running.pid, signal.SIGINT)
    said = running.communicate(timeout=20)[1]
    assert running.returncode == 130 and "goes on from there" in said and "Traceback" not in said, said
    assert left_over(running) == []


def test_a_process_that_dies_takes_no_notebook_with_it(few, tmp_path):
    import multiprocessing

    found = collect(few, tmp_path)
    results = batch.Results(tmp_path / "results", "test")
    keys, killed = [one.key for one in found], False
    done = {}
    for key, result in batch.grade_all(keys, tmp_path / "kept", results, workers=2):
        done[key] = result["status"]
        if not killed:
            killed = True
            for child in multiprocessing.active_children():
                child.kill()
    assert done == dict.fromkeys(keys, "graded")


def test_a_failure_of_the_grader_is_named_and_tried_again(tmp_path, monkeypatch):
    monkeypatch.setattr(marking, "grade", lambda *_: 1 / 0)
    result = batch.grade_one(tmp_path / "x.ipynb", batch.How())
    assert result["status"] == "not graded" and "ZeroDivisionError" in result["reason"]
    results = batch.Results(tmp_path / "results", "test")
    results.write("key", result)
    assert results.read("key") and not results.has("key")


def test_results_are_kept_apart_by_course_and_by_how_they_came(tmp_path):
    paths = {batch.Results(tmp_path, version, how).path("k") for version in "ab" for how in (batch.How(), batch.How(False), batch.How(True, 5))}
    assert len(paths) == 6
    (tmp_path / "bad.json").write_text("{")
    assert batch.Results(tmp_path, "a").read("nothing") is None
    assert re.fullmatch("[0-9a-f]{12}", batch.course_version())


def test_all_that_marks_depend_on_is_in_the_courses_version():
    program = "import sys; import acrosstheline.teach.marking; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    judges = {name.rpartition(".")[2] for name in loaded if name.startswith("acrosstheline.teach.")}
    assert judges | {"inmate"} == set(batch.JUDGES)


def test_graded_once_is_not_graded_again_unless_asked(few, tmp_path, capsys):
    out = tmp_path / "out"
    seed(out, few)
    assert grade(few, "--out", out) == 0
    first, pages = stamps(out), (out / "report.html").read_bytes()
    assert grade(few, "--out", out) == 0
    assert stamps(out) == first and (out / "report.html").read_bytes() == pages
    assert grade(few, "--out", out, "--again", "--workers", 1) == 0
    assert all(stamps(out)[name] > time for name, time in first.items())


def test_results_are_written_whole_or_not_at_all(few, tmp_path, monkeypatch):
    out = tmp_path / "out"
    seed(out, few)
    assert grade(few, "--out", out) == 0
    before = {path: path.read_bytes() for path in out.glob("*.*")}
    (few / "babar.ipynb").unlink()
    with monkeypatch.context() as broken:
        broken.setattr(feedback, "write", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            grade(few, "--out", out)
    assert {path: path.read_bytes() for path in out.glob("*.*")} == before
    assert grade(few, "--out", out) == 0
    assert not (out / "feedback" / "babar.html").exists() and len(list(out.glob(".new-*"))) == 0


def test_what_an_instructor_changed_by_hand_is_kept(few, tmp_path):
    out = tmp_path / "out"
    seed(out, few)
    grade(few, "--out", out)
    (out / "gradebook.csv").write_text("mine")
    grade(few, "--out", out)
    assert (out / "gradebook_changed_1.csv").read_text() == "mine" and "asma" in (out / "gradebook.csv").read_text()


def test_what_an_instructor_wrote_into_a_page_of_feedback_is_kept_and_named(few, tmp_path, capsys):
    out = tmp_path / "out"
    seed(out, few)
    grade(few, "--out", out)
    assert "No for_lms" in capsys.readouterr().out and not (out / "for_lms").exists()
    for text in ("first", "second"):
        put(out / "feedback", {"asma.html": text.encode(), "notes.txt": text.encode()})
        grade(few, "--out", out)
        assert "You had changed feedback/asma.html: yours is kept" in capsys.readouterr().out
    kept = {path.name: path.read_text(encoding="utf-8") for path in (out / "feedback").iterdir()}
    assert sorted(kept) == ["asma.html", "asma_changed_1.html", "asma_changed_2.html", "babar.html", "chaman.html", "notes.txt"]
    assert (kept["asma_changed_1.html"], kept["asma_changed_2.html"], kept["notes.txt"]) == ("first", "second", "second") and "Feedback for" in kept["asma.html"]
    grade(few, "--out", out)
    assert "You had changed" not in capsys.readouterr().out and len(list((out / "feedback").iterdir())) == 6


def test_who_goes_away_while_the_command_speaks_sees_no_traceback():
    program = "import sys; from acrosstheline import cli; cli._verify = lambda _: print('x' * 500_000); sys.exit(cli.main(['verify']))"
    running = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    running.stdout.read(10)
    running.stdout.close()
    assert running.stderr.read() == "" and running.wait() == 141


@pytest.mark.parametrize("arguments", [["--workers", "0"], ["--seconds", "-1"], ["--students", "names"], []])
def test_choices_that_cannot_be_are_refused(tmp_path, arguments, capsys):
    with pytest.raises(SystemExit):
        cli.main(["grade", *([str(tmp_path)] if arguments else []), *arguments])
    assert "Traceback" not in capsys.readouterr().err


def test_one_run_at_a_time_and_results_apart_from_submissions(few, tmp_path, capsys):
    with grade_cli._alone(tmp_path / "out"):
        assert grade(few, "--out", tmp_path / "out") == 2
    assert grade(few, "--out", few) == 2 and grade(few, "--out", few.parent) == 2
    said = capsys.readouterr().err
    assert "Another run" in said and "among the submissions" in said
    assert grade(few, "--out", few / "x") == 2 and "lies inside what students handed in" in capsys.readouterr().err and not (few / "x").exists()


def test_results_of_an_earlier_grading_are_passed_over_in_one_line(tmp_path):
    """A folder of weeks holds the results of each week beside it: they are nobody's work."""
    weeks = {"week1/asma.ipynb": b"{}", "week1_graded/kept/lock": b"", "week1_graded/kept/notebooks/0a.ipynb": b"{}", "week1_graded/feedback/asma.html": b"x"}
    found = collect(put(tmp_path / "in", weeks), tmp_path)
    assert [(one.path, one.reason) for one in found] == [("week1/asma.ipynb", ""), ("week1_graded", "The results of an earlier grading.")]


def test_a_place_without_submissions_is_refused_and_nothing_is_made_for_it(tmp_path, capsys):
    (tmp_path / "empty" / "week1").mkdir(parents=True)
    assert grade(tmp_path / "empty") == 2 and "There is no file in" in capsys.readouterr().err
    assert grade(tmp_path / "nowhere") == 2 and "There is no folder" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["empty"]


def test_moodle_gets_a_zip_of_pages_that_it_can_hand_out(tmp_path):
    """The number in a name is Moodle's for the work; a student whom Moodle did not name is not in it."""
    content = made.written(made.honest(ONE))
    folder = put(tmp_path / "in", {"moodle/Noor_9_assignsubmission_file_/w.ipynb": content, "loose/asma.ipynb": content})
    seed(tmp_path / "out", folder)
    assert grade(folder, "--out", tmp_path / "out") == 0
    with zipfile.ZipFile(tmp_path / "out" / "for_lms" / f"moodle_feedback_{ONE}.zip") as archive:
        assert archive.namelist() == ["Participant_9_assignfeedback_file_feedback.html"]
        assert b"<bdi>Noor</bdi>" in archive.read(archive.namelist()[0])


def test_where_no_sandbox_can_be_had_nothing_is_run_unless_told_so_by_name(few, tmp_path, monkeypatch, capsys):
    from acrosstheline.teach import sandbox

    def missing():
        raise sandbox.SandboxMissing("there is none here: install bubblewrap.")

    monkeypatch.setattr(sandbox, "demand", missing)
    out = tmp_path / "out"
    assert grade(few, "--out", out) == 2
    assert "install bubblewrap" in capsys.readouterr().err and not (out / "gradebook.csv").exists()
    for name in ("babar", "chaman"):
        (few / f"{name}.ipynb").unlink()
    assert grade(few, "--out", out, "--unprotected-i-trust-every-student") == 0
    assert "without protection" in (out / "report.html").read_text()
    assert table(out / "gradebook.csv")[0][f"{ONE}: checked by the computer"] == "11"
    with pytest.raises(SystemExit):
        grade(few, "--unprotected", "--out", out)


def test_progress_is_one_line_that_moves_or_a_few_plain_ones():
    class Screen(io.StringIO):
        def isatty(self):
            return True

    for stream in (io.StringIO(), Screen()):
        progress = grade_cli.Progress(100, stream=stream, clock=iter(range(1000)).__next__)
        for number in range(100):
            progress.one_more(graded=number % 10 > 0)
        progress.end()
        text = stream.getvalue()
        assert "Graded 90 of 100, 10 could not be." in text
        assert "left" not in re.split("Graded 1[78] of", text)[0] and "about 40 s left" in text, "before a fifth is done it is a guess"
        assert text.count("\n") == (1 if stream.isatty() else 10) and text.count("\r") == (100 if stream.isatty() else 0)


def test_memory_does_not_grow_with_the_class(tmp_path):
    """What is held while everything is written hardly depends on the number of students."""
    result, peaks = graded(made.written(made.honest(ONE))), []
    for place, number in enumerate((20, 20, 220)):  # the first fills what is kept of the course
        results = batch.Results(tmp_path / f"results{place}", "test")
        found = [collecting.Found(f"{n}.ipynb", key=f"{n:064}", student=f"student {n}") for n in range(number)]
        for one in found:
            results.write(one.key, result | {"work": one.key, "written": {task: f"{text} {one.key}" for task, text in result["written"].items()}})
        out = tmp_path / f"out{place}"
        (out / "kept").mkdir(parents=True)
        gc.collect()
        tracemalloc.start()
        grade_cli._write(gradebook.Gradebook(found, results), out, [])
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[2] - peaks[1] < 200 * 4000, peaks  # bytes for each student more; a result has several times that


# --- marking by hand -------------------------------------------------------------------------------------


@pytest.fixture
def marked(few, tmp_path):
    """Two students who wrote, graded; a filled table of marks; and a way to merge."""
    put(few, {"dur.ipynb": with_text(ONE, "6a", ESSAY)})
    out = tmp_path / "out"
    seed(out, few)
    assert grade(few, "--out", out) == 0
    rows = table(out / "to_mark.csv")
    return SimpleNamespace(folder=few, out=out, rows=rows, marks=tmp_path / "marks.csv", merge=lambda *paths: grade(few, "--out", out, "--merge", *paths))


def fill(marked, change=lambda row: row, encoding="utf-8", delimiter=","):
    """Write a table of marks with the highest level on every line, changed as told."""
    rows = []
    for row in marked.rows:
        level = row["levels to choose from"].split(" | ")[-1].split(":")[0]
        rows.append(change(row | {"level": level, "comment": "=Good.\nGo on." if row["text"] else ""}))
    with open(marked.marks, "w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, [*manual.COLUMNS, "levels to choose from", "text"], delimiter=delimiter)
        writer.writeheader()
        writer.writerows(row for row in rows if row)
    return marked.marks


@pytest.mark.parametrize("how", [{}, {"encoding": "utf-8-sig", "delimiter": ";"}, {"encoding": "utf-16", "delimiter": "\t"}], ids=str)
def test_marks_are_merged_and_counted(marked, how):
    assert {row["student"] for row in marked.rows} == {"asma", "dur"} and {row["task"] for row in marked.rows} == {"6a", "6b"}
    assert marked.merge(fill(marked, **how)) == 0
    rows = {row["student"]: row for row in table(marked.out / "gradebook.csv")}
    assert rows["asma"][f"{ONE}: marked by hand"] == "16" and rows["asma"][f"{ONE}: total (of 27)"] == "27"
    assert rows["asma"][f"{ONE}: status"] == "graded" and rows["babar"][f"{ONE}: total (of 27)"] == "0"
    page = (marked.out / "feedback" / "dur.html").read_text(encoding="utf-8")
    assert "=Good.<br>Go on." in page and page.count("Your level: ") == 8
    assert manual.stored(marked.out / "kept" / "marks.csv")["dur", ONE, "6a"].comment == "=Good.\nGo on."
    assert marked.merge(marked.out / "to_mark.csv") == 0, "what was merged can be merged again"


WRONG = {
    "student": ({"student": "nobody"}, "no student 'nobody'"),
    "exercise": ({"exercise": "the_flan"}, "no exercise 'the_flan'"),
    "exercise not handed in": ({"exercise": "the_plan", "task": "5a", "criterion": rubrics.by_name("the_plan", "5a").rubric[0].name, "level": "good"}, "handed in no exercise"),
    "task": ({"task": "9z"}, "no written task '9z'; it has 6a, 6b"),
    "checked task": ({"task": "1a"}, "no written task '1a'"),
    "criterion": ({"criterion": "Beauty"}, "no criterion 'Beauty'"),
    "level": ({"level": "7 points"}, "no level '7 points'; there are 0 points, 1 point, 2 points"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_mark_that_does_not_fit_is_named_with_its_line_and_nothing_is_merged(marked, case, capsys):
    changed, reason = WRONG[case]
    spoilt = [0, 3]
    path = fill(marked, lambda row: row | changed if marked.rows.index({k: row[k] if k not in ("level", "comment") else "" for k in row}) in spoilt else row)
    before = (marked.out / "gradebook.csv").read_bytes()
    assert marked.merge(path) == 2
    said = capsys.readouterr().err
    assert "Nothing was merged: mend these 2 lines" in said and said.count(reason) == 1 and re.search(r"marks\.csv, lines \d+, \d+: ", said)
    assert (marked.out / "gradebook.csv").read_bytes() == before and not (marked.out / "kept" / "marks.csv").exists()


def test_what_is_wrong_with_marks_is_said_before_anything_is_run(marked, monkeypatch, capsys):
    def never(*_, **__):
        raise AssertionError("a class was graded before its marks were read")

    monkeypatch.setattr(grade_cli, "_grade", never)
    for changed, reason in WRONG.values():
        if reason != "handed in no exercise":
            assert marked.merge(fill(marked, lambda row: row | changed)) == 2
            assert "mend these 16 lines" in capsys.readouterr().err
    assert marked.merge(marked.folder / "nowhere.csv") == 2


def test_tables_that_are_none_are_named(marked, tmp_path, capsys):
    for content, reason in ((b"name,grade\nx,1\n", "no column student"), ("é,x\n".encode("latin-1"), "UTF-8"), (b"", "no column")):
        (tmp_path / "other.csv").write_bytes(content)
        assert marked.merge(tmp_path / "other.csv") == 2
        assert reason in capsys.readouterr().err
    assert marked.merge(tmp_path / "nowhere.csv") == 2


def test_several_readers_marks_come_together_and_two_that_disagree_are_named(marked, tmp_path, capsys):
    first = shutil.copy(fill(marked, lambda row: row if row["task"] == "6a" else {}), tmp_path / "a.csv")
    second = shutil.copy(fill(marked, lambda row: row if row["task"] == "6b" else {}), tmp_path / "b.csv")
    assert marked.merge(first, second) == 0
    assert table(marked.out / "gradebook.csv")[0][f"{ONE}: total (of 27)"] == "27"
    third = fill(marked, lambda row: row | {"level": "0 points"})
    assert marked.merge(first, third) == 2
    assert "keep one of the two" in capsys.readouterr().err
    assert marked.merge(third) == 0, "a later merge may change a mark"
    assert table(marked.out / "gradebook.csv")[0][f"{ONE}: total (of 27)"] == "11"
    assert (marked.out / "kept" / "marks_before_1.csv").is_file(), "earlier marks are kept"


def test_marks_half_done_count_when_they_are_done(marked):
    assert marked.merge(fill(marked, lambda row: row if row["criterion"] == "Evidence" else row | {"level": ""})) == 0
    row = table(marked.out / "gradebook.csv")[0]
    assert row[f"{ONE}: status"] == "awaits marking" and row[f"{ONE}: total (of 27)"] == ""
    assert marked.merge(fill(marked, lambda row: row if row["criterion"] != "Evidence" else row | {"level": ""})) == 0
    assert table(marked.out / "gradebook.csv")[0][f"{ONE}: total (of 27)"] == "27"


def test_a_mark_stays_with_the_text_that_was_marked(marked, capsys):
    assert marked.merge(fill(marked)) == 0
    put(marked.folder, {"dur.ipynb": with_text(ONE, "6a", "Another text altogether.")})
    seed(marked.out, marked.folder)
    assert grade(marked.folder, "--out", marked.out) == 0
    rows = {row["student"]: row for row in table(marked.out / "gradebook.csv")}
    assert rows["dur"][f"{ONE}: awaits marking"] == "6a" and rows["asma"][f"{ONE}: awaits marking"] == ""
    assert [row for row in table(marked.out / "report.csv") if row["kind"] == "mark" and row["student"] == "dur"]
    assert marked.merge(marked.marks) == 0
    assert "another text" in capsys.readouterr().out
    assert {row["student"]: row for row in table(marked.out / "gradebook.csv")}["dur"][f"{ONE}: awaits marking"] == "6a"


def test_levels_may_be_typed_as_numbers_or_in_other_letters(marked):
    assert marked.merge(fill(marked, lambda row: row | {"level": "1", "criterion": row["criterion"].upper()})) == 0
    assert table(marked.out / "gradebook.csv")[0][f"{ONE}: marked by hand"] == "8"


def test_the_page_to_mark_holds_every_written_answer_once_and_hides_names(marked):
    page = (marked.out / "to_mark.html").read_text(encoding="utf-8")
    assert page.count("<article") == 4 and page.count("<fieldset") == 16 and page.count('<input type="radio"') == 48
    assert page.count('class="who" hidden') == 4 and re.search(r"<noscript>.*to_mark\.csv", page, re.DOTALL)
    assert "یہ متن اردو" in page and 'dir="auto"' in page


# --- a class list ----------------------------------------------------------------------------------------

LISTS = {
    "moodle": "\ufeffFirst name,Surname,ID number,Email address,Groups\nChaman,Öz,17,c.oz@example.edu,\nDur,Khan,18,dur@example.edu,A\nAsma,Ali,19,asma@example.edu,\n",
    "canvas": "Student,ID,SIS User ID,SIS Login ID,Section\n    Points Possible,,,,\n\"Öz, Chaman\",7001,17,chaman,A\n\"Khan, Dur\",7002,18,dur,A\n\"Ali, Asma\",7003,19,asma,A\n\"Student, Test\",7,,,A\n",
    "blackboard": "\"Last Name\"\t\"First Name\"\t\"Username\"\t\"Student ID\"\n\"Öz\"\t\"Chaman\"\t\"chaman\"\t\"17\"\n\"Khan\"\t\"Dur\"\t\"dur\"\t\"18\"\n\"Ali\"\t\"Asma\"\t\"asma\"\t\"19\"\n",
    "by hand": "no;NAME;E-Mail\n1;Chaman Öz;chaman@example.edu\n\n2;Dur Khan;dur@example.edu\n3;Asma Ali;asma@example.edu\n;;\n",
}


@pytest.mark.parametrize("kind", LISTS)
def test_a_class_list_is_read_as_lms_and_people_write_it(kind, tmp_path):
    listed = roster.read(put(tmp_path, {"class.csv": LISTS[kind].encode()}) / "class.csv")
    assert [" ".join(reversed(name.split(", "))) for name in listed.names] == ["Chaman Öz", "Dur Khan", "Asma Ali"]
    assert "3 students" in listed.said[0] and ("lines 2, 6" in listed.said[-1]) == (kind == "canvas")
    files = ["Dur Khan_5_assignsubmission_file_/a.ipynb", "khandur_7002_90001_a.ipynb", "ÖZ chaman.ipynb", "ozchaman.ipynb", "dur khan jan.ipynb", "dur.ipynb"]
    files += {"moodle": ["17.ipynb", "c.oz.ipynb"], "canvas": ["xyz_7001_90001_a.ipynb", "17.ipynb"], "blackboard": ["H_chaman_attempt_2026-01-01-01-01-01_a.ipynb"], "by hand": ["chaman.ipynb"]}[kind]
    found = {one.path: one.student for one in listed.applied(collect(put(tmp_path / "in", {name: BLANK_NOTEBOOK for name in files}), tmp_path))}
    given = {name: " ".join(reversed(student.split(", "))) for name, student in found.items()}
    wanted = dict.fromkeys(files, "Chaman Öz") | dict.fromkeys(files[:2], "Dur Khan") | {"dur khan jan.ipynb": "dur khan jan", "dur.ipynb": "Dur Khan"}
    assert given == wanted
    assert not listed.is_canvas or {one.student for one in listed.applied([collecting.Found("x", student="y", lms="moodle", number="7001")])} == {"y"}


BAD_LISTS = {
    "not there": (None, "cannot be read"),
    "empty": (b"\n\n", "is empty"),
    "no names": (b"id,email\n1,a@example.edu\n", "no column of names; its headings are id, email"),
    "no students": (b"name,id\n,\n", "no student under"),
    "two alike": (b"name,email\nSana Ullah,s@example.edu\nNoor,\nSana Ullah,s@example.edu\n", "lines 2 and 4: these students are all called Sana Ullah"),
    "an id twice": (b"name,id\nSana,7\nNoor,7\n", "lines 2 and 3: Sana and Noor have the same id 7"),
    "a spreadsheet": (b"PK\3\4 sheet", "is a spreadsheet"),
    "other letters": ("name\nÖz\n".encode("latin-1"), "not in UTF-8"),
}


@pytest.mark.parametrize("kind", BAD_LISTS)
def test_a_class_list_that_cannot_be_used_is_refused_before_anything_is_run(few, tmp_path, kind, capsys):
    content, reason = BAD_LISTS[kind]
    if content is not None:
        put(tmp_path, {"class.csv": content})
    assert grade(few, "--out", tmp_path / "out", "--roster", tmp_path / "class.csv") == 2
    said = capsys.readouterr().err
    assert reason in said and "Looking through" not in said and "Traceback" not in said


def test_two_students_of_one_name_are_told_apart_by_the_list_and_get_no_file_by_name_alone(tmp_path):
    listed = roster.read(put(tmp_path, {"class.csv": b"name,id\nSana Ullah,7\nNoor,8\nsana ullah,9\n"}) / "class.csv")
    assert listed.names == ["Sana Ullah (7)", "Noor", "sana ullah (9)"]
    found = listed.applied(collect(put(tmp_path / "in", {"9.ipynb": b"{}", "Sana Ullah.ipynb": b"{ }"}), tmp_path))
    assert [one.student for one in found] == ["sana ullah (9)", "Sana Ullah"]
    assert listed.may_be("Sana Ullah") and listed.may_be("nor") == ["Noor"] and listed.may_be("Zarmina") == []


def test_moodles_own_worksheet_tells_two_of_one_name_apart_by_moodles_numbers(tmp_path):
    """Its numbers are for Moodle's files alone: any other file called 105 is not joined by them."""
    rows = "\ufeffIdentifier,Full name,Status,Grade\nParticipant 104,Sana Ullah,Submitted,\nParticipant 105,Sana Ullah,Submitted,\nParticipant 106,Noor,,\n"
    listed = roster.read(put(tmp_path, {"class.csv": rows.encode()}) / "class.csv")
    assert listed.names == ["Sana Ullah (104)", "Sana Ullah (105)", "Noor"] and "Moodle's number from “Identifier”" in listed.said[0]
    files = {"Sana Ullah_105_assignsubmission_file_/a.ipynb": b"{}", "105.ipynb": b"{ }", "Sana Ullah_9_assignsubmission_file_/b.ipynb": b"{  }"}
    found = listed.applied(collect(put(tmp_path / "in", files), tmp_path))
    assert {one.path: one.student for one in found} == dict(zip(files, ("Sana Ullah (105)", "105", "Sana Ullah (9)"), strict=True))


@pytest.mark.parametrize("word", ["", "S-", "Student "])
def test_a_class_lists_own_numbers_are_not_taken_for_moodles(tmp_path, word):
    """A school's numbers may be other students' numbers in Moodle: each file stays with the name that it bears."""
    rows = f"Identifier,Name\n{word}1,Asma Khan\n{word}2,Bilal Shah\n{word}3,Noor Jan\n"
    listed = roster.read(put(tmp_path, {"class.csv": rows.encode()}) / "class.csv")
    names = {f"{name}_{number}_assignsubmission_file_/a.ipynb": name for name, number in (("Asma Khan", 2), ("Bilal Shah", 3), ("Noor Jan", 1))}
    found = listed.applied(collect(put(tmp_path / "in", {path: name.encode() for path, name in names.items()}), tmp_path))
    assert {one.path: one.student for one in found} == names


def test_a_gradebook_follows_the_class_list(marked, tmp_path, capsys):
    """Who handed in nothing has no points, and not 0; whoever is not on the list is named; marks go with the student."""
    put(marked.folder, {"chaman_1_90001_x.pdf": b"x"})
    put(tmp_path, {"class.csv": "Name,Email\n=Zarmina,z@example.edu\nDur Khan,dur@example.edu\nChaman,c@example.edu\nAsma Ali,asma@example.edu\n".encode()})
    listed = ["--out", marked.out, "--roster", tmp_path / "class.csv"]
    assert grade(marked.folder, *listed) == 0
    said = capsys.readouterr()
    assert "4 students; name from “Name”, email from “Email”" in said.err and "Of the 4 on your class list 1 handed in nothing; 1 with files is not on it" in said.out
    rows = table(marked.out / "gradebook.csv")
    assert [row["student"] for row in rows] == ["'=Zarmina", "Dur Khan", "Chaman", "Asma Ali", "babar"]
    assert [row[f"{ONE}: status"] for row in rows] == ["not handed in", "awaits marking", "graded", "awaits marking", "graded"]
    assert [row["on the class list"] for row in rows] == ["yes"] * 4 + ["no"] and rows[1]["email"] == "dur@example.edu"
    assert not any(cell for head, cell in rows[0].items() if head.startswith(ONE) and not head.endswith("status"))
    told = {row["kind"]: row for row in table(marked.out / "report.csv")}
    assert told["nothing"]["student"] == "'=Zarmina" and told["off the list"]["student"] == "babar" and told["off the list"]["file"] == "babar.ipynb"
    assert {path.stem for path in (marked.out / "feedback").iterdir()} == {"Dur Khan", "Chaman", "Asma Ali", "babar"}
    assert grade(marked.folder, *listed, "--merge", fill(marked)) == 0, "marks made before there was a list"
    rows = {row["student"]: row for row in table(marked.out / "gradebook.csv")}
    assert rows["Asma Ali"][f"{ONE}: total (of 27)"] == rows["Dur Khan"][f"{ONE}: total (of 27)"] == "27"
    assert grade(marked.folder, "--out", marked.out) == 0
    assert "give --roster again" in capsys.readouterr().err
    assert grade(marked.folder, *listed) == 0
    assert {row["student"]: row for row in table(marked.out / "gradebook.csv")}["Dur Khan"][f"{ONE}: total (of 27)"] == "27", "marks stay"


# --- rubrics, solutions, templates -----------------------------------------------------------------------


@pytest.mark.parametrize("name", made.NAMES)
def test_every_task_has_its_points_and_every_written_one_its_rubric(name):
    tasks = rubrics.tasks(name)
    assert [task.name for task in tasks] == list(checks.about(name)["tasks"])
    for task in tasks:
        assert task.points > 0 and task.text and (not task.rubric or len(task.rubric) >= 3)
        assert "For teachers" not in task.text and "**Task" not in task.text
        for criterion in task.rubric:
            shares = [level.share for level in criterion.levels]
            assert shares == sorted(set(shares)) and shares[0] == 0 and shares[-1] == 1
            assert all(level.text for level in criterion.levels)
        highest = {criterion.name: criterion.levels[-1].name for criterion in task.rubric}
        assert not task.rubric or (rubrics.earned(task, highest), rubrics.earned(task, {})) == (task.points, 0)


def test_levels_are_counted_as_the_rubric_names_them():
    task = rubrics.by_name("the_plan", "5a")
    names = [criterion.name for criterion in task.rubric]
    assert rubrics.shown(rubrics.earned(task, dict(zip(names, ["good", "good", "first steps", "very good"])))) == "2.67"
    brief = rubrics.by_name("your_brief", "6a")
    assert rubrics.earned(brief, {criterion.name: "Earned" for criterion in brief.rubric[:3]}) == 3
    assert [rubrics.shown(Fraction(*pair)) for pair in ((1, 3), (5, 2), (10, 1), (0, 1), (100, 1), (1, 200))] == ["0.33", "2.5", "10", "0", "100", "0.01"]


@pytest.fixture(scope="module")
def course():
    from datetime import date, datetime
    from zoneinfo import ZoneInfo

    days = [(date(2027, 3, 1), ("five_voices", "the_plan")), (date(2027, 3, 8), ("your_brief",))]
    units = [(day, tuple(map(catalogue.unit, names))) for day, names in days]
    sessions = [Session(number, day, unit, datetime(day.year, day.month, day.day, 20, tzinfo=ZoneInfo("Asia/Karachi"))) for number, (day, unit) in enumerate(units, 1)]
    return Course("Trial", tuple(sessions), "Asia/Karachi")


def test_an_instructors_pack_holds_solutions_and_rubrics(course):
    held = solutions.members(course)
    assert held == solutions.members(course) and list(held) == sorted(held)
    assert set(held) == {f"solutions/{name}{end}" for name in ("five_voices", "the_plan", "your_brief") for end in ("_exercise.ipynb", ".html")} | {"solutions/nbgrader_config.py", "rubrics/rubrics.md", "rubrics/rubrics.csv"}
    page = held["solutions/the_plan.html"].decode()
    for record in made.records("the_plan"):
        assert f"<h2>Task {record['task']} " in page
        assert pieces.escape(record.get("why", "")) in page and all(pieces.escape(hint) in page for _, hint in record.get("wrong", []))
    assert "answer_1b = {phase: (order[phase]" in page and "BEGIN SOLUTION" not in page
    rows = list(csv.DictReader(io.StringIO(held["rubrics/rubrics.csv"].decode("utf-8-sig"))))
    assert {row["exercise"] for row in rows} == {"five_voices", "the_plan", "your_brief"} and len(rows) == 8 * 3 + 4 * 4 + 7 * 2
    assert held["rubrics/rubrics.md"].decode().count("\n## ") == 4


def test_the_template_has_a_column_for_each_task_with_points_and_day(course):
    content = gradebook.template(course)
    assert content == gradebook.template(course)
    head, points, due = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert len(head) == len(points) == len(due) == 1 + sum(len(rubrics.tasks(unit.name)) + 1 for unit in course.units)
    by_head = dict(zip(head, zip(points, due)))
    assert by_head["five_voices: 6a"] == ("8", "2027-03-01") and by_head["your_brief: 6a"] == ("7", "2027-03-08")
    assert by_head["five_voices: total without tasks if you have time"][0] == "27"


@pytest.mark.parametrize("told, read", [
    ("It is cut off. Ask for it again.", "It is cut off. Hand it in again."),
    ("This is a web page: ask for the notebook itself.", "This is a web page. Hand in the notebook itself."),
    ("It is not JSON. Ask for the .ipynb file (menu File, Download).", "It is not JSON. Hand in the .ipynb file (menu File, Download)."),
    ("It is too old. Ask for it to be saved anew.", "It is too old. It has to be saved anew."),
    ("The file is empty.", "The file is empty."),
])  # fmt: skip
def test_a_student_is_told_what_to_do_and_not_what_to_ask_for(told, read):
    assert feedback._reason(told) == read


def test_names_of_pages_are_safe_and_no_two_alike():
    students = ["Anna Khan", "anna khan", "con", "NUL.x", "../../etc", "a/b", "a_b", "x" * 300, "زرمینه", "", ".", '<script>"', "line\nbreak"]
    names = feedback.page_names(students)
    assert len({name.casefold() for name in names.values()}) == len(students)
    for name in names.values():
        assert re.fullmatch(r"[\w.() -]+\.html", name) and len(name.encode()) < 200 and not name.startswith((".", "con.", "NUL."))


def test_what_is_made_safe_for_spreadsheets_comes_back_as_it_was():
    for text in ["=1+1", "+1", "-1", "@x", "\t=1", " =1", "＝1", "plain", "'quoted", "it's", "5-3", ""]:
        assert gradebook.unsafe(gradebook.safe(text)) == text.replace("\t", "\t")
        assert not gradebook._FORMULA.match(gradebook.safe(text))
    assert report.KINDS and all(title for title, _ in report.KINDS.values())
