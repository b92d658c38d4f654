from itertools import product

from odoo.tests import tagged

from .figures import Ledger, Reader, get_percentile, get_upper_limit
from .random_funnel import RandomFunnelCommon

# dates around which things happened: whole, to a day, a single day with 25 hours, an open one
PERIODS = [
    (False, False),
    ("2025-11-02", "2026-01-31"),
    ("2025-10-26", "2025-10-26"),
    ("2026-03-08", "2026-03-29"),
    ("2026-01-15", False),
    (False, "2025-12-31"),
]


class FiguresCases:
    """Every figure that three reports tell seven readers of a random department, beside the same from plain loops."""

    # the cases of each seed are inherited
    allow_inherited_tests_method = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        both, here, there = cls.here | cls.there, cls.here, cls.there
        # company There has four of its units for one of company Here
        self_here = {here: 1, there: 1 / 4, here.browse(): 1}
        self_there = {here: 4, there: 1, here.browse(): 1}
        cls.readers = [
            Reader(cls.head, both, "Europe/Kyiv", self_here),
            Reader(cls.head, there, "America/New_York", self_there),
            Reader(cls.olena, both, "Asia/Almaty", self_here),
            Reader(cls.taras, here, "Europe/Kyiv", self_here),
            Reader(cls.ivan, both, "America/New_York", self_here),
            Reader(cls.leader, both, "Asia/Almaty", self_here),
            Reader(cls.local_head, here, "Europe/Kyiv", self_here),
        ]
        tag, source, team = cls.tags[0], cls.sources[1], cls.processes[1].team_ids
        cls.filters = [
            ({}, None),
            ({"tag_ids": [tag.id, 0]}, lambda deal: not deal.tag_ids or tag in deal.tag_ids),
            (
                {"source_ids": [source.id], "user_ids": [cls.olena.id, 0]},
                lambda deal: deal.source_id == source and (not deal.user_id or deal.user_id == cls.olena),
            ),
            ({"team_ids": [team.id]}, lambda deal: deal.team_id == team),
        ]

    def _get_model(self, model, reader):
        return (
            self.env[model]
            .with_user(reader.user)
            .with_context(tz=reader.timezone, allowed_company_ids=reader.companies.ids, lang="en_US")
        )

    def _get_ledger(self, reader, keeps=None):
        return Ledger(reader, self.env.cr.now(), keeps)

    def _search_ids(self, reader, action):
        """The records that the list of an action shows."""
        model = self._get_model(action["res_model"], reader)
        if "active_test" in (action.get("context") or ""):
            model = model.with_context(active_test=False)
        return set(model.search(action["domain"]).ids)

    def _get_ids(self, records):
        return {record.id for record in records}

    # ------------------------------------------------------------
    # THE WORLD ITSELF
    # ------------------------------------------------------------

    def test_everything_has_happened(self):
        """A comparison of nothing with nothing proves nothing."""
        deals = self.made.exists()
        results = deals.result_ids
        kinds = set(results.mapped("kind"))
        self.assertLessEqual({"progress", "won", "refusal", "neutral", "reopen", "move", "revoke"}, kinds)
        self.assertEqual(set(deals.mapped("won_status")), {"pending", "won", "lost"})
        self.assertTrue(deals.filtered(lambda deal: deal.won_status == "pending" and not deal.active))
        self.assertTrue(deals.filtered(lambda deal: not deal.process_step_id))
        self.assertTrue(results.filtered("is_backward"))
        self.assertTrue(results.filtered(lambda result: result.process_id != result.lead_id.process_id))
        self.assertTrue(results.filtered(lambda result: result.kind == "move" and result.won_status == "won"))
        self.assertTrue(deals.filtered(lambda deal: deal.won_status == "lost" and not deal.date_closed))
        self.assertGreater(len(self.merged), 1)
        seen = [len(self._get_ledger(reader).deals) for reader in self.readers]
        self.assertGreater(min(seen), 5)
        self.assertGreater(len(set(seen)), 3, "they see different deals")

    # ------------------------------------------------------------
    # THE LOG
    # ------------------------------------------------------------

    def _is_plain(self, deal):
        """Whether the log alone says all: nothing revoked or merged, won and lost by results of that kind only."""
        kinds = {"won": "won", "refusal": "lost"}
        rows = deal.result_ids.sorted("id")
        return (
            len(rows) > 1
            and deal not in self.merged
            and "revoke" not in rows.mapped("kind")
            and all(row.won_status == kinds.get(row.kind, "pending") for row in rows[:-1])
        )

    def test_standing_is_worked_out_alike(self):
        """From a log whose columns are empty, as from an import or an upgrade."""
        deals = self.made.filtered(self._is_plain)
        self.assertGreater(len(deals), 10)
        names = ["won_status_before", "won_status", "step_date", "step_days"]
        rows = deals.result_ids
        before = rows.read(names)
        self.env.cr.execute(
            "UPDATE crm_process_result SET won_status = NULL, won_status_before = NULL, step_date = NULL, step_days = NULL"
        )
        self.env.invalidate_all()
        self.env["crm.process.result"]._fill_standing()
        self.assertEqual(rows.read(names), before)

    def test_silence(self):
        for deal in self.made:
            last = deal.result_ids.sorted("id")[-1:]
            self.assertEqual(deal.silent_since, last.date or deal.create_date)

    # ------------------------------------------------------------
    # PYRAMID
    # ------------------------------------------------------------

    def _get_cases(self):
        cases = list(product(self.processes, ("created", "results"), PERIODS))
        for number, case in enumerate(cases):
            yield number % len(self.readers), *case
            yield 0, *case

    def test_pyramid(self):
        ledgers = [self._get_ledger(reader) for reader in self.readers]
        bottlenecks = set()
        for number, process, basis, (first, last) in self._get_cases():
            reader, ledger = self.readers[number], ledgers[number]
            with self.subTest(user=reader.user.login, process=process.name, basis=basis, period=(first, last)):
                options = {"process_id": process.id, "basis": basis, "date_from": first, "date_to": last}
                pyramid = self._get_model("crm.lead", reader).get_pyramid([], options)
                expected = ledger.get_pyramid(process, basis, first, last)
                self._assert_rows(ledger, process, pyramid, expected)
                self._assert_lists(reader, options, expected)
                bottlenecks |= {row["bottleneck"] for row in pyramid["rows"]}
        self.assertLessEqual({False, "conversion", "days"}, bottlenecks)

    def test_pyramid_of_filters(self):
        reader = self.readers[0]
        tag, process = self.tags[1], self.processes[2]
        ledger = self._get_ledger(reader, lambda deal: tag in deal.tag_ids)
        for basis in ("created", "results"):
            options = {"process_id": process.id, "basis": basis}
            domain = [("tag_ids", "in", tag.ids)]
            pyramid = self._get_model("crm.lead", reader).get_pyramid(domain, options)
            expected = ledger.get_pyramid(process, basis, False, False)
            self._assert_rows(ledger, process, pyramid, expected)
            self._assert_lists(reader, options, expected, domain)

    def _assert_rows(self, ledger, process, pyramid, expected):
        rows, steps = pyramid["rows"], ledger.get_row_steps(process)
        won = [step for step in ledger.get_steps(process) if step.kind == "won" and step.active]
        self.assertEqual([row["name"] for row in rows[1:-1]], [step.name for step in steps])
        self.assertEqual(rows[-1]["name"], " / ".join(step.name for step in won))
        self.assertEqual([row["is_top"] for row in rows], [False] * (len(steps) + 1) + [True])
        for number, (row, counted) in enumerate(zip(rows, expected, strict=True)):
            step = [None, *steps, won[0]][number]
            self.assertEqual(row["number"], number)
            self._assert_counts(ledger, row, counted)
            self._assert_times(ledger, row, counted, expected, number, [*steps, won[0], None][number])
            if number:
                self.assertEqual((row["expected_conversion"], row["expected_days"]), (step.conversion, step.days))
                self._assert_comparison(ledger, row, expected, step)

    def _assert_counts(self, ledger, row, counted):
        for name in ("passed", "now", "lost"):
            self.assertEqual(row[name], len(counted[name]), (row["number"], name))
            self.assertAlmostEqual(row[f"{name}_amount"], ledger.reader.get_amount(counted[name]), 2)

    def _assert_times(self, ledger, row, counted, expected, number, step_above):
        self.assertEqual(row["waiting_days"], ledger.get_waiting(counted))
        self.assertEqual(row["late"], ledger.get_late(counted, step_above.days) if step_above else 0)
        for name, percent in (("days", 50), ("days_90", 90)):
            value = get_percentile(counted["days"], percent)
            self.assertIs(row[name] is False, value is False)
            self.assertAlmostEqual(row[name], value, 6)

    def _assert_comparison(self, ledger, row, expected, step):
        counted, below = expected[row["number"]], expected[row["number"] - 1]
        passed, cases = len(counted["passed"]), len(below["passed"])
        self.assertEqual(row["conversion"], round(100 * passed / cases, 2) if cases else False)
        decided = cases - (len(below["now"]) - ledger.get_late(below, step.days))
        loses = decided >= 5 and passed <= decided and get_upper_limit(passed, decided) < step.conversion
        days = counted["days"]
        slow = step.days and len(days) >= 5 and get_percentile(days, 50) > 1.5 * step.days
        bottleneck = {(1, 1): "both", (1, 0): "conversion", (0, 1): "days"}.get((bool(loses), bool(slow)), False)
        self.assertEqual(row["bottleneck"], bottleneck)
        self.assertEqual(bool(row["explanation"]), bool(bottleneck))

    def _assert_lists(self, reader, options, expected, domain=()):
        model = self._get_model("crm.lead", reader)
        for number, counted in enumerate(expected):
            for only_now, name in ((False, "passed"), (True, "now")):
                action = model.get_pyramid_action(list(domain), options, number, only_now)
                self.assertEqual(self._search_ids(reader, action), self._get_ids(counted[name]), (number, name))

    # ------------------------------------------------------------
    # FUNNEL REPORT
    # ------------------------------------------------------------

    def test_report(self):
        for reader, (given, keeps), (first, last) in self._get_report_cases():
            with self.subTest(user=reader.user.login, filters=given, period=(first, last)):
                options = {**given, "date_from": first, "date_to": last, "process_id": self.processes[1].id}
                if first and last:
                    options.update(compare="custom", compare_from="2025-12-01", compare_to="2025-12-31")
                report = self._get_model("crm.funnel.report", reader).get_report(options)
                ledger = self._get_ledger(reader, keeps)
                lists = ledger.get_lists(first, last)
                before = ledger.get_lists("2025-12-01", "2025-12-31") if first and last else None
                self._assert_indicators(ledger, report, lists, before)
                self._assert_groups(ledger, report, lists, before)
                rows = ledger.get_pyramid(self.processes[1], "created", first, last)
                self._assert_rows(ledger, self.processes[1], report["pyramid"], rows)
                self.assertEqual(report["deal_count"], len(lists["worked"]))
                for name, deals in lists.items():
                    action = self._get_model("crm.funnel.report", reader).get_deals_action(options, name)
                    self.assertEqual(self._search_ids(reader, action), self._get_ids(deals), name)

    def _get_report_cases(self):
        for number, reader in enumerate(self.readers):
            yield reader, self.filters[0], PERIODS[number % len(PERIODS)]
            yield reader, self.filters[number % len(self.filters)], PERIODS[1]

    def _assert_values(self, values, expected):
        for name, value in values.items():
            self.assertIs(value is False, expected[name] is False, name)
            # amounts and shares are rounded to two places
            self.assertAlmostEqual(value, expected[name], delta=0.0051, msg=name)

    def _assert_indicators(self, ledger, report, lists, lists_before):
        values = {line["name"]: line["value"] for line in report["indicators"]}
        self.assertEqual(values.keys(), ledger.get_indicators(lists).keys())
        self._assert_values(values, ledger.get_indicators(lists))
        for line in report["indicators"]:
            if lists_before is None or False in (line["value"] is not False, line["before"] is not False):
                self.assertFalse(line["change"] or line["change_percent"])
                continue
            self.assertAlmostEqual(line["change"], line["value"] - line["before"], 2)
            percent = round(100 * line["change"] / line["before"], 1) if line["before"] else False
            self.assertEqual(line["change_percent"], percent)
        if lists_before is not None:
            before = {line["name"]: line["before"] for line in report["indicators"]}
            self._assert_values(before, ledger.get_indicators(lists_before))

    def _assert_groups(self, ledger, report, lists, lists_before):
        nothing = ledger.get_indicators(dict.fromkeys(lists, frozenset()))
        for name, field_name in (("users", "user_id"), ("sources", "source_id")):
            expected = ledger.get_indicators_by(lists, field_name)
            before = ledger.get_indicators_by(lists_before or {}, field_name)
            lines = {line["id"]: line for line in report[name]}
            self.assertEqual(lines.keys(), expected.keys() | before.keys())
            for key, line in lines.items():
                self._assert_values(line["values"], expected.get(key, nothing))
                self.assertIs(bool(line["before"]), lists_before is not None)
                self._assert_values(line["before"] or {}, before.get(key, nothing))
            amounts = [line["values"]["won_amount"] for line in report[name]]
            self.assertEqual(amounts, sorted(amounts, reverse=True))

    # ------------------------------------------------------------
    # PROCESS REPORT
    # ------------------------------------------------------------

    def test_process_report(self):
        for number, (reader, process) in enumerate(product(self.readers, self.processes)):
            (given, keeps), (first, last) = self.filters[number % 4], PERIODS[number % len(PERIODS)]
            with self.subTest(user=reader.user.login, process=process.name, filters=given, period=(first, last)):
                options = {**given, "date_from": first, "date_to": last, "process_id": process.id}
                report = self._get_model("crm.funnel.report", reader).get_process_report(options)
                ledger = self._get_ledger(reader, keeps)
                self._assert_step_days(ledger, process, report, first, last)
                self._assert_losses(ledger, process, report, first, last)
                self._assert_recording(ledger, process, report, options, first, last)

    def _assert_step_days(self, ledger, process, report, first, last):
        days = [row["days"] for row in ledger.get_pyramid(process, "results", first, last)[1:]]
        for line, values in zip(report["steps"], days, strict=True):
            self.assertEqual(line["cases"], len(values))
            self.assertAlmostEqual(line["average"], sum(values) / len(values) if values else False, 6)
            self.assertAlmostEqual(line["median"], get_percentile(values, 50), 6)
            self.assertAlmostEqual(line["days_90"], get_percentile(values, 90), 6)

    def _assert_losses(self, ledger, process, report, first, last):
        losses = ledger.get_losses(process, first, last)
        lines = {(line["number"], line["reason_id"]): line for line in report["losses"]}
        self.assertEqual(len(lines), len(report["losses"]))
        self.assertEqual({key: line["count"] for key, line in lines.items()}, {k: len(v) for k, v in losses.items()})
        for key, line in lines.items():
            self.assertAlmostEqual(line["amount"], ledger.reader.get_amount(losses[key]), 2)

    def _assert_recording(self, ledger, process, report, options, first, last):
        people, hours, days = ledger.get_recording(process, first, last)
        found = {(line["user_id"], line["step_id"]): line["count"] for line in report["people"]}
        self.assertEqual(found, people)
        self.assertEqual(len(report["people"]), len(found))
        self.assertEqual({(line["weekday"], line["hour"]): line["count"] for line in report["hours"]}, hours)
        self.assertEqual({line["date"]: line["count"] for line in report["days"]}, days)
        self.assertEqual([line["date"] for line in report["days"]], sorted(days))
        model = self._get_model("crm.funnel.report", ledger.reader)
        results = ledger.get_results(process, first, last)
        for user_id, step_id in list(found)[:4]:
            action = model.get_results_action(options, {"user_id": user_id, "step_id": step_id})
            expected = {r.id for r in results if (r.user_id.id, r.step_id.id) == (user_id, step_id)}
            self.assertEqual(self._search_ids(ledger.reader, action), expected)
        self.assertEqual(self._search_ids(ledger.reader, model.get_results_action(options)), self._get_ids(results))


@tagged("post_install", "-at_install", "funnel_figures")
class TestPyramidRandom1(FiguresCases, RandomFunnelCommon):
    seed = 1


@tagged("post_install", "-at_install", "funnel_figures")
class TestPyramidRandom2(FiguresCases, RandomFunnelCommon):
    seed = 2
