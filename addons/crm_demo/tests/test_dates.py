import random
from datetime import date, timedelta

from odoo.tests import BaseCase, tagged

from ..department import dates


@tagged("post_install", "-at_install")
class TestDates(BaseCase):
    def test_months_end_at_today(self):
        spans = dates.months(date(2026, 3, 10), 14)
        self.assertEqual(len(spans), 14)
        self.assertEqual(spans[0], (date(2025, 2, 1), date(2025, 2, 28)))
        self.assertEqual(spans[-2], (date(2026, 2, 1), date(2026, 2, 28)))
        self.assertEqual(spans[-1], (date(2026, 3, 1), date(2026, 3, 10)))

    def test_months_on_the_first_day(self):
        self.assertEqual(dates.months(date(2026, 3, 1), 2)[-1], (date(2026, 3, 1), date(2026, 3, 1)))

    def test_months_from_the_last_day_of_a_long_month(self):
        spans = dates.months(date(2026, 5, 31), 4)
        self.assertEqual([first for first, _last in spans], [date(2026, month, 1) for month in (2, 3, 4, 5)])
        self.assertEqual(spans[0][1], date(2026, 2, 28))

    def test_weekend_moves_to_friday(self):
        saturday = date(2026, 11, 21)
        self.assertEqual(dates.working_day(saturday, date(2026, 11, 1)), date(2026, 11, 20))
        self.assertEqual(dates.working_day(saturday + timedelta(days=1), date(2026, 11, 1)), date(2026, 11, 20))
        self.assertEqual(dates.working_day(date(2026, 11, 18), date(2026, 11, 1)), date(2026, 11, 18))

    def test_weekend_at_the_beginning_stays_in_the_month(self):
        sunday = date(2026, 11, 1)
        self.assertEqual(dates.working_day(sunday, sunday), sunday)

    def test_day_between_keeps_its_bounds(self):
        rng = random.Random(1)
        first, last = date(2026, 8, 1), date(2026, 8, 31)
        for _serial in range(200):
            self.assertTrue(first <= dates.day_between(rng, first, last) <= last)

    def test_later_is_never_past_the_last_day(self):
        rng = random.Random(1)
        day, last = date(2026, 8, 1), date(2026, 8, 9)
        for _serial in range(200):
            self.assertTrue(day <= dates.later(rng, day, 0, 30, last) <= last)

    def test_office_hours(self):
        rng = random.Random(1)
        moments = [dates.office_hour(rng, date(2026, 8, 3)) for _serial in range(200)]
        self.assertTrue(all(6 <= moment.hour <= 14 for moment in moments))
        self.assertEqual({moment.date() for moment in moments}, {date(2026, 8, 3)})

    def test_bank_days(self):
        cases = {
            date(2026, 8, 1): date(2026, 8, 15),
            date(2026, 8, 15): date(2026, 8, 15),
            date(2026, 8, 16): date(2026, 8, 28),
            date(2026, 8, 28): date(2026, 8, 28),
            date(2026, 8, 31): date(2026, 9, 15),
            date(2026, 12, 30): date(2027, 1, 15),
        }
        self.assertEqual({day: dates.bank_day(day) for day in cases}, cases)

    def test_working_days_later(self):
        friday = date(2026, 11, 20)
        self.assertEqual(dates.working_days_later(friday, 0), friday)
        self.assertEqual(dates.working_days_later(friday, 1), date(2026, 11, 23))
        self.assertEqual(dates.working_days_later(friday, 6), date(2026, 11, 30))
        self.assertEqual(dates.working_days_later(date(2026, 11, 22), 1), date(2026, 11, 23), "from a Sunday")
