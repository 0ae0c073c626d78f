"""The class list: who is in the class, as an LMS or a spreadsheet exports it, and whose file is whose.

A file belongs to a student of the list only where a name, an id or an address is the same, and only one student has it:
nobody is joined by guess.
"""

import csv
import difflib
import io
import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from acrosstheline.teach import gradebook, submissions

# What columns are called, in letters and digits alone. Several columns may hold ids: an LMS has one of its own beside the school's.
_HEADINGS = {
    "name": {"name", "names", "fullname", "student", "students", "studentname", "displayname", "participant", "participants", "learner", "nameofstudent", "نام", "نوم"},
    "first name": {"first", "firstname", "firstnames", "given", "givenname", "givennames", "forename"},
    "last name": {"last", "lastname", "lastnames", "surname", "familyname", "نامخانوادگی", "تخلص"},
    "id": {"id", "ids", "idnumber", "studentid", "studentnumber", "studentno", "orgdefinedid", "sisuserid", "sisid", "userid", "rollno", "rollnumber", "regno", "registrationno", "registrationnumber", "matriculationnumber"},
    "login": {"username", "login", "loginid", "loginname", "sisloginid", "userlogin"},
    "email": {"email", "emails", "emailaddress", "mail", "mailaddress", "studentemail"},
    "Moodle's number": {"identifier"},
}  # fmt: skip
_CANVAS = {"id", "sisuserid", "sisloginid"}  # of these Canvas's own export has the first, and one of the others
_LMS_LINES = ("pointspossible", "studenttest")  # what Canvas puts among the students: `_folded`
_ONE_LETTER = str.maketrans({"ي": "ی", "ى": "ی", "ك": "ک", "ہ": "ه", "ۀ": "ه", "ة": "ه"})  # written in two ways by two keyboards
_PARTICIPANT = re.compile(r"[^\W\d_]\D* (\d+)")  # a word, in the teacher's language, and a number: a bare number or S-104 is a school's own
_NEAR = 0.8  # how alike a name on a file must be to be put forward as a question


class RosterError(Exception):
    """A class list that cannot be used; the text says why, and what to do."""


class Student(NamedTuple):
    """A student of the list: how the gradebook calls them, and by what else their files can be known."""

    name: str
    ids: tuple
    email: str
    keys: frozenset
    line: int
    moodle: str = ""

    @property
    def id(self):
        return self.ids[0] if self.ids else ""


@dataclass
class Roster:
    """A class list.

    Attributes
    ----------
    students : list of Student
        In the list's order.
    said : list of str
        What was understood of the list, in sentences.
    aliases : dict of str to str
        For each name that a file gave and the list knows otherwise, the list's: filled by `applied`.
    """

    students: list
    said: list
    is_canvas: bool = False
    aliases: dict = field(default_factory=dict)

    def __post_init__(self):
        self.names = [student.name for student in self.students]
        self._by_key = defaultdict(set)
        for student in self.students:
            for key in student.keys:
                self._by_key[key].add(student.name)

    @property
    def has(self):
        """Return which of id and email the list gives."""
        return [what for what in ("id", "email") if any(getattr(student, what) for student in self.students)]

    def applied(self, found):
        """Return files with their students called as in the list; those whom it does not have keep their names.

        Parameters
        ----------
        found : list of acrosstheline.teach.submissions.Found
        """
        named = []
        for one in found:
            name = self._name_of(one)
            if name and name != one.student:
                self.aliases[one.student] = name
            named.append(replace(one, student=name) if name else one)
        return named

    def _name_of(self, found):
        keys = [_folded(found.student)]
        if found.lms == "moodle" and self._agrees(found) or self.is_canvas and found.lms == "canvas":
            keys.insert(0, f"{found.lms} {found.number}")
        for key in keys:
            names = self._by_key.get(key, ()) if key else ()
            if len(names) == 1:
                return next(iter(names))
        return ""

    def _agrees(self, found):
        """Tell whether the student with a Moodle file's number has the file's name too: another list's numbers prove nothing."""
        name, there = found.student.removesuffix(f" ({found.number})"), self._by_key.get(f"moodle {found.number}", ())
        return name == "Participant" or any(_folded(name) in student.keys for student in self.students if student.name in there)

    def may_be(self, name):
        """Return names of the list that are much like a name on a file: for a question, and never for an answer."""
        words = {_folded(word) for word in name.split()} - {""}
        alike = [student.name for student in self.students if words and words <= {_folded(word) for word in student.name.replace(",", " ").split()}]
        folded = {_folded(student.name): student.name for student in self.students}
        alike += [folded[key] for key in difflib.get_close_matches(_folded(name), folded, 3, _NEAR)]
        return [near for near in dict.fromkeys(alike) if _digits(name) in ("", _digits(near))][:3]


def read(path):
    """Return the class list that a file holds.

    Parameters
    ----------
    path : pathlib.Path
        CSV, with commas, semicolons or tabs; in UTF-8, or in UTF-16 with its mark.

    Raises
    ------
    RosterError
        If it has no names, no students, or two that nothing tells apart.
    """
    rows = _rows(path)
    head = next((row for _, row in rows if any(row)), None)
    if head is None:
        raise RosterError(f"The class list {path} is empty: it needs a line of headings, such as name and email, and a line for each student.")
    columns = _columns(head)
    if not {"name", "first name"} & set(columns):
        raise RosterError(
            f"The class list {path} has no column of names; its headings are {', '.join(filter(None, head))}. "
            "Call one column “name” (or two of them “first name” and “last name”); beside it there may be “id” and “email”."
        )
    is_canvas = _is_canvas(head)
    students, passed = [], []
    for line, row in rows:
        if not any(row) or row is head:
            continue
        student = _student(row, columns, line, is_canvas)
        if student is None:
            passed.append(line)
        else:
            students.append(student)
    if not students:
        raise RosterError(f"The class list {path} has headings, and no student under them.")
    return Roster(_told_apart(students, path), _said(path, head, columns, len(students), passed), is_canvas)


