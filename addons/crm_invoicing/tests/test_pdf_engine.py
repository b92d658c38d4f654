import base64
import http.server
import tempfile
import threading
from pathlib import Path
from unittest.mock import patch

from odoo.tests import BaseCase, tagged
from odoo.tools import mute_logger

from ..tools.pdf_engine import FAMILY, PdfEngine, PdfEngineMissing, load_weasyprint
from ..tools.pdf_forms import PrintedForms
from .pdf_common import count_images, get_fonts, read_pages

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
DATA_URI = "data:image/png;base64," + base64.b64encode(PIXEL).decode()


class Listener(http.server.BaseHTTPRequestHandler):
    """Answers every request with a picture, and remembers what was asked for."""

    asked = []

    def do_GET(self):
        self.asked.append(self.path)
        self.send_response(200)
        self.send_header("Content-Type", "image/png")
        self.end_headers()
        self.wfile.write(PIXEL)

    def log_message(self, *args):
        """Be silent."""


@tagged("post_install", "-at_install")
class TestPdfEngine(BaseCase):
    def print_html(self, body, css=""):
        return PdfEngine(css).print_document(f"<!DOCTYPE html><html><head></head><body>{body}</body></html>")

    def test_letters_and_signs_of_currencies(self):
        text = "Їжак ґанок Ёлка Қазақ € ₴ ₽ ₸ № «—»"
        pdf = self.print_html(f"<p>{text} <b>{text}</b> <i>{text}</i></p>", f"body {{ font-family: {FAMILY} }}")
        self.assertEqual(" ".join(read_pages(pdf)[0].split()), f"{text} {text} {text}")
        # a letter that the font lacked would be drawn in another one of the machine
        self.assertEqual(get_fonts(pdf), {"Roboto", "Roboto-Bold", "Roboto-Italic"})

    def test_odoo_without_its_font(self):
        with patch("odoo.addons.crm_invoicing.tools.pdf_engine.file_path", side_effect=FileNotFoundError):
            pdf = self.print_html("<p>Акт</p>", f"body {{ font-family: {FAMILY}, sans-serif }}")
        self.assertIn("Акт", read_pages(pdf)[0])

    def test_pages_of_a_long_table(self):
        rows = "".join(f"<tr><td>{number}</td><td>Послуга {number}</td></tr>" for number in range(1, 301))
        css = """@page { size: A4; margin: 2cm; @bottom-right { content: counter(page) " з " counter(pages) } }"""
        body = f"<table><thead><tr><th>№</th><th>Назва</th></tr></thead><tbody>{rows}</tbody></table>"
        pages = read_pages(self.print_html(body, css))
        self.assertGreater(len(pages), 4)
        for number, page in enumerate(pages, 1):
            self.assertIn("Назва", page, "the head of the table is on every page")
            self.assertIn(f"{number} з {len(pages)}", page)
        self.assertIn("Послуга 300", pages[-1])

    @mute_logger("weasyprint")
    def test_broken_html_and_css(self):
        for body in (
            "<p>Акт<table><tr><td>один<td>два",
            "</div></p>Акт<b",
            "<p>Акт &nosuch; &#0; \x00</p>",
            "Акт<svg><",
        ):
            with self.subTest(body=body):
                self.assertIn("Акт", read_pages(self.print_html(body, "p { color: ; } } @page {"))[0])
        self.assertEqual(len(read_pages(PdfEngine().print_document(""))), 1)

    def test_log_is_not_filled_with_steps(self):
        with self.assertNoLogs("weasyprint.progress", "INFO"):
            self.print_html("<p>Акт</p>")

    def test_documents_do_not_meet(self):
        engine = PdfEngine()
        first = engine.print_document("<html><head><style>p { display: none }</style></head><p>One</p></html>")
        second = engine.print_document("<html><body><p>Two</p></body></html>")
        self.assertNotIn("One", read_pages(first)[0])
        self.assertIn("Two", read_pages(second)[0], "the style of one document is not that of the next")

    # ------------------------------------------------------------
    # NOTHING BUT THE PAGE
    # ------------------------------------------------------------

    def test_pictures_within_the_page(self):
        self.assertEqual(count_images(self.print_html(f'<img src="{DATA_URI}" alt="">')), 1)
        self.assertEqual(count_images(self.print_html("<p>A</p>", f"p {{ background: url({DATA_URI}) }}")), 1)

    @mute_logger("weasyprint")
    def test_files_are_not_read(self):
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "secret.png").write_bytes(PIXEL)
            (Path(folder) / "secret.css").write_text("p { display: none }")
            self._check_unread(Path(folder).as_uri(), Path(folder).as_posix())
        self.assertNotIn("root:", " ".join(read_pages(self.print_html(self._refer("file:///etc/passwd")))))

    @mute_logger("weasyprint")
    def test_no_address_is_asked(self):
        Listener.asked.clear()
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Listener)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            self._check_unread(f"http://127.0.0.1:{server.server_port}", f"//127.0.0.1:{server.server_port}")
        finally:
            server.shutdown()
            server.server_close()
            thread.join()
        self.assertEqual(Listener.asked, [])

    @mute_logger("weasyprint")
    def test_no_picture_of_other_records(self):
        for path in ("/web/image/res.users/2/image_1920", "web/image/1", "/report/barcode/QR/1"):
            pdf = self.print_html(f'<img src="{path}" alt=""><p style="background: url({path})">Акт</p>')
            self.assertEqual(count_images(pdf), 0, path)
            self.assertIn("Акт", read_pages(pdf)[0])

    def _check_unread(self, uri, path):
        """Check that a document prints as if none of its references were there."""
        for root in (uri, path, uri.upper().replace(path.upper(), path), f" {uri}", f"URL:{uri}"):
            with self.subTest(root=root):
                css = f"@import url('{root}/secret.css'); @font-face {{ font-family: X; src: url({root}/secret.ttf) }}"
                pdf = self.print_html(self._refer(f"{root}/secret.png", f"{root}/secret.css"), css)
                self.assertEqual(count_images(pdf), 0)
                self.assertIn("Акт", read_pages(pdf)[0])
                self.assertNotIn(b"/EmbeddedFile", pdf)

    def _refer(self, picture, css="about:blank"):
        """Return a body that refers to a picture and a style sheet in all the ways there are."""
        svg = f'<svg xmlns="http://www.w3.org/2000/svg"><image href="{picture}" width="9" height="9"/></svg>'
        return f"""
            <base href="{picture}"><link rel="stylesheet" href="{css}"><link rel="attachment" href="{picture}">
            <style>@import "{css}"; p::before {{ content: url("{picture}") }} li {{ list-style: url("{picture}") }}</style>
            <p style="background: url('{picture}')">Акт <a rel="attachment" href="{picture}">link</a></p>
            <ul><li>one</li></ul><img src="{picture}" alt=""><img src="secret.png" srcset="{picture} 1x" alt="">
            <object data="{picture}"></object><embed src="{picture}"><iframe src="{picture}"></iframe>
            <video src="{picture}" poster="{picture}"></video><input type="image" src="{picture}">{svg}
            <img src="data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}" alt="">
        """

    # ------------------------------------------------------------
    # A MACHINE WITHOUT THE LIBRARIES
    # ------------------------------------------------------------

    def test_without_the_package(self):
        with patch.dict("sys.modules", {"weasyprint": None}), self.assertRaises(PdfEngineMissing):
            PdfEngine()

    def test_without_pango(self):
        error = OSError("cannot load library 'libpango-1.0-0': no such file.\nAdditionally, tried find_library")
        with patch("builtins.__import__", side_effect=error), self.assertRaises(PdfEngineMissing) as caught:
            load_weasyprint()
        self.assertEqual(str(caught.exception), "cannot load library 'libpango-1.0-0': no such file.")


