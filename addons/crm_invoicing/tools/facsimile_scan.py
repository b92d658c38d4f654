"""From the scan of a signature or stamp to a picture that can lie on a paper. No Odoo in here.

    >>> picture = make_facsimile(content, turn=90, crop=(0.1, 0.2, 0.9, 0.8), threshold=200)
    >>> picture.width, picture.height, picture.content[:4]
    (900, 310, b'\\x89PNG')

The web client shows the same steps on a canvas (`static/src/facsimile/facsimile_image.js`); what it sends is the file
as it was chosen and the parameters, and the picture is made here.
"""

import io
import warnings
from typing import NamedTuple

from PIL import Image, ImageOps, UnidentifiedImageError

# Of other formats a browser shows no preview (TIFF, PDF), or they are programs of a kind (SVG) or films (GIF); for WebP
# Odoo has switched Pillow off.
FORMATS = ("PNG", "JPEG")
MAX_BYTES = 10 * 1024 * 1024
# a sheet of A4 at 600 dots per inch has 35 million
MAX_PIXELS = 36_000_000
# 45 mm wide: 500 dots per inch
MAX_SIDE = 900
# less is not legible on paper
MIN_SIDE = 100

# Luminance, from black 0 to white 255: from `threshold` on a point is paper, RAMP below it and darker it is ink.
DEFAULT_THRESHOLD = 200
RAMP = 40
# of 255: what is fainter does not count as ink when the picture is cropped
FAINT = 32


class ScanError(ValueError):
    """A file that no facsimile can be made of; `details` are figures for the message."""

    def __init__(self, **details):
        super().__init__(details)
        self.details = details


class NoPicture(ScanError):
    """Not a PNG or JPEG picture, or one with a damaged head; what is cut off in the middle ends there."""


class TooManyBytes(ScanError):
    """Details: `megabytes`, the most that is taken."""


class TooManyPixels(ScanError):
    """Details: `width` and `height` if they are known, `megapixels`, the most that is taken."""


class TooSmall(ScanError):
    """Details: `width`, `height` of what is left of the scan, `least`, all in pixels."""


class NoInk(ScanError):
    """All of the picture is paper."""


class WrongParameter(ScanError):
    """The parameters make no sense; details: `name`."""


class Facsimile(NamedTuple):
    content: bytes  # a PNG picture with transparent paper and without any other data
    width: int  # pixels
    height: int


def make_facsimile(content, turn=0, crop=(0, 0, 1, 1), threshold=DEFAULT_THRESHOLD):
    """Turn, crop, make the paper transparent, and cut off what is left of it around the ink.

    :param bytes content: the file as it was chosen
    :param int turn: degrees clockwise: 0, 90, 180 or 270
    :param crop: left, top, right and bottom of the part to take, from 0 to 1 of the width and height after the turn
    :param int threshold: luminance from which on a point is paper, 1 to 255
    :return: `Facsimile`, always the same for the same input
    :raises ScanError: if no facsimile can be made of it
    """
    _check_parameters(turn, crop, threshold)
    scan = _crop(_turn(_open_scan(content), turn), crop)
    scan.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS, reducing_gap=None)
    picture = _cut_to_ink(_make_transparent(scan, threshold))
    return Facsimile(_encode(picture), *picture.size)


def shrink(content, side):
    """Return a small copy on white paper with lines across: to look at, of no use on a paper.

    :param bytes content: a picture made by `make_facsimile`
    :param int side: length of the longer side in pixels
    :return: bytes of a PNG picture
    """
    picture = Image.open(io.BytesIO(content), formats=("PNG",)).convert("RGBA")
    picture.thumbnail((side, side), Image.Resampling.LANCZOS)
    sheet = Image.new("RGBA", picture.size, "white")
    sheet.alpha_composite(picture)
    sheet.paste(Image.new("RGB", picture.size, "#c8d2dc"), mask=_get_hatching(picture.size))
    return _encode(sheet.convert("RGB"))


# ------------------------------------------------------------
# STEPS
# ------------------------------------------------------------


