"""The register as the department lives with it: a proposal is agreed and sent, a contract is signed and wins the deal."""

import re

import pytest
from conftest import RpcError

pytestmark = pytest.mark.journey


@pytest.fixture
def deal(demo_server):
    """A fresh deal of manager1 on a fresh client, in a channel that head leads: its id."""
    manager = demo_server.rpc("admin", "res.users", "search", [("login", "=", "manager1")])[0]
    kind = demo_server.rpc("admin", "crm.client.type", "search", [], limit=1)[0]
    client = demo_server.rpc(
        "head",
        "res.partner",
        "create",
        {"name": "Paper journey LLC", "is_company": True, "client_type_id": kind, "user_id": manager},
    )
    team = demo_server.rpc("admin", "crm.team", "search", [("name", "=", "Website")])[0]
    return demo_server.rpc(
        "manager1",
        "crm.lead",
        "create",
        {"name": "Paper journey", "type": "opportunity", "partner_id": client, "team_id": team, "user_id": manager},
    )


def get_documents(demo_server, deal, login="manager1"):
    return demo_server.rpc(
        login,
        "crm.document",
        "search_read",
        [("lead_id", "=", deal)],
        fields=["kind", "state_id", "approval_state", "name", "log_ids"],
        order="id",
    )


def press(page, name):
    """Press one of the buttons of the next states."""
    page.mouse.move(5, 700)
    page.locator(".o_form_view .o_document_state_buttons").get_by_role("button", name=re.compile(f"^{name}")).click()


def wait_for_state(page, name):
    page.locator(".o_statusbar_status .o_arrow_button_current", has_text=name).first.wait_for()


def open_document(page, demo_server, document):
    page.goto(f"{demo_server.url}/odoo/action-crm_documents.crm_document_action/{document}")
    page.wait_for_selector(".o_form_view .o_document_state_buttons")


def new_document(page, demo_server, deal, kind):
    """Create a document on the deal's page, as one does who stands there."""
    page.goto(f"{demo_server.url}/odoo/crm/{deal}")
    page.get_by_role("tab", name="Documents").click()
    page.locator(".o_form_view .tab-pane.active, .o_form_view .o_notebook_content").get_by_role(
        "button", name=kind
    ).first.click()
    page.wait_for_selector(".o_form_view .o_field_widget[name=type_id]")


def make_quotation(demo_server, deal):
    """A quotation of the deal, as its manager makes it: its id."""
    client = demo_server.rpc("manager1", "crm.lead", "read", [deal], ["partner_id"])[0]["partner_id"][0]
    product = demo_server.rpc("manager1", "product.product", "search", [("is_client_service", "=", True)], limit=1)[0]
    line = {"product_id": product, "product_uom_qty": 2}
    return demo_server.rpc(
        "manager1",
        "sale.order",
        "create",
        {"partner_id": client, "opportunity_id": deal, "order_line": [(0, 0, line)]},
    )


def test_from_proposal_to_signed_contract(page_as, demo_server, deal):
    order = make_quotation(demo_server, deal)
    page = page_as("manager1")
    new_document(page, demo_server, deal, "Commercial proposal")
    wait_for_state(page, "In preparation")
    press(page, "Ask for Approval")
    page.locator(".o_form_view .o_field_widget[name=approval_state]", has_text="Waiting for approval").wait_for()
    proposal = get_documents(demo_server, deal)[0]
    with pytest.raises(RpcError, match="approved"):
        agreed = demo_server.rpc(
            "admin", "crm.document.state", "search", [("name", "=", "Agreed"), ("type_id.kind", "=", "proposal")]
        )[0]
        demo_server.rpc("manager1", "crm.document", "action_change_state", [proposal["id"]], agreed)

    head = page_as("head")
    open_document(head, demo_server, proposal["id"])
    press(head, "Approve")
    wait_for_state(head, "Agreed")

    open_document(page, demo_server, proposal["id"])
    press(page, "Sent")
    wait_for_state(page, "Sent")
    log = demo_server.rpc(
        "manager1", "crm.process.result", "search_read", [("lead_id", "=", deal)], fields=["display_name", "origin"]
    )
    assert ("Offer sent", "document") in {(row["display_name"], row["origin"]) for row in log}
    assert demo_server.rpc("manager1", "sale.order", "read", [order], ["state"])[0]["state"] == "sent"
    press(page, "Accepted")
    wait_for_state(page, "Accepted")
    assert demo_server.rpc("manager1", "sale.order", "read", [order], ["state"])[0]["state"] == "sale"

    new_document(page, demo_server, deal, "Contract")
    page.locator(".o_form_button_save").click()
    wait_for_state(page, "In preparation")
    press(page, "Out for signature")
    wait_for_state(page, "Out for signature")
    press(page, "Signed")
    wait_for_state(page, "Signed")
    won = demo_server.rpc("manager1", "crm.lead", "read", [deal], ["won_status"])[0]["won_status"]
    assert won == "won"


