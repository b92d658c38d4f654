"""Fill a database with what plan against fact reads: 200,000 invoices and their payments, plan lines, results, deals.

    python bench/generate_plan.py -c odoo.conf -d bench_plan [--scale 0.1] [any option of Odoo]

Odoo makes one record of each kind and reconciles it; SQL copies them, as in `generate.py`.
"""

import time

from database import CHANNEL_PREFIX, MANAGER_LOGIN, SALESPERSON_LOGIN, configure, make_parser, open_environment
from generate import Generator, vacuum

from odoo import Command, fields

CLIENTS = 20_000
MANAGERS = 60
PAYMENTS = 200_000
LINES = 100_000
RESULTS = 20_000
DEALS = 50_000
TIED_SHARE = 0.3  # of the plan lines have an invoice
DAYS = 790  # 26 months
RATE = 2  # units of the foreign currency for one of the company's
TABLES = (
    *("res_partner", "account_move", "account_move_line", "account_payment", "account_partial_reconcile"),
    *("crm_plan_line", "crm_plan_fact", "crm_plan_line_move_rel", "crm_lead"),
)


class PlanGenerator(Generator):
    """Fills one database in one transaction."""

    def run(self):
        self.env.cr.execute(
            "CREATE FUNCTION pg_temp.rand(n bigint, seed int) RETURNS float8 LANGUAGE sql IMMUTABLE AS"
            " 'SELECT (hashint8extended(n, seed) & 1073741823) / 1073741824.0::float8'"
        )
        self.env["account.chart.template"].try_loading("generic_coa", self.company, install_demo=False)
        self.step("managers", self.make_managers)
        self.step("clients", self.make_clients)
        self.step("payments", self.make_payments)
        self.step("plan lines", self.make_lines)
        self.step("results by hand", self.make_results)
        self.step("deals", self.make_deals)

    def make_managers(self):
        group = self.env.ref("sales_team.group_sale_salesman")
        logins = [(SALESPERSON_LOGIN % number, f"Salesperson {number}", group) for number in range(MANAGERS)]
        logins.append((MANAGER_LOGIN, "Head", self.env.ref("sales_team.group_sale_manager")))
        users = self.env["res.users"].create([self.prepare_user(*login) for login in logins])
        self.user_ids = users[:-1].ids
        self.env["crm.team"].create({"name": f"{CHANNEL_PREFIX} plan", "member_ids": [Command.set(self.user_ids)]})
        return len(users)

    def manager(self, number):
        """SQL of the manager of a client."""
        ids = ", ".join(map(str, self.user_ids))
        return f"(ARRAY[{ids}])[1 + mod({number}, {MANAGERS})]"

    def make_clients(self):
        self.clients = self.scaled(CLIENTS)
        self.first_client = self.reserve("res_partner", self.clients)
        self.template = self.env["res.partner"].create(
            {
                "name": "Bench client",
                "is_company": True,
                "client_type_id": self.env.ref("crm_clients.crm_client_type_client").id,
            }
        )
        own = f"{self.first_client} + s.n"
        self.multiply(
            self.template,
            {
                "id": own,
                "commercial_partner_id": "NULL",
                "client_id": "NULL",
                "user_id": self.manager("s.n"),
                "client_access": self.manager("s.n"),
                **dict.fromkeys(("name", "complete_name", "commercial_company_name"), "'Client ' || s.n"),
            },
            f"SELECT n FROM generate_series(0, {self.clients} - 1) n",
        )
        self.env.cr.execute(
            f"UPDATE res_partner SET commercial_partner_id = id, client_id = id WHERE id >= {self.first_client}"
            f" AND id < {self.first_client + self.clients}"
        )
        return self.clients

    # ------------------------------------------------------------
    # MONEY
    # ------------------------------------------------------------

    def make_payments(self):
        """Invoices paid some weeks later, one of five in another currency, reconciled."""
        count = self.scaled(PAYMENTS)
        foreign = (
            self.env["res.currency"]
            .with_context(active_test=False)
            .search([("name", "in", ("EUR", "USD")), ("id", "!=", self.company.currency_id.id)], limit=1)
        )
        foreign.active = True
        self.env.cr.execute(
            f"""
            CREATE TEMP TABLE bench_payment ON COMMIT DROP AS
            SELECT n, day, day + floor(40 * pg_temp.rand(n, 4))::int AS paid, units, worth,
                   {self.first_client} + floor({self.clients} * pg_temp.rand(n, 2))::int AS client, currency_id
              FROM (SELECT n, current_date - floor({DAYS} * pg_temp.rand(n, 1))::int AS day,
                           round((100 * exp(4 * pg_temp.rand(n, 3)))::numeric, 2) AS worth,
                           round((100 * exp(4 * pg_temp.rand(n, 3)))::numeric, 2)
                               * CASE WHEN n % 5 = 0 THEN {RATE} ELSE 1 END AS units,
                           CASE WHEN n % 5 = 0 THEN {foreign.id} ELSE {self.company.currency_id.id} END AS currency_id
                      FROM generate_series(0, {count} - 1) n) i
            """
        )
        self.env.cr.execute("ANALYZE bench_payment")
        invoice, payment, partial = self.make_one_payment()
        self.first_move = self.reserve("account_move", count)
        paper = self.copy_entry(invoice, self.first_move, count, "s.day", "INV")
        first_payment = self.reserve("account_payment", count)
        money_move = self.reserve("account_move", count)
        self.multiply(
            payment,
            self.get_common("s.paid") | {"id": f"{first_payment} + s.n", "amount": "s.units", "move_id": "NULL"},
            "SELECT * FROM bench_payment",
        )
        money = self.copy_entry(payment.move_id, money_move, count, "s.paid", "PAY", f"{first_payment} + s.n")
        self.multiply(
            partial,
            {
                "id": f"{self.reserve('account_partial_reconcile', count)} + s.n",
                "debit_move_id": f"{paper} + s.n",
                "credit_move_id": f"{money} + s.n",
                "amount": "s.worth",
                "full_reconcile_id": "NULL",
                **{f"{side}_amount_currency": "s.units" for side in ("debit", "credit")},
                **{f"{side}_currency_id": "s.currency_id" for side in ("debit", "credit")},
            },
            "SELECT * FROM bench_payment",
        )
        return count

    def make_one_payment(self):
        """An invoice that Odoo has posted, its payment, and the reconciliation."""
        product = self.env["product.product"].create({"name": "Bench service", "type": "service", "taxes_id": False})
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.template.id,
                "invoice_date": fields.Date.today(),
                "invoice_line_ids": [Command.create({"product_id": product.id, "price_unit": 100})],
            }
        )
        invoice.action_post()
        wizard = self.env["account.payment.register"].with_context(active_model="account.move", active_ids=invoice.ids)
        payment = wizard.create({})._create_payments()
        self.env.flush_all()
        return invoice, payment, invoice.line_ids.matched_credit_ids

    def get_common(self, day):
        return {"date": day, "partner_id": "s.client", "currency_id": "s.currency_id"}

    def copy_entry(self, move, first, count, day, prefix, payment="NULL"):
        """Copy an entry and its items; returns the id of the first receivable item."""
        name = f"'{prefix}/' || lpad(s.n::text, 7, '0')"
        common = self.get_common(day)
        self.multiply(
            move,
            common
            | {
                **dict.fromkeys(("commercial_partner_id", "partner_shipping_id"), "s.client"),
                "id": f"{first} + s.n",
                "name": name,
                "payment_reference": name,
                "sequence_prefix": f"'{prefix}/'",
                "sequence_number": "s.n",
                "amount_total": "s.units",
                "origin_payment_id": payment,
                "access_token": "NULL",
            },
            "SELECT * FROM bench_payment",
        )
        receivable = None
        for line in move.line_ids:
            sign = "-" if line.balance < 0 else ""
            first_line = self.reserve("account_move_line", count)
            self.multiply(
                line,
                common
                | {
                    "id": f"{first_line} + s.n",
                    "move_id": f"{first} + s.n",
                    "move_name": name,
                    "balance": f"{sign} s.worth",
                    "debit": "0" if sign else "s.worth",
                    "credit": "s.worth" if sign else "0",
                    "amount_currency": f"{sign} s.units",
                    "price_subtotal": "s.units",
                    "payment_id": payment,
                    "full_reconcile_id": "NULL",
                },
                "SELECT * FROM bench_payment",
            )
            if line.account_type == "asset_receivable":
                receivable = first_line
        return receivable

    # ------------------------------------------------------------
    # PLAN AND FORECAST
    # ------------------------------------------------------------

    def make_lines(self):
        """Plan lines of two years, some of them tied to an invoice of any client: only the query reads them."""
        count = self.scaled(LINES)
        template = self.env["crm.plan.line"].create({"partner_id": self.template.id, "amount": 1, "date": "2020-01-01"})
        self.first_line, client = (
            self.reserve("crm_plan_line", count),
            f"floor({self.clients} * pg_temp.rand(s.n, 11))::int",
        )
        self.multiply(
            template,
            {
                "id": f"{self.first_line} + s.n",
                "partner_id": f"{self.first_client} + {client}",
                "user_id": self.manager(client),
                "client_access": self.manager(client),
                "date": f"current_date - {DAYS} + floor({DAYS + 365} * pg_temp.rand(s.n, 12))::int",
                "amount": "round((100 * exp(4 * pg_temp.rand(s.n, 13)))::numeric, 2)",
            },
            f"SELECT n FROM generate_series(0, {count} - 1) n",
        )
        self.env.cr.execute(
            f"INSERT INTO crm_plan_line_move_rel (line_id, move_id) SELECT {self.first_line} + n, {self.first_move} + n"
            f" FROM generate_series(0, {self.scaled(LINES * TIED_SHARE)} - 1) n"
        )
        template.unlink()
        return count

    def make_results(self):
        """Results by hand of lines without an invoice."""
        count = self.scaled(RESULTS)
        line = self.env["crm.plan.line"].browse(self.first_line + self.scaled(LINES) - 1)
        template = self.env["crm.plan.fact"].create({"line_id": line.id, "amount": 1, "date": "2020-01-01"})
        self.multiply(
            template,
            {
                "id": f"{self.reserve('crm_plan_fact', count)} + s.n",
                "line_id": f"{line.id} - s.n",
                "date": f"current_date - floor({DAYS} * pg_temp.rand(s.n, 21))::int",
                "amount": "round((100 * exp(3 * pg_temp.rand(s.n, 22)))::numeric, 2)",
            },
            f"SELECT n FROM generate_series(0, {count} - 1) n",
        )
        template.unlink()
        return count

    def make_deals(self):
        count = self.scaled(DEALS)
        template = self.env["crm.lead"].create(
            {
                "name": "Bench deal",
                "type": "opportunity",
                "partner_id": self.template.id,
                "expected_revenue": 100,
                "probability": 30,
                "date_deadline": fields.Date.today(),
            }
        )
        client = f"floor({self.clients} * pg_temp.rand(s.n, 31))::int"
        self.multiply(
            template,
            {
                "id": f"{self.reserve('crm_lead', count)} + s.n",
                "partner_id": f"{self.first_client} + {client}",
                "user_id": self.manager(client),
                "client_access": self.manager(client),
                "date_deadline": "current_date + floor(200 * pg_temp.rand(s.n, 32))::int",
                "prorated_revenue": "round((50 * exp(4 * pg_temp.rand(s.n, 33)))::numeric, 2)",
            },
            f"SELECT n FROM generate_series(0, {count} - 1) n",
        )
        template.unlink()
        return count


def main():
    parser = make_parser(__doc__.splitlines()[0])
    parser.add_argument("-d", "--database", required=True, help="database with crm_invoicing installed")
    parser.add_argument("--scale", type=float, default=1.0, help="share of the full volume, 0.01 for a try (default 1)")
    options, odoo_arguments = parser.parse_known_args()
    configure(options, odoo_arguments)
    start = time.monotonic()
    with open_environment(options.database, commit=True) as env:
        if env["crm.plan.line"].search_count([], limit=1):
            raise SystemExit(f"{options.database} is filled already: take a new database.")
        PlanGenerator(env, options.scale).run()
    vacuum(options.database, TABLES)
    print(f"{options.database} is ready after {time.monotonic() - start:.0f} s")


if __name__ == "__main__":
    main()
