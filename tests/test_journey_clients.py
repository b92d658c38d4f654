"""The client directory as the demonstration department lives with it: a call, an import, and a manager too curious."""

import re

import openpyxl
import pytest
from conftest import RpcError

pytestmark = pytest.mark.journey

MY_CLIENTS = "/odoo/my-clients"


@pytest.fixture
def curious(demo_server):
    """A manager limited to own clients, and a client of a colleague with its contact person, deal, note and file."""
    user = demo_server.rpc("admin", "res.users", "search_read", [("login", "=", "manager1")], fields=["id"])[0]["id"]
    deal = demo_server.rpc(
        "head",
        "crm.lead",
        "search_read",
        [
            ("type", "=", "opportunity"),
            ("user_id.login", "=", "manager3"),
            ("partner_id.client_id.user_id.login", "=", "manager3"),
            ("activity_ids", "!=", False),
        ],
        fields=["id", "name", "partner_id", "activity_ids"],
        limit=1,
    )[0]
    person = demo_server.rpc("head", "res.partner", "read", [deal["partner_id"][0]], ["name", "email", "client_id"])[0]
    client = demo_server.rpc(
        "head", "res.partner", "read", [person["client_id"][0]], ["name", "email", "phone", "city"]
    )[0]
    note = demo_server.rpc(
        "head", "res.partner", "message_post", client["id"], body="Pays late", message_type="comment"
    )
    file = demo_server.rpc(
        "head",
        "ir.attachment",
        "create",
        {"name": "offer.txt", "raw": "secret price", "res_model": "res.partner", "res_id": client["id"]},
    )
    own = demo_server.rpc(
        "manager1", "res.partner", "search", [("client_type_id", "!=", False), ("user_id", "=", user)], limit=1
    )[0]
    return {
        "user": user,
        "client": client,
        "person": person,
        "deal": deal,
        "note": note if isinstance(note, int) else note[0],
        "file": file,
        "own": own,
    }


def test_twelve_ways_to_a_foreign_client(demo_server, page_as, curious):
    def ask(model, method, *args, **kwargs):
        return demo_server.rpc("manager1", model, method, *args, **kwargs)

    def refused(model, method, *args, **kwargs):
        with pytest.raises(RpcError) as refusal:
            ask(model, method, *args, **kwargs)
        assert refusal.value.name.startswith("odoo.exceptions."), refusal.value.name
        assert client["name"] not in str(refusal.value)

    client, person, deal = curious["client"], curious["person"], curious["deal"]
    # 1 list, 2 search, 3 name search
    page = page_as("manager1")
    page.goto(demo_server.url + MY_CLIENTS)
    page.wait_for_selector(".o_list_view .o_data_row")
    assert not page.locator(".o_data_row", has_text=client["name"]).count()
    assert not page.get_by_role("menuitem", name="All Clients").count()
    assert ask("res.partner", "search_count", [("id", "=", client["id"])]) == 0
    assert ask("res.partner", "search", [("email", "=", client["email"])]) == []
    assert ask("res.partner", "name_search", client["name"]) == []
    # 4 read by id, in the web client too, 5 export
    refused("res.partner", "web_read", [client["id"]], {"name": {}})
    page.goto(f"{demo_server.url}/odoo/all-clients/{client['id']}")
    page.wait_for_timeout(2000)
    assert client["name"] not in page.content()
    demo_server.rpc("admin", "res.users", "write", [curious["user"]], {"group_ids": [(4, export_group(demo_server))]})
    refused("res.partner", "export_data", [client["id"]], ["name"])
    # 6 grouped figures
    groups = ask("res.partner", "formatted_read_group", [("client_type_id", "!=", False)], ["city"], ["__count"])
    everybody = demo_server.rpc(
        "head", "res.partner", "formatted_read_group", [("client_type_id", "!=", False)], ["city"], ["__count"]
    )
    assert sum(group["__count"] for group in groups) < sum(group["__count"] for group in everybody)
    assert ask("res.partner", "formatted_read_group", [("id", "=", client["id"])], ["city"], ["__count"]) == []
    # 7 chatter, 8 the file by its address, 9 activity
    assert ask("mail.message", "search_count", [("id", "=", curious["note"])]) == 0
    refused("mail.message", "read", [curious["note"]], ["body"])
    refused("ir.attachment", "read", [curious["file"]], ["raw"])
    answer = page.request.get(f"{demo_server.url}/web/content/{curious['file']}")
    assert "secret" not in answer.text()
    assert ask("mail.activity", "search_count", [("id", "in", deal["activity_ids"])]) == 0
    # 10 contact person, 11 the deal's partner, 12 merge
    refused("res.partner", "read", [person["id"]], ["name"])
    assert ask("res.partner", "search_count", [("parent_id", "=", client["id"])]) == 0
    refused("crm.lead", "web_read", [deal["id"]], {"partner_id": {"fields": {"display_name": {}}}})
    refused("crm.lead", "create", {"name": "Peep", "partner_id": client["id"]})
    both = [curious["own"], client["id"]]
    cards = {"state": "selection", "partner_ids": [(6, 0, both)], "dst_partner_id": curious["own"]}
    refused("base.partner.merge.automatic.wizard", "create", cards)
    refused(
        "crm.client.merge", "default_get", ["partner_ids"], context={"active_model": "res.partner", "active_ids": both}
    )
    assert demo_server.rpc("head", "res.partner", "search_count", [("id", "=", client["id"])]) == 1


