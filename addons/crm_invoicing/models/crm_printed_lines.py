import re

from odoo import models
from odoo.tools import format_date

from ..tools.amount_words import amount_to_words
from ..tools.form_format import format_number, format_short_number

SECTIONS = ("line_section", "line_subsection")
# A label that says no more than a rate, in whatever language: "20%", "VAT 12%", "ПДВ 20%"
VAT_RATE = re.compile(r"(?:VAT|ПДВ|НДС)?\s*([\d.,]+)\s*%")
# Columns by layout and form; the discount and the taxes are shown only where there are some
COLUMNS = ("number", "name", "quantity", "unit", "price", "discount", "taxes", "amount")
SPECIAL_COLUMNS = {
    # forms R-1 and Z-2 of the Ministry of Finance of Kazakhstan
    ("kz", "act"): ("number", "name", "date", "unit", "quantity", "price", "discount", "taxes", "amount"),
    ("kz", "waybill"): ("number", "name", "unit", "quantity", "price", "discount", "amount_taxed", "tax_amount"),
}


class CrmPrintedPaper(models.AbstractModel):
    """The table of a printed form and what stands below it."""

    _inherit = "crm.printed.paper"

    def _get_form_amounts(self, form):
        """Return columns, rows, totals and the sum in words of a form."""
        shown = self._filter_form_lines(form, self._get_form_lines())
        base_lines = self._filter_form_base_lines(shown)
        sums = self._sum_form_lines(base_lines)
        rows = self._get_form_rows(shown, {line["record"]: line for line in base_lines if line["record"]}, sums)
        return {
            "rows": rows,
            "columns": self._get_form_columns(form, rows, sums),
            "totals": self._get_form_totals(form, sums),
            "sums": sums,
            **self._get_form_words(rows, sums),
        }

    def _get_form_total(self, form):
        """Return what a form comes to with taxes, in the currency of the paper: an act counts the works only."""
        self.ensure_one()
        shown = self._filter_form_lines(form, self._get_form_lines())
        return self._sum_form_lines(self._filter_form_base_lines(shown))["total"]

    # ------------------------------------------------------------
    # WHICH LINES
    # ------------------------------------------------------------

    def _filter_form_lines(self, form, lines):
        """Return the lines that belong on a form: work on an act, goods on a waybill, everything on an invoice.

        A paper with nothing of the kind is printed whole: whoever prints an act of goods wants just that.
        """
        products = lines.filtered(lambda line: not line.display_type or line.display_type == "product")
        goods = products.filtered(lambda line: line.product_id.type in ("consu", "combo"))
        wanted = {"act": products - goods, "waybill": goods}.get(form, products)
        if not wanted or wanted == products:
            return lines
        return self._keep_lines_around(lines, wanted)

    def _keep_lines_around(self, lines, wanted):
        """Return wanted product lines with the sections above them and the notes below them."""
        kept, waiting, is_kept = lines.browse(), lines.browse(), False
        for line in lines:
            if line.display_type in SECTIONS:
                if line.display_type == "line_section":
                    waiting = lines.browse()
                waiting, is_kept = waiting | line, False
            elif line.display_type == "line_note":
                kept |= line if is_kept else lines.browse()
            elif is_kept := line in wanted:
                kept, waiting = kept | waiting | line, lines.browse()
        return kept

    def _filter_form_base_lines(self, shown):
        """Return the base lines of the shown lines; with all shown also what the paper adds, such as the rounding."""
        base_lines = self._get_form_base_lines()
        records = {line["record"] for line in base_lines if line["record"] and not line["special_type"]}
        hidden = records - set(shown)
        if not hidden:
            return base_lines
        return [line for line in base_lines if line["record"] in shown]

    # ------------------------------------------------------------
    # SUMS
    # ------------------------------------------------------------

    def _sum_form_lines(self, base_lines):
        """Return the sums of a form in the currency of the paper, negative for what is given back.

        :return: untaxed, rounding, total; ``taxes`` as {tax: amount}; ``is_included``: prices hold the taxes already
        """
        sign = -1 if self._is_form_refund() else 1
        taxes, untaxed, rounding = {}, 0.0, 0.0
        for line in base_lines:
            excluded = self._get_base_amount(line)
            if line["special_type"] == "cash_rounding":
                rounding += sign * excluded
                continue
            untaxed += sign * excluded
            for data in line["tax_details"]["taxes_data"]:
                taxes[data["tax"]] = taxes.get(data["tax"], 0.0) + sign * data["tax_amount_currency"]
        return {
            "sign": sign,
            "untaxed": untaxed,
            "taxes": taxes,
            "rounding": rounding,
            "total": untaxed + rounding + sum(taxes.values()),
            "is_included": bool(taxes) and all(tax.price_include for tax in taxes),
        }

    def _get_base_amount(self, base_line):
        """Return the amount of a line before its taxes, the cents of the paper's rounding in it."""
        details = base_line["tax_details"]
        return details["total_excluded_currency"] + details["delta_total_excluded_currency"]

    def _get_base_tax(self, base_line):
        """Return the amount of all taxes on a line."""
        return sum(data["tax_amount_currency"] for data in base_line["tax_details"]["taxes_data"])

    # ------------------------------------------------------------
    # ROWS
    # ------------------------------------------------------------

    def _get_form_rows(self, lines, base_by_line, sums):
        """Return a dict of texts for each line; products are numbered from 1."""
        rows, number = [], 0
        for line in lines:
            if base_line := base_by_line.get(line):
                number += 1
                rows.append({"kind": "product", "number": number, **self._get_product_row(line, base_line, sums)})
            elif line.display_type in (*SECTIONS, "line_note"):
                kind = line.display_type.removeprefix("line_")
                rows.append({"kind": kind, "name": (line.name or "").strip()})
        return rows

    def _get_product_row(self, line, base_line, sums):
        untaxed, tax = self._get_base_amount(base_line), self._get_base_tax(base_line)
        sign, discount = sums["sign"], base_line["discount"]
        amount = untaxed + tax if sums["is_included"] else untaxed
        return {
            "name": (line.name or line.product_id.display_name or "").strip(),
            "date": format_date(self.env, self._get_form_date()),
            "quantity": format_short_number(self.env, sign * base_line["quantity"], self._get_digits("Product Unit")),
            "unit": line.product_uom_id.name or "",
            "price": self._format_price(self._get_form_price(base_line, amount, sums["is_included"])),
            "discount": f"{format_short_number(self.env, discount, 2)}\N{NO-BREAK SPACE}%" if discount else "",
            "taxes": ", ".join(map(self._get_tax_label, base_line["tax_ids"])) or self.env._("Without VAT"),
            "amount": self._format_amount(sign * amount),
            "amount_taxed": self._format_amount(sign * (untaxed + tax)),
            "tax_amount": self._format_amount(sign * tax),
        }

    def _get_form_price(self, base_line, amount, is_included):
        """Return the price of a unit before the discount, with or without the taxes as the table shows all of them."""
        taxes, quantity = base_line["tax_ids"], base_line["quantity"]
        share = 1.0 - base_line["discount"] / 100.0
        if not quantity or not share or all(tax.price_include == is_included for tax in taxes):
            return base_line["price_unit"]
        return amount / quantity / share

    # ------------------------------------------------------------
    # COLUMNS, TOTALS
    # ------------------------------------------------------------

    def _get_form_columns(self, form, rows, sums):
        """Return (key, label) of the columns; the taxes have one if the lines differ in them."""
        keys = SPECIAL_COLUMNS.get((self._get_form_layout(), form), COLUMNS)
        products = [row for row in rows if row["kind"] == "product"]
        hidden = set()
        if not any(row["discount"] for row in products):
            hidden.add("discount")
        if len({row["taxes"] for row in products}) < 2:
            hidden.add("taxes")
        labels = self._get_column_labels(form, sums)
        return [(key, labels[key]) for key in keys if key not in hidden]

    def _get_column_labels(self, form, sums):
        names = {
            "invoice": self.env._("Goods (works, services)"),
            "act": self.env._("Works, services"),
            "waybill": self.env._("Goods"),
        }
        price, amount = self.env._("Price"), self.env._("Amount")
        if sums["taxes"]:
            included = sums["is_included"]
            price = self.env._("Price with VAT") if included else self.env._("Price without VAT")
            amount = self.env._("Amount with VAT") if included else self.env._("Amount without VAT")
        return {
            "number": self.env._("No."),
            "name": names[form],
            "date": self.env._("Performed on"),
            "quantity": self.env._("Qty"),
            "unit": self.env._("Unit"),
            "price": price,
            "discount": self.env._("Discount"),
            "taxes": self.env._("VAT"),
            "amount": amount,
            "amount_taxed": self.env._("Amount with VAT") if sums["taxes"] else amount,
            "tax_amount": self.env._("VAT amount"),
        }

    def _get_form_totals(self, form, sums):
        """Return (label, amount, whether it is the last and main one) of the totals, in their order."""
        included, last = sums["is_included"], self._get_total_label(form, sums)
        totals = []
        if sums["taxes"] and not included:
            totals.append((self.env._("Total without VAT"), sums["untaxed"], False))
        totals += [(self._get_tax_total_label(tax, included), value, False) for tax, value in sums["taxes"].items()]
        if sums["rounding"]:
            totals.append((self.env._("Rounding"), sums["rounding"], False))
        totals.append((last, sums["total"], True))
        totals = [(label, self._format_amount(value), strong) for label, value, strong in totals]
        if not sums["taxes"]:
            totals.insert(-1, (self.env._("Without VAT"), "\N{EN DASH}", False))
        return totals

    def _get_total_label(self, form, sums):
        if form == "invoice" and not self._is_form_refund():
            return self.env._("Total to pay")
        return self.env._("Total with VAT") if sums["taxes"] else self.env._("Total")

    def _get_tax_total_label(self, tax, is_included):
        label = self._get_tax_label(tax)
        return self.env._("Including %(tax)s", tax=label) if is_included else label

    def _get_tax_label(self, tax):
        """Return the tax as an accountant calls it: a label that is a bare rate says nothing alone.

        Charts of accounts have labels in one language, and the Ukrainian one puts a sign before them.
        """
        label = (tax.invoice_label or tax.name).lstrip("+ ")
        rate = VAT_RATE.fullmatch(label)
        return self.env._("VAT %(rate)s%%", rate=rate[1]) if rate else label

    def _get_form_words(self, rows, sums):
        """Return the sentences below the totals: how many lines, for how much, in words, with which VAT."""
        count = sum(row["kind"] == "product" for row in rows)
        total = self._format_money(sums["total"])
        return {
            "count_text": self.env._(
                "Items in all: %(count)s, for the amount of %(amount)s", count=count, amount=total
            ),
            "words": amount_to_words(
                sums["total"], self.currency_id.name, self.env.lang, self.currency_id.decimal_places
            ),
            "vat_text": self._get_vat_text(sums),
        }

    def _get_vat_text(self, sums):
        if not sums["taxes"]:
            return self.env._("Without VAT")
        parts = [f"{self._get_tax_label(tax)}: {self._format_money(value)}" for tax, value in sums["taxes"].items()]
        return self.env._("Including %(tax)s", tax=", ".join(parts))

    # ------------------------------------------------------------
    # FORMATS
    # ------------------------------------------------------------

    def _get_digits(self, usage):
        return self.env["decimal.precision"].precision_get(usage)

    def _format_amount(self, value):
        return format_number(self.env, value, self.currency_id.decimal_places)

    def _format_price(self, value):
        least = self.currency_id.decimal_places
        return format_short_number(self.env, value, max(self._get_digits("Product Price"), least), least)

    def _format_money(self, value):
        """Return an amount with the short name of its currency, as it stands in sentences."""
        names = {"UAH": self.env._("UAH"), "RUB": self.env._("RUB"), "KZT": self.env._("KZT")}
        code = self.currency_id.name
        return f"{self._format_amount(value)}\N{NO-BREAK SPACE}{names.get(code, code)}"
