"""Fill a database with what the search of free time reads: 200 managers, 50,000 meetings, 20,000 planned calls.

    python bench/generate_call_slots.py -c odoo.conf -d bench_slots [--scale 0.1] [any option of Odoo]

Odoo makes one record of each kind; SQL copies them, as in `generate.py`. Meetings lie in the 60 days around today, calls in
the 30 days ahead, all of them between 8 and 18 o'clock; a tenth of the meetings is declined.
"""

from database import SALESPERSON_LOGIN, configure, make_parser, open_environment
from generate import TIME_ZONE, Generator, vacuum

from odoo import fields

MANAGERS = 200
CLIENTS = 2_000
EVENTS = 50_000
CALLS = 20_000
TABLES = (
    *("res_partner", "res_users", "calendar_event", "calendar_attendee", "calendar_event_res_partner_rel"),
    *("mail_activity", "crm_call_hours"),
)


class SlotGenerator(Generator):
    """Fills one database in one transaction."""

    def run(self):
        self.env.cr.execute(
            "CREATE FUNCTION pg_temp.rand(n bigint, seed int) RETURNS float8 LANGUAGE sql IMMUTABLE AS"
            " 'SELECT (hashint8extended(n, seed) & 1073741823) / 1073741824.0::float8'"
        )
        self.step("managers", self.make_managers)
        self.step("clients", self.make_clients)
        self.step("meetings", self.make_events)
        self.step("planned calls", self.make_calls)

    def make_managers(self):
        self.company.resource_calendar_id.tz = TIME_ZONE
        group = self.env.ref("sales_team.group_sale_salesman")
        users = self.env["res.users"].create(
            [self.prepare_user(SALESPERSON_LOGIN % n, f"Salesperson {n}", group) for n in range(MANAGERS)]
        )
        users.tz = TIME_ZONE
        self.make_table("bench_manager", "n int, user_id int, partner_id int", self.number(users))
        return len(users)

    def number(self, users):
        return [(n, user.id, user.partner_id.id) for n, user in enumerate(users)]

    def make_clients(self):
        """Companies with hours from nine to five."""
        count = self.scaled(CLIENTS)
        self.first_client = self.reserve("res_partner", count)
        self.clients = count
        client_type = self.env.ref("crm_clients.crm_client_type_client")
        template = self.env["res.partner"].create(
            {"name": "Bench client", "is_company": True, "client_type_id": client_type.id, "tz": TIME_ZONE}
        )
        own = f"{self.first_client} + s.n"
        self.multiply(
            template,
            {"id": own, "commercial_partner_id": own, "client_id": own, "name": "'Client ' || s.n"},
            f"SELECT n FROM generate_series(0, {count} - 1) n",
        )
        self.env.cr.execute(
            f"INSERT INTO crm_call_hours (partner_id, weekday, hour_from, hour_to)"
            f" SELECT {self.first_client} + n, day::text, 9, 17"
            f"   FROM generate_series(0, {count} - 1) n, generate_series(0, 4) day"
        )
        return count

    def sql_moment(self, first_day, days):
        """SQL of a moment in UTC: at a quarter of an hour of a day that is drawn."""
        return (
            f"(current_date + {first_day} + floor({days} * pg_temp.rand(s.n, 1))::int"
            f" + interval '15 minutes' * (24 + floor(40 * pg_temp.rand(s.n, 2))::int))::timestamp"
        )

    def make_events(self):
        count = self.scaled(EVENTS)
        first = self.reserve("calendar_event", count)
        template = self.env["calendar.event"].create(
            {"name": "Bench meeting", "start": fields.Datetime.now(), "stop": fields.Datetime.now(), "partner_ids": []}
        )
        start = self.sql_moment(-60, 120)
        self.multiply(
            template,
            {
                "id": f"{first} + s.n",
                "start": start,
                "stop": f"{start} + interval '15 minutes' * (2 + floor(4 * pg_temp.rand(s.n, 3))::int)",
                "user_id": f"(SELECT user_id FROM bench_manager m WHERE m.n = mod(s.n, {MANAGERS}))",
                "access_token": "NULL",
            },
            f"SELECT n FROM generate_series(0, {count} - 1) n",
        )
        template.unlink()
        guests = (
            f"SELECT {first} + s.n AS event_id, m.partner_id,"
            f"       CASE WHEN pg_temp.rand(s.n, 5) < 0.1 THEN 'declined' ELSE 'accepted' END AS state"
            f"  FROM generate_series(0, {count} - 1) s(n) JOIN bench_manager m ON m.n = mod(s.n, {MANAGERS})"
            f" UNION ALL SELECT {first} + s.n, {self.first_client} + mod(s.n, {self.clients}), 'needsAction'"
            f"  FROM generate_series(0, {count} - 1) s(n)"
        )
        self.env.cr.execute(
            f"INSERT INTO calendar_event_res_partner_rel (calendar_event_id, res_partner_id)"
            f" SELECT event_id, partner_id FROM ({guests}) g"
        )
        self.env.cr.execute(
            f"INSERT INTO calendar_attendee (event_id, partner_id, state) SELECT event_id, partner_id, state FROM ({guests}) g"
        )
        return count

    def make_calls(self):
        count = self.scaled(CALLS)
        first = self.reserve("mail_activity", count)
        template = self.env["mail.activity"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id("res.partner"),
                "res_id": self.first_client,
                "activity_type_id": self.env.ref("mail.mail_activity_data_call").id,
                "call_start": fields.Datetime.now(),
            }
        )
        client = f"{self.first_client} + floor({self.clients} * pg_temp.rand(s.n, 7))::int"
        self.multiply(
            template,
            {
                "id": f"{first} + s.n",
                "call_start": self.sql_moment(0, 30),
                "date_deadline": f"{self.sql_moment(0, 30)}::date",
                "user_id": f"(SELECT user_id FROM bench_manager m WHERE m.n = mod(s.n, {MANAGERS}))",
                **dict.fromkeys(("res_id", "contact_id", "client_id"), client),
            },
            f"SELECT n FROM generate_series(0, {count} - 1) n",
        )
        template.unlink()
        return count


def main():
    parser = make_parser(__doc__.splitlines()[0])
    parser.add_argument("-d", "--database", required=True, help="database with crm_call_scripts, without other data")
    parser.add_argument("--scale", type=float, default=1, help="share of the full volume (default 1)")
    options, odoo_arguments = parser.parse_known_args()
    configure(options, odoo_arguments)
    with open_environment(options.database, commit=True) as env:
        SlotGenerator(env, options.scale).run()
    vacuum(options.database, TABLES)


if __name__ == "__main__":
    main()
