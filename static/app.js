// The app's own script: it makes the pages installable, keeps the one for when there is no network,
// and offers notices where the browser has them.
(() => {
  "use strict";
  if (!navigator.serviceWorker) return;
  const slug = document.querySelector("script[data-app]")?.dataset.app;
  const box = document.querySelector("[data-push]");

  // Whatever it is asked for, this policy knows one address.
  const rules = { createScriptURL: () => "/worker.js" };
  const policy = self.trustedTypes?.createPolicy("worker", rules) ?? rules;
  const register = () => navigator.serviceWorker.register(policy.createScriptURL(""));

  async function begin() {
    await register();
    const shell = await caches.open("shell-1");
    // In the language, and the look, of today.
    const address = "/app/" + slug + "/offline";
    const page = await fetch(address + "?lang=" + document.documentElement.lang);
    if (page.ok) await shell.put(address, page);
  }

  function say(which) {
    box.querySelector("button").hidden = true;
    box.querySelector(which).hidden = false;
  }

  async function subscribe() {
    if ((await Notification.requestPermission()) !== "granted") return say("[data-failed]");
    await register();
    const { pushManager } = await navigator.serviceWorker.ready;
    const applicationServerKey = box.dataset.key;
    const told = { userVisibleOnly: true, applicationServerKey };
    const subscription = await pushManager.subscribe(told).catch(async (error) => {
      // One of another key stands in the way, from before the keys were changed.
      const old = await pushManager.getSubscription();
      if (!old) throw error;
      await old.unsubscribe();
      return pushManager.subscribe(told);
    });
    const { endpoint, keys } = subscription.toJSON();
    const body = new URLSearchParams({ endpoint, ...keys, key: applicationServerKey });
    const answer = await fetch(box.dataset.push, { method: "POST", body });
    return say(answer.ok ? "[data-done]" : "[data-failed]");
  }

  // Without storage, in a private window for instance, the pages work as they are.
  if (slug) begin().catch(() => {});
  if (box && window.PushManager && window.Notification) {
    box.hidden = false;
    box.querySelector("button").addEventListener("click", () => subscribe().catch(() => say("[data-failed]")));
  }

  const install = document.getElementById("install");
  addEventListener("beforeinstallprompt", (event) => {
    if (!install) return;
    event.preventDefault();
    install.hidden = false;
    install.querySelector("button").addEventListener("click", () => event.prompt(), { once: true });
  });
})();
