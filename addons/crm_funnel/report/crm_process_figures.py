from odoo import api, models
from odoo.tools import SQL


class CrmFunnelReport(models.AbstractModel):
    """The process report: who recorded what and when, how long each step takes, where deals die."""

    _inherit = "crm.funnel.report"

    @api.model
    @api.readonly
    def get_process_report(self, options):
        """Return the figures of the results that were recorded in a period, as far as the user sees the deals.

        Results that were revoked do not count. Three grouped queries.

        :param dict options: as of `get_report`
        :return: dict with ``process_id``, ``processes`` as of `crm.lead.get_pyramid`;
            ``steps`` (list of {``name``, ``cases``, ``average``, ``median``, ``days_90``: days from the step before, False
            without a case; ``expected_days``, 0: none}); ``losses`` (list of {``number``, ``row``: where the deal stood,
            ``reason_id``, ``reason``, ``count``, ``amount``: expected revenue in the currency ``currency_id``}, the most
            deals first); ``people`` (list of {``user_id``, ``user``, ``step_id``, ``step``, ``count``}); ``hours`` (list
            of {``weekday``: 1 Monday to 7 Sunday, ``hour``: 0 to 23 in the user's time zone, ``count``}) and ``days``
            (list of {``date``: 'YYYY-MM-DD', ``count``})
        :raises UserError: if an option makes no sense
        """
        view = self.env["crm.lead"]._get_pyramid_view({**self._get_pyramid_options(options), "basis": "results"})
        processes = self.env["crm.lead"]._get_pyramid_processes(view.process)
        report = {
            "process_id": view.process.id,
            "processes": [{"id": process.id, "name": process.name} for process in processes],
            "currency_id": self.env.company.currency_id.id,
            **{name: [] for name in ("steps", "losses", "people", "hours", "days")},
        }
        if view.process:
            self.env["crm.process.result"].flush_model()
            self.env["crm.lead"].flush_model()
            domain = self._get_filter_domain(options) & self.env["crm.lead"]._get_process_domain(view)
            leads = self.env["crm.lead"]._get_deals_query(domain)
            report["steps"] = self._prepare_step_days(leads, view)
            report["losses"] = self._prepare_losses(leads, view)
            report.update(self._prepare_recording(leads, view))
        return report

    @api.model
    def _get_results_from(self, leads, view):
        """Return the SQL of the standing results of the period on the deals of a query."""
        return SQL(
            "crm_process_result result WHERE lead_id IN %s AND %s",
            leads.subselect(),
            self.env["crm.lead"]._get_results_condition(view),
        )

    # ------------------------------------------------------------
    # TIME ON EACH STEP
    # ------------------------------------------------------------

    @api.model
    def _prepare_step_days(self, leads, view):
        figures = self.env["crm.lead"]._get_step_days(leads, view)
        lines = []
        for row in view.process._get_pyramid_rows()[1:]:
            cases, average, median, days_90 = figures.get(row.number, (0, False, False, False))
            lines.append(
                {
                    "name": row.name,
                    "cases": cases,
                    "average": average,
                    "median": median,
                    "days_90": days_90,
                    "expected_days": row.days,
                }
            )
        return lines

    # ------------------------------------------------------------
    # WHERE DEALS DIE
    # ------------------------------------------------------------

    @api.model
    def _prepare_losses(self, leads, view):
        """Count the refusals of the period by the row on which the deal stood, and the reason."""
        rows = view.process._get_pyramid_rows()
        before = view.process._get_row_sql(SQL("result.step_before_id"), SQL("result.won_status_before"))
        found = self.env.execute_query(
            SQL(
                """
                SELECT row, lost_reason_id, company_id, count(*), sum(expected_revenue)
                  FROM (SELECT %(before)s AS row, result.lost_reason_id, lead.company_id, lead.expected_revenue
                          FROM (SELECT * FROM %(results)s AND won_status = 'lost'
                                                          AND won_status_before IS DISTINCT FROM 'lost') result
                          JOIN crm_lead lead ON lead.id = result.lead_id) loss
              GROUP BY row, lost_reason_id, company_id
                """,
                before=before,
                results=self._get_results_from(leads, view),
            )
        )
        reasons = self.env["crm.lost.reason"].browse({reason_id for __, reason_id, *__ in found if reason_id})
        names = {reason.id: reason.name for reason in reasons}
        lines = {}
        for number, reason_id, company_id, count, amount in found:
            line = lines.setdefault(
                (number, reason_id),
                {
                    "number": number,
                    "row": rows[number].name,
                    "reason_id": reason_id or False,
                    "reason": names.get(reason_id) or self.env._("No reason"),
                    "count": 0,
                    "amount": 0.0,
                },
            )
            line["count"] += count
            line["amount"] += float(amount or 0) * self.env["crm.lead"]._get_amount_rate(company_id)
        return sorted(lines.values(), key=lambda line: (-line["count"], line["number"], line["reason"]))

    # ------------------------------------------------------------
    # WHO RECORDED WHAT AND WHEN
    # ------------------------------------------------------------

    @api.model
    def _prepare_recording(self, leads, view):
        """Count the results by person and step, by hour of the week and by day, with one query."""
        local = SQL("timezone(%s, timezone('UTC', date))", self.env.tz.zone)
        found = self.env.execute_query(
            SQL(
                """
                SELECT GROUPING(user_id, hour, day), user_id, step_id, weekday, hour, day, count(*)
                  FROM (SELECT user_id, step_id, EXTRACT(isodow FROM %(local)s)::int AS weekday,
                               EXTRACT(hour FROM %(local)s)::int AS hour, %(local)s::date AS day
                          FROM %(results)s) recorded
              GROUP BY GROUPING SETS ((user_id, step_id), (weekday, hour), (day))
              ORDER BY 1, 7 DESC, 2, 3, 4, 5, 6
                """,
                local=local,
                results=self._get_results_from(leads, view),
            )
        )
        by_set = {0b011: [], 0b101: [], 0b110: []}
        for grouping, *values in found:
            by_set[grouping].append(values)
        # sudo: the name of a colleague who worked on deals that the user may see
        users = self.env["res.users"].sudo().browse({values[0] for values in by_set[0b011]})
        names = {user.id: user.name for user in users}
        steps = self.env["crm.process.step"].browse({values[1] for values in by_set[0b011] if values[1]})
        step_names = {step.id: step.name for step in steps}
        return {
            "people": [
                {
                    "user_id": user_id,
                    "user": names[user_id],
                    "step_id": step_id or False,
                    "step": step_names.get(step_id) or self.env._("Started or moved"),
                    "count": count,
                }
                for user_id, step_id, __, __, __, count in by_set[0b011]
            ],
            "hours": [
                {"weekday": weekday, "hour": hour, "count": count} for __, __, weekday, hour, __, count in by_set[0b101]
            ],
            "days": [
                {"date": str(day), "count": count}
                for __, __, __, __, day, count in sorted(by_set[0b110], key=lambda v: v[4])
            ],
        }
