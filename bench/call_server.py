"""A server with two workers for the measurements of calls, and browsers that talk to it."""

import contextlib
import http.client
import itertools
import json
import os
import signal
import subprocess
import sys
import time
import urllib.request

from odoo import cli

START_SECONDS = 90


class ServerError(Exception):
    """What a user would have seen instead of an answer."""


class Browser:
    """The session of one user: JSON-RPC over one connection that stays open, as a browser's does."""

    def __init__(self, port, database, login, password):
        self.port, self.database = port, database
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self.cookie = ""
        self.numbers = itertools.count(1)
        credentials = {"db": database, "login": login, "password": password}
        self.context = self.post("/web/session/authenticate", credentials)["user_context"]

    def post(self, path, params):
        """Return the result of one request.

        :raises ServerError: if the answer is no success, or an error
        """
        body = json.dumps({"jsonrpc": "2.0", "method": "call", "id": next(self.numbers), "params": params})
        headers = {"Content-Type": "application/json", "Cookie": self.cookie}
        self.connection.request("POST", path, body, headers)
        response = self.connection.getresponse()
        cookie = response.getheader("Set-Cookie")
        if cookie and cookie.startswith("session_id="):
            self.cookie = cookie.split(";", 1)[0]
        content = response.read()
        if response.status != 200:
            raise ServerError(f"{path}: {response.status} {content[:200]!r}")
        answer = json.loads(content)
        if "error" in answer:
            data = answer["error"]["data"]
            raise ServerError(f"{path}: {data['name']}: {data['message']}")
        return answer["result"]

    def call(self, model, method, *args, **kwargs):
        kwargs.setdefault("context", self.context)
        params = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        return self.post(f"/web/dataset/call_kw/{model}/{method}", params)


@contextlib.contextmanager
def run_server(options, odoo_arguments, workers=2):
    """Serve the database with so many workers until the block ends."""
    command = [
        *(sys.executable, __file__, "server", "-c", options.config, "-d", options.database, "--no-database-list"),
        *(f"--workers={workers}", "--max-cron-threads=0", "--http-interface=127.0.0.1", "--log-level=warn"),
        *(f"--http-port={options.port}", f"--gevent-port={options.port + 1}", *odoo_arguments),
    ]
    log = open(options.log, "w", encoding="utf-8") if options.log else subprocess.DEVNULL  # noqa: SIM115
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
    try:
        wait_for(options.port, process)
        yield
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(60)


def wait_for(port, process):
    for _attempt in range(START_SECONDS):
        if process.poll() is not None:
            raise SystemExit("The server did not start: see the file of --log.")
        with (
            contextlib.suppress(OSError),
            urllib.request.urlopen(f"http://127.0.0.1:{port}/web/health", timeout=10),
        ):
            return
        time.sleep(1)
    raise SystemExit(f"The server did not answer within {START_SECONDS} seconds.")


def add_server_options(parser):
    parser.add_argument(
        "-d", "--database", required=True, help="database with crm_call_scripts; records are added to it"
    )
    parser.add_argument("--port", type=int, default=8780, help="of the server; the next one is for its long polling")
    parser.add_argument("--log", metavar="FILE", help="where the server writes")


if __name__ == "__main__":
    # as `python -m odoo`, under which Odoo does not find itself when it starts the process for long polling
    cli.main()
