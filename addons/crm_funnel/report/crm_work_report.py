from odoo import api, fields, models
from odoo.tools import SQL

# ids of the records of different models become ids of rows: id * ID_STEP + number of the part
ID_STEP = 16


class CrmWorkReport(models.Model):
    """The report on work done, which composes itself: one row per thing that somebody did for clients.

    Results, finished tasks, mails and notes, meetings held, files. Every part is one query of one model with the same
    columns, so that a filter on date or person reaches the index of each. Another addon adds its part in `_get_parts`.
    A task is finished on a day, not at a moment: it stands at noon, universal time.
    """

    _name = "crm.work.report"
    _description = "Report on Work Done"
    _auto = False
    _order = "date DESC, id DESC"
    _rec_name = "summary"
    _depends = {
        "calendar.event": ["active", "name", "opportunity_id", "partner_ids", "privacy", "start", "stop", "user_id"],
        "crm.lead": ["client_access", "company_id", "partner_id", "team_id"],
        "crm.process.result": ["client_id", "date", "is_revoked", "kind", "lead_id", "step_id", "team_id", "user_id"],
        "ir.attachment": ["name", "res_field", "res_id", "res_model"],
        "mail.activity": [
            "active",
            "activity_type_id",
            "calendar_event_id",
            "client_id",
            "date_done",
            "lead_id",
            "summary",
            "user_id",
        ],
        "mail.activity.type": ["category", "icon", "name"],
        "mail.message": [
            "author_id",
            "date",
            "mail_activity_type_id",
            "message_type",
            "model",
            "res_id",
            "subject",
            "subtype_id",
        ],
        "mail.message.subtype": ["internal"],
        "res.partner": ["client_access", "client_id", "company_id", "complete_name"],
        "res.users": ["partner_id", "share"],
    }

    date = fields.Datetime("Done on", readonly=True)
    user_id = fields.Many2one("res.users", "Manager", readonly=True)
    kind = fields.Selection("_get_kinds", "Kind of Work", readonly=True)
    team_id = fields.Many2one("crm.team", "Channel", readonly=True)
    lead_id = fields.Many2one("crm.lead", "Deal", readonly=True)
    client_id = fields.Many2one("res.partner", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    client_access = fields.Integer(readonly=True, aggregator=None, export_string_translation=False)
    res_model = fields.Char("Model of the Record", readonly=True)
    res_id = fields.Many2oneReference("Record", model_field="res_model", aggregator=None, readonly=True)
    summary = fields.Char("What Was Done", readonly=True)
    count = fields.Integer("Things Done", readonly=True)

    @api.model
    def _get_kinds(self):
        """Return the kinds of work: (value, name), in the order of the pivot."""
        return [
            ("result", self.env._("Result of a step")),
            ("call", self.env._("Call")),
            ("meeting", self.env._("Meeting held")),
            ("mail", self.env._("E-mail")),
            ("note", self.env._("Note")),
            ("task", self.env._("Other task")),
            ("file", self.env._("File attached")),
        ]

    # ------------------------------------------------------------
    # QUERY
    # ------------------------------------------------------------

    @property
    def _table_query(self):
        parts = [self._select_part(number, part) for number, part in self._get_parts().items()]
        return SQL(" UNION ALL ").join(parts)

    @api.model
    def _get_parts(self):
        """Return the parts of the report, by a number below `ID_STEP` that stays the same for good.

        :return: dict of dict of SQL: ``from`` and ``where``, and the columns ``id``, ``date``, ``user``, ``kind``,
            ``team``, ``lead``, ``client`` (ids), ``res_model``, ``res_id`` and ``summary``; in ``from`` the deal is
            joined as ``lead`` and the client as ``client``
        """
        return {
            1: self._get_part_results(),
            2: self._get_part_tasks(),
            3: self._get_part_messages(),
            4: self._get_part_meetings(),
            5: self._get_part_files(),
        }

    @api.model
    def _select_part(self, number, part):
        return SQL(
            """
            SELECT %(id)s::bigint * %(step)s + %(number)s AS id,
                   %(date)s AS date,
                   %(user)s AS user_id,
                   %(kind)s::varchar AS kind,
                   %(team)s AS team_id,
                   %(lead)s AS lead_id,
                   %(client)s AS client_id,
                   COALESCE(lead.company_id, client.company_id) AS company_id,
                   COALESCE(lead.client_access, client.client_access, 0) AS client_access,
                   %(res_model)s::varchar AS res_model,
                   %(res_id)s AS res_id,
                   %(summary)s::varchar AS summary,
                   1 AS count
              FROM %(from)s
             WHERE %(where)s
            """,
            step=ID_STEP,
            number=number,
            **part,
        )

    @api.model
    def _get_part_results(self):
        return {
            "id": SQL("result.id"),
            "date": SQL("result.date"),
            "user": SQL("result.user_id"),
            "kind": SQL("'result'"),
            "team": SQL("result.team_id"),
            "lead": SQL("result.lead_id"),
            "client": SQL("result.client_id"),
            "res_model": SQL("'crm.lead'"),
            "res_id": SQL("result.lead_id"),
            "summary": self._get_translated("step.name"),
            "from": SQL(
                """crm_process_result result
                   LEFT JOIN crm_process_step step ON step.id = result.step_id
                   LEFT JOIN crm_lead lead ON lead.id = result.lead_id
                   LEFT JOIN res_partner client ON client.id = result.client_id"""
            ),
            "where": SQL("result.is_revoked IS NOT TRUE AND result.kind <> 'revoke'"),
        }

    @api.model
    def _get_part_tasks(self):
        """Return the finished tasks; one that stands for a meeting in the calendar is counted there."""
        return {
            "id": SQL("task.id"),
            "date": SQL("(task.date_done + '12:00'::time)"),
            "user": SQL("task.user_id"),
            "kind": SQL(
                """CASE WHEN type.category = 'phonecall' THEN 'call' WHEN type.category = 'meeting' THEN 'meeting'
                        WHEN type.category = 'email' OR type.icon = 'fa-envelope' THEN 'mail' ELSE 'task' END"""
            ),
            "team": SQL("lead.team_id"),
            "lead": SQL("task.lead_id"),
            "client": SQL("task.client_id"),
            "res_model": SQL("task.res_model"),
            "res_id": SQL("task.res_id"),
            "summary": SQL("COALESCE(task.summary, %s)", self._get_translated("type.name")),
            "from": SQL(
                """mail_activity task
                   LEFT JOIN mail_activity_type type ON type.id = task.activity_type_id
                   LEFT JOIN crm_lead lead ON lead.id = task.lead_id
                   LEFT JOIN res_partner client ON client.id = task.client_id"""
            ),
            "where": SQL(
                """task.active IS FALSE AND task.date_done IS NOT NULL AND task.calendar_event_id IS NULL
                   AND (task.lead_id IS NOT NULL OR task.client_id IS NOT NULL)"""
            ),
        }

    @api.model
    def _get_part_messages(self):
        """Return what persons wrote; neither Odoo's notifications nor the note of a finished task or a result."""
        return {
            "id": SQL("message.id"),
            "date": SQL("message.date"),
            "user": SQL("author.id"),
            "kind": SQL(
                """CASE WHEN message.message_type = 'email_outgoing' OR subtype.internal IS NOT TRUE
                        THEN 'mail' ELSE 'note' END"""
            ),
            "summary": SQL("COALESCE(message.subject, lead.name, client.complete_name)"),
            "from": SQL(
                """mail_message message
                   JOIN res_users author ON author.partner_id = message.author_id AND author.share IS NOT TRUE
                   LEFT JOIN mail_message_subtype subtype ON subtype.id = message.subtype_id
                   %s""",
                self._join_document("message", "model"),
            ),
            "where": SQL(
                """message.model IN ('crm.lead', 'res.partner') AND message.mail_activity_type_id IS NULL
                   AND message.message_type IN ('comment', 'email_outgoing')
                   AND message.subtype_id IS DISTINCT FROM %s
                   AND (lead.id IS NOT NULL OR client.id IS NOT NULL)""",
                self.env["ir.model.data"]._xmlid_to_res_id("crm_funnel.mt_result"),
            ),
            **self._get_document_columns("message", "model"),
        }

    @api.model
    def _get_part_files(self):
        """Return the files that persons attached; not the pictures that are the value of a field."""
        return {
            "id": SQL("file.id"),
            "date": SQL("file.create_date"),
            "user": SQL("file.create_uid"),
            "kind": SQL("'file'"),
            "summary": SQL("file.name"),
            "from": SQL("ir_attachment file %s", self._join_document("file", "res_model")),
            "where": SQL(
                """file.res_model IN ('crm.lead', 'res.partner') AND file.res_field IS NULL
                   AND (lead.id IS NOT NULL OR client.id IS NOT NULL)"""
            ),
            **self._get_document_columns("file", "res_model"),
        }

    @api.model
    def _get_part_meetings(self):
        """Return the meetings that have begun, with the client of the deal or the first of those invited."""
        return {
            "id": SQL("event.id"),
            "date": SQL("event.start"),
            "user": SQL("event.user_id"),
            "kind": SQL("'meeting'"),
            "team": SQL("lead.team_id"),
            "lead": SQL("lead.id"),
            "client": SQL("client.id"),
            "res_model": SQL("'calendar.event'"),
            "res_id": SQL("event.id"),
            "summary": SQL("CASE WHEN event.privacy = 'private' THEN NULL ELSE event.name END"),
            "from": SQL(
                """calendar_event event
                   LEFT JOIN crm_lead lead ON lead.id = event.opportunity_id
                   LEFT JOIN res_partner contact ON contact.id = lead.partner_id
                   LEFT JOIN LATERAL (
                       SELECT invited.client_id
                         FROM calendar_event_res_partner_rel relation
                         JOIN res_partner invited ON invited.id = relation.res_partner_id
                        WHERE relation.calendar_event_id = event.id AND invited.client_id IS NOT NULL
                          AND lead.id IS NULL
                        ORDER BY invited.id LIMIT 1
                   ) guest ON TRUE
                   LEFT JOIN res_partner client ON client.id = COALESCE(contact.client_id, guest.client_id)"""
            ),
            "where": SQL(
                """event.active IS TRUE AND event.start <= NOW() AT TIME ZONE 'UTC'
                   AND (lead.id IS NOT NULL OR client.id IS NOT NULL)"""
            ),
        }

    # ------------------------------------------------------------
    # PIECES OF SQL
    # ------------------------------------------------------------

    @api.model
    def _join_document(self, alias, model):
        """Return the joins of ``lead``, the card and its ``client`` of what hangs on a deal or a card."""
        return SQL(
            """LEFT JOIN crm_lead lead ON %(model)s = 'crm.lead' AND lead.id = %(res_id)s
               LEFT JOIN res_partner contact ON contact.id = CASE WHEN %(model)s = 'crm.lead'
                    THEN lead.partner_id ELSE %(res_id)s END
               LEFT JOIN res_partner client ON client.id = contact.client_id""",
            model=SQL.identifier(alias, model),
            res_id=SQL.identifier(alias, "res_id"),
        )

    @api.model
    def _get_document_columns(self, alias, model):
        return {
            "team": SQL("lead.team_id"),
            "lead": SQL("lead.id"),
            "client": SQL("client.id"),
            "res_model": SQL.identifier(alias, model),
            "res_id": SQL.identifier(alias, "res_id"),
        }

    @api.model
    def _get_translated(self, column):
        """Return the SQL of a translated name in the user's language."""
        column = SQL.identifier(*column.split("."))
        return SQL("COALESCE(%s->>%s, %s->>'en_US')", column, self.env.lang or "en_US", column)

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    @api.readonly
    def action_open_record(self):
        """Return the action that opens the deal, client, or meeting in which the work was done."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [[False, "form"]],
        }


class MailMessage(models.Model):
    _inherit = "mail.message"

    _work_report_idx = models.Index(
        "(date, author_id) WHERE model IN ('crm.lead', 'res.partner') AND message_type IN ('comment', 'email_outgoing')"
    )


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    _work_report_idx = models.Index(
        "(create_date, create_uid) WHERE res_model IN ('crm.lead', 'res.partner') AND res_field IS NULL"
    )
