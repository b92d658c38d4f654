from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged, users

from .common import ClientCommon

OLD = fields.Datetime.to_datetime("2024-05-05 10:00:00")
ANSWER = """Return-Path: <{sender}>
To: sales@company.example
From: Petro <{sender}>
Subject: Re: offer
Message-ID: <answer-{number}@dnipro.example>
In-Reply-To: {reference}
References: {reference}
Date: Mon, 01 Mar 2027 10:00:00 +0000
Content-Type: text/plain; charset=utf-8

{body}
"""


class HistoryCommon(ClientCommon):
    def setUp(self):
        super().setUp()
        self.flush_tracking()
        (self.dnipro | self.karpaty).client_last_contact = OLD

    def flush_tracking(self):
        self.env.flush_all()
        self.cr.precommit.run()

    def answer(self, message, body="We agree", sender="petro@dnipro.example", model=False):
        """Receive a mail in answer to ``message``, as the mail server hands it over."""
        mail = ANSWER.format(sender=sender, number=message.id, reference=message.message_id, body=body)
        self.env["mail.thread"].sudo().message_process(model, mail)
        return self.env["mail.message"].search([("message_id", "=", f"<answer-{message.id}@dnipro.example>")])

    def get_history(self, client, user=None):
        action = client.with_user(user or self.head).action_view_client_history()
        return self.env["mail.message"].with_user(user or self.head).search(action["domain"])

    def assertContact(self, client, expected=True):
        self.assertEqual(client.client_last_contact != OLD, expected)


