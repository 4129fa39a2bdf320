// The marking screen of a round: one piece at a time, marks kept on this device until the shop has said what became of
// each sheet. Every sheet has a key of its own, so that one that is sent twice arrives once. Works without a connection:
// the page is kept by the service worker for this judge alone, the marks in this browser's database.
const table = document.querySelector("[data-round-table]");
const { roundTable: round, person, sheets: door, key: keyDoor, signIn } = table.dataset;
const form = document.querySelector("[data-sheet-form]");
const fields = form.querySelector("[data-sheet-fields]");
const pieces = [...table.querySelectorAll("[data-piece]")];
const links = [...document.querySelectorAll("[data-to]")];
const find = (name) => document.querySelector(`[data-${name}]`);
const AGAIN = 15_000;
const words =
  document.documentElement.lang === "id"
    ? {
        online: "Ada sambungan.",
        offline: "Tidak ada sambungan; Anda tetap bisa menilai.",
        kept: (kept, sent) => `${kept} tersimpan di perangkat ini, ${sent} terkirim.`,
        ready: "Halaman ini bisa dibuka tanpa sambungan di perangkat ini.",
        signedOut: "Anda perlu masuk lagi agar nilai terkirim. Tidak ada yang hilang.",
        other: "Di perangkat ini orang lain sedang masuk. Nilai Anda tetap tersimpan sampai Anda masuk lagi.",
        signIn: "Masuk",
        memory: "Peramban ini tidak menyimpan apa pun. Jangan tutup halaman ini sebelum semua terkirim.",
        incomplete: "Beri nilai setiap kriteria dan jawab setiap pertanyaan.",
        declare: "Nyatakan bahwa Anda tidak berkepentingan.",
        given: "Nilai Anda untuk karya ini sudah terkirim.",
        waits: "Nilai Anda untuk karya ini tersimpan di perangkat dan dikirim saat ada sambungan.",
      }
    : {
        online: "There is a connection.",
        offline: "No connection; you can go on marking.",
        kept: (kept, sent) => `${kept} kept on this device, ${sent} sent.`,
        ready: "This page opens without a connection on this device.",
        signedOut: "Please sign in again, so that your marks can be sent. Nothing is lost.",
        other: "Somebody else is signed in on this device. Your marks stay here until you sign in again.",
        signIn: "Sign in",
        memory: "This browser keeps nothing. Do not close this page before everything is sent.",
        incomplete: "Please mark every criterion and answer every gate.",
        declare: "Please declare that you have no interest.",
        given: "Your marks of this piece have been sent.",
        waits: "Your marks of this piece are kept on this device and sent when there is a connection.",
      };

// --- what this device keeps: one row per sheet, by person, round and piece ---------------------------------------

let memory; // used where the browser has no database
const opened = new Promise((done) => {
  let request;
  try {
    request = indexedDB.open("kriya-tables", 1);
  } catch {
    done(null);
    return;
  }
  request.onupgradeneeded = () => request.result.createObjectStore("sheets", { keyPath: "id" });
  request.onsuccess = () => done(request.result);
  request.onerror = () => done(null);
}).then((base) => {
  if (!base) memory = new Map();
  return base;
});

async function inStore(mode, work) {
  const base = await opened;
  if (!base) return work(null);
  return new Promise((done, fail) => {
    const transaction = base.transaction("sheets", mode, { durability: "strict" });
    const request = work(transaction.objectStore("sheets"));
    transaction.oncomplete = () => done(request.result);
    transaction.onerror = transaction.onabort = () => fail(transaction.error);
  });
}

const put = (row) => inStore("readwrite", (store) => (store ? store.put(row) : memory.set(row.id, row)));
const all = () => inStore("readonly", (store) => (store ? store.getAll() : [...memory.values()]));
const mine = async () => (await all()).filter((row) => row.person === person && row.round === round);

function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

const rows = new Map(); // by piece, as kept

function rowOf(piece) {
  if (!rows.has(piece)) {
    const known = JSON.parse(pieces.find((one) => one.dataset.piece === piece).dataset.sheet);
    const blank = { scores: {}, gates: {}, score_notes: {}, gate_notes: {}, free: false };
    rows.set(piece, {
      ...blank,
      ...known,
      id: `${person}:${round}:${piece}`,
      person,
      round,
      piece,
      key: newKey(),
      done: Boolean(known.handed_in),
      sent: Boolean(known.handed_in),
    });
  }
  return rows.get(piece);
}

// --- the form, filled with one piece's marks -----------------------------------------------------------------------

let here = "";

