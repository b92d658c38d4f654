"""Measure what crm_channels costs where nobody looks at a dashboard: opening the pipeline, saving and creating deals.

The same calls that the web client makes, on two databases with the same data, one with crm_channels, one without:

    python bench/deals.py -c odoo.conf --without bench_stock --with bench [any option of Odoo]

See README.md for what the figures mean.
"""

import contextlib
import sys

from database import (
    CHANNEL_PREFIX,
    MANAGER_LOGIN,
    SALESPERSON_LOGIN,
    as_user,
    configure,
    count_queries,
    describe_machine,
    interleave,
    make_parser,
    open_environment,
    print_table,
)
from lxml import etree

from odoo import fields
from odoo.tests.form import Form
from odoo.tools.safe_eval import safe_eval

CREATED = 1000
PIPELINE = "crm.crm_lead_action_pipeline"


def read_specification(model, tree):
    """Fields of a view, those of embedded views left out, as the web client asks for them."""
    specification = {}
    for node in tree.xpath(".//field[not(ancestor::field)]"):
        field = model._fields[node.get("name")]
        specification[field.name] = {}
        if field.type == "many2one":
            specification[field.name] = {"fields": {"display_name": {}}}
        elif field.type == "many2many":
            color = safe_eval(node.get("options") or "{}").get("color_field")
            specification[field.name] = {"fields": {name: {} for name in ("display_name", color) if name}}
    return specification


class Client:
    """One user's web client on one database."""

    def __init__(self, env, login):
        self.env = as_user(env, login)
        # the action as the menu opens it, with its filter "My Pipeline"
        action = self.env["ir.actions.act_window"]._for_xml_id(PIPELINE)
        self.leads = self.env["crm.lead"].with_context(**safe_eval(action["context"], {"uid": self.env.uid}))
        self.domain = [*safe_eval(action["domain"]), ("user_id", "=", self.env.uid)]
        self.views = [*action["views"], (action["search_view_id"][0], "search")]
        views = self.get_views()["views"]
        self.kanban = etree.fromstring(views["kanban"]["arch"])
        self.card = read_specification(self.leads, self.kanban)
        self.form = read_specification(self.leads, etree.fromstring(views["form"]["arch"]))
        self.deal = self.leads.search(
            [*self.domain, ("won_status", "=", "pending"), ("team_id.name", "=like", f"{CHANNEL_PREFIX}%")],
            order="id",
            limit=1,
        )
        self.channels = self.env["crm.team"].search([("name", "=like", f"{CHANNEL_PREFIX}%")], order="name")

    # ------------------------------------------------------------
    # OPENING THE PIPELINE
    # ------------------------------------------------------------

    def load_menus(self):
        self.env["ir.ui.menu"].load_web_menus(False)

    def get_views(self):
        return self.leads.get_views(self.views, {"toolbar": True, "load_filters": True})

    def read_columns(self):
        """Columns of the kanban with their sums and first cards."""
        shown = map(self.leads._fields.get, self.card)
        sums = [f"{field.name}:{field.aggregator}" for field in shown if field.store and field.aggregator]
        self.leads.with_context(read_group_expand=True).web_read_group(
            self.domain,
            ["stage_id"],
            sums,
            auto_unfold=True,
            unfold_read_specification=self.card,
            unfold_read_default_limit=80,
        )

    def read_progress_bar(self):
        node = self.kanban.find(".//progressbar")
        bar = {"field": node.get("field"), "colors": safe_eval(node.get("colors"))}
        self.leads.read_progress_bar(self.domain, "stage_id", bar)

    # ------------------------------------------------------------
    # SAVING AND CREATING
    # ------------------------------------------------------------

    def open_form(self):
        self.deal.web_read(self.form)

    def prepare_change(self):
        """Another stage and more revenue."""
        stage = self.env["crm.stage"].search([("is_won", "=", False), ("id", "!=", self.deal.stage_id.id)], limit=1)
        return {"stage_id": stage.id, "expected_revenue": self.deal.expected_revenue + 100}

    def prepare_handover(self):
        """Another stage, more revenue, and a colleague of the same channel as salesperson."""
        members = self.deal.team_id.sudo().member_ids.sorted("id")
        return {**self.prepare_change(), "user_id": members.filtered(lambda user: user != self.deal.user_id)[0].id}

    def save(self, values):
        """What the web client sends when the form is saved."""
        self.deal.web_save(dict(values), self.form)

    def edit(self, values):
        """The form opened, changed field by field with the onchanges that this calls, and saved."""
        with Form(self.deal) as form:
            for name, value in values.items():
                field = self.deal._fields[name]
                setattr(form, name, self.env[field.comodel_name].browse(value) if field.relational else value)

    def create_one(self):
        with Form(self.leads) as form:
            form.name = "Created in the form"
            form.expected_revenue = 1234

    def create_many(self):
        """A thousand deals in one call, without the messages in their history: the table and its indexes matter here."""
        self.leads.with_context(tracking_disable=True).create(
            [
                {
                    "name": f"Created {n}",
                    "type": "opportunity",
                    "team_id": self.channels[n % len(self.channels)].id,
                    "user_id": self.env.uid,
                    "expected_revenue": 10 * n,
                    "date_deadline": fields.Date.today(),
                }
                for n in range(CREATED)
            ]
        )

    # ------------------------------------------------------------
    # MEASURING
    # ------------------------------------------------------------

    def request(self, call, *, cold=False):
        """One call as the server does it for a request: with an empty cache, written to the database; then undone."""
        self.env.flush_all()
        self.env.invalidate_all()
        if cold:
            self.env.registry.clear_all_caches()
        savepoint = self.env.cr.savepoint(flush=False)
        try:
            count, _result = count_queries(self.env, lambda: (call(self), self.env.flush_all()))
        finally:
            self.env.invalidate_all(flush=False)
            savepoint.close(rollback=True)
        return count


