import json
from contextlib import suppress

from odoo import Command
from odoo.exceptions import AccessError, RedirectWarning, UserError
from odoo.tests import Form, HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from ..models.project_task_deadline import REASON
from .common import WorkCast, WorkCommon

ACCESS, USER = "odoo.exceptions.AccessError", "odoo.exceptions.UserError"
REDIRECT = "odoo.exceptions.RedirectWarning"
NONSENSE = (None, False, "x", -1, 10**12, 1.5, [], {}, ["x"], [None], [[1]], [{}], "1; DROP TABLE project_task")
KEPT = ("work_client_id", "work_client_access", "work_seller_id", "work_closed_date")
SCRIPT = "<img src=x onerror=alert(1)><script>alert(2)</script>{{ 7 * 7 }}"


@tagged("post_install", "-at_install")
class TestWorkRpcAttacks(WorkCast, HttpCase):
    """What the web client could send, sent by people who have read its code."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_cast()
        cls.portal = new_test_user(cls.env, "cp_portal", "base.group_portal")
        cls.move = cls._move_once()
        cls.env.flush_all()

    @classmethod
    def _move_once(cls):
        cls.work_karpaty.with_context(**{REASON: "Once"}).date_deadline = cls._days(9)
        return cls.work_karpaty.work_move_ids

    def _post(self, path, params):
        """Return (result, name of the error) of a request."""
        body = json.dumps({"jsonrpc": "2.0", "method": "call", "params": params})
        with mute_logger("odoo.http", "odoo.sql_db", "odoo.addons.base.models.ir_rule"):
            answer = self.url_open(path, data=body, headers={"Content-Type": "application/json"}).json()
        return answer.get("result"), answer.get("error", {}).get("data", {}).get("name")

    def _call(self, model, method, *args, **kwargs):
        params = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        return self._post(f"/web/dataset/call_kw/{model}/{method}", params)

    def _snapshot(self):
        """Everything that an attack could have changed."""
        self.env.invalidate_all()
        tasks = self.env["project.task"].search([("work_client_id", "!=", False)])
        names = ("name", "state", "date_deadline", "work_progress", "partner_id", "project_id", "user_ids", *KEPT)
        moves = self.env["crm.work.move"].search([])
        return (
            tasks.read(names, load=None),
            moves.read(["task_id", "reason", "old_deadline", "new_deadline"], load=None),
            self.env["project.project"].search([]).read(["name", "partner_id", "crm_deal_id"], load=None),
        )

    def _check_refused(self, login, attacks, *errors):
        """Each attack is an error of these kinds, and nothing is changed by any of them."""
        self.authenticate(login, login)
        before = self._snapshot()
        for model, method, *args in attacks:
            with self.subTest(login=login, attack=f"{model}.{method}", args=args):
                result, error = self._call(model, method, *args)
                self.assertIsNone(result)
                self.assertIn(error, errors)
        self.assertEqual(self._snapshot(), before)

    def test_nonsense_in_place_of_records(self):
        """No nonsense is answered, whatever method it is given to."""
        before = self._snapshot()
        self.authenticate("cl_olena", "cl_olena")
        for model, method in (
            *(
                (model, method)
                for model in ("res.partner", "crm.lead")
                for method in ("get_client_projects", "action_add_project", "action_work_report")
            ),
            ("crm.lead", "action_start_works"),
            ("crm.work", "action_open"),
            ("crm.work", "action_move_deadline"),
            ("crm.client.project", "action_open"),
            ("crm.client.work.report", "action_save"),
            ("crm.project.add", "action_add"),
            ("crm.work.untick", "action_untick"),
        ):
            for value in NONSENSE:
                with self.subTest(method=f"{model}.{method}", value=value):
                    result, error = self._call(model, method, [value])
                    self.assertTrue(error or not value, "only no record at all may be answered")
                    self.assertNotIn("Karpaty", json.dumps(result))
        self.assertEqual(self._snapshot(), before)

    def test_nonsense_as_a_reason(self):
        """A reason in the context of a request is text, or it is none."""
        values = {"date_deadline": "2031-01-01 10:00:00"}
        self.authenticate("cp_delivery", "cp_delivery")
        before = self._snapshot()
        for reason in (False, None, 5, True, [], ["x"], {"a": 1}, "", " ", "\n\t ", "\u00a0"):
            with self.subTest(reason=reason):
                context = {REASON: reason}
                error = self._call("project.task", "write", [self.work_dnipro.id], values, context=context)[1]
                self.assertEqual(error, REDIRECT)
        self.assertEqual(self._snapshot(), before)

    def test_what_is_private_stays_private(self):
        work, client = self.work_karpaty.id, self.karpaty.id
        attacks = (
            ("crm.work.starter", "_create_project", client, {"name": "x"}),
            ("crm.work.starter", "_create_work", client, self.service.id, self.project_karpaty.id, {}),
            ("crm.work.starter", "_lock_client", client),
            ("crm.client.work.report", "_open_for", client),
            ("crm.client.work.report.line", "_save", [1]),
            ("crm.client.work.report.line", "_tell", [1], work),
            ("crm.work.move", "_tell_seller", self.move.ids),
            ("project.task", "_keep_moves", [work], {}, "x"),
            ("crm.work.untick", "_tell_followers", [1], [work]),
            ("crm.work", "sudo", [work]),
        )
        for login in ("cl_olena", "cp_delivery"):
            self._check_refused(login, attacks, ACCESS)

    def test_strangers(self):
        work, project = self.work_dnipro.id, self.project_dnipro.id
        attacks = (
            ("res.partner", "get_client_projects", [self.dnipro.id]),
            ("res.partner", "action_add_project", [self.dnipro.id]),
            ("crm.lead", "get_client_projects", [self.deal_dnipro.id]),
            ("crm.lead", "action_work_report", [self.deal_dnipro.id]),
            ("crm.work", "action_open", [work]),
            ("crm.work", "web_read", [work], {"name": {}}),
            ("crm.work", "action_move_deadline", [work]),
            ("crm.client.project", "action_open", [project]),
            ("crm.client.project", "web_read", [project], {"name": {}}),
            ("crm.work.deadline", "create", {"task_ids": [[6, 0, [work]]], "reason": "x"}),
            ("project.task", "write", [work], {"work_progress": 9}),
            ("project.task", "web_save", [work], {"is_work_under_way": False}, {}),
        )
        for login in ("cl_taras", "cl_clerk", "cp_portal"):
            self._check_refused(login, attacks, ACCESS)

    def test_status_is_only_read(self):
        rows = {"crm.work": self.work_dnipro.id, "crm.client.project": self.project_dnipro.id}
        for login in ("cl_olena", "cl_head", "cp_delivery", "admin"):
            for model, record_id in rows.items():
                attacks = (
                    (model, "write", [record_id], {"name": "x"}),
                    (model, "web_save", [record_id], {"name": "x"}, {}),
                    (model, "create", {"name": "x"}),
                    (model, "unlink", [record_id]),
                    (model, "action_archive", [record_id]),
                )
                self._check_refused(login, attacks, ACCESS)

    def test_the_history_is_not_touched(self):
        task, move = self.work_dnipro.id, self.move.id
        forged = {"task_id": task, "user_id": 2, "reason": "Forged"}
        attacks = (
            ("crm.work.move", "create", forged),
            ("crm.work.move", "web_save", [], forged, {}),
            ("crm.work.move", "write", [move], {"reason": "Forged"}),
            ("crm.work.move", "unlink", [move]),
            ("crm.work.move", "copy", [move]),
            ("project.task", "write", [task], {"work_move_ids": [[0, 0, forged]]}),
            ("project.task", "write", [task], {"work_move_ids": [[4, move]]}),
            ("project.task", "write", [self.work_karpaty.id], {"work_move_ids": [[1, move, {"reason": "x"}]]}),
            ("project.task", "write", [self.work_karpaty.id], {"work_move_ids": [[2, move]]}),
            ("project.task", "write", [self.work_karpaty.id], {"work_move_ids": [[5]]}),
        )
        for login in ("cl_olena", "cl_head", "cp_delivery", "cp_executor", "admin"):
            self._check_refused(login, attacks, USER, ACCESS)

    def test_nobody_writes_who_sees_a_work(self):
        task, project, client = self.work_karpaty.id, self.project_karpaty.id, self.dnipro.id
        values = dict(zip(KEPT, (client, self.executor.id, self.executor.id, "2020-01-01 00:00:00"), strict=True))
        attacks = [
            attack
            for name, value in values.items()
            for attack in (
                ("project.task", "write", [task], {name: value}),
                ("project.task", "write", [task], {name: False}),
                ("project.task", "web_save", [task], {name: value}, {}),
                ("project.task", "create", {"name": "x", "project_id": project, name: value}),
                ("project.task", "copy", [task], {name: value}),
                ("project.project", "write", [project], {"task_ids": [[1, task, {name: value}]]}),
                ("project.project", "write", [project], {"task_ids": [[0, 0, {"name": "x", name: value}]]}),
            )
        ]
        attacks += [
            ("project.project", method, *args)
            for name in KEPT[:2]
            for method, *args in (
                ("write", [project], {name: values[name]}),
                ("create", {"name": "x", name: values[name]}),
                ("copy", [project], {name: values[name]}),
            )
        ]
        for login in ("cp_delivery", "admin"):
            self._check_refused(login, attacks, ACCESS)

    def test_a_deadline_without_a_reason(self):
        """Every way to move it asks, and a line that is not a reason gets nobody through."""
        task, project = self.work_dnipro.id, self.project_dnipro.id
        other = {"date_deadline": "2031-01-01 10:00:00"}
        attacks = (
            ("project.task", "write", [task], other),
            ("project.task", "write", [task, self.work_karpaty.id], other),
            ("project.task", "write", [task], {**other, "state": "1_done"}),
            ("project.task", "write", [task], {**other, "work_service_id": False}),
            ("project.task", "write", [task], {**other, "partner_id": False}),
            ("project.task", "write", [task], {"date_deadline": False}),
            ("project.task", "web_save", [task], other, {}),
        )
        through = ("project.project", "write", [project], {"task_ids": [[1, task, other]]})
        for login in ("cp_delivery", "admin"):
            self._check_refused(login, (*attacks, through), REDIRECT)
        self._check_refused("cp_executor", attacks, REDIRECT)


@tagged("post_install", "-at_install")
class TestWorkTricks(WorkCommon):
    """What needs no browser: imports, copies, recurring tasks, and text that would like to be code."""

    def test_an_import_moves_no_deadline_silently(self):
        tasks = self.env["project.task"].with_user(self.delivery)
        before = self.work_dnipro.date_deadline
        fields = [".id", "date_deadline"]
        with mute_logger("odoo.sql_db"), suppress(RedirectWarning):
            answer = tasks.load(fields, [[str(self.work_dnipro.id), "2031-01-01 10:00:00"]])
            self.assertFalse(answer["ids"])
        self.env.invalidate_all()
        self.assertEqual(self.work_dnipro.date_deadline, before)
        self.assertFalse(self.work_dnipro.work_move_ids)

    def test_an_import_does_not_say_who_sees(self):
        tasks = self.env["project.task"].with_user(self.delivery)
        with mute_logger("odoo.sql_db"):
            answer = tasks.load([".id", "work_client_access"], [[str(self.work_dnipro.id), str(self.taras.id)]])
        self.assertFalse(answer["ids"])
        self.assertEqual(self.work_dnipro.work_client_access, self.olena.id)

    def test_a_copy_is_a_new_work(self):
        self.work_dnipro.with_context(**{REASON: "Once"}).date_deadline = self._days(8)
        self.work_dnipro.write({"work_progress": 70, "state": "1_done"})
        copy = self.work_dnipro.with_user(self.delivery).copy()
        self.assertEqual((copy.work_client_id, copy.work_progress), (self.dnipro, 0))
        self.assertFalse(copy.work_move_ids)
        self.assertFalse(copy.is_work_under_way)
        self.assertEqual(bool(copy.work_closed_date), copy.state == "1_done")

    def test_a_copied_project_keeps_its_client(self):
        copy = self.project_dnipro.with_user(self.delivery).copy()
        self.assertEqual((copy.work_client_id, copy.work_client_access), (self.dnipro, self.olena.id))
        self.assertFalse(copy.with_env(self.env).crm_deal_id)

    def test_a_subtask_of_a_work(self):
        task = self.env["project.task"].with_user(self.executor)
        child = task.create({"name": "Part", "parent_id": self.work_dnipro.id, "work_service_id": self.service.id})
        child.date_deadline = self._days(3)
        with self.assertRaises(RedirectWarning):
            self.work_dnipro.with_user(self.executor).child_ids = [
                Command.update(child.id, {"date_deadline": self._days(4)})
            ]

    def test_the_form_asks(self):
        with Form(self.work_dnipro.with_user(self.delivery)) as form:
            form.name = "Renamed"
        form = Form(self.work_dnipro.with_user(self.delivery))
        form.date_deadline = self._days(30)
        with self.assertRaises(RedirectWarning):
            form.save()

    def test_reopened_with_another_deadline(self):
        """Closing a work and opening it again is no way around the reason."""
        work = self.work_dnipro.with_user(self.delivery)
        work.state = "1_done"
        with self.assertRaises(RedirectWarning):
            work.write({"state": "01_in_progress", "date_deadline": self._days(30)})

    def test_text_is_text(self):
        """Names, reasons and notes stand in messages as they were typed."""
        self.work_dnipro.name = SCRIPT
        self.work_dnipro.with_user(self.delivery).with_context(**{REASON: SCRIPT}).date_deadline = self._days(8)
        self._check_text(self.dnipro.message_ids[0].body)
        wizard = self.env["crm.project.add"].with_user(self.olena)
        wizard.create({"client_id": self.dnipro.id, "name": SCRIPT, "note": SCRIPT}).action_add()
        project = self.env["project.project"].search([("name", "=", SCRIPT)])
        self._check_text(project.description)
        action = self.dnipro.with_user(self.olena).action_work_report()
        report = self.env["crm.client.work.report"].with_user(self.olena).browse(action["res_id"])
        line = report.line_ids.filtered(lambda line: not line.work_id)
        line.write({"note": SCRIPT, "date_deadline": self._days(9).date()})
        report.action_save()
        work = self.env["crm.work.starter"]._find_open_works(self.dnipro, self.other_service)
        self._check_text("".join(work.message_ids.mapped("body")))
        self.dnipro.name = SCRIPT
        self.env["crm.work.untick"].with_user(self.olena).create(
            {"partner_ids": [Command.set(self.dnipro.ids)], "service_ids": [Command.set(self.service.ids)]}
        ).action_untick()
        self._check_text(self.work_dnipro.message_ids[0].body)

    def _check_text(self, body):
        self.assertIn("&lt;img src=x", body)
        self.assertNotIn("<img", body)
        self.assertNotIn("<script", body)

    def test_a_foreign_deal_is_named_by_nobody(self):
        """With rights in Project, too, one names only deals that one may read."""
        self.olena.group_ids |= self.env.ref("project.group_project_manager")
        for record in (self.work_dnipro, self.project_dnipro):
            record = record.with_user(self.olena)
            with self.subTest(model=record._name), self.assertRaises(AccessError):
                record.crm_deal_id = self.deal_karpaty.id
            record.crm_deal_id = self.deal_dnipro.id
        with self.assertRaises(AccessError):
            self.env["project.project"].with_user(self.olena).create({"name": "x", "crm_deal_id": self.deal_karpaty.id})

    def test_days_at_the_ends_of_time(self):
        for day in ("0001-01-01", "1900-01-01", "9999-12-31"):
            wizard = self.env["crm.project.add"].with_user(self.olena).with_context(tz="America/New_York")
            values = {"client_id": self.dnipro.id, "name": "x", "date_deadline": day}
            with self.subTest(day=day), self.cr.savepoint():
                try:
                    wizard.create(values).action_add()
                except UserError as error:
                    self.assertIn("deadline", str(error))
