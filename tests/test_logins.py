"""What `tools/suite run` promises: the roles can log in, in each language, and see their channels."""

import pytest

ROLES = ("admin", "head", "manager1", "manager5")


@pytest.mark.journey
@pytest.mark.parametrize("login", ROLES)
def test_a_role_reaches_the_web_client(page_as, login):
    page = page_as(login)
    assert page.locator(".o_main_navbar").is_visible()


@pytest.mark.journey
@pytest.mark.parametrize(("lang", "word"), [("uk_UA", "Канали"), ("ru_RU", "Каналы")])
def test_the_languages_are_there(page_as, demo_server, lang, word):
    page = page_as("head", lang)
    page.goto(f"{demo_server.url}/odoo/action-crm_channels.crm_team_dashboard_action")
    page.wait_for_selector(".o_kanban_record:not(.o_kanban_ghost)")
    assert word in page.locator(".o_control_panel").inner_text()


def test_the_demo_department(demo_server):
    logins = demo_server.rpc("admin", "res.users", "search_read", [("login", "in", ROLES)], fields=["login"])
    assert {user["login"] for user in logins} == set(ROLES)
    assert demo_server.rpc("head", "crm.lead", "search_count", [], context={"active_test": False}) >= 400
