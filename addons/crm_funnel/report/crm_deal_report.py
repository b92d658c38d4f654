from odoo import api, fields, models
from odoo.tools import SQL


class CrmDealReport(models.Model):
    """The deals in every slice that a head of sales asks for: one row per deal, under the id of the deal.

    Exactly the deals that the pyramid and the funnel report count (see `COUNTED_DEALS`): with a process, and archived
    only if they are won or lost. Each row has its own company's currency; the pivot converts sums at today's rates.
    """

    _name = "crm.deal.report"
    _description = "Deals Analysis"
    _auto = False
    _order = "create_date DESC, id DESC"
    _rec_name = "lead_id"
    _depends = {
        "crm.lead": [
            "active",
            "campaign_id",
            "client_access",
            "company_id",
            "country_id",
            "create_date",
            "date_closed",
            "date_deadline",
            "expected_revenue",
            "inquiry_service_ids",
            "last_result_date",
            "lost_reason_id",
            "medium_id",
            "partner_id",
            "process_id",
            "process_step_id",
            "prorated_revenue",
            "silent_since",
            "source_id",
            "stage_id",
            "state_id",
            "tag_ids",
            "team_id",
            "type",
            "user_id",
            "won_status",
        ],
        "crm.process.result": ["is_revoked", "kind", "lead_id"],
        "res.company": ["currency_id"],
        "res.partner": ["client_id", "client_level_id", "client_type_id", "country_id", "industry_id", "state_id"],
    }

    # When
    create_date = fields.Datetime("Created", readonly=True)
    date_closed = fields.Datetime("Closed", readonly=True)
    date_deadline = fields.Date("Expected Closing", readonly=True)
    last_result_date = fields.Datetime("Last Result on", readonly=True)
    silent_since = fields.Datetime("Waiting since", readonly=True)

    # Whose, and where it stands
    lead_id = fields.Many2one("crm.lead", "Deal", readonly=True)
    user_id = fields.Many2one("res.users", "Manager", readonly=True)
    team_id = fields.Many2one("crm.team", "Channel", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    client_access = fields.Integer(readonly=True, aggregator=None, export_string_translation=False)
    process_id = fields.Many2one("crm.process", readonly=True)
    process_step_id = fields.Many2one("crm.process.step", "Last Step", readonly=True)
    stage_id = fields.Many2one("crm.stage", readonly=True)
    won_status = fields.Selection("_get_won_statuses", "Won or Lost", readonly=True)
    lost_reason_id = fields.Many2one("crm.lost.reason", readonly=True)

    # Where it came from
    source_id = fields.Many2one("utm.source", readonly=True)
    medium_id = fields.Many2one("utm.medium", readonly=True)
    campaign_id = fields.Many2one("utm.campaign", readonly=True)
    tag_ids = fields.Many2many("crm.tag", "crm_tag_rel", "lead_id", "tag_id", readonly=True)
    product_ids = fields.Many2many(
        "product.template",
        "crm_lead_inquiry_service_rel",
        "lead_id",
        "product_tmpl_id",
        "Products of Interest",
        readonly=True,
    )

    # Whom it is with
    client_id = fields.Many2one("res.partner", readonly=True)
    client_type_id = fields.Many2one("crm.client.type", readonly=True)
    client_level_id = fields.Many2one("crm.client.level", "Relationship", readonly=True)
    country_id = fields.Many2one("res.country", readonly=True, help="Of the deal; of its client if the deal has none.")
    state_id = fields.Many2one("res.country.state", "Region", readonly=True)
    industry_id = fields.Many2one("res.partner.industry", readonly=True)
    is_first_deal = fields.Boolean("First Deal of the Client", readonly=True)

    # Measures
    currency_id = fields.Many2one("res.currency", readonly=True)
    count = fields.Integer("Number of Deals", readonly=True)
    client_count = fields.Integer("Number of Clients", readonly=True, aggregator="count_distinct")
    won_count = fields.Integer("Won Deals", readonly=True)
    lost_count = fields.Integer("Lost Deals", readonly=True)
    amount = fields.Monetary(readonly=True, help="Expected revenue.")
    won_amount = fields.Monetary(readonly=True, help="Expected revenue of the won deals.")
    weighted_amount = fields.Monetary(readonly=True, help="Expected revenue times the probability of success.")
    win_rate = fields.Float(
        "Win Rate (%)", readonly=True, aggregator="avg", help="Won deals per hundred won and lost ones."
    )
    days_until_won = fields.Float(
        readonly=True, aggregator="avg", digits=(10, 2), help="From the creation of the won deals, on average."
    )
    silent_days = fields.Integer(
        "Days since the Last Result",
        readonly=True,
        aggregator="avg",
        help="Of the open deals; since the creation if there is none.",
    )
    result_count = fields.Integer("Number of Results", readonly=True, help="Revoked ones do not count.")

    @api.model
    def _get_won_statuses(self):
        return self.env["crm.lead"]._fields["won_status"]._description_selection(self.env)

    # ------------------------------------------------------------
    # QUERY
    # ------------------------------------------------------------

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT %(dimensions)s, %(measures)s
              FROM crm_lead lead
         LEFT JOIN res_company company ON company.id = lead.company_id
         LEFT JOIN res_partner contact ON contact.id = lead.partner_id
         LEFT JOIN res_partner client ON client.id = contact.client_id
             WHERE lead.type = 'opportunity' AND lead.process_id IS NOT NULL
               AND (lead.active IS TRUE OR lead.won_status IS DISTINCT FROM 'pending')
            """,
            dimensions=self._select_dimensions(),
            measures=self._select_measures(),
        )

    @api.model
    def _select_dimensions(self):
        return SQL(
            """
            lead.id AS id,
            lead.create_date AS create_date,
            lead.date_closed AS date_closed,
            lead.date_deadline AS date_deadline,
            lead.last_result_date AS last_result_date,
            lead.silent_since AS silent_since,
            lead.id AS lead_id,
            lead.user_id AS user_id,
            lead.team_id AS team_id,
            lead.company_id AS company_id,
            COALESCE(lead.client_access, 0) AS client_access,
            lead.process_id AS process_id,
            lead.process_step_id AS process_step_id,
            lead.stage_id AS stage_id,
            lead.won_status AS won_status,
            lead.lost_reason_id AS lost_reason_id,
            lead.source_id AS source_id,
            lead.medium_id AS medium_id,
            lead.campaign_id AS campaign_id,
            client.id AS client_id,
            client.client_type_id AS client_type_id,
            client.client_level_id AS client_level_id,
            COALESCE(lead.country_id, client.country_id) AS country_id,
            CASE WHEN lead.country_id IS NULL THEN client.state_id ELSE lead.state_id END AS state_id,
            client.industry_id AS industry_id,
            %(is_first_deal)s AS is_first_deal
            """,
            is_first_deal=self._get_first_deal_sql(),
        )

    @api.model
    def _get_first_deal_sql(self):
        """Return the SQL condition that the client had no deal before, whoever may see that one."""
        return SQL(
            """(client.id IS NOT NULL AND NOT EXISTS (
                SELECT FROM crm_lead other
                  JOIN res_partner person ON person.id = other.partner_id
                 WHERE person.client_id = client.id AND other.type = 'opportunity'
                   AND (other.create_date, other.id) < (lead.create_date, lead.id)
            ))"""
        )

    @api.model
    def _select_measures(self):
        return SQL(
            """
            COALESCE(company.currency_id, %(currency)s) AS currency_id,
            1 AS count,
            client.id AS client_count,
            (lead.won_status = 'won')::int AS won_count,
            (lead.won_status = 'lost')::int AS lost_count,
            lead.expected_revenue AS amount,
            CASE WHEN lead.won_status = 'won' THEN lead.expected_revenue ELSE 0 END AS won_amount,
            lead.prorated_revenue AS weighted_amount,
            CASE lead.won_status WHEN 'won' THEN 100.0 WHEN 'lost' THEN 0.0 END AS win_rate,
            CASE WHEN lead.won_status = 'won'
                 THEN GREATEST(EXTRACT(epoch FROM lead.date_closed - lead.create_date), 0) / 86400
                  END AS days_until_won,
            CASE WHEN lead.won_status = 'pending'
                 THEN FLOOR(EXTRACT(epoch FROM %(now)s::timestamp - lead.silent_since) / 86400)::int
                  END AS silent_days,
            (SELECT count(*) FROM crm_process_result result
              WHERE result.lead_id = lead.id AND result.is_revoked IS NOT TRUE AND result.kind <> 'revoke'
            )::int AS result_count
            """,
            currency=self.env.company.currency_id.id,
            now=fields.Datetime.now(),
        )

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    @api.readonly
    def action_open_deal(self):
        """Return the action that opens the deal of the row."""
        self.ensure_one()
        return self.lead_id.get_formview_action()
