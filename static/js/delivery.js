// The delivery estimate on a product page: asks in place, and remembers the regency on this device only.
// Markup: <form data-delivery> with `variant` and `to`, and an element [data-delivery-answer].
const form = document.querySelector("form[data-delivery]");
const KEPT = "kriya.regency";

function remembered() {
  try {
    return JSON.parse(localStorage.getItem(KEPT) ?? "null");
  } catch {
    return null;
  }
}

function remember(place) {
  try {
    localStorage.setItem(KEPT, JSON.stringify(place));
  } catch {
    // the browser keeps nothing: the estimate is there all the same
  }
}

if (form) {
  const answer = form.querySelector("[data-delivery-answer]");
  const field = form.elements.to;
  let regency = "";
  let asked = 0;

  const line = (words) => Object.assign(document.createElement("p"), { textContent: words });

  const show = (found) => {
    const parts = found.lines.map(line);
    if (found.choices.length) {
      const list = document.createElement("ul");
      list.className = "delivery-choices plain";
      for (const choice of found.choices) {
        const item = document.createElement("li");
        const button = Object.assign(document.createElement("button"), { type: "button", textContent: choice.place });
        button.addEventListener("click", () => {
          ask({ regency: choice.regency });
          field.focus();
        });
        item.append(button);
        list.append(item);
      }
      parts.push(list);
    }
    answer.replaceChildren(...parts);
    if (found.regency) {
      regency = found.regency;
      field.value = found.place;
      remember({ regency, place: found.place });
    }
  };

  const ask = async (where) => {
    const turn = ++asked;
    const query = new URLSearchParams({ variant: form.elements.variant.value, ...where });
    try {
      const reply = await fetch(`${form.action}?${query}`, { headers: { Accept: "application/json" } });
      const found = await reply.json();
      if (turn === asked) show(reply.ok ? found : { lines: [found.error], choices: [] });
    } catch {
      if (turn === asked) form.submit(); // the page of its own gives the answer, or says what is wrong
    }
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (field.value.trim()) ask({ to: field.value });
  });
  field.addEventListener("input", () => (regency = ""));
  for (const choice of document.querySelectorAll("form.buy input[name=variant_id][type=radio]"))
    choice.addEventListener("change", () => {
      form.elements.variant.value = choice.value;
      if (regency) ask({ regency });
    });

  const known = remembered();
  if (/^\d\d\.\d\d$/.test(known?.regency ?? "")) {
    field.value = known.place ?? "";
    regency = known.regency;
    const chosen = document.querySelector("form.buy input[name=variant_id]:checked");
    if (chosen) form.elements.variant.value = chosen.value;
    ask({ regency });
  }
}
