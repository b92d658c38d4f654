import base64

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .facsimile_common import draw_page, encode
from .test_facsimile_rights import FacsimileCommon


@tagged("post_install", "-at_install")
class TestRequisitesChoice(FacsimileCommon):
    """Which requisites a new paper takes."""

    @classmethod
    def _set_up_cast(cls):
        super()._set_up_cast()
        cls.requisites.is_default = True
        cls.own_currency = cls.company.currency_id
        _bank, cls.in_own = cls._create_requisites(cls.company, "OWN-1", currency_id=cls.own_currency.id)
        _bank, cls.in_foreign = cls._create_requisites(cls.company, "FOREIGN-1", currency_id=cls.foreign.id)

    def _get(self, currency, company=None):
        return self.env["crm.requisites"].with_user(self.olena)._get_for(company or self.company, currency).sudo()

    def test_currency_before_any(self):
        self.assertEqual(self._get(self.own_currency), self.in_own)
        self.assertEqual(self._get(self.foreign), self.in_foreign)

    def test_any_currency_for_another_one(self):
        third = self.env["res.currency"].with_context(active_test=False).search([("name", "=", "CHF")])
        self.assertEqual(self._get(third), self.requisites)

    def test_default_before_the_order(self):
        _bank, second = self._create_requisites(self.company, "OWN-2", currency_id=self.own_currency.id)
        self.assertEqual(self._get(self.own_currency), self.in_own)
        second.is_default = True
        self.assertEqual(self._get(self.own_currency), second)

    def test_one_default_for_company_and_currency(self):
        self.in_own.is_default = True
        _bank, second = self._create_requisites(
            self.company, "OWN-2", currency_id=self.own_currency.id, is_default=True
        )
        self.assertFalse(self.in_own.is_default)
        self.assertTrue(second.is_default and self.requisites.is_default, "another currency has its own")

    def test_archived_default(self):
        self.in_foreign.write({"is_default": True, "active": False})
        self.assertEqual(self._get(self.foreign), self.requisites)
        _bank, second = self._create_requisites(self.company, "FOREIGN-2", currency_id=self.foreign.id, is_default=True)
        self.in_foreign.active = True
        self.assertEqual((second.is_default, self.in_foreign.is_default), (False, True))

    def test_currency_of_the_account(self):
        bank = self.env["res.partner.bank"].create(
            {"acc_number": "ACCOUNT-3", "partner_id": self.company.partner_id.id, "currency_id": self.foreign.id}
        )
        requisites = self.env["crm.requisites"].create({"name": "Third", "partner_bank_id": bank.id})
        self.assertEqual(requisites.currency_id, self.foreign)

    def test_another_company(self):
        self.assertFalse(self._get(self.own_currency, self.other_company))
        self.assertFalse(self.env["crm.requisites"].with_user(self.stranger).search([]))  # pylint: disable=no-search-all