function read(row) {
  row.scores = {};
  row.gates = {};
  row.score_notes = {};
  row.gate_notes = {};
  row.free = form.elements.free.checked;
  for (const [name, value] of new FormData(form)) {
    if (name.startsWith("score-")) row.scores[name.slice(6)] = Number(value);
    else if (name.startsWith("gate-note-")) row.gate_notes[name.slice(10)] = value;
    else if (name.startsWith("gate-")) row.gates[name.slice(5)] = value === "yes";
    else if (name.startsWith("note-")) row.score_notes[name.slice(5)] = value;
  }
}

function fill(row) {
  form.reset();
  for (const [name, value] of Object.entries(row.scores)) check(`score-${name}`, String(value));
  for (const [name, value] of Object.entries(row.gates)) check(`gate-${name}`, value ? "yes" : "no");
  for (const [name, value] of Object.entries(row.score_notes)) write(`note-${name}`, value);
  for (const [name, value] of Object.entries(row.gate_notes)) write(`gate-note-${name}`, value);
  for (const note of form.querySelectorAll(".round-note")) note.open = Boolean(note.querySelector("textarea").value);
  form.elements.free.checked = row.free || row.sent;
  fields.disabled = row.done && !row.refused;
  tell("sheet-state", row.refused?.words ?? (row.sent ? words.given : row.done ? words.waits : ""));
  tell("sheet-error", "");
}

function check(name, value) {
  for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) field.checked = field.value === value;
}

function write(name, value) {
  const field = form.elements[name];
  if (field) field.value = value;
}

function tell(name, text) {
  const place = find(name);
  place.textContent = text;
  place.hidden = !text;
}

