from odoo import api, fields, models
from odoo.tools import SQL


class CrmCallAnswerReport(models.Model):
    """What clients answered: one row per answer that counts, a row for each chosen value of a choice of several.

    An answer that the manager took back, or that was given anew, is not among them.
    """

    _name = "crm.call.answer.report"
    _description = "Answers Analysis"
    _auto = False
    _order = "date DESC, id DESC"
    _rec_name = "node_id"
    _depends = {
        "crm.call": [
            "client_access",
            "client_id",
            "company_id",
            "outcome_kind",
            "script_id",
            "team_id",
            "user_id",
            "version_id",
        ],
        "crm.call.line": [
            "answer_id",
            "answer_ids",
            "call_id",
            "date",
            "has_value",
            "is_taken_back",
            "kind",
            "node_id",
            "value_date",
            "value_number",
            "value_text",
        ],
        "crm.call.node": ["kind"],
    }

    call_id = fields.Many2one("crm.call", readonly=True)
    script_id = fields.Many2one("crm.call.script", readonly=True)
    version_id = fields.Many2one("crm.call.script.version", readonly=True)
    user_id = fields.Many2one("res.users", "Manager", readonly=True)
    team_id = fields.Many2one("crm.team", "Channel", readonly=True)
    client_id = fields.Many2one("res.partner", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    client_access = fields.Integer(readonly=True, aggregator=None, export_string_translation=False)
    date = fields.Datetime("Answered on", readonly=True)
    node_id = fields.Many2one("crm.call.node", "Question", readonly=True)
    answer_id = fields.Many2one("crm.call.answer", readonly=True)
    value_text = fields.Text("Answer in Words", readonly=True)
    value_date = fields.Date("Date Answered", readonly=True)

    # Measures
    count = fields.Integer("Number of Answers", readonly=True)
    value_number = fields.Float("Number Answered", readonly=True, aggregator="avg")
    success_rate = fields.Float(
        "Success (%)", readonly=True, aggregator="avg", help="Of the conversations in which the answer was given."
    )

    @property
    def _table_query(self):
        field = self.env["crm.call.line"]._fields["answer_ids"]
        return SQL(
            """
            SELECT line.id::bigint * 1000 + COALESCE(chosen.position, 0) AS id,
                   line.call_id, call.script_id, call.version_id, call.user_id, call.team_id, call.client_id,
                   call.company_id, call.client_access, line.date, line.node_id,
                   COALESCE(line.answer_id, chosen.answer_id) AS answer_id,
                   CASE WHEN node.kind = 'text' THEN line.value_text END AS value_text,
                   CASE WHEN node.kind = 'date' THEN line.value_date END AS value_date,
                   CASE WHEN node.kind = 'number' THEN line.value_number END AS value_number,
                   1 AS count,
                   100.0 * COALESCE(call.outcome_kind = 'success', FALSE)::int AS success_rate
              FROM crm_call_line line
              JOIN crm_call call ON call.id = line.call_id
              JOIN crm_call_node node ON node.id = line.node_id
         LEFT JOIN LATERAL (
                   SELECT rel.%(answer)s AS answer_id, row_number() OVER (ORDER BY rel.%(answer)s) AS position
                     FROM %(relation)s rel WHERE node.kind = 'choice' AND rel.%(line)s = line.id) chosen ON TRUE
             WHERE line.kind IN ('answer', 'value') AND line.is_taken_back IS NOT TRUE
               AND (line.has_value IS TRUE OR line.answer_id IS NOT NULL OR chosen.answer_id IS NOT NULL)
            """,
            relation=SQL.identifier(field.relation),
            line=SQL.identifier(field.column1),
            answer=SQL.identifier(field.column2),
        )

    @api.readonly
    def action_open_call(self):
        """Return the action that opens the call in which the answer was given."""
        self.ensure_one()
        return self.call_id.get_formview_action()
