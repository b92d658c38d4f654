"""The reports as a head of sales and a manager live with them: the pyramid, the funnel report, the process report."""

import io
import json
import re

import openpyxl
import pytest

pytestmark = pytest.mark.journey

PYRAMID = "/odoo/sales-pyramid"
FUNNEL_REPORT = "/odoo/funnel-report"
PROCESS_REPORT = "/odoo/process-report"
LAPTOP = {"width": 1366, "height": 768}
DIGITS = re.compile(r"[^\d-]")


def number(locator):
    """The number that an element shows, whatever separates its thousands."""
    return int(DIGITS.sub("", locator.inner_text()))


def get_row(page, position):
    return page.locator(f".o_pyramid_table tr[data-number='{position}']")


def wait_for_pyramid(page):
    page.wait_for_selector(".o_pyramid_table tr[data-number]")


def read_pyramid(page):
    """What the picture says of each row, the top first."""
    rows = page.locator(".o_pyramid_table tr[data-number]").all()
    return [
        (
            row.locator(".o_pyramid_name").inner_text(),
            number(row.locator(".o_pyramid_passed")),
            row.get_attribute("aria-label"),
        )
        for row in rows
    ]


def count_list(page):
    return int(DIGITS.sub("", page.locator(".o_pager_limit").inner_text()))


# ------------------------------------------------------------
# THE PYRAMID
# ------------------------------------------------------------


def test_head_sees_who_is_stuck_where_with_one_click(page_as, demo_server):
    """One click from the menu, no scrolling on a laptop; one more opens the clients, the longest waiting first."""
    page = page_as("head", **LAPTOP)
    page.goto(f"{demo_server.url}/odoo/crm")
    page.locator(".o_menu_sections").get_by_text("Sales Pyramid", exact=True).click()
    wait_for_pyramid(page)
    assert re.search(r"→.*expected|→.*instead of", page.locator(".o_pyramid_verdict").inner_text())
    base = get_row(page, 0).bounding_box()
    assert base["y"] + base["height"] <= LAPTOP["height"]
    waiting = number(get_row(page, 3).locator(".o_pyramid_now"))
    get_row(page, 3).locator(".o_pyramid_now").click()
    page.wait_for_selector(".o_list_view .o_data_row")
    assert count_list(page) == waiting > 1
    days = [int(text) for text in page.locator(".o_data_row [name=result_silent_days]").all_inner_texts()]
    assert days == sorted(days, reverse=True)
    page.go_back()
    wait_for_pyramid(page)
    assert number(get_row(page, 3).locator(".o_pyramid_now")) == waiting


def test_a_link_opens_the_same_pyramid_for_a_colleague(page_as, demo_server):
    page = page_as("head", **LAPTOP)
    page.goto(demo_server.url + PYRAMID)
    wait_for_pyramid(page)
    before = read_pyramid(page)
    page.locator(".o_search_panel").get_by_text("Taras Melnyk").click()
    page.locator(".o_pyramid_bases [data-basis=results]").click()
    page.locator(".o_pyramid_measures [data-measure=amount]").click()
    page.wait_for_function("document.querySelector('.o_pyramid_bases [data-basis=results].active')")
    page.wait_for_timeout(500)  # the picture follows the buttons
    shown = read_pyramid(page)
    assert shown != before
    other = page_as("head", **LAPTOP)
    other.goto(page.url)
    wait_for_pyramid(other)
    assert read_pyramid(other) == shown
    assert other.locator(".o_pyramid_measures [data-measure=amount]").get_attribute("aria-pressed") == "true"


def test_the_pyramid_is_worked_with_the_keyboard(page_as, demo_server):
    page = page_as("head", **LAPTOP)
    page.goto(demo_server.url + PYRAMID)
    wait_for_pyramid(page)
    get_row(page, 0).focus()
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.dataset.number") == "1"
    waiting = number(get_row(page, 1).locator(".o_pyramid_now"))
    page.keyboard.press("Enter")
    page.wait_for_selector(".o_list_view .o_data_row")
    assert count_list(page) == waiting


