from odoo import api, fields, models
from odoo.tools import SQL

from ..models.crm_source_cost import MAX_DAYS

# ratio to its numerator, its denominator, and the factor: 100 for percent
RATIOS = {
    "qualified_rate": ("qualified", "inquiries", 100),
    "conversion_rate": ("won", "inquiries", 100),
    "cost_per_inquiry": ("cost", "inquiries", 1),
    "cost_per_client": ("cost", "won", 1),
    "return_rate": ("profit", "cost", 100),
}


class CrmSourceReport(models.Model):
    """How well each source of clients works: one row per inquiry, and one per cost and day.

    An inquiry counts on the day it came, in the time zone of the reader, with all that became of it since: a deal won
    in May from an inquiry of March is a success of March. A cost counts evenly on each day of its period, so that the
    part of it inside any period is exact. Costs have no purpose, product, or salesperson and stand under "none" there.
    The id of an inquiry's row is the id of the lead, so that the relation of its products serves the report as well;
    the ids of costs are negative.
    """

    _name = "crm.source.report"
    _description = "Statistics of Sources"
    _auto = False
    _order = "date DESC, id DESC"
    _rec_name = "lead_id"
    _depends = {
        "crm.lead": [
            "campaign_id",
            "client_access",
            "company_id",
            "expected_revenue",
            "inquiry_date",
            "inquiry_purpose_id",
            "inquiry_service_ids",
            "is_inquiry",
            "medium_id",
            "source_id",
            "team_id",
            "type",
            "user_id",
            "won_status",
        ],
        "crm.source.cost": ["amount", "company_id", "currency_id", "date_from", "date_to", "source_id", "team_id"],
    }

    # What it is about
    date = fields.Date(readonly=True)
    lead_id = fields.Many2one("crm.lead", "Inquiry", readonly=True)
    cost_id = fields.Many2one("crm.source.cost", "Cost Record", readonly=True)
    source_id = fields.Many2one("utm.source", readonly=True)
    medium_id = fields.Many2one("utm.medium", readonly=True)
    campaign_id = fields.Many2one("utm.campaign", readonly=True)
    purpose_id = fields.Many2one("crm.inquiry.purpose", readonly=True)
    product_ids = fields.Many2many(
        "product.template", "crm_lead_inquiry_service_rel", "lead_id", "product_tmpl_id", "Products", readonly=True
    )
    team_id = fields.Many2one("crm.team", "Sales Channel", readonly=True)
    user_id = fields.Many2one("res.users", "Salesperson", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    won_status = fields.Selection(
        [("won", "Won"), ("lost", "Inquiry lost"), ("pending", "Pending")], string="Won/Lost", readonly=True
    )
    client_access = fields.Integer(readonly=True, aggregator=None, export_string_translation=False)
    currency_id = fields.Many2one("res.currency", readonly=True)

    # Measures
    inquiries = fields.Integer(readonly=True)
    qualified = fields.Integer(readonly=True, help="Inquiries that became deals.")
    won = fields.Integer("Won Deals", readonly=True)
    revenue = fields.Monetary(readonly=True, help="Expected revenue of the won deals.")
    cost = fields.Monetary(readonly=True)
    profit = fields.Monetary("Revenue less Cost", readonly=True)

    # Ratios: no column has them, they are made of the sums of the measures, see `_read_group_select`
    qualified_rate = fields.Float("Qualified (%)", readonly=True, aggregator="avg")
    conversion_rate = fields.Float("Conversion (%)", readonly=True, aggregator="avg", help="Won deals per inquiry.")
    cost_per_inquiry = fields.Monetary(readonly=True, aggregator="avg")
    cost_per_client = fields.Monetary(readonly=True, aggregator="avg", help="Cost per won deal.")
    return_rate = fields.Float(
        "Return (%)", readonly=True, aggregator="avg", help="Revenue less cost, in percent of the cost."
    )

    # ------------------------------------------------------------
    # QUERY
    # ------------------------------------------------------------

    @property
    def _table_query(self):
        return SQL(
            """
            WITH rate (currency_id, factor) AS (VALUES %(rates)s)
            %(inquiries)s
            UNION ALL
            %(costs)s
            """,
            rates=SQL(", ").join(SQL("(%s, %s::numeric)", *rate) for rate in self._get_conversion_rates().items()),
            inquiries=self._select_inquiries(),
            costs=self._select_costs(),
        )

    def _get_conversion_rates(self):
        """Return by which factor today's rates convert each currency into the one of the current company.

        Today's rates on all rows: the period of an inquiry, of its deal and of its cost differ, and a return computed
        with three rates would tell about currencies, not about sources.
        """
        company = self.env.company
        currencies = self.env["res.currency"].with_context(active_test=False).search([])  # pylint: disable=no-search-all
        rates = currencies._get_rates(company, fields.Date.context_today(self))
        return {currency_id: rates[company.currency_id.id] / rate for currency_id, rate in rates.items()}

    def _select_inquiries(self):
        return SQL(
            """
            SELECT
                lead.id::bigint AS id,
                (lead.inquiry_date AT TIME ZONE 'UTC' AT TIME ZONE %(tz)s)::date AS date,
                lead.id AS lead_id,
                NULL::int AS cost_id,
                lead.source_id AS source_id,
                lead.medium_id AS medium_id,
                lead.campaign_id AS campaign_id,
                lead.inquiry_purpose_id AS purpose_id,
                lead.team_id AS team_id,
                lead.user_id AS user_id,
                lead.company_id AS company_id,
                lead.won_status AS won_status,
                COALESCE(lead.client_access, 0) AS client_access,
                %(currency)s::int AS currency_id,
                1 AS inquiries,
                (lead.type = 'opportunity')::int AS qualified,
                (lead.won_status = 'won')::int AS won,
                won.revenue AS revenue,
                0::numeric AS cost,
                won.revenue AS profit,
                %(ratios)s
            FROM crm_lead lead
            LEFT JOIN res_company company ON company.id = lead.company_id
            JOIN rate ON rate.currency_id = COALESCE(company.currency_id, %(currency)s)
            CROSS JOIN LATERAL (
                SELECT CASE WHEN lead.won_status = 'won' THEN lead.expected_revenue * rate.factor ELSE 0 END AS revenue
            ) won
            WHERE lead.is_inquiry IS TRUE
            """,
            tz=self.env.tz.zone,
            currency=self.env.company.currency_id.id,
            ratios=self._select_ratios(),
        )

    def _select_costs(self):
        return SQL(
            """
            SELECT
                -(cost.id::bigint * %(max_days)s + (day.date - cost.date_from)) AS id,
                day.date AS date,
                NULL::int AS lead_id,
                cost.id AS cost_id,
                cost.source_id AS source_id,
                NULL::int AS medium_id,
                NULL::int AS campaign_id,
                NULL::int AS purpose_id,
                cost.team_id AS team_id,
                NULL::int AS user_id,
                cost.company_id AS company_id,
                NULL::varchar AS won_status,
                0 AS client_access,
                %(currency)s::int AS currency_id,
                0 AS inquiries,
                0 AS qualified,
                0 AS won,
                0::numeric AS revenue,
                daily.amount AS cost,
                -daily.amount AS profit,
                %(ratios)s
            FROM crm_source_cost cost
            JOIN rate ON rate.currency_id = cost.currency_id
            CROSS JOIN LATERAL (
                SELECT cost.amount * rate.factor / (cost.date_to - cost.date_from + 1) AS amount
            ) daily
            CROSS JOIN LATERAL (
                SELECT cost.date_from + number AS date
                FROM generate_series(0, cost.date_to - cost.date_from) AS number
            ) day
            """,
            max_days=MAX_DAYS,
            currency=self.env.company.currency_id.id,
            ratios=self._select_ratios(),
        )

    def _select_ratios(self):
        return SQL(", ").join(SQL("NULL::numeric AS %s", SQL.identifier(name)) for name in RATIOS)

    def _read_group_select(self, aggregate_spec, query):
        """Divide sums instead of averaging rows, so that a ratio is right on every level.

        It is empty, not zero, where it tells nothing: no clients to divide by, or no cost entered.
        """
        name, _separator, aggregator = aggregate_spec.partition(":")
        if name not in RATIOS or aggregator != "avg":
            return super()._read_group_select(aggregate_spec, query)
        numerator, denominator, factor = RATIOS[name]
        total = SQL("SUM(%s)::numeric", self._field_to_sql(self._table, numerator, query))
        return SQL(
            "%s * %s / NULLIF(SUM(%s), 0)",
            factor,
            SQL("NULLIF(%s, 0)", total) if numerator == "cost" else total,
            self._field_to_sql(self._table, denominator, query),
        )

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    @api.readonly
    def action_open_record(self):
        """Return the action that opens the inquiry, the deal it became, or the cost of a row."""
        self.ensure_one()
        record = self.lead_id or self.cost_id
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "views": [[False, "form"]],
        }
