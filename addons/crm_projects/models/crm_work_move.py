from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from odoo.addons.crm_clients.models.res_partner import ACCESS_NOBODY


class CrmWorkMove(models.Model):
    """A deadline that was moved: from when to when, by whom and why. Nobody alters it afterwards."""

    _name = "crm.work.move"
    _description = "Moved Deadline"
    _order = "create_date DESC, id DESC"
    _rec_name = "reason"

    task_id = fields.Many2one("project.task", "Work", required=True, ondelete="cascade", index=True, readonly=True)
    client_access = fields.Integer(
        "Client's Access Key",
        compute="_compute_client_access",
        store=True,
        index=True,
        export_string_translation=False,
        help="That of the work's client; -1, for no salesperson, if the task is no work any more.",
    )
    user_id = fields.Many2one("res.users", "Moved by", required=True, ondelete="restrict", readonly=True)
    old_deadline = fields.Datetime(readonly=True)
    new_deadline = fields.Datetime(readonly=True, help="Empty: the work has no deadline any more.")
    days = fields.Integer("Days Later", readonly=True, help="Calendar days; less than 0 if it was moved forward.")
    reason = fields.Char(required=True, readonly=True)

    @api.depends("task_id.work_client_id", "task_id.work_client_access")
    def _compute_client_access(self):
        for move in self:
            task = move.task_id
            move.client_access = task.work_client_access if task.work_client_id else ACCESS_NOBODY

    @api.model_create_multi
    def create(self, vals_list):
        """Keep moves; only the move itself makes them.

        :raises UserError: if somebody writes history by hand
        """
        self._check_history()
        return super().create(vals_list)

    def write(self, vals):
        self._check_history()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        self._check_history()

    def _check_history(self):
        if not self.env.su:
            raise UserError(self.env._("Moved deadlines are history: nobody enters, changes or deletes them."))

    # ------------------------------------------------------------
    # TELLING
    # ------------------------------------------------------------

    def _tell_seller(self, client):
        """Tell the manager of ``client`` in his language, and write it into the history of the client.

        He need not be a follower of the work, whose messages may not be for him. Who moves it himself is not told.
        """
        self.ensure_one()
        seller = client.user_id
        move = self.with_context(lang=(seller or self.user_id).lang)
        body = move._describe()
        told = seller.partner_id if seller.active and seller != self.user_id else self.env["res.partner"]
        # `self` is in superuser mode already: who delivers need not be allowed to write on clients
        client.message_post(
            body=body,
            subject=move.env._("Deadline moved: %(work)s", work=self.task_id.name),
            author_id=self.user_id.partner_id.id,
            partner_ids=told.ids,
            message_type="notification",
            subtype_xmlid="mail.mt_note",
        )

    def _describe(self):
        """Return what happened as one sentence in the language of the context."""
        self.ensure_one()
        values = {
            "work": self.task_id.name,
            "old": self._format_deadline(self.old_deadline),
            "new": self._format_deadline(self.new_deadline),
            "reason": self.reason,
        }
        if not self.new_deadline:
            return self.env._("%(work)s: the deadline %(old)s was taken away. Reason: %(reason)s", **values)
        return self.env._("%(work)s: the deadline was moved from %(old)s to %(new)s. Reason: %(reason)s", **values)

    def _format_deadline(self, deadline):
        return format_date(self.env, fields.Datetime.context_timestamp(self, deadline).date()) if deadline else ""
