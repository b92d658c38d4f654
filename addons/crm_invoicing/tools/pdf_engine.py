"""Pages of HTML into PDF by WeasyPrint: out of what the page itself holds, and of nothing else.

Nothing here knows Odoo's records; `ir.actions.report` puts the engine behind the reports that choose it.
"""

import logging
from pathlib import Path

from odoo.tools.misc import file_path

# The family that looks the same on every machine, a bare one too: it comes with Odoo and has Cyrillic letters and the
# signs of the currencies. What a form asks for beside it is taken from the fonts of the machine.
FAMILY = "Roboto"
CUTS = {
    "Regular": ("400", "normal"),
    "Italic": ("400", "italic"),
    "Bold": ("700", "normal"),
    "BoldItalic": ("700", "italic"),
}
CUT_PATH = "web/static/fonts/google/Roboto/Roboto-%s.ttf"

# What a reference without a scheme is relative to: a name that cannot exist, and is refused like all others. Without a
# base WeasyPrint ends at a relative @import.
BASE_URL = "https://form.invalid/"


class PdfEngineMissing(Exception):
    """WeasyPrint, or a system library that it draws with, is not on this machine; the text names it."""


def load_weasyprint():
    """Return the package. It is loaded late: without its system libraries the addon has to work, except for printing.

    :raises PdfEngineMissing: if it cannot be loaded
    """
    # It tells each of seven steps of each document; what matters to a server is what it could not do.
    logging.getLogger("weasyprint.progress").setLevel(logging.WARNING)
    try:
        import weasyprint.text.fonts
        import weasyprint.urls
    except (ImportError, OSError) as error:
        raise PdfEngineMissing(str(error).partition("\n")[0]) from error
    return weasyprint


class PdfEngine:
    """Prints documents of one look: the fonts and the style sheet are read once, however many documents follow.

    Not to be shared between threads, and to be dropped after the batch: the fonts lie in a temporary folder till then.

        engine = PdfEngine("@page { size: A4 }")
        pdfs = [engine.print_document(html) for html in documents]

    :param str css: the style sheet of all the documents; its rules come after those a document brings itself
    :raises PdfEngineMissing: see `load_weasyprint`
    """

    def __init__(self, css=""):
        self._weasyprint = load_weasyprint()
        self._fonts = self._weasyprint.text.fonts.FontConfiguration()
        # The one way out of a document. Pictures travel inside it; files, addresses and redirections are refused.
        self._fetcher = self._weasyprint.urls.URLFetcher(allowed_protocols=("data",), allow_redirects=False)
        self._add_fonts()
        self._sheet = self._weasyprint.CSS(
            string=css, base_url=BASE_URL, font_config=self._fonts, url_fetcher=self._fetcher
        )

    def print_document(self, html):
        """Return the PDF of a document.

        :param str html: a whole page of HTML
        :rtype: bytes
        """
        document = self._weasyprint.HTML(string=html, base_url=BASE_URL, url_fetcher=self._fetcher)
        return document.write_pdf(font_config=self._fonts, stylesheets=[self._sheet])

    def _add_fonts(self):
        """Make Odoo's font known under its name; this style sheet alone may read files, those that it names."""
        css = "".join(self._get_font_face(name, *cut) for name, cut in CUTS.items())
        fetcher = self._weasyprint.urls.URLFetcher(allowed_protocols=("file",), allow_redirects=False)
        self._weasyprint.CSS(string=css, font_config=self._fonts, url_fetcher=fetcher)

    def _get_font_face(self, name, weight, style):
        """Return the rule for a cut of the font, nothing if this Odoo comes without it."""
        try:
            uri = Path(file_path(CUT_PATH % name, (".ttf",))).as_uri()
        except FileNotFoundError:
            return ""
        return (
            f"@font-face {{ font-family: {FAMILY}; font-weight: {weight}; font-style: {style}; src: url('{uri}') }}\n"
        )