def export_group(demo_server):
    found = demo_server.rpc(
        "admin",
        "ir.model.data",
        "search_read",
        [("module", "=", "base"), ("name", "=", "group_allow_export")],
        fields=["res_id"],
    )
    return found[0]["res_id"]


@pytest.mark.parametrize("lang", ["en_US", "uk_UA", "ru_RU"])
@pytest.mark.parametrize("width", [1280, 380])
def test_directory_and_card_fit_the_window(page_as, demo_server, lang, width):
    page = page_as("manager1", lang, width=width)
    page.goto(demo_server.url + MY_CLIENTS)
    page.locator(".o_data_row, .o_kanban_record:not(.o_kanban_ghost)").first.click()
    page.wait_for_selector(".o_form_view [name=client_level_id]")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    text = page.locator(".o_form_view").inner_text()
    assert bool(re.search("[А-Яа-яІЇЄ]", text)) or lang == "en_US"


def test_the_card_says_who_it_is_and_what_is_next(page_as, demo_server):
    """All on the first screen of a laptop, without scrolling."""
    page = page_as("manager1")
    page.goto(demo_server.url + MY_CLIENTS)
    page.locator(".o_data_row").first.click()
    page.wait_for_selector(".o_form_view")
    for name in ("client_type_id", "client_level_id", "user_id", "client_service_ids"):
        box = page.locator(f".o_form_view [name={name}]:visible").first.bounding_box()
        assert box["y"] + box["height"] < 800, name


def test_a_name_and_enter_make_a_client(page_as, demo_server):
    page = page_as("manager1")
    page.goto(demo_server.url + MY_CLIENTS)
    page.locator(".o_switch_view.o_kanban").click()
    page.wait_for_selector(".o_kanban_group")
    page.locator(".o_kanban_group .o_kanban_quick_add").first.click()
    page.wait_for_selector(".o_kanban_quick_create [name=name] input")
    page.keyboard.type("Typed and Enter LLC")
    page.keyboard.press("Enter")
    page.locator(".o_kanban_record", has_text="Typed and Enter LLC").wait_for()
    made = demo_server.rpc(
        "manager1",
        "res.partner",
        "search_read",
        [("name", "=", "Typed and Enter LLC")],
        fields=["client_type_id", "user_id", "client_level_id", "is_company"],
    )
    assert len(made) == 1
    assert made[0]["client_type_id"] and made[0]["client_level_id"] and made[0]["is_company"]
    assert made[0]["user_id"][0] == demo_server.rpc("admin", "res.users", "search", [("login", "=", "manager1")])[0]


# ------------------------------------------------------------
# A CALL
# ------------------------------------------------------------


def test_a_call_becomes_a_deal_with_the_keyboard_alone(page_as, demo_server):
    page = page_as("manager1")
    page.goto(f"{demo_server.url}/odoo/action-crm_clients.crm_lead_action_inquiry/new")
    page.wait_for_selector(".o_inquiry_form [name=phone] input:focus")
    for text in ("+380 67 111 22 33", "hanna@vulyk.example", "Hanna"):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    focus(page, "partner_name")
    page.keyboard.type("Vulyk LLC")
    focus(page, "source_id")
    page.keyboard.type("Referral")
    page.locator(".o-autocomplete--dropdown-item", has_text="Referral").first.wait_for()
    page.keyboard.press("Enter")
    page.keyboard.press("Alt+v")
    page.wait_for_selector(".o_lead_opportunity_form")
    (deal,) = demo_server.rpc(
        "manager1",
        "crm.lead",
        "search_read",
        [("email_from", "=", "hanna@vulyk.example")],
        fields=["type", "is_inquiry", "partner_id", "user_id", "source_id"],
    )
    assert (deal["type"], deal["is_inquiry"], deal["source_id"][1]) == ("opportunity", True, "Referral")
    person = demo_server.rpc(
        "manager1", "res.partner", "read", [deal["partner_id"][0]], ["name", "phone", "client_id"]
    )[0]
    assert (person["name"], person["phone"].replace(" ", "")) == ("Hanna", "+380671112233")
    client = demo_server.rpc(
        "manager1",
        "res.partner",
        "read",
        [person["client_id"][0]],
        ["name", "is_company", "client_type_id", "user_id", "client_source_id"],
    )[0]
    assert (client["name"], client["is_company"], client["client_source_id"][1]) == ("Vulyk LLC", True, "Referral")
    assert client["client_type_id"] and client["user_id"] == deal["user_id"]


