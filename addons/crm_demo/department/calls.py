"""Calls: when clients can be reached, what was said to whom, and whom the managers call next."""

import random
from datetime import timedelta

from pytz import UTC

from odoo import Command, fields

from . import tables_calls
from .cast import backdate
from .scripts import get_scripts
from .talk import Talk


def set_call_hours(cast):
    """Say of the clients when they can be reached, and of a few that nobody calls them."""
    hours = []
    for client, reachable in zip(cast.clients, cast.plan.reachable, strict=True):
        if reachable.silent_reason:
            client.write({"do_not_call": True, "do_not_call_reason": reachable.silent_reason})
        hours += [
            {"partner_id": client.id, "weekday": weekday, "hour_from": begin, "hour_to": end}
            for weekday, begin, end in reachable.hours
        ]
    cast.env["crm.call.hours"].create(hours)


def create_calls(cast):
    """Create the calls that were held with everything that was said, and put the protocols into the history."""
    scripts = get_scripts(cast)
    planned = [call for call in cast.plan.calls if scripts.get(call.purpose)]
    writer = CallWriter(cast, scripts)
    calls = cast.env["crm.call"].create([writer.prepare(call) for call in planned])
    cast.calls = dict(zip((id(call) for call in planned), calls, strict=True))
    cast.env["crm.call.line"].create(
        [line for call, record in zip(planned, calls, strict=True) for line in writer.prepare_lines(call, record)]
    )
    backdate(
        cast.env,
        {call: call.start for call in calls},
        {call: call.user_id for call in calls},
    )
    _create_protocols(cast, calls.filtered(lambda call: call.state == "done"))


class CallWriter:
    """Turns calls of the plan into rows; each is walked along its version once."""

    def __init__(self, cast, scripts):
        self.cast = cast
        self.scripts = scripts
        outcomes = cast.env["crm.call.outcome"].search([], order="sequence, id")  # pylint: disable=no-search-all
        self.kinds = {outcome.id: outcome.kind for outcome in outcomes}
        self.first = {outcome.kind: outcome.id for outcome in reversed(outcomes)}
        self.talks = {}  # by identity of the call: (conversation, events)

    def prepare(self, call):
        """Return the values of a call."""
        lead, version = self.cast.deals[call.deal], self._get_version(call)
        talk, events = self._walk(call, version)
        seconds = sum(event["seconds"] for event in events) or random.Random(call.seed).randint(*tables_calls.RINGING)
        end = self.cast.past(call.moment)
        return {
            "partner_id": lead.partner_id.id,
            "lead_id": lead.id,
            "team_id": lead.team_id.id,
            "user_id": self.cast.user_id(call.manager),
            "company_id": self.cast.company.id,
            "script_id": version.script_id.id,
            "version_id": version.id,
            "lang": "en_US",
            "start": end - timedelta(seconds=seconds),
            "last_date": end,
            "seconds": seconds,
            "node_id": talk.node_id,
            "is_completed": talk.is_completed,
            **self._prepare_end(call, talk, end),
            **self._prepare_tasks(call),
        }

    def _get_version(self, call):
        former, current = self.scripts[call.purpose]
        return former if call.version == 1 else current

    def _walk(self, call, version):
        """Return the conversation and its events; nobody picked up: nothing was said."""
        rng = random.Random(call.seed)
        talk = Talk(version._get_graph(), self.kinds, rng, call.outcome, lambda node: self._draw(call, rng, node))
        is_silent = call.outcome == "no_answer"
        events = [] if is_silent else talk.run(call.is_broken_off or call.is_open)
        self.talks[id(call)] = talk.talk, events
        return talk.talk, events

    def _draw(self, call, rng, node):
        """Return what is entered at a node of the graph."""
        if node["kind"] == "choice":
            count = min(len(node["answers"]), rng.randint(1, 2))
            return {"answer_ids": sorted(answer["id"] for answer in rng.sample(node["answers"], count))}
        values = {
            "text": rng.choice(tables_calls.TEXTS[call.purpose]),
            "number": self._draw_number(call, rng, node),
            "date": fields.Date.to_string(call.moment.date() + timedelta(days=rng.randint(3, 20))),
        }
        return {"value": values[node["kind"]]}

    def _draw_number(self, call, rng, node):
        """A mark from 1 to 10, or what the deal is worth where the number is an amount of it."""
        if node["field"]:
            return round(self.cast.plan.deals[call.deal].revenue, -3)
        return rng.choice(tables_calls.NUMBERS)

    def _prepare_end(self, call, talk, end):
        if call.is_open:
            return {"state": "open", "session": "demo"}
        by_script = talk.node["outcome_id"] if talk.is_completed else False
        fits = self.kinds.get(by_script) == call.outcome
        rng = random.Random(call.seed)
        return {
            "state": "done",
            "end": end,
            "outcome_id": by_script if fits else self.first.get(call.outcome),
            "note": rng.choice(tables_calls.NOTES) if rng.random() < 1 / tables_calls.NOTED else False,
        }

    def _prepare_tasks(self, call):
        """The task that the call has finished, the result it has brought and the task after it, all of the log."""
        if call.result is None:
            task = call.activity
            return {"activity_id": self.cast.activities[task].id if task is not None else False}
        result = self.cast.plan.results[call.result]
        tasks = {"activity_id": result.finished, "next_activity_id": result.planned}
        return {
            "result_id": self.cast.results[call.result].id,
            **{name: self.cast.activities[n].id if n is not None else False for name, n in tasks.items()},
        }

    def prepare_lines(self, call, record):
        """Yield the rows of the protocol of a call."""
        talk, events = self.talks[id(call)]
        moment = record.start
        for number, event in enumerate(events, 1):
            moment += timedelta(seconds=event["seconds"])
            yield {
                "call_id": record.id,
                "number": number,
                "key": event["key"],
                "date": moment,
                "user_id": record.user_id.id,
                "kind": event["kind"],
                "node_id": event["node_id"],
                "to_node_id": event["to_node_id"],
                "answer_id": event.get("answer_id"),
                "answer_ids": [Command.set(event["answer_ids"])] if event.get("answer_ids") else False,
                "seconds": event["seconds"],
                "is_taken_back": event["key"] in talk.taken_back,
                **_prepare_value(event),
            }


