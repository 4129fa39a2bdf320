// Saves a form while one writes: <form data-autosave="key"> is sent as it stands, two seconds after the last key.
// What could not be sent stays on this phone and is offered again, so that a dropped line loses no word.
const indonesian = document.documentElement.lang === "id";
const words = indonesian
  ? {
      saving: "Menyimpan…",
      offline: "Belum tersimpan: tidak ada sambungan. Tulisan Anda aman di ponsel ini dan dikirim lagi nanti.",
      wrong: "Belum tersimpan: ada isian yang perlu diperbaiki. Tekan Simpan untuk melihatnya.",
      signedOut: "Belum tersimpan: Anda perlu masuk lagi. Tulisan Anda aman di ponsel ini.",
      restored: "Tulisan yang belum sempat tersimpan sudah dikembalikan.",
      drop: "Buang tulisan itu",
    }
  : {
      saving: "Saving…",
      offline: "Not saved yet: no connection. Your words are safe on this phone and are sent again later.",
      wrong: "Not saved yet: something needs another look. Press Save to see it.",
      signedOut: "Not saved yet: please sign in again. Your words are safe on this phone.",
      restored: "Words that had not been saved are back.",
      drop: "Drop them",
    };
const WAIT = 2000;
const AGAIN = 8000;
const form = document.querySelector("form[data-autosave]");
const state = form?.querySelector("[data-save-state]");
const key = form && `kriya:${form.dataset.autosave}`;
const own = new Set(["csrf_token", "edits", "then"]);
let timer, sending, dirty;

const values = () => Object.fromEntries([...new FormData(form)].filter(([name]) => !own.has(name)));

function keep() {
  try {
    localStorage.setItem(key, JSON.stringify({ edits: form.elements.edits.value, values: values() }));
  } catch {
    // private windows keep nothing; the form itself still holds the words
  }
}

function forget() {
  try {
    localStorage.removeItem(key);
  } catch {
    // nothing was kept
  }
}

function later(wait) {
  clearTimeout(timer);
  timer = setTimeout(save, wait);
}

async function save() {
  if (sending || !dirty) return;
  sending = true;
  dirty = false;
  state.textContent = words.saving;
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      body: new FormData(form),
      headers: { Accept: "application/json" },
      redirect: "manual",
    });
    if (answer.ok) {
      const said = await answer.json();
      form.elements.edits.value = said.edits;
      state.textContent = said.words;
      if (dirty) later(WAIT);
      else {
        forget();
        form.dispatchEvent(new CustomEvent("kriya:saved"));
      }
    } else if (answer.status === 409) {
      state.textContent = (await answer.json()).error;
    } else if (answer.status === 422) {
      state.textContent = words.wrong;
    } else if (answer.type === "opaqueredirect" || answer.status === 400) {
      state.textContent = words.signedOut;
    } else throw new Error(String(answer.status));
  } catch {
    dirty = true;
    state.textContent = words.offline;
    later(AGAIN);
  } finally {
    sending = false;
  }
}

function restore() {
  let kept;
  try {
    kept = JSON.parse(localStorage.getItem(key));
  } catch {
    return;
  }
  if (!kept || form.querySelector(".field-wrong") || document.querySelector(".clash")) return;
  const before = values();
  const lost = Object.entries(kept.values).filter(([name, value]) => form.elements[name] && before[name] !== value);
  if (!lost.length || kept.edits !== form.elements.edits.value) return forget();
  for (const [name, value] of lost) form.elements[name].value = value;
  const drop = document.createElement("button");
  drop.type = "button";
  drop.className = "button button-quiet";
  drop.textContent = words.drop;
  drop.addEventListener("click", () => {
    for (const [name] of lost) form.elements[name].value = before[name] ?? "";
    forget();
    state.textContent = "";
  });
  state.replaceChildren(words.restored, " ", drop);
  dirty = true;
}

if (form) {
  restore();
  form.addEventListener("input", () => {
    dirty = true;
    keep();
    later(WAIT);
  });
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    dirty = false;
    forget();
  });
  window.addEventListener("online", save);
  document.addEventListener("visibilitychange", () => document.hidden && save());
}
