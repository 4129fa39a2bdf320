// Photographs from a phone: made smaller before they are sent, one after the other, with progress; sent again after
// a drop, also after the page was closed (they wait in this browser's own store). Then order by dragging, and news
// of those that are being prepared. Without this script the form sends the files as they are.
const indonesian = document.documentElement.lang === "id";
const words = indonesian
  ? {
      small: "Mengecilkan…",
      sending: "Mengirim…",
      waiting: "Menunggu sambungan. Foto ini dikirim lagi dengan sendirinya.",
      done: "Terkirim",
      drop: "Batal",
      signedOut: "Anda perlu masuk lagi. Foto ini menunggu di sini.",
      saved: "Tersimpan",
      unsaved: "Belum tersimpan: tidak ada sambungan.",
    }
  : {
      small: "Making it smaller…",
      sending: "Sending…",
      waiting: "Waiting for a connection. This photograph is sent again by itself.",
      done: "Sent",
      drop: "Cancel",
      signedOut: "Please sign in again. This photograph waits here.",
      saved: "Saved",
      unsaved: "Not saved yet: no connection.",
    };
const LONGEST = 2400; // pixels; the shop keeps no more
const PLAIN = 600 * 1024; // bytes under which a JPEG goes as it is
const upload = document.querySelector("form[data-upload]");
const arrange = document.querySelector("form[data-photos]");
const list = arrange?.querySelector("[data-photo-list]");
const state = arrange?.querySelector("[data-save-state]");
const evidence = document.querySelector("[data-evidence-list]"); // photographs of a task: neither ordered nor described
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

// --- making it smaller ---------------------------------------------------------------------------

async function shrink(file) {
  if (file.type === "image/jpeg" && file.size <= PLAIN) return file;
  let picture;
  try {
    picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    return file; // the shop says what is wrong with it
  }
  const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  const ground = canvas.getContext("2d");
  ground.fillStyle = "#fbf7f0";
  ground.fillRect(0, 0, canvas.width, canvas.height);
  ground.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const small = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.9));
  return small && small.size < file.size ? small : file;
}

// --- what waits survives a closed page -------------------------------------------------------------

function store() {
  return new Promise((done, fail) => {
    const request = indexedDB.open("kriya-photos", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("waiting", { keyPath: "id" });
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(request.error);
  });
}

async function inStore(mode, work) {
  try {
    const base = await store();
    return await new Promise((done, fail) => {
      const request = work(base.transaction("waiting", mode).objectStore("waiting"));
      request.onsuccess = () => done(request.result);
      request.onerror = () => fail(request.error);
    });
  } catch {
    return undefined; // no store in this browser: the photograph lives as long as the page
  }
}

const remember = (item) => inStore("readwrite", (box) => box.put({ id: item.id, key: item.key, name: item.name, blob: item.blob }));
const forget = (item) => inStore("readwrite", (box) => box.delete(item.id));
const remembered = async (key) => ((await inStore("readonly", (box) => box.getAll())) ?? []).filter((item) => item.key === key);

// --- sending -----------------------------------------------------------------------------------------

function line(item) {
  const row = document.createElement("li");
  row.className = "upload-line";
  const name = document.createElement("span");
  name.textContent = item.name;
  const bar = document.createElement("progress");
  bar.max = 100;
  bar.setAttribute("aria-label", item.name);
  const said = document.createElement("span");
  said.className = "small muted";
  const drop = document.createElement("button");
  drop.type = "button";
  drop.className = "button button-quiet";
  drop.textContent = words.drop;
  drop.addEventListener("click", () => {
    item.dropped = true;
    item.request?.abort();
    forget(item);
    row.remove();
  });
  row.append(name, bar, said, drop);
  document.querySelector("[data-uploads]").append(row);
  return { row, say: (text) => (said.textContent = text), at: (share) => (bar.value = share), drop };
}

function send(item, shown) {
  return new Promise((done) => {
    const request = (item.request = new XMLHttpRequest());
    const data = new FormData();
    data.append("csrf_token", upload.elements.csrf_token.value);
    data.append("photos", item.blob, "photo.jpg");
    request.upload.addEventListener("progress", (event) => event.lengthComputable && shown.at((100 * event.loaded) / event.total));
    request.addEventListener("loadend", () => done(request));
    request.open("POST", upload.action);
    request.setRequestHeader("Accept", "application/json");
    request.timeout = 120000;
    request.send(data);
  });
}

async function deliver(item) {
  const shown = line(item);
  if (!item.small) {
    shown.say(words.small);
    item.blob = await shrink(item.blob);
    item.small = true;
    await remember(item);
  }
  for (let wait = 2000; !item.dropped; wait = Math.min(wait * 2, 30000)) {
    shown.say(words.sending);
    const request = await send(item, shown);
    if (item.dropped) return;
    if (request.status === 201) {
      await forget(item);
      shown.row.remove();
      add(JSON.parse(request.responseText));
      return;
    }
    const answer = request.getResponseHeader("Content-Type")?.includes("json") ? JSON.parse(request.responseText) : {};
    if (request.status >= 400 && request.status < 500 && request.status !== 408 && request.status !== 429) {
      await forget(item);
      shown.say(answer.error ?? words.signedOut);
      shown.row.classList.add("upload-wrong");
      return;
    }
    if (request.status >= 200 && request.status < 400) return shown.say(words.signedOut); // led to the sign-in page
    shown.say(words.waiting);
    await Promise.race([pause(wait), new Promise((done) => window.addEventListener("online", done, { once: true }))]);
  }
}

async function deliverAll(items) {
  for (const item of items) await deliver(item); // one at a time: a village line carries one well
}

function add({ id, html, missing }) {
  tell(missing);
  if (evidence && !evidence.querySelector(`[data-photo="${id}"]`)) evidence.insertAdjacentHTML("beforeend", html);
  if (!list || list.querySelector(`[data-photo="${id}"]`)) return;
  list.insertAdjacentHTML("beforeend", html); // drawn by the shop, escaped by its template
  arrange.querySelector("[data-none]")?.remove();
  endings();
  watch();
}

// What the step still misses, as the shop says it now.
function tell(missing) {
  const box = document.querySelector(".missing");
  if (!box || !missing) return;
  box.hidden = !missing.length;
  box.querySelector("ul").replaceChildren(
    ...missing.map((text) => {
      const item = document.createElement("li");
      item.textContent = text;
      return item;
    }),
  );
}

let queue = Promise.resolve();
if (upload) {
  const field = upload.elements.photos;
  const key = upload.dataset.key;
  const begin = (items) => (queue = queue.then(() => deliverAll(items)));
  const take = (files) => {
    begin([...files].map((file) => ({ id: `${key}-${file.name}-${file.size}-${file.lastModified}`, key, name: file.name, blob: file })));
    field.value = "";
  };
  field.addEventListener("change", () => field.files.length && take(field.files));
  upload.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    if (field.files.length) take(field.files);
    else field.click();
  });
  remembered(key).then((items) => items.length && begin(items.map((item) => ({ ...item, small: true }))));
}

