"""Twenty operators hold calls at once against a server with two workers; afterwards every answer is looked for.

    python bench/call_operators.py -c odoo.conf -d bench_calls [--operators 20] [--seconds 120] [any option of Odoo]

Each operator starts calls on deals, some of which he shares with colleagues, answers along the script, goes back, meets
objections, takes notes, sends something twice as after a lost line, and finishes with a result of the process. The database is
left with what they did. See README.md.
"""

import collections
import random
import statistics
import sys
import threading
import time

from call_data import OUTCOME, make_calls_data
from call_server import Browser, ServerError, add_server_options, run_server
from database import configure, describe_machine, make_parser, open_environment, print_table

SENT_TWICE = 0.05
TOLD = ("UserError", "ValidationError")  # what the application tells by design; everything else is a fault


class Operator(threading.Thread):
    """One manager with one window."""

    def __init__(self, number, options, data, until):
        super().__init__(daemon=True)
        self.random = random.Random(number)
        self.login = data.logins[number]
        self.deals = [data.deal_ids[number], *data.shared_deal_ids]
        self.options, self.until = options, until
        self.calls = {}  # id of the call: events in the order in which they were said
        self.finished, self.faults, self.told = set(), [], collections.Counter()
        self.milliseconds = collections.defaultdict(list)

    def run(self):
        try:
            self.browser = Browser(self.options.port, self.options.database, self.login, self.login)
            while time.monotonic() < self.until:
                self.hold_call()
        except Exception as error:  # whatever it is, it is counted and shown
            self.faults.append(f"{self.login}: {type(error).__name__}: {error}")

    def request(self, name, model, record_id, method, *args):
        """Send a request; what the user would see instead of an answer is kept.

        :return: its result, or None
        """
        start = time.perf_counter()
        try:
            return self.browser.call(model, method, [record_id], *args)
        except ServerError as error:
            is_told = any(f"odoo.exceptions.{kind}" in str(error) for kind in TOLD)
            if is_told:
                self.told[str(error).rsplit(": ", 1)[-1][:60]] += 1
            else:
                self.faults.append(f"{self.login}: {error}")
            return None
        finally:
            self.milliseconds[name].append((time.perf_counter() - start) * 1000)

    def hold_call(self):
        deal_id = self.random.choice(self.deals)
        action = self.request("start", "crm.lead", deal_id, "action_start_call")
        if not action:
            return
        call_id, session = action["params"]["call_id"], f"{self.login}-{self.random.random()}"
        screen = self.request("open", "crm.call", call_id, "open_screen", session)
        if not screen:
            return
        events = self.calls.setdefault(call_id, [])
        nodes = {node["id"]: node for node in screen["graph"]["nodes"]}
        for event in make_walk(self.random, screen["graph"], nodes, f"{call_id}-{len(events)}"):
            sent = [event, event] if self.random.random() < SENT_TWICE else [event]
            for one in sent:
                answer = self.request("save", "crm.call", call_id, "save_lines", session, [one])
            if not answer or event["key"] not in answer["saved"] or answer["is_moved"]:
                self.faults.append(f"{self.login}: not saved: {event} {answer}")
                return
            events.append(event)
        self.finish_call(call_id, session, screen)

    def finish_call(self, call_id, session, screen):
        """Finish with the result that the outcome records; told that a colleague was quicker, ask again."""
        outcome_id = next(one["id"] for one in screen["outcomes"] if one["kind"] == OUTCOME)
        for _attempt in range(20):
            prepared = self.request("prepare", "crm.call", call_id, "prepare_finish", session, outcome_id)
            if not prepared:
                return
            values = {
                "outcome_id": outcome_id,
                "step_id": prepared["step"] and prepared["step"]["step_id"],
                "last_result_id": prepared["last_result_id"],
                "writes": [row["key"] for row in prepared["writes"] if row["is_allowed"]],
                "note": "Bench",
            }
            if self.request("finish", "crm.call", call_id, "finish", session, [], values):
                self.finished.add(call_id)
                return


def make_walk(chance, graph, nodes, prefix):
    """Yield events from the start of the script to one of its ends, with detours."""
    objections = [node["id"] for node in graph["nodes"] if node["is_objection"]]
    here, path, detours = graph["start"], [], 3
    number = 0
    while nodes[here]["kind"] != "end":
        node, number = nodes[here], number + 1
        event = {"key": f"{prefix}-{number}", "node_id": here, "seconds": chance.randint(1, 20)}
        detour = chance.random() if detours else 1
        detours -= detour < 0.3
        if detour < 0.1:
            yield {**event, "kind": "note", "value": f"Note {number}"}
        elif detour < 0.2 and path:
            here = path.pop()
            yield {**event, "kind": "back"}
        elif detour < 0.3:
            objection = nodes[chance.choice(objections)]
            yield {**event, "kind": "objection", "to_node_id": objection["id"]}
            yield {
                **event,
                "key": f"{event['key']}-objection",
                "kind": "answer",
                "node_id": objection["id"],
                "answer_id": objection["answers"][0]["id"],
            }
            path = []
        else:
            path.append(here)
            given, here = give_answer(chance, node)
            yield {**event, **given}


