"""The funnel as the demonstration department lives with it: a process is built, a sale is won, another refused."""

import re

import pytest
from conftest import RpcError

pytestmark = pytest.mark.journey

PIPELINE = "/odoo/crm"


@pytest.fixture
def client(demo_server):
    """A fresh client of manager1: its id."""
    manager = demo_server.rpc("admin", "res.users", "search", [("login", "=", "manager1")])[0]
    kind = demo_server.rpc("admin", "crm.client.type", "search", [], limit=1)[0]
    return demo_server.rpc(
        "head",
        "res.partner",
        "create",
        {"name": "Funnel journey LLC", "is_company": True, "client_type_id": kind, "user_id": manager},
    )


def get_log(demo_server, client, login="manager1"):
    """The log of the client's deals, the oldest first: kind, name of the result, stage afterwards."""
    rows = demo_server.rpc(
        login,
        "crm.process.result",
        "search_read",
        [("client_id", "=", client)],
        fields=["kind", "display_name", "stage_id", "comment", "lost_reason_id"],
        order="id",
    )
    return [(row["kind"], row["display_name"]) for row in rows], rows


def press(page, name):
    """Press a result button of the open deal by its words, as somebody whose mouse has moved on since the last one."""
    page.mouse.move(5, 700)
    page.locator(".o_form_view .o_result_buttons").get_by_role("button", name=re.compile(re.escape(name))).click()


def fill_form(page, field, text):
    box = page.locator(f".modal [name={field}] textarea, .modal [name={field}] input").first
    box.fill(text)
    return box


def wait_for_stage(page, name):
    page.locator(".o_statusbar_status .o_arrow_button_current", has_text=name).first.wait_for()


# ------------------------------------------------------------
# A MANAGER
# ------------------------------------------------------------


def test_from_start_sale_to_won_by_buttons_alone(page_as, demo_server, client):
    page = page_as("manager1")
    page.goto(f"{demo_server.url}/odoo/my-clients/{client}")
    page.locator(".o_form_view button[name=action_start_sale]").click()
    page.wait_for_selector(".o_lead_opportunity_form .o_result_buttons")
    press(page, "Cold call succeeded")
    wait_for_stage(page, "Call")
    press(page, "Decision maker found")
    page.locator(".o_result_buttons [data-key^=step_]", has_text="Decision maker found").wait_for(state="detached")
    press(page, "Offer sent")
    wait_for_stage(page, "Commercial proposal")
    press(page, "Meeting held")
    fill_form(page, "comment", "They want it by spring")
    page.locator(".modal button[name=action_record]").click()
    wait_for_stage(page, "Meeting")
    press(page, "Contract signed")
    fill_form(page, "amount", "1200").press("Tab")
    page.locator(".modal button[name=action_record]").click()
    wait_for_stage(page, "Contract")
    log, rows = get_log(demo_server, client)
    assert log == [
        ("start", "Start"),
        ("progress", "Cold call succeeded"),
        ("progress", "Decision maker found"),
        ("progress", "Offer sent"),
        ("progress", "Meeting held"),
        ("won", "Contract signed"),
    ]
    assert rows[4]["comment"] == "They want it by spring"
    (deal,) = demo_server.rpc(
        "manager1",
        "crm.lead",
        "search_read",
        [("partner_id", "=", client)],
        fields=["won_status", "probability", "expected_revenue", "activity_ids"],
    )
    assert (deal["won_status"], deal["probability"], deal["expected_revenue"]) == ("won", 100, 1200)
    assert not deal["activity_ids"], "nothing is left to do"
    card = demo_server.rpc("manager1", "res.partner", "read", [client], ["client_level_id"])[0]
    assert card["client_level_id"][1] == "Arrived"


def test_to_refusal_by_buttons_alone(page_as, demo_server, client):
    page = page_as("manager1")
    page.goto(f"{demo_server.url}/odoo/my-clients/{client}")
    page.locator(".o_form_view button[name=action_start_sale]").click()
    page.wait_for_selector(".o_lead_opportunity_form .o_result_buttons")
    press(page, "No answer")
    page.locator(".o_result_buttons button", has_text="2 of 3 in a row").wait_for()
    press(page, "Refused")
    box = page.locator(".modal [name=lost_reason_id] input")
    box.click()
    page.locator(".o-autocomplete--dropdown-item").first.click()
    page.locator(".modal button[name=action_record]").click()
    page.locator(".ribbon", has_text="Lost").wait_for()
    log, rows = get_log(demo_server, client)
    assert log == [("start", "Start"), ("neutral", "No answer"), ("refusal", "Refused")]
    assert rows[-1]["lost_reason_id"]
    card = demo_server.rpc("manager1", "res.partner", "read", [client], ["client_level_id"])[0]
    assert card["client_level_id"][1] == "Uninterested"


def test_a_colleague_presses_nothing_here(demo_server, client):
    """Who sees own clients only has neither the deal of a colleague nor its buttons."""
    demo_server.rpc("manager1", "res.partner", "action_start_sale", [client])
    deal = demo_server.rpc("manager1", "crm.lead", "search", [("partner_id", "=", client)])
    buttons = demo_server.rpc("manager1", "crm.lead", "get_result_buttons", deal)
    step = buttons["buttons"][0]["step_id"]
    for method, args in (
        ("get_result_buttons", []),
        ("action_record_result", [step, buttons["last_result_id"]]),
        ("action_revoke_result", [buttons["last_result_id"]]),
        ("action_start_sale", []),
    ):
        with pytest.raises(RpcError) as refusal:
            demo_server.rpc("manager3", "crm.lead", method, deal, *args)
        assert refusal.value.name == "odoo.exceptions.AccessError"
    assert len(get_log(demo_server, client)[0]) == 1


