from collections import defaultdict
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.period import Period
from ..tools.statistics import get_wilson_interval

BASES = ("created", "results")
# far from the ends of the calendar, so that every period has another one before it
YEARS = range(1900, 3000)
# a gap counts as a bottleneck from so many deals on
MINIMUM_CASES = 5
# and a step takes too long if it takes so many times the expected days
SLOW = 1.5
# what was put away without being won or lost is not part of any figure
COUNTED_DEALS = (
    Domain("type", "=", "opportunity")
    & Domain("process_id", "!=", False)
    & (Domain("active", "=", True) | Domain("won_status", "!=", "pending"))
)
# a result that was taken back says nothing, and neither does the row that took it back
STANDING_RESULTS = Domain("is_revoked", "=", False) & Domain("kind", "!=", "revoke")
# most results change nothing: those that do are what `crm.process.result._arrival_idx` holds
MOVES = SQL("(step_after_id IS DISTINCT FROM step_before_id OR won_status IS DISTINCT FROM won_status_before)")


class PyramidView(NamedTuple):
    """What a pyramid shows: the deals of one process, in a period of one of two meanings."""

    process: models.BaseModel
    basis: str  # 'created': deals created in the period; 'results': deals with a result recorded in it
    period: Period


class CrmLead(models.Model):
    """The sales pyramid: opportunities below, deals on top, and where they get stuck in between.

    For the deals *created* in the period, *passed* are those that stand on the row now or above it, lost and won ones
    included; in brackets those that stand on it now, open. For the *results* of the period, *passed* are the deals that
    came past the row by a result of the period, each once; in brackets those of them that stand there now, open.

    Actual conversion of a row = passed / passed on the row below. A bottleneck is a row whose expected conversion lies
    above the 95 % interval of passed / (passed below - those that still wait below within the expected days), or that
    takes more than 1.5 times the expected days, by the median of the days from the step before.
    """

    _inherit = "crm.lead"

    # ------------------------------------------------------------
    # PUBLIC
    # ------------------------------------------------------------

    @api.model
    @api.readonly
    def get_pyramid(self, domain, options):
        """Return the sales pyramid of the deals that the user may see.

        Two grouped queries, whatever the number of deals and rows.

        :param list domain: filters on deals, as of the search view
        :param dict options: ``process_id`` (id; by default the first process in use), ``basis`` ('created' or
            'results'), ``date_from`` and ``date_to`` ('YYYY-MM-DD' or False; both included, in the user's time zone)
        :return: dict with ``process_id``, ``processes`` (list of {id, name}), ``basis``, ``date_from``, ``date_to``,
            ``currency_id`` (of all amounts), ``worst`` (number of the row with the worst bottleneck, or False) and
            ``rows``, the base first: ``number``, ``name``, ``is_top``; ``passed``, ``now``, ``lost`` (numbers of deals;
            lost ones that got to this row and no further), ``passed_amount``, ``now_amount``, ``lost_amount``
            (expected revenue); ``conversion`` (actual percent of the row below, False on the base and where
            nothing is below), ``expected_conversion`` (percent, 0: none), ``days``, ``days_90`` (median and 90th
            percentile of the days from the step before; False without a case), ``expected_days`` (0: none), ``waiting_days``
            (average since the last result of those on the row now), ``late`` (how many of those wait longer than the
            next row expects), ``bottleneck`` (False, 'conversion', 'days' or 'both') and ``explanation`` (a sentence
            in the user's language, or False)
        :raises UserError: if an option makes no sense
        """
        view = self._get_pyramid_view(options)
        result = {
            "process_id": view.process.id,
            "processes": [
                {"id": process.id, "name": process.name} for process in self._get_pyramid_processes(view.process)
            ],
            "basis": view.basis,
            "date_from": fields.Date.to_string(view.period.first) or False,
            "date_to": fields.Date.to_string(view.period.last) or False,
            "currency_id": self.env.company.currency_id.id,
            "worst": False,
            "rows": [],
        }
        if view.process:
            self.env["crm.process.result"].flush_model()
            self.flush_model()
            result["rows"] = self._prepare_pyramid_rows(Domain(domain), view)
            result["worst"] = self._find_worst_row(result["rows"])
        return result

    @api.model
    @api.readonly
    def get_pyramid_action(self, domain, options, number, only_now=False):
        """Return the action of the list of clients on a row of the pyramid, the longest waiting first.

        :param list domain: as of `get_pyramid`
        :param dict options: as of `get_pyramid`
        :param int number: of the row; 0 is the base
        :param bool only_now: those that stand on the row now, instead of all that passed it
        :return: dict of an `ir.actions.act_window`
        :raises UserError: if there is no such row
        """
        view = self._get_pyramid_view(options)
        rows = view.process and view.process._get_pyramid_rows()
        if not rows or not 0 <= number < len(rows):
            raise UserError(self.env._("The pyramid has no such row. Load the page again."))
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_funnel.crm_lead_action_pyramid_row")
        texts = {"row": rows[number].name}
        action["name"] = self.env._("%(row)s: now", **texts) if only_now else self.env._("%(row)s: passed", **texts)
        action["domain"] = list(Domain(domain) & self._get_row_domain(view, number, only_now))
        return action

    # ------------------------------------------------------------
    # WHAT IS SHOWN
    # ------------------------------------------------------------

    @api.model
    def _get_pyramid_view(self, options):
        basis = options.get("basis") or "created"
        if basis not in BASES:
            raise UserError(self.env._("The period of a pyramid is that of the deals or that of the results."))
        process = self._get_pyramid_process(options.get("process_id"))
        return PyramidView(process, basis, self._get_period(options.get("date_from"), options.get("date_to")))

    @api.model
    def _get_pyramid_process(self, process_id):
        """Return the process of an id, by default the first in use, maybe none.

        :raises UserError: if there is no process of that id
        """
        if not process_id:
            return self._get_pyramid_processes()[:1]
        process = self.env["crm.process"].browse(process_id if isinstance(process_id, int) else []).exists()
        if not process:
            raise UserError(self.env._("This business process does not exist any more. Choose another one."))
        return process

    @api.model
    def _get_pyramid_processes(self, process=None):
        """Return the processes that can be chosen: those in use, and the one that is shown."""
        return self.env["crm.process"].search([("state", "=", "running")]) | (process or self.env["crm.process"])

    @api.model
    def _get_period(self, date_from, date_to):
        """Return the `Period` of two dates as the web client sends them.

        :raises UserError: if one is no date, or they are in the wrong order
        """
        period = Period(self._get_day(date_from), self._get_day(date_to))
        if period.first and period.last and period.first > period.last:
            raise UserError(self.env._("The period ends before it begins."))
        return period

    @api.model
    def _get_day(self, text):
        """Return the date of a text, None of nothing.

        :raises UserError: if it is none, or in no year in which deals are made
        """
        try:
            day = fields.Date.to_date(text or None)
        except (TypeError, ValueError):
            day = date.min
        if day and day.year not in YEARS:
            raise UserError(self.env._("“%(date)s” is not a date.", date=text))
        return day

    @api.model
    def _get_period_domain(self, field_name, period):
        """Return the domain of the records whose datetime lies in the period, in the user's time zone."""
        start, stop = period.get_bounds(self.env.tz)
        domain = Domain.TRUE
        if start:
            domain &= Domain(field_name, ">=", start)
        if stop:
            domain &= Domain(field_name, "<", stop)
        return domain

    @api.model
    def _get_view_domain(self, view):
        """Return the domain of the deals that a pyramid is about: its base."""
        domain = self._get_process_domain(view)
        if view.basis == "created":
            return domain & self._get_period_domain("create_date", view.period)
        return domain & Domain("result_ids", "any", self._get_view_results_domain(view))

    @api.model
    def _get_process_domain(self, view):
        return COUNTED_DEALS & Domain("process_id", "=", view.process.id)

    @api.model
    def _get_view_results_domain(self, view):
        own = STANDING_RESULTS & Domain("process_id", "=", view.process.id)
        return own & self._get_period_domain("date", view.period)

    @api.model
    def _get_row_domain(self, view, number, only_now):
        """Return the domain of exactly the deals that a number of the pyramid counts."""
        rows = view.process._get_pyramid_rows()
        domain = self._get_view_domain(view)
        if only_now:
            domain &= self._get_standing_domain(rows[number])
        if number and view.basis == "created" and not only_now:
            domain &= self._get_passed_domain(view, number, "process_step_id", "won_status")
        if number and view.basis == "results":
            passing = self._get_passed_domain(view, number, "step_after_id", "won_status") & ~self._get_passed_domain(
                view, number, "step_before_id", "won_status_before"
            )
            domain &= Domain("result_ids", "any", self._get_view_results_domain(view) & passing)
        return domain

    @api.model
    def _get_standing_domain(self, row):
        """Return the domain of the open deals that stand on the row now."""
        if row.is_top:
            return Domain.FALSE  # there every deal is won
        domain = Domain("process_step_id", "in", row.step_ids)
        if not row.number:
            domain |= Domain("process_step_id", "=", False)
        return Domain("won_status", "=", "pending") & domain

    @api.model
    def _get_passed_domain(self, view, number, step_field, status_field):
        step_ids = view.process._get_steps_from(number)
        return Domain(status_field, "=", "won") | Domain(step_field, "in", step_ids)

    # ------------------------------------------------------------
    # QUERIES
    # ------------------------------------------------------------

    @api.model
    def _get_deals_query(self, domain):
        """Return the query of the deals of a domain that the user may see, archived ones included."""
        return self.with_context(active_test=False)._search(domain)

    @api.model
    def _get_grouped_deals(self, domain, view):
        """Return the query of the deals of a pyramid; which of them have results in the period, the log says itself."""
        deals = self._get_process_domain(view) if view.basis == "results" else self._get_view_domain(view)
        return self._get_deals_query(domain & deals)

    @api.model
    def _get_pyramid_groups(self, domain, view):
        """Count the deals by the rows that they passed and the one on which they stand.

        :return: list of (bits of the rows passed, number of the row, won status, company's id or None, number of deals,
            expected revenue in that company's currency, seconds waited, deals that wait longer than expected)
        """
        rows = view.process._get_pyramid_rows()
        query = self._get_grouped_deals(domain, view)
        row = view.process._get_row_sql(SQL("crm_lead.process_step_id"), SQL("crm_lead.won_status"))
        passed, passing = SQL("(2::bigint << %s) - 1", row), SQL()
        if view.basis == "results":
            # materialized: else each worker of a parallel plan groups the whole log for itself
            passing = SQL("WITH passing AS MATERIALIZED %s", self._get_passing_sql(view))
            query.add_join("JOIN", "passing", "passing", SQL("passing.lead_id = crm_lead.id"))
            passed = SQL("passing.rows")
        now = fields.Datetime.now()
        # days are counted when they are over, as on the deal: three and a half are not more than three
        late = [
            SQL("WHEN %s THEN %s::timestamp - %s * interval '1 day'", below.number, now, above.days + 1)
            for below, above in pairwise(rows)
            if above.days
        ]
        late_before = SQL("CASE standing.row %s END", SQL(" ").join(late)) if late else SQL("NULL::timestamp")
        return self.env.execute_query(
            SQL(
                """
                %(passing)s
                SELECT passed, row, won_status, company_id, count(*), sum(expected_revenue),
                       sum(EXTRACT(epoch FROM %(now)s::timestamp - silent_since)),
                       count(*) FILTER (WHERE silent_since <= %(late_before)s)
                  FROM %(standing)s standing
              GROUP BY passed, row, won_status, company_id
                """,
                passing=passing,
                now=now,
                late_before=late_before,
                standing=query.subselect(
                    SQL("%s AS passed", passed),
                    SQL("%s AS row", row),
                    SQL("crm_lead.won_status"),
                    SQL("crm_lead.company_id"),
                    SQL("crm_lead.expected_revenue"),
                    SQL("crm_lead.silent_since"),
                ),
            )
        )

    @api.model
    def _get_passing_sql(self, view):
        """Return the SQL of one line per deal with results in the period: its id, and the rows it came past, as bits."""
        after = view.process._get_row_sql(SQL("step_after_id"), SQL("won_status"))
        before = view.process._get_row_sql(SQL("step_before_id"), SQL("won_status_before"))
        return SQL(
            """(
            SELECT lead_id, COALESCE(bit_or(GREATEST((2::bigint << after) - (2::bigint << before), 0))
                                     FILTER (WHERE moves), 0) | 1 AS rows
              FROM (SELECT lead_id, %(after)s AS after, %(before)s AS before, %(moves)s AS moves
                      FROM crm_process_result WHERE %(condition)s) result
          GROUP BY lead_id
            )""",
            after=after,
            before=before,
            moves=MOVES,
            condition=self._get_results_condition(view),
        )

    @api.model
    def _get_results_condition(self, view):
        """Return the SQL condition of the standing results of the process in the period, whoever may see them."""
        start, stop = view.period.get_bounds(self.env.tz)
        conditions = [
            SQL("process_id = %s AND is_revoked IS NOT TRUE AND kind <> 'revoke'", view.process.id),
            *([SQL("date >= %s", start)] if start else []),
            *([SQL("date < %s", stop)] if stop else []),
        ]
        return SQL(" AND ").join(conditions)

    @api.model
    def _get_pyramid_days(self, domain, view):
        """Return how long it took the deals of the pyramid to reach each row, as `_get_step_days` does."""
        dated = view if view.basis == "results" else view._replace(period=Period())
        return self._get_step_days(self._get_grouped_deals(domain, view), dated)

    @api.model
    def _get_step_days(self, deals, view):
        """Return how long it took to reach each row from the step before, by results recorded in the period.

        :param Query deals: the deals in question
        :return: dict by number of the row: (cases, average of the days, median, 90th percentile)
        """
        after = view.process._get_row_sql(SQL("step_after_id"), SQL("won_status"))
        before = view.process._get_row_sql(SQL("step_before_id"), SQL("won_status_before"))
        rows = self.env.execute_query(
            SQL(
                """
                SELECT after, count(*), avg(step_days)::float, percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY step_days)
                  FROM (SELECT %(after)s AS after, %(before)s AS before, step_days
                          FROM crm_process_result
                         WHERE lead_id IN %(deals)s AND step_days IS NOT NULL AND %(moves)s AND %(condition)s) arrival
                 WHERE after > before
              GROUP BY after
                """,
                after=after,
                before=before,
                deals=deals.subselect(),
                moves=MOVES,
                condition=self._get_results_condition(view),
            )
        )
        return {number: (cases, average, *quantiles) for number, cases, average, quantiles in rows}

    # ------------------------------------------------------------
    # ROWS
    # ------------------------------------------------------------

    @api.model
    def _prepare_pyramid_rows(self, domain, view):
        lines = [self._prepare_pyramid_row(row) for row in view.process._get_pyramid_rows()]
        for passed, number, status, company_id, *figures in self._get_pyramid_groups(domain, view):
            self._add_pyramid_group(lines, passed, number, status, self._get_amount_rate(company_id), figures)
        days = self._get_pyramid_days(domain, view)
        for line in lines:
            line["waiting_days"] = round(line["waiting_days"] / line["now"]) if line["now"] else 0
            cases, __, line["days"], line["days_90"] = days.get(line["number"], (0, False, False, False))
            if line["number"]:
                self._compare_pyramid_row(line, lines[line["number"] - 1], cases)
        return lines

    @api.model
    def _prepare_pyramid_row(self, row):
        line = dict.fromkeys(("passed", "now", "lost", "late", "waiting_days"), 0)
        line.update(dict.fromkeys(("passed_amount", "now_amount", "lost_amount"), 0.0))
        line.update(dict.fromkeys(("conversion", "days", "days_90", "bottleneck", "explanation"), False))
        line.update(
            number=row.number,
            name=row.name,
            is_top=row.is_top,
            expected_conversion=row.conversion,
            expected_days=row.days,
        )
        return line

    @api.model
    def _add_pyramid_group(self, lines, passed, number, status, rate, figures):
        """Add one group of `_get_pyramid_groups` to the lines that it counts for."""
        count, amount, seconds, late = figures
        amount = float(amount or 0) * rate
        for line in lines:
            if passed >> line["number"] & 1:
                line["passed"] += count
                line["passed_amount"] += amount
        if status == "won" or not passed >> number & 1:
            return
        line, kind = lines[number], "now" if status == "pending" else "lost"
        line[kind] += count
        line[f"{kind}_amount"] += amount
        if kind == "now":
            line["late"] += late
            line["waiting_days"] += float(seconds or 0) / 86400

    @api.model
    def _get_amount_rate(self, company_id):
        """Return the factor from the currency of a company's deals to that of the user's company, at today's rate."""
        company = self.env["res.company"].browse(company_id or self.env.company.id)
        # sudo: the currency of a company is no secret of those who may not enter it
        currency = company.sudo().currency_id
        today = fields.Date.context_today(self)
        return currency._get_conversion_rate(currency, self.env.company.currency_id, self.env.company, today)

    # ------------------------------------------------------------
    # BOTTLENECKS
    # ------------------------------------------------------------

    @api.model
    def _compare_pyramid_row(self, line, below, cases):
        """Add the actual conversion of a line, and whether it is a bottleneck and why."""
        if below["passed"]:
            line["conversion"] = round(100 * line["passed"] / below["passed"], 2)
        loses = self._get_missing_deals(line, below) > 0
        slow = bool(line["expected_days"]) and cases >= MINIMUM_CASES and line["days"] > SLOW * line["expected_days"]
        kinds = {(True, True): "both", (True, False): "conversion", (False, True): "days"}
        line["bottleneck"] = kinds.get((loses, slow), False)
        if line["bottleneck"]:
            line["explanation"] = self._explain_bottleneck(line, below, loses, slow)

    @api.model
    def _get_missing_deals(self, line, below):
        """Return how many deals more were expected on a line; 0 if the gap can be chance or the deals are too few."""
        # who waits below within the expected days may still come
        decided = below["passed"] - (below["now"] - below["late"])
        expected = line["expected_conversion"]
        if decided < MINIMUM_CASES or line["passed"] > decided:
            return 0
        if get_wilson_interval(line["passed"], decided)[1] >= expected:
            return 0
        return decided * expected / 100 - line["passed"]

    @api.model
    def _explain_bottleneck(self, line, below, loses, slow):
        """Return what is wrong with a row, in a sentence that the head of sales reads in a second."""
        values = {
            "actual": round(line["conversion"]),
            "expected": round(line["expected_conversion"]),
            "days": round(line["days"] or 0),
            "expected_days": line["expected_days"],
            "count": below["now"],
            "waiting": below["waiting_days"],
        }
        parts = []
        if loses:
            parts.append(self.env._("%(actual)s %% of %(expected)s %% expected", **values))
        if slow:
            parts.append(self.env._("%(days)s days instead of %(expected_days)s", **values))
        if below["now"]:
            parts.append(self.env._("%(count)s deals wait %(waiting)s days on average", **values))
        return f"{below['name']} → {line['name']}: {', '.join(parts)}"

    @api.model
    def _find_worst_row(self, lines):
        """Return the number of the bottleneck that costs or holds most deals, False if there is none."""
        costs = defaultdict(float)
        for line in lines:
            if line["bottleneck"]:
                below = lines[line["number"] - 1]
                costs[line["number"]] = self._get_missing_deals(line, below) + below["late"]
        return max(costs, key=costs.get) if costs else False
