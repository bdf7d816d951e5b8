// The service worker of the app. It keeps the scripts, whose names change with their content, and
// the page that says that there is no network. No other page is ever kept: they are about money
// and about a person.
"use strict";
const SHELL = "shell-1";

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(begin()));
addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(visit(request, pathname));
  else if (/^\/static\/[a-z-]+\.[0-9a-f]+\.(js|css)$/.test(pathname)) event.respondWith(kept(request, pathname));
});

async function begin() {
  const old = (await caches.keys()).filter((name) => name !== SHELL);
  await Promise.all(old.map((name) => caches.delete(name)));
  await clients.claim();
}

async function visit(request, pathname) {
  try {
    return await fetch(request);
  } catch (failure) {
    const page = await offline(pathname);
    if (page) return page;
    throw failure;
  }
}

// The operator's own page where the address names one, else any that is kept.
async function offline(pathname) {
  const shell = await caches.open(SHELL);
  const slug = /^\/(?:app|me|wallet)\/([^/]+)/.exec(pathname)?.[1];
  const own = slug && (await shell.match("/app/" + slug + "/offline"));
  if (own) return own;
  const pages = (await shell.keys()).filter((each) => each.url.endsWith("/offline"));
  return pages.length ? shell.match(pages[0]) : undefined;
}

// A script under its name never changes; the one that it replaces goes.
async function kept(request, pathname) {
  const shell = await caches.open(SHELL);
  const found = await shell.match(request);
  if (found) return found;
  const answer = await fetch(request);
  if (answer.ok) {
    const stem = pathname.split(".")[0];
    const old = (await shell.keys()).filter((each) => new URL(each.url).pathname.split(".")[0] === stem);
    await Promise.all(old.map((each) => shell.delete(each)));
    await shell.put(request, answer.clone());
  }
  return answer;
}

addEventListener("push", (event) => {
  const { title, body, lang, tag, icon, path } = event.data.json();
  event.waitUntil(registration.showNotification(title, { body, lang, tag, icon, data: path }));
});
addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(new URL(event.notification.data, location.origin)));
});

// The page that shows it already, else a new one; never one of somebody else.
async function open(address) {
  if (address.origin !== location.origin) return undefined;
  const pages = await clients.matchAll({ type: "window" });
  const page = pages.find((each) => new URL(each.url).pathname === address.pathname);
  return page ? page.focus() : clients.openWindow(address.href);
}
