import io
import json
from itertools import pairwise
from unittest.mock import patch

from lxml import etree
from PIL import Image, ImageStat

from odoo.exceptions import AccessError, UserError
from odoo.http import Request
from odoo.tests import HttpCase, TransactionCase, new_test_user, tagged
from odoo.tools import mute_logger
from odoo.tools.pdf import PdfFileReader

from odoo.addons.crm_funnel.models.crm_lead_result import RECORDING
from odoo.addons.crm_funnel.report import crm_funnel_chart
from odoo.addons.crm_funnel.tools.chart_font import get_chart_font
from odoo.addons.crm_funnel.tools.pyramid_drawing import BAR, HEIGHT, WIDTH, get_half, get_scale

from .common import FunnelCast, FunnelCommon

SVG = "{http://www.w3.org/2000/svg}"
PERIOD = {"date_from": "2026-01-01", "date_to": "2026-12-31"}
GAP, NOW = (176, 42, 55), (113, 99, 158)


class ChartCommon(FunnelCommon):
    def _make(self, file_format, user=None, **data):
        """The name and the content of a chart, as a user gets it."""
        report = self.env["crm.funnel.report"].with_user(user or self.head)
        lang = data.pop("lang", None)
        values = {"kind": "pyramid", "options": {"process_id": self.process.id}, **data}
        return report.with_context(lang=lang or "en_US")._make_chart(values, file_format)

    def _get_texts(self, **data):
        """The texts of the chart in the order in which they are drawn."""
        tree = etree.fromstring(self._make("svg", **data)[1])
        return [node.text for node in tree.iter(f"{SVG}text") if node.text]

    def _get_pyramid(self, **values):
        """A pyramid as `get_pyramid` returns it: few of ten offers become a meeting, and late."""
        rows = [
            self._get_row(0, "Opportunities", 1200, 40),
            self._get_row(1, "Called", 100, 10, conversion=8.33, expected_conversion=50.0, days=2, expected_days=3),
            self._get_row(2, "Offer sent", 60, 20, conversion=60.0, lost=7),
            self._get_row(
                3,
                "Meeting held",
                12,
                2,
                conversion=20.0,
                expected_conversion=50.0,
                days=18,
                expected_days=7,
                bottleneck="both",
                explanation="Offer sent → Meeting held: 20 % of 50 % expected",
                waiting_days=5,
                late=1,
            ),
        ]
        return {
            "process_id": self.process.id,
            "processes": [{"id": self.process.id, "name": "Funnel process"}],
            "basis": "created",
            "date_from": "2026-01-01",
            "date_to": "2026-12-31",
            "currency_id": self.env.company.currency_id.id,
            "worst": 3,
            "rows": rows,
            **values,
        }

    def _get_row(self, number, name, passed, now, **values):
        row = dict.fromkeys(("conversion", "days", "days_90", "bottleneck", "explanation", "is_top"), False)
        row.update(dict.fromkeys(("lost", "late", "waiting_days", "expected_conversion", "expected_days"), 0))
        row.update(number=number, name=name, passed=passed, now=now)
        row.update(passed_amount=1000.0 * passed, now_amount=1000.0 * now, lost_amount=0.0)
        return {**row, **values}

    def _given(self, pyramid):
        """Let the server find this pyramid."""
        return patch.object(type(self.env["crm.lead"]), "get_pyramid", lambda self, domain, options: pyramid)


