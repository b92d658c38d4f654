"""Takes the guide's screenshots from the running demonstration server into docs/images/.

    tools/suite run && .suite/venv-test/bin/python tools/screenshots.py [--url URL] [name ...]

A picture is an entry of SHOTS: who looks, in which language, at what. `prepare(page)` brings the page into the state to
show; without it the page is shown as it opens.
"""

import argparse
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

IMAGES = Path(__file__).resolve().parents[1] / "docs" / "images"


@dataclass(frozen=True)
class Shot:
    """One picture, saved as `<name>.png`. `path` is behind the server's address, `wait` a selector that says it is there."""

    name: str
    path: str
    wait: str
    login: str = "head"
    width: int = 1280
    height: int = 800
    prepare: Callable[[Page], None] | None = None


SHOTS = (Shot("channels_dashboard", "/odoo/action-crm_channels.crm_team_dashboard_action", ".o_kanban_record canvas"),)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--url", default="http://127.0.0.1:8069")
    parser.add_argument("names", nargs="*", help="only these pictures")
    options = parser.parse_args()
    chosen = [shot for shot in SHOTS if not options.names or shot.name in options.names]
    IMAGES.mkdir(parents=True, exist_ok=True)
    program = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, chromium_sandbox=os.geteuid() != 0)
        for shot in chosen:
            context = browser.new_context(viewport={"width": shot.width, "height": shot.height})
            take(context.new_page(), options.url, shot)
            context.close()
        browser.close()


def take(page: Page, url: str, shot: Shot) -> None:
    page.goto(f"{url}/web/login")
    page.fill("input[name=login]", shot.login)
    page.fill("input[name=password]", shot.login)
    page.click("form.oe_login_form button[type=submit]")
    page.wait_for_selector(".o_main_navbar")
    page.goto(url + shot.path)
    page.wait_for_selector(shot.wait)
    if shot.prepare:
        shot.prepare(page)
    page.wait_for_timeout(800)  # charts draw themselves with an animation
    page.screenshot(path=IMAGES / f"{shot.name}.png")
    print(f"{shot.name}.png")


if __name__ == "__main__":
    main()
