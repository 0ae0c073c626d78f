"""A course for learning management systems: two cartridges, two question banks, and how to import them.

Two importers by other makers run anywhere without an account, and show what they took. Open edX's converter
(https://github.com/openedx/cc2olx) reads the cartridges, amc2moodle (from PyPI) the questions for Moodle::

    cc2olx -r zip -i across-the-line.imscc
    moodle2amc across-the-line-moodle-questions.xml -o questions.tex
"""

from acrosstheline import markup
from acrosstheline.teach.lms import canvas, cartridge, moodle, qti
from acrosstheline.teach.lms.directions import directions

_LONGEST = 60


def members(course, packet=None):
    """Return a course as files that learning management systems import.

    Parameters
    ----------
    course : acrosstheline.teach.course.Course
    packet : dict of str to bytes, optional
        The reading packet, to be put into both cartridges.

    Returns
    -------
    dict of str to bytes
        Under ``lms/``: named by the course a Common Cartridge, one for Canvas with due dates, the questions as
        Moodle XML and as QTI 1.2; and ``how-to-import.html``.

    Raises
    ------
    acrosstheline.teach.catalogue.CourseError
        If the book is not built, or the course's name cannot be written.
    """
    name = markup.slug(course.name)[:_LONGEST].strip("-") or "across-the-line"
    made = {
        "cartridge": (f"{name}.imscc", cartridge.cartridge(course, packet)),
        "canvas": (f"{name}-canvas.imscc", canvas.cartridge_for_canvas(course, packet)),
        "moodle": (f"{name}-moodle-questions.xml", moodle.questions(course)),
        "qti": (f"{name}-qti12-questions.zip", qti.package(course)),
    }
    page = directions(course, {kind: file for kind, (file, _) in made.items()})
    return {f"lms/{file}": data for file, data in (*made.values(), ("how-to-import.html", page))}
