// Shows a page of our own when there is no connection. It keeps that page and what it is made of, and nothing else:
// no piece, no price and nobody's cart is ever shown from a store. The server writes KEPT above this text.
const STORE = `kriya-${KEPT.version}`;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(STORE).then((store) => store.addAll(KEPT.files)).then(() => self.skipWaiting()));
});

async function settle() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("kriya-") && name !== STORE).map((name) => caches.delete(name)));
  await self.registration.navigationPreload?.enable();
  await self.clients.claim();
}

self.addEventListener("activate", (event) => event.waitUntil(settle()));

async function page(event) {
  try {
    return (await event.preloadResponse) ?? (await fetch(event.request));
  } catch {
    const english = /^\/en(\/|$)/.test(new URL(event.request.url).pathname);
    return (await caches.match(english ? "/en/offline" : "/offline")) ?? Response.error();
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") {
    event.respondWith(page(event));
    return;
  }
  const { origin, pathname, search } = new URL(request.url);
  // Their addresses change with their content: what is kept is what would come.
  if (origin === self.location.origin && KEPT.files.includes(pathname + search)) {
    event.respondWith(caches.match(request).then((found) => found ?? fetch(request)));
  }
});
