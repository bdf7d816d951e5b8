// What htmx does not do for the live page: it notices a stream that died silently, tells when the
// phone is offline, keeps a stop that could not be sent, counts time, and speaks to screen readers.
(() => {
  "use strict";
  const SILENT_AFTER = 12000;
  // A request that hangs is given up after eight seconds; the next has a connection of its own.
  const ASK_EVERY = 9000;
  const OFFLINE_AFTER = 20000;
  const SPEAK_EVERY = 15000;
  const RETRY_EVERY = 3000;
  const byId = (id) => document.getElementById(id);
  const region = () => byId("journey");
  const following = () => region()?.hasAttribute("hx-sse:connect");

  let heard = Date.now();
  let asked = 0;
  function hear() {
    heard = Date.now();
    show("offline", false);
  }
  function show(id, visible) {
    const notice = byId(id);
    if (notice) notice.hidden = !visible;
  }

  // The region is fetched anew; the old one goes, and its stream with it.
  function refresh() {
    asked = Date.now();
    htmx.ajax("GET", location.pathname, {
      source: document.body, target: "#journey", select: "#journey", swap: "outerHTML", timeout: 8000,
    });
  }
  function watch() {
    if (document.hidden || !following()) return;
    const silence = Date.now() - heard;
    if (silence > SILENT_AFTER && Date.now() - asked > ASK_EVERY) refresh();
    if (silence > OFFLINE_AFTER || !navigator.onLine) show("offline", true);
  }

  // An error page must never take the place of the session.
  document.addEventListener("htmx:before:response", (event) => {
    if (event.detail.ctx.response.status >= 400) event.preventDefault();
    else hear();
  });
  document.addEventListener("htmx:sse:after:connection", hear);
  document.addEventListener("htmx:sse:before:message", hear);
  document.addEventListener("htmx:sse:close", (event) => {
    if (event.detail.reason !== "message") return;
    region()?.removeAttribute("hx-sse:connect");
    // What is over gives no more notices.
    document.querySelector("[data-push]")?.remove();
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) heard = Math.max(heard, Date.now() - SILENT_AFTER + RETRY_EVERY);
  });
  addEventListener("pageshow", (event) => event.persisted && following() && refresh());
  addEventListener("offline", () => following() && show("offline", true));
  addEventListener("online", () => {
    if (queued) send();
    else if (following()) refresh();
  });

  // A stop that could not be sent is sent again until it is.
  let queued = null;
  let sending = false;
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-queue]");
    if (!form) return;
    event.preventDefault();
    form.querySelector("button").setAttribute("aria-disabled", "true");
    queued = form.action;
    send();
  });
  async function send() {
    if (sending) return;
    sending = true;
    try {
      const answer = await fetch(queued, { method: "POST", signal: AbortSignal.timeout(8000) });
      if (answer.status >= 500) throw new Error(answer.status);
      queued = null;
      show("queued", false);
      if (answer.ok) refresh();
      else location.reload();
    } catch {
      show("queued", true);
      setTimeout(() => queued && send(), RETRY_EVERY);
    } finally {
      sending = false;
    }
  }

  // Time goes on between two messages: what is left of it, and how long charging takes.
  const counts = new WeakMap();
  function passed(count, from) {
    if (counts.get(count)?.from !== from) counts.set(count, { from, at: Date.now() });
    return Math.floor((Date.now() - counts.get(count).at) / 1000);
  }
  function clock(seconds) {
    const [h, m, s] = [seconds / 3600, (seconds / 60) % 60, seconds % 60].map(Math.floor);
    const two = (part) => String(part).padStart(2, "0");
    return h ? h + ":" + two(m) + ":" + two(s) : m + ":" + two(s);
  }
  function count() {
    for (const each of document.querySelectorAll("[data-seconds]")) {
      const from = each.dataset.seconds;
      each.textContent = clock(Math.max(0, from - passed(each, from)));
    }
    for (const each of document.querySelectorAll("[data-elapsed]")) {
      const from = each.dataset.elapsed;
      each.textContent = clock(+from + passed(each, from));
    }
  }

  // The state is spoken at once, figures at most every fifteen seconds.
  let spokenAt = Date.now();
  let state = byId("headline")?.dataset.say;
  let figures = "";
  function speak() {
    const nowState = byId("headline")?.dataset.say;
    const nowFigures = document.querySelector("#numbers [data-say]")?.dataset.say ?? "";
    let text = null;
    if (nowState !== state) text = nowState;
    else if (nowFigures !== figures && Date.now() - spokenAt > SPEAK_EVERY) text = nowFigures;
    if (text === null) return;
    state = nowState;
    figures = nowFigures;
    spokenAt = Date.now();
    byId("say").textContent = text;
  }

  setInterval(() => {
    watch();
    count();
    speak();
  }, 1000);
})();
