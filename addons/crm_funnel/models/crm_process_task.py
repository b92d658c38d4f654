from datetime import datetime, time, timedelta

from pytz import timezone

from odoo import fields, models
from odoo.tools import plaintext2html


class CrmProcessTask(models.AbstractModel):
    """The task that a process plans: at its start, or after a result."""

    _name = "crm.process.task"
    _description = "Task of a Business Process"

    activity_type_id = fields.Many2one(
        "mail.activity.type",
        "Next Task",
        domain=[("res_model", "in", [False, "crm.lead"])],
        ondelete="restrict",
        help="Empty: nothing is planned.",
    )
    activity_summary = fields.Char("Task Text", translate=True, help="What to do, as it stands in the list of tasks.")
    activity_note = fields.Text("Task Instructions", translate=True)
    activity_delay = fields.Integer("In", default=1, help="Days from the result to the deadline of the task.")
    activity_delay_unit = fields.Selection(
        [("days", "days"), ("working_days", "working days")], "Unit", default="working_days", required=True
    )
    activity_for = fields.Selection(
        [
            ("salesperson", "Salesperson of the deal"),
            ("author", "Who records the result"),
            ("leader", "Leader of the channel"),
            ("user", "A certain user"),
        ],
        "For",
        default="salesperson",
        required=True,
    )
    activity_user_id = fields.Many2one("res.users", "User", domain=[("share", "=", False)], ondelete="restrict")

    _check_activity_delay = models.Constraint(
        "CHECK(activity_delay >= 0)", "The next task cannot be due before the result: give 0 days or more."
    )

    def _plan_task(self, lead, deadline=None):
        """Plan the task on a deal.

        :param lead: one record of `crm.lead`
        :param date deadline: due date instead of the one by the rule
        :return: the new `mail.activity`, or an empty recordset if nothing is to be planned
        """
        Activity = self.env["mail.activity"]
        if not self.activity_type_id.active:
            return Activity
        task = self.with_context(lang=self._get_task_user(lead).lang)
        return Activity.create(
            {
                "res_model_id": self.env["ir.model"]._get_id("crm.lead"),
                "res_id": lead.id,
                "activity_type_id": self.activity_type_id.id,
                "summary": task.activity_summary or self.activity_type_id.summary,
                "note": plaintext2html(task.activity_note) if task.activity_note else False,
                "date_deadline": deadline or self._get_task_deadline(lead),
                "user_id": self._get_task_user(lead).id,
                "automated": True,
            }
        )

    def _get_task_deadline(self, lead):
        """Return the due date: so many days, or working days of the deal's company, from today on its user's clock."""
        today = fields.Date.context_today(lead)
        if self.activity_delay_unit == "days" or not self.activity_delay:
            return today + timedelta(days=self.activity_delay)
        calendar = (lead.company_id or self.env.company).resource_calendar_id
        # midnight where the calendar is: elsewhere the day could be another one
        start = timezone(calendar.tz or "UTC").localize(datetime.combine(today + timedelta(days=1), time.min))
        end = calendar and calendar.plan_days(self.activity_delay, start, compute_leaves=True)
        return end.date() if end else today + timedelta(days=self.activity_delay)

    def _get_task_user(self, lead):
        """Return who gets the task; whoever is away (archived) is replaced by the salesperson, then by the user."""
        candidates = {
            "author": self.env.user,
            "leader": lead.team_id.user_id,
            "user": self.activity_user_id,
        }
        user = candidates.get(self.activity_for, lead.user_id)
        return next((one for one in (user, lead.user_id) if one and one.active), self.env.user)
