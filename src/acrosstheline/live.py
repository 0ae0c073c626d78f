"""The live side of figures and explorers: widgets for a notebook with a running kernel.

Every function returns the part of a MIME bundle that shows the widget, and an empty bundle where no
kernel is running, so that the same cell is right in a script, a test and a notebook.
"""

import ipywidgets as widgets

# Labels are not cut, and a card's facts stand beside their headings, or under them on a phone.
STYLE = (
    "<style>.atl-bench label{height:auto!important;line-height:1.5!important;white-space:normal!important;overflow:visible!important}"
    ".atl-bench .widget-radio-box label{display:flex;align-items:flex-start;margin-bottom:.35em!important}.atl-bench .widget-radio-box input{flex:none;order:-1;margin-top:.15em!important}"
    ".atl-bench .widget-dropdown>label{max-width:100%!important}.atl-bench .widget-dropdown>select{height:28px!important}"
    ".atl-bench .atl-card{display:grid;grid-template-columns:max-content 1fr;gap:.2em .8em}"
    ".atl-bench .atl-card dt,.atl-bench .atl-card dd{float:none;width:auto;margin:0}"
    "@media(max-width:30rem){.atl-bench .atl-card{grid-template-columns:1fr}}</style>"
)


def _bundle(widget):
    bundle = widget._repr_mimebundle_() or {}
    return {mime: view for mime, view in bundle.items() if mime == "application/vnd.jupyter.widget-view+json"}


def column(children):
    """Return widgets one under the other, in the style that also fits a phone."""
    box = widgets.VBox([widgets.HTML(STYLE), *children])
    box.add_class("atl-bench")
    return box


def chart_with_notes(chart, parts):
    """Show a chart above an accordion of notes.

    Parameters
    ----------
    chart : dict
        The chart's MIME bundle.
    parts : dict of str to str
        Title and HTML of each note.
    """
    picture = widgets.Output(outputs=({"output_type": "display_data", "data": chart, "metadata": {}},))
    notes = widgets.Accordion(children=[widgets.HTML(body) for body in parts.values()], titles=tuple(parts), selected_index=None)
    return _bundle(widgets.VBox([picture, notes]))


def choose(question, labels, render):
    """Show one of several panels, chosen by name.

    Parameters
    ----------
    question : str
    labels : list of str
    render : callable
        Takes the index of the chosen label and returns HTML.
    """
    menu = widgets.RadioButtons(options=list(labels), index=0, layout={"width": "auto"})
    panel = widgets.HTML(render(0))
    menu.observe(lambda change: setattr(panel, "value", render(change["new"])), names="index")
    return _bundle(column([widgets.HTML(f"<strong>{question}</strong>"), menu, panel]))


def commit(question, choices, answer):
    """Show choices, and the answer to compare with only when the reader has chosen and asks for it.

    Parameters
    ----------
    question : str
    choices : list of str
    answer : str
        HTML.
    """
    menu = widgets.RadioButtons(options=list(choices), index=None, layout={"width": "auto"})
    button = widgets.Button(description="Compare with what we found", disabled=True, layout={"width": "max-content"})
    panel = widgets.HTML()
    menu.observe(lambda _change: setattr(button, "disabled", False), names="index")
    button.on_click(lambda _button: setattr(panel, "value", answer))
    return _bundle(column([widgets.HTML(f"<strong>{question}</strong>"), menu, button, panel]))


def choose_two(question, labels, render, first=0, second=1):
    """Show two panels side by side, each chosen by name."""
    columns = []
    for start in (first, second):
        menu = widgets.Dropdown(options=list(labels), index=start)
        panel = widgets.HTML(render(start))
        menu.observe(lambda change, panel=panel: setattr(panel, "value", render(change["new"])), names="index")
        columns.append(widgets.VBox([menu, panel], layout={"width": "50%"}))
    return _bundle(widgets.VBox([widgets.HTML(f"<strong>{question}</strong>"), widgets.HBox(columns)]))


def filtered(facets, render):
    """Show a table under menus that filter it.

    Parameters
    ----------
    facets : dict of str to list of str
        Each menu's label and its values.
    render : callable
        Takes the chosen values (None for all), by label, and returns HTML.
    """
    menus = {label: widgets.Dropdown(options=[("all", None), *((v, v) for v in values)], description=label) for label, values in facets.items()}
    panel = widgets.HTML(render({label: None for label in menus}))

    def update(_change):
        panel.value = render({label: menu.value for label, menu in menus.items()})

    for menu in menus.values():
        menu.observe(update, names="value")
    return _bundle(widgets.VBox([widgets.HBox(list(menus.values()), layout={"flex_flow": "row wrap"}), panel]))


def questions(items):
    """Show quiz questions, each with feedback on the choice made.

    Parameters
    ----------
    items : list of (str, list of (str, str))
        Question, and its choices with the feedback in HTML.
    """
    boxes = []
    for number, (question, choices) in enumerate(items, start=1):
        menu = widgets.RadioButtons(options=[text for text, _ in choices], index=None, layout={"width": "auto"})
        answer = widgets.HTML("<em>Not answered yet.</em>")
        menu.observe(
            lambda change, answer=answer, choices=choices: setattr(
                answer, "value", choices[change["new"]][1] if change["new"] is not None else ""
            ),
            names="index",
        )
        boxes.append(widgets.VBox([widgets.HTML(f"<strong>{number}. {question}</strong>"), menu, answer]))
    return _bundle(column(boxes))