// --- news of those that are being prepared -------------------------------------------------------------

let watching = false;
async function watch() {
  if (watching) return;
  watching = true;
  for (let wait = 1000; ; wait = Math.min(wait * 1.5, 8000)) {
    const waiting = [...list.querySelectorAll('[data-state="waiting"]')];
    if (!waiting.length) break;
    await pause(wait);
    try {
      const ids = waiting.map((item) => item.dataset.photo).join(",");
      const answer = await fetch(`${arrange.dataset.states}?ids=${ids}`, { headers: { Accept: "application/json" } });
      if (!answer.ok) continue;
      for (const news of (await answer.json()).photos) {
        const item = list.querySelector(`[data-photo="${news.id}"]`);
        if (!item || item.dataset.state === news.state) continue;
        item.dataset.state = news.state;
        item.querySelector("[data-picture]").innerHTML = news.html;
      }
    } catch {
      // the line is down; ask again
    }
  }
  watching = false;
}

// --- order and words ---------------------------------------------------------------------------------------

const items = () => [...list.querySelectorAll("[data-photo]")];

function endings() {
  items().forEach((item, place, all) => {
    item.querySelector("[name=up]").disabled = place === 0;
    item.querySelector("[name=down]").disabled = place === all.length - 1;
  });
}

let timer;
function keepLater(wait = 1500) {
  clearTimeout(timer);
  timer = setTimeout(keep, wait);
}

async function keep() {
  const data = new FormData(arrange);
  data.set("order", items().map((item) => item.dataset.photo).join(","));
  try {
    const answer = await fetch(arrange.action, { method: "POST", body: data, headers: { Accept: "application/json" }, redirect: "manual" });
    const said = answer.type === "opaqueredirect" ? { error: words.signedOut } : await answer.json();
    state.textContent = answer.ok ? words.saved : (said.error ?? words.unsaved);
    tell(said.missing);
  } catch {
    state.textContent = words.unsaved;
    keepLater(8000);
  }
}

function move(item, by) {
  const other = by < 0 ? item.previousElementSibling : item.nextElementSibling;
  if (!other) return;
  if (by < 0) other.before(item);
  else other.after(item);
  endings();
  keepLater(400);
}

if (list) {
  watch();
  list.addEventListener("input", () => keepLater());
  arrange.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (button?.name !== "up" && button?.name !== "down") return clearTimeout(timer);
    event.preventDefault();
    event.stopImmediatePropagation();
    delete arrange.dataset.sending;
    move(button.closest("[data-photo]"), button.name === "up" ? -1 : 1);
    (button.disabled ? button.parentElement.querySelector("button:not([disabled])") : button).focus();
  });
  drag();
}

// Dragging by the picture, with a mouse; a finger on a picture scrolls, and has the arrows.
function drag() {
  let held;
  list.addEventListener("pointerdown", (event) => {
    const handle = event.target.closest("[data-picture]");
    if (!handle || event.button || event.pointerType !== "mouse") return;
    held = handle.closest("[data-photo]");
    held.classList.add("held");
    handle.setPointerCapture(event.pointerId);
    event.preventDefault();
  });
  list.addEventListener("pointermove", (event) => {
    if (!held) return;
    const over = document.elementFromPoint(event.clientX, event.clientY)?.closest("[data-photo]");
    if (!over || over === held) return;
    const after = items().indexOf(over) > items().indexOf(held);
    if (after) over.after(held);
    else over.before(held);
  });
  const drop = () => {
    if (!held) return;
    held.classList.remove("held");
    held = undefined;
    endings();
    keepLater(200);
  };
  list.addEventListener("pointerup", drop);
  list.addEventListener("pointercancel", drop);
}
