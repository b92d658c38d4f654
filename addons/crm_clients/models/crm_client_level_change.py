from odoo import fields, models


class CrmClientLevelChange(models.Model):
    """One change of the relationship with a client. The log is written by `res.partner` and by nobody else."""

    _name = "crm.client.level.change"
    _description = "Change of Relationship Level"
    _order = "date DESC, id DESC"
    _rec_name = "new_level_id"

    partner_id = fields.Many2one("res.partner", "Client", required=True, ondelete="cascade", index=True, readonly=True)
    date = fields.Datetime(required=True, default=fields.Datetime.now, readonly=True)
    user_id = fields.Many2one("res.users", "Changed by", readonly=True)
    old_level_id = fields.Many2one("crm.client.level", "Level Before", ondelete="restrict", readonly=True)
    new_level_id = fields.Many2one("crm.client.level", "Level After", ondelete="restrict", readonly=True)
    reason = fields.Char(readonly=True)
