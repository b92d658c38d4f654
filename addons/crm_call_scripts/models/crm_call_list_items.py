from odoo import api, fields, models
from odoo.exceptions import AccessError

from odoo.addons.crm_clients.tools.schema import create_missing_columns

# context: the planning creates the task, with the user's own rights; an object comes with no request from outside
BY_PLANNING = "crm_call_planning"
PLANNING_TOKEN = object()


class MailActivity(models.Model):
    """A planned call may belong to a call list."""

    _inherit = "mail.activity"

    call_list_id = fields.Many2one("crm.call.list", readonly=True, ondelete="set null")

    _call_list_idx = models.Index("(call_list_id) WHERE call_list_id IS NOT NULL")

    def _auto_init(self):
        """Add the column empty: no task is on a list yet."""
        create_missing_columns(self.env.cr, "mail_activity", {"call_list_id": "int4"})
        return super()._auto_init()

    @api.model_create_multi
    def create(self, vals_list):
        if any(vals.get("call_list_id") for vals in vals_list):
            self._refuse_list_by_hand()
        return super().create(vals_list)

    def write(self, vals):
        if "call_list_id" in vals:
            self._refuse_list_by_hand()
        return super().write(vals)

    @api.model
    def default_get(self, fields):
        """The list of a task comes from no context either."""
        values = super().default_get(fields)
        values.pop("call_list_id", None)
        return values

    @api.model
    def _refuse_list_by_hand(self):
        """A call list counts its tasks: only the planning puts them there, see `BY_PLANNING`."""
        if not self.env.su and self.env.context.get(BY_PLANNING) is not PLANNING_TOKEN:
            raise AccessError(self.env._("Calls are put on a call list by planning them and by nobody's hand."))


class CrmCall(models.Model):
    """A call that was held belongs to the list of its task, and so does the task that puts it back."""

    _inherit = "crm.call"

    call_list_id = fields.Many2one(
        "crm.call.list",
        compute="_compute_call_list_id",
        store=True,
        precompute=True,
        ondelete="set null",
        index="btree_not_null",
    )

    @api.depends("activity_id")
    def _compute_call_list_id(self):
        """The task may be gone later on; the call stays on its list."""
        for call in self:
            call.call_list_id = call.activity_id.call_list_id or call.call_list_id

    def write(self, vals):
        result = super().write(vals)
        if vals.get("next_activity_id"):
            self._keep_on_list()
        return result

    def _keep_on_list(self):
        """Let the next task stay on the list until the client has been reached and has said yes or no."""
        for call in self.filtered(lambda one: one.call_list_id and one.outcome_kind in ("no_answer", "later")):
            # sudo: the list is no one's to write by hand
            call.next_activity_id.sudo().call_list_id = call.call_list_id
