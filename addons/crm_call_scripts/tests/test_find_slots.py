import random
from datetime import datetime, timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.tests import tagged

from ..models import crm_free_time
from .test_free_time import NOW, FreeTimeCommon

START = datetime.fromisoformat(NOW)


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestFindSlots(FreeTimeCommon):
    """Times for many calls at once, each of which counts for the next ones."""

    def _request(self, partner, *users, days=14, **given):
        before = START + timedelta(days=days)
        user_ids = [user.id for user in users]
        partner_id = partner.id if partner else False
        return {
            "user_ids": user_ids,
            "partner_id": partner_id,
            "minutes": 15,
            "after": START,
            "before": before,
            **given,
        }

    def _find(self, *requests, **given):
        found = self.env["crm.free.time"]._find_slots(list(requests), **given)
        return [one and (one[0], one[1].strftime("%m-%d %H:%M")) for one in found]

    def test_one_after_the_other(self):
        olena, taras = self.olena.id, self.taras.id
        self.assertEqual(
            self._find(
                self._request(self.dnipro, self.olena),
                self._request(self.karpaty, self.olena),
                self._request(self.petro, self.taras),  # of the first client
                self._request(False, self.taras),
                self._request(False, self.olena, self.taras),
            ),
            [
                (olena, "03-02 07:00"),
                (olena, "03-02 07:15"),
                (taras, "03-02 07:15"),
                (taras, "03-02 07:00"),
                (olena, "03-02 07:30"),
            ],
        )

    def test_nobody(self):
        self.assertEqual(self._find(), [])
        self.dnipro.do_not_call = True
        self.ivan.active = False
        self.assertEqual(
            self._find(
                self._request(self.petro, self.olena),
                self._request(self.karpaty),
                self._request(self.karpaty, self.ivan),
                self._request(False, self.olena, before=START - timedelta(days=1)),
            ),
            [None] * 4,
        )

    def test_hours_and_limit(self):
        """Two calls a day, one of Tuesday's is planned already, from eleven to noon on the clock of the manager."""
        requests = [self._request(False, self.olena) for _number in range(5)]
        taken = {self.olena.id: {(START + timedelta(days=1)).date(): 1}}
        found = self._find(*requests, hours=(11, 12), day_limit=2, taken=taken)
        times = ["03-02 09:00", "03-02 09:15", "03-03 09:00", "03-04 09:00", "03-04 09:15"]
        self.assertEqual(found, [(self.olena.id, time) for time in times])

    def test_weeks_ahead(self):
        """What is not free in the next days is found later, and counts what was given away before."""
        self._meet("2026-03-02 00:00", 24 * 7, self.olena.partner_id)
        found = self._find(
            self._request(self.dnipro, self.taras, after=START + timedelta(days=7)),
            self._request(self.karpaty, self.taras),
            self._request(self.petro, self.olena),
        )
        self.assertEqual(
            found,
            [(self.taras.id, "03-09 07:00"), (self.taras.id, "03-02 07:00"), (self.olena.id, "03-09 07:15")],
        )

    def test_queries(self):
        """The same for two calls and for sixty."""
        clients = self.env["res.partner"].create([{"name": f"Client {number}"} for number in range(60)])
        counts = []
        for chosen in (clients[:2], clients):
            requests = [self._request(client, self.olena, self.taras, self.ivan) for client in chosen]
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertNotIn(None, self._find(*requests))
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    def test_random(self):
        """By chance: no time is used twice, none has a conflict, and looking a few days ahead first changes nothing."""
        seed = random.Random(7)
        users = self.olena | self.taras | self.ivan
        clients = self.env["res.partner"].create(
            [{"name": f"Client {number}", "tz": "Europe/Kyiv"} for number in range(6)]
        )
        for client in clients[:4]:
            day, hour = seed.randrange(5), seed.randrange(8, 15)
            self._add_hours(client, (day, hour, hour + 2), ((day + 2) % 7, 9, 12))
        for _number in range(40):
            start = START + timedelta(minutes=15 * seed.randrange(4 * 24 * 9))
            guests = [seed.choice(users).partner_id, seed.choice(clients)][: seed.randrange(1, 3)]
            self._meet(start.isoformat(), seed.choice((0.5, 1, 3)), *guests)
            self._plan_call(seed.choice(clients), seed.choice(users), start + timedelta(hours=1))
        requests = [
            self._request(seed.choice(clients), *seed.sample(list(users), 2), minutes=seed.choice((10, 30, 60)))
            for _number in range(40)
        ]
        found = self.env["crm.free.time"]._find_slots(requests)
        with patch.object(crm_free_time, "NEAR_DAYS", 14):
            self.assertEqual(found, self.env["crm.free.time"]._find_slots(requests))
        self._check_found(requests, found)

    def _check_found(self, requests, found):
        spans = []
        self.assertGreater(len(list(filter(None, found))), 30)
        for request, given in zip(requests, found, strict=True):
            if not given:
                continue
            user_id, start = given
            self.assertIn(user_id, request["user_ids"])
            spans.append((start, start + timedelta(minutes=request["minutes"]), user_id, request["partner_id"]))
            told = self.env["crm.free.time"].get_conflicts(user_id, request["partner_id"], start, request["minutes"])
            self.assertEqual(told, [])
        for number, (start, stop, *both) in enumerate(spans):
            for begin, end, *others in spans[:number]:
                if both[0] == others[0] or both[1] == others[1]:
                    self.assertTrue(stop <= begin or end <= start, (start, stop, begin, end))
