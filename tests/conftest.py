"""Fixtures for tests that walk through a running suite.

Run them alone with `tools/suite test --journeys [pytest options]`; add `--keep` before `--journeys` to keep the
demonstration database for the next time.

    def test_head_sees_all_channels(page_as, demo_server):
        page = page_as("head")
        page.goto(f"{demo_server.url}/odoo/action-crm_channels.crm_team_dashboard_action")
        page.wait_for_selector(".o_kanban_record")
"""

import itertools
import json
import os
import shutil
import urllib.request
from dataclasses import dataclass, field
from http.cookiejar import CookieJar

import pytest
from suite_tool.databases import Databases
from suite_tool.layout import Layout, find_layout
from suite_tool.odoo_env import ensure_runtime_ready
from suite_tool.server import DemoServer, free_port

TIMEOUT = 30_000
# Said by the browser about the test itself: a page left while it was still loading.
# a test that takes the network away looks at what the page says of it
HARMLESS_CONSOLE = (
    "net::ERR_ABORTED",
    "net::ERR_INTERNET_DISCONNECTED",
    "ConnectionLostError",
    "favicon.ico",
    "'beforeunload' confirmation panel",
)


class RpcError(Exception):
    """The server refused a call. `name` is the Python exception, the text is its message."""

    def __init__(self, name: str, message: str):
        super().__init__(message)
        self.name = name


@dataclass
class Demo:
    """A server with a copy of the demonstration database, for one session of tests."""

    url: str
    database: str
    _sessions: dict = field(default_factory=dict, repr=False)
    _counter: itertools.count = field(default_factory=lambda: itertools.count(1), repr=False)

    def rpc(self, login: str, model: str, method: str, *args, **kwargs):
        """Call `method` of `model` as the user `login` (whose password is the login) and return the result.

        `demo.rpc("head", "crm.team", "search_read", [], fields=["name"])`; raises RpcError with the server's message.
        """
        params = {"model": model, "method": method, "args": list(args), "kwargs": kwargs}
        return self._post(self._session(login), f"/web/dataset/call_kw/{model}/{method}", params)

    def _session(self, login: str):
        if login not in self._sessions:
            opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
            params = {"db": self.database, "login": login, "password": login}
            self._post(opener, "/web/session/authenticate", params)
            self._sessions[login] = opener
        return self._sessions[login]

    def _post(self, opener, path: str, params: dict):
        body = json.dumps({"jsonrpc": "2.0", "id": next(self._counter), "params": params}).encode()
        request = urllib.request.Request(self.url + path, body, {"Content-Type": "application/json"})
        with opener.open(request, timeout=120) as response:
            answer = json.load(response)
        if "error" in answer:
            data = answer["error"].get("data", {})
            raise RpcError(data.get("name", ""), data.get("message") or answer["error"]["message"])
        return answer.get("result")  # a method that returns nothing has none


@pytest.fixture
def scratch(tmp_path, monkeypatch):
    """The layout of an empty checkout with an empty cache, in a folder that goes away."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    layout = Layout(tmp_path / "checkout")
    layout.prepare()
    return layout


@pytest.fixture(scope="session")
def suite_runtime():
    """Odoo, its Python and the database server, set up when they are not."""
    return ensure_runtime_ready(find_layout())


@pytest.fixture(scope="session")
def demo_server(suite_runtime):
    """A copy of the demonstration database with a server of its own on a free port: a `Demo`."""
    databases = Databases(suite_runtime)
    keep = bool(os.environ.get("SUITE_KEEP"))
    original = databases.pristine_demo()
    name = f"{databases.prefix}test_{os.getpid()}_journeys"
    databases.clone(original, name, process=str(os.getpid()))
    if not keep:
        databases.drop(original)
    server = DemoServer(suite_runtime.layout, f"journeys-{os.getpid()}")
    try:
        # with a thread for jobs, as people have it: imports run in one
        running = server.start(suite_runtime, name, free_port(), "--max-cron-threads=1", test=True)
        yield Demo(running.url, name)
    finally:
        server.stop()
        databases.drop(name)


@pytest.fixture(scope="session")
def browser():
    """Debian's Chromium, driven by Playwright."""
    program = next(filter(None, map(shutil.which, ("chromium", "google-chrome", "chromium-browser"))), None)
    if not program:
        pytest.skip("no chromium on this machine")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, chromium_sandbox=os.geteuid() != 0)
        yield chromium
        chromium.close()


@pytest.fixture
def page_as(demo_server, browser):
    """Return `page_as(login, lang=None, width=1280, height=800)`, which gives a page of the web client, logged in.

    `lang` ("uk_UA", "ru_RU") is the user's language for this test only. An error in the console of any page fails the test.
    """
    contexts, errors, languages = [], [], {}

    def log_in(login: str, lang: str | None = None, width: int = 1280, height: int = 800):
        if lang:
            languages.setdefault(login, _user(demo_server, login)["lang"])
            _set_language(demo_server, login, lang)
        context = browser.new_context(viewport={"width": width, "height": height}, locale="en-GB")
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(TIMEOUT)
        page.on("console", lambda message: _note(errors, message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: _note(errors, str(error)))
        page.goto(f"{demo_server.url}/web/login")
        page.fill("input[name=login]", login)
        page.fill("input[name=password]", login)
        page.click("form.oe_login_form button[type=submit]")
        page.wait_for_selector(".o_web_client .o_main_navbar")
        return page

    yield log_in
    for context in contexts:
        context.close()
    for login, lang in languages.items():
        _set_language(demo_server, login, lang)
    assert not errors, "errors in the browser's console:\n" + "\n".join(errors)


def _note(errors: list[str], text: str) -> None:
    if not any(harmless in text for harmless in HARMLESS_CONSOLE):
        errors.append(text)


def _user(demo: Demo, login: str) -> dict:
    return demo.rpc("admin", "res.users", "search_read", [("login", "=", login)], fields=["lang"])[0]


def _set_language(demo: Demo, login: str, lang: str) -> None:
    demo.rpc("admin", "res.users", "write", [_user(demo, login)["id"]], {"lang": lang})
