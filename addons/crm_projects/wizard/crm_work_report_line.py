from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html

from ..models.project_task_deadline import REASON


class CrmWorkReportLine(models.TransientModel):
    """One tab of the work report: a service and its work, which may not have begun yet."""

    _name = "crm.client.work.report.line"
    _inherit = ["crm.work.starter", "crm.work.window"]
    _description = "Work of a Work Report"

    report_id = fields.Many2one("crm.client.work.report", required=True, ondelete="cascade", readonly=True)
    service_id = fields.Many2one("product.template", required=True, readonly=True)
    work_id = fields.Many2one("crm.work", readonly=True, help="Empty: the work has not begun yet.")
    # no moment: a colleague's transaction may have begun earlier, and ended later, than the report was opened
    known_work_count = fields.Integer(
        "Works When Opened", compute="_compute_known_work_count", store=True, help="Of the service for the client."
    )
    name = fields.Char(readonly=True, help="What stands on the tab.")
    is_editable = fields.Boolean(compute="_compute_is_editable", compute_sudo=False)
    is_under_way = fields.Boolean("Work under Way")
    date_deadline = fields.Date("Delivery Deadline")
    old_deadline = fields.Date(readonly=True)
    is_deadline_moved = fields.Boolean(compute="_compute_is_deadline_moved", compute_sudo=False)
    reason = fields.Char("Why Is It Moved?")
    is_stopped = fields.Boolean(compute="_compute_is_stopped", compute_sudo=False)
    stop_decision = fields.Selection(
        [("plan", "It waits and goes on later"), ("cancel", "It is cancelled")], "What Becomes of the Work?"
    )
    user_ids = fields.Many2many(
        "res.users",
        string="Responsible",
        domain=lambda self: str(self.env["crm.project.add"]._get_manager_domain()),
        help="Who delivers.",
    )
    progress = fields.Integer("Progress, %", help="0 to 100.")
    note = fields.Text(help="What is said about the work; the ones who deliver it are told.")
    status = fields.Selection(related="work_id.status", related_sudo=False)
    project_id = fields.Many2one(related="work_id.client_project_id", string="Project", related_sudo=False)

    @api.model
    def _prepare_line(self, service, work):
        """Return the values of the tab of ``service``; ``work`` is empty if none has begun."""
        deadline = self._to_date(work.date_deadline)
        return {
            "service_id": service.id,
            "work_id": work.id,
            "name": service.name,
            "is_under_way": work.is_under_way,
            "date_deadline": deadline,
            "old_deadline": deadline,
            "user_ids": [(6, 0, work.executor_ids.ids)],
            "progress": work.progress,
        }

    @api.depends("report_id", "service_id")
    def _compute_known_work_count(self):
        for line in self:
            line.known_work_count = len(line._find_all_works())

    @api.depends("work_id")
    def _compute_is_editable(self):
        """A new work can be begun by whoever opened the report; one that is there is changed by who works in Project."""
        for line in self:
            task = self.env["project.task"].browse(line.work_id.id)
            line.is_editable = not line.work_id or (self.env.user._is_in_projects() and task.has_access("write"))

    @api.depends("date_deadline", "old_deadline")
    def _compute_is_deadline_moved(self):
        for line in self:
            line.is_deadline_moved = bool(line.old_deadline and line.date_deadline != line.old_deadline)

    @api.depends("is_under_way", "work_id")
    def _compute_is_stopped(self):
        for line in self:
            line.is_stopped = line.work_id.is_under_way and not line.is_under_way

    # ------------------------------------------------------------
    # SAVING
    # ------------------------------------------------------------

    def _is_filled(self):
        """Return whether something was said of a work that has not begun."""
        return bool(self.is_under_way or self.date_deadline or self.user_ids or self.progress or self.note)

    def _check_not_started(self):
        """:raises UserError: if a work of one of these services has begun since the report was opened"""
        for line in self:
            works = line._find_all_works()
            if len(works) > line.known_work_count:
                raise UserError(
                    self.env._(
                        "%(user)s has begun the work meanwhile: %(works)s. Close this window and open the report again.",
                        user=works[-1].create_uid.name,
                        works=works[-1].display_name,
                    )
                )

    def _find_all_works(self):
        """Return all works that there have ever been of the service for the client, the newest last."""
        # sudo: also one that the user does not see
        tasks = self.env["project.task"].sudo().with_context(active_test=False)
        return tasks.search(
            [("work_client_id", "=", self.report_id.client_id.id), ("work_service_id", "=", self.service_id.id)],
            order="id",
        )

    def _save(self):
        self.ensure_one()
        if self.work_id:
            self._update()
        elif self._is_filled():
            self._start()

    def _check(self):
        if self.is_under_way and not self.date_deadline:
            raise UserError(self.env._("By when is “%(work)s” delivered? Enter its deadline.", work=self.name))
        if self.is_deadline_moved and not (self.reason or "").strip():
            raise UserError(self.env._("Say why the deadline of “%(work)s” is moved.", work=self.name))
        if self.is_stopped and not self.stop_decision:
            raise UserError(self.env._("“%(work)s” was under way: say what becomes of it.", work=self.name))
        if not 0 <= self.progress <= 100:
            raise UserError(self.env._("The progress of “%(work)s” is between 0 and 100 percent.", work=self.name))

    def _start(self):
        """Create the work in the client's project, which is created if there is none."""
        self._check()
        self._check_new_deadline(self.date_deadline, self.name)
        self._check_executors(self.user_ids)
        client, deal = self.report_id.client_id, self.report_id.deal_id
        project = self._find_project(client, self.service_id, deal) or self._create_project(
            client, {"crm_deal_id": deal.id}
        )
        work = self._create_work(client, self.service_id, project, self._prepare_new_work())
        self._tell(work)

    def _prepare_new_work(self):
        return {
            "crm_deal_id": self.report_id.deal_id.id,
            "is_work_under_way": self.is_under_way,
            "date_deadline": self._to_deadline(self.date_deadline),
            "user_ids": [(6, 0, self.user_ids.ids)],
            "work_progress": self.progress,
        }

    def _update(self):
        """Write what was changed of a work that is there, with the user's own rights."""
        vals = self._prepare_changes()
        if not vals and not self.note:
            return
        task = self.env["project.task"].browse(self.work_id.id)
        task.check_access("write")
        self._check()
        if vals:
            task.with_context(**{REASON: self.reason or ""}).write(vals)
        self._tell(task)

    def _prepare_changes(self):
        """Return the values of the task that differ from what the report says."""
        work, vals = self.work_id, {}
        if self.is_under_way != work.is_under_way:
            vals["is_work_under_way"] = self.is_under_way
        if self.is_stopped and self.stop_decision == "cancel":
            vals["state"] = "1_canceled"
        if self.date_deadline != self._to_date(work.date_deadline):
            vals["date_deadline"] = self._to_deadline(self.date_deadline)
        if self.user_ids != work.executor_ids:
            vals["user_ids"] = [(6, 0, self.user_ids.ids)]
        if self.progress != work.progress:
            vals["work_progress"] = self.progress
        return vals

    def _tell(self, task):
        """Leave the note where those who deliver read it."""
        if self.note:
            # sudo: a salesperson does not write on tasks, but says what delivery has to know
            task.sudo().message_post(
                body=plaintext2html(self.note),
                author_id=self.env.user.partner_id.id,
                subtype_xmlid="mail.mt_note",
            )
