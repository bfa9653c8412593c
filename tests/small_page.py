"""A page of a piece of HTML with its script and style alone, in a browser: no built book is needed."""

from __future__ import annotations

from browser import chromium  # noqa: F401 (a fixture)

from dietsb_core.environment import PROJECT

STATIC = PROJECT / "book" / "_static"


def page(chromium, body: str, query: str = "", script: bool = True):
    """A tab with a page of `body`, both scripts and the style, at an address of its own."""
    context = chromium.new_context(java_script_enabled=script, viewport={"width": 390, "height": 844})
    tab = context.new_page()
    scripts = "".join(f"<script>{(STATIC / name).read_text()}</script>" for name in ("calculator.js", "redundancy.js"))
    style = f"<style>{(STATIC / 'calculator.css').read_text()}</style>"
    text = f"<!doctype html><html lang=en><title>t</title>{style}{scripts}<main class=bd-article>{body}</main></html>"
    tab.route("**/*", lambda route: route.fulfill(body=text, content_type="text/html; charset=utf-8"))
    tab.goto(f"http://book.test/calculator.html{query}")
    return tab
