"""Collect what students handed in: folders and zips as an LMS gives them, opened with care.

Nothing is altered, moved or run. Each notebook is copied, under the hash of its content, into a folder of ours; every
other file is named with what became of it. How the systems name what they give was taken from their sources (Moodle's
``mod/assign/classes/downloader.php``, Canvas's ``lib/content_zipper.rb``) and, where the source is closed (Blackboard,
Brightspace), from downloads that others describe.
"""

import hashlib
import os
import re
import stat
import struct
import tempfile
import unicodedata
import zipfile
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path, PurePosixPath

LARGEST = 50 * 2**20  # of one notebook, in bytes
LARGEST_ZIP = 500 * 2**20  # of a zip inside a zip
TOTAL = 4 * 2**30  # unpacked from one zip, with the zips in it
MOST = 20_000  # members of one zip
RATIO, FROM = 500, 10 * 2**20  # a member that is larger than FROM and shrinks more than RATIO times was made to overwhelm
DEEPEST = 2  # a download holds students' zips; no zip in these is opened
DEEPEST_FOLDER = 30
_PIECE = 2**20

WAYS = ("auto", "folder", "file")
_ASIDE = {".ds_store", "thumbs.db", "desktop.ini", "__macosx", ".ipynb_checkpoints", "__pycache__"}
_ARCHIVES = {".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz"}
_SAID = {
    ".html": "a web page: ask for the notebook itself, the file that ends in .ipynb",
    ".pdf": "a print of a notebook or another text: ask for the notebook itself, the file that ends in .ipynb",
    ".py": "a Python program: ask for the notebook itself, the file that ends in .ipynb",
    ".docx": "a text document: ask for the notebook itself, the file that ends in .ipynb",
}
_NO_NOTEBOOK = "not a notebook"
# What must not stand in a name that is shown: control characters, and marks that turn the direction of what follows.
_UNSHOWN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")

_MOODLE = re.compile(r"(?P<name>.+?)_(?P<number>\d+)_assignsubmission_(?:file|onlinetext)(?:_.*)?", re.DOTALL)
_BRIGHTSPACE = re.compile(r"(?P<number>\d+-\d+) - (?P<name>.+?) ?- (?P<when>[A-Z][a-z]{2} \d{1,2}, \d{4} \d{3,4} [AP]M)(?: - .*)?", re.DOTALL)
_BLACKBOARD = re.compile(r".+?_(?P<name>[^_]+)_attempt_(?P<when>\d{4}(?:-\d\d){5})(?:[_.].*)?", re.DOTALL)
_CANVAS = re.compile(r"(?P<name>.+?)_(?P<late>LATE_)?(?P<number>\d+)_(?P<attempt>\d{3,})_.+", re.DOTALL)
_CANVAS_NAMELESS = re.compile(r"(?P<late>LATE_)?(?P<name>(?P<number>anon_[0-9A-Za-z]+))_(?P<attempt>\d{3,})_.+", re.DOTALL)
_COPY = re.compile(r"(?:[ _-]*(?:\((?P<bracket>\d+)\)|-?copy[ _-]?(?P<copy>\d*)|v(?:ersion)?[ _-]?(?P<version>\d+)|attempt[ _-]?(?P<attempt>\d+)))+$", re.IGNORECASE)
_ORDINARY = re.compile(r"(?:(?:week|session|chapter|unit|part|assignment|homework|submissions?|submitted|downloads?|students|class|exercises?|notebooks?|course)[ _-]*\d*|\d{1,2})?", re.IGNORECASE)


class CollectError(Exception):
    """A folder from which nothing can be collected; the text says why."""


@dataclass(frozen=True, slots=True)
class Found:
    """One file that was found, and what it is.

    Attributes
    ----------
    path : str
        Where it was found: folders, zips and names, with ``/`` between them.
    key : str
        The hash of its content, for a notebook; empty for anything else.
    reason : str
        Why it is no submission, for anything else.
    refused : bool
        Whether it was refused, and not merely passed over.
    student : str
        Whose it is, as the LMS or the file's name says.
    lms, number : str
        Which LMS named it, and by which number it knows the student (Canvas), the student's work in this assignment
        (Moodle), or both (Brightspace).
    late : bool
        Whether the LMS marks it as late (Canvas does).
    when : str
        When it was handed in, where the LMS says so.
    turn : tuple
        The later of two attempts has the greater one.
    within : str
        What held it: a download, or a folder.
    """

    path: str
    key: str = ""
    reason: str = ""
    refused: bool = False
    student: str = ""
    lms: str = ""
    number: str = ""
    late: bool = False
    when: str = ""
    turn: tuple = ()
    within: str = ""


