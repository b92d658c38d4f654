from datetime import timedelta

from odoo import Command, api, fields, models

# an invoice without payment terms is to be paid in so many days
DAYS_TO_PAY = 7


class CrmInvoiceEntry(models.TransientModel):
    """An invoice to a client in a few clicks: from the client's card, a deal or an order."""

    _name = "crm.invoice.entry"
    _description = "Invoice to a Client"

    # To whom, for what
    partner_id = fields.Many2one("res.partner", "Client", required=True, readonly=True, ondelete="cascade")
    client_id = fields.Many2one(related="partner_id.client_id", string="Directory Card")
    contact_id = fields.Many2one(
        "res.partner",
        "Contact Person",
        compute="_compute_contact_id",
        store=True,
        readonly=False,
        precompute=True,
        compute_sudo=False,
        ondelete="cascade",
        help="Who gets the letter with the invoice.",
    )
    lead_id = fields.Many2one("crm.lead", "Deal", readonly=True, ondelete="cascade")
    order_id = fields.Many2one("sale.order", readonly=True, ondelete="cascade")
    is_quotation = fields.Boolean(compute="_compute_is_quotation")
    contract_id = fields.Many2one(
        "crm.document",
        compute="_compute_contract_id",
        store=True,
        readonly=False,
        precompute=True,
        compute_sudo=False,
        ondelete="cascade",
        domain="[('kind', 'in', ('contract', 'addendum')), ('partner_id', '=', client_id),"
        " ('company_id', '=', company_id), ('state_category', '!=', 'rejected')]",
    )

    # How much
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda self: self.env.company, ondelete="cascade"
    )
    currency_id = fields.Many2one(
        "res.currency",
        compute="_compute_currency_id",
        store=True,
        readonly=False,
        precompute=True,
        compute_sudo=False,
        required=True,
        ondelete="cascade",
    )
    fiscal_position_id = fields.Many2one("account.fiscal.position", compute="_compute_fiscal_position_id")
    line_ids = fields.One2many(
        "crm.invoice.entry.line",
        "entry_id",
        "Lines",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
        precompute=True,
        compute_sudo=False,
    )
    tax_totals = fields.Binary(compute="_compute_tax_totals", exportable=False)

    # When
    invoice_date = fields.Date(required=True, default=fields.Date.context_today)
    payment_term_id = fields.Many2one(
        "account.payment.term",
        "Payment Terms",
        compute="_compute_payment_term_id",
        store=True,
        readonly=False,
        precompute=True,
        compute_sudo=False,
        ondelete="cascade",
    )
    date_due = fields.Date(
        "To be Paid until",
        compute="_compute_date_due",
        store=True,
        readonly=False,
        precompute=True,
        compute_sudo=False,
    )

    # How it looks
    requisites_id = fields.Many2one(
        "crm.requisites",
        "Own Requisites",
        compute="_compute_requisites_id",
        store=True,
        readonly=False,
        precompute=True,
        compute_sudo=False,
        ondelete="cascade",
        domain="[('company_id', '=', company_id)]",
    )
    can_stamp = fields.Boolean(compute="_compute_can_stamp")
    is_stamped = fields.Boolean(
        "Signature and Stamp", help="The printed forms carry the scanned signatures and the stamp."
    )
    missing_requisites = fields.Char("What is Missing on the Form", compute="_compute_missing_requisites")

    # What came of it
    move_id = fields.Many2one("account.move", "Issued Invoice", readonly=True, ondelete="cascade", copy=False)
    preview = fields.Binary(attachment=False, readonly=True, copy=False)

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.depends("partner_id", "lead_id", "order_id")
    def _compute_contact_id(self):
        """The person of the deal or the order, else who got the last letter, else the first with an e-mail."""
        for entry in self:
            entry.contact_id = entry._get_contact()

    def _get_contact(self):
        client = self.partner_id.client_id or self.partner_id
        named = self.order_id.partner_id | self.lead_id.partner_id | self.partner_id
        person = named.filtered(lambda partner: partner.email and partner != client)[:1]
        return person or self._get_last_addressee(client) or self._get_persons(client)[:1] or client

    def _get_last_addressee(self, client):
        """Return to whom the last letter of the client went."""
        letter = self.env["crm.invoice.letter"].search(
            [("contact_id.client_id", "=", client.id), ("state", "=", "sent")], limit=1
        )
        return letter.contact_id.filtered("email")

    def _get_persons(self, client):
        """Return the contact persons of the client who have an e-mail, those for invoices first."""
        persons = self.env["res.partner"].search([("client_id", "=", client.id), ("email", "!=", False)], limit=50)
        return (persons - client).sorted(lambda person: (person.type != "invoice", person.id))

    @api.depends("order_id.state")
    def _compute_is_quotation(self):
        for entry in self:
            entry.is_quotation = entry.order_id.state in ("draft", "sent")

    @api.depends("partner_id", "order_id", "company_id")
    def _compute_contract_id(self):
        """The contract of the order; else the client's signed one, if there is no choice."""
        for entry in self:
            contracts = entry._get_signed_contracts()
            entry.contract_id = entry.order_id.contract_id or (contracts if len(contracts) == 1 else False)

    def _get_signed_contracts(self):
        return self.env["crm.document"].search(
            [
                ("kind", "=", "contract"),
                ("partner_id", "=", (self.partner_id.client_id or self.partner_id).id),
                ("company_id", "=", self.company_id.id),
                ("state_category", "=", "signed"),
            ],
            limit=2,
        )

    @api.depends("partner_id", "order_id", "company_id")
    def _compute_currency_id(self):
        for entry in self:
            pricelist = entry._get_pricelist()
            entry.currency_id = entry.order_id.currency_id or pricelist.currency_id or entry.company_id.currency_id

    def _get_pricelist(self):
        """Return the pricelist of the order or the client, or nothing where pricelists are not used."""
        return self.order_id.pricelist_id or self.partner_id.with_company(self.company_id).property_product_pricelist

    @api.depends("partner_id", "order_id", "company_id")
    def _compute_fiscal_position_id(self):
        positions = self.env["account.fiscal.position"]
        for entry in self:
            entry.fiscal_position_id = entry.order_id.fiscal_position_id or positions.with_company(
                entry.company_id
            )._get_fiscal_position(entry._get_invoice_partner())

    @api.depends("partner_id", "order_id")
    def _compute_line_ids(self):
        """What is left to invoice of the order; without one the services ticked on the card, one of each."""
        for entry in self:
            if entry.order_id:
                lines = entry.order_id._prepare_entry_lines()
            else:
                lines = [{"product_id": product.id} for product in entry._get_ticked_products()]
            entry.line_ids = [Command.clear(), *(Command.create(vals) for vals in lines)]

    def _get_ticked_products(self):
        """Return a product of each service that is ticked on the client's card and may be sold by the company."""
        client = self.partner_id.client_id or self.partner_id
        services = client.client_service_ids.filtered(
            lambda service: service.active and service.sale_ok and service.company_id <= self.company_id
        )
        products = services.product_variant_ids
        return products.browse(services.mapped(lambda service: service.product_variant_id.id))

    @api.depends("line_ids.price_subtotal", "line_ids.tax_ids", "currency_id", "company_id")
    def _compute_tax_totals(self):
        AccountTax = self.env["account.tax"]
        for entry in self:
            base_lines = [line._prepare_base_line() for line in entry.line_ids if not line.display_type]
            AccountTax._add_tax_details_in_base_lines(base_lines, entry.company_id)
            AccountTax._round_base_lines_tax_details(base_lines, entry.company_id)
            entry.tax_totals = AccountTax._get_tax_totals_summary(
                base_lines=base_lines,
                currency=entry.currency_id or entry.company_id.currency_id,
                company=entry.company_id,
            )

    @api.depends("partner_id", "order_id", "company_id")
    def _compute_payment_term_id(self):
        for entry in self:
            client = entry.partner_id.with_company(entry.company_id)
            entry.payment_term_id = entry.order_id.payment_term_id or client.property_payment_term_id

    @api.depends("payment_term_id", "invoice_date")
    def _compute_date_due(self):
        """The last day of the terms; without terms a week, unless another day was chosen."""
        for entry in self:
            invoice_date = entry.invoice_date or fields.Date.context_today(entry)
            # sudo: the days of the terms are on the invoice for everybody
            days = [line._get_due_date(invoice_date) for line in entry.payment_term_id.sudo().line_ids]
            if days:
                entry.date_due = max(days)
            elif not entry.date_due or entry.date_due < invoice_date or entry._origin.payment_term_id:
                entry.date_due = invoice_date + timedelta(days=DAYS_TO_PAY)

    @api.depends("company_id", "currency_id")
    def _compute_requisites_id(self):
        """Those of the order, or of the currency, or else what the company has: a paper without any shows no seller."""
        Requisites = self.env["crm.requisites"]
        for entry in self:
            entry.requisites_id = (
                entry.order_id.requisites_id
                or Requisites._get_for(entry.company_id, entry.currency_id)
                or Requisites._get_for(entry.company_id)
            )

    @api.depends("requisites_id")
    @api.depends_context("uid")
    def _compute_can_stamp(self):
        for entry in self:
            entry.can_stamp = entry.requisites_id.can_stamp

    @api.depends("requisites_id", "partner_id", "company_id", "currency_id")
    def _compute_missing_requisites(self):
        """What the form will leave empty: a warning only, the invoice can be issued."""
        for entry in self:
            missing = entry._get_missing_requisites() if entry.partner_id else []
            entry.missing_requisites = "; ".join(missing) or False

    # ------------------------------------------------------------
    # OPEN
    # ------------------------------------------------------------

    @api.model
    def _open_for(self, partner, lead=None, order=None):
        """Return the action of the dialog in which an invoice is entered.

        :param partner: `res.partner` that pays, or a person of it
        :param lead: `crm.lead` it comes from
        :param order: `sale.order` it comes from
        """
        lead = lead or self.env["crm.lead"]
        order = order or self.env["sale.order"]
        self._check_client(partner)
        company = order.company_id or lead.company_id or self.env.company
        entry = self.with_company(company).create(
            {
                "partner_id": partner.id,
                "lead_id": (lead or order.opportunity_id).id,
                "order_id": order.id,
                "company_id": company.id,
            }
        )
        return entry._get_own_action()

    def _get_own_action(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Invoice to %(client)s", client=self.partner_id.display_name),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(self.env.ref("crm_invoicing.crm_invoice_entry_view_form").id, "form")],
            "target": "new",
        }

    def _get_invoice_partner(self):
        """Return who stands on the invoice: the address for invoices of the client."""
        if self.order_id:
            return self.order_id.partner_invoice_id
        client = self.partner_id.client_id or self.partner_id
        return client.browse(client.address_get(["invoice"])["invoice"])
