"""404.html. A server shows it at any depth of addresses, so its links begin at the server's root."""

from __future__ import annotations

from dietsb_book.escape import html

STYLE = """
:root { color-scheme: light dark; }
body { font: 1.1rem/1.6 system-ui, sans-serif; margin: 0; background: light-dark(#fff, #14181e); }
main { max-width: 42rem; margin: 0 auto; padding: 3rem 1.25rem; }
body, input, button { color: light-dark(#222832, #ced6dd); }
a { color: light-dark(#0a6c7e, #7ad3e3); }
form { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; }
input, button { font: inherit; padding: .3rem .6rem; background: transparent; border: 1px solid; border-radius: 4px; }
:focus-visible { outline: 3px solid light-dark(#0a6c7e, #7ad3e3); outline-offset: 2px; }
"""


def page(book: str, root: str, titles: dict[str, str]) -> str:
    """The page of a book whose pages are `titles`, by name, and lie below the path `root` of their server ("" or
    "/book")."""
    links = "\n".join(f'<li><a href="{html(f"{root}/{name}.html")}">{html(title)}</a></li>'
                      for name, title in titles.items())
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8" />
<meta name="viewport" content="width=device-width, initial-scale=1" />
<meta name="robots" content="noindex" />
<title>Page not found: {html(book)}</title>
<style>{STYLE}</style>
</head>
<body>
<main>
<h1>There is no page at this address</h1>
<p>The page may have had another name in an earlier version of the book. Search for it, or choose a page.</p>
<form action="{html(f"{root}/search.html")}" role="search">
<label for="q">Search the book</label> <input id="q" name="q" type="search" /> <button>Search</button>
</form>
<h2>All pages</h2>
<ul>
{links}
</ul>
</main>
</body>
</html>
"""
