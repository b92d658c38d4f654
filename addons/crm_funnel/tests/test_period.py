from datetime import date, datetime, timedelta

import pytz

from odoo.exceptions import UserError
from odoo.tests import TransactionCase, tagged
from odoo.tools import SQL

from odoo.addons.crm_funnel.tools.period import Period
from odoo.addons.crm_funnel.tools.statistics import get_wilson_interval


def get_period(first, last):
    return Period(date.fromisoformat(first), date.fromisoformat(last))


@tagged("post_install", "-at_install")
class TestPeriod(TransactionCase):
    """The days of a report: where they begin and end, and with which they are compared."""

    def _assert_periods(self, method, cases):
        for first, last, *expected in cases:
            with self.subTest(first=first, last=last):
                self.assertEqual(method(get_period(first, last)), get_period(*expected))

    # ------------------------------------------------------------
    # COMPARISON
    # ------------------------------------------------------------

    def test_before(self):
        self._assert_periods(
            Period.get_before,
            [
                # whole months, quarters and years
                ("2026-03-01", "2026-03-31", "2026-02-01", "2026-02-28"),
                ("2024-03-01", "2024-03-31", "2024-02-01", "2024-02-29"),
                ("2026-02-01", "2026-02-28", "2026-01-01", "2026-01-31"),
                ("2026-01-01", "2026-03-31", "2025-10-01", "2025-12-31"),
                ("2026-01-01", "2026-12-31", "2025-01-01", "2025-12-31"),
                # up to today
                ("2026-03-01", "2026-03-22", "2026-02-01", "2026-02-22"),
                ("2026-03-01", "2026-03-30", "2026-02-01", "2026-02-28"),
                ("2026-01-01", "2026-02-10", "2025-10-01", "2025-11-10"),
                ("2026-01-01", "2026-11-22", "2025-01-01", "2025-11-22"),
                ("2026-02-01", "2026-03-10", "2025-12-01", "2026-01-10"),
                # any other days: as many
                ("2026-03-02", "2026-03-08", "2026-02-23", "2026-03-01"),
                ("2026-03-15", "2026-04-30", "2026-01-27", "2026-03-14"),
                ("2026-01-31", "2026-01-31", "2026-01-30", "2026-01-30"),
                ("2024-02-29", "2024-02-29", "2024-02-28", "2024-02-28"),
            ],
        )

    def test_before_has_as_many_days(self):
        """Whatever does not begin with a month is followed by itself without a gap."""
        for offset in range(0, 800, 7):
            first = date(2024, 1, 2) + timedelta(days=offset)
            period = Period(first, first + timedelta(days=offset % 90))
            if first.day == 1:
                continue
            before = period.get_before()
            self.assertEqual(before.last, period.first - timedelta(days=1))
            self.assertEqual(before.last - before.first, period.last - period.first)

    def test_year_before(self):
        self._assert_periods(
            Period.get_year_before,
            [
                ("2026-03-01", "2026-03-31", "2025-03-01", "2025-03-31"),
                ("2026-03-05", "2026-03-22", "2025-03-05", "2025-03-22"),
                ("2024-02-01", "2024-02-29", "2023-02-01", "2023-02-28"),
                ("2025-02-01", "2025-02-28", "2024-02-01", "2024-02-29"),
                ("2025-02-01", "2025-02-27", "2024-02-01", "2024-02-27"),
                ("2024-02-29", "2024-02-29", "2023-02-28", "2023-02-28"),
                ("2024-02-29", "2024-03-01", "2023-02-28", "2023-03-01"),
            ],
        )

    def test_one_day_is_compared_with_one_day(self):
        """The last day of February is the 28th and not the two last days of a leap year."""
        self._assert_periods(
            Period.get_year_before,
            [
                ("2025-02-28", "2025-02-28", "2024-02-28", "2024-02-28"),
                ("2025-02-22", "2025-02-28", "2024-02-22", "2024-02-28"),
            ],
        )

    def test_nothing_is_before_an_open_period(self):
        for period in (Period(), Period(first=date(2026, 1, 1)), Period(last=date(2026, 1, 1))):
            self.assertIsNone(period.get_before())
            self.assertIsNone(period.get_year_before())

    # ------------------------------------------------------------
    # MIDNIGHT
    # ------------------------------------------------------------

    def _get_bounds(self, day, zone):
        return tuple(str(moment) for moment in get_period(day, day).get_bounds(pytz.timezone(zone)))

    def test_midnight(self):
        for zone, day, *expected in (
            ("Europe/Kyiv", "2026-01-15", "2026-01-14 22:00:00", "2026-01-15 22:00:00"),
            ("Europe/Kyiv", "2026-03-29", "2026-03-28 22:00:00", "2026-03-29 21:00:00"),
            ("Europe/Kyiv", "2025-10-26", "2025-10-25 21:00:00", "2025-10-26 22:00:00"),
            ("America/New_York", "2026-03-08", "2026-03-08 05:00:00", "2026-03-09 04:00:00"),
            ("America/New_York", "2025-11-02", "2025-11-02 04:00:00", "2025-11-03 05:00:00"),
            ("Asia/Almaty", "2026-01-15", "2026-01-14 19:00:00", "2026-01-15 19:00:00"),
            ("UTC", "2024-02-29", "2024-02-29 00:00:00", "2024-03-01 00:00:00"),
        ):
            with self.subTest(zone=zone, day=day):
                self.assertEqual(self._get_bounds(day, zone), tuple(expected))

    def test_clock_changes_at_midnight(self):
        """In Cairo the day of the change begins at one o'clock; in Havana midnight strikes twice."""
        self.assertEqual(self._get_bounds("2026-04-24", "Africa/Cairo"), ("2026-04-23 22:00:00", "2026-04-24 21:00:00"))
        self.assertEqual(
            self._get_bounds("2025-11-02", "America/Havana"), ("2025-11-02 04:00:00", "2025-11-03 05:00:00")
        )

    def test_database_has_the_same_days(self):
        """What a period takes as a day is what the process report names by its date, hour by hour."""
        for zone in ("Africa/Cairo", "America/Havana", "America/New_York", "Asia/Almaty", "Europe/Kyiv"):
            for moment, day in self._get_hours(zone):
                start, stop = Period(day, day).get_bounds(pytz.timezone(zone))
                self.assertTrue(start <= moment < stop, (zone, moment, day))

    def _get_hours(self, zone):
        """All hours of a year, each with its day in the time zone."""
        return self.env.execute_query(
            SQL(
                """SELECT moment, timezone(%s, timezone('UTC', moment))::date
                     FROM generate_series('2025-09-01'::timestamp, '2026-08-31', interval '1 hour') moment""",
                zone,
            )
        )

    def test_open_period_has_no_bounds(self):
        zone = pytz.timezone("Europe/Kyiv")
        self.assertEqual(Period().get_bounds(zone), (None, None))
        self.assertEqual(Period(first=date(2026, 1, 1)).get_bounds(zone), (datetime(2025, 12, 31, 22), None))
        self.assertEqual(Period(last=date(2026, 1, 1)).get_bounds(zone), (None, datetime(2026, 1, 1, 22)))

    # ------------------------------------------------------------
    # WHAT THE WEB CLIENT SENDS
    # ------------------------------------------------------------

    def test_wrong_dates_are_told(self):
        Lead = self.env["crm.lead"].with_context(lang="en_US")
        cases = [
            ("yesterday", False, "“yesterday” is not a date."),
            ("2026-02-30", False, "“2026-02-30” is not a date."),
            (False, "2026-13-01", "“2026-13-01” is not a date."),
            ("2026-01-01", "tomorrow", "“tomorrow” is not a date."),
            (20260101, False, "“20260101” is not a date."),
            ("9999-12-31", "9999-12-31", "“9999-12-31” is not a date."),
            ("0001-01-01", "2026-01-01", "“0001-01-01” is not a date."),
            ("2026-01-02", "2026-01-01", "The period ends before it begins."),
        ]
        for first, last, message in cases:
            with self.subTest(first=first, last=last), self.assertRaisesRegex(UserError, f"^{message}$"):
                Lead._get_period(first, last)

    def test_dates(self):
        self.assertEqual(self.env["crm.lead"]._get_period(False, None), Period())
        self.assertEqual(
            self.env["crm.lead"]._get_period("2026-01-01", "2026-01-01"), get_period("2026-01-01", "2026-01-01")
        )

    def test_far_comparison_is_told(self):
        options = {"date_from": "1900-01-01", "date_to": "2100-12-31", "compare": "previous"}
        period, before = self.env["crm.funnel.report"]._get_periods(options)
        self.assertEqual((period.first.year, before.first.year), (1900, 1699))

    # ------------------------------------------------------------
    # CHANCE
    # ------------------------------------------------------------

    def test_wilson_interval(self):
        """Against the table of R. G. Newcombe, Statistics in Medicine 17 (1998), page 861, method 3."""
        for hits, cases, low, high in (
            (81, 263, 25.53, 36.62),
            (15, 148, 6.24, 16.05),
            (0, 20, 0, 16.11),
            (1, 29, 0.61, 17.18),
        ):
            interval = get_wilson_interval(hits, cases)
            self.assertAlmostEqual(interval[0], low, 2)
            self.assertAlmostEqual(interval[1], high, 2)
        self.assertEqual(get_wilson_interval(0, 0), (0.0, 100.0))
        self.assertEqual(get_wilson_interval(7, 7)[1], 100.0)