class _Refused(Exception):
    """A member that is not opened; the text says why."""


def collect(folder, keep, exercises=(), students="auto"):
    """Find every submission in a folder or a zip.

    Parameters
    ----------
    folder : pathlib.Path
        A folder with anything in it, or one zip.
    keep : pathlib.Path
        Where the copies go, each named by the hash of its content. It is made if need be.
    exercises : list of str
        Names of exercises, such as ``"five_voices"``: what a file is called besides its student.
    students : str
        How files that no LMS named say whose they are: ``"folder"`` by their folder, ``"file"`` by their own name,
        ``"auto"`` by both, less what only names an exercise.

    Returns
    -------
    list of Found
        In the order of their paths; two students of one name are kept apart by their numbers.

    Raises
    ------
    CollectError
        As `demand` raises it.
    """
    demand(folder)
    keep.mkdir(parents=True, exist_ok=True)
    naming = Naming(exercises, students)
    seen = _walk(folder, keep, naming) if folder.is_dir() else _zip_file(folder, folder.name, (), keep, naming)
    return _kept_apart(sorted(seen, key=lambda found: found.path))


def demand(folder):
    """Refuse a place that holds no submissions.

    Raises
    ------
    CollectError
        If there is no such folder, no file in it, or something that is neither a folder nor a zip.
    """
    if not folder.exists():
        raise CollectError(f"There is no folder {folder}: name the one that holds the submissions, or the zip as the LMS gave it.")
    if not folder.is_dir() and not zipfile.is_zipfile(folder):
        raise CollectError(f"{folder} is neither a folder nor a zip: name the folder that holds the submissions.")
    if folder.is_dir() and not any(files for _, _, files in os.walk(folder)):
        raise CollectError(f"There is no file in {folder}: name the folder that holds what students handed in.")


def copy_of(key, keep):
    """Return the path of the copy of a notebook."""
    return keep / f"{key}.ipynb"


def printable(text, most=160):
    """Return a name as it can be shown: on one line, without marks that hide or turn it, and not too long."""
    text = _UNSHOWN.sub(lambda found: f"\\u{ord(found[0]):04x}", text.encode("utf-8", "replace").decode("utf-8"))
    return text if len(text) <= most else f"{text[: most - 25]}…{text[-24:]}"


# --- folders -----------------------------------------------------------------------------------------


def _walk(folder, keep, naming, inside=()):
    if len(inside) > DEEPEST_FOLDER:
        yield Found(_joined(inside), reason="This folder lies too deep in others: put its files higher up.", refused=True)
        return
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        yield Found(_joined(inside), reason=f"This folder cannot be read ({error.strerror}).", refused=True)
        return
    for entry in entries:
        parts = (*inside, entry.name)
        if entry.is_symlink():
            yield Found(_joined(parts), reason="A link to another place is not followed: put the file itself here.", refused=True)
        elif entry.is_dir():
            if _is_aside(entry.name):
                yield Found(_joined(parts), reason="A folder that a program keeps for itself.")
            elif _is_results(entry.path):
                yield Found(_joined(parts), reason="The results of an earlier grading.")
            else:
                yield from _walk(entry.path, keep, naming, parts)
        else:
            yield from _loose(Path(entry.path), parts, keep, naming)


def _is_results(folder):
    """Tell whether a folder is one that this command wrote."""
    return any(Path(folder, "kept", name).is_file() for name in ("lock", "written.json"))


