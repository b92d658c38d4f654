from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL

# rows that are held in memory at once
BATCH = 2000
# how Excel counts days: this many from its beginning to 1 January 1970
EXCEL_EPOCH = 25569
# joined to the deals: alias, table, and the id in the deal or in an alias before
JOINS = (
    ("client", "res_partner", "crm_lead.partner_id"),
    ("manager", "res_users", "crm_lead.user_id"),
    ("manager_name", "res_partner", "manager.partner_id"),
    ("team", "crm_team", "crm_lead.team_id"),
    ("source", "utm_source", "crm_lead.source_id"),
    ("medium", "utm_medium", "crm_lead.medium_id"),
    ("step", "crm_process_step", "crm_lead.process_step_id"),
    ("stage", "crm_stage", "crm_lead.stage_id"),
    ("reason", "crm_lost_reason", "crm_lead.lost_reason_id"),
    ("company", "res_company", "crm_lead.company_id"),
)


class Column(NamedTuple):
    """A column of the list of clients."""

    label: str
    value: SQL
    kind: str  # 'text', 'number', 'percent' (0 to 1), 'amount', 'moment' (days as Excel counts them)
    width: int  # in characters


class CrmFunnelReport(models.AbstractModel):
    """The full list of clients of the funnel report: one query, read in batches by a cursor of the database.

    Names are joined in SQL, in the user's language: reading 100,000 records with their relations takes many times as
    long, and memory. Which deals there are is decided by the user's access rules, as everywhere.
    """

    _inherit = "crm.funnel.report"

    @api.model
    def _fetch_clients(self, options, columns):
        """Yield the list of clients, who has waited longest first: the values of the columns, and a currency's id.

        :param dict options: as of `get_report`
        :param list[Column] columns: what is to be read
        """
        self.env.flush_all()
        query = self._get_clients_query(options)
        values = [*(column.value for column in columns), self._get_currency_sql()]
        # all rows will be fetched: the plan for the first few of them is not the fastest
        self.env.execute_query(SQL("SELECT set_config('cursor_tuple_fraction', '1', true)"))
        self.env.cr.execute(SQL("DECLARE crm_funnel_clients NO SCROLL CURSOR FOR %s", query.select(*values)))
        while rows := self.env.execute_query(SQL("FETCH %s FROM crm_funnel_clients", BATCH)):
            yield from rows
        # after an error it ends with the transaction
        self.env.cr.execute(SQL("CLOSE crm_funnel_clients"))

    @api.model
    def _get_clients_query(self, options):
        query = self.env["crm.lead"]._get_deals_query(self._get_deals_domain(options, "worked"))
        for alias, table, column in JOINS:
            condition = SQL("%s = %s", SQL.identifier(alias, "id"), SQL.identifier(*column.split(".")))
            query.add_join("LEFT JOIN", alias, table, condition)
        query.order = SQL("crm_lead.silent_since, crm_lead.id")
        return query

    @api.model
    def _get_client_columns(self):
        """Return the columns of the list of clients in their order.

        :rtype: list[Column]
        """
        return [
            Column(self.env._("Client"), SQL("COALESCE(client.complete_name, crm_lead.partner_name)"), "text", 32),
            Column(self.env._("Deal"), SQL("crm_lead.name"), "text", 32),
            Column(self.env._("Manager"), SQL("manager_name.name"), "text", 20),
            Column(self.env._("Channel"), self._get_name_sql("crm.team", "team"), "text", 18),
            Column(self.env._("Source"), self._get_name_sql("utm.source", "source"), "text", 18),
            Column(self.env._("Medium"), self._get_name_sql("utm.medium", "medium"), "text", 14),
            Column(self.env._("Last Step"), self._get_name_sql("crm.process.step", "step"), "text", 22),
            Column(self.env._("Stage"), self._get_name_sql("crm.stage", "stage"), "text", 18),
            Column(self.env._("Won or Lost"), self._get_status_sql(), "text", 12),
            Column(self.env._("Lost Reason"), self._get_name_sql("crm.lost.reason", "reason"), "text", 20),
            Column(self.env._("Expected Revenue"), SQL("crm_lead.expected_revenue::float8"), "amount", 16),
            Column(self.env._("Currency"), self._get_currency_name_sql(), "text", 9),
            Column(self.env._("Probability"), SQL("crm_lead.probability::float8 / 100"), "percent", 11),
            Column(self.env._("Created on"), self._get_moment_sql("create_date"), "moment", 16),
            Column(self.env._("Closed on"), self._get_moment_sql("date_closed"), "moment", 16),
            Column(self.env._("Last Result on"), self._get_moment_sql("last_result_date"), "moment", 16),
            Column(self.env._("Days since the Last Result"), self._get_silent_days_sql(), "number", 12),
            Column(self.env._("Phone"), SQL("crm_lead.phone"), "text", 18),
            Column(self.env._("Email"), SQL("crm_lead.email_from"), "text", 26),
        ]

    @api.model
    def _get_name_sql(self, model, alias):
        """Return the SQL of the name of what is joined under the alias, in the user's language."""
        # sudo: the name of a channel, source or step on a deal that the user may see, as every list shows it
        return self.env[model].sudo()._field_to_sql(alias, "name")

    @api.model
    def _get_status_sql(self):
        """Return the SQL of the user's words for open, won and lost."""
        field = self.env["crm.lead"]._fields["won_status"]
        words = [SQL("WHEN %s THEN %s", status, label) for status, label in field._description_selection(self.env)]
        return SQL("CASE crm_lead.won_status %s END", SQL(" ").join(words))

    @api.model
    def _get_currency_sql(self):
        """Return the SQL of the id of the currency of a deal: that of its company, else of the user's."""
        return SQL("COALESCE(company.currency_id, %s)", self.env.company.currency_id.id)

    @api.model
    def _get_currency_name_sql(self):
        return SQL("(SELECT name FROM res_currency WHERE id = %s)", self._get_currency_sql())

    @api.model
    def _get_moment_sql(self, field_name):
        """Return the SQL of a moment as Excel counts it: days, in the user's time zone, to the second."""
        local = SQL(
            "date_trunc('second', timezone(%s, timezone('UTC', %s)))",
            self.env.tz.zone,
            SQL.identifier("crm_lead", field_name),
        )
        return SQL("(EXTRACT(epoch FROM %s) / 86400 + %s)::float8", local, EXCEL_EPOCH)

    @api.model
    def _get_silent_days_sql(self):
        """Return the SQL of whole days since the last result, as the field `result_silent_days` counts them."""
        return SQL("EXTRACT(day FROM %s::timestamp - crm_lead.silent_since)::int", fields.Datetime.now())
