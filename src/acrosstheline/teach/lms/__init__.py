"""A course for learning management systems: two cartridges and two question banks.

To try a cartridge on an importer of another maker, that of Open edX is free and runs anywhere
(https://github.com/openedx/cc2olx)::

    cc2olx -i across-the-line.imscc -r zip -o across-the-line
"""

from acrosstheline import markup
from acrosstheline.teach.lms import canvas, cartridge, moodle, qti

_LONGEST = 60


def members(course):
    """Return a course as files that learning management systems import.

    Parameters
    ----------
    course : acrosstheline.teach.course.Course

    Returns
    -------
    dict of str to bytes
        Under ``lms/`` and named by the course: a Common Cartridge, one for Canvas with due dates, and the questions
        as Moodle XML and as QTI 1.2.

    Raises
    ------
    acrosstheline.teach.catalogue.CourseError
        If the book is not built, or the course's name cannot be written.
    """
    name = markup.slug(course.name)[:_LONGEST].strip("-") or "across-the-line"
    return {
        f"lms/{name}.imscc": cartridge.cartridge(course),
        f"lms/{name}-canvas.imscc": canvas.cartridge_for_canvas(course),
        f"lms/{name}-moodle-questions.xml": moodle.questions(course),
        f"lms/{name}-qti12-questions.zip": qti.package(course),
    }
