from odoo.tests import BaseCase, tagged

from ..department import people, tables, tables_works


@tagged("post_install", "-at_install")
class TestTablesWorks(BaseCase):
    def test_every_service_is_delivered_by_somebody(self):
        self.assertEqual(set(tables_works.SERVICES), set(tables.PRODUCTS) - set(tables.ACCESSORIES))
        for code, ((shortest, longest), executors) in tables_works.SERVICES.items():
            self.assertTrue(0 < shortest < longest, code)
            self.assertLessEqual(set(executors), set(tables_works.USERS) - {tables_works.PROJECT_MANAGER}, code)

    def test_equipment_comes_before_what_is_done_to_it(self):
        services = [code.startswith("SV-") for code in tables_works.SERVICES]
        self.assertEqual(services, sorted(services))

    def test_every_executor_has_something_to_deliver(self):
        executors = {login for _days, logins in tables_works.SERVICES.values() for login in logins}
        self.assertEqual(executors, set(tables_works.USERS) - {tables_works.PROJECT_MANAGER})

    def test_who_delivers_does_not_sell(self):
        self.assertFalse(set(tables.USERS) & set(tables_works.USERS))
        self.assertEqual(set(people.USERS), set(tables.USERS) | set(tables_works.USERS))
        for _name, _tz, channel, groups in tables_works.USERS.values():
            self.assertIsNone(channel)
            self.assertTrue(all(group.startswith("project.") for group in groups))

    def test_the_last_template_is_for_everything_else(self):
        products = [products for products, _tasks in tables_works.TEMPLATES.values()]
        self.assertTrue(all(products[:-1]))
        self.assertFalse(products[-1])

    def test_only_the_last_column_is_folded(self):
        self.assertEqual([fold for _name, fold in tables_works.STAGES], [False, False, True])

    def test_reasons_are_told_once(self):
        self.assertEqual(len(set(tables_works.REASONS)), len(tables_works.REASONS))
