from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from .crm_lead_pyramid import COUNTED_DEALS

# indicator: (unit, whether more is better; None: neither)
INDICATORS = {
    "worked": ("count", None),
    "new": ("count", True),
    "won": ("count", True),
    "lost": ("count", False),
    "won_amount": ("amount", True),
    "average_deal": ("amount", True),
    "conversion": ("percent", True),
    "win_rate": ("percent", True),
    "cycle_days": ("days", False),
    "cycle_median": ("days", False),
}
FILTERS = {"user_ids": "user_id", "team_ids": "team_id", "source_ids": "source_id", "tag_ids": "tag_ids"}


class Totals(NamedTuple):
    """What the indicators of one group of deals are made of; amounts in the currency of the user's company."""

    worked: int = 0
    new: int = 0
    new_won: int = 0
    won: int = 0
    lost: int = 0
    won_amount: float = 0.0
    cycle_sum: float = 0.0  # days from the creation of the won deals until they were won, added up

    def plus(self, other):
        return Totals(*(mine + its for mine, its in zip(self, other, strict=True)))


class CrmFunnelReport(models.AbstractModel):
    """The funnel report: the indicators of any period beside those of another one, with the full list of clients.

    Of the deals that the user may see, in the user's time zone, archived ones only if they are won or lost:

    - *in work*: open at any time of the period, that is created before its end and not closed before its begin (a
      closed deal without a date of closing was closed when it was created);
    - *new*: created in the period; *won*, *lost*: closed in it, and so still;
    - *amount*: expected revenue of the won ones; *average deal*: the same per won deal;
    - *conversion*: percent of the new ones that are won by now; *win rate*: won / (won + lost) in percent;
    - *cycle*: days from creation until won, average and median.

    Amounts are in the currency of the user's company, at today's rates.
    """

    _name = "crm.funnel.report"
    _description = "Funnel Report"

    # ------------------------------------------------------------
    # PUBLIC
    # ------------------------------------------------------------

    @api.model
    @api.readonly
    def get_report(self, options):
        """Return the funnel report.

        A constant number of queries: two for each of the two periods, and those of `crm.lead.get_pyramid`.

        :param dict options: ``date_from``, ``date_to`` ('YYYY-MM-DD' or False, both included), ``compare`` (False,
            'previous', 'year' or 'custom', then with ``compare_from`` and ``compare_to``), ``user_ids``, ``team_ids``,
            ``source_ids``, ``tag_ids`` (lists of ids; empty: all; 0 stands for none), ``process_id``
        :return: dict with ``date_from``, ``date_to``, ``compare_from``, ``compare_to`` (as strings or False),
            ``currency_id``, ``indicators`` (list of {``name``, ``label``, ``unit``: 'count', 'amount', 'percent' (0 to 100)
            or 'days', ``is_more_better``: True, False or None, ``value``, ``before``, ``change`` (difference),
            ``change_percent``; False where there is nothing to say}), ``users`` and ``sources`` (list of {``id``,
            ``name``, ``values``: {name of indicator: value}, ``before``: likewise or False}, the most won first), ``pyramid``
            (as `crm.lead.get_pyramid` returns it, of the deals created in the period) and ``deal_count`` (length of
            the list of clients)
        :raises UserError: if an option makes no sense
        """
        period, before = self._get_periods(options)
        domain = self._get_filter_domain(options)
        groups = self._get_groups(domain, period)
        groups_before = self._get_groups(domain, before) if before else None
        values, values_before = groups[None], groups_before and groups_before[None]
        return {
            "date_from": fields.Date.to_string(period.first) or False,
            "date_to": fields.Date.to_string(period.last) or False,
            "compare_from": bool(before) and fields.Date.to_string(before.first),
            "compare_to": bool(before) and fields.Date.to_string(before.last),
            "currency_id": self.env.company.currency_id.id,
            "indicators": [
                self._prepare_indicator(name, label, values, values_before)
                for name, label in self._get_labels().items()
            ],
            "users": self._prepare_groups("res.users", "user_id", groups, groups_before),
            "sources": self._prepare_groups("utm.source", "source_id", groups, groups_before),
            "pyramid": self.env["crm.lead"].get_pyramid(list(domain), self._get_pyramid_options(options)),
            "deal_count": values["worked"],
        }

    @api.model
    @api.readonly
    def get_deals_action(self, options, indicator="worked"):
        """Return the action of the list of clients that an indicator counts.

        :param dict options: as of `get_report`
        :param str indicator: 'worked', 'new', 'won' or 'lost'
        :return: dict of an `ir.actions.act_window`
        """
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_funnel.crm_lead_action_funnel_report_deals")
        action["domain"] = list(self._get_deals_domain(options, indicator))
        if indicator != "worked":
            action["name"] = self._get_labels()[indicator]
        return action

    # ------------------------------------------------------------
    # OPTIONS
    # ------------------------------------------------------------

    @api.model
    def _get_periods(self, options):
        """Return the `Period` of the report and the one that it is compared with, or None.

        :raises UserError: if nothing can be before the period, or an option makes no sense
        """
        get_period = self.env["crm.lead"]._get_period
        period, compare = get_period(options.get("date_from"), options.get("date_to")), options.get("compare")
        if not compare:
            return period, None
        if compare == "custom":
            return period, get_period(options.get("compare_from"), options.get("compare_to"))
        if compare not in ("previous", "year"):
            raise UserError(self.env._("Compare with the period before, the year before, or days of your own."))
        before = period.get_before() if compare == "previous" else period.get_year_before()
        if not before:
            raise UserError(
                self.env._("Say from when to when: all of the past cannot be compared with what was before.")
            )
        return period, before

    @api.model
    def _get_filter_domain(self, options):
        """Return the domain of the filters on deals."""
        domain = Domain.TRUE
        for option, field_name in FILTERS.items():
            ids = options.get(option)
            if ids:
                # 0 stands for those without a manager, channel, source or tag
                domain &= Domain(field_name, "in", [record_id or False for record_id in ids])
        return domain

    @api.model
    def _get_pyramid_options(self, options):
        return {name: options.get(name) for name in ("process_id", "date_from", "date_to", "basis")}

    @api.model
    def _get_deals_domain(self, options, indicator="worked"):
        """Return the domain of exactly the deals that an indicator counts.

        :raises UserError: if the indicator counts no deals
        """
        period = self._get_periods({**options, "compare": False})[0]
        domain = COUNTED_DEALS & self._get_filter_domain(options)
        get_period_domain = self.env["crm.lead"]._get_period_domain
        if indicator == "worked":
            return domain & self._get_worked_domain(period)
        if indicator == "new":
            return domain & get_period_domain("create_date", period)
        if indicator in ("won", "lost"):
            closed = Domain("won_status", "=", indicator) & Domain("date_closed", "!=", False)
            return domain & closed & get_period_domain("date_closed", period)
        raise UserError(self.env._("This number is no list of deals."))

    @api.model
    def _get_worked_domain(self, period):
        """Return the domain of the deals that were open at some time of the period."""
        start, stop = period.get_bounds(self.env.tz)
        domain = Domain.TRUE
        if stop:
            domain &= Domain("create_date", "<", stop)
        if start:
            # an import may leave a lost deal without the day on which it was closed: then it was that of its creation
            undated = Domain("date_closed", "=", False) & Domain("create_date", ">=", start)
            domain &= Domain("won_status", "=", "pending") | Domain("date_closed", ">=", start) | undated
        return domain

    # ------------------------------------------------------------
    # FIGURES
    # ------------------------------------------------------------

    @api.model
    def _get_groups(self, domain, period):
        """Return the indicators of one period: of all deals, of each manager and of each source.

        :param Domain domain: filters on deals
        :return: dict of dict of value by indicator; the keys are None, ('user_id', id or None) and ('source_id', ...)
        """
        totals = {None: Totals()}
        for is_of_user, is_of_source, user_id, source_id, company_id, *figures in self._query_totals(domain, period):
            key = ("user_id", user_id) if is_of_user else ("source_id", source_id) if is_of_source else None
            totals[key] = totals.get(key, Totals()).plus(self._convert_totals(Totals(*figures), company_id))
        groups = {key: self._get_values(total) for key, total in totals.items()}
        groups[None]["cycle_median"] = self._query_cycle_median(domain, period)
        return groups

    @api.model
    def _convert_totals(self, totals, company_id):
        rate = self.env["crm.lead"]._get_amount_rate(company_id)
        return totals._replace(won_amount=float(totals.won_amount) * rate, cycle_sum=float(totals.cycle_sum))

    @api.model
    def _query_totals(self, domain, period):
        conditions = {name: self._get_condition_sql(name, period) for name in ("new", "won", "lost")}
        query = self._get_period_query(domain, period)
        group = SQL(
            """GROUP BY GROUPING SETS ((crm_lead.company_id), (crm_lead.user_id, crm_lead.company_id),
                                       (crm_lead.source_id, crm_lead.company_id))"""
        )
        select = query.select(
            SQL("GROUPING(crm_lead.user_id) = 0"),
            SQL("GROUPING(crm_lead.source_id) = 0"),
            SQL("crm_lead.user_id"),
            SQL("crm_lead.source_id"),
            SQL("crm_lead.company_id"),
            SQL("count(*)"),
            SQL("count(*) FILTER (WHERE %s)", conditions["new"]),
            SQL("count(*) FILTER (WHERE %s AND crm_lead.won_status = 'won')", conditions["new"]),
            SQL("count(*) FILTER (WHERE %s)", conditions["won"]),
            SQL("count(*) FILTER (WHERE %s)", conditions["lost"]),
            SQL("COALESCE(sum(crm_lead.expected_revenue) FILTER (WHERE %s), 0)", conditions["won"]),
            SQL("COALESCE(sum(%s) FILTER (WHERE %s), 0)", self._get_cycle_sql(), conditions["won"]),
        )
        return self.env.execute_query(SQL("%s %s", select, group))

    @api.model
    def _query_cycle_median(self, domain, period):
        """Return the median of the days from creation until won, False if nothing was won."""
        query = self._get_period_query(domain & Domain("won_status", "=", "won"), period)
        query.add_where(self._get_condition_sql("won", period))
        median = SQL("percentile_cont(0.5) WITHIN GROUP (ORDER BY %s)", self._get_cycle_sql())
        value = self.env.execute_query(query.select(median))[0][0]
        return round(value, 2) if value is not None else False

    @api.model
    def _get_period_query(self, domain, period):
        """Return the query of all deals in work in the period."""
        self.env["crm.lead"].flush_model()
        return self.env["crm.lead"]._get_deals_query(domain & COUNTED_DEALS & self._get_worked_domain(period))

    @api.model
    def _get_cycle_sql(self):
        return SQL("GREATEST(EXTRACT(epoch FROM crm_lead.date_closed - crm_lead.create_date), 0) / 86400")

    @api.model
    def _get_condition_sql(self, indicator, period):
        """Return the SQL condition of the deals that an indicator counts, among those in work."""
        column = SQL("crm_lead.create_date" if indicator == "new" else "crm_lead.date_closed")
        start, stop = period.get_bounds(self.env.tz)
        conditions = [
            SQL("%s IS NOT NULL", column),
            *([SQL("%s >= %s", column, start)] if start else []),
            *([SQL("%s < %s", column, stop)] if stop else []),
            *([SQL("crm_lead.won_status = %s", indicator)] if indicator != "new" else []),
        ]
        return SQL("(%s)", SQL(" AND ").join(conditions))

    @api.model
    def _get_values(self, totals):
        """Return the indicators that follow from the totals; False where they would divide by nothing."""
        return {
            "worked": totals.worked,
            "new": totals.new,
            "won": totals.won,
            "lost": totals.lost,
            "won_amount": self.env.company.currency_id.round(totals.won_amount),
            "average_deal": bool(totals.won) and self.env.company.currency_id.round(totals.won_amount / totals.won),
            "conversion": bool(totals.new) and round(100 * totals.new_won / totals.new, 2),
            "win_rate": bool(totals.won + totals.lost) and round(100 * totals.won / (totals.won + totals.lost), 2),
            "cycle_days": bool(totals.won) and round(totals.cycle_sum / totals.won, 2),
        }

    # ------------------------------------------------------------
    # LINES
    # ------------------------------------------------------------

    @api.model
    def _get_labels(self):
        """Return the labels of the indicators in their order."""
        return {
            "worked": self.env._("In Work"),
            "new": self.env._("New Deals"),
            "won": self.env._("Won Deals"),
            "lost": self.env._("Lost Deals"),
            "won_amount": self.env._("Won Amount"),
            "average_deal": self.env._("Average Deal"),
            "conversion": self.env._("Conversion"),
            "win_rate": self.env._("Win Rate"),
            "cycle_days": self.env._("Days until Won, Average"),
            "cycle_median": self.env._("Days until Won, Median"),
        }

    @api.model
    def _prepare_indicator(self, name, label, values, values_before):
        unit, is_more_better = INDICATORS[name]
        value, before = values[name], values_before[name] if values_before else False
        # False says that there is nothing to divide by, and no number can be compared with it
        is_compared = bool(values_before) and value is not False and before is not False
        change = round(value - before, 2) if is_compared else False
        return {
            "name": name,
            "label": label,
            "unit": unit,
            "is_more_better": is_more_better,
            "value": value,
            "before": before,
            "change": change,
            "change_percent": round(100 * change / before, 1) if is_compared and before else False,
        }

    @api.model
    def _prepare_groups(self, model, field_name, groups, groups_before):
        """Return the lines of one manager or source each, the most won first."""
        keys = [key for key in {**groups, **(groups_before or {})} if key and key[0] == field_name]
        # sudo: the name of a colleague or source on deals that the user may see
        records = self.env[model].sudo().browse([record_id for __, record_id in keys if record_id])
        names = {record.id: record.display_name for record in records}
        nothing = self._get_values(Totals())
        lines = [
            {
                "id": record_id or False,
                "name": names.get(record_id) or self.env._("None"),
                "values": groups.get((field_name, record_id), nothing),
                "before": bool(groups_before) and groups_before.get((field_name, record_id), nothing),
            }
            for __, record_id in keys
        ]
        return sorted(lines, key=lambda line: (-line["values"]["won_amount"], -line["values"]["won"], line["name"]))