def test_a_manager_sees_his_own_deals_only(page_as, demo_server):
    """The head's link gives a manager the pyramid of the deals that he may see."""
    head = page_as("head", **LAPTOP)
    head.goto(demo_server.url + PYRAMID)
    wait_for_pyramid(head)
    manager = page_as("manager1", **LAPTOP)
    manager.goto(head.url)
    wait_for_pyramid(manager)
    own = number(get_row(manager, 0).locator(".o_pyramid_passed"))
    assert 0 < own < number(get_row(head, 0).locator(".o_pyramid_passed"))
    get_row(manager, 0).locator(".o_pyramid_passed").click()
    manager.wait_for_selector(".o_list_view .o_data_row")
    assert count_list(manager) == own
    (me,) = demo_server.rpc("manager1", "res.users", "search", [("login", "=", "manager1")])
    others = [("type", "=", "opportunity"), ("user_id", "not in", [me, False]), ("active", "in", [True, False])]
    assert demo_server.rpc("head", "crm.lead", "search_count", others)
    assert not demo_server.rpc("manager1", "crm.lead", "search_count", others)
    (colleague,) = demo_server.rpc("head", "res.users", "search", [("login", "=", "manager2")])
    report = demo_server.rpc("manager1", "crm.funnel.report", "get_report", {"user_ids": [colleague]})
    assert report["deal_count"] == 0


# ------------------------------------------------------------
# THE FUNNEL REPORT
# ------------------------------------------------------------


def download(page, press):
    with page.expect_download() as info:
        press()
    with open(info.value.path(), "rb") as file:
        return info.value.suggested_filename, file.read()


def test_head_takes_the_report_to_a_meeting(page_as, demo_server):
    """Numbers of the page and of the workbook, the list behind a number, the chart as a file."""
    page = page_as("head", **LAPTOP)
    page.goto(demo_server.url + FUNNEL_REPORT)
    page.wait_for_selector(".o_report_card")
    shown = {
        card.get_attribute("data-name"): card.locator(".o_report_value").inner_text()
        for card in page.locator(".o_report_card").all()
    }
    assert {"new", "won", "lost", "won_amount", "average_deal", "conversion", "win_rate"} <= set(shown)
    worked = int(DIGITS.sub("", shown["worked"]))
    name, content = download(page, page.locator(".o_report_excel").click)
    assert name.endswith(".xlsx")
    book = openpyxl.load_workbook(io.BytesIO(content))
    clients = book.worksheets[-1]
    assert clients.max_row - 1 == worked
    assert clients.freeze_panes and clients.auto_filter.ref
    values = {row[0].value: row[1].value for row in book.worksheets[0].iter_rows() if len(row) > 1}
    assert values["In Work"] == worked
    assert values["Won Deals"] == int(shown["won"])
    for file_format, start in {"PNG": b"\x89PNG", "SVG": b"<?xml", "PDF": b"%PDF"}.items():
        page.locator(".o_report_download").click()
        name, content = download(page, page.locator(".o-dropdown-item", has_text=file_format).click)
        assert name.lower().endswith(file_format.lower()) and content.lstrip().startswith(start), file_format
    page.locator(".o_report_card[data-name=won] .o_report_value").click()
    page.wait_for_selector(".o_list_view .o_data_row")
    assert count_list(page) == int(shown["won"])


def test_process_report_opens_its_results(page_as, demo_server):
    page = page_as("head", **LAPTOP)
    page.goto(demo_server.url + PROCESS_REPORT)
    page.wait_for_selector(".o_report_steps tbody tr")
    cell = page.locator("section:has(#o_report_people) tbody button").first
    results = number(cell)
    cell.click()
    page.wait_for_selector(".o_list_view .o_data_row")
    assert count_list(page) == results


# ------------------------------------------------------------
# EVERYBODY
# ------------------------------------------------------------


@pytest.mark.parametrize("lang", ["en_US", "uk_UA", "ru_RU"])
@pytest.mark.parametrize("width", [1280, 380])
def test_reports_fit_the_window(page_as, demo_server, lang, width):
    page = page_as("manager1", lang, width=width)
    for path, sign in {
        PYRAMID: ".o_pyramid_table tr[data-number]",
        FUNNEL_REPORT: ".o_report_card",
        PROCESS_REPORT: ".o_report_steps tbody tr",
    }.items():
        page.goto(demo_server.url + path)
        page.wait_for_selector(sign)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        text = page.locator(".o_action_manager").inner_text()
        assert bool(re.search("[А-Яа-яІЇЄ]", text)) or lang == "en_US", path


def test_rubbish_in_the_address_opens_the_usual_page(page_as, demo_server):
    page = page_as("head")
    for path, sign in {PYRAMID: ".o_pyramid_table", FUNNEL_REPORT: ".o_report_card"}.items():
        for rubbish in ("%7B%22", json.dumps({"period": 7, "basis": []})):
            page.goto(f"{demo_server.url}{path}?pyramid={rubbish}&report={rubbish}&q={rubbish}")
            page.wait_for_selector(sign)
