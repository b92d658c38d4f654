"""Takes the guide's screenshots from the running demonstration server into docs/images/.

    tools/suite run && .suite/venv-test/bin/python tools/screenshots.py [--url URL] [name ...]

A picture is an entry of SHOTS: who looks, in which language, at what. `prepare(page)` brings the page into the state to
show; without it the page is shown as it opens.
"""

import argparse
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

IMAGES = Path(__file__).resolve().parents[1] / "docs" / "images"


@dataclass(frozen=True)
class Shot:
    """One picture, saved as `<name>.png`. `path` is behind the server's address, `wait` a selector that says it is there."""

    name: str
    path: str
    wait: str
    login: str = "head"
    width: int = 1280
    height: int = 800
    prepare: Callable[[Page], None] | None = None


DASHBOARD = "/odoo/action-crm_channels.crm_team_dashboard_action"
CHANNELS = "/odoo/action-crm_channels.crm_team_action"


def open_website(page: Page) -> None:
    page.locator(".o_data_row", has_text="Website").locator("td[name=name]").click()
    page.wait_for_selector(".o_form_view [name=use_quotations]")


def open_dashboard_tab(page: Page) -> None:
    open_website(page)
    page.get_by_role("tab", name="Dashboard").click()
    page.wait_for_selector(".o_channel_graph canvas")


def group_lost_by_reason(page: Page) -> None:
    page.locator(".o_searchview_facet", has_text="My Pipeline").locator(".o_facet_remove").click()
    page.locator(".o_searchview_dropdown_toggler").click()
    page.locator(".o_filter_menu .o-dropdown-item", has_text="Lost").first.click()
    page.locator(".o_group_by_menu .o-dropdown-item", has_text="Lost Reason").click()
    page.keyboard.press("Escape")
    page.wait_for_selector(".o_kanban_group .o_kanban_record")


MY_CLIENTS = "/odoo/my-clients"
INQUIRIES = "/odoo/action-crm_clients.crm_lead_action_inquiry"
SOURCES = "/odoo/action-crm_clients.crm_source_report_action"
IMPORTS = "/odoo/action-crm_clients.crm_client_import_action"


def open_client(page: Page) -> None:
    page.locator(".o_data_row", has_text="Frequent").first.click()
    page.wait_for_selector(".o_form_view [name=client_level_id]")


def take_inquiry(page: Page) -> None:
    phone = page.evaluate(
        """async () => (await odoo.__WOWL_DEBUG__.root.env.services.orm.searchRead(
            "res.partner", [["client_type_id", "!=", false], ["phone", "!=", false]], ["phone"], {limit: 1}))[0].phone"""
    )
    page.locator("[name=phone] input").fill(phone)
    page.keyboard.press("Tab")
    page.wait_for_selector(".o_inquiry_known")


def import_clients(page: Page) -> None:
    table = "Client;Country;E-mail;Source;Registration number\n" + "".join(
        f"Imported {number} LLC;Ukraine;office@screenshot{number}.example;Referral;{'32855968' if number == 7 else ''}\n"
        for number in range(40)
    )
    page.locator(".o_client_import_file input[type=file]").set_input_files(
        {"name": "clients.csv", "mimeType": "text/csv", "buffer": table.encode()}
    )
    page.locator("button[name=action_check]:visible").click()
    page.locator(".o_notification_close").click()
    page.locator(".o_statusbar_status button[data-value=ready].o_arrow_button_current").wait_for()
    page.get_by_role("tab", name="Rows with a Reason").click()


PIPELINE = "/odoo/crm"
CARD = ".o_kanban_record:not(.o_kanban_ghost)"
CALIBRATION = "/odoo/action-crm_funnel.crm_stage_calibration_server_action"


def open_deal(page: Page) -> None:
    page.locator(CARD).first.locator(".fw-bold").first.click()
    page.wait_for_selector(".o_lead_opportunity_form .o_result_buttons")


def open_process(page: Page) -> None:
    page.locator(".o_data_row").first.locator("td[name=name]").click()
    page.wait_for_selector(".o_form_view [name=step_ids] .o_data_row")


def open_slice(page: Page) -> None:
    page.locator(".o_searchview_dropdown_toggler").click()
    page.locator(".o_favorite_menu .o-dropdown-item", has_text="Lost by Reason").click()
    page.keyboard.press("Escape")
    page.mouse.move(5, 600)  # no tooltip over the table


REGISTER = "/odoo/action-crm_documents.crm_document_action"
DOCUMENT_TYPES = "/odoo/action-crm_documents.crm_document_type_action"
ISSUED = "/odoo/action-crm_invoicing.account_move_action_issued"
PLAN = "/odoo/action-crm_invoicing.crm_plan_grid_action"
SCRIPTS = "/odoo/action-crm_call_scripts.crm_call_script_action"


