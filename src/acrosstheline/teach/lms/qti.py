"""Questions in QTI 1.2, as Common Cartridge 1.1 profiles it, and as a package of their own.

Every choice has its feedback in a condition of its own that ends the processing. Moodle adds the feedback of every
condition that lets the processing go on to what it shows after any answer (``get_general_feedback`` in its
``backup/cc/entity11.quiz.class.php``), which would give the right answer away. The right choice's condition stands
first: Open edX's converter takes every condition up to the first one that ends the processing for a right answer
(``_mark_correct_multiple_choice_responses`` in its ``qti.py``).
"""

from acrosstheline.teach.lms import contents
from acrosstheline.teach.lms.writing import MANIFEST, archive, document, identifier, node, schema

NAMESPACE = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
_PROFILED = "http://www.imsglobal.org/profile/cc/ccv1p1/ccv1p1_qtiasiv1p2p1_v1p0.xsd"
_WHOLE = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2p1.xsd"
_CONTENT = "http://www.imsglobal.org/xsd/imscp_v1p1"


def assessment(name, title, questions, plain=False):
    """Return questions as one assessment.

    Parameters
    ----------
    name, title : str
    questions : tuple of acrosstheline.teach.bank.Question
    plain : bool
        Whether to say what a question is as Canvas's own exports do, instead of by Common Cartridge's profile.

    Returns
    -------
    xml.etree.ElementTree.Element
    """
    about = [("cc_maxattempts", "unlimited")] if plain else [("cc_profile", "cc.exam.v0p1"), ("qmd_assessmenttype", "Examination"), ("qmd_scoretype", "Percentage"), ("cc_maxattempts", "unlimited")]
    items = (_item(question, place, plain) for place, question in enumerate(questions, start=1))
    made = node("assessment", None, _fields(about), node("section", None, *items, ident="root_section"), ident=name, title=title)
    return node("questestinterop", None, made, xmlns=NAMESPACE, **schema(NAMESPACE, _WHOLE if plain else _PROFILED))


def package(course):
    """Return the questions of a course's chapters as a QTI 1.2 package: one assessment a chapter.

    Parameters
    ----------
    course : acrosstheline.teach.course.Course

    Returns
    -------
    bytes
        A zip, the same for the same course.
    """
    files, listed = {}, []
    for quiz in quizzes(course):
        name = identifier("qti", quiz.name)
        path = f"{name}/{name}.xml"
        files[path] = document(assessment(name, quiz.title, quiz.questions, plain=True))
        listed.append(node("resource", None, node("file", None, href=path), identifier=name, type="imsqti_xmlv1p2", href=path))
    metadata = node("metadata", None, node("schema", "IMS Content"), node("schemaversion", "1.1.3"))
    manifest = node("manifest", None, metadata, node("organizations"), node("resources", None, *listed), identifier=identifier("qti", course.name), xmlns=_CONTENT)
    return archive(files | {MANIFEST: document(manifest)})


def quizzes(course):
    """Return the quizzes of a course, in order."""
    return [contents.quiz(unit) for unit in course.units]


def _item(question, place, plain):
    choices = [(f"{question.name.replace('-', '_')}_{number}", choice) for number, choice in enumerate(question.choices, start=1)]
    made = node("item", None, ident=identifier("question", question.name), title=f"Question {place}")
    made.append(node("itemmetadata", None, _fields(_told(choices) if plain else [("cc_profile", "cc.multiple_choice.v0p1")])))
    made.append(_presentation(question, choices))
    made.append(_processing(choices))
    made.extend(node("itemfeedback", None, node("flow_mat", None, _material(choice.feedback)), ident=f"{name}_fb") for name, choice in choices)
    return made


def _told(choices):
    return [("question_type", "multiple_choice_question"), ("points_possible", "1.0"), ("original_answer_ids", ",".join(name for name, _ in choices))]


def _presentation(question, choices):
    labels = (node("response_label", None, _material(choice.text), ident=name) for name, choice in choices)
    asked = node("response_lid", None, node("render_choice", None, *labels), ident="response1", rcardinality="Single")
    return node("presentation", None, _material(f"<p>{question.text}</p>"), asked)


def _processing(choices):
    score = node("decvar", None, maxvalue="100", minvalue="0", varname="SCORE", vartype="Decimal")
    first = sorted(choices, key=lambda pair: not pair[1].right)
    return node("resprocessing", None, node("outcomes", None, score), *(_condition(name, choice) for name, choice in first))


def _condition(name, choice):
    made = node("respcondition", None, node("conditionvar", None, node("varequal", name, respident="response1")), **{"continue": "No"})
    if choice.right:
        made.append(node("setvar", "100", action="Set", varname="SCORE"))
    made.append(node("displayfeedback", None, feedbacktype="Response", linkrefid=f"{name}_fb"))
    return made


def _material(html):
    return node("material", None, node("mattext", contents.ascii_html(html), texttype="text/html"))


def _fields(pairs):
    return node("qtimetadata", None, *(node("qtimetadatafield", None, node("fieldlabel", label), node("fieldentry", entry)) for label, entry in pairs))
