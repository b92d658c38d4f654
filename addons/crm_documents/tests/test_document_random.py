import base64
from collections import Counter
from datetime import date, datetime, timedelta
from random import Random

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from .common import DocumentCast

EVENTS = 260
CONTENT = base64.b64encode(b"one")
OPEN = ("planned", "to_sign")
CATEGORIES = ("planned", "to_sign", "signed", "completed", "rejected")
# what happens, and how often
HAPPENINGS = {
    "create": 30,
    "move": 75,
    "request": 28,
    "approve": 22,
    "refuse": 10,
    "revalue": 16,
    "set_deadline": 8,
    "add_file": 14,
    "urge": 10,
    "hand_over": 5,
    "delete": 6,
    "archive": 6,
    "receive": 5,
    "take_deal": 8,
    "next_day": 14,
}


class Paper:
    """What a document should be, in plain Python: nothing here asks Odoo."""

    def __init__(self, record, kind, client, user, number, today):
        self.record, self.kind, self.client, self.user, self.number = record, kind, client, user, number
        self.state, self.approval, self.deadline = 0, "none", None
        self.files, self.active, self.original, self.deal, self.author = 0, True, False, None, user
        self.log, self.tasks = ["created"], []
        self.amount, self.today = 100, today
        self.set_deadline()

    @property
    def category(self):
        return self.kind.states[self.state]["category"]

    def set_deadline(self):
        days = self.kind.states[self.state]["days"]
        if days:
            self.deadline = self.today + timedelta(days=days)

    def changes(self):
        return [row for row in self.kind.table if row["old"] == self.state]

    def has_change_to_approve(self):
        return any(row["approval"] for row in self.changes())

    def plan(self, kind, user, days=0, state=None):
        self.tasks.append((kind, user, self.today + timedelta(days=days), state))

    def drop(self, *kinds, state=None):
        self.tasks = [task for task in self.tasks if task[0] not in kinds or (state is not None and task[3] != state)]

    def withdraw(self):
        self.approval = "none"
        self.drop("approval")
        self.log.append("withdrawn")

    def move(self, row, may_read):
        """Follow a row of the table, which was allowed."""
        old, self.state = self.state, row["new"]
        self.set_deadline()
        self.plan_state_task(may_read)
        self.drop("state", "rework", "urge", state=old)
        if row["approval"] and self.approval != "approved":
            self.approval = "approved"
            self.drop("approval")
            self.log.append("approved")
        elif self.state == 0:
            if self.approval != "none":
                self.withdraw()
        elif self.approval == "requested" and not self.has_change_to_approve():
            self.withdraw()
        self.log.append("state")

    def plan_state_task(self, may_read):
        state = self.kind.states[self.state]
        if state["task"] and self.user and may_read(self.user):
            self.plan("state", self.user, state["task_days"], self.state)


class Kind:
    """A type of documents with two to seven states and a table by chance."""

    def __init__(self, random, number):
        self.prefix, self.counter = f"R{number}-", 0
        self.states = [
            {
                "name": f"State {position}",
                "category": "planned" if not position else random.choice(CATEGORIES),
                "days": random.choice((0, 0, 3, 14)),
                "task": random.random() < 0.6,
                "task_days": random.choice((0, 1, 4)),
            }
            for position in range(random.randint(2, 7))
        ]
        pairs = [(old, new) for old in range(len(self.states)) for new in range(len(self.states)) if old != new]
        self.table = [
            {"old": old, "new": new, "reason": random.random() < 0.25, "approval": random.random() < 0.35}
            for old, new in pairs
            if random.random() < 0.6 or new == old + 1
        ]


