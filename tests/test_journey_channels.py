"""Sales channels as the demonstration department lives with them: head, manager, leader, in three languages, on a phone."""

import re

import pytest
from conftest import RpcError

DASHBOARD = "/odoo/action-crm_channels.crm_team_dashboard_action"
CHANNELS = "/odoo/action-crm_channels.crm_team_action"
CARD = ".o_kanban_record:not(.o_kanban_ghost)"

pytestmark = pytest.mark.journey


@pytest.fixture
def channels(demo_server):
    """The three channels of the department by name, as the head sees them."""
    found = demo_server.rpc(
        "head",
        "crm.team",
        "search_read",
        [],
        fields=["name", "use_quotations", "dashboard_graph", "dashboard_counters"],
    )
    assert len(found) == 3
    return {channel["name"]: channel for channel in found}


def open_dashboard(page, demo_server):
    page.goto(demo_server.url + DASHBOARD)
    page.wait_for_selector(f"{CARD} canvas")
    return page.locator(CARD)


def records_in_list(page):
    """Number of records that the pager of the opened list counts."""
    page.wait_for_selector(".o_list_view .o_data_row")
    return int(re.search(r"(\d+)\s*$", page.locator(".o_pager").inner_text().replace("\n", " ").rstrip()).group(1))


def test_every_counter_opens_as_many_records_as_it_says(page_as, demo_server, channels):
    page = page_as("head")
    opened = 0
    for name, channel in channels.items():
        for item in channel["dashboard_counters"]["items"]:
            if not item["count"]:
                continue
            cards = open_dashboard(page, demo_server)
            card = cards.filter(has_text=name)
            card.locator(f"[data-counter={item['name']}]").click()
            assert records_in_list(page) == item["count"], f"{name}: {item['name']}"
            opened += 1
    assert opened >= 10


def test_a_bar_opens_from_the_keyboard(page_as, demo_server, channels):
    page = page_as("head")
    name, graph = next(
        (name, c["dashboard_graph"]) for name, c in channels.items() if any(c["dashboard_graph"]["values"])
    )
    card = open_dashboard(page, demo_server).filter(has_text=name)
    index = next(index for index, value in enumerate(graph["values"]) if value)
    card.locator(".o_channel_graph_cursor, [class*=o_channel_graph] button").first.focus()
    for _step in range(index):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    assert records_in_list(page) >= 1
    assert name in page.locator(".o_control_panel").inner_text()


@pytest.mark.parametrize("lang", ["en_US", "uk_UA", "ru_RU"])
@pytest.mark.parametrize("width", [1280, 380])
def test_the_page_fits_the_window_in_each_language(page_as, demo_server, lang, width):
    page = page_as("head", lang, width=width)
    open_dashboard(page, demo_server)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    wider = page.evaluate(
        f"[...document.querySelectorAll('{CARD} *')].filter(e => e.scrollWidth > e.clientWidth + 1"
        " && getComputedStyle(e).overflowX === 'visible' && e.clientWidth && e.tagName !== 'CANVAS'"
        " && getComputedStyle(e).display !== 'inline').map(e => e.className)"
    )
    assert not wider, "texts run out of their boxes"


def test_an_order_of_a_channel_without_quotations_is_confirmed_directly(page_as, demo_server, channels):
    direct = next(channel for channel in channels.values() if not channel["use_quotations"])
    deal = demo_server.rpc(
        "admin",
        "crm.lead",
        "create",
        {
            "name": "Journey without quotation",
            "type": "opportunity",
            "team_id": direct["id"],
            "user_id": demo_server.rpc("admin", "res.users", "search", [("login", "=", "manager5")])[0],
            "partner_id": demo_server.rpc(
                "manager5", "res.partner", "search", [("user_id.login", "=", "manager5")], limit=1
            )[0],
        },
    )
    page = page_as("manager5")
    page.goto(f"{demo_server.url}/odoo/action-crm.crm_lead_action_pipeline/{deal}")
    page.get_by_role("button", name="New Order").click()
    page.wait_for_selector(".o_form_view button[name=action_confirm]:visible")
    assert not page.locator("button[name=action_quotation_send]:visible").count()
    assert not page.locator(".o_statusbar_status:visible").count()
    page.get_by_role("button", name="Add a product").click()
    page.locator("[name=product_template_id] input, [name=product_id] input").first.click()
    page.locator(".o-autocomplete--dropdown-item").first.click()
    page.wait_for_timeout(1500)
    page.locator("button[name=action_confirm]:visible").first.click()
    page.wait_for_selector(".o_statusbar_status button[data-value=sale]")
    order = demo_server.rpc(
        "manager5", "sale.order", "search_read", [("opportunity_id", "=", deal)], fields=["state", "team_id"]
    )
    assert [(row["state"], row["team_id"][0]) for row in order] == [("sale", direct["id"])]


def test_turning_the_pipeline_off_says_first_what_happens(page_as, demo_server, channels):
    channel = next(channel for channel in channels.values() if channel["use_quotations"])
    page = page_as("head", "uk_UA")
    page.goto(f"{demo_server.url}{CHANNELS}/{channel['id']}")
    page.locator("[name=use_opportunities] input").click()
    dialog = page.locator(".modal-dialog")
    dialog.wait_for()
    deals = next(item["count"] for item in channel["dashboard_counters"]["items"] if item["name"] == "deals")
    assert str(deals) in dialog.inner_text()
    assert "Відкритих записів" in dialog.inner_text()
    dialog.get_by_role("button").last.click()
    page.locator(".o_form_button_cancel").click()
    assert demo_server.rpc("head", "crm.team", "read", [channel["id"]], ["use_opportunities"])[0]["use_opportunities"]


def test_a_manager_is_refused_what_is_not_his(page_as, demo_server, channels):
    page = page_as("manager1")
    open_dashboard(page, demo_server)
    assert not page.get_by_role("button", name="Configuration").count()
    assert not page.locator(".o_channel_target_edit").count()
    channel = next(iter(channels.values()))["id"]
    with pytest.raises(RpcError, match="not allowed"):
        demo_server.rpc("manager1", "crm.team", "write", [channel], {"use_quotations": False})
    with pytest.raises(RpcError, match="leader"):
        demo_server.rpc("manager1", "crm.team", "update_invoiced_target", [channel], 5)


def test_a_manager_sees_his_own_figures_only(demo_server, channels):
    mine = demo_server.rpc("manager1", "crm.team", "search_read", [], fields=["name", "dashboard_counters"])
    for channel in mine:
        for item in channel["dashboard_counters"]["items"]:
            everything = {i["name"]: i["count"] for i in channels[channel["name"]]["dashboard_counters"]["items"]}
            assert item["count"] <= everything[item["name"]]
    assert any(
        item["count"]
        < {i["name"]: i["count"] for i in channels[channel["name"]]["dashboard_counters"]["items"]}[item["name"]]
        for channel in mine
        for item in channel["dashboard_counters"]["items"]
    )
