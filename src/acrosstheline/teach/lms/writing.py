"""Writing XML and zip files that are the same bytes for the same content."""

import hashlib
import io
import xml.etree.ElementTree as ElementTree
import zipfile

MANIFEST = "imsmanifest.xml"
_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"


def identifier(*parts):
    """Return a name that is the same for the same parts, and that XML allows as an identifier."""
    return "i" + hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()[:31]


def node(tag, text=None, *children, **attributes):
    """Return an XML element."""
    made = ElementTree.Element(tag, {name.replace("_", ":"): str(value) for name, value in attributes.items()})
    made.text = text
    made.extend(children)
    return made


def document(root):
    """Return an XML element as a file, a line for each element."""
    ElementTree.indent(root)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="utf-8", xml_declaration=False) + b"\n"


def archive(files):
    """Return files as a zip: sorted, with one date for all, the same bytes each time."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in sorted(files):
            entry = zipfile.ZipInfo(path, (1980, 1, 1, 0, 0, 0))
            entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, 0o644 << 16, 3
            packed.writestr(entry, files[path])
    return whole.getvalue()


def schema(namespace, where):
    """Return the attributes by which a root element names its schema."""
    return {"xmlns_xsi": _INSTANCE, "xsi_schemaLocation": f"{namespace} {where}"}