def filter_overdue(page: Page) -> None:
    page.locator(".o_searchview_dropdown_toggler").click()
    page.locator(".o_filter_menu .o-dropdown-item", has_text="Overdue").first.click()
    page.keyboard.press("Escape")
    page.locator(".o_data_row.text-danger, .o_data_row .text-danger").first.wait_for()


def open_contract(page: Page) -> None:
    page.locator(".o_searchview_input").fill("C/")
    page.keyboard.press("Enter")
    page.locator(".o_data_row", has_text="Out for signature").first.locator("td[name=name]").click()
    page.wait_for_selector(".o_form_view .o_document_state_buttons")


def open_contract_type(page: Page) -> None:
    page.locator(".o_data_row", has_text="Contract").first.locator("td[name=name]").click()
    page.wait_for_selector(".o_form_view [name=state_ids] .o_data_row")


def open_invoice_entry(page: Page) -> None:
    """The invoice of the first client who has ticked services and a contact person with an address."""
    client = page.evaluate(
        """async () => (await odoo.__WOWL_DEBUG__.root.env.services.orm.search("res.partner", [
            ["client_service_ids", "!=", false], ["child_ids.email", "!=", false]], {limit: 1}))[0]"""
    )
    page.goto(page.url.split("/odoo")[0] + f"{MY_CLIENTS}/{client}")
    page.locator("button[name=action_enter_invoice]").click()
    page.wait_for_selector(".modal .o_invoice_entry .o_data_row")


def open_letter(page: Page) -> None:
    open_invoice_entry(page)
    page.locator(".modal button[name=action_generate_and_send]").click()
    page.wait_for_selector(".modal button[name=action_send]")


def answer_a_call(page: Page) -> None:
    page.keyboard.press("Enter")
    page.wait_for_selector(".o_call_screen .o_call_text")
    page.keyboard.press("1")
    page.locator(".o_call_given_row").wait_for()


def open_builder(page: Page) -> None:
    page.locator(".o_data_row").first.locator("td[name=name]").click()
    page.locator("[name=version_ids] button[name=action_open_builder]").first.click()
    page.wait_for_selector(".o_call_builder .o_builder_start")


def compare_versions(page: Page) -> None:
    page.locator(".o_figures_compare").select_option(index=1)
    page.wait_for_timeout(1_000)


WORKS = "/odoo/works"


def unfold_works(page: Page) -> None:
    folded = page.locator(".o_group_header:not(.o_group_open)")
    while count := folded.count():
        folded.last.click()
        page.wait_for_function(
            "count => document.querySelectorAll('.o_group_header:not(.o_group_open)').length < count", arg=count
        )
    page.wait_for_selector(".o_data_row")


def show_works_as_kanban(page: Page) -> None:
    page.locator(".o_switch_view.o_kanban").click()
    page.mouse.move(5, 600)  # no tooltip over the columns
    page.wait_for_selector(CARD)


def open_busy_client(page: Page) -> None:
    """The client of the user who has most works, a late one among them."""
    client = page.evaluate(
        """async () => {
            const { orm } = odoo.__WOWL_DEBUG__.root.env.services;
            const late = await orm.searchRead("crm.work", [["is_late", "=", true], ["client_access", "!=", 0]], ["client_id"]);
            const clients = late.map((work) => work.client_id[0]);
            const works = await orm.searchRead("crm.work", [["client_id", "in", clients]], ["client_id"]);
            const count = (id) => works.filter((work) => work.client_id[0] === id).length;
            return clients.sort((one, other) => count(other) - count(one))[0];
        }"""
    )
    page.goto(page.url.split("/odoo")[0] + f"{MY_CLIENTS}/{client}")
    page.get_by_role("tab", name="Projects").click()
    page.locator(".o_client_project").first.scroll_into_view_if_needed()


def open_work_report(page: Page) -> None:
    open_busy_client(page)
    page.locator(".o_client_projects_report").click()
    page.wait_for_selector(".modal .o_form_view")


def open_won_deal(page: Page) -> None:
    """The deal that still proposes its works."""
    deal = page.evaluate(
        """async () => {
            const { orm } = odoo.__WOWL_DEBUG__.root.env.services;
            const won = await orm.searchRead("crm.lead", [["won_status", "=", "won"], ["date_closed", "!=", false]],
                ["proposed_service_ids"], {order: "date_closed DESC", limit: 40});
            return won.find((deal) => deal.proposed_service_ids.length).id;
        }"""
    )
    page.goto(page.url.split("/odoo")[0] + f"{PIPELINE}/{deal}")
    page.wait_for_selector(".o_proposed_works")


