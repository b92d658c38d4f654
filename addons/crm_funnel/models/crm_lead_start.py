from odoo import models
from odoo.exceptions import UserError


class CrmLead(models.Model):
    """The start of the process: its first task."""

    _inherit = "crm.lead"

    def action_start_sale(self):
        """Start the process of the deal: plan its first task. Pressed again it changes nothing.

        :return: False, the page stays
        :raises UserError: if the deal is closed, or its channel has no process
        """
        self.ensure_one()
        self.check_access("write")
        self._lock_for_result()
        self._check_startable()
        if not self.last_result_id:
            self._start_process()
        return False

    def _check_startable(self):
        if not self._is_open_deal():
            raise UserError(self.env._("The deal “%(deal)s” is closed. Restore it first.", deal=self.name))
        if not self.process_id.sudo()._is_in_use():  # sudo: its state is no secret
            raise UserError(
                self.env._(
                    "The channel of the deal “%(deal)s” has no business process in use. "
                    "An administrator makes one under CRM > Configuration > Business Processes.",
                    deal=self.name,
                )
            )

    def _start_process(self, plan_task=True):
        """Record the start of the process and plan its first task.

        :param bool plan_task: whether to plan it; a quick task takes its place
        :return: the planned `mail.activity`, maybe empty
        """
        row = self._prepare_result("start", "button")
        task = self.process_id._plan_task(self) if plan_task else self.env["mail.activity"]
        row["next_activity_id"] = task.id
        self._append_results([row])
        return task

    def action_quick_task(self):
        """Return the action of the form that plans a task on the deal in a few clicks."""
        self.ensure_one()
        return self.env["crm.quick.task"]._get_action(self.partner_id, self)

    def _is_just_started(self):
        """Return whether nothing has happened in the process but its start."""
        return self.last_result_id.kind == "start"
