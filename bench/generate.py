"""Fill a database with a large sales department: 50 channels, 1,000,000 deals, 200,000 orders, 200,000 invoices.

Odoo makes one record of each kind; SQL then copies it with the columns that differ, so every column that Odoo or
another addon fills by default is filled here as well. Everything that looks random is a hash of the record's number:
two runs on the same day make the same data.

    python bench/generate.py -c odoo.conf -d bench [--scale 0.1] [any option of Odoo]
"""

import contextlib
import time

from database import CHANNEL_PREFIX, MANAGER_LOGIN, SALESPERSON_LOGIN, configure, make_parser, open_environment

from odoo import Command, sql_db
from odoo.tools import SQL

CHANNELS = 50
SALESPEOPLE = 60
SEATS = 3  # members of each channel
PARTNERS = 20_000
DEALS = 1_000_000
ORDERS = 200_000
INVOICES = 200_000
LINES_PER_ORDER = 2
DAYS = 790  # 26 months

# units of a currency for one unit of the company's
CURRENCIES = {"EUR": 0.92, "PLN": 3.95, "UAH": 41.0, "KZT": 480.0}
MORE_STAGES = {"Offer sent": 10, "Negotiation": 20, "Contract": 30}
TIME_ZONE = "Europe/Kyiv"
TABLES = (
    *("res_partner", "crm_team", "crm_lead", "crm_lead_scoring_frequency", "res_currency_rate"),
    *("sale_order", "sale_order_line", "account_move", "account_move_line"),
)


