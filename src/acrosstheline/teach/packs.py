"""Write a course's two packs, whole or not at all, and the same bytes for the same choice."""

import io
import shutil
import tempfile
import zipfile
from pathlib import Path, PurePosixPath

from acrosstheline.teach import instructor_pack, place, student_pack
from acrosstheline.teach.catalogue import CourseError

PACKS = dict(zip(place.NAMES, (student_pack, instructor_pack)))
_FIXED_TIME = (2026, 1, 1, 0, 0, 0)  # so that the same choice gives the same bytes
_STORED = (".whl", ".zip", ".imscc", ".png")  # packed already


def write(course, folder, replace=False):
    """Write the students' and the instructor's pack of a course, each as a folder and as a zip.

    Parameters
    ----------
    course : acrosstheline.teach.course.Course
    folder : path
        Where they go. It appears when everything is in it.
    replace : bool
        Whether to take the place of what a former run wrote there.

    Returns
    -------
    dict of str to dict of str to bytes
        By pack, what was written into it.

    Raises
    ------
    acrosstheline.teach.catalogue.CourseError
        If a part cannot be made, or something else is at that place. Nothing was written then.
    """
    folder = Path(folder)
    place.demand(folder, replace)
    made = {name: dict(sorted(pack.members(course).items())) for name, pack in PACKS.items()}
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    except OSError as error:
        raise CourseError(f"Nothing can be written at {folder.parent} ({error.strerror}). Choose another place with --out.") from None
    try:
        for name, members in made.items():
            _unfold(members, draft / name)
            (draft / f"{name}.zip").write_bytes(zipped(members, name))
        draft.chmod(0o755)
        _put(draft, folder)
    except OSError as error:
        raise CourseError(f"The packs could not be written to {folder} ({error.strerror}). Make room there, or choose another place with --out.") from None
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return made


def _put(draft, folder):
    """Move a finished folder to its place. What stood there goes away last."""
    old = folder.with_name(f".{folder.name}-old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    try:
        draft.rename(folder)
    except OSError:
        if old.exists():
            old.rename(folder)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _unfold(members, folder):
    for path, body in members.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(body)
        target.chmod(_mode(body))


def _mode(body):
    """Return who may do what with a file: a script may be run."""
    return 0o755 if body.startswith(b"#!") else 0o644


def zipped(members, top):
    """Return files as a zip in which they stand in one folder; the same files give the same bytes.

    Parameters
    ----------
    members : dict of str to bytes
    top : str
        The folder's name.

    Raises
    ------
    acrosstheline.teach.catalogue.CourseError
        If a path would lead out of the folder.
    """
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path, body in sorted(members.items()):
            if PurePosixPath(path).is_absolute() or ".." in PurePosixPath(path).parts or "\\" in path:
                raise CourseError(f"{path!r} would lead out of the pack. This copy of the course is damaged: restore src/acrosstheline/teach.")
            entry = zipfile.ZipInfo(f"{top}/{path}", _FIXED_TIME)
            entry.compress_type = zipfile.ZIP_STORED if path.endswith(_STORED) else zipfile.ZIP_DEFLATED
            entry.external_attr = _mode(body) << 16
            archive.writestr(entry, body)
    return whole.getvalue()
