"""Odoo's registry from plain Python, and what the measurements have in common."""

import argparse
import contextlib
import logging
import os
import platform
import statistics
import time
from typing import NamedTuple

from odoo import SUPERUSER_ID, api, tools
from odoo.modules.registry import Registry

# what the generator calls its records, and the measurements look for
CHANNEL_PREFIX = "Bench channel"
MANAGER_LOGIN = "bench_manager"
SALESPERSON_LOGIN = "bench_salesperson_%02d"


def make_parser(description):
    """Parser of the options that every script has; what it does not know goes to Odoo (`--addons-path` and so on)."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("-c", "--config", required=True, metavar="FILE", help="Odoo's configuration file")
    return parser


def configure(options, odoo_arguments):
    """Read Odoo's configuration; further arguments are Odoo's own."""
    tools.config.parse_config(["-c", options.config, "--log-level", "warn", *odoo_arguments], setup_logging=True)
    logging.getLogger("odoo.sql_db").setLevel(logging.ERROR)


@contextlib.contextmanager
def open_environment(database, *, commit=False, login=None):
    """Environment of one database, as superuser or as the user with this login; rolled back unless `commit`."""
    with contextlib.closing(Registry(database).cursor()) as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        yield as_user(env, login) if login else env
        if commit:
            cr.commit()
        else:
            cr.rollback()


def as_user(env, login):
    """The same cursor in the hands of a user, with his language and time zone as in a web request."""
    user = env["res.users"].search([("login", "=", login)])
    if not user:
        raise SystemExit(f"No user {login!r} in {env.cr.dbname}: fill the database with bench/generate.py first.")
    context = {**user.with_user(user).context_get(), "allowed_company_ids": user.company_id.ids}
    return env(user=user.id, context=context)


class Timing(NamedTuple):
    """Wall-clock seconds of several runs of one thing."""

    runs: tuple

    @property
    def median(self):
        return statistics.median(self.runs)

    @property
    def best(self):
        return min(self.runs)


def interleave(repetitions, *functions, prepare=None):
    """Time functions in turn, A B A B, so that whatever else the machine does meets all of them alike.

    One run of each before the first counts for nothing: it warms caches that stay warm in a running server.

    :param prepare: called before each run, in time that is not measured
    :return: a Timing for each function
    """
    runs = [[] for _function in functions]
    for repetition in range(repetitions + 1):
        for function, seconds in zip(functions, runs, strict=True):
            if prepare:
                prepare()
            start = time.perf_counter()
            function()
            if repetition:
                seconds.append(time.perf_counter() - start)
    return [Timing(tuple(seconds)) for seconds in runs]


def count_queries(env, function):
    """Number of SQL statements that `function` sends, and what it returns."""
    before = env.cr.sql_log_count
    result = function()
    return env.cr.sql_log_count - before, result


def print_table(header, rows):
    """Print rows as a table in Markdown, numbers to the right."""
    cells = [[str(cell) for cell in row] for row in (header, *rows)]
    widths = [max(len(row[index]) for row in cells) for index in range(len(header))]
    numeric = [all(row[index][:1].isdigit() or not row[index] for row in cells[1:]) for index in range(len(header))]

    def line(row):
        padded = [cell.rjust(w) if n else cell.ljust(w) for cell, w, n in zip(row, widths, numeric, strict=True)]
        return f"| {' | '.join(padded)} |"

    print(line(cells[0]))
    print("|" + "|".join("-" * (w + 1) + (":" if n else "-") for w, n in zip(widths, numeric, strict=True)) + "|")
    for row in cells[1:]:
        print(line(row))
    print(flush=True)


def describe_machine(env):
    """One line on what the figures were measured with."""
    env.cr.execute("SELECT current_setting('server_version'), current_setting('shared_buffers')")
    server, buffers = env.cr.fetchone()

    model = ""
    with contextlib.suppress(OSError), open("/proc/cpuinfo", encoding="utf-8") as cpuinfo:
        model = next((line.split(":", 1)[1].strip() for line in cpuinfo if line.startswith("model name")), "")
    return (
        f"Python {platform.python_version()}, PostgreSQL {server.split()[0]} (shared_buffers {buffers}), "
        f"{os.cpu_count()} cores {model}"
    )