SHOTS = (
    Shot("channels_dashboard", DASHBOARD, ".o_kanban_record canvas", height=640),
    Shot("channels_dashboard_phone", DASHBOARD, ".o_kanban_record canvas", width=380, height=720),
    Shot("channel_form", CHANNELS, ".o_data_row", prepare=open_website),
    Shot("channel_dashboard_settings", CHANNELS, ".o_data_row", prepare=open_dashboard_tab),
    Shot("lost_by_reason", "/odoo/crm", ".o_kanban_view", height=640, prepare=group_lost_by_reason),
    Shot("clients_list", MY_CLIENTS, ".o_data_row", "manager1", height=640),
    Shot("client_card", MY_CLIENTS, ".o_data_row", "manager1", width=1600, height=900, prepare=open_client),
    Shot("inquiry_form", f"{INQUIRIES}/new", ".o_inquiry_form", "manager1", prepare=take_inquiry),
    Shot("source_statistics", SOURCES, ".o_pivot", height=640),
    Shot("funnel_kanban", PIPELINE, CARD, "manager1"),
    Shot("funnel_deal", PIPELINE, CARD, "manager1", height=900, prepare=open_deal),
    Shot("funnel_process", "/odoo/business-processes", ".o_data_row", height=900, prepare=open_process),
    Shot("funnel_calibration", CALIBRATION, ".modal .o_data_row"),
    Shot("funnel_all_tasks", "/odoo/sales-tasks", ".o_data_row", height=640),
    Shot("funnel_work_report", "/odoo/work-report", ".o_pivot", height=640),
    Shot("funnel_pyramid", "/odoo/sales-pyramid", ".o_pyramid_table", height=640),
    Shot("funnel_pyramid_phone", "/odoo/sales-pyramid", ".o_pyramid_table", "manager1", width=380, height=720),
    Shot("funnel_report", "/odoo/funnel-report", ".o_report_card", height=900),
    Shot("funnel_process_report", "/odoo/process-report", ".o_report_steps tbody tr", height=900),
    Shot("funnel_slices", "/odoo/action-crm_funnel.crm_deal_report_action", ".o_pivot", height=640, prepare=open_slice),
    Shot("documents_list", REGISTER, ".o_data_row", height=640, prepare=filter_overdue),
    Shot("documents_form", REGISTER, ".o_data_row", height=900, prepare=open_contract),
    Shot("documents_type", DOCUMENT_TYPES, ".o_data_row", height=900, prepare=open_contract_type),
    Shot("invoicing_entry", MY_CLIENTS, ".o_data_row", "manager1", height=860, prepare=open_invoice_entry),
    Shot("invoicing_letter", MY_CLIENTS, ".o_data_row", "manager1", height=860, prepare=open_letter),
    Shot("invoicing_issued", ISSUED, ".o_data_row", height=640),
    Shot("invoicing_plan", PLAN, ".o_plan_grid td", height=720),
    Shot("calls_day", "/odoo/calls-today", ".o_call_row", "manager1"),
    Shot("call_screen", "/odoo/calls-today", ".o_call_row", "manager1", prepare=answer_a_call),
    Shot("call_builder", SCRIPTS, ".o_data_row", height=860, prepare=open_builder),
    Shot("call_figures", "/odoo/call-figures", ".o_call_figures", height=860, prepare=compare_versions),
    Shot("projects_client", MY_CLIENTS, ".o_data_row", "manager1", height=900, prepare=open_busy_client),
    Shot("projects_report", MY_CLIENTS, ".o_data_row", "manager1", prepare=open_work_report),
    Shot("projects_deal", PIPELINE, CARD, "manager1", height=640, prepare=open_won_deal),
    Shot("projects_works", WORKS, ".o_group_header", "manager1", prepare=unfold_works),
    Shot("projects_kanban", WORKS, ".o_group_header", "delivery", prepare=show_works_as_kanban),
    Shot("client_import", f"{IMPORTS}/new", ".o_client_import_file", "manager1", height=900, prepare=import_clients),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--url", default="http://127.0.0.1:8069")
    parser.add_argument("names", nargs="*", help="only these pictures")
    options = parser.parse_args()
    chosen = [shot for shot in SHOTS if not options.names or shot.name in options.names]
    IMAGES.mkdir(parents=True, exist_ok=True)
    program = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, chromium_sandbox=os.geteuid() != 0)
        for shot in chosen:
            context = browser.new_context(viewport={"width": shot.width, "height": shot.height})
            take(context.new_page(), options.url, shot)
            context.close()
        browser.close()


def take(page: Page, url: str, shot: Shot) -> None:
    page.goto(f"{url}/web/login")
    page.fill("input[name=login]", shot.login)
    page.fill("input[name=password]", shot.login)
    page.click("form.oe_login_form button[type=submit]")
    page.wait_for_selector(".o_main_navbar")
    page.goto(url + shot.path)
    page.wait_for_selector(shot.wait)
    if shot.prepare:
        shot.prepare(page)
    page.wait_for_timeout(800)  # charts draw themselves with an animation
    page.screenshot(path=IMAGES / f"{shot.name}.png")
    print(f"{shot.name}.png")


if __name__ == "__main__":
    main()
