"""The numbers of the pyramid and of the reports, in SQL written by hand for nothing else."""

from datetime import date, datetime, time, timedelta, timezone
from typing import NamedTuple

from generate_funnel import PROCESS, STEP_STAGES

from odoo.tools import SQL

WON = len(STEP_STAGES)  # number of the top row
PYRAMID_FIGURES = (
    *("passed", "now", "lost", "passed_amount", "now_amount", "lost_amount"),
    *("late", "waiting_days", "days", "days_90"),
)


class Days(NamedTuple):
    """A period of the measurement; None where it is open."""

    title: str
    first: date | None = None
    last: date | None = None

    @property
    def options(self):
        return {"date_from": str(self.first or "") or False, "date_to": str(self.last or "") or False}


class HandWritten:
    """The same numbers in SQL written for them: one statement for each group of figures, no access rules, no ORM."""

    def __init__(self, env, condition, now):
        self.env, self.now, self.condition = env, now, condition
        steps = [env.ref(f"crm_funnel.{name}") for name in STEP_STAGES]
        self.step_ids, self.days = [step.id for step in steps], [step.days for step in steps]
        self.process_id = env.ref(PROCESS).id

    # --- parts of the statements

    def row(self, step, status):
        """Number of the row of a deal or result."""
        steps = SQL(" ").join(SQL("WHEN %s THEN %s", step_id, n) for n, step_id in enumerate(self.step_ids[:-1], 1))
        return SQL("CASE WHEN %s = 'won' THEN %s ELSE CASE %s %s ELSE 0 END END", status, WON, step, steps)

    def midnight(self, day):
        """The first moment of a day in the viewer's time zone, as the database keeps moments."""
        moment = self.env.tz.localize(datetime.combine(day, time.min))
        return moment.astimezone(timezone.utc).replace(tzinfo=None)

    def within(self, column, days):
        """Condition of a column of moments within days."""
        if not days.first:
            return SQL("TRUE")
        first, stop = self.midnight(days.first), self.midnight(days.last + timedelta(days=1))
        return SQL("%s >= %s AND %s < %s", column, first, column, stop)

    def deals(self, join=None):
        """The deals that the pyramid counts, and what is joined to them."""
        return SQL(
            """crm_lead lead %s WHERE lead.type = 'opportunity' AND lead.process_id = %s
               AND (lead.active OR lead.won_status <> 'pending') AND %s""",
            join or SQL(),
            self.process_id,
            self.condition,
        )

    def results(self, days):
        """The results that stand, of all deals."""
        return SQL(
            """crm_process_result result WHERE result.process_id = %s AND result.is_revoked IS NOT TRUE
               AND result.kind <> 'revoke' AND %s""",
            self.process_id,
            self.within(SQL("result.date"), days),
        )

    def results_of(self, days, deals):
        return SQL("%s AND result.lead_id IN (SELECT lead.id FROM %s)", self.results(days), deals)

    @property
    def arrival(self):
        """Columns of a result: the rows after and before it."""
        return SQL(
            "%s AS after, %s AS before",
            self.row(SQL("result.step_after_id"), SQL("result.won_status")),
            self.row(SQL("result.step_before_id"), SQL("result.won_status_before")),
        )

    # --- the pyramid

    def pyramid(self, basis, days):
        """Figures of each row, as `read_pyramid` returns them."""
        lines = [dict.fromkeys(PYRAMID_FIGURES, 0) for _number in range(WON + 1)]
        for bits, row, status, count, amount, seconds, late in self.count_deals(basis, days):
            for line in (line for number, line in enumerate(lines) if bits >> number & 1):
                line["passed"] += count
                line["passed_amount"] += amount
            if status != "won" and bits >> row & 1:
                kind = "now" if status == "pending" else "lost"
                lines[row][kind] += count
                lines[row][f"{kind}_amount"] += amount
                if kind == "now":
                    lines[row]["late"] += late
                    lines[row]["waiting_days"] += float(seconds) / 86400
        for line in lines:
            line["waiting_days"] = round(line["waiting_days"] / (line["now"] or 1))
        for number, quantiles in self.measure_days(basis, days):
            lines[number].update(zip(("days", "days_90"), quantiles, strict=True))
        return lines

    def count_deals(self, basis, days):
        if basis == "created":
            bits, source = SQL("NULL::int"), SQL("%s AND %s", self.deals(), self.within(SQL("lead.create_date"), days))
        else:
            passing = SQL(
                """JOIN (SELECT lead_id, bit_or(CASE WHEN after > before THEN (2 << after) - (2 << before) ELSE 0 END) | 1 AS bits
                           FROM (SELECT result.lead_id, %s FROM %s) arrival GROUP BY lead_id) passing ON passing.lead_id = lead.id""",
                self.arrival,
                self.results(days),
            )
            bits, source = SQL("passing.bits"), self.deals(passing)
        late = SQL(" ").join(SQL("WHEN %s THEN %s", row, expected) for row, expected in enumerate(self.days))
        return self.env.execute_query(
            SQL(
                """SELECT coalesce(bits, (2 << row) - 1), row, won_status, count(*), sum(expected_revenue),
                          sum(extract(epoch FROM %(now)s::timestamp - silent_since)),
                          count(*) FILTER (WHERE silent_since <= %(now)s::timestamp - (CASE row %(late)s END + 1) * interval '1 day')
                     FROM (SELECT %(row)s AS row, %(bits)s AS bits, lead.won_status, lead.expected_revenue, lead.silent_since
                             FROM %(source)s) deal
                 GROUP BY 1, 2, 3""",
                now=self.now,
                late=late,
                row=self.row(SQL("lead.process_step_id"), SQL("lead.won_status")),
                bits=bits,
                source=source,
            )
        )

    def measure_days(self, basis, days):
        deals = self.deals()
        if basis == "created":
            days, deals = Days("all"), SQL("%s AND %s", deals, self.within(SQL("lead.create_date"), days))
        return self.env.execute_query(
            SQL(
                """SELECT after, percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY step_days)
                     FROM (SELECT %s, step_days FROM %s AND (result.step_after_id IS DISTINCT FROM result.step_before_id
                              OR result.won_status IS DISTINCT FROM result.won_status_before)) arrival
                    WHERE after > before AND step_days IS NOT NULL GROUP BY after""",
                self.arrival,
                self.results_of(days, deals),
            )
        )

    # --- the funnel report

    def report(self, days, before):
        """Figures of both periods and the pyramid of the first, as `read_report` returns them."""
        return self.count_period(days), self.count_period(before), self.pyramid("created", days)

    def count_period(self, days):
        closed = self.within(SQL("lead.date_closed"), days)
        new = self.within(SQL("lead.create_date"), days)
        groups = self.env.execute_query(
            SQL(
                """SELECT CASE WHEN grouping(user_id) = 0 THEN 'users' WHEN grouping(source_id) = 0 THEN 'sources' END,
                          coalesce(user_id, source_id, 0), count(*), count(*) FILTER (WHERE %(new)s),
                          count(*) FILTER (WHERE %(won)s), count(*) FILTER (WHERE %(lost)s),
                          coalesce(sum(expected_revenue) FILTER (WHERE %(won)s), 0),
                          coalesce(avg(%(cycle)s) FILTER (WHERE %(won)s), 0)
                     FROM %(deals)s AND lead.create_date < %(end)s AND (lead.won_status = 'pending'
                          OR coalesce(lead.date_closed, lead.create_date) >= %(start)s)
                 GROUP BY GROUPING SETS ((), (user_id), (source_id))""",
                new=new,
                won=SQL("won_status = 'won' AND date_closed IS NOT NULL AND %s", closed),
                lost=SQL("won_status = 'lost' AND date_closed IS NOT NULL AND %s", closed),
                cycle=self.cycle,
                deals=self.deals(),
                start=self.midnight(days.first),
                end=self.midnight(days.last + timedelta(days=1)),
            )
        )
        ((median,),) = self.env.execute_query(
            SQL(
                "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY %s) FROM %s AND won_status = 'won' AND %s",
                self.cycle,
                self.deals(),
                closed,
            )
        )
        return median, {(kind, record_id): figures for kind, record_id, *figures in groups}

    @property
    def cycle(self):
        return SQL("greatest(extract(epoch FROM lead.date_closed - lead.create_date), 0) / 86400")

    # --- the process report

    def process(self, days):
        """Days of each step, losses, and results by person and step, hour of the week and day."""
        source = self.results_of(days, self.deals())
        steps = self.env.execute_query(
            SQL(
                """SELECT after, count(*), avg(step_days), percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY step_days)
                     FROM (SELECT %s, step_days FROM %s AND (result.step_after_id IS DISTINCT FROM result.step_before_id
                              OR result.won_status IS DISTINCT FROM result.won_status_before)) arrival WHERE after > before GROUP BY after ORDER BY after""",
                self.arrival,
                source,
            )
        )
        losses = self.env.execute_query(
            SQL(
                """SELECT before, loss.lost_reason_id, count(*), sum(expected_revenue)
                     FROM (SELECT result.lead_id, result.lost_reason_id, %s FROM %s AND result.won_status = 'lost'
                              AND result.won_status_before IS DISTINCT FROM 'lost') loss
                     JOIN crm_lead ON crm_lead.id = lead_id GROUP BY 1, 2""",
                self.arrival,
                source,
            )
        )
        recorded = self.env.execute_query(
            SQL(
                """SELECT user_id, step_id, extract(isodow FROM local)::int, extract(hour FROM local)::int, local::date, count(*)
                     FROM (SELECT result.user_id, result.step_id, result.date AT TIME ZONE 'UTC' AT TIME ZONE %s AS local
                             FROM %s) recorded
                 GROUP BY GROUPING SETS ((1, 2), (3, 4), (5))""",
                self.env.tz.zone,
                source,
            )
        )
        return (
            [(cases, average, *quantiles) for _row, cases, average, quantiles in steps],
            {(row, reason): figures for row, reason, *figures in losses},
            {
                (user or 0, step or 0, weekday or 0, hour, str(day or "")): n
                for user, step, weekday, hour, day, n in recorded
            },
        )