class Generator:
    """Fills one database in one transaction."""

    def __init__(self, env, scale):
        self.env = env(context=dict(env.context, tracking_disable=True, no_reset_password=True))
        self.scale = scale
        self.company = env.company
        self.started = time.monotonic()

    def run(self):
        """Make everything, in the order in which records need each other."""
        self.env.cr.execute(
            "CREATE FUNCTION pg_temp.rand(n bigint, seed int) RETURNS float8 LANGUAGE sql IMMUTABLE AS"
            " 'SELECT (hashint8extended(n, seed) & 1073741823) / 1073741824.0::float8'"
        )
        self.step("people and channels", self.make_department)
        self.step("currencies and rates", self.make_currencies)
        self.step("customers", self.make_partners)
        self.step("deals", self.make_deals)
        self.step("win and loss frequencies", self.make_frequencies)
        self.step("orders", self.make_orders)
        self.step("invoices", self.make_invoices)

    def step(self, title, function):
        """Run one step and say what it made and how long it took."""
        print(f"{title:.<28}", end=" ", flush=True)
        start = time.monotonic()
        made = function()
        print(f"{made:>9,} in {time.monotonic() - start:5.1f} s", flush=True)

    # ------------------------------------------------------------
    # TOOLS
    # ------------------------------------------------------------

    def scaled(self, count):
        return max(1, round(count * self.scale))

    def reserve(self, table, count):
        """First of `count` consecutive ids that nobody else will get."""
        self.env.cr.execute("SELECT nextval(%s)", [f"{table}_id_seq"])
        (first,) = self.env.cr.fetchone()
        self.env.cr.execute("SELECT setval(%s, %s)", [f"{table}_id_seq", first + count])
        return first

    def multiply(self, template, expressions, source):
        """Copy a record for each row of `source`.

        :param template: record that Odoo made
        :param dict expressions: {column: SQL text over `s`, a row of the source, and `t`, the template}
        :param str source: query
        """
        self.env.flush_all()
        columns = self.env.execute_query(
            SQL(
                "SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema AND table_name = %s",
                template._table,
            )
        )
        columns = [column for (column,) in columns]
        # a column of an addon that is not installed has nothing to differ in
        values = [SQL(expressions[name]) if name in expressions else SQL.identifier("t", name) for name in columns]
        self.env.execute_query(
            SQL(
                "INSERT INTO %s (%s) SELECT %s FROM (%s) s, %s t WHERE t.id = %s RETURNING 1",
                SQL.identifier(template._table),
                SQL(", ").join(map(SQL.identifier, columns)),
                SQL(", ").join(values),
                SQL(source),
                SQL.identifier(template._table),
                template.id,
            )
        )
        # the checks of foreign keys to this table were planned while it was empty
        self.env.cr.execute(SQL("ANALYZE %s", SQL.identifier(template._table)))

    def make_table(self, name, columns, rows):
        """Temporary table of a few rows, for the queries to join."""
        self.env.cr.execute(SQL("CREATE TEMP TABLE %s (%s) ON COMMIT DROP", SQL.identifier(name), SQL(columns)))
        for row in rows:
            self.env.cr.execute(SQL("INSERT INTO %s VALUES %s", SQL.identifier(name), tuple(row)))
        self.env.cr.execute(SQL("ANALYZE %s", SQL.identifier(name)))

    # ------------------------------------------------------------
    # PEOPLE, CHANNELS, MONEY
    # ------------------------------------------------------------

    def make_department(self):
        """Salespeople, channels, memberships, and the stages of a longer pipeline."""
        self.env["ir.config_parameter"].set_param("sales_team.membership_multi", "True")
        group = self.env.ref("sales_team.group_sale_salesman")
        users = self.env["res.users"].create(
            [self.prepare_user(SALESPERSON_LOGIN % n, f"Salesperson {n:02}", group) for n in range(SALESPEOPLE)]
        )
        administrators = self.env.ref("sales_team.group_sale_manager")
        self.env["res.users"].create(self.prepare_user(MANAGER_LOGIN, "Head of Sales", administrators))
        seats = [
            [users[(channel * SEATS + seat * 7) % SALESPEOPLE].id for seat in range(SEATS)]
            for channel in range(CHANNELS)
        ]
        channels = self.env["crm.team"].create(
            [
                {
                    "name": f"{CHANNEL_PREFIX} {n:02}",
                    "use_leads": True,
                    "use_opportunities": True,
                    "user_id": members[0],
                    "member_ids": [Command.set(members)],
                    "company_id": self.company.id,
                    "invoiced_target": 50_000.0 * (n % 7),
                }
                for n, members in enumerate(seats)
            ]
        )
        self.make_table(
            "bench_seat",
            "channel int, seat int, team_id int, user_id int",
            [
                (n, seat, channel.id, user_id)
                for n, (channel, members) in enumerate(zip(channels, seats, strict=True))
                for seat, user_id in enumerate(members)
            ],
        )
        stages = self.env["crm.stage"]
        stages.create([{"name": name, "sequence": sequence} for name, sequence in MORE_STAGES.items()])
        stages = stages.search([("is_won", "=", False)])
        won = self.env["crm.stage"].search([("is_won", "=", True)], limit=1)
        self.make_table(
            "bench_stage",
            "step int, stage_id int, probability float8",
            [(n, stage.id, 10 + 80 * n / len(stages)) for n, stage in enumerate(stages)] + [(99, won.id, 100)],
        )
        return len(users) + len(channels)

    def prepare_user(self, login, name, group):
        return {
            "login": login,
            "name": name,
            "tz": TIME_ZONE,
            "group_ids": [Command.set((group | self.env.ref("base.group_user")).ids)],
        }

    def make_currencies(self):
        """A rate on the first day of each month, and a table of the rate of each day for the queries."""
        currencies = self.env["res.currency"].with_context(active_test=False).search([("name", "in", list(CURRENCIES))])
        currencies.active = True
        self.make_table(
            "bench_currency",
            "currency_id int, base float8",
            [(currency.id, CURRENCIES[currency.name]) for currency in currencies],
        )
        self.env.cr.execute(
            """
            INSERT INTO res_currency_rate (currency_id, company_id, name, rate, create_uid, create_date, write_uid, write_date)
                 SELECT currency_id, %s, day::date, round((base * (1 + 0.1 * pg_temp.rand(day::date - '2000-01-01', currency_id)))::numeric, 6),
                        1, now(), 1, now()
                   FROM bench_currency, generate_series(date_trunc('month', now()) - interval '27 months', now(), '1 month') AS day
            ON CONFLICT DO NOTHING
            """,
            [self.company.root_id.id],
        )
        made = self.env.cr.rowcount
        self.env.invalidate_all()
        self.make_table("bench_rate", "currency_id int, since date, until date, rate numeric", [])
        self.env.cr.execute(
            """
            INSERT INTO bench_rate
                 SELECT currency_id, name, lead(name, 1, '9999-12-31') OVER (PARTITION BY currency_id ORDER BY name), rate
                   FROM res_currency_rate
                  WHERE currency_id IN (SELECT currency_id FROM bench_currency)
              UNION ALL
                 SELECT %s, '1900-01-01', '9999-12-31', 1
            """,
            [self.company.currency_id.id],
        )
        return made

    def pick_currency(self, seed):
        """SQL text: the company's currency for seven records of ten, another one for the rest."""
        others = self.env["res.currency"].search([("name", "in", list(CURRENCIES))]).ids
        array = f"ARRAY[{', '.join(map(str, others))}]"
        return (
            f"CASE WHEN pg_temp.rand(n, {seed}) < 0.7 THEN {self.company.currency_id.id}"
            f" ELSE ({array})[1 + floor(pg_temp.rand(n, {seed + 1}) * {len(others)})::int] END"
        )

    def make_partners(self):
        count = self.scaled(PARTNERS)
        template = self.env["res.partner"].create(
            {"name": "Bench customer", "is_company": True, "email": "a@example.com"}
        )
        self.first_partner, self.partners = self.reserve("res_partner", count), count
        self.multiply(
            template,
            {
                "id": f"{self.first_partner} + s.n",
                "commercial_partner_id": "NULL",
                "name": "'Customer ' || s.n",
                "complete_name": "'Customer ' || s.n",
                "commercial_company_name": "'Customer ' || s.n",
                "email": "'office@customer' || s.n || '.example.com'",
                "email_normalized": "'office@customer' || s.n || '.example.com'",
            },
            f"SELECT n FROM generate_series(0, {count} - 1) n",
        )
        # a second step, because of the plan of its foreign key's check: see `multiply`
        self.env.cr.execute("UPDATE res_partner SET commercial_partner_id = id WHERE commercial_partner_id IS NULL")
        template.unlink()
        return count

    # ------------------------------------------------------------
    # DEALS
    # ------------------------------------------------------------

    def make_deals(self):
        """Deals created over 26 months: old ones won or lost, young ones on their way, one in twelve still a lead.

        Channels and customers are of unequal size, one deal of twenty has no salesperson, one of sixteen no date.
        """
        count = self.scaled(DEALS)
        lost_reason = self.env["crm.lost.reason"].search([], limit=1)
        template = self.env["crm.lead"].create(
            {"name": "Bench deal", "type": "opportunity", "company_id": self.company.id, "user_id": False}
        )
        won = "s.outcome = 'won'"
        self.multiply(
            template,
            {
                "id": f"{self.reserve('crm_lead', count)} + s.n",
                "name": "'Deal ' || s.n",
                "type": "s.type",
                "active": "s.outcome <> 'lost'",
                "team_id": "s.team_id",
                "user_id": "s.user_id",
                "partner_id": f"CASE WHEN s.type = 'opportunity' THEN {self.first_partner} + s.customer END",
                "partner_name": "'Customer ' || s.customer",
                "email_from": "'office@customer' || s.customer || '.example.com'",
                "email_normalized": "'office@customer' || s.customer || '.example.com'",
                "email_domain_criterion": "'@customer' || s.customer || '.example.com'",
                "email_state": "'correct'",
                "priority": "floor(3 * pg_temp.rand(s.n, 20))::int::text",
                "stage_id": "s.stage_id",
                "probability": "s.probability",
                "automated_probability": "s.probability",
                "won_status": "s.outcome",
                "lost_reason_id": f"CASE WHEN s.outcome = 'lost' THEN {lost_reason.id or 'NULL'} END",
                "expected_revenue": "s.revenue",
                "prorated_revenue": "round(s.revenue * s.probability::numeric / 100, 2)",
                "date_deadline": "s.deadline",
                "create_date": "s.created",
                "write_date": "coalesce(s.closed, s.created)",
                "date_open": "CASE WHEN s.user_id IS NOT NULL THEN s.created END",
                "day_open": "CASE WHEN s.user_id IS NOT NULL THEN 0 END",
                "date_conversion": "CASE WHEN s.type = 'opportunity' THEN s.created END",
                "date_closed": f"CASE WHEN {won} OR s.outcome = 'lost' THEN s.closed END",
                "day_close": "abs(s.closed::date - s.created::date)",
                "date_last_stage_update": "coalesce(s.closed, s.created)",
            },
            f"""
            SELECT o.*, seat.team_id, stage.stage_id,
                   CASE WHEN pg_temp.rand(n, 9) > 0.05 THEN seat.user_id END AS user_id,
                   CASE outcome WHEN 'lost' THEN 0 WHEN 'won' THEN 100
                        ELSE round((stage.probability + 9 * pg_temp.rand(n, 10))::numeric, 2) END::float8 AS probability,
                   CASE WHEN outcome <> 'pending' THEN created + cycle * interval '1 day' END AS closed,
                   CASE WHEN type = 'opportunity' AND pg_temp.rand(n, 11) > 0.06
                        THEN (created + cycle * (0.8 + 0.4 * pg_temp.rand(n, 12)) * interval '1 day')::date END AS deadline
              FROM (SELECT d.*,
                           CASE WHEN age < cycle OR pg_temp.rand(n, 5) < 0.03 THEN 'pending'
                                WHEN type = 'opportunity' AND pg_temp.rand(n, 6) < 0.3 THEN 'won' ELSE 'lost' END AS outcome
                      FROM (SELECT n,
                                   {DAYS} * pg_temp.rand(n, 1) AS age,
                                   now() AT TIME ZONE 'UTC' - {DAYS} * pg_temp.rand(n, 1) * interval '1 day' AS created,
                                   10 + 290 * power(pg_temp.rand(n, 2), 2) AS cycle,
                                   CASE WHEN pg_temp.rand(n, 3) < 0.08 THEN 'lead' ELSE 'opportunity' END AS type,
                                   round((200 * exp(5 * pg_temp.rand(n, 4)))::numeric, 2) AS revenue,
                                   floor({self.partners} * power(pg_temp.rand(n, 13), 1.5))::int AS customer
                              FROM generate_series(0, {count} - 1) n) d) o
              JOIN bench_seat seat ON seat.channel = floor({CHANNELS} * power(pg_temp.rand(n, 7), 1.7))::int
                                  AND seat.seat = floor({SEATS} * pg_temp.rand(n, 8))::int
              JOIN bench_stage stage ON stage.step = CASE WHEN outcome = 'won' THEN 99 WHEN type = 'lead' THEN 0
                    ELSE floor((SELECT count(*) - 1 FROM bench_stage) * least(0.99, CASE outcome
                                WHEN 'lost' THEN pg_temp.rand(n, 14) ELSE age / cycle END))::int END
            """,
        )
        template.unlink()
        return count

    def make_frequencies(self):
        """What Odoo's prediction knows: stages that won and lost deals have been in, per channel."""
        self.env.cr.execute(
            """
            INSERT INTO crm_lead_scoring_frequency (team_id, variable, value, won_count, lost_count)
                 SELECT d.team_id, 'stage_id', stage.id,
                        0.1 + sum(d.count) FILTER (WHERE d.won_status = 'won'),
                        0.1 + coalesce(sum(d.count) FILTER (WHERE d.won_status = 'lost' AND NOT stage.is_won), 0)
                   FROM (SELECT team_id, stage_id, won_status, count(*) FROM crm_lead
                          WHERE won_status IN ('won', 'lost') GROUP BY 1, 2, 3) d
                   JOIN crm_stage reached ON reached.id = d.stage_id
                   JOIN (SELECT id, sequence, coalesce(is_won, false) AS is_won FROM crm_stage) stage
                        ON stage.sequence <= reached.sequence
               GROUP BY d.team_id, stage.id
            """
        )
        return self.env.cr.rowcount

    # ------------------------------------------------------------
    # ORDERS
    # ------------------------------------------------------------

    def make_orders(self):
        """Orders of 26 months with their lines: most confirmed and invoiced, the young ones partly still quotations."""
        count = self.scaled(ORDERS)
        product = self.env["product.product"].create(
            {
                "name": "Bench service",
                "type": "service",
                "invoice_policy": "order",
                "taxes_id": False,
                "list_price": 100,
            }
        )
        template = self.env["sale.order"].create(
            {"partner_id": self.first_partner, "order_line": [Command.create({"product_id": product.id})]}
        )
        first = self.reserve("sale_order", count)
        self.make_table(
            "bench_order",
            "n int, ordered timestamp, age float8, team_id int, user_id int, customer int, currency_id int, rate numeric,"
            " state varchar, invoice_status varchar, untaxed numeric",
            [],
        )
        self.env.cr.execute(
            f"""
            INSERT INTO bench_order
            SELECT n, ordered, age, team_id, CASE WHEN pg_temp.rand(n, 109) > 0.05 THEN user_id END, customer, currency_id, rate,
                   state, CASE WHEN state <> 'sale' THEN 'no' WHEN pg_temp.rand(n, 110) < 0.85 AND age > 10 THEN 'invoiced'
                               ELSE 'to invoice' END
              FROM (SELECT o.*,
                           CASE WHEN pg_temp.rand(n, 105) < 0.07 THEN 'cancel'
                                WHEN pg_temp.rand(n, 106) < 0.05 + 0.6 * exp(-age / 20)
                                THEN (ARRAY['draft', 'sent'])[1 + floor(2 * pg_temp.rand(n, 107))::int]
                                ELSE 'sale' END AS state
                      FROM (SELECT n, {DAYS} * pg_temp.rand(n, 101) AS age,
                                   now() AT TIME ZONE 'UTC' - {DAYS} * pg_temp.rand(n, 101) * interval '1 day' AS ordered,
                                   floor({self.partners} * power(pg_temp.rand(n, 102), 1.5))::int AS customer,
                                   {self.pick_currency(103)} AS currency_id
                              FROM generate_series(0, {count} - 1) n) o) p
              JOIN bench_seat seat ON seat.channel = floor({CHANNELS} * power(pg_temp.rand(n, 108), 1.7))::int
                                  AND seat.seat = floor({SEATS} * pg_temp.rand(n, 111))::int
              JOIN bench_rate USING (currency_id)
             WHERE ordered >= since AND ordered < until
            """
        )
        self.env.cr.execute(
            f"""
            CREATE TEMP TABLE bench_line ON COMMIT DROP AS
                SELECT n AS order_n, line, qty, price, qty * price AS subtotal
                  FROM (SELECT n, line, 1 + floor(9 * pg_temp.rand(n * {LINES_PER_ORDER} + line, 120))::int AS qty,
                               round((20 * exp(4 * pg_temp.rand(n * {LINES_PER_ORDER} + line, 121)))::numeric * rate, 2) AS price
                          FROM bench_order, generate_series(0, {LINES_PER_ORDER} - 1) line) l
            """
        )
        self.env.cr.execute(
            "UPDATE bench_order SET untaxed = l.untaxed"
            " FROM (SELECT order_n, sum(subtotal) AS untaxed FROM bench_line GROUP BY 1) l WHERE order_n = n"
        )
        self.env.cr.execute("ANALYZE bench_order; ANALYZE bench_line")
        self.multiply(
            template,
            {
                "id": f"{first} + s.n",
                "name": "'B' || lpad(s.n::text, 7, '0')",
                "partner_id": f"{self.first_partner} + s.customer",
                "partner_invoice_id": f"{self.first_partner} + s.customer",
                "partner_shipping_id": f"{self.first_partner} + s.customer",
                "team_id": "s.team_id",
                "user_id": "s.user_id",
                "currency_id": "s.currency_id",
                "currency_rate": "s.rate",
                "pricelist_id": "NULL",
                "state": "s.state",
                "invoice_status": "s.invoice_status",
                "amount_untaxed": "s.untaxed",
                "amount_tax": "0",
                "amount_total": "s.untaxed",
                "date_order": "s.ordered",
                "create_date": "s.ordered",
                "write_date": "s.ordered",
                "access_token": "NULL",
            },
            "SELECT * FROM bench_order",
        )
        invoiced, due = "s.invoice_status = 'invoiced'", "s.invoice_status = 'to invoice'"
        self.multiply(
            template.order_line,
            {
                "id": f"{self.reserve('sale_order_line', count * LINES_PER_ORDER)} + s.n * {LINES_PER_ORDER} + s.line",
                "order_id": f"{first} + s.n",
                "order_partner_id": f"{self.first_partner} + s.customer",
                "salesman_id": "s.user_id",
                "currency_id": "s.currency_id",
                "state": "s.state",
                "invoice_status": "s.invoice_status",
                "product_uom_qty": "s.qty",
                "price_unit": "s.price",
                "technical_price_unit": "s.price",
                "price_subtotal": "s.subtotal",
                "price_total": "s.subtotal",
                "price_tax": "0",
                "price_reduce_taxexcl": "s.price",
                "price_reduce_taxinc": "s.price",
                "qty_invoiced": f"CASE WHEN {invoiced} THEN s.qty ELSE 0 END",
                "qty_to_invoice": f"CASE WHEN {due} THEN s.qty ELSE 0 END",
                "untaxed_amount_invoiced": f"CASE WHEN {invoiced} THEN s.subtotal ELSE 0 END",
                "untaxed_amount_to_invoice": f"CASE WHEN {due} THEN s.subtotal ELSE 0 END",
            },
            "SELECT * FROM bench_order JOIN bench_line ON order_n = n",
        )
        template.unlink()
        return count

    # ------------------------------------------------------------
    # INVOICES
    # ------------------------------------------------------------

    def make_invoices(self):
        """Posted invoices of 26 months with their journal items, one of twenty a credit note, most of them paid."""
        count = self.scaled(INVOICES)
        template = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.first_partner,
                "invoice_line_ids": [Command.create({"name": "Service", "price_unit": 100, "tax_ids": False})],
            }
        )
        first = self.reserve("account_move", count)
        self.env.cr.execute(
            f"""
            CREATE TEMP TABLE bench_invoice ON COMMIT DROP AS
            SELECT i.*, team_id, CASE WHEN pg_temp.rand(n, 209) > 0.05 THEN user_id END AS user_id, rate,
                   round(usd * rate, 2) AS untaxed, round(usd * rate, 2) / rate AS unrounded,
                   CASE WHEN move_type = 'out_refund' THEN -1 ELSE 1 END AS sign,
                   CASE WHEN pg_temp.rand(n, 205) < 0.95 - exp(-age / 30) THEN 'paid'
                        WHEN pg_temp.rand(n, 206) < 0.1 THEN 'partial' ELSE 'not_paid' END AS payment_state
              FROM (SELECT n, {DAYS} * pg_temp.rand(n, 201) AS age, current_date - floor({DAYS} * pg_temp.rand(n, 201))::int AS day,
                           floor({self.partners} * power(pg_temp.rand(n, 202), 1.5))::int AS customer,
                           {self.pick_currency(203)} AS currency_id,
                           CASE WHEN pg_temp.rand(n, 207) < 0.05 THEN 'out_refund' ELSE 'out_invoice' END AS move_type,
                           (100 * exp(4 * pg_temp.rand(n, 208)))::numeric AS usd
                      FROM generate_series(0, {count} - 1) n) i
              JOIN bench_seat seat ON seat.channel = floor({CHANNELS} * power(pg_temp.rand(n, 210), 1.7))::int
                                  AND seat.seat = floor({SEATS} * pg_temp.rand(n, 211))::int
              JOIN bench_rate USING (currency_id)
             WHERE day >= since AND day < until
            """
        )
        self.env.cr.execute("ANALYZE bench_invoice")
        residual = "CASE s.payment_state WHEN 'paid' THEN 0 WHEN 'partial' THEN 0.5 ELSE 1 END"
        name = "'BENCH/' || to_char(s.day, 'YYYY/') || lpad(s.n::text, 7, '0')"
        common = {
            "date": "s.day",
            "invoice_date": "s.day",
            "partner_id": f"{self.first_partner} + s.customer",
            "currency_id": "s.currency_id",
            "create_date": "s.day",
            "write_date": "s.day",
        }
        self.multiply(
            template,
            common
            | {
                "id": f"{first} + s.n",
                "name": name,
                "payment_reference": name,
                "sequence_prefix": "'BENCH/' || to_char(s.day, 'YYYY/')",
                "sequence_number": "s.n",
                "state": "'posted'",
                "posted_before": "true",
                "made_sequence_gap": "false",
                "move_type": "s.move_type",
                "payment_state": "s.payment_state",
                "commercial_partner_id": f"{self.first_partner} + s.customer",
                "partner_shipping_id": f"{self.first_partner} + s.customer",
                "invoice_partner_display_name": "'Customer ' || s.customer",
                "invoice_user_id": "s.user_id",
                "team_id": "s.team_id",
                "invoice_date_due": "s.day + 30",
                "invoice_currency_rate": "s.rate",
                "amount_untaxed": "s.untaxed",
                "amount_tax": "0",
                "amount_total": "s.untaxed",
                "amount_residual": f"s.untaxed * {residual}",
                "amount_untaxed_signed": "s.sign * round(s.unrounded, 2)",
                "amount_untaxed_in_currency_signed": "s.sign * s.untaxed",
                "amount_tax_signed": "0",
                "amount_total_signed": "s.sign * round(s.unrounded, 2)",
                "amount_total_in_currency_signed": "s.sign * s.untaxed",
                "amount_residual_signed": f"s.sign * round(s.unrounded * {residual}, 2)",
                "access_token": "NULL",
            },
            "SELECT * FROM bench_invoice",
        )
        for line in template.line_ids:
            # receivable: what the customer owes; product: what was earned
            receivable = line.display_type == "payment_term"
            sign = "s.sign" if receivable else "- s.sign"
            open_part = residual if receivable else "0"
            balance = f"({sign} * round(s.unrounded, 2))"
            self.multiply(
                line,
                common
                | {
                    "id": f"{self.reserve('account_move_line', count)} + s.n",
                    "move_id": f"{first} + s.n",
                    "move_name": name,
                    "parent_state": "'posted'",
                    "date_maturity": "s.day + 30" if receivable else "NULL",
                    "balance": balance,
                    "debit": f"greatest({balance}, 0)",
                    "credit": f"greatest(-{balance}, 0)",
                    "amount_currency": f"{sign} * s.untaxed",
                    "amount_residual": f"round({balance} * {open_part}, 2)",
                    "amount_residual_currency": f"round({sign} * s.untaxed * {open_part}, 2)",
                    "reconciled": "s.payment_state = 'paid'" if receivable else "false",
                    "price_unit": f"{'-' if receivable else ''} s.untaxed",
                    "price_subtotal": f"{'-' if receivable else ''} s.untaxed",
                    "price_total": f"{'-' if receivable else ''} s.untaxed",
                },
                "SELECT * FROM bench_invoice",
            )
        template.unlink()
        return count


