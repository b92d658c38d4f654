from odoo.tests import BaseCase

from odoo.addons.crm_call_scripts.tools.proportions import get_cases_needed, get_difference_interval

# Newcombe 1998, table II, method 10: (hits, cases, other hits, other cases), lower and upper limit
PUBLISHED = [
    ((56, 70, 48, 80), (0.0524, 0.3339)),
    ((9, 10, 3, 10), (0.1705, 0.8090)),
    ((6, 7, 2, 7), (0.0582, 0.8062)),
    ((5, 56, 0, 29), (-0.0381, 0.1926)),
    ((0, 10, 0, 20), (-0.1611, 0.2775)),
    ((0, 10, 0, 10), (-0.2775, 0.2775)),
    ((10, 10, 0, 20), (0.6791, 1.0000)),
    ((10, 10, 0, 10), (0.6075, 1.0000)),
]


class TestProportions(BaseCase):
    def test_difference_as_published(self):
        for counts, limits in PUBLISHED:
            with self.subTest(counts=counts):
                for actual, expected in zip(get_difference_interval(*counts), limits, strict=True):
                    self.assertAlmostEqual(actual / 100, expected, places=4)

    def test_difference_the_other_way_round(self):
        low, high = get_difference_interval(56, 70, 48, 80)
        other_low, other_high = get_difference_interval(48, 80, 56, 70)
        self.assertAlmostEqual(low, -other_high)
        self.assertAlmostEqual(high, -other_low)

    def test_nothing_is_known_without_cases(self):
        self.assertEqual(get_difference_interval(0, 0, 5, 10), (-100.0, 100.0))
        self.assertEqual(get_difference_interval(5, 10, 0, 0), (-100.0, 100.0))

    def test_cases_needed_as_published(self):
        # what R's power.prop.test(p1, p2, power = 0.8) says: 151.87 and 57.67
        self.assertEqual(get_cases_needed(25, 40), 152)
        self.assertEqual(get_cases_needed(50, 75), 58)
        self.assertEqual(get_cases_needed(75, 50), 58)

    def test_equal_shares_are_never_told_apart(self):
        self.assertIsNone(get_cases_needed(30, 30))
