"""The sales pyramid as a reportlab drawing of one sheet A4, landscape: the same picture as in the web client.

It knows nothing of Odoo: all texts come ready, in the user's language. Black and white tells as much as colours do:
bottlenecks are hatched in a thick border and have a sign, what stands on a row now is dark.
"""

from itertools import chain, pairwise
from typing import NamedTuple

from reportlab.graphics.shapes import Drawing, Group, Line, Polygon, Rect, String
from reportlab.lib.colors import HexColor, white
from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfbase.pdfmetrics import stringWidth

WIDTH, HEIGHT = landscape(A4)
MARGIN = 34
LEFT, RIGHT = MARGIN, WIDTH - MARGIN
# left edge and width of each column, in points
STEP, NUMBERS, BAR = (LEFT + 6, 156), (LEFT + 168, 106), (LEFT + 284, 256)
CONVERSION, DAYS, WAITING = (LEFT + 556, 68), (LEFT + 632, 68), (LEFT + 708, 64)
ROW_HEIGHT = (14, 68)  # least and most
BODY_BOTTOM = MARGIN + 26

INK, MUTED, RULE = HexColor("#212529"), HexColor("#5c636a"), HexColor("#dee2e6")
NOW, ALL, EDGE = HexColor("#71639e"), HexColor("#dad6e6"), HexColor("#9c92bb")
GAP, GAP_PALE, GOOD, GOOD_PALE = HexColor("#b02a37"), HexColor("#f9ebec"), HexColor("#1e7e34"), HexColor("#e9f3eb")

# a bar that is so many times wider than the second widest is drawn cut, the second one then takes so much
CUT_FROM = 4
SECOND_SHARE = 0.55
BEVEL = 5  # how much a bar narrows to its top at most, on each side
NARROWEST = 2  # a row with a single deal is seen, too
TEETH, BREAK_DEPTH, BREAK_WIDTH, BREAK_AT = 4, 4, 5, 0.3
HATCH = 5  # points between two lines
LINE = 12  # height of a line of text


class ChartRow(NamedTuple):
    """What is drawn of one row: numbers, and texts; the last one of a cell is a small one below the others."""

    passed: float
    now: float
    name: str
    mark: str = ""  # says what kind of bottleneck the row is, if it is one
    numbers: tuple = ("", "", "")  # passed, now, lost
    conversion: tuple = ("", "")
    days: tuple = ("", "")
    waiting: tuple = ("", "")
    is_losing: bool = False
    is_slow: bool = False


class ChartTexts(NamedTuple):
    """The words around the picture."""

    title: str
    lines: tuple  # below the title: company and period, filters
    verdict: str
    is_gap: bool  # the verdict tells a bottleneck
    heads: tuple  # of the columns: step, numbers, conversion, days, waiting
    keys: tuple  # of the legend: now, all, bottleneck
    cut: str  # beside a bar that is drawn cut
    empty: str  # instead of the rows, if there are none
    printed: str


def get_scale(values):
    """Return (value that is as wide as the column, value that is drawn cut or None)."""
    widest, second, *_others = [*sorted(values, reverse=True), 0, 0]
    is_cut = second > 0 and widest > CUT_FROM * second
    return (second / SECOND_SHARE if is_cut else widest), (widest if is_cut else None)


def get_half(value, scale):
    """Return half of the width of the bar of a value, in points."""
    unit, cut = scale
    if value <= 0:
        return 0
    share = 1 if value == cut else value / unit
    return max(share * BAR[1] / 2, NARROWEST)


