from datetime import date, datetime, timedelta
from random import Random
from unittest.mock import patch

import pytz
from freezegun import freeze_time

from odoo.tests import new_test_user

from .common import FunnelCommon

TIMEZONES = ("Europe/Kyiv", "America/New_York", "Asia/Almaty")
# what happens to deals, and how often
HAPPENINGS = {
    "create": 34,
    "press": 55,
    "revoke": 9,
    "drag": 14,
    "lose": 8,
    "restore": 7,
    "win": 5,
    "unwin": 4,
    "archive": 3,
    "unarchive": 2,
    "merge": 9,
    "hand_over": 4,
    "change_process": 3,
    "revalue": 3,
    "start": 3,
}
EVENTS = 380
LAST_DAY = date(2026, 4, 20)


class RandomFunnelCommon(FunnelCommon):
    """Half a year of a department, by chance but always the same: everything goes through the methods that users call.

    Two companies with a currency each; three processes of two to eight steps, with stages that no step leads to. Things
    happen around the midnights of three time zones, with both changes of the clocks of the year.
    """

    seed = 0

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True, "mail_notrack": True})
        cls.random = Random(cls.seed)
        cls.clock = cls.enterClassContext(freeze_time("2025-10-20 06:00:00"))
        # creation dates come from the transaction, which began in another year
        cls.enterClassContext(patch("odoo.sql_db.Cursor.now", lambda __: datetime.now()))
        cls._set_up_companies()
        cls._set_up_people()
        cls.processes = cls.env["crm.process"].concat(*(cls._make_process(count) for count in cls._get_step_counts()))
        cls.made = cls.env["crm.lead"]
        cls.merged = cls.env["crm.lead"]
        for moment in cls._get_moments():
            cls.clock.move_to(moment)
            cls._let_happen()
        cls._let_rare_happen()
        cls._forget_dates()
        cls._change_steps()
        cls.clock.move_to(datetime.combine(LAST_DAY, datetime.min.time()) + timedelta(hours=9, minutes=7))
        cls.env.flush_all()
        cls.env.invalidate_all()

    # ------------------------------------------------------------
    # THE DEPARTMENT
    # ------------------------------------------------------------

    @classmethod
    def _get_step_counts(cls):
        return (2, cls.random.randint(3, 5), cls.random.randint(6, 8))

    @classmethod
    def _set_up_companies(cls):
        cls.here = cls.env.company
        currency = cls.env["res.currency"].create({"name": "FNR", "symbol": "f", "rounding": 0.01})
        cls.there = cls.env["res.company"].create({"name": "There", "currency_id": currency.id})
        cls.env["res.currency.rate"].create(
            [
                {"currency_id": currency.id, "company_id": company.id, "name": "2025-01-01", "rate": 4}
                for company in cls.here | cls.there
                if company.currency_id != currency
            ]
        )

    @classmethod
    def _set_up_people(cls):
        both = {"company_ids": [(6, 0, (cls.here | cls.there).ids)]}
        for user in cls.head | cls.olena | cls.taras | cls.ivan:
            user.write(both)
        cls.leader = new_test_user(
            cls.env, "rf_leader", "base.group_user,sales_team.group_sale_salesman_all_leads", **both
        )
        cls.local_head = new_test_user(cls.env, "rf_local", "base.group_user,sales_team.group_sale_manager")
        cls.authors = [cls.head, cls.head, cls.olena, cls.taras, cls.leader]
        cls.sources = cls.env["utm.source"].create([{"name": f"RF {number}"} for number in range(3)])
        cls.tags = cls.env["crm.tag"].create([{"name": f"RF {number}"} for number in range(3)])
        cls.reasons = cls.reason_price | cls.reason_unreachable

    @classmethod
    def _make_process(cls, count):
        """A process with a channel and stages of its own; what comes by chance is repaired until it may be used."""
        team = cls.env["crm.team"].create(
            {"name": f"RF {count}", "company_id": False, "member_ids": [(6, 0, (cls.olena | cls.taras).ids)]}
        )
        stages = cls.env["crm.stage"].create(
            [
                {"name": f"RF {number}", "sequence": number, "team_ids": [(6, 0, team.ids)], "is_won": number > count}
                for number in range(count + 3)
            ]
        )
        winning = cls.random.randint(1, 1 + (count > 3))
        kinds = ["progress"] * (count - winning) + ["won"] * winning
        steps = [cls._prepare_step(kind, number, stages, count) for number, kind in enumerate(kinds, 1)]
        steps += [
            {"name": "Silence", "kind": "neutral", "sequence": cls.random.randint(0, 90)},
            {"name": "Refused", "kind": "refusal", "sequence": cls.random.randint(0, 90), "demands_lost_reason": True},
        ]
        process = cls.env["crm.process"].create(
            {"name": f"RF {count}", "team_ids": [(6, 0, team.ids)], "step_ids": [(0, 0, step) for step in steps]}
        )
        process.action_start_using()
        return process

    @classmethod
    def _prepare_step(cls, kind, number, stages, count):
        stage = stages[count + 1] if kind == "won" else stages[number]
        if kind == "won" and number == count and cls.random.random() < 0.5:
            stage = stages[count + 2]
        return {
            "name": f"Step {number}",
            "kind": kind,
            "sequence": 10 * number,
            "stage_id": stage.id,
            "conversion": cls.random.choice([0, 30, 60, 90]),
            "days": cls.random.choice([0, 2, 7, 30]),
            "demands_comment": cls.random.random() < 0.3,
            "demands_amount": kind == "won",
        }

    @classmethod
    def _change_steps(cls):
        """Later the department thinks differently: a step is archived, another one progresses no more."""
        for process in cls.processes[1:]:
            process.action_back_to_draft()
            archived, changed = cls.random.sample(
                process.step_ids.filtered(lambda step: step.kind == "progress").ids, 2
            )
            process.step_ids.browse(archived).active = False
            process.step_ids.browse(changed).kind = cls.random.choice(["neutral", "refusal"])
        cls.env.flush_all()

    # ------------------------------------------------------------
    # WHAT HAPPENS
    # ------------------------------------------------------------

    @classmethod
    def _get_moments(cls):
        """Moments from October to April in their order; most of them close to a midnight somewhere."""
        moments = set()
        while len(moments) < EVENTS:
            day = date(2025, 10, 22) + timedelta(days=cls.random.randrange(165))
            if cls.random.random() < 0.15:
                day = cls.random.choice([date(2025, 10, 26), date(2025, 11, 2), date(2026, 3, 8), date(2026, 3, 29)])
            zone = pytz.timezone(cls.random.choice(TIMEZONES))
            midnight = zone.localize(datetime.combine(day, datetime.min.time())).astimezone(pytz.utc)
            offset = cls.random.choice([-3600, -1, 0, 1, 3599, 3600, cls.random.randrange(40000)])
            moments.add(midnight.replace(tzinfo=None) + timedelta(seconds=offset))
        return sorted(moments)

    @classmethod
    def _let_happen(cls):
        name = cls.random.choices(list(HAPPENINGS), HAPPENINGS.values())[0]
        if name == "create" or len(cls.made) < 5:
            cls.made |= cls._make_deal()
            return
        getattr(cls, f"_{name}")(cls._choose_deals(name))

    @classmethod
    def _let_rare_happen(cls):
        """What chance may leave out: a deal put away, and a lost one in another column, which has no date then."""
        cls._choose_deals("archive")[:1].action_archive()
        lost = cls.made.filtered(lambda deal: deal.won_status == "lost")[:1]
        stages = cls.env["crm.stage"].search([("team_ids", "in", lost.team_id.ids), ("is_won", "=", False)])
        lost.stage_id = (stages - lost.stage_id)[-1:]

    @classmethod
    def _choose_deals(cls, name):
        """Return the deals to which something of this name can happen, in an order by chance."""
        wanted = {"restore": "lost", "unwin": "won"}.get(name, "pending")
        deals = cls.made.filtered(
            lambda deal: deal.won_status == wanted and deal.active == (name not in ("restore", "unarchive"))
        )
        if name == "drag":
            deals = cls.made.filtered(lambda deal: deal.active or deal.won_status == "lost")
        return deals.browse(cls.random.sample(deals.ids, len(deals)))

    @classmethod
    def _make_deal(cls):
        team = cls.random.choice(cls.processes).team_ids
        stages = cls.env["crm.stage"].search([("team_ids", "in", team.ids)], order="sequence")
        user = cls.random.choice([cls.head, cls.olena, cls.taras, cls.env["res.users"]])
        partner = cls.random.choice([cls.dnipro, cls.oksana, cls.env["res.partner"]])
        deal = cls._create_deal(
            f"RF {len(cls.made)}",
            partner,
            user,
            team_id=team.id,
            stage_id=cls.random.choice(stages[:3] if cls.random.random() < 0.9 else stages).id,
            expected_revenue=cls.random.choice([0, 100, 999.99, 12500.5]),
            source_id=cls.random.choice([False, *cls.sources.ids]),
            tag_ids=[(6, 0, cls.random.sample(cls.tags.ids, cls.random.randrange(3)))],
        )
        deal.company_id = cls.random.choice([cls.here, cls.here, cls.there, cls.env["res.company"]])
        return deal

    @classmethod
    def _press(cls, deals):
        for deal in deals[:1]:
            author = cls.random.choice(cls.authors)
            if not deal.with_user(author).has_access("write"):
                author = cls.head
            deal = deal.with_user(author).with_context(allowed_company_ids=(cls.here | cls.there).ids)
            steps = deal._get_possible_steps()
            if not steps:
                continue
            given = {
                "comment": "Said so",
                "amount": 700,
                "task_date": date(2026, 5, 1),
                "lost_reason": cls.random.choice(cls.reasons),
            }
            step = cls.random.choice(steps)
            if step.kind != "refusal":
                del given["lost_reason"]
            deal._record_result(step, last_result_id=deal.last_result_id.id, **given)
            return deal
        return deals[:0]

    @classmethod
    def _revoke(cls, deals):
        deal = cls._press(deals)
        if deal:
            cls.clock.tick(timedelta(minutes=cls.random.randrange(1, 50)))
            deal.action_revoke_result(deal.last_result_id.id)

    @classmethod
    def _drag(cls, deals):
        for deal in deals[: cls.random.choice([1, 1, 2])]:
            stages = cls.env["crm.stage"].search([("team_ids", "in", deal.team_id.ids)])
            deal.stage_id = cls.random.choice(stages)

    @classmethod
    def _lose(cls, deals):
        deals[: cls.random.choice([1, 2])].action_set_lost(lost_reason_id=cls.random.choice([*cls.reasons.ids, False]))

    @classmethod
    def _forget_dates(cls):
        """Some lost deals have been imported without the day on which they were closed."""
        lost = cls.made.exists().filtered(lambda deal: deal.won_status == "lost")
        lost[::5].date_closed = False

    @classmethod
    def _restore(cls, deals):
        deals[:1].action_restore()

    @classmethod
    def _win(cls, deals):
        for deal in deals[:1]:
            deal.action_set_won()

    @classmethod
    def _unwin(cls, deals):
        for deal in deals[:1]:
            stages = cls.env["crm.stage"].search([("team_ids", "in", deal.team_id.ids), ("is_won", "=", False)])
            deal.stage_id = cls.random.choice(stages)

    @classmethod
    def _archive(cls, deals):
        deals[:1].action_archive()

    @classmethod
    def _unarchive(cls, deals):
        deals[:1].action_unarchive()

    @classmethod
    def _merge(cls, deals):
        first = deals[:1]
        same = deals.filtered(lambda deal: (deal.company_id, deal.partner_id) == (first.company_id, first.partner_id))
        if len(same) > 1:
            cls.merged |= same[:2].merge_opportunity()
            cls.made, cls.merged = cls.made.exists(), cls.merged.exists()

    @classmethod
    def _hand_over(cls, deals):
        deals[:1].user_id = cls.random.choice([cls.olena, cls.taras, cls.env["res.users"]])

    @classmethod
    def _change_process(cls, deals):
        deals[:1].process_id = cls.random.choice(cls.processes)

    @classmethod
    def _revalue(cls, deals):
        deals[:1].expected_revenue = cls.random.choice([0, 50.55, 4000])

    @classmethod
    def _start(cls, deals):
        for deal in deals.filtered(lambda deal: not deal.last_result_id)[:1]:
            deal.action_start_sale()
