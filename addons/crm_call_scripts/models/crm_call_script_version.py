from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError


class CrmCallScriptVersion(models.Model):
    """One state of the texts of a script. Once published it never changes: protocols and figures refer to it."""

    _name = "crm.call.script.version"
    _description = "Version of a Call Script"
    _inherit = "crm.call.script.part"
    _order = "script_id, number DESC"
    _rec_name = "number"

    script_id = fields.Many2one("crm.call.script", required=True, ondelete="cascade", index=True)
    number = fields.Integer(required=True, default=1, readonly=True)
    state = fields.Selection(
        [("draft", "Draft"), ("published", "Published"), ("retired", "Former")],
        default="draft",
        required=True,
        readonly=True,
    )
    # counts the saved changes of a draft: two authors at once do not overwrite each other
    revision = fields.Integer(default=0, readonly=True, copy=False, export_string_translation=False)
    published_date = fields.Datetime("Published on", readonly=True, copy=False)
    published_by_id = fields.Many2one("res.users", "Published by", readonly=True, copy=False, ondelete="set null")
    note = fields.Char("What Is New")
    start_node_id = fields.Many2one("crm.call.node", "Begins with", ondelete="set null", copy=False)
    node_ids = fields.One2many("crm.call.node", "version_id", "Texts and Questions")

    call_count = fields.Integer("Calls by This Version", compute="_compute_call_count")
    problems = fields.Text("What Is Missing", compute="_compute_problems")

    _number_uniq = models.Constraint("UNIQUE(script_id, number)", "A script has each version once.")
    _draft_uniq = models.UniqueIndex("(script_id) WHERE state = 'draft'", "A script has one draft at a time.")

    # what follows from editing and publishing
    _kept_fields = frozenset(("script_id", "number", "state", "revision", "published_date", "published_by_id"))

    # ------------------------------------------------------------
    # COMPUTES AND CONSTRAINTS
    # ------------------------------------------------------------

    @api.depends("script_id.name", "number", "state")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for version in self:
            version.display_name = self.env._(
                "%(script)s, version %(number)s", script=version.script_id.name, number=version.number
            )

    def _compute_call_count(self):
        # sudo: a number, which says nothing about whom the calls were with
        calls = self.env["crm.call"].sudo()
        counts = dict(calls._read_group([("version_id", "in", self.ids)], ["version_id"], ["__count"]))
        for version in self:
            version.call_count = counts.get(version.sudo(), 0)

    @api.depends_context("lang")
    @api.depends("node_ids", "start_node_id", "state", "revision")
    def _compute_problems(self):
        for version in self:
            drawn = version.state == "draft" and version.ids
            version.problems = drawn and "\n".join(f"• {one['text']}" for one in version._origin.get_problems())

    @api.constrains("start_node_id")
    def _check_start_node(self):
        for version in self:
            if version.start_node_id and version.start_node_id.version_id != version:
                raise ValidationError(self.env._("A script begins with a text of its own version."))

    # ------------------------------------------------------------
    # CREATE, UNLINK
    # ------------------------------------------------------------

    def _get_versions(self):
        return self

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(self.env._("Press Edit on the script to make its next version."))
        return super().create(vals_list)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_called(self):
        # sudo: calls of others keep a version as well
        if self.env["crm.call"].sudo().search_count([("version_id", "in", self.ids)], limit=1):
            raise UserError(self.env._("Calls were held by this version: it stays, for their protocols refer to it."))

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_view_texts(self):
        """Return the action of the form with the texts as a list, for small changes without the picture."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
        }