def _prepare_value(event):
    value = event.get("value")
    if value is None:
        return {}
    if isinstance(value, str):
        is_date = len(value) == 10 and value[4:5] == "-" and value[7:8] == "-"
        return {"has_value": True, "value_text": value, "value_date": value if is_date else False}
    return {"has_value": True, "value_number": value}


def _create_protocols(cast, calls):
    """Put the protocols into the history of the deals and clients, in one go and as of their days."""
    subtype = cast.ref("crm_call_scripts.mt_protocol")
    cast.env["mail.message"].create([message for call in calls for message in _prepare_protocols(cast, call, subtype)])


def _prepare_protocols(cast, call, subtype):
    author = call.user_id.partner_id
    body = cast.env["ir.qweb"]._render("crm_call_scripts.call_protocol", call._prepare_protocol())
    for record in (call.lead_id, call.client_id):
        if record:
            yield {
                "model": record._name,
                "res_id": record.id,
                "subject": call._get_protocol_subject(),
                "author_id": author.id,
                "email_from": author.email_formatted,
                "reply_to": author.email_formatted,
                "date": call.end,
                "message_type": "notification",
                "subtype_id": subtype.id,
                "body": body,
            }


# ------------------------------------------------------------
# WHO IS CALLED NEXT
# ------------------------------------------------------------


def plan_calls(cast):
    """Give the next calls their hours, and plan a list of interviews."""
    scripts = get_scripts(cast)
    for planned in cast.plan.call_times:
        task = cast.activities[planned.activity]
        if task.active and task.activity_category == "phonecall":
            values = {"call_start": _to_utc(task.user_id, planned.start), "is_call_promised": planned.is_promised}
            if scripts.get("prospect"):
                values["call_script_id"] = scripts["prospect"][1].script_id.id
            task.write(values)
    if scripts.get("feedback"):
        _create_list(cast, scripts["feedback"][1].script_id)


def _to_utc(user, moment):
    """Return in UTC what the clock of a user shows."""
    zone = user.with_context(tz=user.tz).env.tz
    return zone.localize(moment).astimezone(UTC).replace(tzinfo=None)


def _create_list(cast, script):
    """The interviews of this month: some are held, the others stand in the days of the managers."""
    held = [cast.calls[id(call)] for call in cast.plan.calls if call.is_listed and id(call) in cast.calls]
    planned = cast.plan.call_list
    call_list = cast.env["crm.call.list"].create(
        {
            "name": "Interviews after delivery",
            "script_id": script.id,
            "summary": "Ask how the delivery went",
            "date_from": cast.plan.today - timedelta(days=tables_calls.LISTED_DAYS),
            "date_to": max((call.deadline for call in planned), default=cast.plan.today),
            "author_id": cast.users["head"].id,
            "user_ids": [Command.set(list({cast.user_id(call.manager) for call in planned}))],
            "company_id": cast.company.id,
            "planned_count": len(planned) + len({call.client_id.id for call in held}),
        }
    )
    cast.env["crm.call"].union(*held).call_list_id = call_list
    call_type = cast.ref("mail.mail_activity_data_call")
    model_id = cast.env["ir.model"]._get_id("res.partner")
    cast.env["mail.activity"].create(
        [
            {
                "res_model_id": model_id,
                "res_id": cast.clients[cast.plan.deals[call.deal].client].id,
                "activity_type_id": call_type.id,
                "summary": call_list.summary,
                "date_deadline": call.deadline,
                "user_id": cast.user_id(call.manager),
                "call_script_id": script.id,
                "call_list_id": call_list.id,
            }
            for call in planned
        ]
    )
