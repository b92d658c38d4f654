"""A call as a manager holds it: by keyboard, through a lost network and a closed tab, to the protocol that nobody alters."""

import contextlib
from datetime import date

import pytest
from conftest import RpcError

pytestmark = pytest.mark.journey

# start, question, number that writes the deal's revenue, ends, an objection
NODES = {
    "hello": {"kind": "say", "text": "Good day, this is {manager}. <b>Not bold</b>", "next_id": "need"},
    "need": {
        "kind": "question",
        "text": "Do you need scanners?",
        "answers": [("yes", "Yes, we do", "budget"), ("no", "No, thank you", "refused")],
    },
    "budget": {"kind": "number", "text": "How much have you planned?", "next_id": "agreed"},
    "agreed": {"kind": "end", "text": "Thank you!", "outcome": "Agreed"},
    "refused": {"kind": "end", "text": "Good bye.", "outcome": "Refused"},
    "price": {
        "kind": "question",
        "name": "Too expensive",
        "text": "Compared with what?",
        "is_objection": True,
        "answers": [("else", "With others", False)],
    },
}


@pytest.fixture(scope="module")
def script(demo_server):
    """A published script of the head of sales: its id."""
    script = demo_server.rpc("head", "crm.call.script", "create", {"name": "Journey script", "sequence": 1})
    demo_server.rpc("head", "crm.call.script", "action_edit", [script])
    version = demo_server.rpc("head", "crm.call.script", "read", [script], ["draft_id"])[0]["draft_id"][0]
    outcomes = demo_server.rpc("head", "crm.call.outcome", "search_read", [], fields=["name"])
    by_name = {outcome["name"]: outcome["id"] for outcome in outcomes}
    nodes = [describe_node(key, node, by_name) for key, node in NODES.items()]
    loaded = demo_server.rpc("head", "crm.call.script.version", "load_graph", [version])
    graph = {**loaded["graph"], "start": "hello", "nodes": nodes}
    saved = demo_server.rpc("head", "crm.call.script.version", "save_graph", [version], loaded["revision"], graph)
    assert [problem for problem in saved["problems"] if problem["level"] == "error"] == []
    demo_server.rpc("head", "crm.call.script.version", "action_publish", [version])
    yield script
    demo_server.rpc("head", "crm.call.script", "write", [script], {"active": False})


def describe_node(key, node, outcomes):
    answers = [
        {"key": name, "name": text, "next_id": target, "write_value": ""}
        for name, text, target in node.get("answers", ())
    ]
    is_budget = key == "budget"
    return {
        "key": key,
        "kind": node["kind"],
        "name": node.get("name", key.title()),
        "text": node["text"],
        "hint": "",
        "is_objection": node.get("is_objection", False),
        "is_required": False,
        "next_id": node.get("next_id", False),
        "outcome_id": outcomes.get(node.get("outcome"), False),
        "answers": answers,
        "write_record": "deal" if is_budget else False,
        "write_field": "expected_revenue" if is_budget else False,
        "x": 0,
        "y": 0,
    }


@pytest.fixture
def task(demo_server, script):
    """A call of manager1 that is planned for today on a fresh deal of a fresh client: (its id, the deal's)."""
    manager = demo_server.rpc("admin", "res.users", "search", [("login", "=", "manager1")])[0]
    kind = demo_server.rpc("admin", "crm.client.type", "search", [], limit=1)[0]
    client = demo_server.rpc(
        "head",
        "res.partner",
        "create",
        {"name": "Call journey LLC", "is_company": True, "client_type_id": kind, "user_id": manager},
    )
    team = demo_server.rpc("admin", "crm.team", "search", [("name", "=", "Website")])[0]
    deal = demo_server.rpc(
        "manager1",
        "crm.lead",
        "create",
        {"name": "Call journey", "type": "opportunity", "partner_id": client, "team_id": team, "user_id": manager},
    )
    call_type = demo_server.rpc("admin", "mail.activity.type", "search", [("category", "=", "phonecall")], limit=1)[0]
    model = demo_server.rpc("admin", "ir.model", "search", [("model", "=", "crm.lead")])[0]
    activity = demo_server.rpc(
        "manager1",
        "mail.activity",
        "create",
        {
            "res_model_id": model,
            "res_id": deal,
            "activity_type_id": call_type,
            "summary": "Journey call",
            "user_id": manager,
            "date_deadline": str(date.today()),
            "call_script_id": script,
        },
    )
    yield activity, deal
    with contextlib.suppress(RpcError):
        demo_server.rpc("admin", "crm.lead", "unlink", [deal])