def give_answer(chance, node):
    """Return what is said at a node, and where it leads."""
    if node["kind"] == "say":
        return {"kind": "next"}, node["next_id"]
    if node["kind"] == "number":
        return {"kind": "value", "value": chance.randint(1, 10**6)}, node["next_id"]
    answer = chance.choice(node["answers"])
    return {"kind": "answer", "answer_id": answer["id"]}, answer["next_id"]


def find_losses(env, operators):
    """Return what of the said is not in the protocols, is there twice, or at another place."""
    losses = []
    for operator in operators:
        for call_id, events in operator.calls.items():
            call = env["crm.call"].browse(call_id)
            said = [describe_event(event) for event in events]
            kept = [describe_line(line) for line in call.line_ids.sorted("number") if line.kind != "resume"]
            if said != kept:
                losses.append(f"call {call_id} of {operator.login}: said {len(said)}, kept {len(kept)}")
            if (call.state == "done") != (call_id in operator.finished):
                losses.append(f"call {call_id} of {operator.login} is {call.state}")
    return losses + find_doubles(env, [call_id for operator in operators for call_id in operator.finished])


def find_doubles(env, call_ids):
    """Finished calls have one protocol on the deal and one result of the process each."""
    calls = env["crm.call"].browse(call_ids)
    protocol = env.ref("crm_call_scripts.mt_protocol")
    losses = []
    for deal, held in calls.grouped("lead_id").items():
        notes = env["mail.message"].search_count(
            [("model", "=", "crm.lead"), ("res_id", "=", deal.id), ("subtype_id", "=", protocol.id)]
        )
        all_held = env["crm.call"].search_count([("lead_id", "=", deal.id), ("state", "=", "done")])
        if notes != all_held:
            losses.append(f"deal {deal.id}: {all_held} calls and {notes} protocols")
        if len(held.result_id) != len(held):
            losses.append(f"deal {deal.id}: {len(held)} calls and {len(held.result_id)} results")
    return losses


def describe_event(event):
    return (
        *(event["key"], event["kind"], event["node_id"], event.get("answer_id") or False),
        event.get("value", False),
    )


def describe_line(line):
    value = line.value_text if line.kind == "note" else line.value_number if line.has_value else False
    return (line.key, line.kind, line.node_id.id, line.answer_id.id, value)


def print_figures(operators, seconds):
    rows = []
    for name in ("start", "open", "save", "prepare", "finish"):
        times = [one for operator in operators for one in operator.milliseconds[name]]
        if len(times) > 1:
            quantiles = statistics.quantiles(times, n=100)
            figures = (statistics.median(times), quantiles[94], max(times))
            rows.append((name, len(times), f"{len(times) / seconds:.1f}", *(f"{figure:.0f}" for figure in figures)))
    print_table(("request", "sent", "a second", "median ms", "95 of 100", "longest"), rows)


def main():
    parser = make_parser(__doc__.splitlines()[0])
    add_server_options(parser)
    parser.add_argument("--operators", type=int, default=20)
    parser.add_argument("--seconds", type=int, default=120)
    options, odoo_arguments = parser.parse_known_args()
    configure(options, odoo_arguments)
    with open_environment(options.database, commit=True) as env:
        print(describe_machine(env), "\n", flush=True)
        data = make_calls_data(env, options.operators)
    with run_server(options, odoo_arguments):
        until = time.monotonic() + options.seconds
        operators = [Operator(number, options, data, until) for number in range(options.operators)]
        for operator in operators:
            operator.start()
        for operator in operators:
            operator.join(options.seconds + 120)
    with open_environment(options.database) as env:
        losses = find_losses(env, operators)
    print_figures(operators, options.seconds)
    said = sum(len(events) for operator in operators for events in operator.calls.values())
    faults = [fault for operator in operators for fault in operator.faults]
    told = sum((operator.told for operator in operators), collections.Counter())
    calls = sum(len(operator.finished) for operator in operators)
    print(
        f"{calls} calls finished, {said} answers said, {len(losses)} losses, {len(faults)} faults, told: {dict(told)}"
    )
    if losses or faults or not calls or any(operator.is_alive() for operator in operators):
        sys.exit("\n".join([*losses[:20], *faults[:20]]) or "An operator hangs, or no call was held.")


if __name__ == "__main__":
    main()
