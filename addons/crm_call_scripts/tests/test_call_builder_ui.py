from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tests.common import no_retry

from odoo.addons.crm_clients.tests.hoot import HootCase

from .common import CallCast

HELPERS = """
    const wait = (find) => new Promise((resolve) => {
        const look = () => (find() ? resolve(find()) : setTimeout(look, 50));
        look();
    });
    const one = (selector, index = 0) => wait(() => document.querySelectorAll(selector)[index]);
    const click = async (selector, index) => (await one(selector, index)).click();
    const set = async (selector, value, index) => {
        const el = await one(selector, index);
        el.value = value;
        el.dispatchEvent(new Event(el.tagName === "SELECT" ? "change" : "input", { bubbles: true }));
    };
"""

BUILD = (
    HELPERS
    + """
    const count = (selector, number) => wait(() => document.querySelectorAll(selector).length === number);
    const end = async (index, name, outcome) => {
        const key = document.querySelector(".o_builder_start").dataset.key;
        await set(`.o_builder_then`, "new:end", index);
        await wait(() => document.querySelector(".o_builder_kind")?.value === "end");
        await set(".o_builder_name", name);
        await set(".o_builder_text", "Good bye.");
        await set(".o_builder_outcome", outcome);
        return key;
    };
    (async () => {
        await click(".o_builder_first");
        await set(".o_builder_kind", "question");
        await set(".o_builder_name", "Moment");
        await set(".o_builder_text", "Is it a good moment, {contact|colleague}?");
        await click(".o_builder_add_answer");
        await count(".o_builder_answer_name", 2);
        await set(".o_builder_answer_name", "Yes", 0);
        await set(".o_builder_answer_name", "No", 1);
        await end(0, "Agreed", "%(success)s");
        document.querySelector(".o_builder_start").focus();
        await wait(() => document.querySelector(".o_builder_kind")?.value === "question");
        await end(1, "Refused", "%(refusal)s");
        await wait(() => document.querySelector(".o_builder_saving").textContent === "Saved");
        await click(".o_builder_publish");
        await set(".o_builder_note", "By the picture");
        await click(".o_builder_do_publish");
        await one(".o_builder_readonly");
        console.log("test successful");
    })();
"""
)

LOOK = (
    HELPERS
    + """
    (async () => {
        await one(".o_builder_readonly");
        if (document.querySelector(".o_builder_publish, .o_builder_edit, .o_builder_add")) {
            throw new Error("a manager can edit");
        }
        console.log("test successful");
    })();
"""
)


@tagged("post_install", "-at_install")
class TestCallBuilderHoot(HootCase):
    @no_retry
    def test_call_builder(self):
        self._run_hoot("@crm_call_scripts/call_builder")


@tagged("post_install", "-at_install")
class TestCallBuilderInBrowser(CallCast, HttpCase):
    """The builder in the web client, with the real server behind it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_cast()
        groups = "sales_team.group_sale_salesman,crm_call_scripts.crm_call_scripts_group_author"
        cls.author = new_test_user(cls.env, "call_builder_author", groups=groups)
        (cls.author | cls.olena).odoobot_state = "disabled"

    def test_author_makes_a_question_with_two_answers(self):
        script = self.env["crm.call.script"].with_user(self.author).create({"name": "By the picture"})
        draft = script._get_draft()
        ids = {name: self.outcomes[name].id for name in ("success", "refusal")}
        self.browser_js(
            f"/odoo/call-builder/{draft.id}",
            BUILD % ids,
            "!!document.querySelector('.o_builder_first')",
            login=self.author.login,
        )
        self.env.invalidate_all()
        self.assertEqual((draft.state, draft.note), ("published", "By the picture"))
        start = draft.start_node_id
        self.assertEqual(start.text, "Is it a good moment, {contact|colleague}?")
        led = [(answer.name, answer.next_node_id.outcome_id) for answer in start.answer_ids]
        self.assertEqual(led, [("Yes", self.outcomes["success"]), ("No", self.outcomes["refusal"])])

    def test_manager_only_looks(self):
        """A manager sees the version in use from its address; its draft is refused by the server."""
        self.browser_js(
            f"/odoo/call-builder/{self.version.id}",
            LOOK,
            "!!document.querySelector('.o_call_builder')",
            login=self.olena.login,
        )
        draft = self.script._get_draft()
        with self.assertRaises(AccessError):
            draft.with_user(self.olena).load_graph()
        with self.assertRaises(AccessError):
            draft.with_user(self.olena).save_graph(draft.revision, {"start": False, "nodes": []})
