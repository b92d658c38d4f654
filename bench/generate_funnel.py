"""Give the deals of `generate.py` what a year of work leaves: tasks, messages, and with crm_funnel a process with results.

Run it on a filled database without crm_funnel, copy that, install crm_funnel in the copy, and run it on the copy as
well: then the same deals follow the default process. Everything that looks random is a hash of the record's number.

    python bench/generate_funnel.py -c odoo.conf -d bench_funnel [--scale 0.1] [any option of Odoo]
"""

import time

from database import CHANNEL_PREFIX, configure, make_parser, open_environment
from generate import DAYS, vacuum
from generate_results import STEP_STAGES, ResultGenerator

REOPENED = 200_000  # more open deals in the first stage, so that a stage has that many
CUSTOMERS = 180_000  # more customers, who have bought once or twice
MOVED_SHARE = 0.7  # of the won deals are theirs
OPEN_TASKS = 200_000
DONE_TASKS = 300_000
NOTES = 600_000
STAGE_CHANGES = 400_000
SOURCES = 12
TAGS = 20
TAG_PREFIX = "Bench tag"
TAGGED_SHARE = 0.3
TOP_PROBABILITY = 80  # of the last open stage

PROCESS = "crm_funnel.crm_process_sale"
TABLES = ("res_partner", "crm_lead", "mail_activity", "mail_message", "mail_tracking_value")
FUNNEL_TABLES = ("res_partner", "crm_lead", "mail_activity", "crm_process_result", "crm_tag_rel")


