import psycopg2.errors

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ..tools.client_batch import ClientBatch, Entry
from .common import ClientCommon

EDRPOU = "32855961"
IBAN = "UA213223130000026007233566001"
OTHER_IBAN = "UA903052992990004149123456789"


class BatchCommon(ClientCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.country_id = cls.env.ref("base.ua")
        cls.service.name = "Quokka care"  # no demonstration data has one of this name

    def _run(self, *rows, user=None, policy="skip", previous=None, **vals):
        """Import rows as a user; return their entries. The first row has number 2."""
        record = self.env["crm.client.import"].with_user(user or self.olena)
        record = record.create({"filename": "list.xlsx", "duplicate_policy": policy, **vals})
        entries = [Entry(None, number, texts) for number, texts in enumerate(rows, start=2)]
        batch = ClientBatch(record, record._make_reader(), entries, previous)
        batch.run()
        self.env.flush_all()
        self.env.invalidate_all()
        return entries

    def _browse(self, entry):
        return self.env["res.partner"].browse(entry.partner_id)

    def assertStates(self, entries, *states):
        self.assertEqual([entry.state for entry in entries], list(states), [entry.message for entry in entries])


@tagged("post_install", "-at_install")
class TestBatchCreates(BatchCommon):
    def test_defaults_of_the_import(self):
        [entry] = self._run(
            {"name": "Zoria"}, user=self.head, default_user_id=self.taras.id, default_type_id=self.type_new.id
        )
        partner = self._browse(entry)
        self.assertEqual((partner.user_id, partner.client_type_id), (self.taras, self.type_new))
        self.assertTrue(partner.is_company)
        self.assertEqual(partner.client_id, partner)
        self.assertEqual(partner.client_access, self.taras.id)
        self.assertEqual(partner.create_uid, self.head)

    def test_row_comes_before_the_defaults(self):
        texts = {"name": "Zoria", "manager": "cl_ivan", "client_type": self.type_competitor.name, "kind": "person"}
        [entry] = self._run(texts, user=self.head, default_user_id=self.taras.id)
        partner = self._browse(entry)
        self.assertEqual((partner.user_id, partner.client_type_id), (self.ivan, self.type_competitor))
        self.assertFalse(partner.is_company)

    def test_card_is_as_one_made_by_hand(self):
        """The short cuts of a batch must not leave out what Odoo computes."""
        texts = {"name": "Zoria", "phone": "0442001122", "email": "Office@Zoria.example", "website": "zoria.example"}
        [entry] = self._run(texts)
        imported = self._browse(entry)
        made = (
            self.env["res.partner"]
            .with_user(self.olena)
            .create(
                {
                    "name": "Zoria",
                    "phone": "+380 44 200 1122",
                    "email": "Office@Zoria.example",
                    "website": "zoria.example",
                    "is_company": True,
                    "user_id": self.olena.id,
                    "client_type_id": imported.client_type_id.id,
                }
            )
        )
        names = (
            "complete_name", "commercial_partner_id", "commercial_company_name", "email_normalized", "phone_sanitized",
            "website", "client_id", "client_access", "lang", "tz", "company_id", "active", "type", "color",
        )  # fmt: skip
        for name in names:
            is_itself = made._fields[name].type == "many2one" and made[name] == made
            self.assertEqual(imported[name], imported if is_itself else made[name], name)

    def test_nobody_gets_a_mail(self):
        mails = self.env["mail.mail"].sudo().search_count([])
        [entry] = self._run({"name": "Zoria", "manager": "cl_taras"}, user=self.head)
        self.assertEqual(self.env["mail.mail"].sudo().search_count([]), mails)
        self.assertFalse(self._browse(entry).message_ids.filtered("body"))
        self.assertIn(self.taras.partner_id, self._browse(entry).message_partner_ids)

    def test_level_says_where_it_comes_from(self):
        [entry] = self._run({"name": "Zoria", "level": self.level_regular.name})
        changes = self._browse(entry).client_level_change_ids
        self.assertIn("list.xlsx", changes.reason)
        self.assertEqual(changes.new_level_id, self.level_regular)

    def test_bank_account_and_its_bank(self):
        rows = [
            {"name": "Zoria", "bank_account": IBAN, "bank_bic": "QUOKUA2X"},
            {"name": "Kvitka", "bank_account": OTHER_IBAN, "bank_bic": "quokua2x"},
            {"name": "Without"},
        ]
        entries = self._run(*rows, user=self.head)
        self.assertStates(entries, "created", "created", "created")
        banks = [self._browse(entry).bank_ids for entry in entries]
        self.assertEqual([bank.acc_number for bank in banks], [IBAN, OTHER_IBAN, False])
        self.assertEqual(banks[0].bank_id, banks[1].bank_id, "one bank has one record")

    def test_row_without_a_name(self):
        entries = self._run({"email": "a@zoria.example"}, {"contact_name": "Ivan"}, {"name": "Zoria"})
        self.assertStates(entries, "failed", "failed", "created")
        self.assertEqual(entries[1].client, entries[0])


@tagged("post_install", "-at_install")
class TestBatchDuplicates(BatchCommon):
    DOUBLE = {"name": "Other name", "email": "office@dnipro.example"}

    def test_policies(self):
        for policy, state in (("skip", "skipped"), ("create", "created")):
            [entry] = self._run(self.DOUBLE, policy=policy)
            self.assertEqual((entry.state, self.dnipro.name), (state, "Dnipro LLC"))
        self.env["res.partner"].browse(entry.partner_id).unlink()
        [entry] = self._run(self.DOUBLE, policy="fill")
        self.assertEqual((entry.state, self.dnipro.name), ("skipped", "Dnipro LLC"))
        self.assertIn("Nothing new", entry.message)
        [entry] = self._run(self.DOUBLE, policy="update")
        self.assertEqual((entry.state, self.dnipro.name), ("updated", "Other name"))

    def test_every_number_that_identifies(self):
        self.dnipro.write({"company_registry": EDRPOU, "country_id": self.env.ref("base.ua").id})
        for texts, word in (
            ({"company_registry": EDRPOU}, "registration number"),
            ({"email": "OFFICE@dnipro.example"}, "e-mail"),
            ({"phone": "044 200-00-01"}, "phone"),
        ):
            [entry] = self._run({"name": "X", **texts})
            self.assertStates([entry], "skipped")
            self.assertEqual(entry.partner_id, self.dnipro.id)
            self.assertIn(word, entry.message)
            self.assertIn("Dnipro LLC", entry.message)

    def test_same_name_is_no_double(self):
        self.assertStates(self._run({"name": "Dnipro LLC"}), "created")

    def test_doubles_within_the_batch(self):
        rows = [{"name": "A", "email": "a@z.example"}, {"name": "B"}, {"name": "C", "email": "A@z.example"}]
        entries = self._run(*rows)
        self.assertStates(entries, "created", "created", "skipped")
        self.assertIn("row 2", entries[2].message)
        self.assertEqual(entries[2].partner_id, entries[0].partner_id)

    def test_doubles_within_the_batch_by_policy(self):
        for policy, states, name in (
            ("create", ("created", "created"), "A"),
            ("fill", ("created", "updated"), "A"),
            ("update", ("created", "updated"), "B"),
        ):
            mail = f"{policy}@z.example"
            entries = self._run(
                {"name": "A", "email": mail}, {"name": "B", "email": mail, "city": "Kyiv"}, policy=policy
            )
            with self.subTest(policy=policy):
                self.assertStates(entries, *states)
                self.assertEqual(self._browse(entries[0]).name, name)
                self.assertEqual(self._browse(entries[1]).city, "Kyiv")

    def test_chain_of_doubles(self):
        """The second has the mail of the first, the third the phone of the second, which filled it in."""
        entries = self._run(
            {"name": "A", "email": "a@z.example"},
            {"name": "B", "email": "a@z.example", "phone": "0442009988"},
            {"name": "C", "phone": "044 200 99 88"},
            policy="fill",
        )
        self.assertStates(entries, "created", "updated", "skipped")
        self.assertEqual({entry.partner_id for entry in entries}, {entries[0].partner_id})

    def test_several_clients_with_the_number(self):
        self._create_client("Dnipro branch", self.olena, email="office@dnipro.example")
        for policy in ("fill", "update"):
            [entry] = self._run(self.DOUBLE, policy=policy)
            self.assertStates([entry], "failed")
            for word in ("Dnipro LLC", "Dnipro branch", "not clear"):
                self.assertIn(word, entry.message)

    def test_fill_writes_into_empty_fields_only(self):
        self.dnipro.write({"city": "Dnipro", "client_service_ids": self.other_service})
        texts = {**self.DOUBLE, "city": "Kyiv", "street": "Lva 1", "kind": "person", "services": self.service.name}
        [entry] = self._run(texts, policy="fill", default_user_id=self.olena.id)
        self.assertStates([entry], "updated")
        self.assertEqual((self.dnipro.name, self.dnipro.city, self.dnipro.street), ("Dnipro LLC", "Dnipro", "Lva 1"))
        self.assertEqual(self.dnipro.client_service_ids, self.other_service)
        self.assertTrue(self.dnipro.is_company)
        self.assertEqual(entry.previous, {"values": {"street": False}})

    def test_update_adds_services_and_never_empties(self):
        self.dnipro.write({"city": "Dnipro", "street": "Lva 1", "client_service_ids": self.other_service})
        [entry] = self._run({**self.DOUBLE, "city": "Kyiv", "services": self.service.name}, policy="update")
        self.assertEqual((self.dnipro.city, self.dnipro.street), ("Kyiv", "Lva 1"))
        self.assertEqual(self.dnipro.client_service_ids, self.service | self.other_service)
        self.assertEqual(
            entry.previous,
            {"values": {"name": "Dnipro LLC", "city": "Dnipro", "client_service_ids": self.other_service.ids}},
        )

    def test_update_with_the_same_is_nothing_new(self):
        [entry] = self._run({"name": "Dnipro LLC", "email": "office@dnipro.example"}, policy="update")
        self.assertStates([entry], "skipped")
        self.assertFalse(entry.previous)

    def test_defaults_are_not_written_on_a_client_that_was_there(self):
        [entry] = self._run(self.DOUBLE, user=self.head, policy="update", default_user_id=self.taras.id)
        self.assertStates([entry], "updated")
        self.assertEqual((self.dnipro.user_id, self.dnipro.client_type_id), (self.olena, self.type_client))

    def test_new_account_is_noted_for_undoing(self):
        texts = {"name": "Dnipro LLC", "email": "office@dnipro.example", "bank_account": IBAN}
        [entry] = self._run(texts, user=self.head, policy="fill")
        self.assertEqual(entry.previous, {"bank_ids": self.dnipro.bank_ids.ids})
        texts["bank_account"] = " ".join((IBAN[:4].lower(), IBAN[4:10], IBAN[10:]))
        [again] = self._run(texts, user=self.head, policy="fill")
        self.assertStates([again], "skipped")
        self.assertEqual(len(self.dnipro.bank_ids), 1)


@tagged("post_install", "-at_install")
class TestBatchOwnClients(BatchCommon):
    FOREIGN = {"name": "X", "email": "office@karpaty.example", "contact_name": "Spy"}

    def test_foreign_client_is_neither_named_nor_changed(self):
        for policy, state in (("skip", "skipped"), ("fill", "failed"), ("update", "failed")):
            [entry] = self._run(self.FOREIGN, policy=policy)
            with self.subTest(policy=policy):
                self.assertStates([entry], state)
                self.assertFalse(entry.partner_id)
                self.assertNotIn("Karpaty", entry.message)
                self.assertIn("another manager", entry.message)
        self.assertEqual(self.karpaty.name, "Karpaty LLC")
        self.assertEqual(self.karpaty.child_ids, self.oksana)

    def test_contact_person_of_a_foreign_client(self):
        [entry] = self._run({"name": "X", "email": "oksana@karpaty.example"}, policy="update")
        self.assertStates([entry], "failed")
        for name in ("Karpaty", "Oksana"):
            self.assertNotIn(name, entry.message)

    def test_own_and_foreign_client_with_the_same_number(self):
        self._create_client("Own", self.olena, email="office@karpaty.example")
        [entry] = self._run(self.FOREIGN, policy="update")
        self.assertStates([entry], "failed")
        self.assertIn("Own", entry.message)
        self.assertNotIn("Karpaty", entry.message)

    def test_who_sees_all_may(self):
        for user in (self.head, self.manager_all):
            [entry] = self._run({**self.FOREIGN, "city": user.name}, user=user, policy="update")
            self.assertStates([entry], "updated")
            self.assertEqual(self.karpaty.city, user.name)

    def test_clients_for_a_colleague(self):
        entries = self._run({"name": "A", "manager": "cl_taras"}, {"name": "B", "manager": "cl_olena"}, {"name": "C"})
        self.assertStates(entries, "failed", "created", "created")
        self.assertEqual(self._browse(entries[2]).user_id, self.olena)


@tagged("post_install", "-at_install")
class TestBatchContacts(BatchCommon):
    def test_further_rows_belong_to_the_client_above(self):
        entries = self._run(
            {"name": "A", "contact_name": "Ivan"},
            {"contact_name": "Maria"},
            {"name": "A", "contact_name": "Oleh"},
            {"name": "B", "contact_name": "Stepan"},
            {"contact_name": "Lesia", "contact_email": "lesia@b.example"},
        )
        self.assertStates(entries, *["created"] * 5)
        first, second = self._browse(entries[0]), self._browse(entries[3])
        self.assertEqual(first.child_ids.mapped("name"), ["Ivan", "Maria", "Oleh"])
        self.assertEqual(second.child_ids.mapped("name"), ["Lesia", "Stepan"])
        self.assertEqual(set((first | second).child_ids.mapped("type")), {"contact"})
        self.assertEqual(set((first | second).child_ids.mapped("client_access")), {self.olena.id})
        self.assertFalse((first | second).child_ids.client_type_id)

    def test_same_name_with_another_number_is_another_client(self):
        entries = self._run(
            {"name": "A", "phone": "0442001111", "contact_name": "Ivan"},
            {"name": "A", "phone": "0442002222", "contact_name": "Maria"},
            {"name": "A"},
        )
        self.assertStates(entries, *["created"] * 3)
        self.assertEqual(len({entry.partner_id for entry in entries}), 3)

    def test_phone_is_read_in_the_country_of_the_client(self):
        entries = self._run({"name": "A", "country": "DE"}, {"contact_name": "Ivan", "contact_phone": "030 901820"})
        self.assertEqual(self._browse(entries[0]).child_ids.phone, "+49 30 901820")

    def test_contact_persons_that_are_there_already(self):
        entries = self._run(
            {"name": "X", "email": "office@dnipro.example", "contact_name": " PETRO "},
            {"contact_name": "Other name", "contact_email": "Petro@Dnipro.example"},
            {"contact_name": "Ivan"},
            {"contact_name": "ivan"},
            policy="fill",
        )
        self.assertStates(entries, "skipped", "skipped", "created", "skipped")
        self.assertEqual(set(self.dnipro.child_ids.mapped("name")), {"Petro", "Ivan"})

    def test_client_that_failed_or_stays_as_it_is(self):
        entries = self._run(
            {"name": "A", "email": "bad"},
            {"contact_name": "Ivan"},
            {"name": "X", "email": "office@dnipro.example"},
            {"contact_name": "Maria"},
        )
        self.assertStates(entries, "failed", "failed", "skipped", "skipped")
        self.assertIn("row 2", entries[1].message)
        self.assertIn("row 4", entries[3].message)
        self.assertEqual(self.dnipro.child_ids, self.petro)

    def test_client_of_the_batch_before(self):
        [client] = self._run({"name": "A", "country": "DE"})
        [entry] = self._run({"contact_name": "Ivan", "contact_phone": "030 901820"}, previous=client)
        self.assertStates([entry], "created")
        self.assertEqual(self._browse(client).child_ids.phone, "+49 30 901820")

    def test_bad_contact_person_does_not_take_the_others_along(self):
        entries = self._run({"name": "A"}, {"contact_name": "Ivan", "contact_email": "bad"}, {"contact_name": "Maria"})
        self.assertStates(entries, "created", "failed", "created")
        self.assertEqual(self._browse(entries[0]).child_ids.name, "Maria")


@tagged("post_install", "-at_install")
class TestBatchFailures(BatchCommon):
    def _refuse(self, error, *names):
        partner_class = type(self.env["res.partner"])
        validate = partner_class._validate_fields
        self.calls = 0

        def refuse(partners, *args, **kwargs):
            self.calls += 1
            if set(names) & set(partners.mapped("name")):
                raise error
            return validate(partners, *args, **kwargs)

        self.patch(partner_class, "_validate_fields", refuse)

    def test_rows_that_odoo_refuses_fail_alone(self):
        self._refuse(ValidationError("Unlucky indeed"), "Client 3", "Client 11")
        entries = self._run(*({"name": f"Client {number}"} for number in range(16)))
        states = ["failed" if number in (3, 11) else "created" for number in range(16)]
        self.assertStates(entries, *states)
        self.assertEqual(entries[3].message, "Unlucky indeed")
        self.assertEqual(
            self.env["res.partner"].search_count([("name", "=like", "Client __"), ("client_import_id", "!=", False)]), 5
        )

    def test_what_is_half_done_is_taken_back(self):
        self._refuse(ValidationError("No contact persons"), "Unlucky")
        entries = self._run({"name": "A", "contact_name": "Unlucky"}, {"contact_name": "Maria"}, {"name": "B"})
        self.assertStates(entries, "failed", "failed", "created")
        self.assertFalse(self.env["res.partner"].search([("name", "=", "A"), ("client_import_id", "!=", False)]))

    def test_refused_update_is_taken_back(self):
        self._refuse(ValidationError("No"), "Unlucky")
        rows = [{"name": "New name", "email": "office@dnipro.example", "city": "Kyiv", "contact_name": "Unlucky"}]
        entries = self._run(*rows, {"contact_name": "Maria"}, policy="update")
        self.assertStates(entries, "failed", "failed")
        self.assertEqual((self.dnipro.name, self.dnipro.city), ("Dnipro LLC", False))

    def test_any_error_of_the_data_has_a_message(self):
        for error in (ValueError("odd"), KeyError("odd"), psycopg2.errors.NotNullViolation("odd")):
            with self.subTest(error=error):
                self._refuse(error, "Unlucky")
                entries = self._run({"name": "Unlucky"}, {"name": "Lucky"})
                self.assertStates(entries, "failed", "created")
                self.assertTrue(entries[0].message)

    def test_conflict_with_others_is_no_fault_of_a_row(self):
        """The job tries the whole batch again."""
        self._refuse(psycopg2.errors.SerializationFailure(), "Unlucky")
        with self.assertRaises(psycopg2.errors.SerializationFailure):
            self._run({"name": "Unlucky"}, {"name": "Lucky"})
