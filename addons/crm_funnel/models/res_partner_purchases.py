from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import SQL

BATCH_CLIENTS = 20_000
BATCH_RESULTS = 1000
# system parameter: the client at which the nightly job goes on, if it had to stop in the middle
CURSOR = "crm_funnel.levels_cursor"
SWITCH = "crm_funnel.levels_by_purchases"
# system parameters of the thresholds: purchases, and days
THRESHOLDS = {"regular_purchases": 3, "frequent_purchases": 6, "purchase_days": 365, "lost_days": 180}
# how the nightly job calls what it sets; the names are those of the levels' XML ids
LEVELS = ("one_time", "regular", "frequent", "lost", "returned")


class ResPartner(models.Model):
    """Relationship levels by purchases: one-time, regular, frequent, lost, returned.

    What counts is the last run of purchases, without a gap of ``lost_days`` in it. Its level is the best it has reached:

    * frequent, regular: so many purchases within ``purchase_days``, since the purchase that made the number full;
    * one-time: the first run, returned: any later one, since its first purchase;
    * lost: nothing for ``lost_days``, since the day that number was reached.

    A level set by hand, or by a step of the process, stays until the next of these events. Levels that this job has set
    itself, or that came with the won deal which is the purchase, do not stand against it.
    """

    _inherit = "res.partner"

    # ------------------------------------------------------------
    # PURCHASES
    # ------------------------------------------------------------

    @api.model
    def _get_purchase_query(self):
        """Return which purchases there are, as a query with ``client_id``, ``date`` (a moment in UTC) and ``lead_id``.

        A purchase is a won deal. Addons that know orders return those instead; a filter on ``client_id`` around the
        query must stay cheap.
        """
        return SQL(
            """
            SELECT contact.client_id AS client_id, lead.date_closed AS date, lead.id AS lead_id
              FROM crm_lead lead
              JOIN res_partner contact ON contact.id = lead.partner_id
             WHERE lead.won_status = 'won' AND lead.date_closed IS NOT NULL
            """
        )

    @api.model
    def _get_level_thresholds(self):
        """Return the thresholds by name, see `THRESHOLDS`; one that is no sensible number counts as the default."""
        parameters = self.env["ir.config_parameter"].sudo()  # sudo: system parameters are read by administrators only
        values = {name: str(parameters.get_param(f"crm_funnel.{name}", "")) for name in THRESHOLDS}
        return {
            name: int(value) if value.isdigit() and int(value) else THRESHOLDS[name] for name, value in values.items()
        }

    @api.model
    def _get_purchase_levels(self):
        """Return id by name of `LEVELS`, without those that have been deleted or archived."""
        levels = {
            name: self.env.ref(f"crm_clients.crm_client_level_{name}", raise_if_not_found=False) for name in LEVELS
        }
        return {name: level.id for name, level in levels.items() if level and level.active}

    # ------------------------------------------------------------
    # NIGHTLY JOB
    # ------------------------------------------------------------

    @api.model
    def _cron_update_levels(self):
        """Set the levels that follow from results recorded in bulk, then those that follow from purchases.

        In committed steps: stopped at any moment it goes on where it was, and doing a step twice changes nothing.
        """
        while count := self.env["crm.process.result"]._apply_pending_levels():
            if not self.env["ir.cron"]._commit_progress(count, remaining=1):
                return
        parameters = self.env["ir.config_parameter"].sudo()  # sudo: the cron may run as any user
        if parameters.get_param(SWITCH) == "True":
            self._update_levels_by_purchases(parameters)
        self.env["ir.cron"]._commit_progress(remaining=0)

    @api.model
    def _update_levels_by_purchases(self, parameters):
        last_id = int(parameters.get_param(CURSOR, 0))
        while client_ids := self._get_next_client_ids(last_id):
            self._apply_due_levels(self._get_due_levels(client_ids))
            last_id = client_ids[-1]
            self.env.flush_all()
            self.env.invalidate_all()
            if not self.env["ir.cron"]._commit_progress(len(client_ids), remaining=1):
                # written only here: a parameter makes every server forget its caches
                parameters.set_param(CURSOR, last_id)
                self.env["ir.cron"]._commit_progress(remaining=1)
                return
        parameters.set_param(CURSOR, False)

    @api.model
    def _get_next_client_ids(self, last_id):
        rows = self.env.execute_query(
            SQL(
                """SELECT id FROM res_partner
                    WHERE id > %s AND client_type_id IS NOT NULL AND active IS TRUE
                    ORDER BY id LIMIT %s""",
                last_id,
                BATCH_CLIENTS,
            )
        )
        return [row[0] for row in rows]

    @api.model
    def _apply_due_levels(self, due):
        """Set levels: ``due`` is a list of (client id, level id, number of purchases, date of the event).

        Without the line in the chatter that tracking writes for a person: the relationship history keeps all of it.
        """
        # the superuser, whoever the job runs as: what he has set does not count as set by hand
        clients = self.with_user(SUPERUSER_ID).with_context(tracking_disable=True, lang=self._get_level_language())
        groups = {}
        for client_id, level_id, number, _date in due:
            groups.setdefault((level_id, number), []).append(client_id)
        for (level_id, number), client_ids in groups.items():
            level = self.env["crm.client.level"].browse(level_id)
            clients.browse(client_ids)._set_client_level(level, clients._get_level_reason(number))

    @api.model
    def _get_level_language(self):
        return self.env.company.partner_id.lang or self.env.lang

    @api.model
    def _get_level_reason(self, number):
        return self.env._("By purchases: %(number)s", number=number)

    # ------------------------------------------------------------
    # QUERY
    # ------------------------------------------------------------

    @api.model
    def _get_due_levels(self, client_ids):
        """Return which of the clients should have another level by their purchases.

        :param list client_ids: clients in the directory
        :return: list of (client id, level id, number of purchases in the run, date of the event that gave the level)
        """
        self.env.flush_all()
        levels = self._get_purchase_levels()
        if not levels or not client_ids:
            return []
        return self.env.execute_query(
            SQL(
                """
                WITH %(runs)s,
                due AS (
                    SELECT client_id, number, %(level)s AS level_id, %(event)s AS event
                      FROM last_run
                )
                SELECT due.client_id, due.level_id, due.number, due.event
                  FROM due
                  JOIN res_partner client ON client.id = due.client_id
                 WHERE due.level_id IS NOT NULL
                   AND client.client_level_id IS DISTINCT FROM due.level_id
                   AND NOT EXISTS (%(stands_against)s)
                 ORDER BY due.client_id
                """,
                runs=self._get_purchase_runs(client_ids),
                level=self._get_case({name: SQL("%s", level_id) for name, level_id in levels.items()}),
                event=self._get_case(
                    {
                        "lost": SQL("last_date + lost_after"),
                        "frequent": SQL("frequent_date"),
                        "regular": SQL("regular_date"),
                        "returned": SQL("first_date"),
                        "one_time": SQL("first_date"),
                    },
                    levels,
                ),
                stands_against=self._get_standing_change(),
            )
        )

    @api.model
    def _get_case(self, values, names=LEVELS):
        """Return the SQL that chooses one of ``values`` by the state of a run of purchases, the strongest first."""
        conditions = {
            "lost": SQL("last_date + lost_after <= now"),
            "frequent": SQL("frequent_date IS NOT NULL"),
            "regular": SQL("regular_date IS NOT NULL"),
            "returned": SQL("run_number > 0"),
            "one_time": SQL("run_number = 0"),
        }
        cases = [
            SQL("WHEN %s THEN %s", condition, values[name])
            for name, condition in conditions.items()
            if name in values and name in names
        ]
        return SQL("CASE %s END", SQL(" ").join(cases))

    @api.model
    def _get_purchase_runs(self, client_ids):
        """Return the CTEs that end in ``last_run``: the last run of purchases of each client, without a long gap."""
        thresholds = self._get_level_thresholds()
        return SQL(
            """
            threshold AS (
                SELECT %(now)s::timestamp AS now, make_interval(days => %(lost_days)s) AS lost_after
            ),
            purchase AS (
                SELECT bought.client_id, bought.date, lost_after, now,
                       COALESCE(bought.date - LAG(bought.date) OVER (
                           PARTITION BY bought.client_id ORDER BY bought.date
                       ) >= lost_after, FALSE) AS is_return
                  FROM (%(purchases)s) bought CROSS JOIN threshold
                 WHERE bought.client_id = ANY(%(client_ids)s) AND bought.date <= now
            ),
            numbered AS (
                SELECT *, COUNT(*) FILTER (WHERE is_return) OVER (
                       PARTITION BY client_id ORDER BY date ROWS UNBOUNDED PRECEDING) AS run_number
                  FROM purchase
            ),
            counted AS (
                SELECT *, COUNT(*) OVER (PARTITION BY client_id, run_number ORDER BY date
                       RANGE make_interval(days => %(purchase_days)s) PRECEDING) AS recent
                  FROM numbered
            ),
            last_run AS (
                SELECT DISTINCT ON (client_id)
                       client_id, run_number, lost_after, now, COUNT(*) AS number,
                       MIN(date) AS first_date, MAX(date) AS last_date,
                       MIN(date) FILTER (WHERE recent >= %(regular_purchases)s) AS regular_date,
                       MIN(date) FILTER (WHERE recent >= %(frequent_purchases)s) AS frequent_date
                  FROM counted
                 GROUP BY client_id, run_number, lost_after, now
                 ORDER BY client_id, run_number DESC
            )
            """,
            now=fields.Datetime.now(),
            purchases=self._get_purchase_query(),
            client_ids=client_ids,
            **thresholds,
        )

    @api.model
    def _get_standing_change(self):
        """Return the query of the changes of a level that came after the event, and so stand against it."""
        return SQL(
            """
            SELECT FROM crm_client_level_change change
             WHERE change.partner_id = due.client_id AND change.date >= due.event
               AND change.user_id IS DISTINCT FROM %s
               AND NOT EXISTS (
                   SELECT FROM crm_process_result result
                    WHERE result.client_id = change.partner_id AND result.kind = 'won'
                      AND result.level_id = change.new_level_id
                      AND change.date BETWEEN result.date - INTERVAL '1 minute' AND result.date + INTERVAL '1 minute'
               )
            """,
            SUPERUSER_ID,
        )