def start_from_the_day(page, demo_server, activity):
    """One click on the list of the day begins the call."""
    page.goto(f"{demo_server.url}/odoo/calls-today")
    page.wait_for_selector(".o_call_day")
    page.locator(f".o_call_row[data-call='{activity}'] .o_call_start").click()
    page.wait_for_selector(".o_call_screen .o_call_text")


def wait_for_text(page, text):
    page.locator(".o_call_text", has_text=text).wait_for()


def get_call(demo_server, activity, login="manager1"):
    return demo_server.rpc(
        login,
        "crm.call",
        "search_read",
        [("activity_id", "=", activity)],
        fields=["state", "outcome_kind", "is_completed", "result_id", "next_activity_id", "line_ids"],
    )[0]


def count_lines(demo_server, activity):
    return len(get_call(demo_server, activity)["line_ids"])


def wait_for_lines(page, demo_server, activity, number):
    for _time in range(100):
        if count_lines(demo_server, activity) >= number:
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"{count_lines(demo_server, activity)} of {number} lines were saved")


def test_by_keyboard_through_a_closed_tab(page_as, demo_server, task):
    activity, deal = task
    page = page_as("manager1")
    start_from_the_day(page, demo_server, activity)
    wait_for_text(page, "<b>Not bold</b>")
    assert page.locator(".o_call_text b").count() == 0
    page.keyboard.press("Enter")
    wait_for_text(page, "Do you need scanners?")
    page.keyboard.press("2")
    wait_for_text(page, "Good bye.")
    page.keyboard.press("Backspace")
    wait_for_text(page, "Do you need scanners?")
    page.keyboard.press("Alt+1")
    wait_for_text(page, "Compared with what?")
    page.keyboard.press("1")
    wait_for_text(page, "Do you need scanners?")
    wait_for_lines(page, demo_server, activity, 5)
    page.close()

    page = page_as("manager1")
    page.goto(f"{demo_server.url}/odoo/calls-today")
    page.locator(".o_call_day", has_text="Call journey LLC").wait_for()
    page.locator(".o_call_day button:visible", has_text="Resume").first.wait_for()
    open_interrupted(page, demo_server, activity)
    wait_for_text(page, "Do you need scanners?")
    page.keyboard.press("1")
    wait_for_text(page, "How much have you planned?")
    page.keyboard.type("7500")
    page.keyboard.press("Enter")
    wait_for_text(page, "Thank you!")
    page.keyboard.press("Enter")
    page.locator(".o_call_finish .o_call_writes", has_text="7,500").wait_for()
    page.locator(".o_call_do_finish:enabled").wait_for()
    page.keyboard.press("Enter")
    page.locator(".o_call_done").wait_for()

    call = get_call(demo_server, activity)
    assert (call["state"], call["outcome_kind"], call["is_completed"]) == ("done", "success", True)
    assert call["result_id"] and call["next_activity_id"]
    assert demo_server.rpc("manager1", "crm.lead", "read", [deal], ["expected_revenue"])[0]["expected_revenue"] == 7500
    protocol = demo_server.rpc(
        "manager1",
        "mail.message",
        "search_read",
        [("model", "=", "crm.lead"), ("res_id", "=", deal), ("subtype_id.name", "=", "Call protocol")],
        fields=["body"],
    )
    assert len(protocol) == 1
    for text in ("Do you need scanners?", "Yes, we do", "7500", "Too expensive"):
        assert text in protocol[0]["body"]
    assert "No, thank you" not in protocol[0]["body"]
    with pytest.raises(RpcError, match="cannot be altered"):
        demo_server.rpc("head", "mail.message", "write", [protocol[0]["id"]], {"body": "Nothing was said."})


def open_interrupted(page, demo_server, activity):
    call = get_call(demo_server, activity)["id"]
    page.goto(f"{demo_server.url}/odoo/call/{call}")
    page.wait_for_selector(".o_call_screen .o_call_text")


def test_lost_network(page_as, demo_server, task):
    """What is answered without a network is kept, told of, and saved when it is back; a reload meanwhile loses nothing."""
    activity, _deal = task
    page = page_as("manager1")
    start_from_the_day(page, demo_server, activity)
    page.context.set_offline(True)
    page.keyboard.press("Enter")
    wait_for_text(page, "Do you need scanners?")
    page.keyboard.press("1")
    wait_for_text(page, "How much have you planned?")
    page.locator(".o_call_offline").wait_for()
    assert count_lines(demo_server, activity) == 0
    page.context.set_offline(False)
    wait_for_lines(page, demo_server, activity, 2)
    page.locator(".o_call_offline").wait_for(state="detached")


