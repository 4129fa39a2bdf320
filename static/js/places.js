// Fills regency, district and craft when a place is chosen. Without it the form's own buttons do the same.
const form = document.querySelector("form[data-places]");

function refill(select, rows) {
  const kept = select.value;
  const empty = select.options[0].cloneNode(true);
  const options = rows.map(([value, words]) => new Option(words, value, false, value === kept));
  select.replaceChildren(empty, ...options);
}

function refillGroups(select, groups) {
  const kept = select.value;
  const empty = select.options[0].cloneNode(true);
  const parts = groups.map(([name, rows]) => {
    const group = document.createElement("optgroup");
    group.label = name;
    group.append(...rows.map(([value, words]) => new Option(words, value, false, value === kept)));
    return group;
  });
  select.replaceChildren(empty, ...parts);
}

async function ask(values) {
  const answer = await fetch(`${form.dataset.places}?${new URLSearchParams(values)}`, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

if (form) {
  const { province, regency, district, craft } = form.elements;
  const steps = form.querySelectorAll("[data-places-step]");
  const byHand = () => steps.forEach((step) => (step.hidden = false)); // the line is down: the buttons still work
  steps.forEach((step) => (step.hidden = true));
  province.addEventListener("change", async () => {
    try {
      const found = await ask({ province: province.value });
      refill(regency, found.regencies);
      refill(district, []);
      refillGroups(craft, found.crafts);
    } catch {
      byHand();
    }
  });
  regency.addEventListener("change", async () => {
    try {
      refill(district, (await ask({ regency: regency.value })).districts);
    } catch {
      byHand();
    }
  });
}
