"""The log of results of `generate_funnel.py`: how far each deal has come, and by which presses of which buttons."""

import contextlib

from generate import Generator

from odoo.tools import SQL

RESULTS = 5_000_000
MOST_TRIES = 9  # without progress in one place, of two kinds
FRESH_SHARE = 0.5  # of the open deals in the first stage have only been started
SKIPPED_SHARE = 0.1  # of the steps between
MISTAKEN_SHARE = 0.02  # of the places: a button pressed and revoked
BACKWARD_SHARE = 0.03  # of the places: a step back, and forward again

# which stage the steps of the default process lead to, forward ones in their order
STEP_STAGES = {
    "crm_process_step_call": "Qualified",
    "crm_process_step_decision_maker": "Qualified",
    "crm_process_step_offer": "Offer sent",
    "crm_process_step_meeting": "Negotiation",
    "crm_process_step_contract": "Won",
}


class ResultGenerator(Generator):
    """Fills the log of one database; the process is in use already."""

    def make_results(self):
        """A chain on each deal with a salesperson: start, tries, steps up to where it is, and a refusal if lost."""
        self.env.cr.execute("SET LOCAL work_mem = '512MB'")
        steps = [self.env.ref(f"crm_funnel.{name}") for name in STEP_STAGES]
        self.make_table(
            "bench_step",
            "place int, step_id int, stage_id int, sequence int, kind varchar",
            [
                (place, step.id, step.stage_id.id, step.stage_id.sequence, step.kind)
                for place, step in enumerate(steps, start=1)
            ],
        )
        self.env.cr.execute(self.get_slots())
        self.env.cr.execute(self.get_events(self.count_tries()))
        self.env.cr.execute(self.get_chains())
        count = self.env.cr.rowcount
        self.env.cr.execute("ANALYZE bench_result")
        self.copy_results(count)
        return count

    def get_slots(self):
        """SQL that makes a table of the places where each deal has stood; most lost ones have not come far."""
        return f"""
            CREATE TEMP TABLE bench_slot ON COMMIT DROP AS
            SELECT deal.*, place, place = reached AS is_last,
                   -- most open deals in the first stage have only been started, and nobody tries after a deal is won
                   CASE WHEN won_status = 'won' AND place = reached THEN 0
                        WHEN won_status = 'pending' AND reached = 0 AND pg_temp.rand(lead_id, 92) < {FRESH_SHARE} THEN 0
                        ELSE 1 END AS has_tries,
                   place < least(reached, {len(STEP_STAGES) - 1}) AND pg_temp.rand(lead_id, 110 + place) < {MISTAKEN_SHARE}
                       AS has_mistake,
                   place BETWEEN 2 AND reached - 1 AND pg_temp.rand(lead_id, 120 + place) < {BACKWARD_SHARE} AS goes_back
              FROM (SELECT lead.id AS lead_id, lead.team_id, lead.user_id, lead.partner_id AS client_id,
                           lead.create_date, coalesce(lead.date_closed, now() AT TIME ZONE 'UTC') AS closed, lead.won_status,
                           least(CASE WHEN lead.won_status = 'lost'
                                      THEN floor({len(STEP_STAGES)} * power(pg_temp.rand(lead.id, 91), 2))::int ELSE 99 END,
                                 (SELECT coalesce(max(step.place), 0) FROM bench_step step
                                   WHERE step.sequence <= stage.sequence)) AS reached
                      FROM crm_lead lead JOIN crm_stage stage ON stage.id = lead.stage_id
                     WHERE lead.type = 'opportunity' AND lead.process_id IS NOT NULL AND lead.user_id IS NOT NULL) deal
        CROSS JOIN LATERAL generate_series(0, reached) place
             WHERE place IN (0, reached) OR pg_temp.rand(lead_id, 100 + place) > {SKIPPED_SHARE}
        """

    def count_tries(self):
        """Mean number of tries in each place that makes the results as many as wanted."""
        self.env.cr.execute(
            """
            SELECT sum(1 + 2 * has_mistake::int + 2 * goes_back::int + (won_status = 'lost' AND is_last)::int), sum(has_tries)
              FROM bench_slot
            """
        )
        others, places = self.env.cr.fetchone()
        return float(self.scaled(RESULTS) - others) / places

    def get_events(self, mean):
        """SQL that makes a table of what happened in each place, in the order of `moment`.

        On arrival 0, tries from 1 on, then a button pressed by mistake and revoked, a way back and again, the refusal.
        """
        mistake, back, refusal = MOST_TRIES + 1, MOST_TRIES + 3, MOST_TRIES + 5
        end = f"CASE won_status WHEN 'won' THEN 0.05 WHEN 'lost' THEN {refusal + 0.6} / {refusal + 1} ELSE 1.2 END"
        part = f"(place + (moment + 0.5 * pg_temp.rand(lead_id, 200 + 20 * place + moment)) / {refusal + 1}) / (reached + {end})"
        return f"""
            CREATE TEMP TABLE bench_event ON COMMIT DROP AS
            SELECT event.*, row_number() OVER (ORDER BY date, lead_id, place, moment) - 1 AS n
              FROM (SELECT slot.*, moment,
                           -- open deals have most of their results lately
                           create_date + (closed - create_date) * CASE WHEN won_status <> 'pending' THEN {part}
                               WHEN place = 0 AND moment = 0 THEN 0.1 * {part} ELSE sqrt({part}) END AS date,
                           CASE WHEN place = 0 AND moment = 0 THEN 'start' WHEN moment BETWEEN 1 AND {MOST_TRIES} THEN 'neutral'
                                WHEN moment = {mistake + 1} THEN 'revoke' WHEN moment = {refusal} THEN 'refusal'
                                WHEN won_status = 'won' AND is_last THEN 'won' ELSE 'progress' END AS kind,
                           place + CASE WHEN moment = {mistake} THEN 1 WHEN moment = {back} THEN -1 ELSE 0 END AS place_after,
                           moment = {mistake} AS is_revoked, moment IN ({mistake + 1}, {back}) AS is_backward,
                           place > 0 AND moment = 0 OR moment IN ({mistake}, {back}, {back + 1}) AS moves
                      FROM (SELECT bench_slot.*, has_tries * least({MOST_TRIES},
                                   floor(ln(1 - pg_temp.rand(lead_id, 130 + place)) / ln({mean / (1 + mean)})))::int AS tries
                              FROM bench_slot) slot
                      JOIN generate_series(0, {refusal}) moment
                        ON moment <= tries
                        OR moment IN ({mistake}, {mistake + 1}) AND has_mistake
                        OR moment IN ({back}, {back + 1}) AND goes_back
                        OR moment = {refusal} AND won_status = 'lost' AND is_last) event
        """

    def get_chains(self):
        """SQL that makes a table of the results: each with the one before it, and where the deal stood since when."""
        reasons = self.env["crm.lost.reason"].search([]).ids
        neutral = [
            self.env.ref(f"crm_funnel.crm_process_step_{name}").id for name in ("call_back", "no_answer", "no_answer")
        ]
        refusal = self.env.ref("crm_funnel.crm_process_step_refusal").id
        return f"""
            CREATE TEMP TABLE bench_result ON COMMIT DROP AS
            SELECT standing.*, lag(stage_id, 1, first_stage) OVER chain AS stage_before_id,
                   round(extract(epoch FROM date - lag(date, 1, create_date) OVER chain) / 86400, 2) AS wait_days,
                   round(extract(epoch FROM date - lag(step_date, 1, create_date) OVER chain) / 86400, 2) AS step_days
              FROM (SELECT event.*, after.step_id AS after, lag(after.step_id) OVER chain AS before,
                           coalesce(after.stage_id, first_stage) AS stage_id, first_stage,
                           lag(n) OVER chain AS previous,
                           CASE WHEN kind = 'revoke' THEN lag(n) OVER chain END AS revoked,
                           CASE kind WHEN 'neutral' THEN (ARRAY{neutral})[1 + moment % 3] WHEN 'refusal' THEN {refusal}
                                WHEN 'start' THEN NULL WHEN 'revoke' THEN lag(after.step_id) OVER chain ELSE after.step_id END
                               AS step_id,
                           CASE WHEN kind = 'neutral' THEN greatest(moment % 3, 1) ELSE 1 END AS repeat_number,
                           CASE WHEN kind = 'refusal'
                                THEN (ARRAY{reasons})[1 + floor({len(reasons)} * power(pg_temp.rand(lead_id, 140), 2))::int] END
                               AS lost_reason_id,
                           CASE kind WHEN 'won' THEN 'won' WHEN 'refusal' THEN 'lost' ELSE 'pending' END AS status,
                           CASE WHEN moves THEN date
                                ELSE coalesce(max(date) FILTER (WHERE moment = 0 AND place > 0) OVER chain, create_date) END AS step_date
                      FROM bench_event event
                     CROSS JOIN (SELECT id AS first_stage FROM crm_stage ORDER BY sequence, id LIMIT 1) first
                      LEFT JOIN (SELECT place AS place_after, step_id, stage_id FROM bench_step) after USING (place_after)
                    WINDOW chain AS (PARTITION BY lead_id ORDER BY place, moment)) standing
            WINDOW chain AS (PARTITION BY lead_id ORDER BY place, moment)
        """

    def copy_results(self, count):
        """Write the table of results into the log."""
        # of a deal of its own: no two results of one deal follow the same one
        lead = self.env["crm.lead"].create({"name": "Bench deal", "type": "opportunity"})
        template = self.env["crm.process.result"].create(
            {"lead_id": lead.id, "process_id": lead.process_id.id, "kind": "move", "user_id": self.env.uid}
        )
        first = self.reserve("crm_process_result", count)
        same = (
            *("lead_id", "client_id", "team_id", "kind", "date", "wait_days", "step_date", "step_days", "step_id"),
            *("stage_id", "stage_before_id", "repeat_number", "lost_reason_id", "is_revoked", "is_backward"),
        )
        expressions = {
            "id": f"{first} + s.n",
            "previous_id": f"{first} + s.previous",
            "revoked_id": f"{first} + s.revoked",
            **{name: f"s.{name}" for name in same},
            "pressed_step_id": "s.step_id",
            **dict.fromkeys(("user_id", "salesperson_id"), "s.user_id"),
            **dict.fromkeys(("create_date", "write_date"), "s.date"),
            "step_before_id": "s.before",
            "step_after_id": "s.after",
            "won_status": "s.status",
            "won_status_before": "'pending'",
        }
        with self.unchecked("crm_process_result"):
            self.multiply(template, expressions, "SELECT * FROM bench_result ORDER BY n")
        lead.unlink()

    @contextlib.contextmanager
    def unchecked(self, table):
        """Fill a table without its indexes and foreign keys, which are quicker made for all rows at once than for each."""
        indexes = self.env.execute_query(
            SQL(
                """SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid)
                     FROM pg_index WHERE indrelid = %s::regclass AND NOT indisprimary""",
                table,
            )
        )
        keys = self.env.execute_query(
            SQL(
                """SELECT quote_ident(conname), pg_get_constraintdef(oid)
                     FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'f'""",
                table,
            )
        )
        for name, _definition in keys:
            self.env.cr.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        for name, _definition in indexes:
            self.env.cr.execute(f"DROP INDEX {name}")
        yield
        self.env.cr.execute("SET LOCAL maintenance_work_mem = '1GB'")
        for _name, definition in indexes:
            self.env.cr.execute(definition)
        for name, definition in keys:
            self.env.cr.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