def test_a_rejection_asks_why_and_the_history_keeps_it(page_as, demo_server, deal):
    page = page_as("manager1")
    new_document(page, demo_server, deal, "Contract")
    page.locator(".o_form_button_save").click()
    wait_for_state(page, "In preparation")
    press(page, "Rejected")
    dialog = page.locator(".modal, .o_popover").last
    dialog.locator("textarea, input[type=text]").first.fill("They chose another supplier")
    dialog.get_by_role("button", name=re.compile("Rejected|Confirm|OK|Change")).first.click()
    wait_for_state(page, "Rejected")
    page.get_by_role("tab", name="History").click()
    page.locator(".o_form_view .o_list_view, .o_form_view .o_list_renderer").get_by_text(
        "They chose another supplier"
    ).first.wait_for()


def test_the_head_has_an_overdue_contract_signed_immediately(page_as, demo_server):
    overdue = demo_server.rpc(
        "head", "crm.document", "search_read", [("kind", "=", "contract"), ("is_overdue", "=", True)], ["name"], limit=1
    )[0]
    page = page_as("head")
    page.goto(f"{demo_server.url}/odoo/action-crm_documents.crm_document_action?view_type=list")
    page.wait_for_selector(".o_list_view")
    page.locator(".o_searchview_input").fill(overdue["name"])
    page.locator(".o_searchview_input").press("Enter")
    row = page.locator(".o_data_row", has_text=overdue["name"]).first
    row.wait_for()
    assert "text-danger" in (row.get_attribute("class") or "") or row.locator(".text-danger").count()
    row.locator(".o_list_record_selector input").check()
    page.get_by_role("button", name="Sign Immediately").click()
    page.locator(".o_notification", has_text="Urgent tasks: 1").wait_for()
    tasks = demo_server.rpc(
        "admin",
        "mail.activity",
        "search_read",
        [("document_id", "=", overdue["id"]), ("document_task", "=", "urge")],
        fields=["user_id", "date_deadline"],
    )
    assert len(tasks) == 1


@pytest.mark.parametrize(("lang", "width"), [("uk_UA", 1280), ("ru_RU", 380)])
def test_the_register_in_other_languages_and_on_a_phone(page_as, demo_server, lang, width):
    page = page_as("manager1", lang=lang, width=width)
    page.goto(f"{demo_server.url}/odoo/action-crm_documents.crm_document_action")
    page.wait_for_selector(".o_data_row, .o_kanban_record:not(.o_kanban_ghost)")
    text = page.locator(".o_content").inner_text()
    word = {"uk_UA": "Договір", "ru_RU": "Договор"}[lang]
    assert word in text
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1")


def test_a_manager_sees_papers_of_his_clients_only(demo_server):
    mine = demo_server.rpc("manager1", "crm.document", "search_read", [], ["client_access", "user_id"], limit=500)
    me = demo_server.rpc("admin", "res.users", "search", [("login", "=", "manager1")])[0]
    assert mine
    assert {row["client_access"] for row in mine} <= {0, me}
    foreign = demo_server.rpc("admin", "crm.document", "search", [("client_access", "not in", [0, me])], limit=1)[0]
    with pytest.raises(RpcError):
        demo_server.rpc("manager1", "crm.document", "read", [foreign], ["name"])
