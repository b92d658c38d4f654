"""Fill a database with 500,000 companies and contact persons of 60 salespeople, most of them in the client directory.

Run it on a database without crm_clients, copy that, install crm_clients in the copy, and run it on the copy as well:
then the same partners are taken into the directory. Everything that looks random is a hash of the partner's number.

    python bench/generate_clients.py -c odoo.conf -d bench_clients [--scale 0.1] [any option of Odoo]
"""

import time

from database import MANAGER_LOGIN, SALESPERSON_LOGIN, configure, make_parser, open_environment
from generate import SALESPEOPLE, Generator, vacuum

PARTNERS = 500_000
COMPANY_SHARE = 0.8  # the others are contact persons of these
DIRECTORY_SHARE = 0.9  # of the companies are clients
UNASSIGNED_SHARE = 0.04
OPEN_SHARE = 0.05  # of the clients are partners, whom everybody sees
SERVICES = ("Delivery", "Installation", "Integration", "Rental", "Support", "Training")
SAMPLE = 500  # partners whose stored values are computed again by Odoo, to see that SQL wrote the same

MAIL_DOMAIN = "client.example.com"
# a name is a word of each and a number
ROOTS = "Amber Beacon Cedar Delta Ember Falcon Granite Harbor Indigo Juniper Kestrel Lantern Meridian Nimbus Orchard"
TRADES = "Agro Build Cargo Design Energy Foods Glass Home Logistics Market Optics Print Service Textile Trade"
FIRST_NAMES = "Anna Boris Clara Denys Elena Fedir Galyna Ihor Julia Karol Larysa Marko Nadia Oleh Petra Roman Sofia"

IS_BENCH_CLIENT = f"client_type_id IS NOT NULL AND email_normalized LIKE 'office@%.{MAIL_DOMAIN}'"


