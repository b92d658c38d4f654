from markupsafe import Markup

from odoo import models

from ..tools.form_format import join_texts

# Width of a column in mm: what its heading needs, and of one figure in 9 pt
HEADING_WIDTHS = {"number": 8, "quantity": 16, "unit": 14, "discount": 17, "taxes": 22, "date": 24}
AMOUNT_WIDTH = 26
FIGURE_WIDTH = 1.85
PADDING_WIDTH = 2.5
# Which share of a scan's height lies below the line that is signed on
SIGNATURE_BELOW = 0.35
STAMP_BELOW = 0.6
# Height in mm that a line takes anyway, above it and for the lines below it
LINE_HEIGHT = 8

NUMBER_COLUMNS = ("quantity", "price", "discount", "amount", "amount_taxed", "tax_amount")


class CrmPrintedPaper(models.AbstractModel):
    """How the values of a printed form are laid out: what the templates would have to work out otherwise."""

    _inherit = "crm.printed.paper"

    def _prepare_form_values(self, form, signing):
        values = super()._prepare_form_values(form, signing)
        paper = values["paper"]
        for key in ("seller", "buyer"):
            values[key] |= paper._get_party_texts(values[key])
        first_rows, last_rows = self._split_form_rows(values["rows"])
        return values | {
            "page_texts": paper._get_page_texts(),
            "facts": paper._get_form_facts(values),
            "has_bank": form == "invoice" and bool(values["bank"]["account"]) and not self._is_form_refund(),
            "payer_numbers": [*values["seller"]["number_texts"], "", ""][:2],
            "place_text": values["place"] and paper.env._("Place of drawing up: %(place)s", place=values["place"]),
            "purpose_text": paper.env._("Purpose of payment: %(purpose)s", purpose=values["purpose"]),
            "due_text": paper.env._("To be paid by: %(date)s", date=values["due_date"]),
            "bank_rows": paper._get_bank_rows(values),
            "bank_text": paper._get_bank_text(values["bank"]),
            "heading_text": join_texts(values["heading"], values["mark"] and f"({values['mark']})", separator=" "),
            "hint": paper._get_payment_hint(),
            "statement": paper._get_act_statement(),
            "preamble": paper._get_form_preamble(values),
            "columns": paper._get_laid_out_columns(values),
            "first_rows": first_rows,
            "last_rows": last_rows,
            "signatories": paper._get_form_signatories(signing),
            "signs_style": self._get_signs_style(signing),
            "stamp_style": self._get_scan_style(signing["stamp_width_mm"], signing["stamp_height_mm"], STAMP_BELOW),
        }

    # ------------------------------------------------------------
    # TEXTS
    # ------------------------------------------------------------

    def _get_page_texts(self):
        """Return the three texts around the number of the page and the number of pages."""
        return self.env._("Page %(page)s of %(pages)s", page="\0", pages="\0").split("\0")

    def _get_party_texts(self, party):
        numbers = [f"{label}\N{NO-BREAK SPACE}{number}" for label, number in party["numbers"]]
        phone = party["phone"] and self.env._("tel. %(phone)s", phone=party["phone"].replace(" ", "\N{NO-BREAK SPACE}"))
        return {"number_texts": numbers, "text": join_texts(*numbers, party["address"], phone)}

    def _get_form_facts(self, values):
        """Return (label, text) of what stands between title and table, the names of the parties in bold."""
        facts = [] if self._is_preamble_shown(values) else self._get_party_facts(values)
        facts += [
            (self.env._("Consignee"), values["consignee"]),
            (self.env._("Tax status"), values["signing"]["vat_note"]),
            *values["references"],
        ]
        return [fact for fact in facts if fact[1]]

    def _get_party_facts(self, values):
        seller, buyer, is_act = values["seller"], values["buyer"], values["form"] == "act"
        return [
            (self.env._("Contractor") if is_act else self.env._("Supplier"), self._get_party_line(seller)),
            (self.env._("Customer") if is_act else self.env._("Buyer"), self._get_party_line(buyer)),
        ]

    def _get_party_line(self, party):
        name = Markup("<b>%s</b>") % party["name"]
        return name + Markup(", %s") % party["text"] if party["text"] else name

    def _is_preamble_shown(self, values):
        """Return whether the parties are named in a sentence, as in Ukraine, and described above their signatures."""
        return values["form"] == "act" and values["layout"] == "ua"

    def _get_form_preamble(self, values):
        """Return the sentence that opens an act, with the names of both parties; nothing, if rows name them."""
        if not self._is_preamble_shown(values):
            return ""
        return self.env._(
            "We, the undersigned, the representative of the contractor %(seller)s on the one side and the representative"
            " of the customer %(buyer)s on the other side, have drawn up this act to certify that the contractor has"
            " completed the following works (rendered the following services):",
            seller=values["seller"]["name"],
            buyer=values["buyer"]["name"],
        )

    def _get_act_statement(self):
        return self.env._(
            "The works (services) listed above are completed in full and on time. The customer has no claims as to"
            " their scope, quality and terms."
        )

    def _get_payment_hint(self):
        return self.env._(
            "Attention! Payment of this invoice means agreement with the terms of delivery of the goods and services."
        )

    def _get_bank_rows(self, values):
        """Return (label, text) of the bank box of Ukraine and of the countries without a box of their own."""
        bank, seller = values["bank"], values["seller"]
        account = self.env._("IBAN") if bank["is_iban"] else self.env._("Account No.")
        rows = [
            (self.env._("Recipient"), join_texts(bank["holder"], *seller["number_texts"][:1])),
            (account, bank["account"]),
            (self.env._("Bank"), bank["bank"]),
            (self.env._("MFO"), values["layout"] == "ua" and bank["mfo"]),
            (self.env._("SWIFT/BIC"), values["layout"] == "generic" and bank["bic"]),
            (self.env._("Purpose of payment"), values["purpose"]),
        ]
        return [row for row in rows if row[1]]

    def _get_bank_text(self, bank):
        """Return the bank account on one line, as it stands under the name of a party."""
        if not bank["account"]:
            return ""
        account = self.env._("IBAN") if bank["is_iban"] else self.env._("Account No.")
        bic = bank["bic"] and f"{self.env._('BIK')}\N{NO-BREAK SPACE}{bank['bic']}"
        mfo = bank["mfo"] and f"{self.env._('MFO')}\N{NO-BREAK SPACE}{bank['mfo']}"
        return join_texts(f"{account}\N{NO-BREAK SPACE}{bank['account']}", bank["bank"], mfo or bic)

    # ------------------------------------------------------------
    # TABLE
    # ------------------------------------------------------------

    def _split_form_rows(self, rows):
        """Return the rows that may stand on any page, and those that stay with the totals: the last product, with the
        section above it and the notes below it.
        """
        products = [index for index, row in enumerate(rows) if row["kind"] == "product"]
        start = products[-1] if products else 0
        while start and rows[start - 1]["kind"] in ("section", "subsection"):
            start -= 1
        return rows[:start], rows[start:]

    def _get_laid_out_columns(self, values):
        """Return the columns with class and width: each as wide as its longest number, the name takes the rest."""
        products = [row for row in values["rows"] if row["kind"] == "product"]
        columns = []
        for position, (key, label) in enumerate(values["columns"], start=1):
            texts = [row[key] for row in products if row[key]]
            if position == len(values["columns"]):
                texts += [total for _label, total, _is_main in values["totals"]]
            width = None if key == "name" else self._get_column_width(key, texts)
            style = width and f"width: {width:.1f}mm"
            columns.append({"key": key, "label": label, "class": self._get_column_class(key), "style": style})
        return columns

    def _get_column_width(self, key, texts):
        """Return the width of a column in mm."""
        least = HEADING_WIDTHS.get(key, AMOUNT_WIDTH)
        if key not in NUMBER_COLUMNS:
            return least
        return max([least, *(len(text) * FIGURE_WIDTH + PADDING_WIDTH for text in texts)])

    def _get_column_class(self, key):
        if key in NUMBER_COLUMNS:
            return "form-number"
        return "form-text" if key == "name" else "form-center"

    # ------------------------------------------------------------
    # SIGNATURES
    # ------------------------------------------------------------

    def _get_form_signatories(self, signing):
        """Return those who sign for the own company; without any of them an empty line is left for one."""
        roles = dict(self.env["crm.signatory"]._fields["role"]._description_selection(self.env))
        signatories = [
            signatory
            | {
                "position": signatory["position"] or roles[signatory["role"]],
                "style": self._get_scan_style(signatory["width_mm"], signatory["height_mm"], SIGNATURE_BELOW),
            }
            for signatory in signing["signatories"]
        ]
        return signatories or [{"position": "", "name": "", "signature": False}]

    def _get_scan_style(self, width, height, below):
        """Return the place of a scan on a line: its size in mm, and which share of its height is below the line."""
        width, height = width or 0.0, height or 0.0
        return f"width: {width:.1f}mm; height: {height:.1f}mm; bottom: {-height * below:.1f}mm"

    def _get_signs_style(self, signing):
        """Leave room for the scans, so that they cover nothing but the lines and stay on the page."""
        stamp = signing["stamp_height_mm"] if signing["stamp"] else 0.0
        signature = max([sign["height_mm"] for sign in signing["signatories"] if sign["signature"]], default=0.0)
        above = max(stamp * (1 - STAMP_BELOW), signature * (1 - SIGNATURE_BELOW))
        below = max(stamp * STAMP_BELOW - LINE_HEIGHT * (len(signing["signatories"]) - 1), signature * SIGNATURE_BELOW)
        return f"padding: {max(above - LINE_HEIGHT, 0.0):.1f}mm 0 {max(below, 0.0):.1f}mm"