class PyramidDrawing:
    """Draws one pyramid from top to bottom; `cursor` is how far it has come."""

    def __init__(self, font, texts, rows):
        self.font, self.texts, self.rows = font, texts, rows
        self.drawing = Drawing(WIDTH, HEIGHT)
        self.cursor = HEIGHT - MARGIN

    def draw(self):
        """Return the reportlab `Drawing`."""
        self.drawing.add(Rect(0, 0, WIDTH, HEIGHT, fillColor=white, strokeColor=None))
        self._draw_title()
        self._draw_verdict()
        if self.rows:
            self._draw_heads()
            self._draw_rows()
        else:
            self._write(self.texts.empty, LEFT, self.cursor - 30, size=11, color=MUTED)
        self._draw_foot()
        return self.drawing

    # ------------------------------------------------------------
    # AROUND THE PICTURE
    # ------------------------------------------------------------

    def _draw_title(self):
        self._advance(16)
        self._write(self.texts.title, LEFT, self.cursor, size=18, bold=True, width=RIGHT - LEFT)
        for number, text in enumerate(filter(None, self.texts.lines)):
            for line in self.font.wrap(text, self.font.regular, 10, RIGHT - LEFT, 2):
                self._advance(15)
                self._write(line, LEFT, self.cursor, size=10, color=MUTED if number else INK)
        self._advance(10)

    def _draw_verdict(self):
        """The sentence that says where the money is stuck, in a box."""
        if not self.texts.verdict:
            return
        edge, pale = (GAP, GAP_PALE) if self.texts.is_gap else (GOOD, GOOD_PALE)
        lines = self.font.wrap(self.texts.verdict, self.font.bold, 11, RIGHT - LEFT - 46, 2)
        height = 12 + 15 * len(lines)
        self._advance(height)
        self.drawing.add(Rect(LEFT, self.cursor, RIGHT - LEFT, height, fillColor=pale, strokeColor=None))
        self.drawing.add(Rect(LEFT, self.cursor, 4, height, fillColor=edge, strokeColor=None))
        if self.texts.is_gap:
            self._draw_sign(LEFT + 14, self.cursor + height - 19)
        for number, line in enumerate(lines):
            self._write(line, LEFT + 32, self.cursor + height - 17 - 15 * number, size=11, bold=True)
        self._advance(8)

    def _draw_heads(self):
        columns = zip((STEP, NUMBERS, CONVERSION, DAYS, WAITING), self.texts.heads, strict=True)
        wrapped = [(left, self.font.wrap(text, self.font.regular, 8, width, 3)) for (left, width), text in columns]
        height = 10 * max(len(lines) for _left, lines in wrapped)
        self._advance(height + 4)
        for left, lines in wrapped:
            for number, line in enumerate(reversed(lines)):
                self._write(line, left, self.cursor + 4 + 10 * number, size=8, color=MUTED)
        self._draw_rule(self.cursor)

    def _draw_foot(self):
        self._draw_rule(MARGIN + 18)
        left = LEFT
        for number, text in enumerate(self.texts.keys):
            self._draw_key(left, MARGIN + 2, number)
            self._write(text, left + 20, MARGIN + 3, size=8, color=MUTED)
            left += 170
        self._write(self.texts.printed, RIGHT, MARGIN + 3, size=8, color=MUTED, anchor="end")

    def _draw_key(self, left, bottom, number):
        corners = [left, bottom, left + 14, bottom, left + 14, bottom + 9, left, bottom + 9]
        self._draw_polygon(corners, (NOW, ALL, ALL)[number], None)
        if number == 2:
            self._draw_hatch(corners)
        self._draw_polygon(corners, None, GAP if number == 2 else EDGE, 1.5 if number == 2 else 0.5)

    # ------------------------------------------------------------
    # ROWS
    # ------------------------------------------------------------

    def _draw_rows(self):
        height = (self.cursor - BODY_BOTTOM) / len(self.rows)
        self.row_height = min(max(height, ROW_HEIGHT[0]), ROW_HEIGHT[1])
        scale = get_scale([row.passed for row in self.rows])
        halves = [*(get_half(row.passed, scale) for row in self.rows), 0]
        for number, row in reversed(list(enumerate(self.rows))):
            self._advance(self.row_height)
            self._draw_texts(row)
            if halves[number]:
                self._draw_bar(row, halves[number], halves[number + 1])
            if row.passed and row.passed == scale[1]:
                self._draw_cut()
            self._draw_rule(self.cursor)

    def _draw_texts(self, row):
        self._draw_cell(STEP, self._get_name_lines(row))
        self._draw_cell(NUMBERS, self._get_number_lines(*row.numbers))
        for column, texts, is_bad in (
            (CONVERSION, row.conversion, row.is_losing),
            (DAYS, row.days, row.is_slow),
            (WAITING, row.waiting, False),
        ):
            value, norm = texts
            self._draw_cell(column, [(value, 10, is_bad, GAP if is_bad else INK), (norm, 8, False, MUTED)])

    def _get_name_lines(self, row):
        """Return the name, in two lines if there is room, and the mark of a bottleneck with its sign."""
        room = int((self.row_height - (11 if row.mark else 0)) // LINE)
        names = self.font.wrap(row.name, self.font.regular, 10, STEP[1], min(max(room, 1), 2))
        marks = self.font.wrap(row.mark, self.font.bold, 8, STEP[1] - 13, 1)
        return [(name, 10, False, INK) for name in names] + [(mark, 8, True, GAP) for mark in marks]

    def _get_number_lines(self, passed, now, lost):
        """Return the numbers of a row; those on it now stand beside those that passed, or below if that is too wide."""
        both = f"{passed} {now}"
        is_narrow = stringWidth(self.font.clean(both), self.font.bold, 10) <= NUMBERS[1]
        numbers = [(both, 10, True, INK)] if is_narrow else [(passed, 10, True, INK), (now, 10, True, INK)]
        return [*numbers, (lost, 8, False, MUTED)]

    def _draw_cell(self, column, lines):
        """Write the lines that fit into the row, in its middle; what is a mark gets a sign."""
        left, width = column
        lines = [line for line in lines if line[0]]
        while len(lines) > 1 and sum(size + 2 for _text, size, *_style in lines) > self.row_height:
            lines.pop()
        bottom = self.cursor + (self.row_height + sum(size + 2 for _text, size, *_style in lines)) / 2
        for text, size, is_bold, color in lines:
            bottom -= size + 2
            is_mark = column == STEP and is_bold
            if is_mark:
                self._draw_sign(left, bottom + 1, 9)
            indent = 13 if is_mark else 0
            self._write(text, left + indent, bottom + 2.5, size=size, bold=is_bold, color=color, width=width - indent)

    # ------------------------------------------------------------
    # BARS
    # ------------------------------------------------------------

    def _draw_bar(self, row, half, above):
        """A bar is a trapezoid, as wide as its value below; in its middle, dark, the share that stands there now."""
        corners = self._get_corners(half, above)
        self._draw_polygon(corners, ALL, None)
        if row.mark:
            self._draw_hatch(corners)
        if row.now:
            self._draw_polygon(self._get_corners(half, above, min(row.now / row.passed, 1)), NOW, None)
        self._draw_polygon(corners, None, GAP if row.mark else EDGE, 2 if row.mark else 0.5)

    def _get_corners(self, half, above, share=1):
        top = max(half - BEVEL, min(half, above), half / 2)
        middle, low, high = BAR[0] + BAR[1] / 2, self.cursor + 1, self.cursor + self.row_height - 1
        widths = ((-half, low), (half, low), (top, high), (-top, high))
        return list(chain.from_iterable((middle + share * x, y) for x, y in widths))

    def _draw_cut(self):
        """Two toothed gaps in a bar that is much wider than it is drawn, and a word on it."""
        for side in (-1, 1):
            middle = BAR[0] + BAR[1] / 2 + side * BREAK_AT * BAR[1]
            step = self.row_height / TEETH
            left = [(middle + (BREAK_DEPTH if n % 2 else 0), self.cursor + n * step) for n in range(TEETH + 1)]
            right = [(x + BREAK_WIDTH, y) for x, y in reversed(left)]
            self._draw_polygon(list(chain.from_iterable([*left, *right])), white, None)
            for edge in (left, right):
                for (x1, y1), (x2, y2) in pairwise(edge):
                    self.drawing.add(Line(x1, y1, x2, y2, strokeColor=INK, strokeWidth=0.7))
        width = BAR[1] * 2 * BREAK_AT - 24
        text = self.font.fit(self.texts.cut, self.font.regular, 7, width)
        middle = BAR[0] + BAR[1] / 2
        wide = stringWidth(text, self.font.regular, 7) + 6
        self.drawing.add(Rect(middle - wide / 2, self.cursor + 2, wide, 10, fillColor=white, strokeColor=None))
        self._write(text, middle, self.cursor + 4.5, size=7, anchor="middle")

    def _draw_hatch(self, corners):
        """Lines that rise from left to right, as far as they lie inside of a convex polygon."""
        points = list(zip(corners[::2], corners[1::2], strict=True))
        offsets = [y - x for x, y in points]
        lines = Group()
        for offset in range(int(min(offsets)), int(max(offsets)) + 1, HATCH):
            crossings = _cross(points, offset)
            if len(crossings) > 1:
                (x1, y1), (x2, y2) = crossings[0], crossings[-1]
                lines.add(Line(x1, y1, x2, y2, strokeColor=GAP, strokeWidth=1.2))
        self.drawing.add(lines)

    # ------------------------------------------------------------
    # SHAPES
    # ------------------------------------------------------------

    def _advance(self, height):
        self.cursor -= height

    def _write(self, text, x, y, *, size, bold=False, color=INK, anchor="start", width=None):
        name = self.font.bold if bold else self.font.regular
        text = self.font.fit(text, name, size, width or RIGHT - LEFT)
        self.drawing.add(String(x, y, text, fontName=name, fontSize=size, fillColor=color, textAnchor=anchor))

    def _draw_polygon(self, corners, fill, stroke, width=1):
        self.drawing.add(Polygon(corners, fillColor=fill, strokeColor=stroke, strokeWidth=width, strokeLineJoin=1))

    def _draw_rule(self, y):
        self.drawing.add(Line(LEFT, y, RIGHT, y, strokeColor=RULE, strokeWidth=0.5))

    def _draw_sign(self, left, bottom, size=14):
        """A triangle with an exclamation mark."""
        self._draw_polygon([left, bottom, left + size, bottom, left + size / 2, bottom + size * 0.9], GAP, None)
        middle = left + size / 2
        self._write("!", middle, bottom + size * 0.12, size=size * 0.7, bold=True, color=white, anchor="middle")


def _cross(points, offset):
    """Return where the line y = x + offset crosses the edges of a polygon, from left to right."""
    crossings = []
    for (x1, y1), (x2, y2) in zip(points, [*points[1:], points[0]], strict=True):
        first, second = y1 - x1 - offset, y2 - x2 - offset
        if first * second < 0:
            share = first / (first - second)
            crossings.append((x1 + share * (x2 - x1), y1 + share * (y2 - y1)))
    return sorted(crossings)
