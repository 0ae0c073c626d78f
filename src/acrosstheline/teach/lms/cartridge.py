"""A course as a Common Cartridge 1.1, which Moodle, Canvas, Blackboard, Brightspace and others import.

The format: https://www.imsglobal.org/cc/ccv1p1/imscc_profilev1p1-Overview.html. It has no due dates and no
assignments: the dates stand in the instructions and in the calendar file.
"""

from dataclasses import dataclass

from acrosstheline.teach.lms import contents, qti
from acrosstheline.teach.lms.writing import MANIFEST, archive, document, identifier, node, schema

FOLDER = "web_resources"
_CP = "http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"
_LOM = "http://ltsc.ieee.org/xsd/imsccv1p1/LOM/manifest"
_LINK = "http://www.imsglobal.org/xsd/imsccv1p1/imswl_v1p1"
_TOPIC = "http://www.imsglobal.org/xsd/imsccv1p1/imsdt_v1p1"
_PROFILE = "http://www.imsglobal.org/profile/cc/ccv1p1"
ABOUT = "A course with the open book Across the Line. Text, charts and tables: CC BY 4.0; code: MIT; quotations belong to their authors."


@dataclass(frozen=True)
class Resource:
    """What the manifest lists: a kind of thing, and the files that it is made of, the first of which opens.

    Attributes
    ----------
    identifier, kind : str
    files : dict of str to bytes
    opens : bool
        Whether it has an address of its own.
    needs : tuple of str
        Identifiers of other resources.
    """

    identifier: str
    kind: str
    files: dict
    opens: bool = False
    needs: tuple = ()


def cartridge(course, packet=None):
    """Return a course as one file, the same bytes for the same course.

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
    resources = {item.name: resource(item) for module in modules for item in module.items}
    return package(course, modules, resources, {name: made.identifier for name, made in resources.items()})


def resource(item):
    """Return one item as the manifest lists it."""
    return _MAKERS[type(item)](item)


def package(course, modules, resources, targets):
    """Return modules and their resources as one zip file with its manifest.

    Parameters
    ----------
    course : acrosstheline.teach.course.Course
    modules : tuple of acrosstheline.teach.lms.contents.Module
    resources : dict of str to Resource
    targets : dict of str to str
        For each item's name the identifier of the resource that it opens.
    """
    files = {path: data for made in resources.values() for path, data in made.files.items()}
    files[MANIFEST] = document(_manifest(course, modules, resources.values(), targets))
    return archive(files)


def _file(item):
    beside = {f"{FOLDER}/{path}": data for path, data in item.beside}
    return Resource(identifier(item.name), "webcontent", {f"{FOLDER}/{item.path}": item.data} | beside, opens=True)


def _link(item):
    made = node("webLink", None, node("title", item.title), node("url", None, href=item.url, target="_blank"), xmlns=_LINK, **schema(_LINK, f"{_PROFILE}/ccv1p1_imswl_v1p1.xsd"))
    return _in_xml(item, "imswl_xmlv1p1", made)


def _topic(item):
    made = node("topic", None, node("title", item.title), node("text", item.text, texttype="text/html"), xmlns=_TOPIC, **schema(_TOPIC, f"{_PROFILE}/ccv1p1_imsdt_v1p1.xsd"))
    return _in_xml(item, "imsdt_xmlv1p1", made)


def _in_xml(item, kind, made):
    name = identifier(item.name)
    return Resource(name, kind, {f"{name}.xml": document(made)})


def _quiz(item):
    name = identifier(item.name)
    made = qti.assessment(name, item.title, item.questions)
    return Resource(name, "imsqti_xmlv1p2/imscc_xmlv1p1/assessment", {f"{name}/assessment_qti.xml": document(made)})


def _task(item):
    path = f"{FOLDER}/tasks/{item.name.removeprefix('task-')}.html"
    return Resource(identifier(item.name), "webcontent", {path: instructions(item, "../notebooks/")}, opens=True)


def instructions(item, folder):
    """Return a task's instructions as a page of their own, its notebook being in the folder named."""
    notebook = f"{folder}{item.name.removeprefix('task-')}_exercise.ipynb"
    title = contents.ascii_html(item.title.replace("&", "&amp;").replace("<", "&lt;"))
    body = item.text.replace(contents.NOTEBOOK, notebook)
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    ).encode()


_MAKERS = {contents.File: _file, contents.Link: _link, contents.Topic: _topic, contents.Quiz: _quiz, contents.Task: _task}


def _manifest(course, modules, resources, targets):
    return node(
        "manifest",
        None,
        _metadata(course),
        node("organizations", None, node("organization", None, node("item", None, *(_module(module, targets) for module in modules), identifier="LearningModules"), identifier="org_1", structure="rooted-hierarchy")),
        node("resources", None, *map(_listed, resources)),
        identifier=identifier("manifest", course.name),
        xmlns=_CP,
        xmlns_lomimscc=_LOM,
        **schema(_CP, f"{_PROFILE}/ccv1p1_imscp_v1p2_v1p0.xsd"),
    )  # fmt: skip


def _metadata(course):
    general = node("lomimscc:general", None, _words("lomimscc:title", course.name), node("lomimscc:language", "en"), _words("lomimscc:description", ABOUT))
    return node("metadata", None, node("schema", "IMS Common Cartridge"), node("schemaversion", "1.1.0"), node("lomimscc:lom", None, general))


def _words(tag, text):
    return node(tag, None, node("lomimscc:string", text, language="en"))


def _module(module, targets):
    items = (node("item", None, node("title", item.title), identifier=identifier("item", module.name, item.name), identifierref=targets[item.name]) for item in module.items)
    return node("item", None, node("title", module.title), *items, identifier=identifier("module", module.name))


def _listed(made):
    files = [node("file", None, href=path) for path in made.files]
    needs = [node("dependency", None, identifierref=name) for name in made.needs]
    opens = {"href": next(iter(made.files))} if made.opens else {}
    return node("resource", None, *files, *needs, identifier=made.identifier, type=made.kind, **opens)
