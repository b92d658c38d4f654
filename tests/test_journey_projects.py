"""What was sold is delivered: a seller hands over, delivery works and moves a deadline, the head sees what is late."""

from datetime import date, timedelta

import pytest
from conftest import RpcError

pytestmark = pytest.mark.journey


@pytest.fixture
def client(demo_server):
    """A fresh client of manager1 with two ticked services: its id."""
    manager = demo_server.rpc("admin", "res.users", "search", [("login", "=", "manager1")])[0]
    kind = demo_server.rpc("admin", "crm.client.type", "search", [], limit=1)[0]
    services = demo_server.rpc("admin", "product.template", "search", [("is_client_service", "=", True)], limit=2)
    return demo_server.rpc(
        "head",
        "res.partner",
        "create",
        {
            "name": "Works journey LLC",
            "is_company": True,
            "client_type_id": kind,
            "user_id": manager,
            "client_service_ids": [(6, 0, services)],
        },
    )


@pytest.fixture
def delivery(demo_server):
    """The login of a project manager without rights in sales."""
    login = "journey_delivery"
    if not demo_server.rpc("admin", "res.users", "search", [("login", "=", login)]):
        groups = ("base.group_user", "project.group_project_manager")
        demo_server.rpc(
            "admin",
            "res.users",
            "create",
            {
                "name": "Daryna Delivery",
                "login": login,
                "password": login,
                "tz": "Europe/Kyiv",
                "group_ids": [(6, 0, [get_id(demo_server, group) for group in groups])],
            },
        )
    return login


def get_id(demo_server, xml_id):
    module, name = xml_id.split(".")
    found = demo_server.rpc(
        "admin", "ir.model.data", "search_read", [("module", "=", module), ("name", "=", name)], fields=["res_id"]
    )
    return found[0]["res_id"]


def get_works(demo_server, client, login="manager1"):
    return demo_server.rpc(
        login,
        "crm.work",
        "search_read",
        [("client_id", "=", client)],
        fields=["name", "status", "progress", "date_deadline", "service_id", "client_project_id", "seller_id"],
        order="id",
    )


def open_client(page, demo_server, client):
    page.goto(f"{demo_server.url}/odoo/all-clients/{client}")
    page.wait_for_selector(".o_form_view .o_field_widget[name=client_service_ids]")


def add_project(page):
    """Add a project from the tab of the card; everything is filled in."""
    page.get_by_role("tab", name="Projects").click()
    page.get_by_role("button", name="Add Project").first.click()
    dialog = page.locator(".modal-dialog")
    dialog.get_by_role("button", name="Add Project").click()


def test_a_seller_hands_over_and_sees_it_delivered(page_as, demo_server, client, delivery):
    page = page_as("manager1")
    open_client(page, demo_server, client)
    add_project(page)
    page.wait_for_selector(".o_form_view .o_field_widget[name=work_ids]")
    works = get_works(demo_server, client)
    assert [work["status"] for work in works] == ["planned", "planned"]

    # delivery begins, in its own app
    task = works[0]["id"]
    later = (date.today() + timedelta(days=400)).isoformat()
    demo_server.rpc(
        delivery,
        "project.task",
        "write",
        [task],
        {"is_work_under_way": True, "work_progress": 30, "date_deadline": f"{later} 12:00:00"},
    )
    open_client(page, demo_server, client)
    page.get_by_role("tab", name="Projects").click()
    panel = page.locator(".o_client_projects")
    panel.get_by_text("Under Way").first.wait_for()
    panel.get_by_text("30").first.wait_for()

    # the row opens what a seller may know, and nothing of the task
    panel.get_by_text(works[0]["name"], exact=True).first.click()
    page.wait_for_selector(".o_form_view .o_field_widget[name=status]")
    assert page.locator(".o-mail-Chatter").count() == 0
    ids = {"project.task": [task], "project.project": [work["client_project_id"][0] for work in works]}
    for model, hidden in ids.items():
        assert demo_server.rpc("manager1", model, "search", [("id", "in", hidden)]) == []
    with pytest.raises(RpcError):
        demo_server.rpc("manager1", "project.task", "read", [task], ["description"])


