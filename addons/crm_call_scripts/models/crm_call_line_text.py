from odoo import api, fields, models


class CrmCallLine(models.Model):
    """A line of the protocol as people read it, whatever kind of answer it holds."""

    _inherit = "crm.call.line"

    said = fields.Text("Answer or Note", compute="_compute_said")

    @api.depends("kind", "node_id", "answer_id", "answer_ids", "value_text", "value_number", "value_date", "has_value")
    def _compute_said(self):
        for line in self:
            # sudo: the answers of an archived script or of another company still are what was said
            line.said = line.sudo()._get_text()