class RandomDocuments(DocumentCast):
    """Weeks of a department, by chance but always the same, beside a model of what should be."""

    seed = 0

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_cast()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True, "mail_notrack": True})
        cls.random = Random(cls.seed)
        cls.clock = cls.enterClassContext(freeze_time("2026-03-02 09:00:00"))
        cls.users = cls.head | cls.olena | cls.taras | cls.ivan | cls.leader
        cls.managers = {cls.dnipro: cls.olena, cls.karpaty: cls.taras}
        cls.open_client = cls._create_client("Open LLC", cls.env["res.users"])
        cls.open_client.client_type_id = cls.env["crm.client.type"].create({"name": "Everybody's", "is_open": True})
        cls.managers[cls.open_client] = cls.env["res.users"]
        cls.kinds = [cls._make_kind(number) for number in range(4)]
        cls.papers = []

    @classmethod
    def _make_kind(cls, number):
        kind = Kind(cls.random, number)
        kind.approvers = cls.env["res.users"].concat(*cls.random.sample(list(cls.users), 2)) | cls.head
        kind.record = cls.env["crm.document.type"].create(
            {
                "name": f"Random {number}",
                "approval": "users",
                "approver_ids": [Command.set(kind.approvers.ids)],
                "state_ids": [
                    Command.create(
                        {
                            "name": state["name"],
                            "sequence": position,
                            "category": state["category"],
                            "deadline_days": state["days"],
                            "activity_type_id": state["task"] and cls.env.ref("mail.mail_activity_data_todo").id,
                            "activity_days": state["task_days"],
                        }
                    )
                    for position, state in enumerate(kind.states)
                ],
            }
        )
        kind.record.number_prefix = kind.prefix
        states = kind.record.state_ids
        kind.record.transition_ids = [
            Command.create(
                {
                    "from_state_id": states[row["old"]].id,
                    "to_state_id": states[row["new"]].id,
                    "needs_reason": row["reason"],
                    "needs_approval": row["approval"],
                }
            )
            for row in kind.table
        ]
        return kind

    # ------------------------------------------------------------
    # WHO SEES WHAT
    # ------------------------------------------------------------

    def _may_read(self, paper, user):
        """Own clients alone, all clients but own documents, or everything: said once more, by hand."""
        manager = self.managers[paper.client]
        if user in self.head | self.leader:
            return True
        if user in self.olena | self.taras and paper.client != self.open_client and manager != user:
            return False
        mine = paper.client != self.open_client and manager == user
        return not paper.user or paper.user == user or mine

    def _refused(self, paper, user):
        return AccessError if not self._may_read(paper, user) else None

    # ------------------------------------------------------------
    # EVENTS
    # ------------------------------------------------------------

    def _happen(self):
        name = self.random.choices(list(HAPPENINGS), HAPPENINGS.values())[0]
        user = self.random.choice(list(self.users))
        living = [paper for paper in self.papers if paper.record]
        if name == "next_day":
            self._next_day()
        elif name == "create" or not living:
            self._create(user)
        else:
            paper = self.random.choice(living)
            getattr(self, f"_{name}")(paper, user)
            self.history.append((name, user.name, paper.number))
            self._check(paper, name)

    def _try(self, expected, function):
        """Call something that should fail with an error of this class, or not at all; a failure changes nothing."""
        try:
            with self.env.cr.savepoint(), mute_logger("odoo.addons.base.models.ir_rule"):
                function()
                self.env.flush_all()
        except (UserError, AccessError) as error:
            self.env.invalidate_all()
            self.assertIsNotNone(expected, f"{error} after {self.history[-3:]}")
            self.assertIsInstance(error, expected)
            return False
        self.assertIsNone(expected, f"nothing was refused after {self.history[-3:]}")
        return True

    def _create(self, user):
        kind = self.random.choice(self.kinds)
        client = self.random.choice(list(self.managers))
        manager = self.managers[client]
        foreign = user in self.olena | self.taras and client != self.open_client and manager != user
        made = []
        vals = {"type_id": kind.record.id, "partner_id": client.id, "user_id": user.id, "amount": 100}
        call = lambda: made.append(self.env["crm.document"].with_user(user).create(vals))  # noqa: E731
        if self._try(AccessError if foreign else None, call):
            kind.counter += 1
            number = f"{kind.prefix}{kind.counter:04}"
            paper = Paper(made[0].with_env(self.env), kind, client, user, number, self.day)
            paper.plan_state_task(lambda reader: self._may_read(paper, reader))
            self.papers.append(paper)
            self._check(paper, "create")

    def _move(self, paper, user):
        target = self.random.randrange(len(paper.kind.states))
        reason = self.random.choice((None, " ", "Because"))
        row = next((row for row in paper.changes() if row["new"] == target), None)
        expected = self._refused(paper, user)
        if not expected and target != paper.state:
            waits = row and row["approval"] and paper.approval != "approved" and user not in paper.kind.approvers
            if not row or (row["reason"] and reason != "Because") or waits:
                expected = UserError
        state = paper.kind.record.state_ids[target]
        record = paper.record.with_user(user)
        if self._try(expected, lambda: record.action_change_state(state.id, reason)) and target != paper.state:
            paper.move(row, lambda reader: self._may_read(paper, reader))

    def _request(self, paper, user):
        expected = self._refused(paper, user)
        approvers = [approver for approver in paper.kind.approvers if self._may_read(paper, approver)]
        if not expected and (paper.approval == "approved" or not paper.has_change_to_approve() or not approvers):
            expected = UserError
        if self._try(expected, paper.record.with_user(user).action_request_approval):
            paper.approval = "requested"
            paper.drop("approval")
            for approver in approvers:
                paper.plan("approval", approver)
            paper.log.append("requested")

    def _approve(self, paper, user):
        expected = self._refused(paper, user)
        if user not in paper.kind.approvers or (paper.approval != "approved" and not paper.has_change_to_approve()):
            expected = expected or UserError
        if self._try(expected, paper.record.with_user(user).action_approve) and paper.approval != "approved":
            paper.approval = "approved"
            paper.drop("approval")
            paper.log.append("approved")
            waiting = [row for row in paper.changes() if row["approval"]]
            categories = [paper.kind.states[row["new"]]["category"] for row in waiting if not row["reason"]]
            if len(waiting) == 1 and categories == ["planned"]:
                paper.move(waiting[0], lambda reader: self._may_read(paper, reader))

    def _refuse(self, paper, user):
        expected = self._refused(paper, user)
        if user not in paper.kind.approvers or not paper.has_change_to_approve():
            expected = expected or UserError
        if self._try(expected, lambda: paper.record.with_user(user).action_refuse("Too cheap")):
            paper.approval = "refused"
            paper.drop("approval")
            paper.log.append("refused")
            owner = paper.user or paper.author
            if self._may_read(paper, owner):
                paper.plan("rework", owner, state=paper.state)

    def _revalue(self, paper, user):
        amount = self.random.choice((paper.amount, paper.amount + 1))
        if self._try(self._refused(paper, user), lambda: paper.record.with_user(user).write({"amount": amount})):
            changed, paper.amount = amount != paper.amount, amount
            matters = paper.category == "planned" or paper.has_change_to_approve()
            if changed and matters and paper.approval in ("requested", "approved"):
                paper.withdraw()

    def _set_deadline(self, paper, user):
        deadline = self.day + timedelta(days=self.random.randint(-3, 5))
        if self._try(
            self._refused(paper, user), lambda: paper.record.with_user(user).write({"date_deadline": deadline})
        ):
            if deadline != paper.deadline:
                paper.log.append("deadline")
            paper.deadline = deadline

    def _add_file(self, paper, user):
        vals = {"document_id": paper.record.id, "filename": "a.txt", "content": CONTENT}
        create = self.env["crm.document.file"].with_user(user).create
        if self._try(self._refused(paper, user), lambda: create(vals)):
            paper.files += 1
            paper.log.append("file")

    def _urge(self, paper, user):
        expected = None if user in self.head | self.leader else AccessError
        if self._try(expected, paper.record.with_user(user).action_sign_immediately):
            asked = any(task[0] == "urge" for task in paper.tasks)
            if paper.category in OPEN and paper.user and self._may_read(paper, paper.user) and not asked:
                paper.plan("urge", paper.user, state=paper.state)
                paper.log.append("urged")

    def _hand_over(self, paper, user):
        """The client of the paper gets the other manager: open papers and tasks of the old one follow."""
        client = paper.client
        old = self.managers[client]
        new = self.taras if old == self.olena else self.olena
        expected = AccessError if user in self.olena | self.taras else None
        if client == self.open_client or not self._try(
            expected, lambda: client.with_user(user).write({"user_id": new.id})
        ):
            return
        self.managers[client] = new
        for other in self.papers:
            if not other.record or other.client != client or not other.active:
                continue
            if other.user == old and other.category in OPEN:
                other.user = new
            other.tasks = [(kind, new if who == old else who, *rest) for kind, who, *rest in other.tasks]

    def _delete(self, paper, user):
        expected = AccessError if user != self.head else UserError if paper.state else None
        if self._try(expected, paper.record.with_user(user).unlink):
            paper.record = None

    def _archive(self, paper, user):
        if self._try(
            self._refused(paper, user), lambda: paper.record.with_user(user).write({"active": not paper.active})
        ):
            paper.active = not paper.active
            if not paper.active:
                paper.tasks = []

    def _receive(self, paper, user):
        if self._try(self._refused(paper, user), paper.record.with_user(user).action_receive_original):
            if not paper.original:
                paper.log.append("original")
            paper.original = True

    def _take_deal(self, paper, user):
        """Another responsible; tasks that are planned already stay with whom they were given."""
        new = self.random.choice([self.env["res.users"], *self.users])
        if self._try(
            self._refused(paper, self.head), lambda: paper.record.with_user(self.head).write({"user_id": new.id})
        ):
            paper.user = new

    def _next_day(self):
        self.day += timedelta(days=self.random.choice((1, 1, 4)))
        self.clock.move_to(datetime.combine(self.day, datetime.min.time()) + timedelta(hours=9))
        for paper in self.papers:
            paper.today = self.day

    # ------------------------------------------------------------
    # CHECKS
    # ------------------------------------------------------------

    def _check(self, paper, event):
        if not paper.record:
            return
        self.env.flush_all()
        self.env.invalidate_all()
        record, kind = paper.record, paper.kind
        told = f"{event} after {self.history[-4:]}"
        self.assertEqual(record.state_id, kind.record.state_ids[paper.state], told)
        self.assertEqual(record.state_category, paper.category, told)
        self.assertEqual(record.approval_state, paper.approval, told)
        self.assertEqual(record.name, paper.number, told)
        self.assertEqual(record.date_deadline or None, paper.deadline, told)
        self.assertEqual(record.user_id, paper.user, told)
        self.assertEqual((record.active, record.amount, record.file_count), (paper.active, paper.amount, paper.files))
        self.assertEqual(record.file_ids.mapped("number"), list(range(paper.files, 0, -1)), told)
        self.assertEqual(self._events(record).mapped("event"), paper.log, told)
        states = list(kind.record.state_ids)
        tasks = Counter(
            (
                task.document_task,
                task.user_id,
                task.date_deadline,
                states.index(task.document_state_id) if task.document_state_id else None,
            )
            for task in self._tasks(record)
        )
        self.assertEqual(tasks, Counter(paper.tasks), told)
        overdue = paper.category in OPEN and paper.deadline is not None and paper.deadline < self.day
        self.assertEqual(record.is_overdue, overdue, told)

    def _check_everything(self):
        """Every paper, who sees which, and what the searches say."""
        for paper in self.papers:
            self._check(paper, "in the end")
        living = [paper for paper in self.papers if paper.record]
        every = self.env["crm.document"].with_context(active_test=False)
        mine = [("type_id", "in", [kind.record.id for kind in self.kinds])]
        for user in self.users:
            expected = {paper.record.id for paper in living if self._may_read(paper, user)}
            self.assertEqual(set(every.with_user(user).search(mine).ids), expected, user.name)
        overdue = {paper.record.id for paper in living if paper.record.is_overdue}
        found = every.search([*mine, ("is_overdue", "=", True)])
        others = every.search([*mine, ("is_overdue", "=", False)])
        self.assertEqual(set(found.ids), overdue)
        self.assertEqual(set(others.ids), {paper.record.id for paper in living} - overdue)
        for user in self.users:
            asked = {
                paper.record.id
                for paper in living
                if paper.active and paper.approval == "requested" and user in paper.kind.approvers
                if self._may_read(paper, user)
            }
            found = self.env["crm.document"].with_user(user).search([*mine, ("can_approve", "=", True)])
            self.assertEqual(set(found.ids), asked, user.name)

    def test_life(self):
        self.history, self.day = [], date(2026, 3, 2)
        for number in range(EVENTS):
            self._happen()
            if number % 65 == 64:
                self._check_everything()
        self._merge_clients()
        self._merge_deals()
        self._check_everything()
        names = [paper.number for paper in self.papers]
        self.assertEqual(len(names), len(set(names)))

    def _merge_clients(self):
        """The papers of both cards are papers of the one that stays, and seen by whoever sees it."""
        twin = self._create_client("Karpaty again", self.managers[self.karpaty])
        self.managers[twin] = self.managers[self.karpaty]
        for _number in range(3):
            kind = self.random.choice(self.kinds)
            record = self._create_document(kind.record, self.head, partner_id=twin.id, amount=100)
            kind.counter += 1
            paper = Paper(record, kind, twin, self.head, f"{kind.prefix}{kind.counter:04}", self.day)
            paper.record = record.with_env(self.env)
            paper.plan_state_task(lambda reader: True)
            self.papers.append(paper)
        wizard = (
            self.env["crm.client.merge"]
            .with_user(self.head)
            .with_context(active_model="res.partner", active_ids=(self.karpaty | twin).ids)
            .create({})
        )
        wizard.destination_id = self.karpaty
        wizard.action_merge()
        self.env.invalidate_all()
        for paper in self.papers:
            if paper.client == twin:
                paper.client = self.karpaty
                self.assertEqual(paper.record.partner_id, self.karpaty)
                self.assertEqual(paper.record.client_access, self.managers[self.karpaty].id)

    def _merge_deals(self):
        """The papers of both deals, archived ones too, hang on the deal that is left."""
        other = self._create_deal("Other", self.dnipro, self.olena)
        papers = [paper for paper in self.papers if paper.record and paper.client == self.dnipro]
        records = self.env["crm.document"].concat(*(paper.record for paper in papers))
        records[: len(records) // 2].lead_id = self.deal_dnipro
        records[len(records) // 2 :].lead_id = other
        left = (self.deal_dnipro | other).with_user(self.head).merge_opportunity()
        self.env.invalidate_all()
        self.assertEqual(records.lead_id, left)


@tagged("post_install", "-at_install")
class TestDocumentRandomOne(RandomDocuments, TransactionCase):
    allow_inherited_tests_method = True
    seed = 1


@tagged("post_install", "-at_install")
class TestDocumentRandomTwo(RandomDocuments, TransactionCase):
    allow_inherited_tests_method = True
    seed = 2
