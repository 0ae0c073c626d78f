"""The Sphinx side: figures drawn at build time, pages that ask no other host for anything.

Loaded as a Sphinx extension by ``_config.yml``. The teaching tools never import it.
"""

from acrosstheline.site import extras, generated, light, pages, vendor


def setup(app):
    """Connect the site's steps to Sphinx (called by Sphinx itself)."""
    app.add_config_value("report_url", "", "html")
    app.add_css_file("atl.css", priority=900)
    app.add_js_file("atl.js", defer="defer", priority=900)
    app.connect("builder-inited", extras.serve_facts)
    app.connect("source-read", generated.fill)
    app.connect("doctree-resolved", pages.drop_thebe, priority=900)
    app.connect("doctree-resolved", light.plain_folded_code)
    app.connect("html-page-context", pages.list_groups, priority=100)
    app.connect("html-page-context", extras.add, priority=800)
    app.connect("html-page-context", pages.clean_context, priority=900)
    app.connect("html-page-context", light.defer_scripts, priority=950)
    app.connect("build-finished", pages.finish)
    app.connect("build-finished", vendor.serve_vega)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
