import base64
import threading
from unittest.mock import patch

from odoo import SUPERUSER_ID, Command, api
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tests import BaseCase, get_db_name, new_test_user, tagged
from odoo.tools import mute_logger

CONTENT = base64.b64encode(b"one")


@tagged("post_install", "-at_install", "documents_concurrency")
class TestDocumentConcurrency(BaseCase):
    """Real transactions side by side, through the same retries as a request; what is committed is removed again."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registry = Registry(get_db_name())
        # the test runner holds the lock of the registry, which other threads need to make an environment
        cls.enterClassContext(patch.object(Registry, "_lock", threading.RLock()))
        with cls.registry.cursor() as cr:
            cls._set_up_records(api.Environment(cr, SUPERUSER_ID, {}))
        cls.addClassCleanup(cls._remove_records)

    @classmethod
    def _set_up_records(cls, env):
        rights = "base.group_user,sales_team.group_sale_manager,crm_clients.crm_clients_group_all"
        users = [new_test_user(env, f"dc_head_{number}", rights) for number in range(2)]
        cls.head_ids = [user.id for user in users]
        client = env["res.partner"].create(
            {"name": "Concurrency LLC", "client_type_id": env.ref("crm_clients.crm_client_type_client").id}
        )
        document_type = env["crm.document.type"].create(
            {
                "name": "Concurrency",
                "approval": "users",
                "approver_ids": [Command.set(cls.head_ids)],
                "state_ids": [
                    Command.create({"name": name, "sequence": number, "category": category})
                    for number, (name, category) in enumerate(
                        [("Draft", "planned"), ("Agreed", "planned"), ("Sent", "to_sign"), ("No", "rejected")]
                    )
                ],
            }
        )
        document_type.number_prefix = "DC/"
        draft, agreed, sent, rejected = document_type.state_ids
        document_type.transition_ids = [
            Command.create({"from_state_id": old.id, "to_state_id": new.id, "needs_approval": needs_approval})
            for old, new, needs_approval in (
                (draft, agreed, True),
                (draft, rejected, False),
                (agreed, sent, True),
                (agreed, rejected, False),
            )
        ]
        cls.state_ids = {state.name: state.id for state in document_type.state_ids}
        cls.ids = {records._name: records.ids for records in (document_type, client)}
        cls.sequence_id = document_type.number_sequence_id.id

    @classmethod
    def _remove_records(cls):
        with cls.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"active_test": False})
            documents = env["crm.document"].search([("type_id", "in", cls.ids["crm.document.type"])])
            documents.activity_ids.unlink()
            cr.execute("DELETE FROM crm_document WHERE id = ANY(%s)", [documents.ids])
            env.invalidate_all()
            for model, ids in cls.ids.items():
                env[model].browse(ids).unlink()
            env["ir.sequence"].browse(cls.sequence_id).unlink()
            users = env["res.users"].browse(cls.head_ids)
            partners = users.partner_id
            users.unlink()
            partners.unlink()

    def setUp(self):
        super().setUp()
        with self.registry.cursor() as cr:
            self.document_id = self._create(api.Environment(cr, SUPERUSER_ID, {})["crm.document"]).id

    def _create(self, documents):
        return documents.create(
            {
                "type_id": self.ids["crm.document.type"][0],
                "partner_id": self.ids["res.partner"][0],
                "user_id": self.head_ids[0],
                "amount": 100,
            }
        )

    def _in_parallel(self, *functions):
        """Call functions of the document, each as another head in its own transaction, all begun before any goes on.

        :return: list of what each returned, or the error that the user would see
        """
        barrier = threading.Barrier(len(functions), timeout=30)
        outcomes = [None] * len(functions)

        def run(number, function):
            with self.registry.cursor() as cr:
                env = api.Environment(cr, self.head_ids[number % 2], {})
                env["crm.document"].browse(self.document_id).read(["name", "state_id", "approval_state"])
                barrier.wait()
                try:
                    outcomes[number] = retrying(lambda: function(env["crm.document"].browse(self.document_id)), env)
                except UserError as error:
                    outcomes[number] = error

        threads = [threading.Thread(target=run, args=call, daemon=True) for call in enumerate(functions)]
        with mute_logger("odoo.sql_db", "odoo.service.model"):
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(60)
        self.assertFalse([thread for thread in threads if thread.is_alive()], "a transaction hangs")
        return outcomes

    def _read(self, function):
        with self.registry.cursor() as cr:
            return function(api.Environment(cr, SUPERUSER_ID, {})["crm.document"].browse(self.document_id))

    def _events(self):
        return self._read(lambda document: document.log_ids.sorted("id").mapped("event"))

    def _move(self, name):
        return lambda document: document.action_change_state(self.state_ids[name])

    # ------------------------------------------------------------
    # TESTS
    # ------------------------------------------------------------

    def test_numbers_without_gaps_and_doubles(self):
        before = self._read(lambda document: int(document.name.rsplit("/")[-1]))
        outcomes = self._in_parallel(*[lambda document: self._create(document).name] * 4)
        numbers = sorted(int(name.rsplit("/")[-1]) for name in outcomes)
        self.assertEqual(numbers, list(range(before + 1, before + 5)))

    def test_two_drags_to_one_column_are_one_change(self):
        self.assertEqual(self._in_parallel(self._move("No"), self._move("No")), [True, True])
        self.assertEqual(self._events(), ["created", "state"])

    def test_two_drags_to_two_columns_are_a_chain_of_the_table(self):
        outcomes = self._in_parallel(self._move("No"), self._move("Agreed"))
        refused = [outcome for outcome in outcomes if isinstance(outcome, UserError)]
        rows = self._read(
            lambda document: [(row.old_state_id.name, row.new_state_id.name) for row in document.log_ids.sorted("id")]
        )
        moves = [row for row in rows if row[0]]
        if refused:
            self.assertEqual(moves, [("Draft", "No")])
        else:
            self.assertEqual(moves, [("Draft", "Agreed"), ("Agreed", "No")])

    def test_two_approvals_are_one(self):
        self._in_parallel(*[lambda document: document.action_approve()] * 2)
        self.assertEqual(self._events(), ["created", "approved", "state"])
        self.assertEqual(self._read(lambda document: document.state_id.name), "Agreed")

    def test_an_approval_is_never_for_another_amount(self):
        """Either the approval came first and was withdrawn, or the new amount was there and is what was approved."""
        self._in_parallel(
            lambda document: document.action_approve(), lambda document: document.write({"amount": 999999})
        )
        events, amount, approval = self._events(), *self._read(lambda doc: (doc.amount, doc.approval_state))
        self.assertEqual(amount, 999999)
        self.assertEqual(approval, "none" if "withdrawn" in events else "approved")
        self.assertIn("approved", events, "no approval gets lost without a row")

    def test_refused_and_approved_is_one_of_both(self):
        self._in_parallel(lambda document: document.action_approve(), lambda document: document.action_refuse("No"))
        last = [event for event in self._events() if event in ("approved", "refused")][-1]
        self.assertEqual(self._read(lambda document: document.approval_state), last)

    def test_versions_have_numbers_of_their_own(self):
        def add(document):
            return (
                document.env["crm.document.file"]
                .create({"document_id": document.id, "filename": "a.txt", "content": CONTENT})
                .number
            )

        self.assertEqual(sorted(self._in_parallel(add, add, add)), [1, 2, 3])
        self.assertEqual(self._read(lambda document: sorted(document.file_ids.mapped("number"))), [1, 2, 3])

    def test_two_heads_urge_once(self):
        self._in_parallel(*[lambda document: bool(document.action_sign_immediately())] * 2)
        tasks = self._read(lambda document: document.activity_ids.filtered(lambda task: task.document_task == "urge"))
        self.assertEqual(len(tasks), 1)
        self.assertEqual(self._events(), ["created", "urged"])
