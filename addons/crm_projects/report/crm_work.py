from collections.abc import Collection
from datetime import timedelta

from pytz import utc

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

STATUSES = [
    ("late", "Late"),
    ("this_week", "Due This Week"),
    ("under_way", "Under Way"),
    ("planned", "Planned"),
    ("done", "Done"),
    ("cancelled", "Cancelled"),
]
OPEN_STATUSES = ("late", "this_week", "under_way", "planned")
STATUS_FIELDS = ("status", "is_late", "is_under_way", "date_closed")  # what a status says of a work


class CrmWork(models.Model):
    """The status of works: of each work what the client's manager may know, and nothing else of its task.

    One row per `project.task` that has a service and a client; the id is that of the task.
    """

    _name = "crm.work"
    _description = "Work"
    _auto = False
    _order = "date_deadline, id"
    _rec_names_search = ["name", "client_id"]
    _depends = {
        "project.task": [
            *("name", "active", "company_id", "project_id", "state", "date_deadline", "crm_deal_id"),
            *("work_service_id", "work_client_id", "work_client_access", "work_seller_id"),
            *("is_work_under_way", "work_progress", "work_closed_date", "user_ids"),
        ],
    }

    name = fields.Char("Work", readonly=True)
    active = fields.Boolean(readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    client_project_id = fields.Many2one("crm.client.project", "Project", readonly=True)
    project_id = fields.Many2one(
        "project.project", "Odoo's Project", readonly=True, groups="project.group_project_user"
    )
    client_id = fields.Many2one("res.partner", readonly=True)
    client_access = fields.Integer(
        "Client's Access Key", readonly=True, aggregator=None, export_string_translation=False
    )
    service_id = fields.Many2one("product.template", readonly=True)
    seller_id = fields.Many2one("res.users", "Manager", readonly=True, help="Responsible for the client.")
    executor_ids = fields.Many2many(
        "res.users", "project_task_user_rel", "task_id", "user_id", "Executors", readonly=True
    )
    deal_id = fields.Many2one("crm.lead", readonly=True, groups="sales_team.group_sale_salesman")
    status = fields.Selection(
        STATUSES,
        readonly=True,
        group_expand="_expand_statuses",
        help="Late: not delivered, and the deadline is over. Due this week: by its end. Then: has somebody begun?",
    )
    is_under_way = fields.Boolean("Work under Way", readonly=True)
    is_late = fields.Boolean("Late", readonly=True)
    progress = fields.Integer("Progress, %", readonly=True, aggregator="avg")
    date_deadline = fields.Datetime("Delivery Deadline", readonly=True)
    deadline_day = fields.Date("Day of the Deadline", readonly=True, help="In the time zone of who looks.")
    date_closed = fields.Datetime("Delivered on", readonly=True)
    move_ids = fields.One2many("crm.work.move", "task_id", "Moved Deadlines", readonly=True)
    days_late = fields.Integer(readonly=True, aggregator="avg", help="Whole days after the deadline.")

    @property
    def _table_query(self):
        now = fields.Datetime.now()
        return SQL(
            """
            SELECT task.id,
                   task.name,
                   task.active,
                   task.company_id,
                   task.project_id,
                   task.project_id AS client_project_id,
                   task.work_client_id AS client_id,
                   task.work_client_access AS client_access,
                   task.work_service_id AS service_id,
                   task.work_seller_id AS seller_id,
                   task.crm_deal_id AS deal_id,
                   task.date_deadline,
                   (task.date_deadline AT TIME ZONE 'UTC' AT TIME ZONE %(tz)s)::date AS deadline_day,
                   task.work_closed_date AS date_closed,
                   CASE WHEN task.state = '1_done' THEN 100 ELSE COALESCE(task.work_progress, 0) END AS progress,
                   COALESCE(task.is_work_under_way, FALSE)
                       AND task.state NOT IN ('1_done', '1_canceled') AS is_under_way,
                   task.state NOT IN ('1_done', '1_canceled')
                       AND COALESCE(task.date_deadline < %(now)s, FALSE) AS is_late,
                   CASE WHEN task.state = '1_canceled' THEN 'cancelled'
                        WHEN task.state = '1_done' THEN 'done'
                        WHEN task.date_deadline < %(now)s THEN 'late'
                        WHEN task.date_deadline < %(next_week)s THEN 'this_week'
                        WHEN task.is_work_under_way THEN 'under_way'
                        ELSE 'planned'
                    END AS status,
                   CASE WHEN task.state = '1_canceled' THEN 0
                        ELSE GREATEST(0, date_part('day',
                            COALESCE(task.work_closed_date, %(now)s) - task.date_deadline
                        ))::int
                    END AS days_late
              FROM project_task task
             WHERE task.work_client_id IS NOT NULL
            """,
            now=now,
            tz=str(self.env.tz),
            next_week=self._get_next_week(now),
        )

    @api.model
    def _get_next_week(self, now):
        """Return when the next week of the user begins, in UTC: his time zone, the first day of the week of his language."""
        local = fields.Datetime.context_timestamp(self, now)
        first_day = int(self.env["res.lang"]._get_data(code=self.env.lang or "en_US").week_start or 1)
        days = 7 - (local.isoweekday() - first_day) % 7
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None) + timedelta(days=days)
        return self._to_utc(midnight)

    @api.model
    def _to_utc(self, local):
        """Return a naive time of the user's time zone as a naive time of UTC."""
        zone = self.env.tz
        return zone.localize(local).astimezone(utc).replace(tzinfo=None)

    @api.model
    def _search(self, domain, *args, **kwargs):
        """Search as ever; the database is told what it cannot see in a status, and finds open works by their index."""
        return super()._search(Domain(domain).map_conditions(self._tell_open), *args, **kwargs)

    @api.model
    def _tell_open(self, condition):
        """Return the condition, one of open statuses only with what is true of all open works: they are not closed."""
        values = [condition.value] if condition.operator == "=" else condition.value
        if (
            condition.field_expr == "status"
            and condition.operator in ("=", "in")
            and isinstance(values, Collection)
            and all(value in OPEN_STATUSES for value in values)
        ):
            return condition & Domain("date_closed", "=", False)
        return condition

    def _expand_statuses(self, values, domain):
        """Return the columns by status: of the empty ones those in which the filters may find something."""
        found = Domain(domain).map_conditions(
            lambda condition: condition if condition.field_expr in STATUS_FIELDS else Domain.TRUE
        )
        return [
            status
            for status, _label in STATUSES
            if status in values or self._prepare_specimen(status).filtered_domain(found)
        ]

    @api.model
    def _prepare_specimen(self, status):
        """Return a work of that status which is nowhere kept."""
        is_open = status in OPEN_STATUSES
        return self.new(
            {
                "status": status,
                "is_late": status == "late",
                "is_under_way": is_open and status != "planned",
                "date_closed": not is_open and fields.Datetime.now(),
            }
        )

    @api.depends("name", "client_id")
    def _compute_display_name(self):
        for work in self:
            work.display_name = work.name

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def _get_task(self):
        """Return the task of the work if the user may read it, or else no task."""
        self.ensure_one()
        return self.env["project.task"].browse(self.id)._filtered_access("read")

    def action_open(self):
        """Return the action that opens the task for who may read it, and else what the seller may know of it."""
        self.ensure_one()
        self.check_access("read")
        task = self.env.user._is_in_projects() and self._get_task()
        return {
            "type": "ir.actions.act_window",
            "res_model": task._name if task else self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def action_move_deadline(self):
        """Return the action that asks for another deadline and the reason.

        :raises AccessError: if the user may not write the tasks of these works
        """
        return self.env["project.task"].browse(self.ids).action_move_deadline()
