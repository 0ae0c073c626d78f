"""Keep the pages light: scripts that wait their turn, and folded code as plain text."""

from docutils import nodes

# Needed at once: the theme writes lines into the page that use it before anything else runs.
_AT_ONCE = "documentation_options.js"


def defer_scripts(app, pagename, templatename, context, doctree):
    """Let a page be drawn before its scripts are read.

    They still run in their order, before the page counts as loaded. The search page keeps its scripts
    as they are: the theme writes others into it that need them at once.
    """
    if pagename != "search":
        context["script_files"][:] = [_deferred(script) for script in context.get("script_files", [])]


def _deferred(script):
    name = str(getattr(script, "filename", None) or "")
    if not name or name.endswith(_AT_ONCE):
        return script
    return type(script)(script.filename, priority=script.priority, **{**script.attributes, "defer": "defer"})


def plain_folded_code(app, doctree, docname):
    """Write the code of folded cells as plain text: coloured, it would be thousands of elements that few open."""
    for cell in doctree.findall(nodes.container):
        if "tag_hide-input" in cell.get("classes", []):
            for source in cell.findall(lambda node: isinstance(node, nodes.container) and "cell_input" in node.get("classes", [])):
                for block in source.findall(nodes.literal_block):
                    block["language"] = "text"