def _loose(path, parts, keep, naming):
    try:
        state = path.stat()
        if not stat.S_ISREG(state.st_mode):
            raise _Refused("It is no ordinary file.")
        if _is_zip(parts[-1]):
            yield from _zip_file(path, parts[-1], parts[:-1], keep, naming)
            return
        with open(path, "rb") as stream:
            yield _taken(stream, state.st_size, parts, keep, naming, datetime.fromtimestamp(state.st_mtime).isoformat())
    except _Refused as refused:
        yield _refusal(parts, naming, str(refused))
    except OSError as error:
        yield _refusal(parts, naming, f"It cannot be read ({error.strerror}).")


def _taken(stream, size, parts, keep, naming, changed):
    """Return what one file is; a notebook is copied."""
    reason = _aside(parts)
    if reason:
        return Found(_joined(parts), reason=reason)
    reason = _no_notebook(stream, parts[-1])
    if reason:
        return replace(naming.owner(parts, changed), path=_joined(parts), reason=reason)
    if size > LARGEST:
        raise _Refused(f"It is larger than {LARGEST >> 20} MB: ask for the notebook without its outputs.")
    return replace(naming.owner(parts, changed), path=_joined(parts), key=_copied(stream, keep))


def _copied(stream, keep):
    """Copy a notebook under the hash of its content, and return the hash."""
    sha = hashlib.sha256()
    with tempfile.NamedTemporaryFile(dir=keep, prefix=".copy-", delete=False) as copy:
        try:
            _pour(stream, copy, LARGEST, sha)
            copy.close()
            os.replace(copy.name, copy_of(sha.hexdigest(), keep))
        except BaseException:
            os.unlink(copy.name)
            raise
    return sha.hexdigest()


def _pour(stream, copy, most, sha=None):
    poured = 0
    while piece := stream.read(_PIECE):
        poured += len(piece)
        if poured > most:
            raise _Refused(f"It unpacks to more than {most >> 20} MB.")
        try:
            copy.write(piece)
        except OSError as error:
            raise CollectError(f"A copy could not be written ({error.strerror}): nothing was graded.") from None
        if sha:
            sha.update(piece)
    return poured


def _no_notebook(stream, name):
    """Return why a file is no notebook; nothing if it is one, or claims to be."""
    suffix = PurePosixPath(name.lower()).suffix
    if suffix == ".ipynb":
        return ""
    if suffix in ("", ".json", ".txt") and stream.seekable():
        start = stream.read(2**16)
        stream.seek(0)
        if start.lstrip().startswith(b"{") and (b'"cell_type"' in start or b'"nbformat"' in start):
            return ""
    if suffix in _ARCHIVES:
        return "An archive that this command does not open: unpack it, and grade again."
    return f"This is {_SAID.get(suffix, _NO_NOTEBOOK)}."


def _aside(parts):
    if any(map(_is_aside, parts)):
        return "A file that a program keeps for itself."
    if parts[-1].lower() == "index.html" or _BLACKBOARD.fullmatch(parts[-1]) and parts[-1].lower().endswith(".txt"):
        return "The LMS's own list, not a student's file."
    return ""


def _is_aside(name):
    return name.lower() in _ASIDE or name.startswith(("._", "~$", "."))


def _is_zip(name):
    return name.lower().endswith(".zip")


def _joined(parts):
    return printable("/".join(parts), most=400)


def _refusal(parts, naming, reason):
    return replace(naming.owner(parts), path=_joined(parts), reason=reason, refused=True)


# --- zips --------------------------------------------------------------------------------------------


class _Allowance:
    """How much may still be unpacked from one zip and the zips in it."""

    def __init__(self):
        self.left = TOTAL

    def spend(self, size):
        self.left -= size
        if self.left < 0:
            raise _Refused(f"More than {TOTAL >> 30} GB would come out of this zip.")


def _zip_file(path, name, inside, keep, naming):
    with open(path, "rb") as stream:
        yield from _zip(stream, (*inside, name), keep, naming, _Allowance(), depth=1)


def _zip(stream, parts, keep, naming, allowance, depth):
    """Find what one zip holds. A zip that cannot be read is one finding."""
    try:
        _demand_small_list(stream)
        with zipfile.ZipFile(stream) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            if len(members) > MOST:
                raise _Refused(f"It lists {len(members):,} files; more than {MOST:,} are not opened.")
            for member in members:
                yield from _member(archive, member, parts, keep, naming, allowance, depth)
    except _Refused as refused:
        yield _refusal(parts, naming, str(refused))
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, struct.error, UnicodeError) as error:
        yield _refusal(parts, naming, f"It is no zip that can be read ({_brief(error)}).")


