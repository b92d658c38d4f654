"""Letters of the charts: fonts that have Cyrillic ones, and texts that are made to fit."""

from pathlib import Path
from typing import NamedTuple

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfbase.ttfonts import TTFError, TTFont

from odoo.tools.misc import file_path

# what a viewer of an SVG takes that has not got the first one
SVG_FAMILY = "Roboto, Arial, 'DejaVu Sans', sans-serif"
# regular and bold: Odoo's own first, then what a Linux machine has
PAIRS = (
    ("web/static/fonts/google/Roboto/Roboto-Regular.ttf", "web/static/fonts/google/Roboto/Roboto-Bold.ttf"),
    ("web/static/fonts/google/Open_Sans/Open_Sans-Regular.ttf", "web/static/fonts/google/Open_Sans/Open_Sans-Bold.ttf"),
    ("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf", "/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf"),
    (
        "/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf",
        "/usr/share/fonts/truetype/liberation/LiberationSans-Bold.ttf",
    ),
)
CYRILLIC = "АЯЄІЇҐЫЭёєіїґ"
ELLIPSIS = "…"
# instead of signs that a font does not have; others are left out
SUBSTITUTES = {"→": "›", "\N{NARROW NO-BREAK SPACE}": "\N{NO-BREAK SPACE}", "−": "-", "₴": "грн", "₸": "тг", "₽": "руб"}


class ChartFont(NamedTuple):
    """A regular and a bold font, known to reportlab under these names, with their files."""

    regular: str
    bold: str
    paths: dict  # path of the file, by name

    def clean(self, text):
        """Return the text in letters that both fonts have."""
        glyphs = pdfmetrics.getFont(self.regular).face.charToGlyph.keys()
        glyphs &= pdfmetrics.getFont(self.bold).face.charToGlyph.keys()
        return "".join(letter if ord(letter) in glyphs else SUBSTITUTES.get(letter, "") for letter in text)

    def fit(self, text, name, size, width):
        """Return the text, or as much of its beginning as fits into the width (points), with an ellipsis."""
        text = self.clean(text)
        if stringWidth(text, name, size) <= width:
            return text
        while text and stringWidth(text + ELLIPSIS, name, size) > width:
            text = text[:-1]
        return text.rstrip() + ELLIPSIS

    def wrap(self, text, name, size, width, limit):
        """Return the text in lines of this width (points) at most; the last of `limit` lines is shortened."""
        lines, words = [], list(filter(None, self.clean(text).split(" ")))
        while words and len(lines) < limit - 1:
            count = self._count_fitting(words, name, size, width)
            lines.append(self.fit(" ".join(words[:count]), name, size, width))
            words = words[count:]
        if words:
            lines.append(self.fit(" ".join(words), name, size, width))
        return lines

    def _count_fitting(self, words, name, size, width):
        """Return how many of the words fit into one line, one at least."""
        count = 1
        while count < len(words) and stringWidth(" ".join(words[: count + 1]), name, size) <= width:
            count += 1
        return count


def get_chart_font(pairs=PAIRS):
    """Return the first pair of fonts that is there and has Cyrillic letters.

    :rtype: ChartFont
    :raises FileNotFoundError: if there is none
    """
    for pair in pairs:
        names = [f"crm_funnel-{Path(path).stem}" for path in pair]
        try:
            paths = dict(zip(names, map(_find, pair), strict=True))
            if all(_register(name, path) for name, path in paths.items()):
                return ChartFont(*names, paths)
        except (OSError, ValueError, TTFError):
            continue
    raise FileNotFoundError(pairs[0][0])


def _find(path):
    """Return the file of a font: of an addon of Odoo, or of the machine."""
    return str(Path(path).resolve(strict=True)) if path.startswith("/") else file_path(path, (".ttf",))


def _register(name, path):
    """Make a font known to reportlab, once in the life of the process; return whether it has Cyrillic letters."""
    if name not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont(name, path))
    glyphs = pdfmetrics.getFont(name).face.charToGlyph
    return all(ord(letter) in glyphs for letter in CYRILLIC)
