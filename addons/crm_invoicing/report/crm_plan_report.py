from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

KINDS = [
    ("plan", "Plan"),
    ("payment", "Payment"),
    ("by_hand", "Result by hand"),
    ("forecast", "Forecast of a deal"),
]
# context key: the kinds of rows that a query is made of
ASKED_KINDS = "crm_plan_kinds"
MEASURES = ("plan_amount", "fact_amount", "difference", "forecast_amount")
# what is told of each row beside its measures, in the order of the query
DIMENSIONS = (
    *("date", "client_id", "client_access", "contract_id", "service_id", "user_id", "team_id", "company_id"),
    *("is_planned", "line_id", "fact_id", "move_id", "lead_id"),
)


class CrmPlanReport(models.Model):
    """Plan against fact: a row per plan line, per payment, per result by hand, and beside them per open deal.

    * A plan stands on its planned day, a payment on the day of the bank entry, a deal on its expected closing.
    * The fact is all money of the clients of the directory, see `crm.plan.money`, also that which nobody planned, and the
      results by hand of lines without invoices: where an invoice is tied, its payments count and nothing else.
    * The forecast is expected revenue times probability. It stands beside the plan and is in no sum with it: part of a
      deal may have been planned already.

    Payments carry contract and service of the first plan line of their invoice, else the contract of the invoice and the
    service of its largest line; they count for the client's manager and the invoice's channel. Amounts are in the
    currency of the current company: payments as booked, all else at today's rates.
    """

    _name = "crm.plan.report"
    _description = "Plan against Fact"
    _auto = False
    _order = "date DESC, id DESC"
    _rec_name = "client_id"
    _depends = {
        "crm.plan.line": [
            *("amount", "client_access", "company_id", "contract_id", "currency_id", "date", "lead_id", "move_ids"),
            *("partner_id", "service_id", "team_id", "user_id"),
        ],
        "crm.plan.fact": ["amount", "date", "line_id"],
        "account.partial.reconcile": [
            *("debit_move_id", "credit_move_id", "debit_amount_currency", "credit_amount_currency"),
        ],
        "account.move.line": [
            *("account_id", "amount_currency", "balance", "company_id", "currency_id", "date", "journal_id", "move_id"),
            *("parent_state", "partner_id", "payment_id", "product_id", "price_subtotal", "display_type"),
        ],
        "account.move": ["contract_id", "partner_id", "team_id"],
        "account.payment": ["amount"],
        "account.account": ["account_type"],
        "account.journal": ["type"],
        "crm.lead": [
            *("active", "client_access", "company_id", "date_deadline", "partner_id", "prorated_revenue", "team_id"),
            *("type", "user_id", "won_status"),
        ],
        "res.company": ["currency_id"],
        "res.partner": ["client_id", "client_access", "user_id"],
    }

    # What it is about
    kind = fields.Selection(KINDS, "Kind of Row", readonly=True)
    date = fields.Date(readonly=True)
    client_id = fields.Many2one("res.partner", readonly=True)
    client_access = fields.Integer(readonly=True, aggregator=None, export_string_translation=False)
    contract_id = fields.Many2one("crm.document", readonly=True)
    service_id = fields.Many2one("product.template", readonly=True)
    user_id = fields.Many2one("res.users", "Manager", readonly=True)
    team_id = fields.Many2one("crm.team", "Channel", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    is_planned = fields.Boolean("In the Plan", readonly=True, help="Not set: money that no line of the plan awaited.")
    line_id = fields.Many2one("crm.plan.line", "Plan Line", readonly=True)
    fact_id = fields.Many2one("crm.plan.fact", "Result by Hand", readonly=True)
    move_id = fields.Many2one("account.move", "Invoice", readonly=True)
    lead_id = fields.Many2one("crm.lead", "Deal", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)

    # Measures
    plan_amount = fields.Monetary("Planned", readonly=True)
    fact_amount = fields.Monetary("Received", readonly=True, help="Money that has come, less what went back.")
    difference = fields.Monetary("Received less Planned", readonly=True)
    forecast_amount = fields.Monetary(
        "Forecast", readonly=True, help="Of open deals: expected revenue times the probability of success."
    )
    fulfilment = fields.Float("Fulfilled (%)", readonly=True, aggregator="avg", help="Received per hundred planned.")

    # ------------------------------------------------------------
    # QUERY
    # ------------------------------------------------------------

    @property
    def _table_query(self):
        kinds = self.env.context.get(ASKED_KINDS) or [kind for kind, _label in KINDS]
        rates = self._get_conversion_rates()
        return SQL(" UNION ALL ").join(getattr(self, f"_select_{kind}")(rates) for kind in kinds)

    @api.model
    def _search(self, domain, *args, **kwargs):
        """Leave out of the query what the domain excludes: the database need not even plan it."""
        kinds = self._get_asked_kinds(Domain(domain).optimize(self))
        return super(CrmPlanReport, self.with_context(**{ASKED_KINDS: kinds}))._search(domain, *args, **kwargs)

    @api.model
    def _get_asked_kinds(self, domain):
        """Return the kinds of rows that a domain can find, all if it does not plainly say."""
        parts, asked = list(domain), [kind for kind, _label in KINDS]
        if "|" in parts or "!" in parts:
            return asked
        for part in parts:
            if part[0] == "kind" and part[1] == "in":
                asked = [kind for kind in asked if kind in part[2]]
        return asked

    def _get_conversion_rates(self):
        """Return by which factor today's rates convert each currency into the one of the current company."""
        company = self.env.company
        currencies = self.env["res.currency"].with_context(active_test=False).search([])  # pylint: disable=no-search-all
        rates = currencies._get_rates(company, fields.Date.context_today(self))
        return {currency_id: rates[company.currency_id.id] / rate for currency_id, rate in rates.items()}

    @api.model
    def _get_factors(self, factors):
        """Return the SQL of a table `rate` of ids and factors.

        It stands in each branch, because PostgreSQL reads all columns of a union that stands under a WITH.
        """
        return SQL("(VALUES %s) rate (id, factor)", SQL(", ").join(SQL("(%s, %s::numeric)", *pair) for pair in factors))

    @api.model
    def _get_columns(self, kind, source_id, dimensions, measure, amount):
        """Return the SQL of the columns of one kind of rows.

        :param str kind: of `KINDS`; it stands as a constant in the query, so that a filter on it leaves the others unread
        :param SQL source_id: id of the record of the row
        :param dict dimensions: SQL by name of `DIMENSIONS`; the others are empty
        :param str measure: the one that the row has
        :param SQL amount: of it, in the currency of the current company
        """
        kinds = [key for key, _label in KINDS]
        types = {"date": "date", "is_planned": "bool"}
        empty = {name: SQL("NULL::%s" % types.get(name, "int")) for name in DIMENSIONS}  # noqa: UP031
        values = {
            "id": SQL("%s::bigint * %s + %s", source_id, len(kinds), kinds.index(kind)),
            "kind": SQL("%s::varchar", kind),
            **empty,
            **dimensions,
            "currency_id": SQL("%s::int", self.env.company.currency_id.id),
            **{name: SQL("0::numeric") for name in MEASURES},
            measure: amount,
            "difference": {
                "plan_amount": SQL("-(%s)", amount),
                "fact_amount": amount,
                "forecast_amount": SQL("0::numeric"),
            }[measure],
            "fulfilment": SQL("NULL::numeric"),
        }
        return SQL(", ").join(SQL("%s AS %s", value, SQL.identifier(name)) for name, value in values.items())

    @api.model
    def _get_line_dimensions(self):
        """Return the SQL of what rows of the plan and of the results by hand tell; `line` is the plan line."""
        names = ("contract_id", "service_id", "user_id", "team_id", "company_id", "lead_id")
        return {
            **{name: SQL.identifier("line", name) for name in names},
            "client_id": SQL("line.partner_id"),
            "client_access": SQL("line.client_access"),
            "is_planned": SQL("TRUE"),
            "line_id": SQL("line.id"),
        }

    def _select_plan(self, rates):
        dimensions = {**self._get_line_dimensions(), "date": SQL("line.date")}
        return SQL(
            "SELECT %s FROM crm_plan_line line JOIN %s ON rate.id = line.currency_id",
            self._get_columns("plan", SQL("line.id"), dimensions, "plan_amount", SQL("line.amount * rate.factor")),
            self._get_factors(rates.items()),
        )

    def _select_by_hand(self, rates):
        dimensions = {**self._get_line_dimensions(), "date": SQL("fact.date"), "fact_id": SQL("fact.id")}
        return SQL(
            """
            SELECT %s
              FROM crm_plan_fact fact
              JOIN crm_plan_line line ON line.id = fact.line_id
              JOIN %s ON rate.id = line.currency_id
             WHERE NOT EXISTS (SELECT FROM crm_plan_line_move_rel rel WHERE rel.line_id = line.id)
            """,
            self._get_columns("by_hand", SQL("fact.id"), dimensions, "fact_amount", SQL("fact.amount * rate.factor")),
            self._get_factors(rates.items()),
        )

    def _select_payment(self, rates):
        def select(amount, _paper, _money):
            amount = SQL("%s * rate.factor", amount)
            return self._get_columns(
                "payment", SQL("partial.id"), self._get_payment_dimensions(), "fact_amount", amount
            )

        # sudo: all companies, whatever the user sees of them; the rules of the report leave out their rows
        companies = self.env["res.company"].sudo().search_fetch([], ["currency_id"])  # pylint: disable=no-search-all
        # by company: the planner takes the currencies, a hundred times as many, for a few and would try them all per row
        factors = [(company.id, rates[company.currency_id.id]) for company in companies]
        join = SQL("JOIN %s ON rate.id = paper.company_id", self._get_factors(factors))
        return self.env["crm.plan.money"]._get_money_query(select, join)

    @api.model
    def _get_payment_dimensions(self):
        """The plan line of a payment is looked up for the columns that are asked: each stands alone in the query."""
        return {
            "date": SQL("money.date"),
            "client_id": SQL("client.id"),
            "client_access": SQL("client.client_access"),
            "user_id": SQL("client.user_id"),
            "team_id": SQL("move.team_id"),
            "company_id": SQL("paper.company_id"),
            "move_id": SQL("move.id"),
            "is_planned": SQL("EXISTS (SELECT FROM crm_plan_line_move_rel rel WHERE rel.move_id = move.id)"),
            "line_id": self._get_from_first_line("id"),
            "contract_id": SQL("COALESCE(%s, move.contract_id)", self._get_from_first_line("contract_id")),
            "service_id": SQL("COALESCE(%s, %s)", self._get_from_first_line("service_id"), self._get_largest_service()),
        }

    @api.model
    def _get_from_first_line(self, name):
        """Return the SQL of a column of the plan line that the invoice of a payment fills first."""
        return SQL(
            """(SELECT line.%s FROM crm_plan_line_move_rel rel JOIN crm_plan_line line ON line.id = rel.line_id
                 WHERE rel.move_id = move.id ORDER BY line.date, line.id LIMIT 1)""",
            SQL.identifier(name),
        )

    @api.model
    def _get_largest_service(self):
        return SQL(
            """(SELECT product.product_tmpl_id
                  FROM account_move_line item JOIN product_product product ON product.id = item.product_id
                 WHERE item.move_id = move.id AND item.display_type = 'product'
                 ORDER BY abs(item.price_subtotal) DESC, item.id LIMIT 1)"""
        )

    def _select_forecast(self, rates):
        names = ("user_id", "team_id", "company_id")
        dimensions = {
            **{name: SQL.identifier("lead", name) for name in names},
            "date": SQL("lead.date_deadline"),
            "client_id": SQL("contact.client_id"),
            "client_access": SQL("lead.client_access"),
            "lead_id": SQL("lead.id"),
        }
        amount = SQL("lead.prorated_revenue * rate.factor")
        return SQL(
            """
            SELECT %(columns)s
              FROM crm_lead lead
         LEFT JOIN res_partner contact ON contact.id = lead.partner_id
         LEFT JOIN res_company company ON company.id = lead.company_id
              JOIN %(rate)s ON rate.id = COALESCE(company.currency_id, %(currency)s)
             WHERE lead.type = 'opportunity' AND lead.active IS TRUE AND lead.won_status = 'pending'
               AND lead.prorated_revenue <> 0
            """,
            columns=self._get_columns("forecast", SQL("lead.id"), dimensions, "forecast_amount", amount),
            currency=self.env.company.currency_id.id,
            rate=self._get_factors(rates.items()),
        )

    def _read_group_select(self, aggregate_spec, query):
        """Divide sums instead of averaging rows; empty where nothing was planned."""
        if aggregate_spec != "fulfilment:avg":
            return super()._read_group_select(aggregate_spec, query)
        plan, fact = (self._field_to_sql(self._table, name, query) for name in ("plan_amount", "fact_amount"))
        return SQL("100 * SUM(%s) / NULLIF(SUM(%s), 0)", fact, plan)

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    @api.readonly
    def action_open_record(self):
        """Return the action that opens the plan line, the invoice of the payment, or the deal of a row.

        :raises UserError: if the user may see the money, but not the invoice that it paid
        """
        self.ensure_one()
        record = self.move_id if self.kind == "payment" else self.lead_id if self.kind == "forecast" else self.line_id
        if not record.has_access("read"):
            raise UserError(
                self.env._("This money paid an invoice of a colleague, which your rights do not let you open.")
            )
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "views": [[False, "form"]],
        }
