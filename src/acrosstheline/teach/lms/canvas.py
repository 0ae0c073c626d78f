"""A course as Canvas exports one: a Common Cartridge with the due dates, assignments and rubrics that Canvas adds to it.

The format has no description but Canvas's own source (https://github.com/instructure/canvas-lms): what it writes is in
``lib/cc/`` (``canvas_resource.rb``, ``module_meta.rb``, ``assignment_resources.rb``, ``topic_resources.rb``,
``rubrics.rb``, ``qti/qti_generator.rb``), what it reads in ``lib/cc/importer/canvas/``. Three things follow from there:

- ``course_settings/canvas_export.txt`` turns that importer on, and it then reads quizzes from ``non_cc_assessments/``
  alone, assignments from ``assignment_settings.xml`` and modules from ``module_meta.xml``.
- Times carry no zone and are read as UTC (``get_time_val`` in ``lib/canvas/migration/xml_helper.rb``).
- There is no ``course_settings.xml`` and no ``syllabus.html`` here: they would overwrite those of the course that
  imports the file.
"""

from datetime import UTC

from acrosstheline.teach import rubrics
from acrosstheline.teach.lms import cartridge, contents, qti
from acrosstheline.teach.lms.cartridge import Resource
from acrosstheline.teach.lms.writing import document, identifier, node, schema

NAMESPACE = "http://canvas.instructure.com/xsd/cccv1p0"
_MORE = "associatedcontent/imscc_xmlv1p1/learning-application-resource"
_SETTINGS = "course_settings"
_FILES = "$IMS-CC-FILEBASE$/notebooks/"
_GROUP = identifier("group", "exercises")
_FLAG = b"A course for Canvas, with due dates. Canvas reads this folder because this file is in it.\n"
_KINDS = {
    contents.File: "Attachment",
    contents.Link: "ExternalUrl",
    contents.Quiz: "Quizzes::Quiz",
    contents.Topic: "DiscussionTopic",
    contents.Task: "Assignment",
}
UNPUBLISHED = "unpublished"


def cartridge_for_canvas(course, packet=None):
    """Return a course as one file for Canvas: everything unpublished, with due times in UTC.

    Parameters
    ----------
    course : acrosstheline.teach.course.Course
    packet : dict of str to bytes, optional
        See `acrosstheline.teach.lms.contents.modules`.

    Returns
    -------
    bytes

    Raises
    ------
    acrosstheline.teach.catalogue.CourseError
        If the book is not built.
    """
    modules = contents.modules(course, packet)
    items = {item.name: item for module in modules for item in module.items}
    resources = {made.identifier: made for item in items.values() for made in _resources(item)}
    resources["settings"] = _settings(modules, items.values())
    return cartridge.package(course, modules, resources, {name: identifier(name) for name in items})


