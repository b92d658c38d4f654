from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from odoo.addons.crm_funnel.tests.concurrency import ConcurrencyCase

SALES = "base.group_user,sales_team.group_sale_manager,crm_clients.crm_clients_group_all"
OUTCOMES = "crm_call_scripts.crm_call_outcome_"


class CallConcurrencyCase(ConcurrencyCase):
    """Two heads of sales, a client, a deal with a process, a task and a published script."""

    @classmethod
    def _set_up_records(cls, env):
        users = [new_test_user(env, f"cc_head_{number}", SALES) for number in range(2)]
        cls.user_ids = [user.id for user in users]
        cls.call_type_id = env.ref("mail.mail_activity_data_call").id
        cls.outcome_ids = {name: env.ref(OUTCOMES + name).id for name in ("success", "no_answer", "refusal")}
        team = env["crm.team"].create({"name": "Call concurrency"})
        stages = env["crm.stage"].create(
            [
                {"name": f"Call concurrency {number}", "sequence": 900 + number, "team_ids": [Command.link(team.id)]}
                for number in range(3)
            ]
        )
        stages[-1].is_won = True
        process = cls._create_process(env, team, stages)
        reason = env["crm.lost.reason"].create({"name": "Call concurrency"})
        script = cls._create_script(env)
        cls.ids = {records._name: records.ids for records in (process, stages, team, reason, script)}
        cls.step_ids = {step.name: step.id for step in process.step_ids}

    @classmethod
    def _create_process(cls, env, team, stages):
        task = {"activity_type_id": cls.call_type_id}
        outcome = [Command.link(cls.outcome_ids["success"])]
        process = env["crm.process"].create(
            {
                "name": "Call concurrency",
                "team_ids": [Command.link(team.id)],
                "step_ids": [
                    Command.create({"name": "Offer", "stage_id": stages[1].id, "call_outcome_ids": outcome, **task}),
                    Command.create({"name": "Signed", "kind": "won", "stage_id": stages[2].id, "sequence": 20}),
                    Command.create(
                        {
                            "name": "No answer",
                            "kind": "neutral",
                            "sequence": 30,
                            "call_outcome_ids": [Command.link(cls.outcome_ids["no_answer"])],
                            **task,
                        }
                    ),
                ],
                **task,
            }
        )
        process.action_start_using()
        return process

    @classmethod
    def _create_script(cls, env):
        """Questions with one answer, each of which leads to the next, and an end."""
        script = env["crm.call.script"].create({"name": "Call concurrency"})
        version = env["crm.call.script.version"].create({"script_id": script.id})
        end = {"version_id": version.id, "kind": "end", "name": "End", "text": "Bye", "key": "end"}
        target = env["crm.call.node"].create({**end, "outcome_id": cls.outcome_ids["success"]})
        for number in range(6, 0, -1):
            node = env["crm.call.node"].create(
                {
                    "version_id": version.id,
                    "kind": "question",
                    "name": f"{number}",
                    "text": f"{number}?",
                    "key": f"q{number}",
                }
            )
            env["crm.call.answer"].create({"node_id": node.id, "name": "Yes", "next_node_id": target.id})
            target = node
        version.write({"start_node_id": target.id, "state": "published"})
        script.published_id = version
        return script

    @classmethod
    def _remove_records(cls, env):
        partners = env["res.partner"].search([("name", "=like", "Call concurrency%")])
        calls = env["crm.call"].search([("partner_id", "in", partners.ids)])
        calls.line_ids.unlink()
        calls.unlink()
        env["crm.lead"].search([("team_id", "in", cls.ids["crm.team"])]).unlink()
        partners.unlink()
        script = env["crm.call.script"].browse(cls.ids["crm.call.script"])
        script.write({"published_id": False, "draft_id": False})
        script.version_ids.start_node_id = False
        script.version_ids.node_ids.unlink()
        for model, ids in cls.ids.items():
            env[model].browse(ids).unlink()
        users = env["res.users"].browse(cls.user_ids)
        partners = users.partner_id
        users.unlink()
        partners.unlink()

    def setUp(self):
        super().setUp()
        self._commit(self._set_up_deal, self.user_ids[0])

    def _set_up_deal(self, env):
        client_type = env.ref("crm_clients.crm_client_type_client")
        client = env["res.partner"].create({"name": "Call concurrency LLC", "client_type_id": client_type.id})
        deal = env["crm.lead"].create(
            {
                "name": "Call concurrency",
                "type": "opportunity",
                "team_id": self.ids["crm.team"][0],
                "stage_id": self.ids["crm.stage"][0],
                "partner_id": client.id,
                "user_id": env.uid,
            }
        )
        deal.activity_ids.unlink()
        task = {"res_model_id": env["ir.model"]._get_id("crm.lead"), "res_id": deal.id, "user_id": env.uid}
        activity = env["mail.activity"].create({**task, "activity_type_id": self.call_type_id})
        self.client_id, self.deal_id, self.activity_id = client.id, deal.id, activity.id

    def _start(self):
        """Begin the call of the deal's task in window "one" of the first user; return its id."""

        def start(env):
            call_id = env["mail.activity"].browse(self.activity_id).action_start_call()["params"]["call_id"]
            call = env["crm.call"].browse(call_id)
            call.set_script("one", self.ids["crm.call.script"][0])
            call.open_screen("one")
            return call_id

        return self._commit(start, self.user_ids[0])

    def _as(self, number, function, call_id):
        """A request of one of the users: ``function`` of the call."""
        return self.user_ids[number], lambda env: function(env["crm.call"].browse(call_id))

    def _events(self, call_id, count):
        """The next answers of the call, with keys that say which question they are to."""

        def make(env):
            node, events = env["crm.call"].browse(call_id).node_id, []
            for __ in range(count):
                answer = node.answer_ids[:1]
                events.append(
                    {"key": node.key, "kind": "answer", "node_id": node.id, "answer_id": answer.id, "seconds": 1}
                )
                node = answer.next_node_id
            return events

        return self._commit(make)

    def _lines(self, call_id):
        def read(env):
            lines = env["crm.call"].browse(call_id).line_ids.sorted("number")
            self.assertEqual(lines.mapped("number"), list(range(1, len(lines) + 1)))
            return [(line.kind, line.key) for line in lines]

        return self._commit(read)

    def _summary(self, call_id):
        def read(env):
            call = env["crm.call"].browse(call_id)
            deal = env["crm.lead"].browse(self.deal_id).exists()
            client = env["res.partner"].browse(self.client_id)
            protocol = env.ref("crm_call_scripts.mt_protocol")
            return {
                "state": call.state,
                "results": env["crm.process.result"].search([("lead_id", "=", deal.id)]).mapped("kind") if deal else [],
                "tasks": len(deal.activity_ids.filtered("active")),
                "protocols": len(client.message_ids.filtered(lambda message: message.subtype_id == protocol)),
            }

        return self._commit(read)

    def _finish(self, session, outcome="success", step="Offer", events=()):
        values = {"outcome_id": self.outcome_ids[outcome], "step_id": self.step_ids.get(step), "last_result_id": False}
        return lambda call: call.finish(session, list(events), values)


