"""The pages of the mailbox, as templates: no script, readable on a small screen."""

from typing import Final

import jinja2

_STYLE: Final = """
:root { color-scheme: light dark; --ink: #14213d; --paper: #f4f6fb; --card: #fff; --line: #cfd6e4;
  --note: #7a4b00; --noteback: #fff3d6 }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ecf6; --paper: #10141d; --card: #1a2130;
  --line: #37415a; --note: #ffd98a; --noteback: #3a2c08 } }
* { box-sizing: border-box }
body { margin: 0; font: 1rem/1.5 system-ui, sans-serif; color: var(--ink);
  background: var(--paper) }
main { max-width: 52rem; margin: 0 auto; padding: 1rem }
.note { margin: 0; padding: .75rem 1rem; text-align: center; font-weight: 600;
  color: var(--note); background: var(--noteback) }
.card { padding: 1rem 1.25rem; margin: 0 0 1rem; background: var(--card);
  border: 1px solid var(--line); border-radius: .75rem; overflow-wrap: anywhere }
h1 { margin: 0 0 .5rem; font-size: 1.25rem }
a { color: inherit }
ul { list-style: none; margin: 0; padding: 0 }
li a { display: block; padding: .75rem 0; text-decoration: none; border-top: 1px solid var(--line) }
li:first-child a { border-top: 0 }
li strong { display: block }
dl { display: grid; grid-template-columns: auto 1fr; gap: .25rem 1rem; margin: 0 }
dt { opacity: .75 } dd { margin: 0 }
iframe { width: 100%; height: 60rem; border: 1px solid var(--line); border-radius: .5rem;
  background: #fff }
pre { margin: 0; white-space: pre-wrap }
form { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center }
button, select { min-height: 2.75rem; padding: .4rem .9rem; font: inherit; color: inherit;
  background: none; border: 1px solid var(--line); border-radius: .6rem }
"""

_LAYOUT: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<title>{% block title %}Sandbox mailbox{% endblock %}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><style>{{ style }}</style></head>
<body><p class="note">Sandbox: mail to anybody arrives here and goes nowhere else</p>
<main>{% block body %}{% endblock %}</main></body></html>"""

_LIST: Final = """{% extends "layout" %}{% block body %}
<h1>Mailbox</h1>
<div class="card"><ul>{% for letter in letters %}
<li><a href="/mails/{{ letter.number }}"><strong>{{ letter.message["subject"] }}</strong>
to {{ letter.message["to"] }}, {{ letter.message["date"] }}</a></li>
{% else %}<li>Nothing has arrived yet.</li>{% endfor %}</ul></div>
<form class="card" method="post" action="/mood"><label for="mood">The mail server</label>
<select id="mood" name="mood">{% for value, words in moods %}<option value="{{ value }}"
{% if value == mood %}selected{% endif %}>{{ words }}</option>{% endfor %}</select>
<button>Set</button></form>
<form method="post" action="/clear"><button>Throw all mails away</button></form>
{% endblock %}"""

_LETTER: Final = """{% extends "layout" %}{% block title %}{{ message["subject"] }}{% endblock %}
{% block body %}<p><a href="/">All mails</a></p>
<div class="card"><h1>{{ message["subject"] }}</h1><dl>
{% for name in ("From", "To", "Reply-To", "Date", "Message-ID", "Content-Language",
"Auto-Submitted") %}{% if message[name] %}<dt>{{ name }}</dt><dd>{{ message[name] }}</dd>
{% endif %}{% endfor %}</dl></div>
{% if files %}<div class="card">{% for name, media_type, content in files %}
<a href="/mails/{{ number }}/files/{{ loop.index0 }}">{{ name }}</a>
({{ media_type }}, {{ (content | length / 1000) | round | int }} kB)
{% endfor %}</div>{% endif %}
{% if html %}
<iframe sandbox title="The mail as HTML" src="/mails/{{ number }}/html"></iframe>{% endif %}
{% if text %}<div class="card"><pre>{{ text }}</pre></div>{% endif %}
<p><a href="/mails/{{ number }}/raw">As it came over the wire</a></p>{% endblock %}"""

_TEMPLATES: Final = jinja2.Environment(
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    loader=jinja2.DictLoader({"layout": _LAYOUT, "list": _LIST, "letter": _LETTER}),
)


def page(name: str, **facts: object) -> str:
    """Return the page *name* filled with *facts*."""
    return _TEMPLATES.get_template(name).render(style=_STYLE, **facts)