def test_the_work_report(page_as, demo_server, client):
    page = page_as("manager1")
    open_client(page, demo_server, client)
    page.get_by_role("button", name="Work Report").first.click()
    dialog = page.locator(".modal-dialog")
    tabs = dialog.locator(".o_work_tabs .nav-link")
    tabs.first.wait_for()
    assert tabs.count() == 2
    dialog.get_by_label("Work under Way").check()
    dialog.get_by_role("button", name="Save").click()
    dialog.locator(".o_work_tab_invalid").first.wait_for()
    assert get_works(demo_server, client) == [], "a work under way needs its deadline"
    deadline = dialog.locator(".o_field_widget[name=date_deadline] input, .o_field_widget[name=date_deadline] button")
    deadline.first.click()
    deadline.first.fill((date.today() + timedelta(days=30)).strftime("%m/%d/%Y"))
    deadline.first.press("Tab")
    dialog.get_by_role("button", name="Save").click()
    dialog.wait_for(state="detached")
    work = get_works(demo_server, client)
    assert len(work) == 1
    assert work[0]["status"] in {"under_way", "this_week"}


def test_no_report_without_a_service(page_as, demo_server, client):
    demo_server.rpc("manager1", "res.partner", "write", [client], {"client_service_ids": [(6, 0, [])]})
    page = page_as("manager1")
    open_client(page, demo_server, client)
    assert page.get_by_role("button", name="Work Report").first.is_disabled()
    page.get_by_role("tab", name="Projects").click()
    page.locator(".o_client_projects").get_by_text("Tick the services").wait_for()


def test_a_project_manager_moves_a_deadline(page_as, demo_server, client, delivery):
    context = demo_server.rpc("manager1", "res.partner", "action_add_project", [client])["context"]
    wizard = demo_server.rpc("manager1", "crm.project.add", "create", {"name": "Move journey"}, context=context)
    demo_server.rpc("manager1", "crm.project.add", "action_add", [wizard])
    work = get_works(demo_server, client)[0]
    soon = (date.today() + timedelta(days=3)).isoformat()
    demo_server.rpc(delivery, "project.task", "write", [work["id"]], {"date_deadline": f"{soon} 12:00:00"})

    page = page_as(delivery)
    page.goto(f"{demo_server.url}/odoo/works")
    page.wait_for_selector(".o_list_view, .o_kanban_view")
    page.goto(f"{demo_server.url}/odoo/project.task/{work['id']}")
    page.wait_for_selector(".o_form_view .o_field_widget[name=work_service_id]")
    page.get_by_role("button", name="Move Deadline").first.click()
    dialog = page.locator(".modal-dialog")
    new_day = date.today() + timedelta(days=60)
    field = dialog.locator(
        ".o_field_widget[name=date_deadline] input, .o_field_widget[name=date_deadline] button"
    ).first
    field.click()
    field.fill(new_day.strftime("%m/%d/%Y"))
    field.press("Tab")
    dialog.locator(".o_field_widget[name=reason] input").fill("The printer is broken")
    dialog.get_by_role("button", name="Move Deadline").click()
    dialog.wait_for(state="detached")

    moved = demo_server.rpc(
        "manager1", "crm.work.move", "search_read", [("task_id", "=", work["id"])], fields=["reason", "new_deadline"]
    )
    assert [move["reason"] for move in moved] == ["The printer is broken"]
    assert moved[0]["new_deadline"].startswith(new_day.isoformat())
    notes = demo_server.rpc(
        "manager1",
        "mail.message",
        "search_read",
        [("model", "=", "res.partner"), ("res_id", "=", client)],
        fields=["body"],
    )
    assert any("The printer is broken" in note["body"] for note in notes), "the seller is told on the client's card"
    with pytest.raises(RpcError):
        demo_server.rpc(delivery, "project.task", "write", [work["id"]], {"date_deadline": f"{soon} 12:00:00"})


