"""From the client's card to the client's mailbox, with a real mail server: three clicks, one letter, clear words if not."""

import importlib.util
import io

import pytest
from conftest import RpcError
from suite_tool.layout import find_layout

pytestmark = pytest.mark.journey

ADDRESS = "taras.sales@lybid.example"
PASSWORD = "open sesame"


@pytest.fixture(scope="session")
def smtp():
    """The class of the mail server that the addon's own tests use."""
    path = find_layout().root / "addons" / "crm_invoicing" / "tests" / "smtp_server.py"
    spec = importlib.util.spec_from_file_location("smtp_server", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def allow_port(demo_server):
    """Let mailboxes of the demonstration connect to ports of the loopback."""

    def allow(port):
        demo_server.rpc("admin", "ir.config_parameter", "set_param", "crm_invoicing.mailbox_ports", str(port))

    return allow


@pytest.fixture
def client(demo_server):
    """A fresh client of manager1 with a contact person and a ticked service: its id."""
    manager = demo_server.rpc("admin", "res.users", "search", [("login", "=", "manager1")])[0]
    kind = demo_server.rpc("admin", "crm.client.type", "search", [], limit=1)[0]
    services = demo_server.rpc("admin", "product.template", "search", [("is_client_service", "=", True)], limit=2)
    country = demo_server.rpc("admin", "res.country", "search", [("code", "=", "UA")])[0]
    return demo_server.rpc(
        "head",
        "res.partner",
        "create",
        {
            "name": "Letter journey LLC",
            "is_company": True,
            "client_type_id": kind,
            "user_id": manager,
            "country_id": country,
            "lang": "uk_UA",
            "client_service_ids": [(6, 0, services)],
            "child_ids": [(0, 0, {"name": "Petro Pysar", "email": "petro@letters.example", "lang": "uk_UA"})],
        },
    )


def set_up_mailbox(page, demo_server, port, password=PASSWORD):
    """As the manager does it: the dialog, its fields, the test."""
    page.goto(f"{demo_server.url}/odoo/action-crm_invoicing.crm_mailbox_action")
    dialog = page.locator(".modal")
    dialog.locator("[name=address] input").fill(ADDRESS)
    dialog.locator("[name=login] input").fill(ADDRESS)
    dialog.locator("[name=host] input").fill("127.0.0.1")
    dialog.locator("[name=encryption] input[data-value=none]").check()
    dialog.locator("[name=port] input").fill(str(port))
    dialog.locator("[name=password] input").fill(password)
    dialog.locator("button[name=action_test_and_save]").click()


def open_card(page, demo_server, client):
    page.goto(f"{demo_server.url}/odoo/my-clients/{client}")
    page.wait_for_selector(".o_form_view button[name=action_enter_invoice]")


def get_letters(demo_server, client):
    return demo_server.rpc(
        "manager1",
        "crm.invoice.letter",
        "search_read",
        [("move_id.partner_id", "child_of", client)],
        fields=["state", "failure", "email_to", "move_id"],
    )


def test_three_clicks_to_the_mailbox_of_the_client(page_as, demo_server, client, smtp, allow_port):
    with smtp.SmtpServer(logins={ADDRESS: PASSWORD}) as server:
        allow_port(server.port)
        page = page_as("manager1")
        set_up_mailbox(page, demo_server, server.port)
        page.locator(".o_notification", has_text=ADDRESS).first.wait_for()
        assert not server.mailbox  # the test sends nothing
        open_card(page, demo_server, client)
        clicks = 0
        for button in ("action_enter_invoice", "action_generate_and_send", "action_send"):
            page.locator(f"button[name={button}]:visible").last.click()
            clicks += 1
        page.locator(".o_notification", has_text="petro@letters.example").wait_for()
        assert clicks == 3
        assert len(server.letters) == 1
        letter = server.letters[0]
        assert ADDRESS in letter["From"]
        assert "petro@letters.example" in letter["To"]
        pdf = next(part for part in letter.walk() if part.get_content_type() == "application/pdf")
        assert pdf.get_content().startswith(b"%PDF")
        assert len(io.BytesIO(pdf.get_content()).getvalue()) > 5000
    letters = get_letters(demo_server, client)
    assert [row["state"] for row in letters] == ["sent"]
    invoice = demo_server.rpc(
        "manager1",
        "account.move",
        "read",
        [letters[0]["move_id"][0]],
        ["state", "invoice_user_id", "name", "partner_id"],
    )[0]
    assert invoice["state"] == "posted"
    document = demo_server.rpc(
        "manager1", "crm.document", "search_read", [("move_id", "=", invoice["id"])], ["kind", "state_id", "name"]
    )
    assert [row["kind"] for row in document] == ["invoice"]
    open_card(page, demo_server, client)
    page.get_by_role("tab", name="Issued Invoices").click()
    page.locator(".o_data_row", has_text=invoice["name"]).get_by_text("Petro Pysar").first.wait_for()


def test_a_wrong_password_sends_nothing_and_the_same_letter_goes_later(page_as, demo_server, client, smtp, allow_port):
    with smtp.SmtpServer(logins={ADDRESS: PASSWORD}) as server:
        allow_port(server.port)
        page = page_as("manager1")
        set_up_mailbox(page, demo_server, server.port)
        page.locator(".o_notification", has_text=ADDRESS).first.wait_for()
        server.logins[ADDRESS] = "changed meanwhile"
        open_card(page, demo_server, client)
        for button in ("action_enter_invoice", "action_generate_and_send", "action_send"):
            page.locator(f"button[name={button}]:visible").last.click()
        page.locator(".modal .alert-danger", has_text="password").first.wait_for()
        assert not server.mailbox
        assert [row["state"] for row in get_letters(demo_server, client)] == ["failed"]
        server.logins[ADDRESS] = PASSWORD
        page.locator(".modal button[name=action_send]:visible").click()
        page.locator(".o_notification", has_text="petro@letters.example").wait_for()
        assert len(server.letters) == 1
    assert [row["state"] for row in get_letters(demo_server, client)] == ["sent"]


def test_without_a_mailbox_nothing_is_sent_and_the_letter_says_why(page_as, demo_server):
    """manager5 never set one up."""
    clients = demo_server.rpc(
        "manager5",
        "res.partner",
        "search",
        [("client_type_id", "!=", False), ("client_service_ids", "!=", False), ("child_ids.email", "!=", False)],
        limit=1,
    )
    page = page_as("manager5")
    open_card(page, demo_server, clients[0])
    for button in ("action_enter_invoice", "action_generate_and_send"):
        page.locator(f"button[name={button}]:visible").last.click()
    page.locator(".modal .alert-warning button[name=action_open_mailbox]").wait_for()
    page.locator(".modal button[name=action_send]:visible").click()
    page.locator(".modal", has_text="mailbox").last.wait_for()
    letters = get_letters(demo_server, clients[0]) or demo_server.rpc(
        "manager5", "crm.invoice.letter", "search_read", [], ["state"], limit=1
    )
    assert {row["state"] for row in letters} <= {"draft", "failed"}


def test_nobody_invoices_a_foreign_client(demo_server, client):
    with pytest.raises(RpcError):
        demo_server.rpc("manager4", "res.partner", "action_enter_invoice", [client])