@tagged("post_install", "-at_install", "call_concurrency")
class TestCallConcurrency(CallConcurrencyCase):
    def test_one_batch_sent_twice_is_saved_once(self):
        call_id = self._start()
        events = self._events(call_id, 3)
        save = self._as(0, lambda call: call.save_lines("one", events)["count"], call_id)
        self.assertEqual(self._in_parallel(save, save, save), [3, 3, 3])
        self.assertEqual(self._lines(call_id), [("answer", key) for key in ("q1", "q2", "q3")])

    def test_batches_that_overlap(self):
        call_id = self._start()
        events = self._events(call_id, 5)
        self._in_parallel(
            self._as(0, lambda call: call.save_lines("one", events[:3])["count"], call_id),
            self._as(0, lambda call: call.save_lines("one", events)["count"], call_id),
        )
        self.assertEqual([key for _kind, key in self._lines(call_id)], ["q1", "q2", "q3", "q4", "q5"])

    def test_a_window_that_opens_loses_nothing_of_the_other(self):
        """Whatever came first: what the older window has said is in the protocol, and counts if it was in time."""
        call_id = self._start()
        events = self._events(call_id, 2)
        saved, screen = self._in_parallel(
            self._as(0, lambda call: call.save_lines("one", events), call_id),
            self._as(0, lambda call: call.open_screen("two"), call_id),
        )
        lines = self._lines(call_id)
        self.assertEqual({key for _kind, key in lines} & {"q1", "q2"}, {"q1", "q2"})
        kinds = [kind for kind, key in lines if key in ("q1", "q2")]
        self.assertEqual(kinds, ["stray" if saved["is_moved"] else "answer"] * 2)
        self.assertTrue(screen["session_ok"])

    def test_two_managers_on_one_task_are_on_one_call(self):
        def start(env):
            return env["mail.activity"].browse(self.activity_id).action_start_call()["params"]["call_id"]

        first, second = self._in_parallel(*[(user_id, start) for user_id in self.user_ids])
        self.assertEqual(first, second)

    def test_two_managers_take_over(self):
        call_id = self._start()
        self._in_parallel(
            self._as(0, lambda call: call.take_over("two"), call_id),
            self._as(1, lambda call: call.take_over("three"), call_id),
        )
        holder = self._commit(lambda env: env["crm.call"].browse(call_id).read(["session", "user_id"], load=None)[0])
        self.assertIn((holder["session"], holder["user_id"]), [("two", self.user_ids[0]), ("three", self.user_ids[1])])

    def test_finish_twice(self):
        call_id = self._start()
        events = self._events(call_id, 6)
        finish = self._as(0, self._finish("one", events=events), call_id)
        outcomes = self._in_parallel(finish, finish)
        self.assertEqual(outcomes[0], outcomes[1])
        self.assertEqual(self._summary(call_id), {"state": "done", "results": ["progress"], "tasks": 1, "protocols": 1})
        self.assertEqual(len(self._lines(call_id)), 6)

    def test_finish_and_late_answers(self):
        """An answer that comes while the call is finished is in the protocol, or the window is told it was not saved."""
        call_id = self._start()
        events = self._events(call_id, 2)
        _finished, saved = self._in_parallel(
            self._as(0, self._finish("one", events=events[:1]), call_id),
            self._as(0, lambda call: call.save_lines("one", events), call_id),
        )
        keys = [key for _kind, key in self._lines(call_id)]
        self.assertEqual(keys, ["q1"] if saved["is_done"] else ["q1", "q2"])

    def test_finish_and_a_press_elsewhere(self):
        """One result is recorded; who comes second is told of the first, and his call stays open."""
        call_id = self._start()
        press = (
            self.user_ids[1],
            lambda env: env["crm.lead"].browse(self.deal_id).action_record_result(self.step_ids["No answer"], False),
        )
        finished, pressed = self._in_parallel(self._as(0, self._finish("one"), call_id), press)
        summary = self._summary(call_id)
        self.assertEqual(len(summary["results"]), 1)
        told = [outcome for outcome in (finished, pressed) if isinstance(outcome, UserError)]
        self.assertEqual(len(told), 1)
        self.assertEqual(summary["state"], "open" if told[0] is finished else "done")
        self.assertEqual(summary["protocols"], 0 if told[0] is finished else 1)

    def test_finish_while_the_deal_is_lost(self):
        call_id = self._start()
        lose = (
            self.user_ids[1],
            lambda env: bool(
                env["crm.lead"].browse(self.deal_id).action_set_lost(lost_reason_id=self.ids["crm.lost.reason"][0])
            ),
        )
        finished, _lost = self._in_parallel(self._as(0, self._finish("one"), call_id), lose)
        summary = self._summary(call_id)
        self.assertEqual(summary["state"], "open" if isinstance(finished, UserError) else "done")
        again = self._commit(
            lambda env: self._finish("one", step=None)(env["crm.call"].browse(call_id)), self.user_ids[0]
        )
        self.assertFalse(again["is_moved"])
        self.assertEqual(self._summary(call_id)["state"], "done")

    def test_finish_while_the_deal_is_deleted(self):
        call_id = self._start()
        delete = (self.user_ids[1], lambda env: env["crm.lead"].browse(self.deal_id).unlink())
        self._in_parallel(self._as(0, self._finish("one"), call_id), delete)
        self._commit(lambda env: self._finish("one", step=None)(env["crm.call"].browse(call_id)), self.user_ids[0])
        summary = self._summary(call_id)
        self.assertEqual((summary["state"], summary["protocols"]), ("done", 1))

    def test_finish_while_the_task_is_done(self):
        call_id = self._start()
        done = (self.user_ids[1], lambda env: bool(env["mail.activity"].browse(self.activity_id).action_feedback()))
        finished, _done = self._in_parallel(self._as(0, self._finish("one", step=None), call_id), done)
        self.assertNotIsInstance(finished, UserError)
        self.assertEqual(self._summary(call_id)["state"], "done")

    def test_merge_of_the_deal_during_the_call(self):
        other_id = self._commit(
            lambda env: env["crm.lead"].browse(self.deal_id).copy({"name": "Call concurrency 2"}).id, self.user_ids[0]
        )
        call_id = self._start()
        events = self._events(call_id, 1)
        merge = (self.user_ids[1], lambda env: env["crm.lead"].browse([other_id, self.deal_id]).merge_opportunity().id)
        saved, merged = self._in_parallel(self._as(0, lambda call: call.save_lines("one", events), call_id), merge)
        self.assertEqual((saved["count"], self._lines(call_id)), (1, [("answer", "q1")]))
        self.assertEqual(self._commit(lambda env: env["crm.call"].browse(call_id).lead_id.id), merged)

    def test_merge_of_the_client_during_the_call(self):
        def merge(env):
            name = "Call concurrency twin"
            twin = env["res.partner"].create({"name": name})
            env["base.partner.merge.automatic.wizard"]._merge([self.client_id, twin.id], twin)
            return twin.id

        call_id = self._start()
        events = self._events(call_id, 2)
        save = self._as(0, lambda call: call.save_lines("one", events)["count"], call_id)
        saved, merged = self._in_parallel(save, (1, merge))
        self.client_id = merged
        self.assertEqual((saved, len(self._lines(call_id))), (2, 2))
        call = self._commit(lambda env: env["crm.call"].browse(call_id).read(["partner_id", "client_id"], load=None)[0])
        self.assertEqual((call["partner_id"], call["client_id"]), (merged, merged))
        self._commit(lambda env: self._finish("one")(env["crm.call"].browse(call_id)), self.user_ids[0])
        self.assertEqual(self._summary(call_id)["protocols"], 1)

    def test_client_with_a_call_is_not_deleted(self):
        call_id = self._start()
        events = self._events(call_id, 1)

        def delete(env):
            env["crm.lead"].browse(self.deal_id).unlink()
            env["res.partner"].browse(self.client_id).unlink()

        saved, deleted = self._in_parallel(
            self._as(0, lambda call: call.save_lines("one", events)["count"], call_id), (self.user_ids[1], delete)
        )
        self.assertEqual(saved, 1)
        self.assertIsInstance(deleted, UserError)

    def test_new_version_during_the_call(self):
        """A call goes on by the version it was begun with, whatever is published meanwhile."""
        call_id = self._start()
        events = self._events(call_id, 6)

        def publish(env):
            script = env["crm.call.script"].browse(self.ids["crm.call.script"])
            script.action_edit()
            return script.action_publish()

        save = self._as(0, lambda call: call.save_lines("one", events[:3])["count"], call_id)
        self.assertEqual(self._in_parallel(save, (self.user_ids[1], publish)), [3, True])
        self._commit(lambda env: self._finish("one", events=events)(env["crm.call"].browse(call_id)), self.user_ids[0])
        self.assertEqual(len(self._lines(call_id)), 6)
        states = self._commit(
            lambda env: env["crm.call.script"].browse(self.ids["crm.call.script"]).version_ids.mapped("state")
        )
        self.assertEqual(states.count("published"), 1)

    def test_two_authors_edit(self):
        """Both press Edit at once: one draft, and both are in it."""

        def edit(env):
            script = env["crm.call.script"].browse(self.ids["crm.call.script"])
            script.action_edit()
            return script.draft_id.id

        first, second = self._in_parallel(*[(user_id, edit) for user_id in self.user_ids])
        states = self._commit(
            lambda env: env["crm.call.script"].browse(self.ids["crm.call.script"]).version_ids.mapped("state")
        )
        self.assertEqual((states.count("draft"), states.count("published")), (1, 1))
        self.assertTrue(first)
        self.assertEqual(first, second)

    def test_two_authors_publish(self):
        def edit(env):
            env["crm.call.script"].browse(self.ids["crm.call.script"]).action_edit()

        def publish(env):
            return env["crm.call.script"].browse(self.ids["crm.call.script"]).action_publish()

        self._in_parallel(*[(user_id, edit) for user_id in self.user_ids])
        outcomes = self._in_parallel(*[(user_id, publish) for user_id in self.user_ids])
        self.assertEqual(len([outcome for outcome in outcomes if isinstance(outcome, UserError)]), 1)
        script = self._commit(
            lambda env: (
                env["crm.call.script"]
                .browse(self.ids["crm.call.script"])
                .version_ids.mapped("state")
                .count("published"),
                env["crm.call.script"].browse(self.ids["crm.call.script"]).published_id.state,
            )
        )
        self.assertEqual(script, (1, "published"))

    def test_user_archived_during_the_call(self):
        """The call of somebody who left can be taken over, with everything that was said."""
        call_id = self._start()
        events = self._events(call_id, 2)
        self._in_parallel(
            self._as(0, lambda call: call.save_lines("one", events), call_id),
            (1, lambda env: env["res.users"].browse(self.user_ids[0]).write({"active": False})),
        )
        self.addCleanup(self._commit, lambda env: env["res.users"].browse(self.user_ids[0]).write({"active": True}))
        screen = self._commit(lambda env: env["crm.call"].browse(call_id).take_over("two"), self.user_ids[1])
        self.assertTrue(screen["session_ok"])
        self.assertEqual([line["key"] for line in screen["lines"]][:2], ["q1", "q2"])
