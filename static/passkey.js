// Asks the browser for a passkey, and sends what it answers as the form that stands on the page.
// Without this script, or in a browser that knows no passkeys, the buttons stay hidden.
(() => {
  "use strict";
  const known = "PublicKeyCredential" in window && window.isSecureContext;
  for (const note of document.querySelectorAll("[data-no-passkeys]")) note.hidden = known;
  if (!known) return;

  const bytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
  const decoded = (listed) => listed?.map((one) => ({ ...one, id: bytes(one.id) }));

  function asked(options) {
    const { user } = options;
    return {
      ...options,
      challenge: bytes(options.challenge),
      ...(user && { user: { ...user, id: bytes(user.id) } }),
      excludeCredentials: decoded(options.excludeCredentials),
      allowCredentials: decoded(options.allowCredentials),
    };
  }
  function answered(credential) {
    const response = {};
    for (const name of
      ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (credential.response[name]) response[name] = text(credential.response[name]);
    }
    const { id, type } = credential;
    return JSON.stringify({ id, type, rawId: text(credential.rawId), response });
  }

  async function run(form) {
    const begun = await fetch(form.dataset.passkey, { method: "POST" });
    if (!begun.ok) throw new Error(begun.status);
    const publicKey = asked(await begun.json());
    const way = publicKey.user ? "create" : "get";
    const credential = await navigator.credentials[way]({ publicKey });
    form.elements.credential.value = answered(credential);
    form.submit();
  }
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    const button = form.querySelector("button");
    const failed = form.querySelector("[data-failed]");
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      button.disabled = true;
      failed.hidden = true;
      try {
        await run(form);
      } catch {
        failed.hidden = false;
      } finally {
        button.disabled = false;
      }
    });
  }
})();
