"""The figures behind the dashboard: grouped queries over the records the viewer may see."""

from collections import defaultdict
from datetime import datetime, time
from typing import NamedTuple

import pytz
from dateutil.relativedelta import relativedelta

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class Content(NamedTuple):
    """What a dashboard can show: records of one model, dated and valued by one field each."""

    model: str
    date_field: str
    user_field: str
    domain: Domain


CONTENTS = {
    # open and won deals, dated by expected closing; lost ones are archived
    "pipeline": Content(
        "crm.lead", "date_deadline", "user_id", Domain("type", "=", "opportunity") & Domain("active", "=", True)
    ),
    # confirmed orders, dated by confirmation
    "sales": Content("sale.order", "date_order", "user_id", Domain("state", "=", "sale")),
    # posted customer invoices less credit notes, dated by invoice date
    "invoices": Content(
        "account.move",
        "invoice_date",
        "invoice_user_id",
        Domain("move_type", "in", ("out_invoice", "out_refund", "out_receipt")) & Domain("state", "=", "posted"),
    ),
}

OPEN_LEADS = Domain("won_status", "=", "pending") & Domain("active", "=", True)
OPEN_DEALS = OPEN_LEADS & Domain("type", "=", "opportunity")
QUOTATIONS = Domain("state", "in", ("draft", "sent"))
TO_INVOICE = Domain("state", "=", "sale") & Domain("invoice_status", "=", "to invoice")


