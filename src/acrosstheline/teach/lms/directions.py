"""The page that says which file goes where, and what to click."""

from html import escape

from acrosstheline.teach import page

_TEXT = """# Bring this course into a learning management system

*For instructors.*

| File | For | What is in it |
| --- | --- | --- |
| `{cartridge}` | Moodle, Blackboard, Brightspace, Sakai and others | a Common Cartridge 1.1: a module for each week with readings, quizzes with feedback, discussions, exercises and notebooks |
| `{canvas}` | Canvas | the same, with due dates, assignments to upload, and rubrics; everything unpublished |
| `{moodle}` | Moodle's question bank | the quiz questions, a category for each chapter, with feedback on every choice |
| `{qti}` | question banks elsewhere | the same questions as QTI 1.2 |

Try it in an empty course first.

## Moodle

1. Make an empty course, open *Restore* in its menu, upload `{cartridge}`, and follow the steps of a course restore.
2. For the questions alone: *Question bank*, *Import*, *Moodle XML format*, `{moodle}`. Leave *Get category from file* ticked.
3. A cartridge brings no due dates and no place to hand work in. Add an *Assignment* for each exercise, with the date from `schedule.csv`, the file type `.ipynb`, as *Maximum grade* the points that the exercise's page names, and under *Feedback types* a tick at *Feedback comments*, *Feedback files* and *Offline grading worksheet*.
4. **Marks back.** The file adds all points as they are. Do written tasks weigh more in your course? Work that out first (the book's page *Grading*), and write it into the column of grades, within the maximum. Set your own language in Moodle to English. Open the assignment, *View all submissions*, *Upload grading worksheet*, and choose the file `for_lms/moodle_….csv` that the command `grade` wrote for it. Upload this before the pages. Tick *Allow updating records that have been modified more recently in Moodle than in the spreadsheet*: our file has no dates, and without the tick Moodle passes over every student of whom it holds a mark or a page already. With it, marks and comments in the file take the place of those in Moodle; a comment that is empty in the file empties Moodle's, while an empty mark changes nothing. So upload when all is marked. The pages for students go the same way: *Upload multiple feedback files in a zip*, the file `moodle_feedback_….zip`.

Step 4 is from Moodle's source, and tried on no live Moodle. Its worksheet knows students by the word *Participant* and a number; in another language of yours Moodle cuts off the wrong number of letters.

[Moodle on cartridges](https://docs.moodle.org/401/en/IMS_Common_Cartridge_import_and_export), [on its question format](https://docs.moodle.org/en/Moodle_XML_format).

## Canvas

1. *Settings*, *Import Course Content*, content type *Canvas Course Export Package*, file `{canvas}`, *All content*.
2. Dates are set for the time zone {zone}. The dialogue can shift them, or leave them out.
3. Publish each week when you are ready. Quizzes are practice quizzes without marks, since their answers are public in the book. An assignment has the rubric of its written task beside it; the points of the checked tasks come from your grading.
4. **Marks back.** The file adds all points as they are. Do written tasks weigh more in your course? Work that out first (the book's page *Grading*), and write it into the column of grades, within the maximum. *Grades*, *Import*, the file `for_lms/canvas_gradebook.csv` that the command `grade` wrote. It names assignments by their titles, so keep those that the import made; a cell that is empty changes nothing. From Canvas's source, and tried on no live Canvas.

For the questions alone: content type *QTI .zip file*, file `{qti}`. [Canvas on the content types](https://community.canvaslms.com/t5/The-Product-Blog/Exporting-New-Quizzes-as-a-Common-Cartridge/ba-p/603703).

## Blackboard Learn

In the Original course view: *Control Panel*, *Packages and Utilities*, *Import Package / View Logs*, *Import Package*, file `{cartridge}`. Blackboard says that it reads Common Cartridge 1.0, 1.1 and 1.2 ([its help](https://en-us.help.blackboard.com/Learn/9.1_Older_Versions/9.1_SP_14/Administrator/160_Course_Management/040_Common_Cartridge_Course_Packages)). For the Ultra course view we found no statement of theirs: ask your administrator.

## Brightspace

*Course Admin*, *Import/Export/Copy Components*, *Import Components*, *Start*, upload `{cartridge}`, *Import All Components* ([D2L's instructions](https://community.d2l.com/brightspace/kb/articles/16771-copy-course-components)).

## Before students see it

- The syllabus has marked places that only you can fill: complete `syllabus.md` from the student pack, or replace the file.
- Offer the student pack as a file too: it has what notebooks need on a computer of one's own.
- Look at one reading with its charts, one quiz with its feedback, and one exercise.
- No solution is in any of these files. The rubrics are those that students have under their written tasks.

## What was tried, and what was not

The cartridges are held against the published schemas, and their questions and modules against the rules of Moodle's and Canvas's importers, as their source code has them. Two programs of other makers read them whole: the reading part of Open edX's converter (the cartridges; it leaves out Canvas's assignments) and amc2moodle (the Moodle questions). **No file was imported into a running Moodle, Canvas, Blackboard or Brightspace.** If something arrives wrong, please tell us which system and version you use.
"""


def directions(course, names):
    """Return the page as HTML.

    Parameters
    ----------
    course : acrosstheline.teach.course.Course
    names : dict of str to str
        The file names: ``cartridge``, ``canvas``, ``moodle`` and ``qti``.
    """
    text = _TEXT.format(zone=escape(course.zone), **names)
    return page.page(f"Learning management systems: {course.name}", page.markdown(text)).encode()
