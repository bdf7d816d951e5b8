// The app's own script: it makes the pages installable, and keeps the one for when there is no
// network.
(() => {
  "use strict";
  const slug = document.querySelector("script[data-app]")?.dataset.app;
  if (!slug || !navigator.serviceWorker) return;

  async function begin() {
    await navigator.serviceWorker.register("/worker.js");
    const shell = await caches.open("shell-1");
    // In the language, and the look, of today.
    const address = "/app/" + slug + "/offline";
    const page = await fetch(address + "?lang=" + document.documentElement.lang);
    if (page.ok) await shell.put(address, page);
  }
  // Without storage, in a private window for instance, the pages work as they are.
  begin().catch(() => {});
})();