def _demand_small_list(stream):
    """Refuse a zip whose list of members alone would fill the memory, before the list is read."""
    stream.seek(0, os.SEEK_END)
    stream.seek(max(0, stream.tell() - 2**16 - 22))
    end = stream.read()
    at = end.rfind(b"PK\5\6")
    if at < 0 or len(end) < at + 22:
        raise _Refused("It is no zip, or its end is missing.")
    count, size = struct.unpack("<HL", end[at + 10 : at + 16])
    if count > MOST or size > MOST * 1000:
        raise _Refused(f"It lists more than {MOST:,} files, which are not opened.")
    stream.seek(0)


def _member(archive, member, outside, keep, naming, allowance, depth):
    parts = (*outside, *_name(member).split("/"))
    try:
        _demand_harmless(member, _name(member))
        if _is_zip(parts[-1]) and not _aside(parts):
            yield from _nested(archive, member, parts, keep, naming, allowance, depth)
            return
        if member.file_size > LARGEST and parts[-1].lower().endswith(".ipynb"):
            raise _Refused(f"It unpacks to more than {LARGEST >> 20} MB.")
        with archive.open(member) as stream:
            found = _taken(stream, member.file_size, parts, keep, naming, _time(member))
        if found.key:
            allowance.spend(member.file_size)
        yield found
    except _Refused as refused:
        yield _refusal(parts, naming, str(refused))
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError, OSError, ValueError, RuntimeError) as error:
        yield _refusal(parts, naming, f"It is damaged, or packed in a way that cannot be read ({_brief(error)}).")


def _demand_harmless(member, name):
    if name.startswith("/") or re.match(r"[A-Za-z]:", name):
        raise _Refused("Its name is that of a place on a computer, not of a file in this zip.")
    if ".." in name.split("/"):
        raise _Refused("Its name leads out of the zip.")
    if stat.S_IFMT(member.external_attr >> 16) not in (0, stat.S_IFREG):
        raise _Refused("It is a link or a device, not a file.")
    if member.flag_bits & 1:
        raise _Refused("It is locked with a password.")
    if member.file_size > FROM and member.file_size > RATIO * max(member.compress_size, 1):
        raise _Refused(f"It would grow {member.file_size // max(member.compress_size, 1):,} times when unpacked, as nothing written by hand does.")


def _nested(archive, member, parts, keep, naming, allowance, depth):
    if depth >= DEEPEST:
        raise _Refused("It is a zip in a zip in a zip: unpack it, and grade again.")
    with tempfile.SpooledTemporaryFile(2**24) as copy, archive.open(member) as stream:
        allowance.spend(_pour(stream, copy, LARGEST_ZIP))
        yield from _zip(copy, parts, keep, naming, allowance, depth + 1)


def _name(member):
    """Return a member's name with ``/`` between its parts, in the letters in which it was written."""
    name = member.filename
    if not member.flag_bits & 0x800:
        try:
            name = name.encode("cp437").decode("utf-8")
        except UnicodeError:
            pass
    return name.replace("\\", "/")


def _time(member):
    year, month, day, hour, minute, second = member.date_time
    return f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"


def _brief(error):
    return printable(str(error) or type(error).__name__, most=100)


# --- whose it is -------------------------------------------------------------------------------------


