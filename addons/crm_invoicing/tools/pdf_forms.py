"""One rendered report taken apart into the documents it consists of."""

import lxml.html
from lxml import etree
from lxml.builder import E

DOCTYPE = "<!DOCTYPE html>"
# Odoo's own mark of a document within a report
ARTICLES = "//*[contains(concat(' ', normalize-space(@class), ' '), ' article ')]"


class PrintedForms:
    """The documents within the HTML of a report, each of one record, and the style sheet of all of them.

    A template marks each document as stock templates do: class ``article``, ``data-oe-model``, ``data-oe-id``, and if
    it differs from that of the page, ``lang``. Style sheets in the head are those of all documents.

    :param html: bytes or text; broken HTML is mended as a browser would
    :param str model: the model whose documents are looked for
    """

    def __init__(self, html, model):
        parser = lxml.html.HTMLParser(encoding="utf-8", huge_tree=True)  # a scan is longer than a usual attribute
        content = html if isinstance(html, bytes) else html.encode()
        try:
            self._root = lxml.html.document_fromstring(content, parser=parser)
        except etree.ParserError:  # there is nothing in it
            self._root = E.html()
        self._model = model

    def get_css(self):
        """Return the style sheets of the head as one; a sheet for certain media stays so."""
        return "\n".join(map(self._get_sheet, self._root.xpath("//head/style")))

    def get_documents(self):
        """Return what there is for each record.

        :return: dict of the HTML of whole pages by the id of the record; several documents of a record are one
        """
        articles = {}
        for article in self._root.xpath(ARTICLES):
            if article.get("data-oe-model") == self._model and article.get("data-oe-id", "").isdigit():
                article.tail = None
                articles.setdefault(int(article.get("data-oe-id")), []).append(article)
        return {res_id: self._wrap(parts) for res_id, parts in articles.items()}

    def get_page(self):
        """Return the whole page, for a report that prints no records."""
        body = self._root.find("body")
        return self._wrap([] if body is None else list(body), "" if body is None else body.text)

    def _get_sheet(self, style):
        css, media = style.text or "", style.get("media")
        return f"@media {media} {{ {css} }}" if media else css

    def _wrap(self, parts, text=None):
        """Return a whole page around the elements, which leave the report."""
        attributes = dict(self._root.attrib)
        if parts and parts[0].get("lang"):
            attributes["lang"] = parts[0].get("lang")
        title = parts[0].get("title") if parts else None
        page = E.html(
            E.head(E.meta(charset="utf-8"), E.title(title or self._root.findtext("head/title") or "")),
            E.body(text or "", *map(self._detach, parts), **self._get_body_attributes()),
            **attributes,
        )
        return etree.tostring(page, method="html", doctype=DOCTYPE, encoding="unicode")

    def _get_body_attributes(self):
        body = self._root.find("body")
        return {} if body is None else {name: body.get(name) for name in ("class", "dir", "style") if body.get(name)}

    def _detach(self, part):
        part.attrib.pop("title", None)
        return part
