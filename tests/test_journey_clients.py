"""The client directory as the demonstration department lives with it: a call, an import, and a manager too curious."""

import re

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
