from odoo import api, fields, models


class CrmInvoiceEntryLine(models.TransientModel):
    """A line of an invoice that is being entered: a service, or what is left to invoice of a line of an order."""

    _name = "crm.invoice.entry.line"
    _description = "Line of an Invoice to a Client"
    _order = "sequence, id"

    entry_id = fields.Many2one("crm.invoice.entry", required=True, ondelete="cascade", index=True)
    sequence = fields.Integer(default=10)
    display_type = fields.Selection(
        [("line_section", "Section"), ("line_subsection", "Subsection"), ("line_note", "Note")], readonly=True
    )
    sale_line_id = fields.Many2one("sale.order.line", "Line of the Order", readonly=True, ondelete="cascade")
    company_id = fields.Many2one(related="entry_id.company_id")
    currency_id = fields.Many2one(related="entry_id.currency_id")
    product_id = fields.Many2one(
        "product.product",
        "Service or Product",
        ondelete="cascade",
        domain="[('sale_ok', '=', True), ('company_id', 'in', (False, company_id))]",
    )
    name = fields.Text(
        "Description",
        compute="_compute_name",
        store=True,
        readonly=False,
        precompute=True,
        compute_sudo=False,
    )
    quantity = fields.Float(default=1.0, digits="Product Unit")
    product_uom_id = fields.Many2one(
        "uom.uom",
        "Unit",
        compute="_compute_product_uom_id",
        store=True,
        readonly=False,
        precompute=True,
        compute_sudo=False,
        ondelete="cascade",
    )
    price_unit = fields.Float(
        "Price",
        digits="Product Price",
        compute="_compute_price_unit",
        store=True,
        readonly=False,
        precompute=True,
        compute_sudo=False,
    )
    discount = fields.Float("Discount, %", digits="Discount")
    tax_ids = fields.Many2many(
        "account.tax",
        "crm_invoice_entry_line_tax_rel",
        "line_id",
        "tax_id",
        "Taxes",
        compute="_compute_tax_ids",
        store=True,
        readonly=False,
        precompute=True,
        compute_sudo=False,
        domain="[('type_tax_use', '=', 'sale'), ('company_id', 'parent_of', company_id)]",
    )
    price_subtotal = fields.Monetary("Amount", compute="_compute_price_subtotal")

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.depends("product_id", "sale_line_id")
    def _compute_name(self):
        for line in self:
            if line.sale_line_id:
                line.name = line.sale_line_id.name
            elif line.product_id:
                lang = line.entry_id.partner_id.lang or self.env.lang
                line.name = line.product_id.with_context(lang=lang).get_product_multiline_description_sale()

    @api.depends("product_id", "sale_line_id")
    def _compute_product_uom_id(self):
        for line in self:
            line.product_uom_id = line.sale_line_id.product_uom_id or line.product_id.uom_id

    @api.depends("product_id", "sale_line_id", "entry_id.currency_id")
    def _compute_price_unit(self):
        """The price of the pricelist, or of the product, in the currency of the invoice; that of the order's line."""
        for line in self:
            line.price_unit = line.sale_line_id.price_unit if line.sale_line_id else line._get_price()

    def _get_price(self):
        entry, product = self.entry_id, self.product_id.with_company(self.entry_id.company_id)
        if not product:
            return 0.0
        price = entry._get_pricelist()._get_product_price(
            product, quantity=self.quantity or 1.0, currency=entry.currency_id, date=entry.invoice_date
        )
        return product._get_tax_included_unit_price_from_price(
            price, self._get_product_taxes(), fiscal_position=entry.fiscal_position_id
        )

    @api.depends("product_id", "sale_line_id")
    def _compute_tax_ids(self):
        for line in self:
            if line.sale_line_id:
                line.tax_ids = line.sale_line_id.tax_ids
            else:
                line.tax_ids = line.entry_id.fiscal_position_id.map_tax(line._get_product_taxes())

    def _get_product_taxes(self):
        """Return the taxes on sales of the product in the company, before the fiscal position."""
        return self.product_id.taxes_id._filter_taxes_by_company(self.entry_id.company_id)

    @api.depends("quantity", "price_unit", "discount", "tax_ids", "currency_id")
    def _compute_price_subtotal(self):
        """The amount without taxes, in the currency of the invoice."""
        for line in self:
            if line.display_type or not line.entry_id:
                line.price_subtotal = 0.0
                continue
            base_line = line._prepare_base_line()
            self.env["account.tax"]._add_tax_details_in_base_line(base_line, line.entry_id.company_id)
            line.price_subtotal = base_line["tax_details"]["raw_total_excluded_currency"]

    def _prepare_base_line(self):
        """Return the line as Odoo's tax computation takes it."""
        return self.env["account.tax"]._prepare_base_line_for_taxes_computation(
            self,
            tax_ids=self.tax_ids,
            quantity=self.quantity,
            price_unit=self.price_unit,
            partner_id=self.entry_id.partner_id,
            currency_id=self.entry_id.currency_id or self.entry_id.company_id.currency_id,
            rate=1.0,
        )

    # ------------------------------------------------------------
    # INVOICE LINE
    # ------------------------------------------------------------

    def _prepare_invoice_line(self):
        """Return the values of the line of the invoice; one of an order is tied to it, so that it counts there."""
        self.ensure_one()
        entered = {"name": self.name, "sequence": self.sequence, "quantity": self.quantity}
        if self.sale_line_id:
            return self.sale_line_id._prepare_invoice_line(**entered)
        return {
            **entered,
            "product_id": self.product_id.id,
            "product_uom_id": self.product_uom_id.id,
            "price_unit": self.price_unit,
            "discount": self.discount,
            "tax_ids": [fields.Command.set(self.tax_ids.ids)],
        }
