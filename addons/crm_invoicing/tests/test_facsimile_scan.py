import io

from PIL import Image, PngImagePlugin

from odoo.tests.common import BaseCase

from ..tools import facsimile_scan
from ..tools.facsimile_scan import NoInk, NoPicture, TooManyBytes, TooManyPixels, TooSmall, WrongParameter
from .facsimile_common import INK, PAPER, draw_page, encode

BOX = (100, 50, 300, 150)


def make(content, **parameters):
    """Return the facsimile as a picture."""
    facsimile = facsimile_scan.make_facsimile(content, **parameters)
    picture = Image.open(io.BytesIO(facsimile.content))
    assert picture.size == (facsimile.width, facsimile.height)
    return picture


class TestScanTransform(BaseCase):
    """Where the ink goes, by the pixel."""

    def setUp(self):
        super().setUp()
        self.scan = encode(draw_page(400, 200, BOX))

    def test_cut_to_the_ink(self):
        picture = make(self.scan)
        self.assertEqual((picture.format, picture.mode, picture.size), ("PNG", "RGBA", (200, 100)))
        for corner in ((0, 0), (199, 0), (0, 99), (199, 99), (100, 50)):
            self.assertEqual(picture.getpixel(corner), (*INK, 255))

    def test_same_input_same_picture(self):
        self.assertEqual(facsimile_scan.make_facsimile(self.scan), facsimile_scan.make_facsimile(self.scan))

    def test_turn_is_clockwise(self):
        page = draw_page(400, 200, BOX)
        page.paste((150, 0, 0), (100, 50, 150, 150))  # a red left end
        red_at = {0: (10, 50), 90: (50, 10), 180: (190, 50), 270: (50, 190)}
        for turn, place in red_at.items():
            with self.subTest(turn=turn):
                picture = make(encode(page), turn=turn)
                self.assertEqual(picture.size, (200, 100) if turn in (0, 180) else (100, 200))
                self.assertEqual(picture.getpixel(place), (150, 0, 0, 255))

    def test_crop_counts_after_the_turn(self):
        # of the upright picture of 200 x 400 the upper half has 100 lines of the ink
        self.assertEqual(make(self.scan, turn=90, crop=(0, 0, 1, 0.5)).size, (100, 100))
        self.assertEqual(make(self.scan, crop=(0, 0, 0.5, 1)).size, (100, 100))
        self.assertEqual(make(self.scan, crop=(0.25, 0.25, 0.625, 0.75)).size, (150, 100))

    def test_paper_is_clear_and_ink_dense(self):
        page = draw_page(400, 200, BOX)
        page.paste(PAPER, (150, 80, 250, 120))
        picture = make(encode(page))
        self.assertEqual(picture.getpixel((100, 50)), (255, 255, 255, 0), "no trace of the paper's colour")
        self.assertEqual(picture.getpixel((10, 10))[3], 255)

    def test_the_edge_fades(self):
        alphas = [facsimile_scan._get_alpha(luminance, 200) for luminance in (255, 200, 190, 180, 160, 0)]
        self.assertEqual(alphas, [0, 0, 64, 128, 255, 255])

    def test_threshold_parts_faint_ink_from_grey_paper(self):
        page = draw_page(400, 200, (100, 50, 200, 150), paper=(190, 190, 190))
        page.paste((170, 170, 170), (200, 50, 300, 150))
        self.assertEqual(make(encode(page), threshold=150).size, (100, 100))
        self.assertEqual(make(encode(page), threshold=185).size, (200, 100))
        self.assertEqual(make(encode(page), threshold=255).size, (400, 200), "the grey paper counts as ink")

    def test_large_scan_is_made_smaller(self):
        picture = make(encode(draw_page(4000, 2000, (0, 0, 4000, 2000))))
        self.assertEqual(picture.size, (900, 450))

    def test_transparent_file_lies_on_white(self):
        page = Image.new("RGBA", (400, 200), (0, 0, 0, 0))
        page.paste((*INK, 255), BOX)
        self.assertEqual(make(encode(page)).size, (200, 100))

    def test_modes(self):
        page = draw_page(400, 200, BOX)
        for mode in ("L", "P", "LA", "RGBA"):
            with self.subTest(mode=mode):
                self.assertEqual(make(encode(page.convert(mode))).size, (200, 100))

    def test_sixteen_bits_of_grey(self):
        page = draw_page(400, 200, BOX, mode="L").convert("I").point(lambda value: value * 256).convert("I;16")
        self.assertEqual(make(encode(page)).size, (200, 100))

    def test_cmyk(self):
        picture = make(encode(draw_page(400, 200, BOX, mode="CMYK"), "JPEG", quality=100, subsampling=0))
        for found, expected in zip(picture.getpixel((100, 50)), (*INK, 255), strict=True):
            self.assertAlmostEqual(found, expected, delta=3)

    def test_photograph_is_put_upright(self):
        page = draw_page(400, 200, BOX)
        exif = page.getexif()
        exif[0x0112] = 6  # the camera was held upright: to be turned by 90 degrees clockwise
        self.assertEqual(make(encode(page, "JPEG", exif=exif, quality=100)).height, 200)

    def test_nothing_but_points_is_kept(self):
        info = PngImagePlugin.PngInfo()
        info.add_text("Author", "Camera of the director")
        content = encode(draw_page(400, 200, BOX), pnginfo=info, icc_profile=b"profile", dpi=(300, 300))
        facsimile = facsimile_scan.make_facsimile(content)
        self.assertEqual(Image.open(io.BytesIO(facsimile.content)).info, {})
        for trace in (b"Camera", b"iCCP", b"tEXt", b"eXIf", b"pHYs"):
            self.assertNotIn(trace, facsimile.content)

    def test_preview_is_small_opaque_and_hatched(self):
        facsimile = facsimile_scan.make_facsimile(encode(draw_page(800, 400, (0, 0, 800, 400))))
        preview = Image.open(io.BytesIO(facsimile_scan.shrink(facsimile.content, 320)))
        self.assertEqual((preview.mode, preview.size), ("RGB", (320, 160)))
        clear = sum(preview.getpixel((place, 80)) != INK for place in range(320))
        self.assertGreaterEqual(clear, 320 // 12)


class TestScanRefusal(BaseCase):
    """What no facsimile is made of."""

    def _refuse(self, error, content, **parameters):
        with self.assertRaises(error) as caught:
            facsimile_scan.make_facsimile(content, **parameters)
        return caught.exception.details

    def test_no_picture(self):
        gif = encode(Image.new("P", (400, 200)), "GIF")
        tiff = encode(Image.new("RGB", (400, 200)), "TIFF")
        svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
        for content in (
            b"",
            b"%PDF-1.7 signature.png",
            svg,
            gif,
            tiff,
            b"\x89PNG\r\n\x1a\n",
            b"\xff\xd8\xff\xe0",
            b"x" * 999,
        ):
            with self.subTest(content=content[:12]):
                self._refuse(NoPicture, content)

    def test_film_of_many_frames(self):
        frames = [Image.new("P", (2000, 2000), number) for number in range(20)]
        film = encode(frames[0], "GIF", save_all=True, append_images=frames[1:])
        self._refuse(NoPicture, film)

    def test_damaged_head(self):
        for content in (encode(draw_page(400, 200, BOX)), encode(draw_page(400, 200, BOX), "JPEG")):
            self._refuse(NoPicture, content[:20])
            self._refuse(NoPicture, content[10:])

    def test_bomb(self):
        """A few kilobytes that would unpack to 400 million points, and some that Pillow itself would let pass."""
        for side in (20_000, 10_000, 6_001):
            with self.subTest(side=side):
                bomb = encode(Image.new("1", (side, side)))
                self.assertLess(len(bomb), 100_000)
                self.assertEqual(self._refuse(TooManyPixels, bomb)["megapixels"], 36)

    def test_too_many_bytes(self):
        self.assertEqual(self._refuse(TooManyBytes, b"\0" * (10 * 1024**2 + 1)), {"megabytes": 10})

    def test_too_small(self):
        self.assertEqual(self._refuse(TooSmall, encode(Image.new("RGB", (1, 1))))["least"], 100)
        self._refuse(TooSmall, encode(draw_page(400, 200, (100, 50, 199, 99))))
        self._refuse(TooSmall, encode(draw_page(400, 200, BOX)), crop=(0.3, 0.3, 0.4, 0.4))

    def test_no_ink(self):
        self._refuse(NoInk, encode(Image.new("RGB", (400, 200), "white")))
        self._refuse(NoInk, encode(draw_page(400, 200, BOX)), threshold=1)

    def test_parameters(self):
        content = encode(draw_page(400, 200, BOX))
        crops = [(0, 0, 1), (0, 0, 0, 1), (0.5, 0, 0.4, 1), (-0.1, 0, 1, 1), (0, 0, 1.1, 1), ("0", 0, 1, 1)]
        crops += [(float("nan"), 0, 1, 1), (0, 0, float("inf"), 1), (True, 0, 1, 1)]
        for crop in crops:
            with self.subTest(crop=crop):
                self.assertEqual(self._refuse(WrongParameter, content, crop=crop), {"name": "crop"})
        for turn in (45, 360, -90, "90", None):
            self.assertEqual(self._refuse(WrongParameter, content, turn=turn), {"name": "turn"})
        for threshold in (0, 256, 10.5, "200", True):
            self.assertEqual(self._refuse(WrongParameter, content, threshold=threshold), {"name": "threshold"})
