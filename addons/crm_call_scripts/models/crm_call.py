from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import format_datetime


class CrmCall(models.Model):
    """One conversation on the phone: whom with, by which script, what came of it. Its lines are the protocol."""

    _name = "crm.call"
    _description = "Call"
    _order = "start DESC, id DESC"

    # Whom with
    partner_id = fields.Many2one(
        "res.partner", "Talked to", readonly=True, ondelete="restrict", index="btree_not_null", check_company=True
    )
    client_id = fields.Many2one(
        "res.partner",
        compute="_compute_client_id",
        store=True,
        precompute=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    client_access = fields.Integer(
        related="partner_id.client_access",
        string="Client's Access Key",
        store=True,
        index=True,
        export_string_translation=False,
    )
    lead_id = fields.Many2one(
        "crm.lead", "Deal", readonly=True, ondelete="set null", index="btree_not_null", check_company=True
    )
    team_id = fields.Many2one("crm.team", "Channel", readonly=True, ondelete="set null")
    activity_id = fields.Many2one("mail.activity", "Task", readonly=True, ondelete="set null")
    user_id = fields.Many2one("res.users", "Manager", required=True, readonly=True, index=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True)

    # By which script
    script_id = fields.Many2one("crm.call.script", readonly=True, ondelete="restrict", index="btree_not_null")
    version_id = fields.Many2one("crm.call.script.version", readonly=True, ondelete="restrict", index="btree_not_null")
    lang = fields.Char("Language", readonly=True, help="In which the script was shown, as uk_UA.")

    # How it went
    state = fields.Selection(
        [("open", "Under way"), ("done", "Finished")], default="open", required=True, readonly=True, index=True
    )
    start = fields.Datetime("Begun", required=True, readonly=True, default=fields.Datetime.now)
    end = fields.Datetime("Finished on", readonly=True)
    last_date = fields.Datetime("Last Answer", readonly=True)
    seconds = fields.Integer("Length", readonly=True, aggregator="avg", help="Seconds spent on the screen of the call.")
    line_ids = fields.One2many("crm.call.line", "call_id", "Protocol", readonly=True)
    # where the conversation is, or where it broke off
    node_id = fields.Many2one("crm.call.node", "Last Text or Question", readonly=True, ondelete="set null")
    is_completed = fields.Boolean("Led to the End", readonly=True, help="The script came to one of its ends.")
    # which window writes the protocol: another one that is still open must not
    session = fields.Char(readonly=True, copy=False, export_string_translation=False)

    # What came of it
    outcome_id = fields.Many2one("crm.call.outcome", readonly=True, ondelete="restrict", index="btree_not_null")
    outcome_kind = fields.Selection(related="outcome_id.kind", store=True, string="Kind of Outcome")
    result_id = fields.Many2one("crm.process.result", readonly=True, ondelete="set null", index="btree_not_null")
    next_activity_id = fields.Many2one("mail.activity", "Next Task", readonly=True, ondelete="set null")
    note = fields.Text("Notes", readonly=True)
    # what the answers wrote, for the protocol: [{record, label, old, new}]
    written = fields.Json(readonly=True, prefetch=False, export_string_translation=False)

    # one call at a time from one task
    _activity_open_uniq = models.UniqueIndex(
        "(activity_id) WHERE state = 'open' AND activity_id IS NOT NULL", "A call from this task is under way already."
    )
    _report_idx = models.Index("(version_id, start) WHERE version_id IS NOT NULL")
    _next_activity_idx = models.Index("(next_activity_id) WHERE next_activity_id IS NOT NULL")
    _node_idx = models.Index("(node_id) WHERE node_id IS NOT NULL")

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.depends("partner_id.client_id")
    def _compute_client_id(self):
        for call in self:
            call.client_id = call.partner_id.client_id or call.partner_id.commercial_partner_id

    @api.depends("partner_id", "lead_id", "start")
    @api.depends_context("lang", "tz")
    def _compute_display_name(self):
        for call in self:
            # sudo: the name of the deal may be closed to who sees the call, and is not shown then
            person = call.partner_id.name or call.sudo().lead_id.contact_name or self.env._("Unknown person")
            call.display_name = f"{person}, {format_datetime(self.env, call.start, dt_format='short')}"

    # ------------------------------------------------------------
    # NOBODY WRITES A CALL BY HAND
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        self._refuse_by_hand()
        return super().create(vals_list)

    def write(self, vals):
        self._refuse_by_hand()
        return super().write(vals)

    def unlink(self):
        self._refuse_by_hand()
        return super().unlink()

    def _refuse_by_hand(self):
        """A call and its protocol are written by the methods of the call alone, whatever rights somebody has been given."""
        if not self.env.su:
            raise AccessError(self.env._("The protocol of a call is written during the call and by nobody's hand."))