@tagged("post_install", "-at_install")
class TestRequisitesPaper(FacsimileCommon):
    """What the forms get."""

    def test_values(self):
        self.requisites.write({"place": "Kyiv", "vat_note": "Single tax", "purpose_code": "859"})
        values = self._print_values(self.order, self.olena)
        self.assertEqual((values["place"], values["vat_note"], values["purpose_code"]), ("Kyiv", "Single tax", "859"))
        self.assertEqual((values["stamp_width_mm"], values["stamp_height_mm"]), (40, self.stamp.height_mm))
        [signatory] = values["signatories"]
        self.assertEqual(
            {name: signatory[name] for name in ("role", "name", "position", "basis", "width_mm")},
            {"role": "director", "name": "O. P. Kovalenko", "position": "Director", "basis": False, "width_mm": 45},
        )

    def test_three_languages(self):
        names = {"uk_UA": "О. П. Коваленко", "ru_RU": "А. П. Коваленко", "en_US": "O. P. Kovalenko"}
        for lang, name in names.items():
            self.env["res.lang"]._activate_lang(lang)
            self.boss.with_context(lang=lang).name = name
        for lang, name in names.items():
            requisites = self.requisites.with_user(self.olena).with_context(lang=lang)
            [signatory] = requisites._get_print_values(self.order, "invoice", False)["signatories"]
            self.assertEqual(signatory["name"], name)

    def test_several_signatories_in_their_order(self):
        accountant = self.boss.create({"name": "Accountant", "role": "accountant", "sequence": 20})
        issuer = self.boss.create({"name": "Issuer", "role": "issuer", "sequence": 5})
        self.requisites.signatory_ids = [Command.set((self.boss | accountant | issuer).ids)]
        self.env.invalidate_all()
        values = self._print_values(self.order, self.olena)
        self.assertEqual(
            [signatory["role"] for signatory in values["signatories"]], ["issuer", "director", "accountant"]
        )
        self.assertEqual([bool(signatory["signature"]) for signatory in values["signatories"]], [False, True, False])

    def test_dismissed_signatory(self):
        self.boss.active = False
        self.env.invalidate_all()
        values = self._print_values(self.order, self.olena)
        self.assertFalse(values["signatories"])
        self.assertTrue(values["stamp"])

    def test_logo(self):
        self.assertFalse(self.company.uses_default_logo and self._print_values(self.order, self.olena, False)["logo"])
        logo = base64.b64encode(encode(draw_page(40, 20, (0, 0, 9, 9))))
        self.company.logo = logo
        self.assertTrue(self._print_values(self.order, self.olena, False)["logo"].startswith("data:image/png;base64,"))
        own = base64.b64encode(encode(draw_page(60, 20, (0, 0, 9, 9))))
        self.requisites.logo = own
        self.assertTrue(self._print_values(self.order, self.olena, False)["logo"].endswith(own.decode()[-30:]))

    def test_preview_of_the_block(self):
        block = self.requisites.with_user(self.olena).get_block_preview()
        self.assertTrue(block["stamp"]["scan"] and block["signatories"][0]["scan"])
        block = self.requisites.with_user(self.head).get_block_preview()
        self.assertFalse(block["stamp"]["scan"] or block["signatories"][0]["scan"])
        self.assertTrue(block["stamp"]["has_scan"] and block["signatories"][0]["has_scan"])
        block = self.requisites.with_user(self.director).get_block_preview()
        self.assertEqual((bool(block["stamp"]["scan"]), bool(block["signatories"][0]["scan"])), (False, True))
        for user in (self.visitor, self.stranger):
            with mute_logger("odoo.addons.base.models.ir_rule"), self.assertRaises(AccessError):
                self.requisites.with_user(user).get_block_preview()

    def test_preview_without_anything(self):
        self.requisites.write({"stamp_id": False, "signatory_ids": [Command.clear()]})
        block = self.requisites.with_user(self.olena).get_block_preview()
        self.assertEqual(block["signatories"], [])
        self.assertFalse(block["stamp"]["has_scan"])


@tagged("post_install", "-at_install")
class TestRequisitesProblems(FacsimileCommon):
    @classmethod
    def _set_up_cast(cls):
        super()._set_up_cast()
        cls.bank.bank_id = cls.env["res.bank"].create({"name": "Sberbank", "bic": "044525974"})
        cls.company.partner_id.write({"street": "Main street 5", "vat": "7707083893"})

    def _be_in(self, code, **vals):
        country = self.env["res.country"].search([("code", "=", code)])
        self.company.partner_id.with_context(no_vat_validation=True).write({"country_id": country.id, **vals})

    def assertProblems(self, *expected):
        self.env.invalidate_all()
        problems = self.requisites.with_user(self.olena).problems
        for problem in expected:
            self.assertIn(problem, problems)
        if not expected:
            self.assertFalse(problems)

    def test_all_well(self):
        self._be_in("RU")
        self.bank.acc_number = "40702810800000002851"
        self.requisites.correspondent_account = "30101 810 1 4525 0000974"
        self.assertProblems()

    def test_wrong_numbers(self):
        self._be_in("RU", vat="7707083894")
        self.bank.acc_number = "40702810800000002852"
        self.requisites.correspondent_account = "30101810400000000226"
        self.assertProblems("INN has a mistake", "correspondent account", "do not belong together")

    def test_codes_of_kazakhstan(self):
        self._be_in("KZ")
        self.requisites.write({"beneficiary_code": "17", "purpose_code": "859"})
        self.assertNotIn("digits", self.requisites.problems or "")
        self.requisites.write({"beneficiary_code": "1", "purpose_code": "85A"})
        self.assertProblems("two digits", "three digits")

    def test_missing(self):
        self.requisites.write({"partner_bank_id": False, "signatory_ids": [Command.clear()]})
        self.company.partner_id.write({"vat": False, "company_registry": False, "street": False})
        self.assertProblems("no bank account", "neither a tax ID", "no address", "Nobody signs")

    def test_signatory_without_position(self):
        self.boss.position = False
        self.assertProblems("O. P. Kovalenko has no position")

    def test_in_the_language_of_the_reader(self):
        self.boss.position = False
        self.env["res.lang"]._activate_lang("uk_UA")
        self.assertTrue(self.requisites.with_context(lang="uk_UA").problems)