@tagged("post_install", "-at_install")
class TestPrintedForms(BaseCase):
    """What a rendered report consists of."""

    HTML = b"""<html lang="uk"><head><title>Papers</title><style>p { color: red }</style>
        <style media="screen">p { color: blue }</style></head>
        <body class="paper"><main>
        <div class="article a" data-oe-model="res.partner" data-oe-id="7" lang="ru" title="Act 1"><p>Seven</p></div>
        tail <div class="article" data-oe-model="res.partner" data-oe-id="8"><p>Eight</p></div>
        <div class="article" data-oe-model="res.users" data-oe-id="9"><p>Nine</p></div>
        <div class="article" data-oe-model="res.partner" data-oe-id="7"><p>Seven again</p></div>
        <div class="particle" data-oe-model="res.partner" data-oe-id="10"><p>Ten</p></div>
        </main></body></html>"""

    def test_documents(self):
        documents = PrintedForms(self.HTML, "res.partner").get_documents()
        self.assertEqual(list(documents), [7, 8])
        for text in ('lang="ru"', "<title>Act 1</title>", '<body class="paper">', "<p>Seven</p>", "<p>Seven again</p>"):
            self.assertIn(text, documents[7])
        for text in ('lang="uk"', "<title>Papers</title>", "<p>Eight</p>"):
            self.assertIn(text, documents[8])
        for text in ("Eight", "tail", "Ten", "Nine"):
            self.assertNotIn(text, documents[7])

    def test_styles(self):
        css = PrintedForms(self.HTML, "res.partner").get_css()
        self.assertEqual(css.splitlines(), ["p { color: red }", "@media screen { p { color: blue } }"])

    def test_page(self):
        page = PrintedForms(
            "<html><head><title>Звіт</title></head><body>Без <b>записів</b> є</body></html>", "x"
        ).get_page()
        self.assertIn("<title>Звіт</title>", page)
        self.assertIn("<body>Без <b>записів</b> є</body>", page)

    def test_nothing(self):
        for html in (b"", b"  ", "", b"<", b"<div"):
            with self.subTest(html=html):
                forms = PrintedForms(html, "res.partner")
                self.assertEqual(forms.get_documents(), {})
                self.assertEqual(forms.get_css(), "")
                self.assertIn("<html>", forms.get_page())

    def test_long_scan(self):
        scan = "A" * 11_000_000
        html = f'<div class="article" data-oe-model="a" data-oe-id="1"><img src="data:image/png;base64,{scan}"></div>'
        self.assertIn(scan, PrintedForms(html, "a").get_documents()[1])
