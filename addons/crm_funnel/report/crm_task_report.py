from odoo import api, fields, models
from odoo.tools import SQL


class CrmTaskReport(models.Model):
    """The tasks of the sales department, open and done: one row per task, under the id of the task.

    Whatever was planned on a deal or on the card of a client. A task is overdue from the day after its deadline, by the
    calendar of the reader; a cancelled one is deleted and counts nowhere.
    """

    _name = "crm.task.report"
    _description = "Tasks Analysis"
    _auto = False
    _order = "date_deadline DESC, id DESC"
    _rec_name = "summary"
    _depends = {
        "crm.lead": ["client_access", "company_id", "team_id"],
        "mail.activity": [
            "active",
            "activity_type_id",
            "client_id",
            "create_date",
            "date_deadline",
            "date_done",
            "lead_id",
            "res_id",
            "res_model",
            "summary",
            "user_id",
        ],
        "res.partner": ["client_access", "company_id"],
    }

    user_id = fields.Many2one("res.users", "Manager", readonly=True)
    activity_type_id = fields.Many2one("mail.activity.type", "Type of Task", readonly=True)
    summary = fields.Char("Task", readonly=True)
    lead_id = fields.Many2one("crm.lead", "Deal", readonly=True)
    client_id = fields.Many2one("res.partner", readonly=True)
    team_id = fields.Many2one("crm.team", "Channel", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    client_access = fields.Integer(readonly=True, aggregator=None, export_string_translation=False)
    res_model = fields.Char("Model of the Record", readonly=True)
    res_id = fields.Many2oneReference("Record", model_field="res_model", aggregator=None, readonly=True)
    create_date = fields.Datetime("Created", readonly=True)
    date_deadline = fields.Date("Due on", readonly=True)
    date_done = fields.Date("Done on", readonly=True)
    state = fields.Selection(
        [
            ("overdue", "Overdue"),
            ("today", "Due today"),
            ("planned", "Planned"),
            ("done_in_time", "Done in time"),
            ("done_late", "Done late"),
        ],
        readonly=True,
    )

    # Measures
    count = fields.Integer("Number of Tasks", readonly=True)
    days_late = fields.Integer(
        readonly=True,
        aggregator="avg",
        help="From the deadline until it was done, or until today; 0 if done in time. Of the tasks done or overdue.",
    )
    kept_rate = fields.Float(
        "Kept in Time (%)",
        readonly=True,
        aggregator="avg",
        help="Tasks done in time, of a hundred that are done or overdue.",
    )

    # ------------------------------------------------------------
    # QUERY
    # ------------------------------------------------------------

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT task.id AS id,
                   task.user_id AS user_id,
                   task.activity_type_id AS activity_type_id,
                   task.summary AS summary,
                   task.lead_id AS lead_id,
                   task.client_id AS client_id,
                   lead.team_id AS team_id,
                   COALESCE(lead.company_id, client.company_id) AS company_id,
                   COALESCE(lead.client_access, client.client_access, 0) AS client_access,
                   task.res_model AS res_model,
                   task.res_id AS res_id,
                   task.create_date AS create_date,
                   task.date_deadline AS date_deadline,
                   task.date_done AS date_done,
                   %(state)s AS state,
                   1 AS count,
                   %(days_late)s AS days_late,
                   CASE %(state)s WHEN 'done_in_time' THEN 100.0
                                  WHEN 'done_late' THEN 0.0
                                  WHEN 'overdue' THEN 0.0 END AS kept_rate
              FROM mail_activity task
         LEFT JOIN crm_lead lead ON lead.id = task.lead_id
         LEFT JOIN res_partner client ON client.id = task.client_id
             WHERE (task.lead_id IS NOT NULL OR task.client_id IS NOT NULL)
               AND (task.active IS TRUE OR task.date_done IS NOT NULL)
            """,
            state=self._get_state_sql(),
            days_late=self._get_days_late_sql(),
        )

    @api.model
    def _get_state_sql(self):
        return SQL(
            """CASE WHEN task.active IS NOT TRUE AND task.date_done <= task.date_deadline THEN 'done_in_time'
                    WHEN task.active IS NOT TRUE THEN 'done_late'
                    WHEN task.date_deadline < %(today)s THEN 'overdue'
                    WHEN task.date_deadline = %(today)s THEN 'today'
                    ELSE 'planned' END""",
            today=fields.Date.context_today(self),
        )

    @api.model
    def _get_days_late_sql(self):
        return SQL(
            """CASE WHEN task.active IS NOT TRUE THEN GREATEST(task.date_done - task.date_deadline, 0)
                    WHEN task.date_deadline < %(today)s THEN %(today)s - task.date_deadline END""",
            today=fields.Date.context_today(self),
        )

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    @api.readonly
    def action_open_record(self):
        """Return the action that opens the deal or the client on which the task stands."""
        self.ensure_one()
        return self.env[self.res_model].browse(self.res_id).get_formview_action()