def _check_parameters(turn, crop, threshold):
    if turn not in (0, 90, 180, 270):
        raise WrongParameter(name="turn")
    if type(threshold) is not int or not 1 <= threshold <= 255:
        raise WrongParameter(name="threshold")
    if not _is_crop(crop):
        raise WrongParameter(name="crop")


def _is_crop(crop):
    if len(crop) != 4 or not all(type(edge) in (int, float) for edge in crop):
        return False
    left, top, right, bottom = crop
    return 0 <= left < right <= 1 and 0 <= top < bottom <= 1


def _open_scan(content):
    """Return the picture upright, in three colours, on white paper where it was transparent.

    The size is known before a single point is unpacked: a picture that would fill the memory is refused by its header.
    """
    if len(content) > MAX_BYTES:
        raise TooManyBytes(megabytes=MAX_BYTES // 1024**2)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            scan = Image.open(io.BytesIO(content), formats=FORMATS)
        _check_pixels(*scan.size)
        return _flatten(ImageOps.exif_transpose(scan))
    except Image.DecompressionBombError:
        raise TooManyPixels(megapixels=MAX_PIXELS // 10**6) from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as error:
        if isinstance(error, ScanError):
            raise
        raise NoPicture() from error


def _check_pixels(width, height):
    if width * height > MAX_PIXELS:
        raise TooManyPixels(width=width, height=height, megapixels=MAX_PIXELS // 10**6)


def _flatten(scan):
    """Lay a transparent picture on white; bring grey, palette, CMYK and 16 bit to RGB."""
    if scan.mode.startswith("I"):
        # 16 bits of grey: the conversion of Pillow would cut off instead of scaling
        return scan.convert("I").point(lambda value: value / 256).convert("L").convert("RGB")
    if not scan.has_transparency_data if hasattr(scan, "has_transparency_data") else "A" not in scan.mode:
        return scan.convert("RGB")
    scan = scan.convert("RGBA")
    sheet = Image.new("RGBA", scan.size, "white")
    sheet.alpha_composite(scan)
    return sheet.convert("RGB")


def _turn(scan, turn):
    # Pillow counts against the clock
    steps = {90: Image.Transpose.ROTATE_270, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_90}
    return scan.transpose(steps[turn]) if turn else scan


def _crop(scan, crop):
    width, height = scan.size
    left, top, right, bottom = crop
    box = (round(left * width), round(top * height), round(right * width), round(bottom * height))
    _check_side(box[2] - box[0], box[3] - box[1])
    return scan.crop(box)


def _check_side(width, height):
    if max(width, height) < MIN_SIDE or not min(width, height):
        raise TooSmall(width=width, height=height, least=MIN_SIDE)


def _make_transparent(scan, threshold):
    """Ink keeps its colour; between ink and paper the edge fades out, so that no line looks sawn."""
    alpha = scan.convert("L").point([_get_alpha(luminance, threshold) for luminance in range(256)])
    picture = scan.convert("RGBA")
    picture.putalpha(alpha)
    # no trace of what lay on the paper may be found under the transparency
    picture.paste((255, 255, 255, 0), mask=alpha.point([255] + [0] * 255))
    return picture


def _get_alpha(luminance, threshold):
    """Return how dense a point is, from 0 for paper to 255 for ink."""
    return max(0, min(255, round((threshold - luminance) * 255 / RAMP)))


def _cut_to_ink(picture):
    box = picture.getchannel("A").point([0] * FAINT + [255] * (256 - FAINT)).getbbox()
    if not box:
        raise NoInk()
    _check_side(box[2] - box[0], box[3] - box[1])
    return picture.crop(box)


def _get_hatching(size):
    """Return a mask of thin diagonal lines, one in twelve points."""
    width, height = size
    line = bytes(255 if place % 12 == 0 else 0 for place in range(width + 12))
    rows = (line[shift % 12 : shift % 12 + width] for shift in range(height))
    return Image.frombytes("L", size, b"".join(rows))


def _encode(picture):
    buffer = io.BytesIO()
    # a copy without what the file told about itself: place, camera, colour profile
    bare = Image.frombytes(picture.mode, picture.size, picture.tobytes())
    bare.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()
