// Suggestions under the search box: an ARIA combobox over GET /suggest?q=. Without it the box is a plain form.
// Answer: {"suggestions": [{"label", "url", "kind"}]}.
const form = document.querySelector("form[data-suggest]");
const input = form?.querySelector("input[type=search]");
const WAIT = 150; // ms after the last key
let list, status, timer, running;
let active = -1;

function build() {
  list = document.createElement("ul");
  list.id = "site-suggestions";
  list.className = "suggestions";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.labels[0]?.textContent ?? "");
  status = document.createElement("div");
  status.className = "visually-hidden";
  status.setAttribute("role", "status");
  form.append(list, status);
  for (const [name, value] of Object.entries({
    role: "combobox",
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-controls": list.id,
  }))
    input.setAttribute(name, value);
}

function close() {
  list.hidden = true;
  active = -1;
  input.setAttribute("aria-expanded", "false");
  input.removeAttribute("aria-activedescendant");
}

function mark(index) {
  const options = [...list.children];
  if (!options.length) return;
  active = (index + options.length + 1) % (options.length + 1); // one place more: back in the box
  options.forEach((option, place) => option.setAttribute("aria-selected", String(place === active)));
  if (active < options.length) {
    input.setAttribute("aria-activedescendant", options[active].id);
    options[active].scrollIntoView({ block: "nearest" });
  } else {
    active = -1;
    input.removeAttribute("aria-activedescendant");
  }
}

function show(suggestions) {
  list.replaceChildren(
    ...suggestions.map(({ label, url, kind }, place) => {
      const option = document.createElement("li");
      option.id = `suggestion-${place}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.dataset.url = url;
      const word = document.createElement("span");
      word.textContent = label;
      const small = document.createElement("small");
      small.textContent = kind ?? "";
      option.append(word, small);
      return option;
    }),
  );
  active = -1;
  list.hidden = !suggestions.length;
  input.setAttribute("aria-expanded", String(!!suggestions.length));
  status.textContent = suggestions.length ? String(suggestions.length) : "";
}

async function ask() {
  const q = input.value.trim();
  running?.abort();
  if (q.length < 2) return close();
  running = new AbortController();
  try {
    const answer = await fetch(`${form.dataset.suggest}?${new URLSearchParams({ q })}`, { signal: running.signal });
    if (!answer.ok) return close();
    const body = await answer.json();
    show((body.suggestions ?? []).slice(0, 8));
  } catch {
    // a newer question is on its way, or the line is down: the plain form still works
  }
}

if (input) {
  build();
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  input.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    if (event.key === "ArrowDown") mark(active + 1);
    else if (event.key === "ArrowUp") mark(active < 0 ? list.children.length - 1 : active - 1);
    else if (event.key === "Escape") close();
    else if (event.key === "Enter" && active >= 0) location.assign(list.children[active].dataset.url);
    else return;
    event.preventDefault();
  });
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // keeps the focus in the box
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) location.assign(option.dataset.url);
  });
  input.addEventListener("blur", () => setTimeout(close, 120));
}
