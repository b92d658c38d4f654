from threading import Event, RLock, Thread, Timer
from unittest.mock import patch

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged

PATIENCE = 20  # seconds


@tagged("post_install", "-at_install")
class TestInquiryLock(BaseCase):
    """Whoever holds the row of an inquiry is waited for, in real transactions: a colleague, or Odoo's enrichment."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        # the test runner holds the lock of the registry, which other threads need to make a cursor
        self.enterContext(patch.object(Registry, "_lock", RLock()))
        with self.registry.cursor() as cr:
            leads = api.Environment(cr, SUPERUSER_ID, {})["crm.lead"]
            self.lead_id = leads.create({"name": "Locked", "type": "lead", "contact_name": "Lock Test"}).id
        self.addCleanup(self._remove)

    def _remove(self):
        with self.registry.cursor() as cr:
            api.Environment(cr, SUPERUSER_ID, {})["crm.lead"].browse(self.lead_id).unlink()

    def _hold(self, locked, release):
        with self.registry.cursor() as cr:
            cr.execute("SELECT FROM crm_lead WHERE id = %s FOR UPDATE", [self.lead_id])
            locked.set()
            release.wait(PATIENCE)
            cr.rollback()

    def test_who_holds_it_is_waited_for(self):
        locked, release = Event(), Event()
        holder = Thread(target=self._hold, args=(locked, release), daemon=True)
        holder.start()
        self.assertTrue(locked.wait(PATIENCE))
        Timer(0.5, release.set).start()
        with self.registry.cursor() as cr:
            lead = api.Environment(cr, SUPERUSER_ID, {})["crm.lead"].browse(self.lead_id)
            lead.action_make_deal()
            self.assertTrue(release.is_set(), "it waited")
            self.assertEqual(lead.type, "opportunity")
            self.assertEqual(lead.partner_id.name, "Lock Test")
            cr.rollback()
        holder.join(PATIENCE)
        self.assertFalse(holder.is_alive())