def scenarios(salesperson, manager):
    """What is measured: title, who does it, and the call."""
    change, handover = salesperson.prepare_change(), manager.prepare_handover()
    return [
        ("load the menus", 0, Client.load_menus),
        ("pipeline: views", 0, Client.get_views),
        ("pipeline: columns and cards", 0, Client.read_columns),
        ("pipeline: progress bars", 0, Client.read_progress_bar),
        ("deal: read for the form", 0, Client.open_form),
        ("deal: save stage, revenue", 0, lambda client: client.save(change)),
        ("deal: open, change both, save", 0, lambda client: client.edit(change)),
        ("deal: save stage, revenue, salesperson", 1, lambda client: client.save(handover)),
        ("deal: open, change all three, save", 1, lambda client: client.edit(handover)),
        ("deal: create one in the form", 0, Client.create_one),
        (f"create {CREATED:,} deals at once", 0, Client.create_many),
    ]


def main():
    parser = make_parser(__doc__.splitlines()[0])
    parser.add_argument("--without", required=True, metavar="DATABASE", help="filled database without crm_channels")
    parser.add_argument(
        "--with", required=True, metavar="DATABASE", dest="installed", help="its copy with crm_channels"
    )
    parser.add_argument("--repetitions", type=int, default=7, help="timed runs of each thing (default 7)")
    options, odoo_arguments = parser.parse_known_args()
    configure(options, odoo_arguments)
    rows, more = [], []
    with contextlib.ExitStack() as stack:
        environments = [stack.enter_context(open_environment(name)) for name in (options.without, options.installed)]
        for env, expected in zip(environments, (False, True), strict=True):
            if ("use_quotations" in env["crm.team"]._fields) != expected:
                raise SystemExit(f"crm_channels should {'' if expected else 'not '}be installed in {env.cr.dbname}.")
        print(describe_machine(environments[0]), "\n", flush=True)
        clients = [[Client(env, login) for login in (SALESPERSON_LOGIN % 0, MANAGER_LOGIN)] for env in environments]
        # whoever sells here has no deal of his own as head of sales: he takes the salesperson's
        for salesperson, manager in clients:
            manager.deal = manager.leads.browse(salesperson.deal.id)
        plain, suite = (scenarios(*pair) for pair in clients)
        for (title, who, stock_call), (_title, _who, call) in zip(plain, suite, strict=True):
            runs = [
                lambda client=pair[who], call=call, **options: client.request(call, **options)
                for pair, call in zip(clients, (stock_call, call), strict=True)
            ]
            timings = interleave(options.repetitions, *runs)
            warm = [run() for run in runs]
            cold = [run(cold=True) for run in runs]
            rows.append(
                (
                    title,
                    *warm,
                    *cold,
                    *(f"{seconds * 1000:.1f}" for timing in timings for seconds in (timing.median, timing.best)),
                    f"{timings[1].median / timings[0].median:.2f}",
                )
            )
            if warm[1] > warm[0] or cold[1] > cold[0]:
                more.append(title)
            print(".", end="", file=sys.stderr, flush=True)
        print(file=sys.stderr)
    print_table(
        ("call", "queries", "with", "cold caches", "with", "ms", "min", "with ms", "min", "ratio"),
        rows,
    )
    for title in more:
        print("More queries with crm_channels:", title)


if __name__ == "__main__":
    main()
