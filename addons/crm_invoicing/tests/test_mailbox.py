from odoo.exceptions import AccessError, RedirectWarning, UserError
from odoo.tests import Form, new_test_user

from .letter_common import LetterCommon
from .smtp_server import CUT

LOGINS = {"olena": "s3cret"}


class TestMailbox(LetterCommon):
    """A user sets up his own mailbox by himself; its password is written and never read."""

    def setUp(self):
        super().setUp()
        self.server = self._serve(logins=LOGINS)

    def _set_up(self, user=None, **vals):
        values = {"login": "olena", "password": "s3cret", **vals}
        return self._set_up_mailbox(user or self.olena, self.server, **values)

    def _dialog(self, user=None, **vals):
        """Return the dialog as it opens for a user, with some fields changed."""
        Mailbox = self.env["crm.mailbox"].with_user(user or self.olena)
        return Mailbox.create({**Mailbox.default_get(list(Mailbox._fields)), **vals})

    # ------------------------------------------------------------
    # SET UP
    # ------------------------------------------------------------

    def test_form_guesses_the_usual(self):
        form = Form(self.env["crm.mailbox"].with_user(self.olena))
        self.assertEqual(form.address, "olena@company.example")
        self.assertEqual((form.host, form.port, form.login), ("smtp.company.example", 587, "olena@company.example"))
        form.encryption = "ssl"
        self.assertEqual(form.port, 465)
        form.port = 2525
        form.encryption = "none"
        self.assertEqual(form.port, 2525, "a port of his own is kept")
        form.address = "invoices@other.example"
        self.assertEqual(form.host, "smtp.company.example", "what is there is kept")

    def test_mailbox_is_the_personal_server(self):
        mailbox = self._set_up()
        self.assertEqual(mailbox.owner_user_id, self.olena)
        self.assertEqual(self.olena.outgoing_mail_server_id, mailbox)
        self.assertEqual(self.olena.outgoing_mail_server_type, "default", "his other mail has another address")
        self._set_up(address=self.olena.email)
        self.assertEqual(self.olena.outgoing_mail_server_type, "mailbox")
        self.assertEqual(self.olena.outgoing_mail_server_id, mailbox)
        self._set_up()
        self.assertEqual(self.olena.with_user(self.olena).mailbox_address, "invoices@company.example")
        self.assertFalse(self.taras.outgoing_mail_server_id)

    def test_mailbox_outlives_the_night_and_a_new_address_of_the_user(self):
        mailbox = self._set_up()
        self.olena.email = "new@company.example"
        self.env["res.users"]._gc_personal_mail_servers()
        self.assertTrue(mailbox.exists())
        self.assertEqual(self.olena.outgoing_mail_server_id, mailbox)

    def test_other_mail_of_the_user_takes_the_mailbox_only_from_its_address(self):
        mailbox = self._set_up()
        Mail = self.env["mail.mail"].with_user(self.olena).sudo()
        for address, expected in (("invoices@company.example", mailbox.id), ("olena@company.example", False)):
            mail = Mail.create({"email_from": address, "email_to": "x@x.example"})
            [(server_id, *_rest)] = mail._split_by_mail_configuration()
            self.assertEqual(server_id, expected, address)
        foreign = self.env["mail.mail"].with_user(self.taras).sudo().create({"email_from": "invoices@company.example"})
        [(server_id, *_rest)] = foreign._split_by_mail_configuration()
        self.assertNotEqual(server_id, mailbox.id)

    def test_changing_keeps_one_server(self):
        mailbox = self._set_up()
        dialog = self._dialog()
        self.assertEqual((dialog.host, dialog.port, dialog.login), ("127.0.0.1", self.server.port, "olena"))
        dialog.write({"address": "bills@company.example", "is_copied_to_owner": True})
        dialog.action_save()
        self.olena.invalidate_recordset()
        self.assertEqual(self.olena.outgoing_mail_server_id, mailbox)
        self.assertEqual((mailbox.from_filter, mailbox.mailbox_password), ("bills@company.example", "s3cret"))
        self.assertTrue(mailbox.is_copied_to_owner)

    def test_removing(self):
        mailbox = self._set_up()
        self._dialog().action_remove()
        self.assertFalse(mailbox.exists())
        self.olena.invalidate_recordset()
        self.assertFalse(self.olena.mailbox_address)
        self._dialog().action_remove()

    def test_takes_the_place_of_another_personal_server(self):
        other = self.env["ir.mail_server"].create(
            {"name": "Pending", "smtp_host": "x", "owner_user_id": self.olena.id, "active": False}
        )
        mailbox = self._set_up()
        self.assertFalse(other.exists())
        self.assertEqual(self.olena.outgoing_mail_server_id, mailbox)

    def test_odoos_own_choice_of_servers_opens_the_dialog(self):
        Users = self.env["res.users"].with_user(self.olena)
        self.assertEqual(Users.action_setup_outgoing_mail_server("mailbox")["res_model"], "crm.mailbox")
        self._set_up()
        self.assertEqual(Users.action_test_outgoing_mail_server()["params"]["type"], "success")
        self.assertEqual(Users.action_setup_outgoing_mail_server("default")["tag"], "display_notification")
        self.olena.invalidate_recordset()
        self.assertFalse(self.olena.mailbox_address)

    # ------------------------------------------------------------
    # THE TEST
    # ------------------------------------------------------------

    def _test_and_save(self, **vals):
        self.parameters.set_param("crm_invoicing.mailbox_ports", str(self.server.port))
        values = {
            "address": "invoices@company.example",
            "host": "127.0.0.1",
            "port": self.server.port,
            "encryption": "none",
            "login": "olena",
            "password": "s3cret",
        }
        return self._dialog(**{**values, **vals}).action_test_and_save()

    def test_test_sends_nothing(self):
        self.assertEqual(self._test_and_save()["params"]["type"], "success")
        self.assertFalse(self.server.mailbox)
        self.assertNotIn("DATA", self.server.commands)
        self.assertEqual(self.olena.mailbox_address, "invoices@company.example")

    def test_what_does_not_work_is_said(self):
        with self.assertRaisesRegex(UserError, "login or the password"):
            self._test_and_save(password="wrong")
        with self.assertRaisesRegex(UserError, "wants a login"):
            self._test_and_save(login=False)
        with self.assertRaisesRegex(UserError, "no STARTTLS"):
            self._test_and_save(encryption="starttls")
        self.server.faults["mail"] = "553 5.7.1 Not yours"
        with self.assertRaisesRegex(UserError, "does not let you send.*Not yours"):
            self._test_and_save()

    def test_what_is_no_mail_server_says_nothing_of_itself(self):
        for banner in ("HTTP/1.1 400 secret banner", "554 secret banner", "+OK secret banner"):
            self.server.faults["connect"] = banner
            with self.subTest(banner=banner), self.assertRaises(UserError) as failure:
                self._test_and_save()
            self.assertNotIn("secret banner", str(failure.exception))
        self.server.faults["connect"] = CUT
        with self.assertRaisesRegex(UserError, "closed the connection"):
            self._test_and_save()

    def test_patience(self):
        mailbox = self._set_up()
        for value, expected in (("1.5", 1.5), (False, 20), ("soon", 20), ("0", 0.1)):
            self.parameters.set_param("crm_invoicing.mailbox_timeout", value)
            with self.subTest(value=value):
                self.assertEqual(mailbox._get_mailbox_timeout(), expected)

    # ------------------------------------------------------------
    # THE PASSWORD
    # ------------------------------------------------------------

    def test_password_is_read_by_nobody(self):
        mailbox = self._set_up()
        for user in (self.olena, self.head, self.env.ref("base.user_admin")):
            server = mailbox.with_user(user)
            for read in (
                lambda server=server: server.read(["mailbox_password"]),
                lambda server=server: server.export_data(["mailbox_password"]),
                lambda server=server: server.search([("mailbox_password", "=like", "s3%")]),
                lambda server=server: server.search([], order="mailbox_password"),
                lambda server=server: server._read_group([], ["mailbox_password"]),
                lambda server=server: server.mapped("mailbox_password"),
            ):
                # no access to the field, or to exporting at all
                with self.assertRaises(UserError):
                    read()
        admin = mailbox.with_user(self.env.ref("base.user_admin"))
        self.assertNotIn("s3cret", str(admin.read()))
        self.assertNotIn("s3cret", str(admin.copy_data()))
        self.assertFalse(mailbox.smtp_pass, "where the administrator can read it")

    def test_dialog_does_not_give_it_back(self):
        dialog = self._dialog(password="s3cret")
        self.assertTrue(dialog.has_password)
        dialog.invalidate_recordset()
        self.assertFalse(dialog.password)
        self.assertNotIn("s3cret", str(dialog.read()))
        with self.assertRaises(AccessError):
            dialog.read(["secret"])
        with self.assertRaises(AccessError):
            dialog.write({"secret": "other"})
        with self.assertRaises(AccessError):
            dialog.with_user(self.taras).read(["host"])

    def test_dialog_forgets_it(self):
        dialog = self._dialog(password="s3cret", host="127.0.0.1")
        dialog.action_save()
        self.assertFalse(dialog.sudo().secret)

    def test_empty_password_keeps_the_old_one(self):
        mailbox = self._set_up()
        dialog = self._dialog()
        self.assertTrue(dialog.has_password)
        dialog.action_test_and_save()
        self.assertEqual(mailbox.mailbox_password, "s3cret")

    def test_password_is_not_told_to_another_server(self):
        mailbox = self._set_up()
        for change in (
            {"host": "localhost"},
            {"port": 587},
            {"login": "taras"},
            {"encryption": "starttls"},
        ):
            with self.subTest(change=change):
                dialog = self._dialog(**change)
                self.assertFalse(dialog.has_password)
                for action in (dialog.action_save, dialog.action_test_and_save):
                    with self.assertRaisesRegex(UserError, "Enter the password"):
                        action()
        self.assertEqual(mailbox.mailbox_password, "s3cret")

    def test_weaker_check_asks_for_the_password(self):
        """Without the check of the certificate another server could pose as this one."""
        self._set_up(encryption="starttls", is_certificate_checked=True)
        dialog = self._dialog()
        self.assertTrue(dialog.is_certificate_checked)
        dialog.is_certificate_checked = False
        with self.assertRaisesRegex(UserError, "Enter the password"):
            dialog.action_save()

    def test_administrator_cannot_point_it_elsewhere(self):
        mailbox = self._set_up()
        admin = mailbox.with_user(self.env.ref("base.user_admin"))
        admin.write({"name": "Olena", "smtp_port": mailbox.smtp_port})
        self.assertTrue(mailbox.mailbox_password, "nothing of it was changed")
        admin.smtp_host = "elsewhere.example"
        self.assertFalse(mailbox.mailbox_password)
        with self.assertRaises(AccessError):
            admin.mailbox_password = "mine"

    # ------------------------------------------------------------
    # WHO MAY, AND WHERE TO
    # ------------------------------------------------------------

    def test_administrator_can_forbid(self):
        self._set_up()
        for key, value in (
            ("base_setup.default_external_email_server", False),
            ("mail.disable_personal_mail_servers", "True"),
        ):
            before = self.parameters.get_param(key)
            self.parameters.set_param(key, value)
            self.olena.invalidate_recordset()
            olena = self.olena.with_user(self.olena)
            for action in (olena.action_open_mailbox, olena._get_mailbox, self._dialog().action_save):
                with self.subTest(key=key), self.assertRaisesRegex(UserError, "does not allow"):
                    action()
            self.parameters.set_param(key, before)
            self.olena.invalidate_recordset()

    def test_portal_user_has_none(self):
        portal = new_test_user(self.env, "iv_portal", "base.group_portal")
        with self.assertRaisesRegex(UserError, "Only users of the company"):
            self.env["res.users"].with_user(portal).action_open_mailbox()
        with self.assertRaises(AccessError):
            self.env["crm.mailbox"].with_user(portal).create({"address": "x@x.example"})

    def test_without_a_mailbox_the_button_leads_to_it(self):
        with self.assertRaises(RedirectWarning) as warning:
            self.olena.with_user(self.olena)._get_mailbox()
        self.assertEqual(warning.exception.args[1], self.env.ref("crm_invoicing.crm_mailbox_action").id)

    def test_ports_of_mail_servers_only(self):
        self._set_up()
        for port in (22, 80, 5432, 0):
            with self.subTest(port=port), self.assertRaisesRegex(UserError, "no port of a mail server"):
                self._dialog(port=port, password="s3cret").action_test_and_save()

    def test_names_that_are_none(self):
        self._set_up()
        for host in ("", "a b", "http://x/", "x\r\nRCPT", "user@host"):
            with self.subTest(host=host), self.assertRaisesRegex(UserError, "name of the mail server"):
                self._dialog(host=host, password="s3cret").action_save()

    def test_addresses_that_are_none(self):
        self._set_up()
        for address in ("olena", "a@b.example, c@d.example", "@company.example"):
            with self.subTest(address=address), self.assertRaisesRegex(UserError, "no e-mail address"):
                self._dialog(address=address).action_save()

    def test_address_that_odoo_sends_from(self):
        self.env["mail.alias.domain"].create({"name": "company.example", "default_from": "notifications"})
        with self.assertRaisesRegex(UserError, "Odoo itself sends"):
            self._set_up(address="notifications@company.example")
