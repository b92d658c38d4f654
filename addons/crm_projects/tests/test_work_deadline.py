from datetime import datetime, timedelta

from odoo.exceptions import AccessError, RedirectWarning, UserError
from odoo.tests import new_test_user, tagged

from ..models.project_task_deadline import REASON
from .common import WorkCommon


@tagged("post_install", "-at_install")
class TestWorkDeadline(WorkCommon):
    """A deadline is a promise: it moves with a reason, the history keeps it, the client's manager is told."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.old = cls.work_dnipro.date_deadline
        cls.new = cls.old + timedelta(days=7)

    def _move(self, deadline, reason="The client asked", user=None):
        work = self.work_dnipro.with_user(user or self.delivery).with_context(**{REASON: reason})
        work.date_deadline = deadline
        return self.work_dnipro.work_move_ids

    def test_without_a_reason_it_is_asked_for(self):
        with self.assertRaises(RedirectWarning) as caught:
            self.work_dnipro.with_user(self.delivery).date_deadline = self.new
        message, action_id, _button, context = caught.exception.args
        self.assertIn("Promotion of Dnipro LLC", message)
        self.assertEqual(context["default_task_ids"], self.work_dnipro.ids)
        action = self.env["ir.actions.act_window"].browse(action_id)
        wizard = self.env[action.res_model].with_user(self.delivery).with_context(**context).create({"reason": "Late"})
        wizard.action_move()
        self.assertEqual(self.work_dnipro.date_deadline, self.new.replace(microsecond=0), "the moment that was chosen")
        # what the form still holds is saved without another question
        self.work_dnipro.with_user(self.delivery).date_deadline = self.new.replace(microsecond=0)

    def test_days_are_those_of_who_moves_it(self):
        """Half past midnight in Kyiv is the day before in UTC: to the evening of the same day is no day later."""
        self.delivery.tz = "Europe/Kyiv"
        self.work_dnipro.date_deadline = datetime(2030, 11, 9, 22, 30)
        self.assertEqual(self._move(datetime(2030, 11, 10, 21, 59, 59))[:1].days, 0)

    def test_a_blank_reason_is_none(self):
        with self.assertRaises(RedirectWarning):
            self._move(self.new, reason="   ")
        wizard = self.env["crm.work.deadline"].with_user(self.delivery)
        with self.assertRaises(UserError):
            wizard.create({"task_ids": [(6, 0, self.work_dnipro.ids)], "reason": "  "}).action_move()

    def test_the_history_says_who_when_and_why(self):
        move = self._move(self.new)
        self.assertEqual((move.old_deadline, move.new_deadline, move.days), (self.old, self.new, 7))
        self.assertEqual((move.user_id, move.reason), (self.delivery, "The client asked"))
        self._move(self.old)
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self.work_dnipro.work_move_ids.mapped("days"), [-7, 7])
        self.assertEqual(self.work_dnipro.work_move_count, 2)

    def test_the_history_is_not_altered(self):
        move = self._move(self.new)
        for user in (self.delivery, self.head, self.olena, self.env.ref("base.user_admin")):
            history = move.with_user(user)
            with self.assertRaises(UserError):
                history.reason = "Another"
            with self.assertRaises(UserError):
                history.unlink()
            with self.assertRaises(UserError):
                history.create({"task_id": self.work_dnipro.id, "user_id": user.id, "reason": "Invented"})

    def test_what_is_no_move(self):
        work = self.work_dnipro.with_user(self.delivery)
        work.write({"date_deadline": self.old, "name": "Renamed"})
        self.work_karpaty.date_deadline = False
        self.assertFalse(self.work_dnipro.work_move_ids)
        first = self.env["crm.work.starter"]._create_work(self.dnipro, self.other_service, self.project_dnipro, {})
        first.with_user(self.delivery).date_deadline = self.new
        self.assertFalse(first.work_move_ids, "a first deadline is no moved one")
        plain = self.env["project.task"].create({"name": "Plain", "project_id": self.project_dnipro.id})
        plain.date_deadline = self.old
        plain.with_user(self.delivery).date_deadline = self.new
        self.assertFalse(plain.work_move_ids, "a task is no work")

    def test_how_late_a_delivered_work_was_is_not_mended_without_a_reason(self):
        self.work_dnipro.state = "1_done"
        with self.assertRaises(RedirectWarning):
            self.work_dnipro.with_user(self.delivery).date_deadline = self.new
        self.assertEqual(self._move(self.new, "Agreed by phone").reason, "Agreed by phone")

    def test_a_deadline_that_is_taken_away_is_moved(self):
        move = self._move(False)
        self.assertFalse(move.new_deadline)
        self.assertEqual(move.days, 0)

    def test_the_program_moves_without_a_question_but_not_unseen(self):
        self.work_dnipro.date_deadline = self.new  # superuser mode
        self.assertEqual(self.work_dnipro.work_move_ids.reason, "Moved by the program")

    def test_a_portal_user_plans_his_tasks(self):
        """He does not see what is a work in the project that is shared with him; a promise he does not break either."""
        customer = new_test_user(self.env, "cp_portal", "base.group_portal")
        self.project_dnipro.privacy_visibility = "portal"
        self.project_dnipro.message_subscribe(customer.partner_id.ids)
        self.env["project.collaborator"].create(
            {"project_id": self.project_dnipro.id, "partner_id": customer.partner_id.id}
        )
        self.env.invalidate_all()
        tasks = self.env["project.task"].with_user(customer).with_context(default_project_id=self.project_dnipro.id)
        plain = tasks.create({"name": "Plain"})
        plain.date_deadline = self.new
        self.assertEqual(plain.date_deadline, self.new)
        with self.assertRaises(RedirectWarning):
            self.work_dnipro.with_user(customer).date_deadline = self.new

    def test_an_executor_without_the_right_is_told_nothing(self):
        self.project_dnipro.privacy_visibility = "followers"
        stranger = self.executor.copy({"login": "cp_stranger"})
        with self.assertRaises(AccessError):
            self._move(self.new, user=stranger, reason="")
        with self.assertRaises(AccessError):
            self.work_dnipro.with_user(stranger).action_move_deadline()

    # ------------------------------------------------------------
    # ENDING
    # ------------------------------------------------------------

    def test_a_work_that_becomes_a_plain_task_is_told_and_kept(self):
        """Else the service would be taken off, the deadline moved without a reason, and the service put back."""
        work = self.work_dnipro.with_user(self.delivery)
        work.work_service_id = False
        note = self._notes()
        self.assertEqual(note.notified_partner_ids, self.olena.partner_id)
        self.assertIn("It is a plain task now", note.body)
        ended = self.work_dnipro.work_move_ids
        self.assertEqual((ended.old_deadline, ended.new_deadline, ended.days), (self.old, False, 0))
        work.date_deadline = self.new
        work.work_service_id = self.service
        self.assertEqual(self.work_dnipro.work_move_ids, ended)
        self.assertEqual(ended.with_user(self.olena).old_deadline, self.old, "the history of the work is back, too")

    def test_the_history_of_a_plain_task_is_nobody_elses(self):
        move = self._move(self.new)
        for vals in ({"work_service_id": False}, {"partner_id": False, "project_id": False}):
            self.work_dnipro.write(vals)
            self.env.flush_all()
            for user in (self.olena, self.taras):
                self.assertNotIn(move, self.env["crm.work.move"].with_user(user).search([]))
            self.work_dnipro.write({"work_service_id": self.service.id, "project_id": self.project_dnipro.id})
            self.assertIn(move, self.env["crm.work.move"].with_user(self.olena).search([]))

    def test_another_service_or_client_ends_no_work(self):
        self.work_dnipro.work_service_id = self.other_service
        self.work_dnipro.partner_id = self.karpaty
        self.assertFalse(self.work_dnipro.work_move_ids)

    # ------------------------------------------------------------
    # TELLING
    # ------------------------------------------------------------

    def _notes(self):
        return self.dnipro.message_ids.filtered(lambda message: "deadline" in (message.body or ""))

    def test_the_manager_of_the_client_is_told(self):
        self._move(self.new, "The printer is broken")
        note = self._notes()
        self.assertEqual(note.notified_partner_ids, self.olena.partner_id)
        self.assertIn("The printer is broken", note.body)
        self.assertIn("Promotion of Dnipro LLC", note.body)
        self.assertEqual(note.author_id, self.delivery.partner_id)
        self.assertNotIn(self.olena.partner_id, self.work_dnipro.message_partner_ids)

    def test_who_moves_it_is_not_told_and_nobody_archived_is(self):
        self.olena.group_ids |= self.env.ref("project.group_project_user")
        self._move(self.new, user=self.olena)
        self.assertFalse(self._notes().notified_partner_ids)
        self.olena.active = False
        self._move(self.old)
        self.assertFalse(self._notes()[0].notified_partner_ids)

    def test_the_reason_is_text(self):
        self._move(self.new, "<b>bold</b> {{ 7 * 7 }}")
        self.assertIn("&lt;b&gt;bold", self._notes().body)

    def test_the_manager_is_told_in_his_language(self):
        self.env["res.lang"]._activate_lang("uk_UA")
        self.env["ir.module.module"]._load_module_terms(["crm_projects"], ["uk_UA"])
        self.olena.lang = "uk_UA"
        self._move(datetime(2027, 1, 31, 12, 0), "Погода")
        self.assertIn("31.01.2027", self.dnipro.message_ids[0].body)

    def test_several_works_at_once(self):
        works = self.work_dnipro | self.work_karpaty
        wizard = (
            self.env["crm.work.deadline"]
            .with_user(self.delivery)
            .create({"task_ids": [(6, 0, works.ids)], "date_deadline": self.new.date(), "reason": "Holidays"})
        )
        self.assertEqual(wizard.old_deadline, min(works.mapped("date_deadline")))
        wizard.action_move()
        self.assertEqual(works.work_move_ids.mapped("reason"), ["Holidays", "Holidays"])
        self.assertEqual(len(set(works.mapped("date_deadline"))), 1)

    def test_a_work_that_one_does_not_see_is_not_moved(self):
        self.project_karpaty.privacy_visibility = "followers"
        self.work_karpaty.user_ids = False
        self.work_karpaty.message_unsubscribe(self.executor.partner_id.ids)
        works = self.work_dnipro | self.work_karpaty
        with self.assertRaises(AccessError):
            self.env["crm.work.deadline"].with_user(self.executor).create(
                {"task_ids": [(6, 0, works.ids)], "reason": "Holidays"}
            ).action_move()
        self.assertFalse(works.work_move_ids)
