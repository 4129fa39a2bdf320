// Suggestions under the search box: an ARIA combobox over GET /suggest?q=. Without it the box is a plain form.
// Answer: {"suggestions": [{"label", "url", "kind", "note"}], "status"}; those of one kind follow each other.
const form = document.querySelector("form[data-suggest]");
const input = form?.querySelector("input[type=search]");
const WAIT = 150; // ms after the last key
let list, status, timer, running;
let options = [];
let active = -1;

function make(tag, attributes, text) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (text) element.textContent = text;
  return element;
}

function build() {
  const words = input.labels[0]?.textContent ?? "";
  list = make("div", { id: "site-suggestions", class: "suggestions", role: "listbox", "aria-label": words });
  list.hidden = true;
  status = make("div", { class: "visually-hidden", role: "status" });
  form.append(list, status);
  // "search" may have no role but its own (ARIA in HTML); the keyboard of a phone stays that of a search.
  const text = { type: "text", inputmode: "search" };
  const manners = { ...text, role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id };
  for (const [name, value] of Object.entries(manners)) input.setAttribute(name, value);
}

function close() {
  clearTimeout(timer);
  running?.abort();
  list.hidden = true;
  active = -1;
  input.setAttribute("aria-expanded", "false");
  input.removeAttribute("aria-activedescendant");
}

function mark(place) {
  active = place < 0 || place >= options.length ? -1 : place; // before the first and after the last: back in the box
  options.forEach((option, other) => option.setAttribute("aria-selected", String(other === active)));
  if (active < 0) return input.removeAttribute("aria-activedescendant");
  input.setAttribute("aria-activedescendant", options[active].id);
  options[active].scrollIntoView({ block: "nearest" });
}

function draw({ label, url, note }, place) {
  const option = make("div", { id: `suggestion-${place}`, role: "option", "aria-selected": "false" });
  option.dataset.url = url;
  option.append(make("span", {}, label));
  if (note) option.append(make("small", {}, note));
  return option;
}

function show({ suggestions = [], status: said = "" }) {
  options = suggestions.map(draw);
  const groups = new Map();
  suggestions.forEach(({ kind }, place) => {
    if (!groups.has(kind)) {
      const head = make("div", { id: `suggestions-${groups.size}`, class: "suggestions-kind" }, kind);
      groups.set(kind, make("div", { role: "group", "aria-labelledby": head.id }));
      groups.get(kind).append(head);
    }
    groups.get(kind).append(options[place]);
  });
  list.replaceChildren(...groups.values());
  mark(-1);
  list.hidden = !options.length;
  input.setAttribute("aria-expanded", String(!list.hidden));
  status.textContent = said;
}

async function ask() {
  const q = input.value.trim();
  running?.abort();
  if (q.length < 2) return close();
  const question = (running = new AbortController());
  try {
    const answer = await fetch(`${form.dataset.suggest}?${new URLSearchParams({ q })}`, { signal: question.signal });
    if (!answer.ok) return close();
    const found = await answer.json();
    if (question === running && document.activeElement === input) show(found);
  } catch {
    // a newer question is on its way, or the line is down: the plain form still works
  }
}

// Keys of the list; anything else is the box's own business.
function keys(event) {
  const last = options.length - 1;
  if (list.hidden) {
    if (event.key !== "ArrowDown") return;
    ask();
  } else if (event.key === "ArrowDown" && event.altKey) return;
  else if (event.key === "ArrowDown") mark(active + 1);
  else if (event.key === "ArrowUp" && event.altKey) close();
  else if (event.key === "ArrowUp") mark(active < 0 ? last : active - 1);
  else if (event.key === "Home" && active >= 0) mark(0);
  else if (event.key === "End" && active >= 0) mark(last);
  else if (event.key === "Escape") close();
  else if (event.key === "Enter" && active >= 0) location.assign(options[active].dataset.url);
  else return;
  event.preventDefault();
}

if (input) {
  build();
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  input.addEventListener("keydown", (event) => event.isComposing || keys(event));
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // keeps the focus in the box
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) location.assign(option.dataset.url);
  });
  input.addEventListener("blur", close);
}