def test_a_deadline_typed_into_the_task_asks_why(page_as, demo_server, client, delivery):
    context = demo_server.rpc("manager1", "res.partner", "action_add_project", [client])["context"]
    wizard = demo_server.rpc("manager1", "crm.project.add", "create", {"name": "Typed journey"}, context=context)
    demo_server.rpc("manager1", "crm.project.add", "action_add", [wizard])
    work = get_works(demo_server, client)[0]["id"]
    soon = (date.today() + timedelta(days=3)).isoformat()
    demo_server.rpc(delivery, "project.task", "write", [work], {"date_deadline": f"{soon} 12:00:00"})

    page = page_as(delivery)
    page.goto(f"{demo_server.url}/odoo/project.task/{work}")
    page.wait_for_selector(".o_form_view .o_field_widget[name=work_service_id]")
    field = page.locator(".o_form_view .o_field_widget[name=date_deadline]")
    field.locator("input, button").first.click()
    new_day = date.today() + timedelta(days=90)
    field.locator("input").first.fill(new_day.strftime("%m/%d/%Y 18:00:00"))
    field.locator("input").first.press("Tab")
    page.locator(".o_form_button_save").click()
    page.get_by_role("button", name="Say Why").click()
    dialog = page.locator(".modal-dialog")
    dialog.locator(".o_field_widget[name=reason] input").fill("Customs hold the devices")
    dialog.get_by_role("button", name="Move Deadline").click()
    dialog.wait_for(state="detached")
    page.get_by_role("tab", name="Moved Deadlines").click()
    page.get_by_text("Customs hold the devices").first.wait_for()
    moved = demo_server.rpc(delivery, "project.task", "read", [work], ["date_deadline", "work_move_count"])[0]
    assert moved["work_move_count"] == 1, "saving what the form still held asks and moves nothing more"
    assert moved["date_deadline"].startswith(new_day.isoformat())


def test_the_head_sees_what_is_late(page_as, demo_server, client, delivery):
    context = demo_server.rpc("manager1", "res.partner", "action_add_project", [client])["context"]
    wizard = demo_server.rpc("manager1", "crm.project.add", "create", {"name": "Late journey"}, context=context)
    demo_server.rpc("manager1", "crm.project.add", "action_add", [wizard])
    work = get_works(demo_server, client)[0]
    past = (date.today() - timedelta(days=9)).isoformat()
    demo_server.rpc(delivery, "project.task", "write", [work["id"]], {"date_deadline": f"{past} 12:00:00"})

    page = page_as("head")
    page.goto(f"{demo_server.url}/odoo")
    page.goto(f"{demo_server.url}/odoo/works?debug=0")
    page.wait_for_selector(".o_list_view, .o_kanban_view")
    search = page.locator(".o_searchview_input")
    search.fill("Works journey")
    search.press("Enter")
    page.wait_for_selector(".o_data_row, .o_group_header, .o_kanban_record")
    late = get_works(demo_server, client, "head")
    assert [one["status"] for one in late if one["id"] == work["id"]] == ["late"]

    # a colleague of the seller with his own clients sees nothing of it
    assert get_works(demo_server, client, "manager3") == []


@pytest.mark.parametrize("lang", ["uk_UA", "ru_RU"])
@pytest.mark.parametrize("width", [1280, 380])
def test_screens_in_every_language(page_as, demo_server, client, lang, width):
    page = page_as("manager1", lang=lang, width=width)
    for path, selector in (
        ("works", ".o_list_view, .o_kanban_view"),
        ("client-projects", ".o_list_view, .o_kanban_view"),
        (f"all-clients/{client}", ".o_form_view"),
    ):
        page.goto(f"{demo_server.url}/odoo/{path}")
        page.wait_for_selector(selector)
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth + 1")