@tagged("post_install", "-at_install", "mail_gateway")
class TestIncomingMail(HistoryCommon):
    def test_answer_to_a_deal(self):
        offer = self.deal_dnipro.with_user(self.olena).message_post(body="Our offer", message_type="comment")
        self.dnipro.client_last_contact = OLD
        mail = self.answer(offer)
        self.assertEqual((mail.model, mail.res_id, mail.message_type), ("crm.lead", self.deal_dnipro.id, "email"))
        self.assertEqual(mail.author_id, self.petro)
        self.assertContact(self.dnipro)
        self.assertContact(self.karpaty, False)
        self.assertIn(mail, self.get_history(self.dnipro))

    def test_answer_to_a_card(self):
        letter = self.petro.with_user(self.olena).message_post(body="Hello", message_type="comment")
        self.dnipro.client_last_contact = OLD
        mail = self.answer(letter)
        self.assertEqual((mail.model, mail.res_id), ("res.partner", self.petro.id))
        self.assertContact(self.dnipro)
        self.assertFalse(self.petro.client_last_contact, "the contact is noted on the client")

    def test_mail_that_opens_an_inquiry(self):
        """Nobody is known to be the client before somebody says so: the new inquiry touches no card."""
        mail = ANSWER.format(sender="anna@new.example", number=0, reference="<none@new.example>", body="Prices?")
        lead_id = self.env["mail.thread"].sudo().message_process("crm.lead", mail)
        lead = self.env["crm.lead"].browse(lead_id)
        self.assertFalse(lead.partner_id.client_id)
        for client in self.dnipro | self.karpaty:
            self.assertContact(client, False)

    def test_who_sees_all_clients_goes_on_following(self):
        self.karpaty.with_user(self.head).user_id = self.ivan
        self.karpaty.with_user(self.head).user_id = self.olena
        self.assertIn(self.ivan.partner_id, self.deal_karpaty.message_partner_ids)

    def test_answer_after_the_client_was_handed_over(self):
        """The former manager followed the client and its deal; the mails of today are none of his business."""
        self.karpaty.message_subscribe(self.taras.partner_id.ids)
        offer = self.deal_karpaty.with_user(self.taras).message_post(
            body="Our offer", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.assertIn(self.taras.partner_id, self.deal_karpaty.message_partner_ids)
        self.karpaty.with_user(self.head).user_id = self.olena
        self.assertNotIn(self.taras.partner_id, (self.karpaty | self.oksana).message_partner_ids)
        self.karpaty.client_last_contact = OLD
        mail = self.answer(offer, sender="oksana@karpaty.example")
        self.assertContact(self.karpaty)
        self.assertIn(mail.with_user(self.olena), self.get_history(self.karpaty, self.olena))
        self.assertNotIn(self.taras.partner_id, mail.notified_partner_ids)
        self.assertFalse(self.env["mail.message"].with_user(self.taras).search([("id", "=", mail.id)]))


@tagged("post_install", "-at_install")
class TestWhatIsContact(HistoryCommon):
    @users("cl_olena")
    def test_finished_activity_with_feedback(self):
        call = self.petro.activity_schedule("mail.mail_activity_data_call", user_id=self.olena.id)
        self.assertContact(self.dnipro, False)
        call.with_user(self.env.user).action_feedback("Will think about it")
        self.assertContact(self.dnipro)
        done = self.get_history(self.dnipro, self.olena).filtered("mail_activity_type_id")
        self.assertIn("Will think about it", done.body)

    @users("cl_olena")
    def test_cancelled_activity(self):
        call = self.petro.activity_schedule("mail.mail_activity_data_call", user_id=self.olena.id)
        call.with_user(self.env.user).unlink()
        self.assertContact(self.dnipro, False)

    def test_tracking_lines(self):
        self.dnipro.with_user(self.olena).write({"client_level_id": self.level_regular.id})
        self.dnipro.with_user(self.head).user_id = self.ivan
        self.deal_dnipro.write({"expected_revenue": 500, "stage_id": self._get_second_stage().id})
        self.flush_tracking()
        self.assertTrue(self.dnipro.message_ids.tracking_value_ids, "the changes are noted")
        self.assertContact(self.dnipro, False)

    def test_automatic_mails(self):
        for kind in ("auto_comment", "user_notification", "notification"):
            self.dnipro.message_notify(partner_ids=self.olena.partner_id.ids, body=kind)
            self.deal_dnipro._message_log(body=kind, message_type=kind)
        self.assertContact(self.dnipro, False)

    def test_note_on_a_deal_without_client(self):
        lead = self.env["crm.lead"].create({"name": "Nobody yet", "type": "lead"})
        lead.message_post(body="Called back", message_type="comment")
        for client in self.dnipro | self.karpaty:
            self.assertContact(client, False)

    def test_person_outside_the_directory(self):
        friend = self.env["res.partner"].create({"name": "Friend"})
        friend.message_post(body="Hello", message_type="comment")
        self.assertFalse(friend.client_last_contact)

    def test_branch_that_is_a_client_of_its_own(self):
        branch = self._create_client("Dnipro West", self.olena, parent_id=self.dnipro.id)
        branch.message_post(body="Visited", message_type="comment")
        self.assertTrue(branch.client_last_contact)
        self.assertContact(self.dnipro, False)

    def _get_second_stage(self):
        return self.env["crm.stage"].search([("id", "!=", self.deal_dnipro.stage_id.id)], limit=1)


@tagged("post_install", "-at_install")
class TestHistoryOfTheWholeClient(HistoryCommon):
    def setUp(self):
        super().setUp()
        self.about_person = self.petro.message_post(body="About Petro", message_type="comment")
        self.about_deal = self.deal_dnipro.message_post(body="About the deal", message_type="comment")

    def test_from_the_card_of_a_contact_person(self):
        self.assertEqual(self.get_history(self.petro), self.get_history(self.dnipro))
        self.assertLessEqual({self.about_person.id, self.about_deal.id}, set(self.get_history(self.petro).ids))

    def test_newest_first(self):
        dates = self.get_history(self.dnipro).mapped("date")
        self.assertEqual(dates, sorted(dates, reverse=True))

    def test_contact_person_moved_to_another_client(self):
        self.petro.parent_id = self.karpaty
        self.assertNotIn(self.about_person, self.get_history(self.dnipro))
        self.assertIn(self.about_person, self.get_history(self.karpaty))
        self.assertIn(self.about_person.with_user(self.taras), self.get_history(self.karpaty, self.taras))
        self.assertFalse(self.env["mail.message"].with_user(self.olena).search([("id", "=", self.about_person.id)]))

    def test_merged_clients(self):
        twin = self._create_client("Dnipro Ltd", self.olena, client_last_contact=OLD + timedelta(days=3))
        spoken = twin.message_post(body="On the other card", message_type="comment")
        twin.client_last_contact = OLD + timedelta(days=3)
        wizard = (
            self.env["crm.client.merge"]
            .with_user(self.head)
            .with_context(active_model="res.partner", active_ids=(self.dnipro | twin).ids)
            .create({"partner_ids": [Command.set((self.dnipro | twin).ids)], "destination_id": self.dnipro.id})
        )
        wizard.action_merge()
        history = self.get_history(self.dnipro)
        self.assertLessEqual({spoken.id, self.about_person.id, self.about_deal.id}, set(history.ids))
        self.assertGreaterEqual(self.dnipro.client_last_contact, OLD + timedelta(days=3))

    def test_deleted_deal(self):
        self.deal_dnipro.with_user(self.head).unlink()
        history = self.get_history(self.dnipro)
        self.assertFalse(self.about_deal.exists())
        self.assertIn(self.about_person, history)

    def test_archived_deal_and_person_stay_in_it(self):
        self.deal_dnipro.action_set_lost()
        self.petro.active = False
        self.assertLessEqual({self.about_person.id, self.about_deal.id}, set(self.get_history(self.dnipro).ids))

    def test_deal_of_a_colleague_with_ones_own_client(self):
        """Personal documents only: the deal of a colleague is not hers, and nothing said there either."""
        deal = self._create_deal("Ivan's deal", self.petro, self.ivan)
        said = deal.message_post(body="Ivan's words", message_type="comment")
        self.assertNotIn(said.id, self.get_history(self.dnipro, self.olena).ids)
        for user in self.ivan | self.head:
            self.assertIn(said.id, self.get_history(self.dnipro, user).ids, user.name)

    def test_number_of_queries_does_not_grow(self):
        def count_queries():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.get_history(self.dnipro, self.olena)
            return self.cr.sql_log_count - before

        count_queries()
        few = count_queries()
        for number in range(10):
            person = self.env["res.partner"].create({"name": f"Person {number}", "parent_id": self.dnipro.id})
            self._create_deal(f"Deal {number}", person, self.olena).message_post(body="x", message_type="comment")
        self.assertEqual(count_queries(), few)
