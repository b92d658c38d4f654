from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

# which version is in use, and which one is written
KEPT_FIELDS = frozenset(("published_id", "draft_id"))
# what the graph of a version shows of its script
GRAPH_FIELDS = frozenset(("name", "purpose", "minutes"))


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
    draft_id = fields.Many2one("crm.call.script.version", ondelete="set null", readonly=True, copy=False)

    has_draft = fields.Boolean("Being Changed", compute="_compute_has_draft", search="_search_has_draft")
    call_count = fields.Integer("Calls Held", compute="_compute_call_count")

    _check_minutes = models.Constraint("CHECK(minutes > 0)", "A call takes at least a minute.")

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.depends("draft_id")
    def _compute_has_draft(self):
        for script in self:
            # sudo: that there is a draft is told to those as well who may not read it
            script.has_draft = bool(script.sudo().draft_id)

    def _search_has_draft(self, operator, value):
        return [("draft_id", "!=" if True in value else "=", False)] if operator == "in" else NotImplemented

    def _compute_call_count(self):
        # sudo: a number, which says nothing about whom the calls were with
        calls = self.env["crm.call"].sudo()
        counts = dict(calls._read_group([("script_id", "in", self.ids)], ["script_id"], ["__count"]))
        for script in self:
            script.call_count = counts.get(script.sudo(), 0)

    # ------------------------------------------------------------
    # CREATE, WRITE, UNLINK
    # ------------------------------------------------------------

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        return {name: value for name, value in values.items() if name not in KEPT_FIELDS}

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_kept_fields(vals)
        return super().create(vals_list)

    def write(self, vals):
        self.check_access("write")  # before any refusal tells of the script
        self._check_kept_fields(vals)
        if GRAPH_FIELDS & vals.keys():
            self.env.registry.clear_cache()
        return super().write(vals)

    def _update_field_translations(self, field_name, translations, digest=None, source_lang=""):
        self.env.registry.clear_cache()
        return super()._update_field_translations(field_name, translations, digest=digest, source_lang=source_lang)

    @api.model
    def _check_kept_fields(self, vals):
        if KEPT_FIELDS & vals.keys() and not self.env.su:
            raise AccessError(self.env._("Which version is in use follows from the buttons Edit and Publish."))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_called(self):
        # sudo: calls of others keep a script as well
        if self.env["crm.call"].sudo().search_count([("script_id", "in", self.ids)], limit=1):
            raise UserError(self.env._("Calls were held by this script. Archive it: their protocols refer to it."))

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_view_calls(self):
        """Return the action of the calls held by the scripts, as far as the user may see them."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Calls Held"),
            "res_model": "crm.call",
            "view_mode": "list,form",
            "domain": [("script_id", "in", self.ids)],
        }