@tagged("post_install", "-at_install")
class TestFunnelChart(ChartCommon):
    """The chart as PNG, SVG and PDF: the same picture, opened by other programs."""

    def test_png(self):
        with self._given(self._get_pyramid()):
            name, content = self._make("png", options=PERIOD)
        self.assertEqual(name, "Sales Pyramid 2026-01-01 - 2026-12-31.png")
        image = Image.open(io.BytesIO(content))
        self.assertEqual(image.format, "PNG")
        self.assertEqual(image.size, (round(WIDTH * 2), round(HEIGHT * 2)), "twice the points of a sheet A4")
        self.assertEqual(image.getpixel((3, 3)), (255, 255, 255))
        colors = {color for __, color in image.getcolors(1 << 24)}
        self.assertLessEqual({GAP, NOW}, colors)
        self.assertGreater(ImageStat.Stat(image.convert("L")).stddev[0], 15, "not blank")

    def test_png_has_cyrillic_letters_and_no_boxes(self):
        """A letter that the font lacks is drawn as the same box everywhere; real letters differ."""
        pictures = []
        for name in ("Щ", "Ї"):
            pyramid = self._get_pyramid(worst=False, rows=[self._get_row(0, name * 8, 5, 0)])
            with self._given(pyramid):
                pictures.append(self._make("png")[1])
        self.assertNotEqual(*pictures)

    def test_svg(self):
        with self._given(self._get_pyramid()):
            name, content = self._make("svg", options=PERIOD)
            texts = self._get_texts(options=PERIOD)
        self.assertEqual(name, "Sales Pyramid 2026-01-01 - 2026-12-31.svg")
        tree = etree.fromstring(content)
        self.assertEqual(tree.tag, f"{SVG}svg")
        self.assertTrue(list(tree.iter(f"{SVG}polygon")))
        self.assertIn("Sales Pyramid: Funnel process", texts)
        self.assertIn(f"{self.env.company.name} · Deals created: 01/01/2026 – 12/31/2026", texts)
        self.assertIn("Offer sent › Meeting held: 20 % of 50 % expected", texts)
        self.assertIn("Bottleneck: few pass, and late", texts)
        self.assertIn("12 (2)", texts)
        self.assertIn("7 lost here", texts)
        self.assertIn("1 too long", texts)
        self.assertEqual([texts.count(f"of {norm} expected") for norm in ("50\xa0%", "7", "3")], [2, 1, 1])
        self.assertTrue(any(text.startswith("Printed on ") for text in texts))
        fonts = {node.get("style") for node in tree.iter(f"{SVG}text")}
        self.assertTrue(all("Arial" in style for style in fonts), "a font that every viewer has")

    def test_pdf(self):
        with self._given(self._get_pyramid()):
            name, content = self._make("pdf", options=PERIOD)
        self.assertEqual(name, "Sales Pyramid 2026-01-01 - 2026-12-31.pdf")
        reader = PdfFileReader(io.BytesIO(content))
        (page,) = reader.pages
        self.assertGreater(page.mediabox[2], page.mediabox[3], "landscape")
        self.assertAlmostEqual(float(page.mediabox[2]), 841.89, 1)
        text = page.extract_text()
        for part in ("Sales Pyramid: Funnel process", "Meeting held", "Bottleneck: few pass, and late", "1,200 (40)"):
            self.assertIn(part, text)
        fonts = [font.get_object() for font in page["/Resources"]["/Font"].get_object().values()]
        embedded = {font["/BaseFont"] for font in fonts if "/FontFile2" in font.get("/FontDescriptor", {})}
        self.assertEqual(len(embedded), 2, "regular and bold")

    def test_cyrillic_in_every_format(self):
        name = "Зустріч відбулася: ґ, є, ї, ё, ы, э"
        pyramid = self._get_pyramid(worst=False, rows=[self._get_row(0, "Їжак", 5, 0), self._get_row(1, name, 2, 0)])
        with self._given(pyramid):
            self.assertIn("Їжак", self._get_texts())
            text = PdfFileReader(io.BytesIO(self._make("pdf")[1])).pages[0].extract_text()
        self.assertIn("Їжак", text)
        self.assertIn("Зустріч відбулася", text)

    def test_amounts(self):
        self.env.company.sudo().currency_id.write({"symbol": "€", "position": "after"})
        with self._given(self._get_pyramid()):
            texts = self._get_texts(measure="amount")
        self.assertIn("12,000\xa0€ (2,000\xa0€)", texts)
        self.assertIn("(40,000\xa0€)", " ".join(texts))
        rows = [{**self._get_row(0, "Base", 5, 3), "passed_amount": 12345678.9, "now_amount": 9876543.2}]
        with self._given(self._get_pyramid(rows=rows, worst=False)):
            texts = self._get_texts(measure="amount")
        self.assertIn("12,345,679\xa0€", texts, "what is too wide goes on in the line below")
        self.assertIn("(9,876,543\xa0€)", texts)

    def test_long_names_are_wrapped_and_shortened(self):
        name = "The decision maker has been found and has agreed to look at our commercial proposal this quarter"
        pyramid = self._get_pyramid(rows=[self._get_row(0, name, 5, 0)], worst=False)
        with self._given(pyramid):
            texts = self._get_texts()
        first = next(text for text in texts if text.startswith("The decision"))
        second = texts[texts.index(first) + 1]
        self.assertTrue(name.startswith(first))
        self.assertTrue(second.endswith("…"))
        self.assertTrue(name.startswith(f"{first} {second[:-1]}"))

    def test_thirty_rows_fit_on_the_sheet(self):
        rows = [self._get_row(number, f"Step {number}", 40 - number, 3, lost=1, days=2) for number in range(30)]
        with self._given(self._get_pyramid(rows=rows, worst=False)):
            tree = etree.fromstring(self._make("svg")[1])
        heights = [float(node.get("y")) for node in tree.iter(f"{SVG}text") if (node.text or "").startswith("Step ")]
        self.assertEqual(len(heights), 30)
        gaps = [abs(above - below) for above, below in pairwise(sorted(heights))]
        self.assertGreater(min(gaps), 10)

    def test_verdict_without_a_bottleneck(self):
        with self._given(self._get_pyramid(rows=[self._get_row(0, "Base", 5, 0)], worst=False)):
            self.assertIn(
                "No bottleneck: every step passes about as many deals as expected, in time.", self._get_texts()
            )

    def test_empty_pyramids(self):
        for values in ({"rows": []}, {"rows": [self._get_row(0, "Base", 0, 0)]}):
            with self._given(self._get_pyramid(worst=False, **values)):
                texts = self._get_texts()
                self.assertFalse([text for text in texts if text.startswith("No bottleneck")])
                for file_format in ("png", "pdf"):
                    self.assertTrue(self._make(file_format)[1])
        with self._given(self._get_pyramid(rows=[], worst=False)):
            self.assertIn("No business process is in use yet.", self._get_texts())

    def test_wide_base_is_drawn_cut(self):
        with self._given(self._get_pyramid()):
            texts = self._get_texts()
            self.assertIn("Drawn narrower than it is", texts)
            self.assertIn("1,200 (40)", texts, "with its true number")
        rows = [self._get_row(0, "Base", 120, 40), self._get_row(1, "Called", 100, 10)]
        with self._given(self._get_pyramid(rows=rows, worst=False)):
            self.assertNotIn("Drawn narrower than it is", self._get_texts())

    def test_bottleneck_is_seen_without_colours(self):
        """Hatched bars have many more lines than others."""
        lines = []
        for values in ({}, {"rows": [{**row, "bottleneck": False} for row in self._get_pyramid()["rows"]]}):
            with self._given(self._get_pyramid(worst=False, **values)):
                lines.append(len(list(etree.fromstring(self._make("svg")[1]).iter(f"{SVG}line", f"{SVG}path"))))
        self.assertGreater(lines[0], lines[1] + 5)

    def test_scale_of_the_bars(self):
        self.assertEqual(get_scale([100, 40, 20]), (100, None))
        unit, cut = get_scale([1000, 40, 20])
        self.assertEqual(cut, 1000)
        self.assertEqual(get_half(1000, (unit, cut)), BAR[1] / 2)
        self.assertAlmostEqual(get_half(40, (unit, cut)), 0.55 * BAR[1] / 2)
        self.assertEqual(get_half(0, (unit, cut)), 0)
        self.assertEqual(get_half(1, (10000, None)), 2, "a single deal is seen")
        self.assertEqual(get_scale([]), (0, None))
        self.assertEqual(get_scale([7]), (7, None))

    def test_measure_and_format_must_make_sense(self):
        for file_format, data in (("gif", {}), ("png", {"measure": "weight"})):
            with self.assertRaises(UserError):
                self._make(file_format, **data)

    def test_another_font_or_a_clear_message(self):
        fonts = ("web/static/fonts/google/Open_Sans/Open_Sans-Regular.ttf",) * 2
        self.assertIn("Open_Sans", get_chart_font([("web/static/nothing.ttf",) * 2, fonts]).regular)
        with self.assertRaises(FileNotFoundError):
            get_chart_font([("web/static/nothing.ttf",) * 2])
        with (
            patch.object(crm_funnel_chart, "get_chart_font", side_effect=FileNotFoundError("Roboto")),
            self.assertRaisesRegex(UserError, "fonts-dejavu-core"),
        ):
            self._make("png")


