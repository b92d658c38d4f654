from odoo.tests import Form, tagged

from odoo.addons.crm_clients.models.res_partner_duplicates import FOUND_PER_KEY

from .common import ClientCommon


class DuplicateCommon(ClientCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ukraine, cls.poland = cls.env.ref("base.ua"), cls.env.ref("base.pl")
        cls.dnipro.write({"country_id": cls.ukraine.id, "vat": "313167116014", "company_registry": "31316718"})
        cls.karpaty.write({"country_id": cls.ukraine.id, "vat": "143605704021", "company_registry": "14360570"})

    def find(self, **keys):
        return self.env["res.partner"]._find_client_duplicates([keys])[0]


@tagged("post_install", "-at_install")
class TestFindDuplicates(DuplicateCommon):
    def test_by_each_key(self):
        self.assertEqual(self.find(vat="313167116014"), [(self.dnipro.id, "vat")])
        self.assertEqual(self.find(company_registry="31316718"), [(self.dnipro.id, "company_registry")])
        self.assertEqual(self.find(email="Office <OFFICE@dnipro.example>"), [(self.dnipro.id, "email")])
        self.assertEqual(self.find(phone="(044) 200-00-01", country_code="UA"), [(self.dnipro.id, "phone")])
        self.assertEqual(self.find(email="petro@dnipro.example"), [(self.petro.id, "email")])

    def test_each_partner_once_with_the_strongest_reason(self):
        keys = {"phone": "+380442000001", "email": "office@dnipro.example", "vat": "313167116014"}
        self.assertEqual(self.find(**keys), [(self.dnipro.id, "vat")])

    def test_how_it_is_typed_does_not_matter(self):
        # with base_vat this would not be saved, but the card may be older than base_vat
        self.karpaty.with_context(no_vat_validation=True).vat = "UA143605704021"
        self.env.flush_all()
        self.env.cr.execute("UPDATE res_partner SET vat = 'UA 1436-0570 4021' WHERE id = %s", [self.karpaty.id])
        self.karpaty.invalidate_recordset(["vat"])
        for vat in ("143605704021", "ua143605704021", "14 36 05 70 40 21", " UA-143605704021\u200b"):
            self.assertEqual(self.find(vat=vat), [(self.karpaty.id, "vat")], vat)
        self.assertEqual(self.find(phone="00380 44 200 00 01"), [(self.dnipro.id, "phone")])

    def test_values_that_tell_nobody_apart_find_nobody(self):
        self._create_client("None", self.olena, vat="/", company_registry="0000000000", email="no", phone="-")
        for value in ("/", "0000000000", "none", "-", "", None, False, 0, "UA", "№"):
            keys = dict.fromkeys(("vat", "company_registry", "email", "phone"), value)
            self.assertEqual(self.find(**keys), [], value)
        self.assertEqual(self.env["res.partner"]._find_client_duplicates([]), [])
        self.assertEqual(self.env["res.partner"]._find_client_duplicates([{}, {}]), [[], []])

    def test_same_number_of_another_country_is_another_number(self):
        self.assertEqual(self.find(company_registry="31316718", country_code="PL"), [])
        self.assertTrue(self.find(company_registry="31316718", country_code="UA"))
        self.dnipro.country_id = False
        self.assertTrue(self.find(company_registry="31316718", country_code="PL"))

    def test_edrpou_in_the_field_of_the_tax_number(self):
        stock_like = self.env["res.partner"].create({"name": "Stock", "is_company": True, "vat": "UA21560766"})
        self.assertEqual(
            self.find(company_registry="21560766", country_code="UA"), [(stock_like.id, "company_registry")]
        )
        self.assertEqual(self.find(vat="31316718", country_code="UA"), [(self.dnipro.id, "vat")])
        self.assertEqual(self.find(company_registry="21560766", country_code="PL"), [])

    def test_outside_the_directory_only_tax_numbers_count(self):
        outside = self.env["res.partner"].create(
            {
                "name": "Supplier",
                "is_company": True,
                "vat": "PL8567346215",
                "email": "s@s.example",
                "phone": "+48221234567",
            }
        )
        self.assertEqual(self.find(vat="8567346215"), [(outside.id, "vat")])
        self.assertEqual(self.find(email="s@s.example", phone="+48221234567"), [])

    def test_tax_number_of_a_contact_person_is_the_companys(self):
        self.assertEqual(self.petro.vat, "313167116014")
        self.assertEqual(self.find(vat="313167116014"), [(self.dnipro.id, "vat")])

    def test_archived_ones_come_last(self):
        archived = self._create_client(
            "Old", self.taras, email="office@dnipro.example", vat="313167116014", active=False
        )
        self.assertEqual(
            self.find(email="office@dnipro.example", vat="313167116014"),
            [(self.dnipro.id, "vat"), (archived.id, "vat")],
        )

    def test_own_family_is_no_duplicate(self):
        keys = {"email": "petro@dnipro.example", "vat": "313167116014"}
        for own in (self.dnipro, self.petro):
            self.assertEqual(self.find(**keys, exclude_id=own.id), [])
        self.assertTrue(self.find(**keys, exclude_id=self.karpaty.id))
        colleague = self.env["res.partner"].create(
            {"name": "Ira", "parent_id": self.dnipro.id, "email": "petro@dnipro.example"}
        )
        self.assertEqual(self.find(**keys, exclude_id=colleague.id), [])
        branch = self._create_client("Branch", self.olena, parent_id=self.dnipro.id, email="office@dnipro.example")
        self.assertEqual(self.find(email="office@dnipro.example", exclude_id=branch.id), [])
        self.assertEqual(self.find(email="office@dnipro.example", exclude_id=self.dnipro.id), [])

    def test_foreign_ones_are_found_as_well(self):
        found = self.env["res.partner"].with_user(self.olena)._find_client_duplicates([{"vat": "143605704021"}])
        self.assertEqual(found, [[(self.karpaty.id, "vat")]])

    def test_other_companies_keep_their_own_cards(self):
        company = self.env["res.company"].create({"name": "Other Company"})
        self.dnipro.company_id = company
        here = self.env["res.partner"].with_context(allowed_company_ids=self.env.company.ids)
        self.assertEqual(here._find_client_duplicates([{"vat": "313167116014"}]), [[]])
        both = self.env["res.partner"].with_context(allowed_company_ids=(self.env.company | company).ids)
        self.assertEqual(both._find_client_duplicates([{"vat": "313167116014"}]), [[(self.dnipro.id, "vat")]])

    def test_a_number_on_many_cards_does_not_flood(self):
        for number in range(FOUND_PER_KEY + 5):
            self._create_client(f"Tenant {number}", self.olena, phone="+380445550000", active=number > 4)
        found = self.find(phone="+380445550000")
        self.assertEqual(len(found), FOUND_PER_KEY)
        self.assertTrue(all(self.env["res.partner"].browse(partner_id).active for partner_id, _reason in found))

    def test_unsaved_changes_are_seen(self):
        self.dnipro.email = "changed@dnipro.example"
        self.assertEqual(self.find(email="changed@dnipro.example"), [(self.dnipro.id, "email")])

    def test_a_batch_costs_as_much_as_one(self):
        def count(keys_list):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            found = self.env["res.partner"]._find_client_duplicates(keys_list)
            return self.env.cr.sql_log_count - before, found

        one = {"vat": "313167116014", "email": "x@y.example", "phone": "+380441112233", "country_code": "UA"}
        count([one])
        cost_of_one, _found = count([one])
        cost, found = count([{**one, "email": f"x{number}@y.example"} for number in range(1000)])
        self.assertEqual(cost, cost_of_one)
        self.assertLessEqual(cost, 3)
        self.assertEqual(found, [[(self.dnipro.id, "vat")]] * 1000)


@tagged("post_install", "-at_install")
class TestDuplicateWarning(DuplicateCommon):
    def warn(self, user, **values):
        """What the form of a new client says while it is typed."""
        with Form(self.env["res.partner"].with_user(user).with_context(client_directory=True)) as form:
            form.name = "Typed"
            for name, value in values.items():
                setattr(form, name, value)
            return form.client_duplicates or []

    def test_own_client_is_shown_with_its_name(self):
        (line,) = self.warn(self.olena, phone="+380442000001")
        self.assertEqual((line["id"], line["name"], line["reason"]), (self.dnipro.id, "Dnipro LLC", "same phone"))
        self.assertFalse(line["can_merge"], "nothing is saved yet")

    def test_foreign_client_is_told_without_its_name(self):
        lines = self.warn(self.olena, email="office@karpaty.example")
        self.assertEqual(lines, [{"manager": "Taras", "reason": "same e-mail"}])
        lines = self.warn(self.olena, email="oksana@karpaty.example")
        self.assertEqual(lines, [{"manager": "Taras", "reason": "same e-mail"}])

    def test_foreign_client_is_not_told_if_the_administrator_says_so(self):
        self.env["ir.config_parameter"].set_param("crm_clients.tell_foreign_manager", "False")
        self.assertEqual(self.warn(self.olena, email="office@karpaty.example", vat="143605704021"), [])

    def test_manager_of_all_clients_sees_everything(self):
        (line,) = self.warn(self.manager_all, email="office@karpaty.example")
        self.assertEqual((line["id"], line["manager"]), (self.karpaty.id, "Taras"))

    def test_saved_card_offers_to_merge(self):
        twin = self._create_client("Dnipro", self.olena, phone="+380442000001")
        (line,) = twin.with_user(self.olena).client_duplicates
        self.assertTrue(line["can_merge"])
        self.assertFalse(
            self.env["res.partner"].with_user(self.olena).browse(self.dnipro.id).child_ids.client_duplicates
        )

    def test_new_contact_person_is_no_duplicate_of_the_company(self):
        with Form(self.env["res.partner"].with_user(self.olena)) as form:
            form.name = "Secretary"
            form.parent_id = self.dnipro
            form.email = "office@dnipro.example"
            self.assertFalse(form.client_duplicates)

    def test_outside_the_directory_nothing_is_said(self):
        with Form(self.env["res.partner"].with_user(self.clerk)) as form:
            form.name = "Supplier"
            form.email = "office@dnipro.example"
            self.assertFalse(form.client_duplicates)

    def test_odoos_own_warning_gives_no_foreign_client_away(self):
        mine = self._create_client("Mine", self.olena, vat="143605704021", company_registry="14360570")
        mine.country_id = self.ukraine
        self.assertEqual(mine.same_vat_partner_id, self.karpaty)
        self.env.invalidate_all()
        seen = mine.with_user(self.olena)
        self.assertFalse(seen.same_vat_partner_id)
        self.assertFalse(seen.same_company_registry_partner_id)
        read = seen.web_read({"same_vat_partner_id": {"fields": {"display_name": {}}}})
        self.assertFalse(read[0]["same_vat_partner_id"])
        self.env.invalidate_all()
        self.assertEqual(mine.with_user(self.manager_all).same_vat_partner_id, self.karpaty)