class CrmTeam(models.Model):
    _inherit = "crm.team"

    # ------------------------------------------------------------
    # DOMAINS: the same for a figure and for the records it opens
    # ------------------------------------------------------------

    def _get_content_domain(self, content, bucket=None):
        """Records of these channels that `content` counts, within the dates of `bucket` if given.

        :param str content: 'pipeline', 'sales' or 'invoices'
        :param Bucket bucket: dates in the viewer's time zone
        :rtype: Domain
        """
        spec = CONTENTS[content]
        domain = spec.domain & Domain("team_id", "in", self.ids)
        if bucket:
            start, stop = self._get_bounds(content, bucket)
            domain &= Domain(spec.date_field, ">=", start) & Domain(spec.date_field, "<", stop)
        return domain

    def _get_bounds(self, content, bucket):
        """First moment of a bucket and first one after it, of the type of the content's date."""
        spec = CONTENTS[content]
        if self.env[spec.model]._fields[spec.date_field].type == "datetime":
            return self._local_midnight(bucket.start), self._local_midnight(bucket.stop)
        return bucket

    def _local_midnight(self, day):
        """Begin of a date in the viewer's time zone, as naive UTC datetime.

        :param date day:
        :rtype: datetime
        """
        midnight = self.env.tz.localize(datetime.combine(day, time.min))
        return midnight.astimezone(pytz.utc).replace(tzinfo=None)

    def _get_month_invoices_domain(self):
        """Invoices that count towards this month's target of these channels."""
        today = fields.Date.context_today(self)
        first = today.replace(day=1)
        return self._get_content_domain("invoices") & Domain(
            [("invoice_date", ">=", first), ("invoice_date", "<", first + relativedelta(months=1))]
        )

    def _get_counter_domain(self, name):
        """Records that one counter of the card counts.

        :param str name: 'unassigned', 'deals', 'quotations', 'to_invoice' or 'overdue'
        :rtype: Domain
        """
        own = Domain("team_id", "in", self.ids)
        match name:
            case "unassigned":
                return own & OPEN_LEADS & Domain("user_id", "=", False)
            case "deals":
                return own & OPEN_DEALS
            case "overdue":
                return own & OPEN_DEALS & Domain("date_deadline", "<", fields.Date.context_today(self))
            case "quotations":
                return own & QUOTATIONS
            case "to_invoice":
                return own & TO_INVOICE
        raise ValueError(f"no counter {name!r}")

    # ------------------------------------------------------------
    # AMOUNTS AND CURRENCIES
    # ------------------------------------------------------------

    def _amount_sql(self, model, query, day):
        """Value of one record in the currency of its channel's card.

        Pipeline: expected revenue times probability (Odoo's stored prorated revenue, rounded per deal).
        Orders: untaxed amount at the rate of the order. Invoices: signed untaxed amount in company currency.

        :param str model: 'crm.lead', 'sale.order' or 'account.move'
        :param Query query: over the model's table; joins are added where currencies differ
        :param SQL day: date of the record, for the rate between two companies' currencies
        :rtype: SQL
        """
        records, table = self.env[model], query.table
        match model:
            case "crm.lead":
                amount = records._field_to_sql(table, "prorated_revenue", query)
            case "sale.order":
                amount = SQL(
                    "%s / COALESCE(NULLIF(%s, 0), 1)",
                    records._field_to_sql(table, "amount_untaxed", query),
                    records._field_to_sql(table, "currency_rate", query),
                )
            case "account.move":
                amount = records._field_to_sql(table, "amount_untaxed_signed", query)
        return SQL("%s%s", amount, self._card_rate_sql(query, day))

    def _card_rate_sql(self, query, day):
        """Factor from the currency of the record's company to that of its channel's card, with its operator.

        Empty when all companies in sight share one currency, which is the usual case and costs nothing then.
        """
        # sudo: currencies of companies whose records are in sight
        companies = self.env.companies.sudo()
        if self.env.su:
            companies = companies.search([])  # pylint: disable=no-search-all  # no rule hides records of others then
        if len(companies.currency_id | self.dashboard_currency_id) <= 1:
            return SQL()
        company = query.left_join(query.table, "company_id", "res_company", "id", "company_id")
        cards = SQL(", ").join(SQL("(%s, %s)", team.id, team.dashboard_currency_id.id) for team in self)
        query.add_join(
            "JOIN",
            "card",
            SQL("(VALUES %s)", cards),
            SQL("card.column1 = %s", SQL.identifier(query.table, "team_id")),
        )
        Company = self.env["res.company"]
        source = SQL(
            "COALESCE(%s, %s)", Company._field_to_sql(company, "currency_id", query), self.env.company.currency_id.id
        )
        root = SQL(
            "COALESCE(split_part(%s, '/', 1)::int, %s)",
            Company._field_to_sql(company, "parent_path", query),
            self.env.company.root_id.id,
        )
        return SQL(
            " * CASE WHEN %(source)s = card.column2 THEN 1 ELSE %(rate_to)s / %(rate_from)s END",
            source=source,
            rate_to=self._rate_sql(SQL("card.column2"), root, day),
            rate_from=self._rate_sql(source, root, day),
        )

    def _rate_sql(self, currency, company, day):
        """Rate of a currency on a date, as `res.currency._get_rates` finds it: the last one up to that date, else the first."""
        self.env["res.currency.rate"].flush_model(["rate", "name", "currency_id", "company_id"])
        rates = SQL(
            "SELECT r.rate FROM res_currency_rate r WHERE r.currency_id = %s AND (r.company_id IS NULL OR r.company_id = %s)",
            currency,
            company,
        )
        return SQL(
            "COALESCE((%(rates)s AND r.name <= %(day)s ORDER BY r.company_id, r.name DESC LIMIT 1),"
            " (%(rates)s ORDER BY r.company_id, r.name LIMIT 1), 1.0)",
            rates=rates,
            day=day,
        )

    # ------------------------------------------------------------
    # GROUPED QUERIES
    # ------------------------------------------------------------

    def _record_day_sql(self, content, query):
        """Date of a record in the viewer's time zone."""
        spec = CONTENTS[content]
        records = self.env[spec.model]
        column = records._field_to_sql(query.table, spec.date_field, query)
        if records._fields[spec.date_field].type == "datetime":
            return SQL("(%s AT TIME ZONE 'UTC' AT TIME ZONE %s)::date", column, str(self.env.tz))
        return column

    def _read_sums_by_time(self, content, group, whole):
        """Amounts per channel and day, week or month.

        :param str group: 'day', 'week' (ISO) or 'month'
        :param Bucket whole: the dates to read
        :return: {(channel id, first date of the bucket): amount}, buckets without records left out
        """
        query = self.env[CONTENTS[content].model]._search(self._get_content_domain(content, whole))
        day = self._record_day_sql(content, query)
        start = day if group == "day" else SQL("date_trunc(%s, %s::timestamp)::date", group, day)
        sums = SQL("SUM(%s)", self._amount_sql(CONTENTS[content].model, query, day))
        return {(team_id, key): amount for team_id, key, amount in self._sum_by(content, query, start, sums)}

    def _get_group_field(self, content, group):
        """Name of the many2one field behind a grouping that is no time: 'user' or 'stage'."""
        return "stage_id" if group == "stage" else CONTENTS[content].user_field

    def _read_sums_by_field(self, content, group, current, previous):
        """Amounts per channel and salesperson or stage, in two windows that may overlap.

        :return: ({(channel id, record id or None): amount in `current`}, the same in `previous`)
        """
        model = self.env[CONTENTS[content].model]
        query = model._search(self._get_content_domain(content, current.joined(previous)))
        day = self._record_day_sql(content, query)
        amount = self._amount_sql(model._name, query, day)
        column = model._field_to_sql(query.table, CONTENTS[content].date_field, query)
        sums = [
            SQL("SUM(%s) FILTER (WHERE %s >= %s AND %s < %s)", amount, column, start, column, stop)
            for start, stop in (self._get_bounds(content, current), self._get_bounds(content, previous))
        ]
        key = model._field_to_sql(query.table, self._get_group_field(content, group), query)
        rows = self._sum_by(content, query, key, *sums)
        return (
            {(team_id, value): now for team_id, value, now, _ago in rows if now is not None},
            {(team_id, value): ago for team_id, value, _now, ago in rows if ago is not None},
        )

    def _sum_by(self, content, query, key, *sums):
        """Rows (channel id, key, one value for each of `sums`) of a query over the records of `content`."""
        team = self.env[CONTENTS[content].model]._field_to_sql(query.table, "team_id", query)
        # by position: the same expression with bound parameters is not recognised as the grouped one
        query.groupby = SQL("1, 2")
        return self.env.execute_query(query.select(team, key, *sums))

    def _read_counters(self):
        """Counts and amounts of the card's counters, one query for leads and one for orders.

        :return: {channel id: {counter: (count, amount)}}; counters of models that the viewer may not read
            are missing; amounts in the card's currency: weighted for deals, untaxed for orders, what is still
            to be invoiced for orders to invoice
        """
        result = defaultdict(dict)
        if self.env["crm.lead"].has_access("read"):
            self._read_lead_counters(result)
        if self.env["sale.order"].has_access("read"):
            self._read_order_counters(result)
        return result

    def _read_lead_counters(self, result):
        Lead = self.env["crm.lead"]
        query = Lead._search(Domain("team_id", "in", self.ids) & OPEN_LEADS)
        column = {
            name: Lead._field_to_sql(query.table, name, query)
            for name in ("team_id", "user_id", "type", "date_deadline")
        }
        today = fields.Date.context_today(self)
        amount = self._amount_sql("crm.lead", query, SQL("COALESCE(%s, %s)", column["date_deadline"], today))
        deal = SQL("%s = 'opportunity'", column["type"])
        overdue = SQL("%s AND %s < %s", deal, column["date_deadline"], today)
        query.groupby = column["team_id"]
        for team_id, unassigned, deals, weighted, late, late_weighted in self.env.execute_query(
            query.select(
                column["team_id"],
                SQL("COUNT(*) FILTER (WHERE %s IS NULL)", column["user_id"]),
                SQL("COUNT(*) FILTER (WHERE %s)", deal),
                SQL("SUM(%s) FILTER (WHERE %s)", amount, deal),
                SQL("COUNT(*) FILTER (WHERE %s)", overdue),
                SQL("SUM(%s) FILTER (WHERE %s)", amount, overdue),
            )
        ):
            result[team_id].update(
                unassigned=(unassigned, None), deals=(deals, weighted or 0.0), overdue=(late, late_weighted or 0.0)
            )

    def _read_order_counters(self, result):
        Order = self.env["sale.order"]
        query = Order._search(Domain("team_id", "in", self.ids) & (QUOTATIONS | TO_INVOICE))
        team = Order._field_to_sql(query.table, "team_id", query)
        state = Order._field_to_sql(query.table, "state", query)
        rate = Order._field_to_sql(query.table, "currency_rate", query)
        day = self._record_day_sql("sales", query)
        amount = self._amount_sql("sale.order", query, day)
        self.env["sale.order.line"].flush_model(["order_id", "untaxed_amount_to_invoice"])
        # lines are not filtered by rules of their own: who may read an order may read its totals
        uninvoiced = SQL(
            "(SELECT SUM(l.untaxed_amount_to_invoice) FROM sale_order_line l WHERE l.order_id = %s)"
            " / COALESCE(NULLIF(%s, 0), 1)%s",
            SQL.identifier(query.table, "id"),
            rate,
            self._card_rate_sql(query, day),
        )
        confirmed = SQL("%s = 'sale'", state)
        query.groupby = team
        for team_id, quotations, quoted, to_invoice, to_invoice_amount in self.env.execute_query(
            query.select(
                team,
                SQL("COUNT(*) FILTER (WHERE NOT %s)", confirmed),
                SQL("SUM(%s) FILTER (WHERE NOT %s)", amount, confirmed),
                SQL("COUNT(*) FILTER (WHERE %s)", confirmed),
                SQL("SUM(%s) FILTER (WHERE %s)", uninvoiced, confirmed),
            )
        ):
            result[team_id].update(
                quotations=(quotations, quoted or 0.0), to_invoice=(to_invoice, to_invoice_amount or 0.0)
            )

    def _read_month_invoiced(self):
        """Untaxed amount invoiced this month per channel, and the part of it on paid invoices.

        :return: {channel id: (invoiced, paid)} in the card's currency; None if the viewer may not read invoices
        """
        Move = self.env["account.move"]
        if not Move.has_access("read"):
            return None
        query = Move._search(self._get_month_invoices_domain())
        team = Move._field_to_sql(query.table, "team_id", query)
        paid = SQL("%s IN ('in_payment', 'paid', 'reversed')", Move._field_to_sql(query.table, "payment_state", query))
        amount = self._amount_sql("account.move", query, self._record_day_sql("invoices", query))
        query.groupby = team
        return {
            team_id: (invoiced or 0.0, paid_part or 0.0)
            for team_id, invoiced, paid_part in self.env.execute_query(
                query.select(team, SQL("SUM(%s)", amount), SQL("SUM(%s) FILTER (WHERE %s)", amount, paid))
            )
        }