class CrmProcessResult(models.Model):
    _inherit = "crm.process.result"

    @api.model
    def _apply_pending_levels(self):
        """Set the relationship levels of a batch of results that were recorded in bulk.

        The last result of a client decides; a level that was set later stays.

        :return: number of results worked off
        """
        # sudo: the log is written by nobody's hand
        pending = self.sudo().search([("is_level_pending", "=", True)], order="id", limit=BATCH_RESULTS)
        last = {result.client_id: result.id for result in pending if result._is_level_due()}
        decisive = pending.browse(last.values())
        for (step, level_before), results in decisive.grouped(
            lambda row: (row.step_id, row.client_id.client_level_id)
        ).items():
            results.write({"level_before_id": level_before.id, "level_id": step.level_id.id})
            clients = results.client_id.with_user(SUPERUSER_ID)
            clients = clients.with_context(tracking_disable=True, lang=clients._get_level_language())
            clients._set_client_level(step.level_id, clients.env._("Result: %(result)s", result=step.name))
        pending.write({"is_level_pending": False})
        return len(pending)

    def _is_level_due(self):
        """Return whether the level of the result's step should still be set."""
        client = self.client_id
        if not client or not self.step_id.level_id or self.is_revoked:
            return False
        changes = client.client_level_change_ids.filtered(lambda change: change.date > self.date)
        return not changes.filtered(lambda change: change.user_id.id != SUPERUSER_ID)