class Naming:
    """How a path says whose file it is."""

    def __init__(self, exercises, students):
        names = sorted(exercises, key=len, reverse=True)
        words = "|".join("[ _-]*".join(map(re.escape, name.split("_"))) for name in names)
        self.exercise = re.compile(rf"(?:{words})?[ _-]*exercise|(?:{words})" if words else r"\bexercise\b", re.IGNORECASE)
        self.students, self.names = students, names

    def exercise_in(self, path):
        """Return the exercise that a path names; nothing if it names none."""
        flat = re.sub("[ _-]+", "_", path.lower())
        return next((name for name in self.names if name in flat), "")

    def owner(self, parts, changed=""):
        """Return a `Found` that says whose a path is, and which of several attempts."""
        for place, part in enumerate(parts):
            found = self._from_lms(part, is_last=place == len(parts) - 1 or _is_zip(part))
            if found:
                copy = self._copy_number(parts[-1])
                return replace(found, within=_joined(parts[:place]), turn=(*found.turn, copy, changed, parts[-1]))
        return Found("", student=self._plain(parts), turn=("", 0, self._copy_number(parts[-1]), changed, parts[-1]), within=_joined(parts[:-1]))

    def _from_lms(self, part, is_last):
        """Return what an LMS's name says. The LMS writes first, and the student's own name for a file comes after."""
        ways = [(_MOODLE, _from_moodle), (_BRIGHTSPACE, _from_brightspace), (_BLACKBOARD, _from_blackboard)]
        if is_last:
            ways += [(_CANVAS_NAMELESS, _from_canvas), (_CANVAS, _from_canvas)]
        matches = [(match, read) for pattern, read in ways if (match := pattern.fullmatch(part))]
        if not matches:
            return None
        match, read = min(matches, key=lambda found: found[0].end("name"))
        return read(match)

    def _plain(self, parts):
        """Return the student of a file that no LMS named: what its path says besides the exercise."""
        folders, own = [self._less(part) for part in parts[:-1]], self._less(parts[-1])
        if self.students == "file" or not any(folders):
            return own or tidy(_stem(parts[-1]))
        if self.students == "folder":
            return next(filter(None, reversed(folders)))
        return " ".join(filter(None, [*folders, own]))

    def _less(self, part):
        """Return a part of a path without the exercise's name, the mark of a copy, and words that name no one."""
        left = _COPY.sub("", _stem(part))
        left = self.exercise.sub(" ", left)
        left = tidy(_COPY.sub("", left.strip(" _-.")).strip(" _-."))
        return "" if _ORDINARY.fullmatch(left) else left

    def _copy_number(self, name):
        match = _COPY.search(_stem(name))
        return max((int(number or 1) for number in match.groups() if number is not None), default=1) if match else 0


def _from_moodle(match):
    name = f"Participant ({match['number']})" if match["name"] == "Participant" else match["name"]  # marked without names
    return Found("", student=tidy(name), lms="moodle", number=match["number"], turn=("", 0))


def _from_brightspace(match):
    day, clock, half = match["when"].rsplit(" ", 2)
    when = _moment(f"{day} {clock:>04} {half}", "%b %d, %Y %I%M %p")
    return Found("", student=tidy(match["name"]), lms="brightspace", number=match["number"], when=when, turn=(when, 0))


def _from_blackboard(match):
    when = _moment(match["when"], "%Y-%m-%d-%H-%M-%S")
    return Found("", student=tidy(match["name"]), lms="blackboard", when=when, turn=(when, 0))


def _from_canvas(match):
    return Found("", student=tidy(match["name"]), lms="canvas", number=match["number"], late=bool(match["late"]), turn=("", int(match["attempt"])))


def _stem(name):
    """Return a name without the endings of notebooks and zips."""
    return re.sub(r"(?:\.(?:ipynb|json|txt|zip))+$", "", name, flags=re.IGNORECASE)


def tidy(text):
    """Return a name on one line, as it can be shown and compared."""
    return printable(" ".join(unicodedata.normalize("NFC", text).split()), most=100)


def _moment(text, form):
    try:
        return datetime.strptime(text, form).isoformat(sep=" ", timespec="minutes")
    except ValueError:
        return ""


def _kept_apart(found):
    """Add its number to the name of a student where one download has two students of that name.

    Moodle's numbers are of one assignment: where two students share a name, none of their other work can be told apart
    by it, so that all of it carries its number. Canvas's numbers are the student's own.
    """
    numbers = defaultdict(set)
    for one in found:
        if one.lms in ("moodle", "canvas"):
            numbers[one.lms, one.student, one.within if one.lms == "moodle" else ""].add(one.number)
    shared = {(lms, name) for (lms, name, _), several in numbers.items() if len(several) > 1 and not name.startswith("Participant (")}
    return [replace(one, student=f"{one.student} ({one.number})") if (one.lms, one.student) in shared else one for one in found]
