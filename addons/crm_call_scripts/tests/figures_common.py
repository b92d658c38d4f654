from datetime import timedelta
from itertools import count

from odoo import fields

from .common import CallCast


class FiguresCast(CallCast):
    """Calls that were held by the test script, as the engine of conversations leaves them behind."""

    @classmethod
    def _set_up_cast(cls):
        super()._set_up_cast()
        cls.keys = count(1)

    @classmethod
    def _hold(cls, steps=(), outcome=None, user=None, at=None, days_ago=3, **vals):
        """Create a call.

        :param steps: list of dicts of values of lines: ``kind``, ``node`` (key), and what else the line has
        :param str outcome: key of `outcomes`; None: interrupted
        :param str at: key of the node where it ended
        """
        start = fields.Datetime.now() - timedelta(days=days_ago)
        user, partner = user or cls.olena, vals.pop("partner", None) or cls.dnipro
        node = cls.nodes[at or "hello"]
        values = {
            "partner_id": partner.id,
            "user_id": user.id,
            "company_id": cls.env.company.id,
            "team_id": cls.channel.id,
            "script_id": node.version_id.script_id.id,
            "version_id": node.version_id.id,
            "node_id": node.id,
            "is_completed": node.kind == "end",
            "state": "done" if outcome else "open",
            "outcome_id": outcome and cls.outcomes[outcome].id,
            "start": start,
            "last_date": start if steps else False,
            "seconds": sum(step.get("seconds", 0) for step in steps),
            **vals,
        }
        call = cls.env["crm.call"].sudo().create(values)
        cls.env["crm.call.line"].sudo().create([cls._prepare_step(call, *step) for step in enumerate(steps, 1)])
        return call

    @classmethod
    def _prepare_step(cls, call, number, step):
        step = dict(step)
        return {
            "call_id": call.id,
            "number": number,
            "key": f"k{next(cls.keys)}",
            "date": call.start,
            "user_id": call.user_id.id,
            "node_id": cls.nodes[step.pop("node")].id,
            "answer_id": cls.answers[step.pop("answer")].id if "answer" in step else False,
            **step,
        }

    @classmethod
    def _hold_refused(cls, **vals):
        """Asked and refused: the script came to its end."""
        steps = [
            {"kind": "next", "node": "hello", "seconds": 10},
            {"kind": "answer", "node": "interest", "answer": "no", "seconds": 20},
        ]
        return cls._hold(steps, "refusal", at="refused", **vals)

    @classmethod
    def _hold_agreed(cls, number=1000, **vals):
        """Interested, said a budget, agreed."""
        steps = [
            {"kind": "next", "node": "hello", "seconds": 10},
            {"kind": "answer", "node": "interest", "answer": "yes", "seconds": 30},
            {"kind": "value", "node": "budget", "value_number": number, "has_value": True, "seconds": 40},
        ]
        return cls._hold(steps, "success", at="agreed", **vals)

    @classmethod
    def _hold_broken_off(cls, **vals):
        """Hung up at the question after the greeting."""
        return cls._hold([{"kind": "next", "node": "hello", "seconds": 10}], "refusal", at="interest", **vals)

    def _add_version(self, number=2):
        """Publish a next version of the script: the same questions but for those after a refusal. Calls go by it then."""
        for name in ("nodes", "answers", "version"):
            self.addCleanup(setattr, type(self), name, getattr(self, name))
        self.old_version = self.version
        self._publish_version(number)

    @classmethod
    def _publish_version(cls, number):
        old_version = cls.version
        cls.version = cls.env["crm.call.script.version"].create({"script_id": cls.script.id, "number": number})
        cls.nodes, cls.answers = {}, {}
        cls._add_node("hello", "say")
        cls._add_node("interest", "question")
        cls._add_node("budget", "number")
        cls._add_node("agreed", "end", outcome_id=cls.outcomes["success"].id)
        cls._link("hello", "interest")
        cls._link("budget", "agreed")
        cls._add_answers("interest", yes="budget", no="agreed")
        cls.version.start_node_id = cls.nodes["hello"]
        old_version.state, cls.version.state = "retired", "published"
        cls.script.published_id = cls.version
        # a script has one draft at a time: the next one is created when this one is none any more
        cls.env.flush_all()

    def _get_figures(self, user=None, **options):
        options = {"script_id": self.script.id, **options}
        return self.env["crm.call.figures"].with_user(user or self.head).get_figures(options)

    def _get_answers(self, user=None, **options):
        options = {"script_id": self.script.id, **options}
        return self.env["crm.call.figures"].with_user(user or self.head).get_answers(options)

    def _find(self, rows, key):
        return next(row for row in rows if row["key"] == key)
