from odoo import api, fields, models
from odoo.tools import SQL


class CrmCallReport(models.Model):
    """The calls as an administrator lays them out himself: one row per call, under its id, with its outcome."""

    _name = "crm.call.report"
    _description = "Calls Analysis"
    _auto = False
    _order = "start DESC, id DESC"
    _rec_name = "client_id"
    _depends = {
        "crm.call": [
            "client_access",
            "client_id",
            "company_id",
            "is_completed",
            "last_date",
            "lead_id",
            "outcome_id",
            "outcome_kind",
            "result_id",
            "script_id",
            "seconds",
            "start",
            "state",
            "team_id",
            "user_id",
            "version_id",
        ],
        "crm.process.result": ["is_backward", "is_revoked", "kind"],
    }

    script_id = fields.Many2one("crm.call.script", readonly=True)
    version_id = fields.Many2one("crm.call.script.version", readonly=True)
    user_id = fields.Many2one("res.users", "Manager", readonly=True)
    team_id = fields.Many2one("crm.team", "Channel", readonly=True)
    client_id = fields.Many2one("res.partner", readonly=True)
    lead_id = fields.Many2one("crm.lead", "Deal", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    client_access = fields.Integer(readonly=True, aggregator=None, export_string_translation=False)
    state = fields.Selection([("open", "Under way"), ("done", "Finished")], readonly=True)
    outcome_id = fields.Many2one("crm.call.outcome", readonly=True)
    outcome_kind = fields.Selection(
        [("success", "Success"), ("later", "To be continued"), ("refusal", "Refusal"), ("no_answer", "No answer")],
        "Kind of Outcome",
        readonly=True,
    )
    is_reached = fields.Boolean("Reached", readonly=True, help="Somebody was talked to.")
    is_completed = fields.Boolean("Led to the End", readonly=True)
    start = fields.Datetime("Begun", readonly=True)
    weekday = fields.Selection(
        [
            ("1", "Monday"),
            ("2", "Tuesday"),
            ("3", "Wednesday"),
            ("4", "Thursday"),
            ("5", "Friday"),
            ("6", "Saturday"),
            ("7", "Sunday"),
        ],
        "Day of the Week",
        readonly=True,
    )
    hour = fields.Char("Hour of the Day", readonly=True, help="In your time zone: 09 is from nine to ten o'clock.")

    # Measures
    count = fields.Integer("Number of Calls", readonly=True)
    reached_count = fields.Integer("Conversations", readonly=True)
    seconds = fields.Integer("Seconds of Talking", readonly=True, aggregator="avg", help="Of the conversations.")
    reached_rate = fields.Float("Reached (%)", readonly=True, aggregator="avg")
    completed_rate = fields.Float("Led to the End (%)", readonly=True, aggregator="avg", help="Of the conversations.")
    success_rate = fields.Float("Success (%)", readonly=True, aggregator="avg", help="Of the conversations.")
    forward_rate = fields.Float(
        "Moved the Deal (%)",
        readonly=True,
        aggregator="avg",
        help="Of the conversations about a deal: those that recorded a result by which it moved forward.",
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT id, script_id, version_id, user_id, team_id, client_id, lead_id, company_id, client_access, state,
                   outcome_id, outcome_kind, is_reached, is_completed, start,
                   EXTRACT(isodow FROM local)::text AS weekday,
                   to_char(local, 'HH24') AS hour,
                   1 AS count,
                   is_reached::int AS reached_count,
                   CASE WHEN is_reached THEN seconds END AS seconds,
                   100.0 * is_reached::int AS reached_rate,
                   CASE WHEN is_reached THEN 100.0 * COALESCE(is_completed, FALSE)::int END AS completed_rate,
                   CASE WHEN is_reached THEN 100.0 * COALESCE(outcome_kind = 'success', FALSE)::int END AS success_rate,
                   CASE WHEN is_reached AND lead_id IS NOT NULL
                        THEN 100.0 * COALESCE(is_forward, FALSE)::int END AS forward_rate
              FROM (SELECT call.*, timezone(%(zone)s, timezone('UTC', call.start)) AS local, %(forward)s AS is_forward,
                           COALESCE(call.outcome_kind <> 'no_answer', call.last_date IS NOT NULL) AS is_reached
                      FROM crm_call call
                 LEFT JOIN crm_process_result result ON result.id = call.result_id) counted
            """,
            zone=self.env.tz.zone,
            forward=self.env["crm.call.figures"]._get_forward_sql(),
        )

    @api.readonly
    def action_open_call(self):
        """Return the action that opens the call with its protocol."""
        self.ensure_one()
        return self.env["crm.call"].browse(self.id).get_formview_action()