function go(piece, focus = true) {
  const target = pieces.find((one) => one.dataset.piece === piece) ?? pieces[0];
  here = target.dataset.piece;
  for (const one of pieces) one.hidden = one !== target;
  const open = !("closed" in target.dataset);
  fields.hidden = !open;
  form.hidden = false;
  if (open) fill(rowOf(here));
  else tell("sheet-state", "");
  for (const link of links) {
    if (link.dataset.to === here) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  if (focus) {
    history.replaceState(null, "", `#piece-${here}`);
    target.focus({ preventScroll: true });
    target.scrollIntoView({ block: "start" });
  }
}

const beside = (step) => {
  const place = pieces.findIndex((one) => one.dataset.piece === here) + step;
  return pieces[(place + pieces.length) % pieces.length].dataset.piece;
};

async function show() {
  const kept = [...rows.values()];
  for (const link of links) {
    const row = rows.get(link.dataset.to);
    link.dataset.state = row?.sent ? "sent" : row?.refused ? "refused" : row?.done ? "done" : row && begun(row) ? "begun" : "";
  }
  const waiting = kept.filter((row) => row.done && !row.sent).length;
  find("connection").textContent = navigator.onLine ? words.online : words.offline;
  find("kept").textContent = words.kept(waiting, kept.filter((row) => row.sent).length);
  find("round-state").hidden = false;
}

const begun = (row) => Object.keys(row.scores).length + Object.keys(row.gates).length > 0;

async function keep(row) {
  try {
    await put(row);
  } catch {
    tell("words", words.memory);
  }
  show();
}

// --- sending ---------------------------------------------------------------------------------------------------------

let timer;
let sending = false;
const later = () => {
  clearTimeout(timer);
  timer = setTimeout(send, AGAIN);
};

function advise(text, door = false) {
  tell("words", text);
  if (!door) return;
  const link = document.createElement("a");
  link.href = signIn;
  link.textContent = words.signIn;
  find("words").append(" ", link);
}

async function send() {
  if (sending) return;
  const ready = [...rows.values()].filter((row) => row.done && !row.sent && !row.refused?.final);
  if (!ready.length) return show();
  sending = true;
  try {
    const key = await fetch(keyDoor, { redirect: "manual", headers: { Accept: "application/json" } });
    if (key.type === "opaqueredirect" || key.status === 403) return advise(words.signedOut, true);
    if (!key.ok) throw new Error(String(key.status));
    const who = await key.json();
    if (String(who.person) !== person) return advise(words.other, true);
    const answer = await fetch(door, {
      method: "POST",
      redirect: "manual",
      headers: { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": who.csrf },
      body: JSON.stringify({ person: who.person, sheets: ready.map(asSent) }),
    });
    if (answer.type === "opaqueredirect" || answer.status === 400) return advise(words.signedOut, true);
    if (answer.status === 409) return advise(words.other, true);
    if (!answer.ok) throw new Error(String(answer.status));
    advise("");
    for (const result of (await answer.json()).results) await settle(result);
    if ([...rows.values()].some((row) => row.done && !row.sent && !row.refused?.final)) later();
  } catch {
    later(); // no connection, or the shop rests: everything stays here
  } finally {
    sending = false;
    show();
  }
}

const asSent = (row) => ({
  key: row.key,
  submission: Number(row.piece),
  scores: row.scores,
  gates: row.gates,
  score_notes: row.score_notes,
  gate_notes: row.gate_notes,
  free: row.free,
});

async function settle(result) {
  const row = [...rows.values()].find((one) => one.key === result.key);
  if (!row) return;
  if (result.state === "kept") {
    row.sent = true;
    delete row.refused;
  } else row.refused = { words: result.words, final: result.final };
  await keep(row);
  if (row.piece === here) fill(row);
}

// --- a page for when there is no connection ----------------------------------------------------------------------------

async function keepPage() {
  if (!("serviceWorker" in navigator) || !window.isSecureContext) return;
  await navigator.serviceWorker.register("/service-worker.js", { scope: "/", updateViaCache: "none" });
  await navigator.serviceWorker.ready;
  const name = `table-${round}-${person}`;
  for (const other of await caches.keys()) if (other.startsWith("table-") && other !== name) await caches.delete(other);
  const store = await caches.open(name);
  const page = await fetch(location.pathname, { redirect: "manual" });
  if (!page.ok) return;
  const needs = [
    ...[...document.scripts].map((script) => script.src).filter(Boolean),
    ...[...document.querySelectorAll("link[rel=stylesheet], link[rel=icon]")].map((link) => link.href),
    ...[...table.querySelectorAll("img")].map((image) => image.src),
  ];
  const missing = [];
  for (const address of new Set(needs)) if (!(await store.match(address))) missing.push(address);
  for (const address of missing) await store.add(address);
  await store.put(location.pathname, page);
  navigator.storage?.persist?.().catch(() => {});
  find("ready").textContent = words.ready;
}

// --- from here on ------------------------------------------------------------------------------------------------------

async function begin() {
  for (const row of await mine().catch(() => [])) {
    if (!pieces.some((one) => one.dataset.piece === row.piece)) continue; // carried over meanwhile
    const known = rowOf(row.piece);
    rows.set(row.piece, known.sent ? { ...known, key: row.key } : row);
  }
  for (const one of pieces) if (!("closed" in one.dataset)) rowOf(one.dataset.piece);
  document.documentElement.classList.add("round-scripted");
  const wanted = location.hash.replace("#piece-", "");
  const first = [...rows.values()].find((row) => !row.done)?.piece ?? pieces[0].dataset.piece;
  go(pieces.some((one) => one.dataset.piece === wanted) ? wanted : first, false);
  await show();
  if (memory) tell("words", words.memory);
  send();
  keepPage().catch(() => {});
}

form.addEventListener("change", () => {
  const row = rowOf(here);
  read(row);
  keep(row);
});
form.addEventListener("input", (event) => {
  if (!event.target.matches("textarea")) return;
  const row = rowOf(here);
  read(row);
  keep(row);
});

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const row = rowOf(here);
  read(row);
  const asked = new Set([...form.querySelectorAll("input[type=radio]")].map((field) => field.name));
  const unanswered = [...asked].find((name) => !form.querySelector(`[name="${CSS.escape(name)}"]:checked`));
  if (unanswered || !row.free) {
    tell("sheet-error", unanswered ? words.incomplete : words.declare);
    const field = unanswered ? form.querySelector(`[name="${CSS.escape(unanswered)}"]`) : form.elements.free;
    field.focus();
    return;
  }
  if (row.refused) row.key = newKey();
  delete row.refused;
  row.done = true;
  await keep(row);
  send();
  const next = pieces.find((one) => !("closed" in one.dataset) && !rowOf(one.dataset.piece).done);
  go(next ? next.dataset.piece : here);
});

form.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.target.matches("textarea")) return;
  const scale = event.target.closest(".gate, .score-scale");
  const answers = { y: "yes", n: "no", t: "no" };
  const value = scale && (scale.matches(".gate") ? answers[event.key.toLowerCase()] : /^[1-5]$/.test(event.key) && event.key);
  const mark = value && scale.querySelector(`input[value="${value}"]`);
  if (!mark) return;
  event.preventDefault();
  mark.checked = true;
  mark.dispatchEvent(new Event("change", { bubbles: true }));
  const scales = [...form.querySelectorAll(".gate, .score-scale")];
  const next = scales[scales.indexOf(scale) + 1];
  (next?.querySelector("input:checked") ?? next?.querySelector("input") ?? form.elements.free).focus();
});

for (const link of links) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    go(link.dataset.to);
  });
}
for (const button of form.querySelectorAll("[data-step]")) button.addEventListener("click", () => go(beside(Number(button.dataset.step))));
addEventListener("online", () => {
  show();
  send();
});
addEventListener("offline", show);
document.addEventListener("visibilitychange", () => document.hidden || send());
begin();