def test_two_windows(page_as, demo_server, task):
    """The second window goes on, the first one says so and mixes nothing."""
    activity, _deal = task
    first, second = page_as("manager1"), page_as("manager1")
    start_from_the_day(first, demo_server, activity)
    first.keyboard.press("Enter")
    wait_for_text(first, "Do you need scanners?")
    wait_for_lines(first, demo_server, activity, 1)
    open_interrupted(second, demo_server, activity)
    wait_for_text(second, "Do you need scanners?")
    first.keyboard.press("2")
    first.locator(".o_call_moved").wait_for()
    second.keyboard.press("1")
    wait_for_text(second, "How much have you planned?")
    lines = demo_server.rpc(
        "manager1",
        "crm.call.line",
        "search_read",
        [("call_id.activity_id", "=", activity), ("kind", "in", ["answer", "stray"])],
        fields=["kind", "is_taken_back"],
        order="number",
    )
    assert [(line["kind"], line["is_taken_back"]) for line in lines][:1] == [("stray", True)]
    first.locator(".o_call_take_over").click()
    first.locator(".o_call_moved").wait_for(state="detached")
    wait_for_text(first, "How much have you planned?")


def test_foreign_manager_is_refused(page_as, demo_server, task):
    """A manager limited to his own clients neither sees the call nor begins one."""
    activity, deal = task
    page = page_as("manager1")
    start_from_the_day(page, demo_server, activity)
    call = get_call(demo_server, activity)["id"]
    with pytest.raises(RpcError):
        demo_server.rpc("manager3", "crm.lead", "action_start_call", [deal])
    with pytest.raises(RpcError):
        demo_server.rpc("manager3", "crm.call", "open_screen", [call], "window")
    with pytest.raises(RpcError):
        demo_server.rpc("manager3", "crm.call", "take_over", [call], "window")


def test_no_answer_with_one_click(page_as, demo_server, task):
    """Nobody answers: one click on the list of the day, the step of the process puts the call back."""
    activity, deal = task
    page = page_as("manager1")
    page.goto(f"{demo_server.url}/odoo/calls-today")
    row = page.locator(f".o_call_row[data-call='{activity}']")
    row.locator(".o_call_no_answer").click()
    row.wait_for(state="detached")
    call = get_call(demo_server, activity)
    assert (call["state"], call["outcome_kind"]) == ("done", "no_answer")
    following = demo_server.rpc(
        "manager1", "mail.activity", "read", [call["next_activity_id"][0]], ["call_start", "res_id"]
    )[0]
    assert following["res_id"] == deal
    assert following["call_start"]


def test_build_and_publish_a_script(page_as, demo_server):
    """The head of sales draws a question with two answers and their ends, repairs what the check says, and publishes it."""
    page = page_as("head")
    page.goto(f"{demo_server.url}/odoo/action-crm_call_scripts.crm_call_script_action/new")
    page.locator(
        ".o_form_view .o_field_widget[name=name] input, .o_form_view .o_field_widget[name=name] textarea"
    ).fill("Drawn in a journey")
    page.locator("button[name=action_edit]:visible").click()
    page.wait_for_selector(".o_call_builder .o_builder_first")
    page.locator(".o_builder_first").click()
    page.locator(".o_builder_kind").select_option("question")
    page.locator(".o_builder_name").fill("Moment")
    page.locator(".o_builder_text").fill("Is it a good moment, {contact|colleague}?")
    page.locator(".o_builder_add_answer").click()
    page.locator(".o_builder_answer_name").nth(0).fill("Yes")
    page.locator(".o_builder_answer_name").nth(1).fill("No")
    for number, (name, outcome) in enumerate((("Done", "Agreed"), ("Over", "Refused"))):
        page.locator(".o_builder_start").focus()
        page.locator(".o_builder_then").nth(number).select_option("new:end")
        page.wait_for_function("document.querySelector('.o_builder_kind')?.value === 'end'")
        page.locator(".o_builder_name").fill(name)
        page.locator(".o_builder_text").fill("Good bye.")
        if number:
            # the check names what is missing, the version cannot be published yet
            page.locator(".o_builder_saving", has_text="Saved").wait_for()
            assert page.locator(".o_builder_problem_count").inner_text().strip() not in ("", "0")
        page.locator(".o_builder_outcome").select_option(label=outcome)
    page.locator(".o_builder_saving", has_text="Saved").wait_for()
    page.locator(".o_builder_publish").click()
    page.locator(".o_builder_do_publish").click()
    page.locator(".o_builder_readonly").wait_for()
    (script,) = demo_server.rpc(
        "manager1",
        "crm.call.script",
        "search_read",
        [("name", "=", "Drawn in a journey")],
        fields=["published_id", "draft_id"],
    )
    assert script["published_id"] and not script["draft_id"]
    with pytest.raises(RpcError):
        demo_server.rpc("manager1", "crm.call.script", "action_edit", [script["id"]])
    demo_server.rpc("head", "crm.call.script", "write", [script["id"]], {"active": False})
