// Shows a page of our own when there is no connection. It keeps that page and what it is made of, and nothing else:
// no piece, no price and nobody's cart is ever shown from a store. The server writes KEPT above this text.
// One exception: the marking screen of a round, which js/round-table.js keeps for its judge; it goes when anybody
// signs in or out on this device.
const STORE = `kriya-${KEPT.version}`;
const TABLE = /^(\/en)?\/desk\/rounds\/\d+\/table$/;
const DOOR = /^(\/en)?\/account\/(sign-in|sign-out|sign-out-everywhere)$/;
const PATIENCE = 6000; // milliseconds that a poor connection has before the kept table is shown

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

// The table as it is now; without a connection, or with one that does not answer, as it was kept.
async function table(event) {
  const kept = await caches.match(event.request, { ignoreSearch: true });
  const fresh = fetch(event.request);
  if (!kept) return fresh.catch(() => page(event));
  const late = new Promise((done) => setTimeout(() => done(kept), PATIENCE));
  return Promise.race([fresh.catch(() => kept), late]);
}

async function forget() {
  for (const name of await caches.keys()) if (name.startsWith("table-")) await caches.delete(name);
  if (!(await indexedDB.databases()).some(({ name }) => name === "kriya-tables")) return;
  await new Promise((done) => {
    const request = indexedDB.open("kriya-tables", 1);
    request.onerror = done;
    request.onupgradeneeded = () => request.result.createObjectStore("sheets", { keyPath: "id" });
    request.onsuccess = () => {
      // What has been sent goes; what has not stays for its judge.
      const work = request.result.transaction("sheets", "readwrite");
      work.oncomplete = work.onabort = () => done(request.result.close());
      work.objectStore("sheets").openCursor().onsuccess = ({ target: { result: row } }) => {
        if (!row) return;
        if (row.value.sent) row.delete();
        row.continue();
      };
    };
  });
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname, search } = new URL(request.url);
  if (request.method !== "GET") {
    if (request.mode === "navigate" && DOOR.test(pathname)) event.waitUntil(forget());
    return;
  }
  if (request.mode === "navigate") {
    event.respondWith(TABLE.test(pathname) ? table(event) : page(event));
    return;
  }
  if (origin === self.location.origin && request.referrer && TABLE.test(new URL(request.referrer).pathname)) {
    // Photographs and static files: their addresses change with their content. The door for marks is never kept.
    event.respondWith(caches.match(request).then((found) => found ?? fetch(request)));
    return;
  }
  // Their addresses change with their content: what is kept is what would come.
  if (origin === self.location.origin && KEPT.files.includes(pathname + search)) {
    event.respondWith(caches.match(request).then((found) => found ?? fetch(request)));
  }
});