def vacuum(database, tables=TABLES, *, full=False):
    """Statistics for the planner, and the visibility map that a database in service has.

    :param bool full: whether to write the tables anew, without the gaps that mass updates have left
    """
    with contextlib.closing(sql_db.db_connect(database).cursor()) as cr:
        cr.commit()
        cr._cnx.autocommit = True
        if full:
            cr.execute(f"VACUUM (FULL) {', '.join(tables)}")
        cr.execute(f"VACUUM (ANALYZE) {', '.join(tables)}")


def main():
    parser = make_parser(__doc__.splitlines()[0])
    parser.add_argument("-d", "--database", required=True, help="database with crm, sale_crm and account installed")
    parser.add_argument("--scale", type=float, default=1.0, help="share of the full volume, 0.01 for a try (default 1)")
    options, odoo_arguments = parser.parse_known_args()
    configure(options, odoo_arguments)
    start = time.monotonic()
    with open_environment(options.database, commit=True) as env:
        if env["crm.team"].search_count([("name", "=like", f"{CHANNEL_PREFIX}%")]):
            raise SystemExit(f"{options.database} is filled already: take a new database.")
        Generator(env, options.scale).run()
    print("vacuum and analyze ...", flush=True)
    vacuum(options.database)
    print(f"{options.database} is ready after {time.monotonic() - start:.0f} s")


if __name__ == "__main__":
    main()
