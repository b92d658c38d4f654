import threading
from contextlib import ExitStack, closing
from functools import partial
from unittest.mock import patch

import requests

from odoo import SUPERUSER_ID, Command, api
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tests import BaseCase, HttpCase, get_db_name, tagged
from odoo.tools import mute_logger

from .letter_common import FORM
from .smtp_server import SmtpServer

LOGIN = "letter_once"
DELIVERY = "odoo.addons.crm_invoicing.models.crm_invoice_letter_delivery"


class ProcessKilled(BaseException):
    """Ends a request as a kill does: nothing that handles errors handles it."""


@tagged("post_install", "-at_install", "letter_once")
class TestLetterOnce(BaseCase):
    """Real transactions, real requests and a real mail server: a letter arrives once. What is committed is removed again."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registry = Registry(get_db_name())
        # the test runner holds the lock of the registry, which other threads need to make an environment
        cls.enterClassContext(patch.object(Registry, "_lock", threading.RLock()))
        cls.enterClassContext(patch.object(cls.registry["ir.mail_server"], "_disable_send", lambda self=None: False))
        cls.enterClassContext(patch.object(cls.registry["crm.invoice.letter"], "_render_form", lambda letter: FORM))
        with cls.registry.cursor() as cr:
            cls._set_up_records(api.Environment(cr, SUPERUSER_ID, {}))
        cls.addClassCleanup(cls._remove_records)

    @classmethod
    def _set_up_records(cls, env):
        cls.parameters = {}
        for key, value in (
            ("base_setup.default_external_email_server", "True"),
            ("crm_invoicing.mailbox_ports", ""),
        ):
            cls.parameters[key] = env["ir.config_parameter"].get_param(key)
            env["ir.config_parameter"].set_param(key, value)
        user = env["res.users"].create(
            {
                "name": "Letter once",
                "login": LOGIN,
                "password": LOGIN,
                "email": "once@company.example",
                "group_ids": [Command.link(env.ref("sales_team.group_sale_salesman").id)],
            }
        )
        client = env["res.partner"].create({"name": "Once LLC", "email": "client@once.example", "user_id": user.id})
        journal = env["account.journal"].create({"name": "Once", "code": "ONCE", "type": "sale"})
        move = env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": client.id,
                "journal_id": journal.id,
                "invoice_user_id": user.id,
            }
        )
        cls.user_id, cls.move_id = user.id, move.id
        cls.ids = [(move._name, move.ids), (journal._name, journal.ids), (client._name, client.ids)]

    @classmethod
    def _remove_records(cls):
        with cls.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"active_test": False})
            env["ir.mail_server"].search([("owner_user_id", "=", cls.user_id)]).unlink()
            env["mail.message"].search([("model", "=", "account.move"), ("res_id", "=", cls.move_id)]).unlink()
            for model, ids in cls.ids:
                env[model].browse(ids).unlink()
            user = env["res.users"].browse(cls.user_id)
            partner = user.partner_id
            user.unlink()
            partner.unlink()
            for key, value in cls.parameters.items():
                env["ir.config_parameter"].set_param(key, value)

    def setUp(self):
        super().setUp()
        self.server = self.enterContext(SmtpServer())
        with self.registry.cursor() as cr:
            env = api.Environment(cr, self.user_id, {})
            parameters = env["ir.config_parameter"].sudo()
            parameters.set_param("crm_invoicing.mailbox_ports", str(self.server.port))
            env["crm.mailbox"].create(
                {
                    "address": "once@company.example",
                    "host": "127.0.0.1",
                    "port": self.server.port,
                    "encryption": "none",
                    "login": False,
                }
            ).action_save()
            move = env["account.move"].browse(self.move_id)
            self.letter_id = env["crm.invoice.letter"]._prepare_for(move).id

    # ------------------------------------------------------------
    # REQUESTS
    # ------------------------------------------------------------

    def _request(self, function):
        """Call a function of the letter as a request does: in a transaction that is retried after a conflict."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, self.user_id, {})
            return retrying(partial(function, env["crm.invoice.letter"].browse(self.letter_id)), env)

    def _in_parallel(self, *functions):
        """Call each in a request of its own; return what each returned, or the error that the user would see."""
        barrier = threading.Barrier(len(functions), timeout=30)
        outcomes = [None] * len(functions)

        def run(number, function):
            barrier.wait()
            try:
                outcomes[number] = self._request(function)
            except UserError as error:
                outcomes[number] = error

        threads = [threading.Thread(target=run, args=call, daemon=True) for call in enumerate(functions)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        self.assertFalse([thread for thread in threads if thread.is_alive()], "a request hangs")
        return outcomes

    def _read(self, *names):
        with self.registry.cursor() as cr:
            letter = api.Environment(cr, SUPERUSER_ID, {})["crm.invoice.letter"].browse(self.letter_id)
            return [letter[name] for name in names]

    def _conflict(self, letter):
        """Read the client, let another transaction change it, change it too: PostgreSQL refuses the second."""
        letter.env.cr.execute("SELECT comment FROM res_partner WHERE id = %s", [letter.move_id.partner_id.id])
        with closing(self.registry.cursor()) as cr:
            cr.execute("UPDATE res_partner SET comment = 'x' WHERE id = %s", [letter.move_id.partner_id.id])
            cr.commit()  # pylint: disable=invalid-commit  # what another request would do
        letter.env.cr.execute("UPDATE res_partner SET comment = 'y' WHERE id = %s", [letter.move_id.partner_id.id])

    # ------------------------------------------------------------
    # TESTS
    # ------------------------------------------------------------

    def test_double_click(self):
        self.server.faults["rcpt"] = 0.5
        outcomes = self._in_parallel(*[lambda letter: letter.action_send()] * 3)
        self.assertEqual(len(self.server.mailbox), 1)
        self.assertEqual(self._read("state"), ["sent"])
        told = [outcome for outcome in outcomes if isinstance(outcome, UserError)]
        self.assertEqual(len(told), 2)
        self.assertIn("in another window", str(told[0]))

    def test_retry_after_a_conflict(self):
        tries = []

        def send_and_conflict(letter):
            tries.append(1)
            action = letter.action_send()
            if len(tries) == 1:
                self._conflict(letter)
            return action

        with mute_logger("odoo.sql_db", "odoo.service.model"):
            action = self._request(send_and_conflict)
        self.assertEqual(len(tries), 2)
        self.assertEqual(action["params"]["type"], "success")
        self.assertEqual(len(self.server.mailbox), 1)

    def test_error_after_the_sending(self):
        """What the request rolls back, the sending does not: the letter has left."""

        def send_and_fail(letter):
            letter.action_send()
            raise UserError("No")  # pylint: disable=translation-required

        with self.assertRaisesRegex(UserError, "No"):
            self._request(send_and_fail)
        self.assertEqual(self._read("state", "is_registered"), ["sent", True])
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            domain = [("message_id", "=", self.server.letters[0]["Message-Id"])]
            self.assertEqual(env["mail.message"].search_count(domain), 1)
        self._request(lambda letter: letter.action_send())
        self.assertEqual(len(self.server.mailbox), 1)

    def test_process_killed_after_the_sending(self):
        Server = self.registry["ir.mail_server"]
        deliver = Server._deliver_letter

        def deliver_and_die(server, envelope):
            deliver(server, envelope)
            raise ProcessKilled

        with patch.object(Server, "_deliver_letter", deliver_and_die), self.assertRaises(ProcessKilled):
            self._request(lambda letter: letter.action_send())
        self.assertEqual(self._read("state"), ["sending"])
        self._request(lambda letter: letter.action_send())
        self.assertEqual(self._read("state"), ["unclear"])
        self.assertEqual(len(self.server.mailbox), 1)

    def test_letter_being_sent_is_not_given_up(self):
        """While one request speaks with the mail server, nobody else takes the letter for abandoned."""
        seen = []
        Server = self.registry["ir.mail_server"]
        deliver = Server._deliver_letter

        def deliver_watched(server, envelope):
            seen.extend(self._read("state"))
            with self.assertRaisesRegex(UserError, "in another window"):
                self._request(lambda letter: letter.action_check())
            with self.registry.cursor() as cr:
                api.Environment(cr, SUPERUSER_ID, {})["crm.invoice.letter"]._settle_forgotten()
            seen.extend(self._read("state"))
            deliver(server, envelope)

        with patch.object(Server, "_deliver_letter", deliver_watched):
            self._request(lambda letter: letter.action_send())
        self.assertEqual(seen, ["sending", "sending"])
        self.assertEqual(self._read("state"), ["sent"])

    def test_outcome_that_cannot_be_written(self):
        """The letter has left, and the database is gone: it is unclear afterwards, and not sent again."""
        Letter = self.registry["crm.invoice.letter"]
        with patch.object(Letter, "_write_outcome", side_effect=ProcessKilled), self.assertRaises(ProcessKilled):
            self._request(lambda letter: letter.action_send())
        self._request(lambda letter: letter.action_send())
        self.assertEqual(self._read("state"), ["unclear"])
        self.assertEqual(len(self.server.mailbox), 1)

    def test_letter_that_is_not_saved_yet(self):
        def create_and_send(letter):
            letter.copy({"email_to": "client@once.example"}).action_send()

        with self.assertRaisesRegex(UserError, "Save the letter"):
            self._request(create_and_send)
        self.assertFalse(self.server.commands)

    def test_request_that_wrote_the_letter_does_not_wait_for_itself(self):
        def write_and_send(letter):
            letter.subject = "Changed"
            letter.flush_recordset()
            letter.action_send()

        with (
            patch(f"{DELIVERY}.LOCK_TIMEOUT", 50),
            patch("odoo.service.model.MAX_TRIES_ON_CONCURRENCY_FAILURE", 1),
            mute_logger("odoo.sql_db", "odoo.service.model"),
            self.assertRaises(Exception),  # noqa: B017  # whichever: it ends, and nothing was sent
        ):
            self._request(write_and_send)
        self.assertFalse(self.server.commands)
        self.assertEqual(self._read("state"), ["draft"])

    # ------------------------------------------------------------
    # OVER HTTP
    # ------------------------------------------------------------

    def _call(self, session, route, params):
        url = f"http://127.0.0.1:{HttpCase.http_port()}{route}"
        return session.post(url, json={"jsonrpc": "2.0", "method": "call", "params": params}, timeout=60).json()

    def test_request_of_the_web_client_that_is_retried(self):
        Letter = self.registry["crm.invoice.letter"]
        send = Letter.action_send
        tries = []

        def send_and_conflict(letter):
            tries.append(1)
            action = send(letter)
            if len(tries) == 1:
                self._conflict(letter)
            return action

        with ExitStack() as stack:
            session = stack.enter_context(requests.Session())
            # a test runner has no cursor that only reads to give
            stack.enter_context(mute_logger("odoo.sql_db", "odoo.service.model", "odoo.registry"))
            stack.enter_context(patch.object(self.registry, "_db_readonly_failed_time", None))
            stack.enter_context(patch.object(Letter, "action_send", send_and_conflict))
            credentials = {"db": get_db_name(), "login": LOGIN, "password": LOGIN}
            self.assertEqual(
                self._call(session, "/web/session/authenticate", credentials)["result"]["uid"], self.user_id
            )
            call = {"model": "crm.invoice.letter", "method": "action_send", "args": [[self.letter_id]], "kwargs": {}}
            answer = self._call(session, "/web/dataset/call_button/crm.invoice.letter/action_send", call)
        self.assertEqual(len(tries), 2)
        self.assertEqual(answer["result"]["params"]["type"], "success", answer)
        self.assertEqual(len(self.server.mailbox), 1)
