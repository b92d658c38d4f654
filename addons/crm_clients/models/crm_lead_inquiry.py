from odoo import api, fields, models

from ..tools.schema import create_missing_columns

# what names an inquiry, the best first
TITLE_FIELDS = ("partner_name", "contact_name", "phone", "email_from")


class CrmLead(models.Model):
    """What somebody asked for. An inquiry is a lead, and is still counted as an inquiry after it became a deal."""

    _inherit = "crm.lead"

    is_inquiry = fields.Boolean(
        "Inquiry",
        compute="_compute_is_inquiry",
        store=True,
        precompute=True,
        copy=False,
        help="Somebody turned to the company. Stays true when the inquiry becomes a deal.",
    )
    inquiry_date = fields.Datetime(default=fields.Datetime.now, copy=False)
    inquiry_purpose_id = fields.Many2one(
        "crm.inquiry.purpose", "Purpose", index="btree_not_null", ondelete="restrict", tracking=True
    )
    inquiry_service_ids = fields.Many2many(
        "product.template",
        "crm_lead_inquiry_service_rel",
        "lead_id",
        "product_tmpl_id",
        "Products of Interest",
        domain=lambda self: self.env["product.template"]._get_client_service_domain(),
    )
    contact_profession_id = fields.Many2one(
        "crm.profession", "Profession", index="btree_not_null", ondelete="restrict", help="Of the person who asks."
    )

    _inquiry_date_idx = models.Index("(inquiry_date DESC, id DESC) WHERE is_inquiry IS TRUE")

    def _auto_init(self):
        columns = {"is_inquiry": "bool", "inquiry_date": "timestamp"}
        if "is_inquiry" in create_missing_columns(self.env.cr, "crm_lead", columns):
            self._mark_former_inquiries()
        return super()._auto_init()

    def _mark_former_inquiries(self):
        """Tell at installation which of the records were inquiries, by one statement instead of row by row."""
        self.env.cr.execute(
            """
            UPDATE crm_lead
               SET is_inquiry = TRUE, inquiry_date = create_date
             WHERE type = 'lead' OR date_conversion IS NOT NULL
            """
        )

    @api.depends("type")
    def _compute_is_inquiry(self):
        for lead in self:
            lead.is_inquiry = lead.is_inquiry or lead.type == "lead"

    # ------------------------------------------------------------
    # CREATE, MERGE
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if self.env.context.get("inquiry_entry"):
            for vals in vals_list:
                vals["name"] = vals.get("name") or self._get_inquiry_title(vals)
        return super().create(vals_list)

    @api.model
    def _get_inquiry_title(self, vals):
        """Return what an inquiry is called that nobody named: who asks, and what for."""
        who = next((vals[name] for name in TITLE_FIELDS if vals.get(name)), False)
        if not who and vals.get("partner_id"):
            who = self.env["res.partner"].browse(vals["partner_id"]).display_name
        purpose = self.env["crm.inquiry.purpose"].browse(vals.get("inquiry_purpose_id") or [])
        return ": ".join(filter(None, [who or self.env._("Inquiry"), purpose.name]))

    def _merge_get_fields_specific(self):
        """What is merged with an inquiry is one, since the first of them, about the products of all."""
        return {
            **super()._merge_get_fields_specific(),
            "is_inquiry": lambda name, leads: any(leads.mapped(name)),
            "inquiry_date": lambda name, leads: min(
                filter(None, leads.filtered("is_inquiry").mapped(name)), default=leads[0][name]
            ),
            "inquiry_service_ids": lambda name, leads: leads.mapped(name),
        }

    def _merge_get_fields(self):
        return [*super()._merge_get_fields(), "inquiry_purpose_id", "contact_profession_id"]