class ClientGenerator(Generator):
    """Fills one database in one transaction."""

    def run(self):
        """Make what is not there yet: people, partners and, with crm_clients, the directory."""
        self.env.cr.execute(
            "CREATE FUNCTION pg_temp.rand(n bigint, seed int) RETURNS float8 LANGUAGE sql IMMUTABLE AS"
            " 'SELECT (hashint8extended(n, seed) & 1073741823) / 1073741824.0::float8'"
        )
        if not self.env["res.users"].search_count([("login", "=", MANAGER_LOGIN)]):
            self.step("salespeople", self.make_people)
            self.step("companies", self.make_companies)
            self.step("contact persons", self.make_contacts)
        if "client_type_id" in self.env["res.partner"]._fields:
            self.step("clients", self.make_clients)
            self.step("their contact persons", self.make_client_contacts)
            self.step("services of clients", self.make_services)
            self.step("checked with Odoo", self.check_sample)

    # ------------------------------------------------------------
    # PARTNERS
    # ------------------------------------------------------------

    def make_people(self):
        group = self.env.ref("sales_team.group_sale_salesman")
        users = self.env["res.users"].create(
            [self.prepare_user(SALESPERSON_LOGIN % n, f"Salesperson {n:02}", group) for n in range(SALESPEOPLE)]
        )
        administrators = self.env.ref("sales_team.group_sale_manager")
        self.env["res.users"].create(self.prepare_user(MANAGER_LOGIN, "Head of Sales", administrators))
        self.make_table("bench_seller", "seller int, user_id int", list(enumerate(users.ids)))
        return len(users)

    def make_companies(self):
        """Companies of salespeople who have unequally many, the first one three times the average; some of nobody."""
        self.companies = self.scaled(PARTNERS * COMPANY_SHARE)
        self.first_company = self.reserve("res_partner", self.companies)
        template = self.env["res.partner"].create(
            {"name": "Bench company", "is_company": True, "city": "Kyiv", **self.prepare_address()}
        )
        self.copy_partners(
            template,
            {"id": f"{self.first_company} + s.n", "user_id": "s.user_id", "commercial_company_name": "s.name"},
            f"""
            SELECT n, name, name AS complete_name, 'office@c' || n || '.{MAIL_DOMAIN}' AS email,
                   '+38044' || 2000000 + n AS phone,
                   CASE WHEN pg_temp.rand(n, 1) > {UNASSIGNED_SHARE} THEN user_id END AS user_id
              FROM (SELECT n, {pick_word(ROOTS, 2)} || ' ' || {pick_word(TRADES, 3)} || ' ' || n AS name,
                           floor({SALESPEOPLE} * power(pg_temp.rand(n, 4), 1.3))::int AS seller
                      FROM generate_series(0, {self.companies} - 1) n) company
              JOIN bench_seller USING (seller)
            """,
        )
        # a second step, because of the plan of its foreign key's check: see `multiply`
        self.env.cr.execute("UPDATE res_partner SET commercial_partner_id = id WHERE commercial_partner_id IS NULL")
        template.unlink()
        return self.companies

    def make_contacts(self):
        """Contact persons, of some companies several, each with the salesperson of the company."""
        count = self.scaled(PARTNERS * (1 - COMPANY_SHARE))
        first = self.reserve("res_partner", count)
        template = self.env["res.partner"].create(
            {"name": "Bench person", "parent_id": self.first_company, "type": "contact", **self.prepare_address()}
        )
        self.copy_partners(
            template,
            {
                "id": f"{first} + s.n",
                "parent_id": "s.parent_id",
                "commercial_partner_id": "s.parent_id",
                "commercial_company_name": "s.company_name",
                "user_id": "s.user_id",
            },
            f"""
            SELECT n, person AS name, company.name || ', ' || person AS complete_name, company.id AS parent_id,
                   company.name AS company_name, company.user_id, 'person' || n || '@{MAIL_DOMAIN}' AS email,
                   '+38067' || 2000000 + n AS phone
              FROM (SELECT n, {pick_word(FIRST_NAMES, 11)} || ' ' || n AS person,
                           {self.first_company} + floor({self.companies} * pg_temp.rand(n, 12))::int AS employer_id
                      FROM generate_series(0, {count} - 1) n) person
              JOIN res_partner company ON company.id = employer_id
            """,
        )
        template.unlink()
        return count

    def prepare_address(self):
        return {"email": f"bench@{MAIL_DOMAIN}", "phone": "+380442000000", "country_id": self.env.ref("base.ua").id}

    def copy_partners(self, template, expressions, source):
        """Copy a partner for each row of the source, which has name, complete_name, email and phone."""
        columns = ("name", "complete_name", "email", "phone")
        common = {column: f"s.{column}" for column in columns}
        common |= {"email_normalized": "s.email", "phone_sanitized": "s.phone", "commercial_partner_id": "NULL"}
        self.multiply(template, common | expressions, source)

    # ------------------------------------------------------------
    # DIRECTORY
    # ------------------------------------------------------------

    def make_clients(self):
        """Take nine companies of ten into the directory; one client of twenty is open to everybody."""
        clients = self.env.ref("crm_clients.crm_client_type_client")
        partners = self.env.ref("crm_clients.crm_client_type_partner")
        levels = self.env["crm.client.level"].search([]).ids
        self.env.cr.execute(
            f"""
            UPDATE res_partner
               SET client_id = id,
                   client_type_id = CASE WHEN pg_temp.rand(id, 21) < {OPEN_SHARE} THEN {partners.id} ELSE {clients.id} END,
                   client_access = CASE WHEN pg_temp.rand(id, 21) < {OPEN_SHARE} THEN 0 ELSE coalesce(user_id, -1) END,
                   client_level_id = (ARRAY{levels})[1 + floor({len(levels)} * pg_temp.rand(id, 22))::int],
                   client_last_contact = now() AT TIME ZONE 'UTC' - 400 * pg_temp.rand(id, 23) * interval '1 day'
             WHERE email_normalized LIKE 'office@%.{MAIL_DOMAIN}' AND pg_temp.rand(id, 24) < {DIRECTORY_SHARE}
            """
        )
        return self.env.cr.rowcount

    def make_client_contacts(self):
        self.env.cr.execute(
            f"""
            UPDATE res_partner person
               SET client_id = client.id, client_access = client.client_access
              FROM res_partner client
             WHERE client.id = person.parent_id
               AND client.client_type_id IS NOT NULL
               AND person.email_normalized LIKE 'person%@{MAIL_DOMAIN}'
            """
        )
        return self.env.cr.rowcount

    def make_services(self):
        """None to three services on each client."""
        services = self.env["product.template"].create(
            [{"name": name, "type": "service", "is_client_service": True} for name in SERVICES]
        )
        self.env.cr.execute(
            f"""
            INSERT INTO res_partner_client_service_rel (partner_id, product_tmpl_id)
                 SELECT id, (ARRAY{services.ids})[1 + floor({len(services)} * pg_temp.rand(id, 30 + serial))::int]
                   FROM res_partner, generate_series(1, 3) serial
                  WHERE {IS_BENCH_CLIENT} AND pg_temp.rand(id, 40) * 4 >= serial
            ON CONFLICT DO NOTHING
            """
        )
        return self.env.cr.rowcount

    def check_sample(self):
        """Let Odoo compute what SQL wrote.

        :return: how many partners were compared
        :raise SystemExit: if a value differs
        """
        self.env.invalidate_all()
        domain = [("email_normalized", "like", MAIL_DOMAIN)]
        partners = self.env["res.partner"].search(domain, order="phone_sanitized DESC", limit=SAMPLE)
        partners |= partners.search(domain, order="id", limit=SAMPLE)
        written = [(partner.client_id, partner.client_access) for partner in partners]
        for name in ("client_id", "client_access"):
            self.env.add_to_compute(partners._fields[name], partners)
        computed = [(partner.client_id, partner.client_access) for partner in partners]
        if written != computed:
            raise SystemExit("The generator wrote other values than Odoo computes: mend make_clients.")
        return len(partners)


def pick_word(words, seed):
    """SQL text: one of the words, by the hash of `n`."""
    words = words.split()
    return f"(ARRAY{words})[1 + floor({len(words)} * pg_temp.rand(n, {seed}))::int]"


def main():
    parser = make_parser(__doc__.splitlines()[0])
    parser.add_argument("-d", "--database", required=True, help="database with crm, and crm_clients for the directory")
    parser.add_argument("--scale", type=float, default=1.0, help="share of the full volume, 0.01 for a try (default 1)")
    options, odoo_arguments = parser.parse_known_args()
    configure(options, odoo_arguments)
    start = time.monotonic()
    with open_environment(options.database, commit=True) as env:
        ClientGenerator(env, options.scale).run()
        tables = [name for name in ("res_partner", "res_partner_client_service_rel") if has_table(env, name)]
    print("vacuum and analyze ...", flush=True)
    vacuum(options.database, tables)
    print(f"{options.database} is ready after {time.monotonic() - start:.0f} s")


def has_table(env, name):
    env.cr.execute("SELECT to_regclass(%s) IS NOT NULL", [name])
    return env.cr.fetchone()[0]


if __name__ == "__main__":
    main()
