"""Measure a call: saving an answer beside one field of a deal, opening the screen beside the form of a client.

    python bench/calls.py -c odoo.conf -d bench_calls [--repetitions 50] [any option of Odoo]

Both sides are requests of one user to a server with two workers, in turn; saving is measured within one process as well. See
README.md for what the figures mean.
"""

import itertools
import sys

from call_data import LOGIN, make_calls_data
from call_server import Browser, add_server_options, run_server
from database import (
    as_user,
    configure,
    count_queries,
    describe_machine,
    interleave,
    make_parser,
    open_environment,
    print_table,
)
from deals import read_specification
from lxml import etree

SAVE_GOAL, OPEN_GOAL = 2, 1.5
HISTORY = 5_000
HEADER = ("what", "queries", "stock", "ours ms", "min", "stock ms", "min", "ratio", "of minima")


class CallWindow:
    """A window with a call in which one goes through the questions for ever."""

    def __init__(self, request, deal_id):
        self.request, self.deal_id = request, deal_id
        self.numbers = itertools.count()
        action = request("crm.lead", "action_start_call", [deal_id])
        self.call_id, self.session = action["params"]["call_id"], "bench"
        screen = request("crm.call", "open_screen", [self.call_id], self.session)
        self.nodes = {node["id"]: node for node in screen["graph"]["nodes"]}
        self.prefix = f"bench-{len(screen['lines'])}"
        self.questions = [
            node["id"] for node in screen["graph"]["nodes"] if node["answers"] and not node["is_objection"]
        ]
        self.first = self.find_first(screen["graph"])
        self.jump(screen["lines"][-1]["to_node_id"] if screen["lines"] else screen["graph"]["start"])

    def find_first(self, graph):
        return self.nodes[graph["start"]]["next_id"]

    def jump(self, here):
        self.save({"kind": "jump", "node_id": here, "to_node_id": self.first})
        self.here = self.first

    def save(self, event):
        event = {"key": f"{self.prefix}-{next(self.numbers)}", "seconds": 1, **event}
        answer = self.request("crm.call", "save_lines", [self.call_id], self.session, [event])
        if event["key"] not in answer["saved"] or answer["is_moved"]:
            raise SystemExit(f"An answer was not saved: {answer}")

    def prepare(self):
        """Be at a question: not measured."""
        if self.here not in self.questions:
            self.jump(self.here)

    def answer(self):
        answer = self.nodes[self.here]["answers"][0]
        self.save({"kind": "answer", "node_id": self.here, "answer_id": answer["id"]})
        self.here = answer["next_id"]

    def write_field(self):
        """What stock does when one field of a deal is changed and saved."""
        vals = {"description": f"<p>{next(self.numbers)}</p>"}
        self.request("crm.lead", "web_save", [self.deal_id], vals, specification={"description": {}})


class ClientWindow:
    """Opening a client in the web client of stock, and a call with the same client."""

    def __init__(self, browser, env, client_id):
        self.browser, self.client_id = browser, client_id
        view = env["res.partner"].get_views([(False, "form")])["views"]["form"]["arch"]
        self.specification = read_specification(env["res.partner"], etree.fromstring(view))
        action = browser.call("res.partner", "action_start_call", [client_id])
        self.call_id = action["params"]["call_id"]

    def open_screen(self):
        screen = self.browser.call("crm.call", "open_screen", [self.call_id], "bench")
        assert screen["history"], "the history is empty"

    def open_form(self):
        """The card, and what the chatter asks for: data of the thread, the last thirty messages."""
        thread = {"thread_model": "res.partner", "thread_id": self.client_id}
        self.browser.call("res.partner", "web_read", [self.client_id], self.specification)
        wanted = [
            "activities",
            "attachments",
            "contact_fields",
            "followers",
            "scheduledMessages",
            "suggestedRecipients",
        ]
        self.browser.post(
            "/mail/data",
            {"fetch_params": [["mail.thread", {**thread, "request_list": wanted}]], "context": self.browser.context},
        )
        page = self.browser.post("/mail/thread/messages", {**thread, "fetch_params": {"limit": 30}})
        assert len(page["messages"]) == 30, "the history is shorter than a page"


def make_row(title, queries, timings):
    """Row of the table: ours first."""
    milliseconds = [f"{seconds * 1000:.1f}" for timing in timings for seconds in (timing.median, timing.best)]
    ratios = [f"{getattr(timings[0], name) / getattr(timings[1], name):.2f}" for name in ("median", "best")]
    return (title, *queries, *milliseconds, *ratios)


def measure_in_process(env, deal_id, repetitions):
    """Saving within one process, with an empty cache as in every request, and written to the database."""

    def request(model, method, ids, *args, **kwargs):
        env.invalidate_all()
        result = getattr(env[model].browse(ids), method)(*args, **kwargs)
        env.flush_all()
        return result

    window = CallWindow(request, deal_id)
    timings = interleave(repetitions, window.answer, window.write_field, prepare=window.prepare)
    window.prepare()
    queries = [count_queries(env, run)[0] for run in (window.answer, window.write_field)]
    return make_row("an answer, in process", queries, timings)


def measure_requests(options, browser, env, data):
    def request(model, method, ids, *args, **kwargs):
        return browser.call(model, method, ids, *args, **kwargs)

    window = CallWindow(request, data.deal_ids[0])
    # both workers have read what they keep in memory
    for __ in range(6):
        window.prepare()
        window.answer()
        window.write_field()
    timings = interleave(options.repetitions, window.answer, window.write_field, prepare=window.prepare)
    yield make_row("an answer", ("", ""), timings)
    client = ClientWindow(browser, env, data.history_client_id)
    for __ in range(6):
        client.open_screen()
        client.open_form()
    timings = interleave(options.repetitions, client.open_screen, client.open_form)
    yield make_row(f"the screen, {HISTORY} entries", ("", ""), timings)


def main():
    parser = make_parser(__doc__.splitlines()[0])
    add_server_options(parser)
    parser.add_argument("--repetitions", type=int, default=50, help="timed runs of each thing (default 50)")
    options, odoo_arguments = parser.parse_known_args()
    configure(options, odoo_arguments)
    with open_environment(options.database, commit=True) as env:
        print(describe_machine(env), "\n", flush=True)
        data = make_calls_data(env, history=HISTORY)
        env.cr.execute("ANALYZE mail_message")
    login = LOGIN % 0
    with open_environment(options.database) as env:
        rows = [measure_in_process(as_user(env, login), data.deal_ids[0], options.repetitions)]
    # what was done in process is rolled back by now: the server waits for nobody
    with open_environment(options.database) as env, run_server(options, odoo_arguments):
        browser = Browser(options.port, options.database, login, login)
        rows += measure_requests(options, browser, as_user(env, login), data)
    print_table(HEADER, rows)
    goals = (SAVE_GOAL, SAVE_GOAL, OPEN_GOAL)
    missed = [row[0] for row, goal in zip(rows, goals, strict=True) if float(row[-2]) > goal]
    if missed:
        sys.exit(f"More than the goal: {', '.join(missed)}")


if __name__ == "__main__":
    main()
