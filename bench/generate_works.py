"""Add 20,000 projects with 200,000 works to a database with crm_projects that generate_clients.py has filled.

Everything that looks random is a hash of the work's number.

    python bench/generate_works.py -c odoo.conf -d bench_works [--scale 0.1] [any option of Odoo]
"""

import time

from database import MANAGER_LOGIN, configure, make_parser, open_environment
from generate import Generator, vacuum
from generate_clients import IS_BENCH_CLIENT, SAMPLE

PROJECTS = 20_000
WORKS = 200_000
EXECUTORS = 40
EXECUTOR_LOGIN = "bench_executor_%02d"
DAYS = 790  # 26 months
# of one hundred works
STATES = {"01_in_progress": 22, "1_done": 72, "1_canceled": 6}
DEADLINE_SHARE = 0.95
MOVED_SHARE = 0.2
TABLES = ("project_project", "project_task", "project_task_user_rel", "crm_work_move")


class WorkGenerator(Generator):
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
        self.step("people", self.make_people)
        self.make_slots()
        self.step("projects", self.make_projects)
        self.step("works", self.make_works)
        self.step("executors", self.make_executors)
        self.step("moved deadlines", self.make_moves)
        self.step("checked with Odoo", self.check_sample)

    def make_people(self):
        group = self.env.ref("project.group_project_user")
        users = self.env["res.users"].create(
            [self.prepare_user(EXECUTOR_LOGIN % n, f"Executor {n:02}", group) for n in range(EXECUTORS)]
        )
        self.make_table("bench_executor", "executor int, user_id int", list(enumerate(users.ids)))
        # the head has no rights in Project, the executors have nothing but them
        self.executors = users
        return len(users)

    def make_slots(self):
        services = self.env["product.template"].search([("is_client_service", "=", True)])
        self.make_table("bench_service", "service int, service_id int", list(enumerate(services.ids)))
        self.services = len(services)
        drawn = [state for state, share in STATES.items() for _slot in range(share)]
        self.make_table("bench_state", "slot int, state varchar", list(enumerate(drawn)))

    def make_projects(self):
        """Projects of clients; their columns are those of the template."""
        count = self.scaled(PROJECTS)
        self.first_project = self.reserve("project_project", count)
        self.env.cr.execute("SELECT id FROM bench_client LIMIT 1")
        client = self.env["res.partner"].browse(self.env.cr.fetchone())
        self.template = self.env["crm.work.starter"]._create_project(client, {"name": "Bench project"})
        self.multiply(
            self.template,
            {
                "id": f"{self.first_project} + s.n",
                "name": "jsonb_build_object('en_US', 'Bench project ' || s.n)",
                "partner_id": "s.id",
                "work_client_id": "s.id",
                "work_client_access": "s.client_access",
                "user_id": "s.executor_id",
            },
            f"""SELECT n, client.*, bench_executor.user_id AS executor_id FROM generate_series(0, {count} - 1) n
                  JOIN bench_client client ON client_no = floor({self.clients} * pg_temp.rand(n, 80))::int
                  JOIN bench_executor ON executor = floor({EXECUTORS} * pg_temp.rand(n, 81))::int""",
        )
        self.projects = count
        return count

    def make_works(self):
        """Works of 26 months: those still to do have deadlines of the last and the next two months."""
        count = self.scaled(WORKS)
        self.first = self.reserve("project_task", count)
        service = self.env["product.template"].search([("is_client_service", "=", True)], limit=1)
        template = self.env["crm.work.starter"]._create_work(self.template.partner_id, service, self.template, {})
        columns = ("project_id", "partner_id", "work_service_id", "state", "date_deadline")
        self.multiply(
            template,
            {
                **{column: f"s.{column}" for column in columns},
                "id": f"{self.first} + s.n",
                "name": "'Bench work ' || s.n",
                "work_client_id": "s.partner_id",
                "work_client_access": "s.client_access",
                "work_seller_id": "s.user_id",
                "is_work_under_way": "pg_temp.rand(s.n, 95) < 0.6",
                "work_progress": "CASE WHEN s.state = '01_in_progress' THEN floor(100 * pg_temp.rand(s.n, 96))::int END",
                "work_closed_date": "CASE WHEN s.state <> '01_in_progress'"
                " THEN s.date_deadline + floor(20 * pg_temp.rand(s.n, 97) - 15)::int * interval '1 day' END",
                "date_last_stage_update": "s.date_deadline",
            },
            f"""
            SELECT n, state, service_id AS work_service_id, project.id AS project_id, client.id AS partner_id,
                   client.client_access, client.user_id,
                   CASE WHEN pg_temp.rand(n, 90) < {DEADLINE_SHARE} OR state <> '01_in_progress'
                        THEN now()::timestamp(0) + interval '1 hour' * floor(24 *
                            CASE WHEN state = '01_in_progress' THEN 75 * pg_temp.rand(n, 91) - 15
                                 ELSE -{DAYS} * pg_temp.rand(n, 91) END)
                    END AS date_deadline
              FROM generate_series(0, {count} - 1) n
              JOIN bench_state ON slot = floor(100 * pg_temp.rand(n, 92))::int
              JOIN bench_service ON service = floor({self.services} * pg_temp.rand(n, 93))::int
              JOIN project_project project
                ON project.id = {self.first_project} + floor({self.projects} * pg_temp.rand(n, 94))::int
              JOIN bench_client client ON client.id = project.partner_id
            """,
        )
        template.unlink()
        self.count = count
        return count

    def make_executors(self):
        self.env.cr.execute(
            """INSERT INTO project_task_user_rel (task_id, user_id)
               SELECT task.id, bench_executor.user_id FROM project_task task
                 JOIN bench_executor ON executor = floor(%s * pg_temp.rand(task.id, 98))::int
                WHERE task.id >= %s""",
            [EXECUTORS, self.first],
        )
        return self.env.cr.rowcount

    def make_moves(self):
        """One work of five was put off once, by a week."""
        self.env.cr.execute(
            """INSERT INTO crm_work_move (task_id, client_access, user_id, old_deadline, new_deadline, days, reason,
                                          create_uid, create_date)
               SELECT id, work_client_access, %s, date_deadline - interval '7 days', date_deadline, 7, 'Bench', 1,
                      date_deadline - interval '9 days'
                 FROM project_task
                WHERE id >= %s AND date_deadline IS NOT NULL AND pg_temp.rand(id, 99) < %s""",
            [self.executors[0].id, self.first, MOVED_SHARE],
        )
        return self.env.cr.rowcount

    def check_sample(self):
        """Let Odoo compute what SQL wrote.

        :return: how many works were compared
        :raise SystemExit: if a value differs
        """
        self.env.invalidate_all()
        step = max(1, self.count // SAMPLE)
        works = self.env["project.task"].browse(range(self.first, self.first + self.count, step))
        names = ("work_client_id", "work_client_access", "work_seller_id")
        written = works.mapped(lambda work: tuple(work[name] for name in names))
        for name in names:
            self.env.add_to_compute(works._fields[name], works)
        if written != works.mapped(lambda work: tuple(work[name] for name in names)):
            raise SystemExit("The generator wrote other values than Odoo computes: mend make_works.")
        return len(works)


def main():
    parser = make_parser(__doc__.splitlines()[0])
    parser.add_argument("-d", "--database", required=True, help="database filled by generate_clients.py")
    parser.add_argument("--scale", type=float, default=1.0, help="share of the full volume, 0.01 for a try (default 1)")
    options, odoo_arguments = parser.parse_known_args()
    configure(options, odoo_arguments)
    start = time.monotonic()
    with open_environment(options.database, commit=True, login=None) as env:
        if not env["res.users"].search_count([("login", "=", MANAGER_LOGIN)]):
            raise SystemExit("No salespeople here: run generate_clients.py first.")
        WorkGenerator(env, options.scale).run()
    print("vacuum and analyze ...", flush=True)
    vacuum(options.database, TABLES)
    print(f"{options.database} is ready after {time.monotonic() - start:.0f} s")


if __name__ == "__main__":
    main()
