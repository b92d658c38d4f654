from datetime import timedelta
from random import Random

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, RedirectWarning, UserError
from odoo.fields import Command
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from ..models.project_task_deadline import REASON
from .common import WorkCast

STEPS = 150
CHECK_EVERY = 10
OPEN, DONE, CANCELLED = "01_in_progress", "1_done", "1_canceled"
# what happens, and how often
HAPPENINGS = {
    "start": 18,
    "move": 20,
    "progress": 16,
    "begin": 12,
    "finish": 14,
    "cancel": 6,
    "reopen": 8,
    "archive": 6,
    "hand_over": 8,
    "untick": 8,
    "next_day": 14,
}


class Job:
    """What a work should be, in plain Python: nothing here asks Odoo."""

    def __init__(self, record, client, service, deadline):
        self.record, self.client, self.service, self.deadline = record, client, service, deadline
        self.state, self.is_begun, self.progress, self.active, self.moves = OPEN, False, 0, True, []

    def get_status(self, now):
        """Return the status on a Monday to Sunday calendar of UTC."""
        if self.state != OPEN:
            return "done" if self.state == DONE else "cancelled"
        monday = (now - timedelta(days=now.weekday())).replace(hour=0, minute=0, second=0)
        if self.deadline and self.deadline < now:
            return "late"
        if self.deadline and self.deadline < monday + timedelta(days=7):
            return "this_week"
        return "under_way" if self.is_begun else "planned"

    def get_progress(self):
        return 100 if self.state == DONE else self.progress


