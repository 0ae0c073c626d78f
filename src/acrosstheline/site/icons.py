"""Cut the theme's icon font, and the style rules for its icons, down to the icons in use."""

import re
from io import BytesIO

_RULE = re.compile(r'((?:\.fa-[a-z0-9-]+:{1,2}before,?)+)\{content:"(\\[0-9a-f]+|[^"\\])"\}')
_NAME = re.compile(r"\bfa-([a-z0-9-]+)")
_CODE = re.compile(r'"\\([ef][0-9a-f]{3})"')
_STYLES = ("styles/pydata-sphinx-theme.css", "styles/sphinx-book-theme.css")


def cut(out):
    """Rewrite the style sheets and fonts of a built site.

    Parameters
    ----------
    out : pathlib.Path
        The built site.
    """
    static = out / "_static"
    used = _names_in_use(out)
    codes = set()
    for name in _STYLES:
        sheet = static / name
        text = _RULE.sub(lambda m: m[0] if used & set(_NAME.findall(m[1])) else "", sheet.read_text(encoding="utf-8"))
        text = re.sub(r"/\*# sourceMappingURL=[^*]*\*/", "", text)
        codes |= {int(code, 16) for code in _CODE.findall(text)}
        sheet.write_text(text.replace("font-display:block", "font-display:swap"), encoding="utf-8")
    for font in (static / "vendor" / "fontawesome" / "webfonts").glob("*"):
        _subset(font, codes)


def _names_in_use(out):
    names = set()
    for page in [*out.rglob("*.html"), *(out / "_static" / "scripts").glob("*.js")]:
        names |= set(_NAME.findall(page.read_text(encoding="utf-8", errors="ignore")))
    return names


def _subset(path, codes):
    from fontTools import subset

    if path.suffix != ".woff2":
        path.unlink()  # every browser that runs the site reads woff2
        return
    options = subset.Options(flavor="woff2", desubroutinize=True, notdef_outline=False, layout_features=[])
    font = subset.load_font(BytesIO(path.read_bytes()), options)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=codes)
    cutter.subset(font)
    subset.save_font(font, str(path), options)
