from datetime import datetime, timedelta

from odoo.tests import tagged

from ..department.cast import QUIET, Cast, backdate
from .common import DepartmentCase

MOMENT = datetime(2020, 5, 4, 10, 30)


@tagged("post_install", "-at_install")
class TestCast(DepartmentCase):
    """The tools of the writers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, **QUIET})
        cls.cast = Cast(cls.env, cls.company, cls.plan, now=datetime(2026, 3, 18, 12, 0), users=cls.users)
        cls.partners = cls.env["res.partner"].create([{"name": name} for name in ("First", "Second", "Third")])

    def test_records_are_looked_up_once(self):
        step = self.env.ref("crm_funnel.crm_process_step_offer")
        self.assertEqual(self.cast.step("offer"), step)
        self.env.flush_all()
        with self.assertQueryCount(0):
            self.assertEqual(self.cast.step("offer"), step)
            self.assertEqual(self.cast.ref("crm_funnel.crm_process_step_offer"), step)

    def test_backdate(self):
        first, second, third = self.partners
        untouched = third.create_date
        backdate(self.env, {first: MOMENT, second: MOMENT + timedelta(days=1)})
        self.assertEqual(first.create_date, MOMENT)
        self.assertEqual(second.create_date, MOMENT + timedelta(days=1))
        self.assertEqual(third.create_date, untouched)

    def test_backdate_with_authors(self):
        first, second, _third = self.partners
        author = self.users["manager1"]
        creator = second.create_uid
        backdate(self.env, dict.fromkeys(first + second, MOMENT), {first: author, second: self.env["res.users"]})
        self.assertEqual(first.create_uid, author)
        self.assertEqual(second.create_uid, creator)

    def test_backdate_writes_what_is_pending_first(self):
        first = self.partners[0]
        first.name = "Renamed"
        backdate(self.env, {first: MOMENT})
        self.assertEqual((first.name, first.create_date), ("Renamed", MOMENT))

    def test_backdate_nothing(self):
        backdate(self.env, {})

    def test_past_is_not_after_now(self):
        self.assertEqual(self.cast.past(MOMENT), MOMENT)
        self.assertEqual(self.cast.past(datetime(2026, 3, 18, 15, 0)), datetime(2026, 3, 18, 12, 0))

    def test_named_reuses_and_creates(self):
        existing = self.env["crm.tag"].create({"name": "Already there"})
        found = self.cast.named("crm.tag", ["Already there", "New one"])
        self.assertEqual(found["Already there"], existing)
        self.assertEqual(found["New one"].name, "New one")
        self.assertEqual(self.cast.named("crm.tag", ["New one"])["New one"], found["New one"])

    def test_named_makes_no_doubles(self):
        for name in ("Facebook", "LinkedIn", "Search engine"):
            self.assertEqual(self.env["utm.source"].search_count([("name", "=", name)]), 1)
        for name in ("Too expensive", "Chose a competitor", "No budget"):
            self.assertEqual(self.env["crm.lost.reason"].search_count([("name", "=", name)]), 1)

    def test_user_id(self):
        self.assertEqual(self.cast.user_id("head"), self.users["head"].id)
        self.assertFalse(self.cast.user_id(None))

    def test_quiet_context_sends_nothing(self):
        deal = self.env["crm.lead"].create({"name": "Quiet", "user_id": self.users["manager1"].id})
        self.assertFalse(deal.message_ids)
        self.assertFalse(deal.message_follower_ids)