class RandomWorks(WorkCast):
    """Weeks of a department, by chance but always the same, beside a model of what should be."""

    seed = 0

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clock = cls.enterClassContext(freeze_time("2026-03-02 09:00:00"))
        cls._set_up_cast()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True})
        cls.env["res.lang"].search([]).week_start = "1"
        cls.random = Random(cls.seed)
        cls.sellers = cls.olena | cls.taras
        cls.managers = {cls.dnipro: cls.olena, cls.karpaty: cls.taras}
        cls.ticked = {client: {cls.service, cls.other_service} for client in cls.managers}
        cls.jobs = []
        for work in cls.work_dnipro | cls.work_karpaty:
            job = Job(work.with_env(cls.env), work.work_client_id, cls.service, work.date_deadline)
            job.is_begun = True
            cls.jobs.append(job)

    @property
    def now(self):
        return fields.Datetime.now()

    def _pick(self):
        return self.random.choice(self.jobs)

    def _deliver(self, job, **vals):
        job.record.with_user(self.delivery).write(vals)

    # ------------------------------------------------------------
    # HAPPENINGS
    # ------------------------------------------------------------

    def _start(self):
        """A seller starts a work by Add Project; a stranger is refused."""
        client, seller = self.random.choice(list(self.managers)), self.random.choice(self.sellers)
        service = self.random.choice(self.service | self.other_service)
        day = fields.Date.today() + timedelta(days=self.random.randrange(20))
        vals = {"client_id": client.id, "name": "Random", "date_deadline": day}
        vals["service_ids"] = [Command.set(service.ids)]
        try:
            with self.cr.savepoint():
                self.env["crm.project.add"].with_user(seller).create(vals).action_add()
        except AccessError:
            self.assertNotEqual(self.managers[client], seller)
            return
        self.assertEqual(self.managers[client], seller)
        record = self.env["project.task"].search([("work_service_id", "=", service.id)], order="id DESC", limit=1)
        self.jobs.append(Job(record, client, service, record.date_deadline))

    def _move(self):
        job, deadline = self._pick(), self.now + timedelta(days=self.random.randrange(-3, 15))
        needs_reason = bool(job.deadline and job.deadline != deadline)
        if self.random.random() < 0.3:
            try:
                with self.cr.savepoint():
                    self._deliver(job, date_deadline=deadline)
            except RedirectWarning:
                self.assertTrue(needs_reason)
                return
            self.assertFalse(needs_reason)
        else:
            job.record.with_user(self.delivery).with_context(**{REASON: "Chance"}).date_deadline = deadline
        if needs_reason:
            job.moves.append((job.deadline, deadline))
        job.deadline = deadline

    def _progress(self):
        job, percent = self._pick(), self.random.randrange(101)
        self._deliver(job, work_progress=percent)
        job.progress = percent

    def _begin(self):
        job = self._pick()
        job.is_begun = not job.is_begun
        self._deliver(job, is_work_under_way=job.is_begun)

    def _set_state(self, state):
        job = self._pick()
        self._deliver(job, state=state)
        job.state = state

    def _finish(self):
        self._set_state(DONE)

    def _cancel(self):
        self._set_state(CANCELLED)

    def _reopen(self):
        self._set_state(OPEN)

    def _archive(self):
        job = self._pick()
        job.active = not job.active
        self._deliver(job, active=job.active)

    def _hand_over(self):
        client, seller = self.random.choice(list(self.managers)), self.random.choice(self.sellers)
        client.with_user(self.head).user_id = seller
        self.managers[client] = seller

    def _untick(self):
        """Take a service from a card, or give it back; a work under way asks what happens to it."""
        client, service = self.random.choice(list(self.managers)), self.random.choice(self.service | self.other_service)
        card = client.with_user(self.head)
        if service not in self.ticked[client]:
            card.client_service_ids |= service
            self.ticked[client].add(service)
            return
        asked = any(
            job.client == client and job.service == service and job.is_begun and job.active and job.state == OPEN
            for job in self.jobs
        )
        try:
            with self.cr.savepoint():
                card.client_service_ids -= service
        except RedirectWarning as question:
            self.assertTrue(asked)
            self.env["crm.work.untick"].with_user(self.head).with_context(**question.args[3]).create({}).action_untick()
        else:
            self.assertFalse(asked)
        self.ticked[client].remove(service)

    def _next_day(self):
        self.clock.tick(timedelta(days=1))

    # ------------------------------------------------------------
    # WHAT MUST HOLD
    # ------------------------------------------------------------

    def _check_all(self):
        self.env.flush_all()
        self.env.invalidate_all()
        for job in self.jobs:
            self._check_row(job)
        for seller in self.sellers:
            self._check_seller(seller)
        for project in self.env["crm.client.project"].search([("client_id", "in", [one.id for one in self.managers])]):
            self._check_project(project)
        for client, services in self.ticked.items():
            self.assertEqual(set(client.client_service_ids), services)

    def _check_row(self, job):
        row = self.env["crm.work"].with_context(active_test=False, tz="UTC").browse(job.record.id)
        manager = self.managers[job.client]
        self.assertEqual(
            (row.status, row.progress, row.active, row.date_deadline, row.client_id, row.seller_id, row.client_access),
            (job.get_status(self.now), job.get_progress(), job.active, job.deadline, job.client, manager, manager.id),
        )
        self.assertEqual(row.is_late, row.status == "late")
        self.assertEqual(bool(row.date_closed), job.state != OPEN)
        moves = job.record.work_move_ids.sorted("id")
        self.assertEqual([(move.old_deadline, move.new_deadline) for move in moves], job.moves)

    def _check_seller(self, seller):
        """Exactly the works of his clients, in the list and in the numbers of the cards."""
        own = [job for job in self.jobs if self.managers[job.client] == seller]
        seen = self.env["crm.work"].with_user(seller).with_context(active_test=False).search([])
        self.assertEqual(set(seen.ids), {job.record.id for job in own})
        for client, manager in self.managers.items():
            if manager == seller:
                jobs = [job for job in own if job.client == client and job.active]
                late = [job for job in jobs if job.get_status(self.now) == "late"]
                card = client.with_user(seller)
                self.assertEqual((card.work_count, card.late_work_count), (len(jobs), len(late)))

    def _check_project(self, project):
        """The figures of a project are sums over its works."""
        jobs = [job for job in self.jobs if job.record.project_id.id == project.id and job.active]
        statuses = [job.get_status(self.now) for job in jobs]
        counted = [job.get_progress() for job in jobs if job.state != CANCELLED]
        deadlines = [job.deadline for job in jobs if job.state == OPEN and job.deadline]
        self.assertEqual(project.work_count, len(jobs))
        self.assertEqual(project.open_work_count, sum(job.state == OPEN for job in jobs))
        self.assertEqual(project.late_work_count, statuses.count("late"))
        self.assertEqual(project.progress, round(sum(counted) / len(counted)) if counted else 0)
        self.assertEqual(project.date_deadline, min(deadlines, default=False))

    def _walk(self):
        history = []
        for step in range(STEPS):
            name = self.random.choices(list(HAPPENINGS), HAPPENINGS.values())[0]
            history.append(name)
            with mute_logger("odoo.addons.base.models.ir_rule"), self.subTest(seed=self.seed, last=history[-4:]):
                try:
                    getattr(self, f"_{name}")()
                except UserError as error:
                    self.fail(f"{name}: {error}")
                if step % CHECK_EVERY == 0 or step == STEPS - 1:
                    self._check_all()


@tagged("post_install", "-at_install")
class TestRandomWorks(RandomWorks, TransactionCase):
    def test_walk(self):
        self._walk()
        self.assertGreater(len(self.jobs), 5)


@tagged("post_install", "-at_install")
class TestRandomWorksAgain(RandomWorks, TransactionCase):
    seed = 7

    def test_walk(self):
        self._walk()
        self.assertGreater(len(self.jobs), 5)
