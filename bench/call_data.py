"""Operators, deals and a script for the measurements of calls; found again if they are there."""

from typing import NamedTuple

from odoo.fields import Command

LOGIN = "bench_operator_%02d"
CHANNEL = "Bench calls"
CLIENT_WITH_HISTORY = "Bench calls: client with a long history"
OUTCOME = "later"  # kind of the outcome that every call has: its step can be recorded again and again
SHARED = 4  # deals on which all operators call
GROUPS = (
    "base.group_user",
    "sales_team.group_sale_salesman_all_leads",
    "crm_clients.crm_clients_group_all",
)


class CallsData(NamedTuple):
    """What the operators work with; deal ``n`` is the operator's own."""

    logins: list
    deal_ids: list
    shared_deal_ids: list
    history_client_id: int


def make_calls_data(env, operators=1, history=0):
    """Return the `CallsData` of so many operators, and of a client with so many entries of history."""
    logins = [LOGIN % number for number in range(operators)]
    users = [find_or_create(env["res.users"], "login", login, **prepare_user(env, login)) for login in logins]
    team = find_or_create(env["crm.team"], "name", CHANNEL)
    if not env["crm.process"].search([("name", "=", CHANNEL)]):
        make_process(env, team)
    if not env["crm.call.script"].search([("name", "=", CHANNEL)]):
        make_script(env)
    deals = [make_deal(env, team, f"{CHANNEL} {user.login}", user) for user in users]
    shared = [make_deal(env, team, f"{CHANNEL}, shared {number}", users[0]) for number in range(SHARED)]
    client = make_history(env, users[0], history)
    return CallsData(logins, [deal.id for deal in deals], [deal.id for deal in shared], client.id)


def find_or_create(model, key, value, **vals):
    return model.search([(key, "=", value)], limit=1) or model.create({key: value, **vals})


def prepare_user(env, login):
    groups = [env.ref(name).id for name in GROUPS]
    return {"name": login, "password": login, "group_ids": [Command.set(groups)], "notification_type": "inbox"}


def make_process(env, team):
    """A process whose only button can be pressed for ever."""
    call = env.ref("mail.mail_activity_data_call")
    stage, won = env["crm.stage"].create(
        [
            {"name": CHANNEL, "sequence": -100 + is_won, "is_won": is_won, "team_ids": [Command.link(team.id)]}
            for is_won in (False, True)
        ]
    )
    outcome = env["crm.call.outcome"].search([("kind", "=", OUTCOME)], limit=1)
    steps = [
        {"name": "Offer", "stage_id": stage.id, "activity_type_id": call.id},
        {"name": "Call again", "kind": "neutral", "activity_type_id": call.id, "sequence": 20},
        {"name": "Signed", "kind": "won", "stage_id": won.id, "sequence": 30},
    ]
    steps[1]["call_outcome_ids"] = [Command.link(outcome.id)]
    process = env["crm.process"].create(
        {
            "name": CHANNEL,
            "team_ids": [Command.link(team.id)],
            "activity_type_id": call.id,
            "step_ids": [Command.create(step) for step in steps],
        }
    )
    process.action_start_using()


def make_deal(env, team, name, user):
    deal = env["crm.lead"].search([("name", "=", name)], limit=1)
    if deal:
        return deal
    client_type = env.ref("crm_clients.crm_client_type_client").id
    client = env["res.partner"].create(
        {"name": name, "is_company": True, "client_type_id": client_type, "user_id": user.id}
    )
    vals = {"name": name, "type": "opportunity", "team_id": team.id, "partner_id": client.id, "user_id": user.id}
    return env["crm.lead"].create(vals)


def make_history(env, user, history):
    """A client with so many letters, half of them with a long text."""
    client_type = env.ref("crm_clients.crm_client_type_client").id
    vals = {"client_type_id": client_type, "user_id": user.id, "phone": "+380 44 200 0001"}
    client = find_or_create(env["res.partner"], "name", CLIENT_WITH_HISTORY, **vals)
    missing = history - len(client.message_ids)
    if missing > 0:
        comment = {
            "model": "res.partner",
            "res_id": client.id,
            "message_type": "comment",
            "author_id": user.partner_id.id,
        }
        note = env.ref("mail.mt_note").id
        env["mail.message"].create(
            [
                {**comment, "subtype_id": note, "body": f"<p>{'A word. ' * (number % 2 * 60)}{number}</p>"}
                for number in range(missing)
            ]
        )
    return client


def make_script(env):
    """Say, ten questions, a number that is written to the deal, an end; two objections."""
    script = env["crm.call.script"].create({"name": CHANNEL, "sequence": -1000})
    version = env["crm.call.script.version"].create({"script_id": script.id})

    def add(kind, key, **vals):
        vals = {"version_id": version.id, "kind": kind, "key": key, "name": key, "text": f"{key} {{client}}?", **vals}
        return env["crm.call.node"].create(vals)

    outcome = env["crm.call.outcome"].search([("kind", "=", OUTCOME)], limit=1)
    end = add("end", "end", outcome_id=outcome.id)
    field = env["ir.model.fields"]._get("crm.lead", "expected_revenue")
    target = add("number", "budget", next_node_id=end.id, write_record="deal", write_field_id=field.id)
    for number in range(10, 0, -1):
        question = add("question", f"question {number}")
        for name in ("yes", "no", "perhaps"):
            env["crm.call.answer"].create({"node_id": question.id, "name": name, "next_node_id": target.id})
        target = question
    for number in range(2):
        objection = add("question", f"objection {number}", is_objection=True)
        env["crm.call.answer"].create({"node_id": objection.id, "name": "fine"})
    version.start_node_id = add("say", "hello", next_node_id=target.id)
    version.state = "published"
    script.published_id = version
