from odoo import api, fields, models

from odoo.addons.crm_clients.tools.schema import create_missing_columns

FORMS = ("invoice", "act", "waybill")
LAYOUTS = {"UA": "ua", "RU": "ru", "KZ": "kz"}
GENERIC_LAYOUT = "generic"

# The languages there are forms in, by the country whose clients read them; all others read English.
FORM_LANGS = ("uk", "ru", "en")
COUNTRY_LANGS = {"UA": "uk", "RU": "ru", "KZ": "ru", "BY": "ru", "KG": "ru"}

# What a company without requisites signs with: an empty line
NO_SIGNING = {
    "signatories": [],
    **dict.fromkeys(("stamp", "logo", "place", "vat_note", "correspondent_account", "beneficiary_code"), False),
    **dict.fromkeys(("purpose_code", "stamp_width_mm", "stamp_height_mm"), False),
}


class CrmPrintedPaper(models.AbstractModel):
    """What is printed as an invoice, an act or a waybill: whose requisites it shows, and whether with facsimile.

    One structure of ready texts, made by `_get_form_values`, is behind all forms, so that the templates hold the
    layout only. What differs between an invoice and an order is in the methods under ADAPTERS.
    """

    _name = "crm.printed.paper"
    _description = "Printed Paper"

    requisites_id = fields.Many2one(
        "crm.requisites",
        "Own Requisites",
        compute="_compute_requisites_id",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="restrict",
        copy=False,
        domain="[('company_id', '=', company_id)]",
        help="Whose name and which bank account stand on the printed forms.",
    )
    is_stamped = fields.Boolean(
        "Signature and Stamp", copy=False, help="The printed forms carry the scanned signatures and the stamp."
    )
    contract_id = fields.Many2one(
        "crm.document",
        ondelete="restrict",
        copy=True,
        domain="[('kind', 'in', ('contract', 'addendum')), ('company_id', '=', company_id)]",
    )

    def _auto_init(self):
        """Add the column empty: the papers that are there already take the requisites of the day they are printed."""
        if not self._abstract:
            create_missing_columns(self.env.cr, self._table, {"requisites_id": "int4"})
        return super()._auto_init()

    @api.depends("company_id", "currency_id")
    def _compute_requisites_id(self):
        """Choose the company's requisites with an account in the currency of the paper; keep what was chosen."""
        chosen = {}
        for paper in self:
            key = (paper.company_id, paper.currency_id)
            if not paper._is_printed_paper():
                paper.requisites_id = False
            elif not paper._is_requisites_fitting():
                if key not in chosen:
                    chosen[key] = paper._get_default_requisites()
                paper.requisites_id = chosen[key]

    def _is_requisites_fitting(self):
        """Return whether the requisites are of the company and take the currency; those without a currency take all."""
        requisites = self.requisites_id
        is_own = requisites and requisites.company_id == self.company_id
        return is_own and requisites.currency_id in (self.currency_id, self.env["res.currency"])

    def _get_default_requisites(self):
        """Return the requisites of the company for the currency of the paper, else the first ones."""
        Requisites = self.env["crm.requisites"]
        return Requisites._get_for(self.company_id, self.currency_id) or Requisites._get_for(self.company_id)

    @api.constrains("is_stamped", "requisites_id")
    def _check_is_stamped(self):
        """Whoever marks a paper as signed and stamped must be allowed to use the scans; printing asks again."""
        self.filtered("is_stamped").requisites_id._check_may_stamp()

    # ------------------------------------------------------------
    # THE FORM
    # ------------------------------------------------------------

    def _get_forms_values(self, form):
        """Return `_get_form_values` of each paper; what papers with the same requisites share is read once.

        :param str form: one of `FORMS`
        :return: list of dicts, in the order of the papers
        :raise AccessError: if the user may not read one of the papers, or not use a signature that it is to carry
        """
        self.check_access("read")
        self._fetch_form_lines()
        signing = self._get_forms_signing(form)
        return [paper._prepare_form_values(form, signing[paper.id]) for paper in self]

    def _get_form_values(self, form):
        """Return all that a printed form shows.

        :param str form: one of `FORMS`
        :return: dict of texts, numbers formatted, in the language ``lang`` of the form; see the methods it is made by
        :raise AccessError: if the user may not read the paper, or not use a signature that it is to carry
        """
        self.ensure_one()
        return self._get_forms_values(form)[0]

    def _prepare_form_values(self, form, signing):
        lang = self._get_form_lang()
        paper = self.with_context(lang=lang)
        values = {"form": form, "lang": lang, "paper": paper, "layout": paper._get_form_layout(), "signing": signing}
        values |= paper._get_form_parties(form)
        values |= paper._get_form_amounts(form)
        values |= paper._get_form_heading(form, values)
        return values | paper._get_form_payment(values)

    def _get_form_layout(self):
        """Return the layout by the country of the own company: it decides which requisites are mandatory."""
        return LAYOUTS.get(self.company_id.country_id.code, GENERIC_LAYOUT)

    def _get_form_lang(self):
        """Return the code of the form's language: the client's, else that of the client's country, else the company's.

        A language that has no forms, or is not active, is passed over.
        """
        client = self.partner_id
        wishes = [client.lang, client.commercial_partner_id.lang]
        if country := client.country_id or client.commercial_partner_id.country_id:
            wishes.append(COUNTRY_LANGS.get(country.code, "en"))
        wishes += [self.company_id.partner_id.lang, self.env.lang, "en"]
        installed = [code for code, _name in self.env["res.lang"].get_installed()]
        found = (self._find_form_lang(wish, installed) for wish in wishes)
        return next(filter(None, found), "en_US")

    @api.model
    def _find_form_lang(self, wish, installed):
        """Return which installed language a wish such as `uk` or `uk_UA` means, or nothing."""
        short = (wish or "")[:2]
        if short not in FORM_LANGS:
            return None
        return wish if wish in installed else next((code for code in installed if code[:2] == short), None)

    def _get_forms_signing(self, form):
        """Return {id of a paper: who signs for the own company, with the scans if the paper is to carry them}."""
        signing = {}
        groups = self.grouped(lambda paper: (paper._get_requisites(), paper.is_stamped, paper._get_form_lang()))
        for (requisites, is_stamped, lang), papers in groups.items():
            values = NO_SIGNING
            if requisites:
                values = requisites.with_context(lang=lang)._get_print_values(papers, form, is_stamped)
            signing |= dict.fromkeys(papers.ids, values)
        return signing

    def _get_requisites(self):
        """Return the requisites to print: those of the paper, or today's for a paper older than the requisites."""
        return self.requisites_id or self._get_default_requisites()

    # ------------------------------------------------------------
    # ADAPTERS: what an invoice and an order tell each in its own way
    # ------------------------------------------------------------

    def _is_printed_paper(self):
        """Return whether the record is printed by these forms at all."""
        return True

    def _is_form_refund(self):
        """Return whether the amounts are given back: they are printed negative."""
        return False

    def _get_form_mark(self, form):
        """Return `draft`, `cancelled` or nothing: what must be seen on each page."""
        raise NotImplementedError

    def _get_form_date(self):
        """Return the date of the paper."""
        raise NotImplementedError

    def _get_form_due_date(self):
        """Return until when it is to be paid, or nothing."""
        raise NotImplementedError

    def _get_form_number(self):
        """Return the number of the paper, or nothing while it has none."""
        return self.name if self.name != "/" else False

    def _get_form_register_documents(self):
        """Return the entries of the paper in the register."""
        raise NotImplementedError

    def _fetch_form_lines(self):
        """Read at once for all papers what the computation of the taxes would read paper by paper."""

    def _get_form_lines(self):
        """Return all lines in the order of the paper, sections and notes among them."""
        raise NotImplementedError

    def _get_form_base_lines(self):
        """Return Odoo's base lines of the tax computation, rounded as for the paper's totals."""
        raise NotImplementedError

    def _get_form_consignee(self):
        """Return the partner to whom the goods go."""
        return self.partner_shipping_id or self.partner_id

    def _get_form_references(self):
        """Return (label, text) of the papers that this one belongs to, beside its contract."""
        return []
