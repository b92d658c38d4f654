from odoo import fields, models


class CrmCallScript(models.Model):
    """What to say on the phone. The texts are those of its versions: one is in use, one may be in the making."""

    _name = "crm.call.script"
    _description = "Call Script"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    purpose = fields.Selection(
        [("prospect", "Potential clients"), ("feedback", "Feedback of clients")],
        default="prospect",
        required=True,
        help="Potential clients: offered where a deal is open. Feedback: offered where none is.",
    )
    description = fields.Text(translate=True)
    company_id = fields.Many2one("res.company", help="Empty: for all companies.")
    team_ids = fields.Many2many("crm.team", string="Channels", help="Empty: for all channels.")
    minutes = fields.Integer("Usual Length", default=15, help="Minutes that a call by this script is planned to take.")
    version_ids = fields.One2many("crm.call.script.version", "script_id", "Versions")
    # the version that calls are held by, and the one that is being written
    published_id = fields.Many2one(
        "crm.call.script.version", "Published Version", ondelete="set null", readonly=True, copy=False
    )
    draft_id = fields.Many2one("crm.call.script.version", "Draft", ondelete="set null", readonly=True, copy=False)

    _check_minutes = models.Constraint("CHECK(minutes > 0)", "A call takes at least a minute.")
