import io
import json
from datetime import date, timedelta

from openpyxl import load_workbook

from odoo.tests import HttpCase, tagged

from .common import FunnelCast

CHOOSE_FAVORITE = """
    const wait = (find) => new Promise((resolve) => {
        const look = () => (find() ? resolve(find()) : setTimeout(look, 50));
        look();
    });
    const element = (selector, text) => [...document.querySelectorAll(selector)].find(
        (node) => !text || node.textContent.trim() === text
    );
    const press = async (selector, text) => (await wait(() => element(selector, text))).click();
    await press(".o_searchview_dropdown_toggler");
    await wait(() => element(".o_favorite_menu .o_favorite_item"));
    element(".o_expand_shared_favorites")?.click();
    await press(".o_favorite_menu .o_favorite_item", %(favorite)s);
    await wait(() => element(".o_searchview_facet .o_facet_value", %(favorite)s));
    await wait(() => element(".o_pivot table th", %(header)s));
"""
# what the button sends is sent once more, so that the workbook can be kept
DOWNLOAD = """
    const send = XMLHttpRequest.prototype.send;
    XMLHttpRequest.prototype.send = async function (body) {
        if (!(body instanceof FormData) || !body.has("data")) {
            return send.call(this, body);
        }
        const response = await fetch("/web/pivot/export_xlsx", {method: "POST", body});
        const bytes = new Uint8Array(await response.arrayBuffer());
        const args = [[{name: "slices.xlsx", datas: btoa(String.fromCharCode(...bytes))}]];
        await fetch("/web/dataset/call_kw/ir.attachment/create", {
            method: "POST",
            headers: {"Content-Type": "application/json"},
            body: JSON.stringify({params: {model: "ir.attachment", method: "create", args, kwargs: {}}}),
        });
        console.log("test successful");
    };
    await press(".o_pivot_download");
"""


@tagged("post_install", "-at_install")
class TestSlicesInBrowser(FunnelCast, HttpCase):
    """The ready reports in the web client, and the workbook that one more click makes of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_cast()
        (cls.head | cls.olena).odoobot_state = "disabled"
        cls.deal_dnipro.expected_revenue = 1250.5
        cls._press(cls, cls.deal_dnipro.with_user(cls.olena), cls.step_won)
        cls._press(cls, cls.deal_karpaty.with_user(cls.taras), cls.step_refusal, lost_reason=cls.reason_price)
        cls.deal_dnipro.activity_schedule(
            "mail.mail_activity_data_call", date_deadline=date.today() - timedelta(days=3), user_id=cls.olena.id
        )
        cls.env.flush_all()

    def _choose(self, action, favorite, header, user, then):
        """Choose a favorite, wait until the pivot has a header that only the favorite brings, and go on."""
        names = {"favorite": json.dumps(favorite), "header": json.dumps(header)}
        self.browser_js(
            f"/odoo/action-crm_funnel.{action}",
            f"(async () => {{{CHOOSE_FAVORITE % names}{then}}})()",
            ready="!!document.querySelector('.o_searchview_dropdown_toggler') && !!document.querySelector('.o_pivot')",
            login=user.login,
        )

    def _read_workbook(self):
        attachment = self.env["ir.attachment"].search([("name", "=", "slices.xlsx")])
        return [list(row) for row in load_workbook(io.BytesIO(attachment.raw)).active.iter_rows(values_only=True)]

    def test_workbook_of_a_ready_report(self):
        self._choose("crm_deal_report_action", "Win Rate by Manager", "Win Rate (%)", self.head, DOWNLOAD)
        rows = self._read_workbook()
        labels = next(row for row in rows if "Win Rate (%)" in row)[1:]
        figures = {str(row[0]).strip(): dict(zip(labels, row[1:], strict=True)) for row in rows if row[0]}
        self.assertEqual(figures["Olena"], {"Win Rate (%)": 100, "Won Deals": 1, "Lost Deals": 0, "Won Amount": 1250.5})
        self.assertEqual(figures["Taras"]["Win Rate (%)"], 0)
        self._assert_total(figures["Total"])

    def _assert_total(self, total):
        """The same numbers as of the pivot's query."""
        measures = {
            "Win Rate (%)": "win_rate:avg",
            "Won Deals": "won_count:sum",
            "Lost Deals": "lost_count:sum",
            "Won Amount": "won_amount:sum",
        }
        reports = self.env["crm.deal.report"].with_user(self.head)
        favorite = self.env.ref("crm_funnel.crm_deal_report_filter_win_rate_by_manager")
        [expected] = reports.formatted_read_group(favorite._get_eval_domain(), [], list(measures.values()))
        for label, measure in measures.items():
            self.assertAlmostEqual(total[label], expected[measure], 2, label)

    def test_hours_and_weekdays_in_the_pivot(self):
        result = self._results(self.deal_dnipro)[-1].with_user(self.olena).with_context(tz=self.olena.tz or "UTC")
        self._choose(
            "crm_process_result_action_analysis",
            "Results by Hour",
            f"{result.hour}:00",
            self.olena,
            """
            await wait(() => element(".o_pivot table thead th", "Total"));
            console.log("test successful");
            """,
        )

    def test_graph_of_a_ready_report(self):
        self._choose(
            "crm_task_report_action",
            "Overdue Tasks",
            "Days Late",
            self.olena,
            """
            await press(".o_cp_switch_buttons .o_graph");
            await wait(() => element(".o_graph_renderer canvas"));
            console.log("test successful");
            """,
        )
