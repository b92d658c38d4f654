from collections import Counter
from itertools import pairwise

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..department import tables
from ..department.plan_directory import came_as_inquiry
from .common import DepartmentCase


@tagged("post_install", "-at_install")
class TestClientDirectory(DepartmentCase):
    """What installing wrote into the client directory."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.directory = cls.env["res.partner"].search([("client_type_id", "!=", False)])
        cls.others = cls.directory - cls.clients
        by_name = cls.clients.grouped("name")
        cls.cards = {by_name[client.name]: card for client, card in zip(cls.plan.clients, cls.plan.cards, strict=True)}

    def record(self, kind, key):
        return self.env.ref(f"crm_clients.crm_client_{kind}_{key}")

    # ------------------------------------------------------------
    # CARDS
    # ------------------------------------------------------------

    def test_all_clients_are_in_the_directory(self):
        self.assertEqual(len(self.directory & self.clients), 200)
        self.assertEqual(self.clients.child_ids.client_id, self.clients)
        for client, card in self.cards.items():
            self.assertEqual(client.client_type_id, self.record("type", card.type))
            self.assertEqual(client.client_source_id.name or None, card.source)

    def test_services(self):
        offered = self.env["product.template"].search([("is_client_service", "=", True)])
        self.assertEqual(set(offered.mapped("default_code")), set(tables.PRODUCTS) - set(tables.ACCESSORIES))
        self.assertLessEqual(self.clients.client_service_ids, offered)
        for client, card in self.cards.items():
            self.assertEqual(set(client.client_service_ids.mapped("default_code")), set(card.services))
        self.assertTrue(all(template.service_client_count > 5 for template in offered))

    def test_levels_and_their_history(self):
        for client, card in self.cards.items():
            changes = client.client_level_change_ids.sorted("id")
            found = [(change.date, change.new_level_id, change.reason) for change in changes]
            planned = [(change.moment, self.record("level", change.level), change.reason) for change in card.changes]
            # what is planned for later today happened now
            self.assertEqual([row[1:] for row in found], [row[1:] for row in planned])
            self.assertTrue(all(date <= moment for (date, *_f), (moment, *_p) in zip(found, planned, strict=True)))
            self.assertEqual(client.client_level_id, changes[-1].new_level_id)

    def test_each_change_begins_where_the_former_ended(self):
        for client in self.clients:
            changes = client.client_level_change_ids.sorted("id")
            self.assertEqual(changes.mapped("date"), sorted(changes.mapped("date")))
            self.assertFalse(changes[0].old_level_id)
            for before, after in pairwise(changes):
                self.assertEqual(after.old_level_id, before.new_level_id)
            self.assertEqual(changes.user_id, client.user_id)

    def test_the_history_is_not_of_one_day(self):
        changes = self.clients.client_level_change_ids
        self.assertGreater(len(changes), 400)
        for month in self.months:
            self.assertTrue(self.in_month(changes, "date", month), month)
        self.assertTrue(all(self.within_history(change.date) for change in changes))

    def test_last_contacts(self):
        """As planned, in spite of everything that was posted while the department was created."""
        for client, card in self.cards.items():
            if card.last_contact is None:
                self.assertFalse(client.client_last_contact)
            else:
                self.assertEqual(client.client_last_contact.date(), card.last_contact.date())
        silent = self.clients.filtered_domain([("client_silent_days", ">=", 90)])
        recent = self.clients.filtered_domain([("client_silent_days", "<", 14)])
        self.assertGreater(len(silent), 30)
        self.assertGreater(len(recent), 20)

    def test_professions(self):
        contacts = self.clients.child_ids
        self.assertTrue(all(contact.profession_id.name == contact.function for contact in contacts))
        names = self.env["crm.profession"].search([]).mapped("name")
        self.assertEqual(len(names), len(set(names)))
        self.assertIn("IT manager", names)

    def test_three_wrong_numbers_are_shown(self):
        wrong = self.directory.filtered("company_registry_problem")
        self.assertEqual(sorted(wrong.user_id.mapped("login")), ["manager1", "manager3", "manager5"])
        self.assertEqual(len(wrong), 3)
        self.assertFalse(self.directory.filtered("vat_problem"))

    # ------------------------------------------------------------
    # BESIDE THE CLIENTS
    # ------------------------------------------------------------

    def test_others(self):
        types = Counter(self.others.mapped(lambda partner: partner.client_type_id.name))
        self.assertEqual(types, {"Competitor": 3, "New": 2, "Own company": 1})
        self.assertEqual(self.others & self.company.partner_id, self.company.partner_id)
        competitors = self.others.filtered(lambda partner: partner.client_type_id == self.record("type", "competitor"))
        self.assertFalse(competitors.user_id)
        self.assertFalse(any(competitors.mapped("customer_rank")))

    def test_others_are_not_of_today(self):
        extras = self.others - self.company.partner_id
        self.assertLess(max(extras.mapped("create_date")).date(), self.day)

    def find_doubles(self, partner):
        """Clients and contact persons with the partner's phone or e-mail, as the warning on the card finds them."""
        keys = {
            "phone": partner.phone,
            "email": partner.email,
            "country_code": partner.country_code,
            "exclude_id": partner.id,
        }
        (found,) = partner._find_client_duplicates([keys])
        return partner.browse([partner_id for partner_id, _reason in found]), {reason for _partner, reason in found}

    def test_two_doubles_are_found_and_no_others(self):
        doubles = {}
        for partner in self.directory:
            found, reasons = self.find_doubles(partner)
            if found:
                doubles[partner] = (found.client_id, reasons)
        entered_twice = self.others.filtered(lambda partner: partner.client_type_id == self.record("type", "new"))
        self.assertLessEqual(entered_twice, self.directory.browse([partner.id for partner in doubles]))
        self.assertEqual(sorted(str(doubles[partner][1]) for partner in entered_twice), ["{'email'}", "{'phone'}"])
        originals = self.env["res.partner"].union(*(doubles[partner][0] for partner in entered_twice))
        self.assertEqual(len(originals & self.clients), 2)
        self.assertFalse(set(doubles) - set(entered_twice) - set(originals))

    # ------------------------------------------------------------
    # ACCESS
    # ------------------------------------------------------------

    def test_who_sees_which_clients(self):
        levels = {login: user.client_access_level for login, user in self.users.items()}
        limited = dict.fromkeys(("manager1", "manager3", "manager4", "manager5"), "own")
        self.assertEqual(levels, {"head": "all", "manager2": "all", **limited})

    def test_own_clients_and_those_open_to_everybody(self):
        for login, user in self.users.items():
            seen = self.clients.with_user(user)._filtered_access("read")
            if user.client_access_level == "all":
                self.assertEqual(seen, self.clients, login)
                continue
            foreign = seen.filtered(lambda client, user=user: client.user_id != user)
            self.assertEqual(foreign.client_type_id, self.record("type", "partner"), login)
            own = self.clients.filtered(lambda client, user=user: client.user_id == user)
            self.assertLessEqual(own, seen, login)
            self.assertGreater(len(own), 20, login)

    def test_a_foreign_client_is_refused(self):
        foreign = self.clients.filtered(
            lambda client: client.user_id == self.users["manager3"] and not client.client_type_id.is_open
        )
        with self.assertRaises(AccessError):
            foreign[0].with_user(self.users["manager1"]).read(["name"])
        self.assertFalse(self.env["res.partner"].with_user(self.users["manager1"]).search([("id", "in", foreign.ids)]))

    def test_no_deal_is_hidden_from_its_salesperson(self):
        self.assertFalse(self.leads.filtered("is_hidden_from_salesperson"))
        for login, user in self.users.items():
            own = self.leads.filtered(lambda lead, user=user: lead.user_id == user)
            self.assertEqual(own.with_user(user)._filtered_access("read"), own, login)
            own.with_user(user).partner_id.mapped("name")

    # ------------------------------------------------------------
    # INQUIRIES AND SOURCES
    # ------------------------------------------------------------

    def test_inquiries(self):
        inquiries = self.leads.filtered("is_inquiry")
        planned = [deal for deal in self.plan.deals if came_as_inquiry(deal)]
        self.assertEqual(len(inquiries), len(planned))
        self.assertLessEqual(self.leads.filtered(lambda lead: lead.type == "lead"), inquiries)
        for inquiry in inquiries:
            self.assertEqual(inquiry.inquiry_date, inquiry.create_date)
            self.assertTrue(inquiry.inquiry_purpose_id and inquiry.contact_name and inquiry.contact_profession_id)
        self.assertFalse((self.leads - inquiries).inquiry_purpose_id)
        self.assertGreaterEqual(len(inquiries.inquiry_purpose_id), 5)

    def test_products_of_interest(self):
        inquiries = self.leads.filtered("is_inquiry")
        named = inquiries.filtered("inquiry_service_ids")
        self.assertGreater(len(named), len(inquiries) * 0.8)
        self.assertTrue(all(named.inquiry_service_ids.mapped("is_client_service")))

    def test_source_statistics(self):
        """As the head reads them: conversion of every source, cost and return of the paid ones."""
        rows = (
            self.env["crm.source.report"]
            .with_user(self.users["head"])
            ._read_group(
                [("team_id", "in", self.teams.ids)],
                ["source_id"],
                ["inquiries:sum", "conversion_rate:avg", "cost:sum", "cost_per_client:avg", "return_rate:avg"],
            )
        )
        self.assertLessEqual(set(tables.COSTS), {row[0].name for row in rows})
        for source, inquiries, conversion, cost, per_client, profit in rows:
            self.assertGreater(inquiries, 20, source.name)
            self.assertBetween(conversion, 3, 40, source.name)
            self.assertEqual(bool(cost), source.name in tables.COSTS)
            if cost:
                self.assertBetween(per_client, 500, 60000, source.name)
                self.assertBetween(profit, 0, 6000, source.name)

    def test_costs_of_every_month(self):
        costs = self.env["crm.source.cost"].search([("company_id", "=", self.company.id)])
        self.assertEqual(len(costs), len(self.plan.costs))
        self.assertEqual(costs.currency_id.name, "UAH")
        self.assertLessEqual(costs.team_id, self.teams)
        self.assertEqual(min(costs.mapped("date_from")), self.months[0][0])
        self.assertGreaterEqual(max(costs.mapped("date_to")), fields.Date.to_date(self.day))
