from odoo import fields, models

from odoo.addons.crm_clients.tools.schema import create_missing_columns


class MailActivity(models.Model):
    """A planned call is a task that may have a time of the day, a length and a script."""

    _inherit = "mail.activity"

    call_start = fields.Datetime("Time of the Call", help="Empty: any time of the day of the deadline.")
    call_minutes = fields.Integer("Minutes", default=15)
    is_call_promised = fields.Boolean("Promised", help="The client expects the call at this time.")
    call_script_id = fields.Many2one("crm.call.script", "Script of the Call", ondelete="set null")

    _call_start_idx = models.Index("(user_id, call_start) WHERE call_start IS NOT NULL AND active IS TRUE")
    _call_script_idx = models.Index("(call_script_id) WHERE call_script_id IS NOT NULL")

    def _auto_init(self):
        """Add the columns empty: no task is a planned call yet."""
        columns = {
            "call_start": "timestamp",
            "call_script_id": "int4",
            "is_call_promised": "bool",
            "call_minutes": "int4",
        }
        create_missing_columns(self.env.cr, "mail_activity", columns)
        return super()._auto_init()