def focus(page, name):
    """Press Tab until the field has the focus, as somebody without a mouse does."""
    for _step in range(12):
        if page.evaluate("document.activeElement.closest('.o_field_widget')?.getAttribute('name')") == name:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never comes to {name}")


# ------------------------------------------------------------
# AN IMPORT
# ------------------------------------------------------------

HEADERS = [
    "Client",
    "Country",
    "Registration number",
    "E-mail",
    "Phone",
    "Source",
    "Contact person",
    "Contact's e-mail",
]


def make_workbook(path, rows):
    book = openpyxl.Workbook()
    for row in [HEADERS, *rows]:
        book.active.append(row)
    book.save(path)
    return path


def run_import(page, demo_server, path):
    """Choose the file, start, wait for the report; return what the import counted."""
    page.goto(f"{demo_server.url}/odoo/action-crm_clients.crm_client_import_action/new")
    page.wait_for_selector(".o_client_import_file")
    page.locator(".o_client_import_file input[type=file]").set_input_files(path)
    start = page.locator("button[name=action_start]:visible")
    start.wait_for()
    start.click()
    # nothing is pressed from here on: the page moves by itself
    page.locator(".o_statusbar_status button[data-value=done].o_arrow_button_current").wait_for(timeout=120_000)
    names = ["created_count", "updated_count", "skipped_count", "failed_count"]
    found = demo_server.rpc("manager1", "crm.client.import", "search_read", [], fields=names, order="id desc", limit=1)[
        0
    ]
    return found["id"], [found[name] for name in names]


def test_three_bad_rows_are_corrected_and_imported_again(page_as, demo_server, tmp_path):
    rows = [
        [f"Imported {number} LLC", "Ukraine", None, f"office@imported{number}.example", None, "Referral", None, None]
        for number in range(20)
    ]
    rows[3][6:] = ["Olha", "olha@imported3.example"]
    rows[5][2] = "32855968"  # the check digit of this EDRPOU does not fit
    rows[9][5] = "No such source"
    rows[14][0] = None
    page = page_as("manager1")
    first, counts = run_import(page, demo_server, make_workbook(tmp_path / "clients.xlsx", rows))
    assert counts == [17, 0, 0, 3]

    with page.expect_download() as download:
        page.locator(".o_client_import_report [name=failed_file] a, .o_client_import_report .fa-download").first.click()
    bad = tmp_path / "bad.xlsx"
    download.value.save_as(bad)
    book = openpyxl.load_workbook(bad)
    sheet = book.worksheets[0]
    table = {cell.value: cell.column for cell in next(sheet.iter_rows(max_row=1)) if cell.value}
    assert "Reason" in table and sheet.max_row == 4
    for row in range(2, 5):
        assert sheet.cell(row, table["Reason"]).value
    for row in range(2, 5):
        name = sheet.cell(row, table["Client"])
        if sheet.cell(row, table["Registration number"]).value:
            sheet.cell(row, table["Registration number"]).value = "32855961"
        if sheet.cell(row, table["Source"]).value == "No such source":
            sheet.cell(row, table["Source"]).value = "Referral"
        name.value = name.value or "Imported 14 LLC"
    book.save(bad)

    second, counts = run_import(page, demo_server, bad)
    assert counts == [3, 0, 0, 0] and second != first
    clients = demo_server.rpc(
        "manager1",
        "res.partner",
        "search_read",
        [("client_import_id", "in", [first, second])],
        fields=["name", "parent_id"],
    )
    assert sorted(client["name"] for client in clients if not client["parent_id"]) == sorted(
        f"Imported {number} LLC" for number in range(20)
    )
    assert [client["name"] for client in clients if client["parent_id"]] == ["Olha"]
