"""Add a register of 500,000 documents to a database with crm_documents that generate_clients.py has filled.

Everything that looks random is a hash of the document's number.

    python bench/generate_documents.py -c odoo.conf -d bench_documents [--scale 0.1] [any option of Odoo]
"""

import time

from database import configure, make_parser, open_environment
from generate import Generator, vacuum
from generate_clients import IS_BENCH_CLIENT, SAMPLE

DOCUMENTS = 500_000
DEALS = 100_000
DAYS = 790  # 26 months
OPEN_DAYS = 120  # documents still to do are not older
# of one hundred documents of a type
CATEGORIES = {"planned": 8, "to_sign": 12, "signed": 12, "completed": 60, "rejected": 8}
TYPES = {"proposal": 30, "contract": 15, "addendum": 5, "invoice": 25, "act": 20, "waybill": 5}
DEAL_SHARE = 0.6
TASK_SHARE = 0.7  # of the documents still to do
NUMBER_PREFIX = "BENCH/"
TABLES = ("crm_lead", "crm_document", "crm_document_log", "mail_activity")


class DocumentGenerator(Generator):
    """Fills one database in one transaction."""

    def run(self):
        self.env.cr.execute(
            "CREATE FUNCTION pg_temp.rand(n bigint, seed int) RETURNS float8 LANGUAGE sql IMMUTABLE AS"
            " 'SELECT (hashint8extended(n, seed) & 1073741823) / 1073741824.0::float8'"
        )
        self.env.cr.execute(
            f"""CREATE TEMP TABLE bench_client ON COMMIT DROP AS
                SELECT row_number() OVER (ORDER BY id) - 1 AS client_no, id, user_id, client_access
                  FROM res_partner WHERE {IS_BENCH_CLIENT}"""
        )
        self.clients = self.env.cr.rowcount
        if not self.clients:
            raise SystemExit("No clients here: run generate_clients.py with crm_clients first.")
        self.env.cr.execute("CREATE UNIQUE INDEX ON bench_client (client_no); ANALYZE bench_client")
        self.make_slots()
        self.step("deals", self.make_deals)
        self.step("documents", self.make_documents)
        self.step("history", self.make_history)
        self.step("tasks", self.make_tasks)
        self.step("checked with Odoo", self.check_sample)

    def make_slots(self):
        """One hundred types to draw from, and one hundred states for each type."""
        types = {kind: self.env["crm.document.type"]._get_by_kind(kind) for kind in TYPES}
        drawn = [types[kind].id for kind, share in TYPES.items() for _slot in range(share)]
        self.make_table("bench_type", "slot int, type_id int", list(enumerate(drawn)))
        rows = []
        for document_type in types.values():
            states = {state.category: state for state in document_type.state_ids}
            last = list(states.values())[-1]
            drawn = [states.get(category, last) for category, share in CATEGORIES.items() for _slot in range(share)]
            rows += [(document_type.id, slot, state.id, state.category) for slot, state in enumerate(drawn)]
        self.make_table("bench_state", "type_id int, slot int, state_id int, category varchar", rows)

    def make_deals(self):
        """Deals of the clients, with their salespeople."""
        count = self.scaled(DEALS)
        self.first_deal = self.reserve("crm_lead", count)
        template = self.env["crm.lead"].create({"name": "Bench deal", "type": "opportunity", "user_id": False})
        self.multiply(
            template,
            {
                "id": f"{self.first_deal} + s.n",
                "name": "'Bench deal ' || s.n",
                "partner_id": "s.id",
                "user_id": "s.user_id",
                "client_access": "s.client_access",
                "expected_revenue": "round((1000 + 99000 * pg_temp.rand(s.n, 50))::numeric, 2)",
            },
            f"""SELECT n, client.* FROM generate_series(0, {count} - 1) n
                  JOIN bench_client client ON client_no = floor({self.clients} * pg_temp.rand(n, 51))::int""",
        )
        template.unlink()
        self.deals = count
        return count

    def make_documents(self):
        """Documents of 26 months, those still to do of the last months, half of which are late."""
        count = self.scaled(DOCUMENTS)
        self.first = self.reserve("crm_document", count)
        document_type = self.env["crm.document.type"]._get_by_kind("contract")
        self.env.cr.execute("SELECT id FROM bench_client LIMIT 1")
        (client_id,) = self.env.cr.fetchone()
        template = self.env["crm.document"].create({"type_id": document_type.id, "partner_id": client_id})
        columns = ("type_id", "state_id", "partner_id", "client_access", "user_id", "lead_id", "date", "date_deadline")
        self.multiply(
            template,
            {
                **{column: f"s.{column}" for column in columns},
                "id": f"{self.first} + s.n",
                "state_category": "s.category",
                "name": f"'{NUMBER_PREFIX}' || lpad(s.n::text, 7, '0')",
                "amount": "round((100 + 99900 * pg_temp.rand(s.n, 60))::numeric, 2)",
                "is_original_received": "s.category IN ('signed', 'completed') AND pg_temp.rand(s.n, 61) < 0.8",
                "state_date": "s.date + interval '9 hours'",
            },
            f"""
            SELECT document.*,
                   CASE WHEN category IN ('planned', 'to_sign') OR pg_temp.rand(n, 62) < 0.7
                        THEN date + 5 + floor(115 * pg_temp.rand(n, 63))::int END AS date_deadline
              FROM (SELECT n, bench_type.type_id, bench_state.state_id, category, deal.id AS lead_id, client.id AS partner_id,
                           client.client_access, client.user_id,
                           current_date - floor(pg_temp.rand(n, 64)
                               * CASE WHEN category IN ('planned', 'to_sign') THEN {OPEN_DAYS} ELSE {DAYS} END)::int AS date
                      FROM generate_series(0, {count} - 1) n
                      JOIN bench_type ON bench_type.slot = floor(100 * pg_temp.rand(n, 65))::int
                      JOIN bench_state ON bench_state.type_id = bench_type.type_id
                 LEFT JOIN crm_lead deal ON pg_temp.rand(n, 67) < {DEAL_SHARE}
                           AND deal.id = {self.first_deal} + floor({self.deals} * pg_temp.rand(n, 68))::int
                      JOIN bench_client drawn ON drawn.client_no = floor({self.clients} * pg_temp.rand(n, 69))::int
                      JOIN bench_client client ON client.id = coalesce(deal.partner_id, drawn.id)
                     WHERE bench_state.slot = floor(100 * pg_temp.rand(n, 66))::int) document
            """,
        )
        template.unlink()
        self.count = count
        return count

    def make_history(self):
        """Each document was created, and has moved unless it still stands where it began."""
        self.env.cr.execute(
            """
            INSERT INTO crm_document_log (document_id, date, user_id, event, new_state_id, create_uid, create_date)
                 SELECT document.id, document.state_date - step * interval '1 day', coalesce(document.user_id, 1),
                        CASE step WHEN 1 THEN 'created' ELSE 'state' END, document.state_id, 1, document.state_date
                   FROM crm_document document, generate_series(0, 1) step
                  WHERE document.id >= %s AND (step = 1 OR document.state_category <> 'planned')
            """,
            [self.first],
        )
        return self.env.cr.rowcount

    def make_tasks(self):
        """A task on most documents still to do, for the responsible, a few days around today."""
        document = self.env["crm.document"].browse(self.first)
        template = document.activity_schedule("mail.mail_activity_data_todo", summary="Bench task")
        self.env.cr.execute(
            "SELECT count(*) FROM crm_document WHERE state_category IN ('planned', 'to_sign') AND user_id IS NOT NULL"
        )
        first = self.reserve("mail_activity", self.env.cr.fetchone()[0])
        self.multiply(
            template,
            {
                "id": f"{first} + s.n",
                "res_id": "s.id",
                "document_id": "s.id",
                "lead_id": "s.lead_id",
                "contact_id": "s.partner_id",
                "client_id": "s.partner_id",
                "user_id": "s.user_id",
                "document_task": "'state'",
                "document_state_id": "s.state_id",
                "date_deadline": "current_date - 10 + floor(20 * pg_temp.rand(s.id, 70))::int",
            },
            f"""SELECT row_number() OVER (ORDER BY id) - 1 AS n, id, lead_id, partner_id, user_id, state_id FROM crm_document
                 WHERE id >= {self.first} AND state_category IN ('planned', 'to_sign') AND user_id IS NOT NULL
                   AND pg_temp.rand(id, 71) < {TASK_SHARE}""",
        )
        template.unlink()
        self.env.cr.execute("SELECT count(*) FROM mail_activity WHERE id >= %s", [first])
        return self.env.cr.fetchone()[0]

    def check_sample(self):
        """Let Odoo compute what SQL wrote.

        :return: how many documents were compared
        :raise SystemExit: if a value differs
        """
        self.env.invalidate_all()
        step = max(1, self.count // SAMPLE)
        documents = self.env["crm.document"].browse(range(self.first, self.first + self.count, step))
        written = [(document.client_access, document.state_category) for document in documents]
        for name in ("client_access", "state_category"):
            self.env.add_to_compute(documents._fields[name], documents)
        if written != [(document.client_access, document.state_category) for document in documents]:
            raise SystemExit("The generator wrote other values than Odoo computes: mend make_documents.")
        return len(documents)


def main():
    parser = make_parser(__doc__.splitlines()[0])
    parser.add_argument("-d", "--database", required=True, help="database filled by generate_clients.py")
    parser.add_argument("--scale", type=float, default=1.0, help="share of the full volume, 0.01 for a try (default 1)")
    options, odoo_arguments = parser.parse_known_args()
    configure(options, odoo_arguments)
    start = time.monotonic()
    with open_environment(options.database, commit=True) as env:
        DocumentGenerator(env, options.scale).run()
    print("vacuum and analyze ...", flush=True)
    vacuum(options.database, TABLES)
    print(f"{options.database} is ready after {time.monotonic() - start:.0f} s")


if __name__ == "__main__":
    main()