@tagged("post_install", "-at_install")
class TestFunnelChartWords(ChartCommon):
    """What the chart says of its period and filters, with the numbers of the user."""

    def _get_lines(self, **data):
        return self._get_texts(**data)[1:3]

    def test_numbers_are_those_of_the_pyramid(self):
        self._press(self.deal_dnipro, self.step_call)
        self.env.flush_all()
        for user in (self.head, self.olena):
            pyramid = self.env["crm.lead"].with_user(user).get_pyramid([], {"process_id": self.process.id})
            texts = self._get_texts(user=user)
            for row in pyramid["rows"]:
                self.assertIn(row["name"], texts)
                self.assertIn(f"{row['passed']} ({row['now']})", texts)

    def test_a_manager_gets_his_own_only(self):
        self.env.flush_all()
        base = {user: self._get_texts(user=user)[-6:] for user in (self.head, self.olena)}
        self.assertTrue(any(text == "2 (2)" for text in self._get_texts(user=self.head)), base)
        self.assertTrue(any(text == "1 (1)" for text in self._get_texts(user=self.olena)), base)

    def test_meaning_of_the_period(self):
        name, process = self.env.company.name, {"process_id": self.process.id}
        for options, line in (
            ({}, "Deals created: all the time"),
            ({"date_from": "2026-01-05"}, "Deals created: since 01/05/2026"),
            ({"date_to": "2026-01-05", "basis": "results"}, "Results recorded: until 01/05/2026"),
            ({"date_from": "2026-01-05", "date_to": "2026-01-05"}, "Deals created: 01/05/2026"),
        ):
            self.assertEqual(self._get_lines(options={**process, **options})[0], f"{name} · {line}")

    def test_filters_in_words(self):
        for domain, line in (
            ([("user_id", "=", self.olena.id)], "Manager: Olena"),
            ([("user_id", "in", [self.olena.id, False])], "Manager: Olena, None"),
            (["|", ("user_id", "=", self.olena.id), ("user_id", "=", self.taras.id)], "Manager: Olena, Taras"),
            (
                [("team_id", "=", self.channel.id), ("source_id", "=", self.source.id)],
                "Channel: Funnel channel; Source: Exhibition in Lviv",
            ),
            ([("name", "ilike", "dnipro")], "Opportunity: “dnipro”"),
            ([("won_status", "=", "lost"), ("type", "=", "opportunity")], "Won/Lost: Lost"),
            (["!", ("user_id", "=", self.olena.id)], "other filters"),
            ([("expected_revenue", ">", 5), ("day_open", ">", 5)], "other filters"),
        ):
            self.assertEqual(self._get_lines(domain=domain)[1], line, domain)
        self.assertNotIn("other filters", self._get_texts(domain=[("type", "=", "opportunity")]))

    def test_filters_of_the_report(self):
        options = {"process_id": self.process.id, "user_ids": [self.olena.id, 0], "source_ids": self.source.ids}
        self.assertEqual(
            self._get_lines(kind="report", options=options)[1],
            "Manager: Olena, None; Source: Exhibition in Lviv",
        )

    def test_names_that_the_user_may_not_see_stay_hidden(self):
        """Filters come from the browser: they must not tell the names of a colleague's clients."""
        domain = [("partner_id", "in", (self.dnipro | self.karpaty).ids)]
        line = self._get_lines(user=self.olena, domain=domain)[1]
        self.assertIn("Dnipro LLC", line)
        self.assertNotIn("Karpaty", line)
        forbidden = [("partner_id", "in", self.karpaty.ids)]
        self.assertEqual(self._get_lines(user=self.olena, domain=forbidden)[1], "other filters")

    def test_languages(self):
        self.step_call.name = "Called"
        for code, name in (("uk_UA", "Подзвонили"), ("ru_RU", "Позвонили")):
            self.env["res.lang"]._activate_lang(code)
            self.step_call.with_context(lang=code).name = name
            texts = self._get_texts(lang=code)
            self.assertIn(name, texts)
            self.assertNotIn("Called", texts)

    def test_another_company(self):
        company = self.env["res.company"].create({"name": "Funnel abroad"})
        stranger = new_test_user(
            self.env,
            "ff_stranger",
            "base.group_user,sales_team.group_sale_manager",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        own = self._create_deal("Deal abroad", self.env["res.partner"], stranger, team_id=False, company_id=company.id)
        (self.deal_dnipro | self.deal_karpaty).with_context(**{RECORDING: True}).company_id = self.env.company
        own.with_context(**{RECORDING: True}).process_id = self.process
        self.env.flush_all()
        texts = self._get_texts(user=stranger)
        self.assertIn("1 (1)", texts)
        self.assertTrue(texts[1].startswith("Funnel abroad · "))

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_refusals(self):
        clerk = new_test_user(self.env, "ff_clerk", "base.group_user")
        portal = new_test_user(self.env, "ff_portal", "base.group_portal")
        for user in (clerk, portal):
            for kind in ("pyramid", "report"):
                with self.assertRaises(AccessError):
                    self._make("png", user=user, kind=kind)


@tagged("post_install", "-at_install")
class TestFunnelDownloads(FunnelCast, HttpCase):
    """The addresses from which the web client downloads."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_cast()

    def _download(self, path, data, login="cl_head", token=True):
        if login:
            password = login + "x" * (8 - len(login))
            self.authenticate(login, password)
        else:
            self.authenticate(None, None)
        form = {"data": data if isinstance(data, str) else json.dumps(data)}
        if token:
            form["csrf_token"] = Request.csrf_token(self)
        return self.url_open(path, form, allow_redirects=False)

    def _get_error(self, response):
        """What the web client makes of an answer that is no file."""
        return json.loads(etree.HTML(response.content).xpath("string()"))

    def test_charts(self):
        for file_format, content_type, begin in (
            ("png", "image/png", b"\x89PNG"),
            ("svg", "image/svg+xml", b"<?xml"),
            ("pdf", "application/pdf", b"%PDF"),
        ):
            for kind in ("pyramid", "report"):
                data = {"kind": kind, "options": {**PERIOD, "process_id": self.process.id}, "measure": "count"}
                response = self._download(f"/crm_funnel/chart/{file_format}", data)
                self.assertEqual(response.status_code, 200)
                self.assertEqual(response.headers["Content-Type"].split(";")[0], content_type)
                self.assertTrue(response.content.startswith(begin))
                self.assertEqual(response.headers["Cache-Control"], "no-store")
                name = f"Sales%20Pyramid%202026-01-01%20-%202026-12-31.{file_format}"
                self.assertIn(name, response.headers["Content-Disposition"])

    def test_workbook_comes_whole(self):
        response = self._download("/crm_funnel/report/xlsx", {"options": {**PERIOD, "compare": "year"}})
        self.assertEqual(response.status_code, 200)
        self.assertEqual(len(response.content), int(response.headers["Content-Length"]))
        self.assertTrue(response.content.startswith(b"PK"))
        self.assertIn("spreadsheetml", response.headers["Content-Type"])
        self.assertIn("Funnel%20Report%202026-01-01", response.headers["Content-Disposition"])

    def test_name_of_the_file_in_the_language_of_the_user(self):
        self.env["res.lang"]._activate_lang("uk_UA")
        self.head.lang = "uk_UA"
        response = self._download("/crm_funnel/report/xlsx", {"options": PERIOD})
        self.assertEqual(response.status_code, 200)
        self.assertIn("filename*=UTF-8''", response.headers["Content-Disposition"])

    def test_both_can_run_on_a_replica(self):
        for rule in self.env["ir.http"].routing_map().iter_rules():
            if rule.rule.startswith("/crm_funnel/"):
                self.assertTrue(rule.endpoint.routing["readonly"], rule.rule)
                self.assertEqual(rule.endpoint.routing["methods"], ["POST"])

    def test_nonsense_gets_a_message(self):
        chart = {"kind": "pyramid", "options": {}}
        for path, data in (
            ("chart/png", "no JSON"),
            ("chart/png", "[]"),
            ("chart/png", {**chart, "options": {"process_id": "1"}}),
            ("chart/png", {**chart, "domain": "all"}),
            ("chart/png", {**chart, "domain": [["no_such_field", "=", 1]]}),
            ("chart/png", {**chart, "measure": "weight"}),
            ("chart/gif", chart),
            ("chart/png", {"kind": "report", "options": {"user_ids": ["olena"]}}),
            ("report/xlsx", {"options": {"date_from": "yesterday"}}),
            ("report/xlsx", {"options": {"team_ids": 5}}),
        ):
            response = self._download(f"/crm_funnel/{path}", data)
            self.assertEqual(response.status_code, 422, (path, data))
            error = self._get_error(response)
            self.assertEqual(error["data"]["name"], "odoo.exceptions.UserError")
            self.assertTrue(error["data"]["message"])

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.http")
    def test_who_has_no_rights_is_refused(self):
        portal = new_test_user(self.env, "fd_portal", "base.group_portal")
        for login in ("cl_clerk", portal.login):
            for path in ("chart/pdf", "report/xlsx"):
                response = self._download(f"/crm_funnel/{path}", {"options": {}}, login)
                self.assertEqual(response.status_code, 403, (login, path))
                self.assertEqual(self._get_error(response)["data"]["name"], "odoo.exceptions.AccessError")
        response = self._download("/crm_funnel/chart/pdf", {"options": {}}, None)
        self.assertEqual(response.status_code, 303, "the public is sent to the login")
        self.assertIn("/web/login", response.headers["Location"])

    @mute_logger("odoo.http")
    def test_another_site_cannot_ask(self):
        self.assertEqual(self._download("/crm_funnel/chart/pdf", {"options": {}}, token=False).status_code, 400)


@tagged("post_install", "-at_install")
class TestChartFont(TransactionCase):
    """Letters and how many of them fit."""

    def setUp(self):
        super().setUp()
        self.font = get_chart_font()

    def test_fit(self):
        self.assertEqual(self.font.fit("Їжак", self.font.regular, 10, 100), "Їжак")
        short = self.font.fit("Потенційне замовлення", self.font.regular, 10, 50)
        self.assertTrue(short.endswith("…"))
        self.assertTrue("Потенційне замовлення".startswith(short[:-1]))
        self.assertEqual(self.font.fit("Ж", self.font.regular, 10, 1), "…")

    def test_wrap(self):
        text = "One two three four five six"
        lines = self.font.wrap(text, self.font.bold, 10, 60, 9)
        self.assertEqual(" ".join(lines), text)
        self.assertGreater(len(lines), 1)
        self.assertEqual(len(self.font.wrap(text, self.font.bold, 10, 40, 2)), 2)
        self.assertEqual(self.font.wrap("", self.font.bold, 10, 40, 2), [])

    def test_signs_that_the_font_lacks(self):
        self.assertEqual(self.font.clean("A → B 🚀"), "A › B ")