def utc(moment):
    """Return a moment as Canvas writes one: in UTC, without a zone."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _resources(item):
    """Return one item as the manifest lists it, with what Canvas adds."""
    if isinstance(item, contents.Task):
        return [_assignment(item)]
    made = cartridge.resource(item)
    more = {contents.Quiz: _quiz, contents.Topic: _topic}.get(type(item))
    if not more:
        return [made]
    added = more(item, made.identifier)
    return [Resource(made.identifier, made.kind, made.files, made.opens, (added.identifier,)), added]


def _root(tag, *children, **attributes):
    return node(tag, None, *children, xmlns=NAMESPACE, **schema(NAMESPACE, "https://canvas.instructure.com/xsd/cccv1p0.xsd"), **attributes)


def _assignment(item):
    name, rubric = identifier(item.name), _main_rubric(item)
    made = _root(
        "assignment",
        node("title", item.title),
        *_due(item),
        node("workflow_state", UNPUBLISHED),
        node("assignment_group_identifierref", _GROUP),
        *([node("rubric_identifierref", _rubric_name(item, rubric)), node("rubric_use_for_grading", "false")] if rubric else []),
        node("allowed_extensions", "ipynb"),
        node("points_possible", rubrics.shown(item.points)),
        node("grading_type", "points"),
        node("submission_types", "online_upload"),
        identifier=name,
    )
    page = f"{name}/{item.name}.html"
    return Resource(name, _MORE, {page: cartridge.instructions(item, _FILES), f"{name}/assignment_settings.xml": document(made)}, opens=True)


def _due(item):
    return [node("due_at", utc(item.due))] if item.due else []


def _quiz(item, name):
    made = _root(
        "quiz",
        node("title", item.title),
        node("description", item.text),
        *_due(item),
        node("shuffle_answers", "true"),
        node("scoring_policy", "keep_highest"),
        node("quiz_type", "practice_quiz"),
        node("points_possible", f"{len(item.questions)}.0"),
        node("show_correct_answers", "true"),
        node("allowed_attempts", "-1"),
        node("one_question_at_a_time", "false"),
        node("cant_go_back", "false"),
        node("available", "false"),
        identifier=name,
    )
    asked = document(qti.assessment(name, item.title, item.questions, plain=True))
    return Resource(identifier("canvas", item.name), _MORE, {f"{name}/assessment_meta.xml": document(made), f"non_cc_assessments/{name}.xml.qti": asked}, opens=True)


def _topic(item, name):
    meta = identifier("canvas", item.name)
    made = _root(
        "topicMeta",
        node("topic_id", name),
        node("title", item.title),
        node("type", "topic"),
        node("discussion_type", "threaded"),
        node("workflow_state", UNPUBLISHED),
        identifier=meta,
    )
    return Resource(meta, _MORE, {f"{meta}.xml": document(made)}, opens=True)


def _settings(modules, items):
    tasks = [item for item in items if isinstance(item, contents.Task)]
    group = node("assignmentGroup", None, node("title", "Exercises"), node("position", "1"), identifier=_GROUP)
    files = {
        "canvas_export.txt": _FLAG,
        "assignment_groups.xml": document(_root("assignmentGroups", group)),
        "module_meta.xml": document(_root("modules", *(_module(module, place) for place, module in enumerate(modules, start=1)))),
        "rubrics.xml": document(_root("rubrics", *(_rubric(item, task) for item in tasks for task in item.written))),
    }
    return Resource(identifier("canvas", "settings"), _MORE, {f"{_SETTINGS}/{path}": data for path, data in files.items()}, opens=True)


def _module(module, position):
    items = (_module_item(module, item, place) for place, item in enumerate(module.items, start=1))
    return node(
        "module",
        None,
        node("title", module.title),
        node("workflow_state", UNPUBLISHED),
        node("position", str(position)),
        node("items", None, *items),
        identifier=identifier("module", module.name),
    )


def _module_item(module, item, position):
    address = [node("url", item.url), node("new_tab", "true")] if isinstance(item, contents.Link) else []
    return node(
        "item",
        None,
        node("content_type", _KINDS[type(item)]),
        node("workflow_state", UNPUBLISHED),
        node("title", item.title),
        node("identifierref", identifier(item.name)),
        *address,
        node("position", str(position)),
        node("indent", "0"),
        identifier=identifier("item", module.name, item.name),
    )


def _main_rubric(item):
    """Return the written task whose rubric goes with the assignment, since Canvas takes one: the first that all must do."""
    return next((task for task in item.written if not task.optional), None) or next(iter(item.written), None)


def _rubric_name(item, task):
    return identifier("rubric", item.name, task.name)


def _rubric(item, task):
    each = task.points / len(task.rubric)
    criteria = (_criterion(_rubric_name(item, task), criterion, each) for criterion in task.rubric)
    return node(
        "rubric",
        None,
        node("title", f"{item.title}: task {task.name}"),
        node("reusable", "false"),
        node("public", "false"),
        node("points_possible", rubrics.shown(task.points)),
        node("hide_score_total", "false"),
        node("free_form_criterion_comments", "false"),
        node("criteria", None, *criteria),
        identifier=_rubric_name(item, task),
    )


def _criterion(rubric, criterion, points):
    name = identifier(rubric, criterion.name)
    ratings = (_rating(name, level, points) for level in reversed(criterion.levels))
    return node("criterion", None, node("criterion_id", name), node("points", rubrics.shown(points)), node("description", criterion.name), node("ratings", None, *ratings))


def _rating(criterion, level, points):
    return node(
        "rating",
        None,
        node("description", level.name),
        node("points", rubrics.shown(points * level.share)),
        node("criterion_id", criterion),
        node("long_description", level.text),
        node("id", identifier(criterion, level.name)),
    )
