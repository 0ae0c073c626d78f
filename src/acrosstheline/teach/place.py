"""Where a course's packs go. It loads nothing, so that a place that is taken is refused at once."""

from pathlib import Path

from acrosstheline.teach.catalogue import CourseError

NAMES = ("student_pack", "instructor_pack")


def demand(folder, replace):
    """Refuse a place that is taken, unless packs stand there and may be replaced.

    Parameters
    ----------
    folder : path
    replace : bool
        Whether packs that stand there may go.

    Raises
    ------
    acrosstheline.teach.catalogue.CourseError
        If something stands there that is to stay.
    """
    folder = Path(folder)
    if not folder.exists() or folder.is_dir() and not any(folder.iterdir()):
        return
    if not folder.is_dir() or not all((folder / f"{name}.zip").is_file() for name in NAMES):
        more = " --replace takes the place of packs alone." if replace else ""
        raise CourseError(f"{folder} is there already, and does not hold both packs.{more} Choose another place with --out.")
    if not replace:
        raise CourseError(f"{folder} is there already, with packs in it. Choose another place with --out; or add --replace, which loses what you changed in them.")
