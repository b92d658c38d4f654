"""Measure the search for duplicate clients over 500,000 partners, and show the plan of one card's check.

    python bench/client_duplicates.py -c odoo.conf -d bench_clients [--scale 0.1] [any option of Odoo]

The database has `crm_clients` installed. It is filled with clients the first time, and vacuumed, as autovacuum does in
a running one; the measurement writes nothing.
"""

import json
import sys

from database import configure, describe_machine, interleave, make_parser, open_environment, print_table
from generate import Generator, vacuum

from odoo.tools import SQL

CLIENTS = 500_000
PREFIX = "Bench client"
BATCH = 1000
REPETITIONS = 20

# the values of the client with number n, as SQL over `s`, a row of the generated series
COLUMNS = {
    "commercial_partner_id": "{first} + s.n",
    "client_id": "{first} + s.n",
    "name": f"'{PREFIX} ' || s.n",
    "complete_name": f"'{PREFIX} ' || s.n",
    "vat": "CASE WHEN mod(s.n, 3) = 0 THEN 'UA ' ELSE '' END || (300000000000 + s.n)",
    "company_registry": "(30000000 + s.n)::text",
    "email": "'office@client' || s.n || '.example.com'",
    "email_normalized": "'office@client' || s.n || '.example.com'",
    "phone": "'+380 ' || (440000000 + s.n)",
    "phone_sanitized": "'+380' || (440000000 + s.n)",
}


def fill(env, count):
    """Make the clients, unless the database has them."""
    if env["res.partner"].search_count([("name", "=like", f"{PREFIX} %")], limit=1):
        return
    generator = Generator(env, 1)
    generator.step("clients", lambda: make_clients(generator, count))


def make_clients(generator, count):
    env = generator.env
    client = env["res.partner"].create(
        {
            "name": PREFIX,
            "is_company": True,
            "client_type_id": env["crm.client.type"].search([], limit=1).id,
            "country_id": env.ref("base.ua").id,
        }
    )
    first = generator.reserve("res_partner", count)
    expressions = {name: sql.format(first=first) for name, sql in COLUMNS.items()}
    generator.multiply(
        client, {"id": f"{first} + s.n", **expressions}, f"SELECT n FROM generate_series(0, {count} - 1) n"
    )
    return count


def make_keys(number):
    """What the form of a card knows: here the numbers of a client that is there already."""
    return {
        "vat": f"{300000000000 + number}",
        "company_registry": f"{30000000 + number}",
        "email": f"Office@client{number}.example.com",
        "phone": f"0{440000000 + number}",
        "country_code": "UA",
    }


def walk(plan):
    yield plan
    for child in plan.get("Plans", ()):
        yield from walk(child)


def explain(env, number):
    """Print the plan of one card's check.

    :return: the nodes that read partners in another way than by index alone
    """
    query = env["res.partner"]._get_client_duplicates_query([make_keys(number)])
    for (line,) in env.execute_query(SQL("EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, TIMING OFF) %s", query)):
        print(line)
    ((plans,),) = env.execute_query(SQL("EXPLAIN (ANALYZE, FORMAT JSON) %s", query))
    (plan,) = json.loads(plans) if isinstance(plans, str) else plans
    reads = [node for node in walk(plan["Plan"]) if node.get("Relation Name") == "res_partner"]
    return [node for node in reads if node["Node Type"] != "Index Only Scan" or node["Heap Fetches"]]


def measure(env, count):
    """Time the check of one card and of a batch, each with all four keys."""
    partner_model = env["res.partner"]
    numbers = iter(range(count // 7, count))

    def check(size):
        batch = [make_keys(next(numbers)) for _place in range(size)]
        found = partner_model._find_client_duplicates(batch)
        if not all(found):
            raise SystemExit("A client that is there was not found.")

    one, many = interleave(REPETITIONS, lambda: check(1), lambda: check(BATCH))
    print_table(
        ("check", "median ms", "min ms", "cards per second"),
        [
            ("one card", f"{one.median * 1000:.2f}", f"{one.best * 1000:.2f}", f"{1 / one.median:,.0f}"),
            (
                f"batch of {BATCH:,}",
                f"{many.median * 1000:.1f}",
                f"{many.best * 1000:.1f}",
                f"{BATCH / many.median:,.0f}",
            ),
        ],
    )


def main():
    parser = make_parser(__doc__.splitlines()[0])
    parser.add_argument("-d", "--database", required=True, help="database with crm_clients; it is filled if need be")
    parser.add_argument("--scale", type=float, default=1, help=f"part of {CLIENTS:,} clients to make (default 1)")
    options, odoo_arguments = parser.parse_known_args()
    configure(options, odoo_arguments)
    with open_environment(options.database, commit=True) as env:
        fill(env, round(CLIENTS * options.scale))
    vacuum(options.database)
    with open_environment(options.database) as env:
        count = env["res.partner"].search_count([("name", "=like", f"{PREFIX} %")])
        print(describe_machine(env), f"{count:,} clients", "\n", flush=True)
        wrong = explain(env, count // 2)
        print()
        measure(env, count - 1)
    if wrong:
        for node in wrong:
            print(
                "Not index-only:", node["Node Type"], node.get("Index Name"), node.get("Heap Fetches"), file=sys.stderr
            )
        raise SystemExit(1)


if __name__ == "__main__":
    main()
