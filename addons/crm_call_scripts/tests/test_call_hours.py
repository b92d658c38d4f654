from freezegun import freeze_time
from psycopg2.errors import CheckViolation

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from .common import CallCommon

# Monday, 14:05 in Kyiv
NOW = "2026-03-02 12:05:00"


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestCallHours(CallCommon):
    """What the card of a client says about calls, and who may say it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.dnipro | cls.petro | cls.karpaty | cls.oksana).tz = "Europe/Kyiv"

    def _get_lines(self, partner):
        lines = partner.call_hours_ids.sorted(lambda line: (line.weekday, line.hour_from))
        return [(int(line.weekday), line.hour_from, line.hour_to) for line in lines]

    def _give(self, partner, *hours):
        lines = [{"weekday": str(day), "hour_from": low, "hour_to": high} for day, low, high in hours]
        partner.call_hours_ids = [Command.clear(), *map(Command.create, lines)]

    # ------------------------------------------------------------
    # IN WORDS
    # ------------------------------------------------------------

    def test_text(self):
        self._give(self.dnipro, *[(day, *span) for day in range(5) for span in ((9, 12), (14, 18.5))], (6, 10, 11))
        self.assertEqual(
            self.dnipro.call_hours_text, "Mon–Fri 9:00–12:00, 14:00–18:30; Sun 10:00–11:00 (Europe/Kyiv, now 14:05)"
        )
        self.assertEqual(self.petro.call_hours_text, self.dnipro.call_hours_text, "the contact has those of his client")
        self.assertTrue(self.petro.is_callable_now)
        self.assertEqual(str(self.petro.callable_until), "2026-03-02 16:30:00")
        self.assertFalse(self.petro.call_problem)

    def test_text_without_hours(self):
        self.assertEqual(self.karpaty.call_hours_text, "Mon–Sun 8:00–21:00 (Europe/Kyiv, now 14:05)")

    def test_languages(self):
        self._give(self.dnipro, (0, 9, 12), (1, 9, 12))
        for lang, days in (("uk_UA", "пн–вт"), ("ru_RU", "пн–вт")):
            self.env["res.lang"]._activate_lang(lang)
            self.assertIn(f"{days} 9:00–12:00", self.dnipro.with_context(lang=lang).call_hours_text)

    def test_closed(self):
        self._give(self.dnipro, (0, 9, 12), (3, 9, 12))
        self.assertFalse(self.dnipro.is_callable_now)
        self.assertFalse(self.dnipro.callable_until)
        self.assertIn("5 Mar", self.dnipro.with_context(tz="Europe/Kyiv").call_problem.replace("Mar 5", "5 Mar"))
        self.dnipro.call_not_before = "2026-04-01 09:00:00"
        self.assertIn("before", self.dnipro.call_problem)
        self.dnipro.write({"do_not_call": True, "do_not_call_reason": "Asked in writing"})
        self.assertIn("Asked in writing", self.dnipro.call_problem)
        self.assertEqual(self.petro._get_call_hours_info()["hints"], [self.dnipro.call_problem])
        self.assertFalse(self.petro._get_call_hours_info()["is_callable_now"])

    def test_nobody(self):
        """A call with somebody who has no card."""
        nobody = self.env["res.partner"]
        self.assertEqual(nobody._get_call_hours_info(), {"hours_text": "", "is_callable_now": True, "hints": []})

    def test_open_hours(self):
        self._give(self.petro, (0, 10, 15))
        self._give(self.karpaty, (1, 10, 12))
        hours = self.env["crm.free.time"]._get_open_hours(
            (self.petro | self.karpaty).ids, self.env.cr.now().replace(2026, 3, 2, 12, 5, 0, 0)
        )
        self.assertEqual(str(hours[self.petro.id]["closes"]), "2026-03-02 13:00:00")
        self.assertIsNone(hours[self.petro.id]["opens"])
        self.assertEqual(str(hours[self.karpaty.id]["opens"]), "2026-03-03 08:00:00")
        self.assertFalse(hours[self.karpaty.id]["is_open"] or hours[self.karpaty.id]["is_blocked"])

    def test_queries(self):
        """The same for two cards and for forty."""
        clients = self.env["res.partner"].create([{"name": f"Client {number}"} for number in range(40)])
        counts = []
        for cards in (clients[:2], clients):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            cards.mapped("call_hours_text")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    # ------------------------------------------------------------
    # QUICK ENTRY
    # ------------------------------------------------------------

    def test_buttons(self):
        card = self.petro.with_user(self.olena)
        card.action_set_working_hours()
        self.assertEqual(self._get_lines(self.petro), [(day, 9, 18) for day in range(5)])
        self._give(self.petro, (2, 9, 12), (2, 13, 15), (6, 10, 11))
        card.action_copy_call_hours()
        expected = [(day, *span) for day in range(5) for span in ((9, 12), (13, 15))]
        self.assertEqual(self._get_lines(self.petro), [*expected, (6, 10, 11)])
        card.action_clear_call_hours()
        self.assertFalse(self.petro.call_hours_ids)
        with self.assertRaises(UserError):
            card.action_copy_call_hours()

    def test_wrong_hours(self):
        for low, high in ((12, 9), (-1, 5), (20, 25), (9, 9)):
            with self.assertRaises(CheckViolation), mute_logger("odoo.sql_db"), self.cr.savepoint():
                self._give(self.petro, (0, low, high))
                self.env.flush_all()

    def test_form(self):
        """The tab, as Olena fills it in; a new card in a country with one zone has the zone of the country."""
        with Form(self.petro.with_user(self.olena), "base.view_partner_form") as form:
            form.do_not_call = True
            form.do_not_call_reason = "He asked"
            with form.call_hours_ids.new() as line:
                line.weekday = "2"
                line.hour_to = 10
        self.assertEqual(self._get_lines(self.petro), [(2, 9, 10)])
        self.assertTrue(self.petro.is_call_blocked)
        form = Form(
            self.env["res.partner"].with_user(self.olena).with_context(tz="Europe/Kyiv"), "base.view_partner_form"
        )
        form.country_id = self.env.ref("base.jp")
        self.assertEqual(form.tz, "Asia/Tokyo")

    # ------------------------------------------------------------
    # RIGHTS
    # ------------------------------------------------------------

    def test_foreign_client(self):
        """Whoever may not see the client sees and writes none of his hours."""
        self._give(self.karpaty, (0, 9, 12))
        lines = self.karpaty.call_hours_ids
        mine = self.env["crm.call.hours"].create({"partner_id": self.petro.id, "weekday": "1"})
        hours = self.env["crm.call.hours"].with_user(self.olena)
        self.assertEqual(hours.search([("partner_id", "in", (self.karpaty | self.petro).ids)]), mine)
        for attempt in (
            lambda: lines.with_user(self.olena).read(["hour_from"]),
            lambda: lines.with_user(self.olena).write({"hour_from": 1}),
            lines.with_user(self.olena).unlink,
            lambda: hours.create({"partner_id": self.oksana.id, "weekday": "1"}),
            lambda: mine.with_user(self.olena).write({"partner_id": self.karpaty.id}),
            self.karpaty.with_user(self.olena).action_set_working_hours,
            self.karpaty.with_user(self.olena).action_clear_call_hours,
        ):
            with self.assertRaises(AccessError), self.cr.savepoint():
                attempt()
        lines.with_user(self.ivan).write({"hour_from": 10})
        lines.with_user(self.taras).unlink()

    def test_who_may_not_edit_contacts(self):
        reader = new_test_user(self.env, "cl_reader", "base.group_user")
        reader.group_ids -= self.env.ref("base.group_partner_manager")
        self._give(self.dnipro, (0, 9, 12))
        with self.assertRaises(AccessError):
            self.dnipro.call_hours_ids.with_user(reader).write({"hour_from": 5})
        with self.assertRaises(AccessError):
            self.dnipro.with_user(reader).action_set_working_hours()

    # ------------------------------------------------------------
    # DO NOT CALL
    # ------------------------------------------------------------

    def test_mark(self):
        self.assertFalse(self.deal_karpaty.is_call_blocked or self.oksana.call_block)
        self.karpaty.do_not_call = True
        self.assertTrue(self.deal_karpaty.is_call_blocked, "a contact person of a client who must not be called")
        self.assertTrue(self.oksana.call_block)
        self.assertFalse(self.petro.is_call_blocked)

    def _flush_tracking(self):
        self.env.flush_all()
        self.cr.precommit.run()

    def test_history(self):
        """Who marked the client, and who took the mark away, stands in his history."""
        self._flush_tracking()
        for value in (True, False):
            self.dnipro.with_user(self.olena).write({"do_not_call": value, "do_not_call_reason": f"Reason {value}"})
            self._flush_tracking()
        changes = self.dnipro.message_ids.sudo().tracking_value_ids.filtered(
            lambda one: one.field_id.name == "do_not_call"
        )
        self.assertEqual(len(changes), 2)
        self.assertEqual(changes.mail_message_id.author_id, self.olena.partner_id)