class FunnelGenerator(ResultGenerator):
    """Fills one database."""

    def run(self):
        """Make what is not there yet: the work on the deals and, with crm_funnel, their way through the process."""
        self.env.cr.execute(
            "CREATE FUNCTION pg_temp.rand(n bigint, seed int) RETURNS float8 LANGUAGE sql IMMUTABLE AS"
            " 'SELECT (hashint8extended(n, seed) & 1073741823) / 1073741824.0::float8'"
        )
        if not self.env["mail.activity"].search_count([("summary", "=like", "Bench task%")], limit=1):
            self.step("open deals in one stage", self.reopen_deals)
            self.step("customers", self.make_customers)
            self.step("tasks to do", self.make_open_tasks)
            self.step("tasks done", self.make_done_tasks)
            self.step("notes and mails", self.make_notes)
            self.step("changes of stage", self.make_stage_changes)
        if "crm.process" in self.env and self.env.ref(PROCESS).state == "draft":
            self.step("clients", self.make_clients)
            self.step("stages with probability", self.set_up_stages)
            self.step("deals in the process", self.start_process)
            self.env.cr.commit()
        if "crm.process" in self.env and not self.env["crm.process.result"].search_count([], limit=1):
            self.step("results", self.make_results)
            self.step("deals: last result, source", self.set_last_results)
            self.step("deals: tags", self.make_tags)

    # ------------------------------------------------------------
    # DEALS AND CUSTOMERS
    # ------------------------------------------------------------

    def reopen_deals(self):
        """Let lost deals be open ones that nobody has touched since the first stage."""
        first = self.env["crm.stage"].search([("is_won", "=", False)], limit=1)
        self.env.cr.execute(
            f"""
            UPDATE crm_lead
               SET active = true, won_status = 'pending', stage_id = {first.id}, lost_reason_id = NULL, date_closed = NULL,
                   probability = 10, automated_probability = 10, prorated_revenue = round(expected_revenue / 10, 2)
             WHERE id IN (SELECT id FROM crm_lead WHERE won_status = 'lost' AND type = 'opportunity'
                           ORDER BY pg_temp.rand(id, 50), id LIMIT {self.scaled(REOPENED)})
            """
        )
        return self.env.cr.rowcount

    def make_customers(self):
        """More customers, and most of the won deals among them."""
        count = self.scaled(CUSTOMERS)
        first = self.reserve("res_partner", count)
        template = self.env["res.partner"].create({"name": "Bench buyer", "is_company": True})
        name, email = "'Buyer ' || s.n", "'office@buyer' || s.n || '.example.com'"
        self.multiply(
            template,
            {
                "id": f"{first} + s.n",
                "commercial_partner_id": "NULL",
                **dict.fromkeys(("name", "complete_name", "commercial_company_name"), name),
                **dict.fromkeys(("email", "email_normalized"), email),
            },
            f"SELECT n FROM generate_series(0, {count} - 1) n",
        )
        # a second step, because of the plan of its foreign key's check: see `multiply`
        self.env.cr.execute("UPDATE res_partner SET commercial_partner_id = id WHERE commercial_partner_id IS NULL")
        template.unlink()
        self.env.cr.execute(
            f"""
            UPDATE crm_lead SET partner_id = {first} + floor({count} * pg_temp.rand(id, 52))::int
             WHERE won_status = 'won' AND pg_temp.rand(id, 51) < {MOVED_SHARE}
            """
        )
        return count

    # ------------------------------------------------------------
    # TASKS AND MESSAGES
    # ------------------------------------------------------------

    def make_open_tasks(self):
        """One task on each of so many open deals, due between two months ago and in a month."""
        return self.make_tasks(
            OPEN_TASKS,
            60,
            "lead.won_status = 'pending' AND lead.type = 'opportunity'",
            {"active": "true", "date_deadline": "current_date - 60 + floor(90 * pg_temp.rand(s.n, 61))::int"},
        )

    def make_done_tasks(self):
        """Tasks done in the past 26 months on deals of any kind."""
        day = f"current_date - floor({DAYS} * pg_temp.rand(s.n, 62))::int"
        return self.make_tasks(
            DONE_TASKS,
            65,
            "lead.type = 'opportunity'",
            {"active": "false", "date_deadline": day, "date_done": day, "feedback": "'Done and noted'"},
        )

    def make_tasks(self, number, seed, condition, expressions):
        types = [
            self.env.ref(f"mail.mail_activity_data_{name}").id for name in ("call", "call", "call", "email", "todo")
        ]
        lead = self.env["crm.lead"].search([("team_id.name", "=like", f"{CHANNEL_PREFIX}%")], limit=1)
        template = lead.activity_schedule("mail.mail_activity_data_call", summary="Bench task")
        count = self.scaled(number)
        first = self.reserve("mail_activity", count)
        self.multiply(
            template,
            {
                "id": f"{first} + s.n",
                "res_id": "s.lead_id",
                "res_name": "s.name",
                "user_id": "s.user_id",
                "summary": "'Bench task ' || s.n",
                "activity_type_id": f"(ARRAY{types})[1 + floor({len(types)} * pg_temp.rand(s.n, 63))::int]",
                **expressions,
            },
            f"""
            SELECT row_number() OVER (ORDER BY pg_temp.rand(lead.id, {seed}), lead.id) - 1 AS n,
                   lead.id AS lead_id, lead.name, lead.user_id
              FROM crm_lead lead WHERE {condition} AND lead.user_id IS NOT NULL
             LIMIT {count}
            """,
        )
        template.unlink()
        return count

    def make_notes(self):
        """Notes and mails of salespeople, two of three internal ones."""
        template = self.post("Bench note", message_type="comment", subtype_xmlid="mail.mt_note")
        comment = self.env.ref("mail.mt_comment").id
        count = self.make_messages(
            template,
            NOTES,
            70,
            {"subtype_id": f"CASE WHEN pg_temp.rand(s.n, 73) < 0.34 THEN {comment} ELSE t.subtype_id END"},
        )
        template.unlink()
        return count

    def make_stage_changes(self):
        """What Odoo notes when a deal changes its stage: from the first one to that where it is now."""
        template = self.post("", message_type="notification", subtype_xmlid="crm.mt_lead_stage")
        before = self.env["crm.stage"].search([], limit=1)
        tracking = self.env["mail.tracking.value"].create(
            {
                "field_id": self.env["ir.model.fields"]._get("crm.lead", "stage_id").id,
                "mail_message_id": template.id,
                "old_value_integer": before.id,
                "old_value_char": before.name,
                "new_value_integer": before.id,
                "new_value_char": before.name,
            }
        )
        count = self.make_messages(template, STAGE_CHANGES, 80, {})
        first = self.reserve("mail_tracking_value", count)
        self.multiply(
            tracking,
            {
                "id": f"{first} + s.n",
                "mail_message_id": "s.message_id",
                "new_value_integer": "s.stage_id",
                "new_value_char": "s.stage",
            },
            f"""
            SELECT row_number() OVER (ORDER BY message.id) - 1 AS n, message.id AS message_id, lead.stage_id,
                   stage.name->>'en_US' AS stage
              FROM mail_message message JOIN crm_lead lead ON lead.id = message.res_id
              JOIN crm_stage stage ON stage.id = lead.stage_id
             WHERE message.id BETWEEN {self.first_message} AND {self.first_message + count - 1}
            """,
        )
        template.unlink()
        return count

    def post(self, body, **options):
        lead = self.env["crm.lead"].search([("team_id.name", "=like", f"{CHANNEL_PREFIX}%")], limit=1)
        return lead.message_post(body=body, **options)

    def make_messages(self, template, number, seed, expressions):
        """Copy a message to so many deals that have a salesperson, between the deal's creation and its end."""
        count = self.scaled(number)
        self.first_message = self.reserve("mail_message", count)
        date = f"s.create_date + (coalesce(s.date_closed, now() AT TIME ZONE 'UTC') - s.create_date) * pg_temp.rand(s.n, {seed})"
        self.multiply(
            template,
            {
                "id": f"{self.first_message} + s.n",
                "res_id": "s.lead_id",
                "author_id": "s.author_id",
                "message_id": f"'<bench-{seed}-' || s.n || '@example.com>'",
                **dict.fromkeys(("date", "create_date", "write_date"), date),
                **expressions,
            },
            f"""
            SELECT row_number() OVER (ORDER BY pg_temp.rand(lead.id, {seed + 1}), lead.id) - 1 AS n, lead.id AS lead_id,
                   lead.create_date, lead.date_closed, author.partner_id AS author_id
              FROM crm_lead lead JOIN res_users author ON author.id = lead.user_id
             WHERE lead.type = 'opportunity' LIMIT {count}
            """,
        )
        return count

    # ------------------------------------------------------------
    # WITH CRM_FUNNEL
    # ------------------------------------------------------------

    def make_clients(self):
        """Take the customers into the directory, as clients that everybody sees: both databases show the same deals."""
        open_type = self.env.ref("crm_clients.crm_client_type_partner")
        self.env.cr.execute(
            f"""
            UPDATE res_partner SET client_id = id, client_access = 0, client_type_id = {open_type.id},
                   client_last_contact = now() AT TIME ZONE 'UTC' - 400 * pg_temp.rand(id, 90) * interval '1 day'
             WHERE name ~ '^(Customer|Buyer) [0-9]+$'
            """
        )
        made = self.env.cr.rowcount
        self.env.cr.execute("UPDATE mail_activity SET client_id = contact_id WHERE contact_id IS NOT NULL")
        return made

    def set_up_stages(self):
        """Let every stage decide the probability of its deals, as in a fresh database; the open deals follow."""
        stages = self.env["crm.stage"].search([("is_won", "=", False)])
        for number, stage in enumerate(stages):
            stage.write({"probability": 10 + round((TOP_PROBABILITY - 10) * number / len(stages)), "on_change": True})
        return len(stages)

    def start_process(self):
        """Put the default process in use."""
        for name, stage_name in STEP_STAGES.items():
            stage = self.env["crm.stage"].search([("name", "=", stage_name)], limit=1)
            self.env.ref(f"crm_funnel.{name}").stage_id = stage
        self.env.ref(PROCESS).action_start_using()
        return self.env["crm.lead"].with_context(active_test=False).search_count([("process_id", "!=", False)])

    def set_last_results(self):
        """Tell each deal its last result; the open task of the deal is the one that this result has planned."""
        self.env.cr.execute(
            f"""
            UPDATE crm_lead lead
               SET last_result_id = last.id, last_result_date = last.date, silent_since = last.date,
                   process_step_id = last.step_after_id,
                   source_id = (ARRAY{self.make_sources()})[1 + floor({SOURCES} * power(pg_temp.rand(lead.id, 150), 2))::int]
              FROM (SELECT DISTINCT ON (lead_id) lead_id, id, date, step_after_id
                      FROM crm_process_result ORDER BY lead_id, id DESC) last
             WHERE last.lead_id = lead.id
            """
        )
        made = self.env.cr.rowcount
        self.env.cr.execute(
            """
            UPDATE crm_process_result result SET next_activity_id = task.id
              FROM mail_activity task JOIN crm_lead lead ON lead.id = task.lead_id
             WHERE result.id = lead.last_result_id AND task.active
            """
        )
        return made

    def make_sources(self):
        """Ids of the sources of the deals, the most frequent first."""
        return self.env["utm.source"].create([{"name": f"Bench source {n:02}"} for n in range(SOURCES)]).ids

    def make_tags(self):
        """One tag on three deals of ten, of unequally frequent ones."""
        tags = self.env["crm.tag"].create([{"name": f"{TAG_PREFIX} {n:02}"} for n in range(TAGS)])
        self.env.cr.execute(
            f"""
            INSERT INTO crm_tag_rel (lead_id, tag_id)
                 SELECT id, (ARRAY{tags.ids})[1 + floor({TAGS} * power(pg_temp.rand(id, 161), 2))::int]
                   FROM crm_lead WHERE type = 'opportunity' AND pg_temp.rand(id, 160) < {TAGGED_SHARE}
            """
        )
        return self.env.cr.rowcount


def main():
    parser = make_parser(__doc__.splitlines()[0])
    parser.add_argument("-d", "--database", required=True, help="database that generate.py has filled")
    parser.add_argument("--scale", type=float, default=1.0, help="share of the full volume, 0.01 for a try (default 1)")
    options, odoo_arguments = parser.parse_known_args()
    configure(options, odoo_arguments)
    start = time.monotonic()
    with open_environment(options.database, commit=True) as env:
        FunnelGenerator(env, options.scale).run()
        tables = FUNNEL_TABLES if "crm.process" in env else TABLES
    print("vacuum and analyze ...", flush=True)
    # each database has been updated in another way: written anew they are alike
    vacuum(options.database, tables, full=True)
    print(f"{options.database} is ready after {time.monotonic() - start:.0f} s")


if __name__ == "__main__":
    main()
