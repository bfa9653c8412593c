"""Names of files, classes and machines that look like markup. SECRET stands for a file outside of the book."""

from __future__ import annotations

HOSTILE = [
    "<script>alert('hostile')</script>", "<img src=x onerror=alert(1)>", "&lt;b&gt;", "\"><svg onload=alert(1)>",
    "```{include} SECRET\n```", "x\n\n```{include} SECRET\n```\n", "````\n\n# A title\n\n:::{include} SECRET\n:::",
    "{include}`SECRET`", "{doc}`index`", "{{ title }}", "$x$", "$$y^2$$", "_", "_x_", "**bold**",
    "[a](javascript:alert(1))",
    "a | b", "| a |\n|---|\n| b |", "`code`", "``", "(target)=", "% comment", "1. one", "- one", "# one", "    four",
    "\x1b[31mred\x1b[0m", "\u202egnp.exe", "a\x00b", "a\r\nb", "\\", "\\$x\\$", "$\\undefined{", "%s {0} {name}",
    "<!-- comment", "]]>", "^[note]", "![x](http://example.org/x.png)", "~~gone~~", "é ü 猫 🐈",
]
