"""The pages of the sandbox, as templates: no script, readable on a small screen."""

from typing import Final

import jinja2

from app.sandbox.provider.desk.front_page import FRONT, FRONT_STYLE

_STYLE: Final = """
:root { color-scheme: light dark; --ink: #14213d; --paper: #f4f6fb; --card: #fff; --line: #cfd6e4;
  --go: #0b6b3a; --no: #a3262a; --note: #7a4b00; --noteback: #fff3d6 }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ecf6; --paper: #10141d; --card: #1a2130;
  --line: #37415a; --go: #15803d; --no: #ff9a9c; --note: #ffd98a; --noteback: #3a2c08 } }
* { box-sizing: border-box }
body { margin: 0; font: 1rem/1.5 system-ui, sans-serif; color: var(--ink);
  background: var(--paper) }
main { max-width: 26rem; margin: 0 auto; padding: 1rem }
main.wide { max-width: 75rem }
.note { margin: 0; padding: .75rem 1rem; text-align: center; font-weight: 600;
  color: var(--note); background: var(--noteback) }
.card { padding: 1.25rem; background: var(--card); border: 1px solid var(--line);
  border-radius: .75rem }
h1 { margin: 0 0 .25rem; font-size: 1.1rem; font-weight: 600 }
.amount { margin: .25rem 0 1rem; font-size: 2.25rem; font-weight: 700 }
button, .button { display: block; width: 100%; min-height: 3rem; margin: .75rem 0 0;
  padding: .65rem 1rem; font: inherit; font-weight: 600; text-align: center; color: var(--ink);
  text-decoration: none; background: none; border: 1px solid var(--line); border-radius: .6rem;
  cursor: pointer }
button.go { color: #fff; background: var(--go); border-color: var(--go) }
button.no { color: var(--no); border-color: var(--no) }
fieldset { margin: 0; padding: 0; border: 0 }
label { display: block; padding: .4rem 0 }
small, .quiet { color: inherit; opacity: .8 }
table { width: 100%; border-collapse: collapse } td, th { padding: .4rem; text-align: left;
  vertical-align: top; border-top: 1px solid var(--line) }
form.line { display: flex; flex-wrap: wrap; gap: .5rem; align-items: end; margin: .5rem 0 }
form.line button { width: auto; min-height: 2.5rem; margin: 0 }
select, input { min-height: 2.5rem; padding: .3rem; font: inherit }
input[type=radio] { min-height: 0; margin: 0 .5rem 0 0; vertical-align: middle }
:focus-visible { outline: 3px solid #4f8cff; outline-offset: 2px }
.scroll { overflow-x: auto }
a.code { display: block; max-width: 14rem; margin: 0 auto; background: #fff }
.card + .card { margin-top: 1rem }
"""

_LAYOUT: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<title>{% block title %}Sandbox payments{% endblock %}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><style>{{ style }}</style></head>
<body><p class="note">Sandbox: no real money moves here</p>
{% block body %}{% endblock %}</body></html>"""

_CHECKOUT: Final = """{% extends "layout" %}{% block title %}Pay {{ amount }}{% endblock %}
{% block body %}<main><div class="card">
<h1>{{ payment.description }}</h1><p class="amount">{{ amount }}</p>
<form method="post">
{% if payment.method %}<p>You pay with <strong>{{ methods[0].label }}</strong>.
{% if holds %}The amount is only reserved.{% else %}The amount is charged now.{% endif %}</p>
<input type="hidden" name="method" value="{{ payment.method }}">
{% else %}<fieldset><legend>How do you want to pay?</legend>
{% for method in methods %}<label><input type="radio" name="method" value="{{ method.id }}"
{% if loop.first %}checked{% endif %}> {{ method.label }}</label>{% endfor %}</fieldset>{% endif %}
<button class="go" name="deed" value="approve">Approve</button>
<button name="deed" value="challenge">Let the bank ask first (3-D Secure)</button>
<button class="no" name="deed" value="decline">Decline</button>
<button name="deed" value="cancel">Cancel</button>
<button name="deed" value="leave">Leave without a word</button>
</form></div>
<p class="quiet">Approve and Decline play the driver's bank. After Leave the payment stays open
until {{ payment.expires_at.strftime("%H:%M") }} UTC.</p></main>{% endblock %}"""

_BANK: Final = """{% extends "layout" %}{% block title %}Your bank{% endblock %}
{% block body %}<main><div class="card"><h1>Your bank asks: is this you?</h1>
<p class="amount">{{ amount }}</p><p>{{ method.label }}, for {{ payment.description }}.</p>
<form method="post"><input type="hidden" name="method" value="{{ method.id }}">
<button class="go" name="deed" value="confirm">Yes, it is me</button>
<button class="no" name="deed" value="fail">No, refuse</button>
<button name="deed" value="leave">Leave without a word</button></form></div>
<p class="quiet">This plays the 3-D Secure page of the driver's bank.</p></main>{% endblock %}"""

_TERMINAL: Final = """{% extends "layout" %}{% block title %}Terminal{% endblock %}
{% block body %}<main><div class="card"><h1>Terminal {{ terminal }}</h1>
{% if not online %}<p class="amount">No connection</p>
<form method="post"><button name="deed" value="connect">Plug it in</button></form>
{% elif payment %}<p class="amount">{{ payment.amount if payment.amount else "Your card" }}</p>
<p>{{ payment.description }}</p>
<form method="post"><label>Card <select name="card"><option value="1234">Visa …1234</option>
<option value="5678">Visa …5678</option></select></label>
<button class="go" name="deed" value="tap">Tap the card</button>
<button class="no" name="deed" value="decline">Tap a card that is refused</button>
<button name="deed" value="cancel">Press the red key</button></form>
{% else %}<p class="amount">Ready</p><p>Nobody asks for a card.</p>
<a class="button" href="">Look again</a>{% endif %}
{% if online %}<form method="post">
<button name="deed" value="disconnect">Take its connection away</button></form>{% endif %}</div>
{% if screen %}<div class="card"><h1>On its screen</h1>
{% for line in screen.lines %}<p>{{ line }}</p>{% endfor %}
{% if screen.link %}<a class="code" href="{{ screen.link }}">{{ code|safe }}</a>{% endif %}
</div>{% endif %}</main>{% endblock %}"""

_DONE: Final = """{% extends "layout" %}
{% block body %}<main><div class="card"><h1>{{ payment.description }}</h1>
<p class="amount">{{ amount }}</p><p>{{ sentence }}</p>
<a class="button" href="{{ link }}">{{ label }}</a></div></main>{% endblock %}"""

_MISSING: Final = """{% extends "layout" %}
{% block body %}<main><div class="card"><h1>{{ sentence }}</h1>
<p>Start again where you came from.</p></div></main>{% endblock %}"""

_TEMPLATES: Final = jinja2.Environment(
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    loader=jinja2.DictLoader(
        {
            "layout": _LAYOUT,
            "checkout": _CHECKOUT,
            "bank": _BANK,
            "terminal": _TERMINAL,
            "done": _DONE,
            "missing": _MISSING,
            "front": FRONT,
        }
    ),
)


def page(name: str, **facts: object) -> str:
    """Return the page *name* filled with *facts*."""
    return _TEMPLATES.get_template(name).render(style=_STYLE + FRONT_STYLE, **facts)
