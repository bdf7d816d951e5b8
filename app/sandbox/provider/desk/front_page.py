"""The template of the sandbox's first page: what it holds, and what can be made to happen."""

from typing import Final

FRONT: Final = """{% extends "layout" %}{% block body %}<main class="wide">
<header class="top"><div><h1>Payments sandbox</h1><p class="quiet">It plays Mollie and
Adyen; {{ waiting }} webhooks are waiting.</p></div>
<p class="clock"><strong>{{ now.strftime("%H:%M") }}</strong> <span>{{ now.strftime("%d %B %Y") }},
UTC</span></p><a class="button small" href="/">Look again</a></header>
<div class="grid">
<div class="stack"><section class="card"><h2>Time</h2>
<p class="quiet">Holds lapse, refunds come back, midnight pays out.</p>
<form class="chips" method="post" action="/control/clock">{% for seconds, name in steps %}
<button name="seconds" value="{{ seconds }}">+ {{ name }}</button>{% endfor %}</form></section>
<section class="card"><h2>Armed</h2>{% if armed %}<ul>{% for fault, times in armed %}
<li><strong>{{ fault.face or "either" }}</strong>: {{ fault.operation }} {{ fault.fault }}
{% if times > 1 %}× {{ times }}{% endif %}</li>{% endfor %}</ul>
<form method="post" action="/control/faults/clear"><button class="go">Back to normal</button></form>
{% else %}<p class="quiet">Nothing: everything works.</p>{% endif %}</section>
<section class="card"><h2>Terminals</h2>{% if terminals %}<ul>{% for terminal in terminals %}
<li><a href="/terminal/{{ terminal.id }}">{{ terminal.facts.description }}</a>
<small>{{ terminal.facts.face }}, {{ terminal.id }}</small></li>{% endfor %}</ul>{% else %}
<p class="quiet">None is set up.</p>{% endif %}</section></div>
<section class="card"><h2>What goes wrong next</h2>{% for title, tricks in groups %}
<h3>{{ title }}</h3><div class="chips">{% for trick in tricks %}
<form method="post" action="/control/faults">
<input type="hidden" name="operation" value="{{ trick.operation }}">
<input type="hidden" name="fault" value="{{ trick.fault }}">
<input type="hidden" name="face" value="{{ trick.face }}">
<input type="hidden" name="times" value="{{ trick.times }}">
<button>{{ trick.name }}</button></form>{% endfor %}</div>{% endfor %}
<details><summary>Anything else</summary>
<form class="line" method="post" action="/control/faults">
<label>Next <select name="operation">{% for name in operations %}<option>{{ name }}</option>
{% endfor %}</select></label>
<label>at <select name="face"><option value="">either</option><option>mollie</option>
<option>adyen</option></select></label>
<label>fails as <select name="fault">{% for name in kinds %}<option>{{ name }}</option>
{% endfor %}</select></label>
<label>times <input name="times" type="number" min="1" max="1000" value="1"></label>
<label>ms <input name="milliseconds" type="number" min="1" value="30000"></label>
<button>Arm</button></form></details></section></div>
<h2>Payments</h2>{% for row in rows %}{% set payment = row.payment %}
<article class="card payment" id="{{ payment.id }}"><div class="what">
<p><span class="face {{ payment.face }}">{{ payment.face }}</span>
<span class="status {{ payment.status }}">{{ payment.status }}</span>
{% if payment.method %}<small>{{ payment.method }}</small>{% endif %}</p>
<p class="big">{{ payment.amount }}</p><p>{{ payment.description }}</p>
<p><small>{{ payment.id }}</small></p></div>
<dl><dt>Captured</dt><dd>{{ payment.captured() }}</dd><dt>Given back</dt>
<dd>{{ payment.refunded() }}</dd><dt>Charged back</dt><dd>{{ payment.charged_back() }}</dd></dl>
<ol>{% for at, what in payment.history %}<li><small>{{ at.strftime("%d %b %H:%M:%S") }}</small>
{{ what }}</li>{% endfor %}</ol>
<div class="moves">{% if payment.status == "open" and not payment.terminal %}
<a class="button" href="/checkout/{{ payment.token }}">Its page</a>{% endif %}
{% for deed, name in row.moves %}<form method="post"
action="/control/payments/{{ payment.id }}/{{ deed }}"><button>{{ name }}</button></form>
{% endfor %}</div></article>
{% else %}<p class="card">Nobody has paid anything yet.</p>{% endfor %}</main>{% endblock %}"""

FRONT_STYLE: Final = """
.top { display: flex; flex-wrap: wrap; gap: 1rem 2rem; align-items: center; margin: .5rem 0 1rem }
.top h1 { font-size: 1.5rem } .top p { margin: 0 } .top > div { flex: 1 1 16rem }
.clock { text-align: right; line-height: 1.2 } .clock strong { display: block; font-size: 1.8rem }
.grid { display: grid; gap: 1rem; margin-bottom: 1.5rem;
  grid-template-columns: minmax(15rem, 1fr) 2.4fr }
.stack { display: grid; gap: 1rem; align-content: start }
.wide h2 { margin: 0 0 .5rem; font-size: 1.05rem } .wide > h2 { margin: 1.5rem 0 .5rem }
.wide h3 { margin: .75rem 0 .25rem; font-size: .85rem; font-weight: 600; opacity: .75 }
.chips { display: flex; flex-wrap: wrap; gap: .4rem }
.chips button, .moves button, .moves .button, .button.small { width: auto; min-height: 2.25rem;
  margin: 0; padding: .3rem .8rem; font-size: .9rem; border-radius: 1.2rem }
.chips button:hover, .moves button:hover { border-color: currentColor }
.wide ul, .wide ol { margin: 0; padding-left: 1.1rem } details { margin-top: .75rem }
.payment { display: grid; gap: 1rem; margin-bottom: .75rem;
  grid-template-columns: 1.4fr 1fr 1.6fr 10rem }
.payment p { margin: 0 } .payment .big { font-size: 1.4rem; font-weight: 700 }
.payment dl { align-content: start; display: grid; grid-template-columns: auto 1fr;
  gap: 0 .75rem; margin: 0 }
.payment dt { opacity: .75 } .payment dd { margin: 0; text-align: right }
.payment ol { list-style: none; padding: 0 }
.moves { display: flex; flex-direction: column; gap: .4rem; align-items: stretch }
.moves form { display: contents }
.face, .status { padding: .05rem .5rem; border: 1px solid; border-radius: 1rem; font-size: .8rem;
  font-weight: 600 } .status.paid, .status.authorized { color: var(--go) }
.status.failed, .status.expired { color: var(--no) }
@media (max-width: 50rem) { .grid, .payment { grid-template-columns: 1fr }
  .moves { flex-direction: row; flex-wrap: wrap } }
@media (prefers-color-scheme: dark) { .status.paid, .status.authorized { color: #6ee7a0 } }
"""
