from odoo import fields, models


class CrmPrintedPaper(models.AbstractModel):
    """What is printed as an invoice, an act or a waybill: whose requisites it shows, and whether with facsimile."""

    _name = "crm.printed.paper"
    _description = "Printed Paper"

    requisites_id = fields.Many2one(
        "crm.requisites", "Own Requisites", ondelete="restrict", copy=False, domain="[('company_id', '=', company_id)]"
    )
    is_stamped = fields.Boolean(
        "Signature and Stamp", copy=False, help="The printed forms carry the scanned signatures and the stamp."
    )
    contract_id = fields.Many2one(
        "crm.document",
        "Contract",
        ondelete="restrict",
        copy=True,
        domain="[('kind', 'in', ('contract', 'addendum')), ('company_id', '=', company_id)]",
    )
