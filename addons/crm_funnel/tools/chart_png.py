"""A reportlab drawing as PNG, by Pillow alone.

reportlab's own backends for pixels are compiled extras that no release of Python is sure to have; Pillow comes with
Odoo. Only the shapes that the charts are made of are drawn: rectangles, lines, polygons and texts.
"""

import io

from PIL import Image, ImageDraw, ImageFont
from reportlab.graphics.shapes import Group, Line, Polygon, Rect, String

# pixels per point of the picture, and how many times finer it is drawn before it is made smaller
SCALE = 2
FINER = 2
FACTOR = SCALE * FINER
ANCHORS = {"start": "ls", "middle": "ms", "end": "rs"}


def draw_png(drawing, font_paths):
    """Return the PNG of a drawing on white, two pixels per point.

    :param drawing: `reportlab.graphics.shapes.Drawing`
    :param dict font_paths: file by name of the font
    :rtype: bytes
    """
    size = round(drawing.width * SCALE), round(drawing.height * SCALE)
    image = Image.new("RGB", (size[0] * FINER, size[1] * FINER), "white")
    canvas = PillowCanvas(image, font_paths)
    for shape in drawing.contents:
        canvas.draw(shape)
    output = io.BytesIO()
    resolution = 72 * SCALE
    image.resize(size, Image.Resampling.LANCZOS).save(output, "PNG", optimize=True, dpi=(resolution, resolution))
    return output.getvalue()


class PillowCanvas:
    """Draws shapes with the style that each of them has itself."""

    def __init__(self, image, font_paths):
        self.pencil, self.height, self.font_paths = ImageDraw.Draw(image), image.height, font_paths
        self.fonts = {}

    def draw(self, shape):
        """Draw a shape, or all shapes of a group."""
        if isinstance(shape, Group):
            for child in shape.contents:
                self.draw(child)
        elif isinstance(shape, String):
            self._draw_text(shape)
        elif isinstance(shape, Line):
            self._draw_line([shape.x1, shape.y1, shape.x2, shape.y2], shape)
        elif isinstance(shape, Rect):
            right, top = shape.x + shape.width, shape.y + shape.height
            self._draw_area([shape.x, shape.y, right, shape.y, right, top, shape.x, top], shape)
        elif isinstance(shape, Polygon):
            self._draw_area(shape.points, shape)
        else:
            raise TypeError(f"No way to draw {shape!r} as pixels.")

    def _draw_text(self, text):
        font = self._get_font(text.fontName, text.fontSize)
        (position,) = self._to_pixels([text.x, text.y])
        self.pencil.text(position, text.text, _to_rgb(text.fillColor), font, ANCHORS[text.textAnchor])

    def _draw_area(self, points, shape):
        if shape.fillColor:
            self.pencil.polygon(self._to_pixels(points), fill=_to_rgb(shape.fillColor))
        # the second corner again, so that the joint of the first one is round as well
        self._draw_line([*points, *points[:4]], shape)

    def _draw_line(self, points, shape):
        if shape.strokeColor:
            width = max(round(shape.strokeWidth * FACTOR), 1)
            self.pencil.line(self._to_pixels(points), _to_rgb(shape.strokeColor), width, joint="curve")

    def _get_font(self, name, size):
        pixels = round(size * FACTOR)
        if (name, pixels) not in self.fonts:
            self.fonts[name, pixels] = ImageFont.truetype(self.font_paths[name], pixels)
        return self.fonts[name, pixels]

    def _to_pixels(self, points):
        """Return pairs of pixels: reportlab counts from the bottom, Pillow from the top."""
        pairs = zip(points[::2], points[1::2], strict=True)
        return [(x * FACTOR, self.height - y * FACTOR) for x, y in pairs]


def _to_rgb(color):
    return tuple(round(255 * part) for part in color.rgb())
