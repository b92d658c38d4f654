from odoo import api, fields, models


class CrmCallHours(models.Model):
    """When a client can be reached: one span of hours on one day of the week, on his own clock."""

    _name = "crm.call.hours"
    _description = "Free Hours of a Client"
    _order = "partner_id, weekday, hour_from"

    partner_id = fields.Many2one("res.partner", required=True, ondelete="cascade", index=True)
    weekday = fields.Selection("_get_weekdays", "Day", required=True, default="0")
    hour_from = fields.Float("From", required=True, default=9.0, help="Hours 0 to 24 on the clock of the client.")
    hour_to = fields.Float("To", required=True, default=18.0)

    _check_hours = models.Constraint(
        "CHECK(hour_from >= 0 AND hour_from < hour_to AND hour_to <= 24)",
        "Free hours begin before they end, between 0:00 and 24:00.",
    )

    @api.model
    def _get_weekdays(self):
        return self.env["resource.calendar.attendance"]._fields["dayofweek"]._description_selection(self.env)

    # ------------------------------------------------------------
    # CREATE, WRITE: WHOEVER MAY EDIT THE CARD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.partner_id.check_access("write")
        return lines

    def write(self, vals):
        self.partner_id.check_access("write")
        result = super().write(vals)
        self.partner_id.check_access("write")
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_if_card_may_be_edited(self):
        self.partner_id.check_access("write")