# ------------------------------------------------------------
# THE ADMINISTRATOR
# ------------------------------------------------------------


def test_administrator_builds_stages_and_a_process(page_as, demo_server):
    page = page_as("admin")
    page.goto(f"{demo_server.url}/odoo/action-crm.crm_stage_action/new")
    for name, probability, is_won in (("Trial", "35", False), ("Subscribed", None, True)):
        page.locator(".o_form_view [name=name] input").fill(name)
        if is_won:
            page.locator(".o_form_view [name=is_won] input").check()
        else:
            page.locator(".o_form_view [name=on_change] input").check()
            page.locator(".o_form_view [name=probability] input").fill(probability)
        page.locator(".o_form_button_save").click()
        page.wait_for_function("!location.pathname.endsWith('/new')")  # the address says that it is saved
        page.goto(f"{demo_server.url}/odoo/action-crm.crm_stage_action/new")
    stages = demo_server.rpc(
        "admin",
        "crm.stage",
        "search_read",
        [("name", "in", ["Trial", "Subscribed"])],
        fields=["name", "probability"],
        order="probability",
    )
    assert [(stage["name"], stage["probability"]) for stage in stages] == [("Trial", 35), ("Subscribed", 100)]

    page.goto(f"{demo_server.url}/odoo/business-processes/new")
    page.locator(".o_form_view [name=name] input").fill("Subscription")
    add_step(page, "Trial begun", "Progress", "Trial")
    page.locator(".o_form_button_save").click()
    page.locator(".alert", has_text="No step wins the deal").wait_for()
    page.locator("button[name=action_start_using]").click()
    page.locator(".modal", has_text="No step wins the deal").wait_for()
    page.locator(".modal .btn-close, .modal footer button").first.click()
    add_step(page, "Has subscribed", "Won", "Subscribed")
    page.locator("button[name=action_start_using]").click()
    page.locator(".o_statusbar_status .o_arrow_button_current", has_text="In Use").first.wait_for()
    (process,) = demo_server.rpc(
        "admin", "crm.process", "search_read", [("name", "=", "Subscription")], fields=["state", "step_ids"]
    )
    assert process["state"] == "running" and len(process["step_ids"]) == 2
    demo_server.rpc("admin", "crm.process", "action_back_to_draft", [process["id"]])


def add_step(page, name, kind, stage):
    page.locator(".o_form_view [name=step_ids] .o_field_x2many_list_row_add a").first.click()
    dialog = page.locator(".modal")
    dialog.locator("[name=name] input").fill(name)
    dialog.get_by_label(kind, exact=True).check()
    dialog.locator("[name=stage_id] input").fill(stage)
    page.locator(".o-autocomplete--dropdown-item", has_text=stage).first.click()
    dialog.locator(".o_form_button_save, .o_form_buttons_edit button.btn-primary").first.click()
    dialog.wait_for(state="detached")


# ------------------------------------------------------------
# THE HEAD OF SALES
# ------------------------------------------------------------


def test_head_reassigns_tasks(page_as, demo_server):
    """A task goes to another manager, with the client and the deal if he could not open them otherwise."""
    (other,) = demo_server.rpc(
        "head", "res.users", "search_read", [("login", "=", "manager2")], fields=["name", "partner_id"]
    )
    tasks = [("user_id", "=", other["id"]), ("lead_id", "!=", False)]
    before = set(demo_server.rpc("head", "mail.activity", "search", tasks))
    page = page_as("head")
    page.goto(f"{demo_server.url}/odoo/sales-tasks")
    page.wait_for_selector(".o_list_view .o_data_row")
    rows = page.locator(".o_data_row").filter(has_not_text=other["name"])
    rows.first.locator(".o_list_record_selector input").check()
    page.get_by_role("button", name="Reassign or Move").click()
    page.locator(".modal [name=user_id] input").fill(other["name"])
    page.locator(".o-autocomplete--dropdown-item", has_text=other["name"]).first.click()
    page.wait_for_timeout(500)  # the form asks whether he may open what the task is about
    hands_over = page.locator(".modal [name=hands_over] input")
    if hands_over.count():
        hands_over.check()
    page.locator(".modal button[name=action_apply]").click()
    page.locator(".modal").wait_for(state="detached")
    moved = set(demo_server.rpc("head", "mail.activity", "search", tasks)) - before
    assert moved
    for task in demo_server.rpc("manager2", "mail.activity", "read", list(moved), ["lead_id"]):
        assert demo_server.rpc("manager2", "crm.lead", "read", [task["lead_id"][0]], ["name"])


# ------------------------------------------------------------
# EVERYBODY
# ------------------------------------------------------------


@pytest.mark.parametrize("lang", ["en_US", "uk_UA", "ru_RU"])
@pytest.mark.parametrize("width", [1280, 380])
def test_funnel_fits_the_window(page_as, demo_server, lang, width):
    page = page_as("manager1", lang, width=width)
    page.goto(demo_server.url + PIPELINE)
    page.wait_for_selector(".o_kanban_record:not(.o_kanban_ghost)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator(".o_kanban_record:not(.o_kanban_ghost) .fw-bold").first.click()
    page.wait_for_selector(".o_lead_opportunity_form .o_result_buttons")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    text = page.locator(".o_lead_opportunity_form").inner_text()
    assert bool(re.search("[А-Яа-яІЇЄ]", text)) or lang == "en_US"