def _rows(path):
    """Return the lines of a list, each with its number, its cells without what is around them."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise RosterError(f"The class list {path} cannot be read ({error.strerror}).") from None
    if content.startswith((b"PK\3\4", b"\xd0\xcf\x11\xe0")):
        raise RosterError(f"The class list {path} is a spreadsheet: save it as “CSV UTF-8”, and name that file.")
    try:
        text = gradebook.text_of(content)
    except UnicodeError:
        raise RosterError(f"The class list {path} is not in UTF-8: save it again as “CSV UTF-8”, or names will not fit.") from None
    head = text.lstrip().partition("\n")[0]
    reader = csv.reader(io.StringIO(text), delimiter=max(",;\t", key=head.count))
    try:
        return [(reader.line_num, [submissions.tidy(gradebook.unsafe(cell.strip())) for cell in row]) for row in reader]
    except csv.Error as error:
        raise RosterError(f"The class list {path} is no CSV that can be read (line {reader.line_num}: {error}).") from None


def _columns(head):
    """Return for each kind of column where it is: several of them for ids, the first for anything else."""
    columns = defaultdict(list)
    for place, heading in enumerate(head):
        for kind, names in _HEADINGS.items():
            if _folded(heading) in names:
                columns[kind].append(place)
    if "last name" in columns and "first name" not in columns and "name" in columns:
        columns["first name"] = columns.pop("name")  # "Name, Surname"
    if {"first name", "last name"} <= set(columns):
        columns.pop("name", None)
    return dict(columns)


def _is_canvas(head):
    headings = {_folded(heading) for heading in head}
    return "id" in headings and bool(_CANVAS & headings - {"id"})


def _student(row, columns, line, is_canvas):
    """Return the student of one line, or None where there is none."""
    cells = {kind: [row[place] for place in places if place < len(row) and row[place]] for kind, places in columns.items()}
    parts = [cells[kind][0] for kind in ("first name", "last name", "name") if cells.get(kind)]
    name = " ".join(parts)
    if not _folded(name) or _folded(name) in _LMS_LINES:
        return None
    ids, email = tuple(cells.get("id", ())), next(iter(cells.get("email", ())), "")
    keys = {*_orders(name), *map(_folded, (*ids, *cells.get("login", ()), email, email.partition("@")[0]))}
    keys |= {f"canvas {ids[0]}"} if is_canvas and ids else set()
    participant = _PARTICIPANT.fullmatch(next(iter(cells.get("Moodle's number", ())), ""))
    keys |= {f"moodle {participant[1]}"} if participant else set()
    return Student(name, ids, email, frozenset(keys - {""}), line, participant[1] if participant else "")


def _orders(name):
    """Return a name as files may have it: its words run together, from any of them on (*Ullah, Sana* and *ullahsana*)."""
    last, comma, first = name.partition(",")
    words = f"{first} {last}".split() if comma else name.split()
    return {_folded("".join(words[place:] + words[:place])) for place in range(len(words))}


def _folded(text):
    """Return a text's letters and digits alone, with no difference between capitals, accents and two keyboards' letters."""
    plain = unicodedata.normalize("NFKD", text.translate(_ONE_LETTER).casefold())
    return "".join(letter for letter in plain if letter.isalnum())


def _digits(text):
    """Return a text's digits alone: two names that differ in these are two."""
    return "".join(filter(str.isdigit, text))


def _told_apart(students, path):
    """Return students of whom no two are called alike: where two are, what tells them apart stands behind the name."""
    _demand_own_ids(students, path)
    named = defaultdict(list)
    for student in students:
        named[student.name.casefold()].append(student)
    return [student if len(named[student.name.casefold()]) == 1 else _marked(student, named[student.name.casefold()], path) for student in students]


def _demand_own_ids(students, path):
    seen = {}
    for student in students:
        other = seen.setdefault(student.id, student) if student.id else student
        if other is not student:
            raise RosterError(f"The class list {path}, lines {other.line} and {student.line}: {other.name} and {student.name} have the same id {student.id}. Mend it, or take one line out.")


def _marked(student, alike, path):
    marks = [_mark(one) for one in alike]
    if "" in marks or len(set(marks)) < len(marks):
        lines = " and ".join(str(one.line) for one in alike)
        raise RosterError(f"The class list {path}, lines {lines}: these students are all called {student.name}, and nothing tells them apart. Give each an id or an email, or take out what stands there twice.")
    return student._replace(name=f"{student.name} ({_mark(student)})")


def _mark(student):
    """Return what tells a student from others of the same name."""
    return student.id or student.email or student.moodle


def _said(path, head, columns, count, passed):
    used = [f"{kind} from {' and '.join(f'“{head[place]}”' for place in (places if kind == 'id' else places[:1]))}" for kind, places in columns.items()]
    said = [f"Class list {path.name}: {count} {'student' if count == 1 else 'students'}; {', '.join(used)}."]
    if passed:
        said.append(f"Passed over in it, since no student's name stands there: {'line' if len(passed) == 1 else 'lines'} {', '.join(map(str, passed))}.")
    return said
