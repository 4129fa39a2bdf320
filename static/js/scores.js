// A judge's sheet by keyboard: 1 to 5 mark the criterion in focus and go on to the next, Y and N (or T) answer a gate.
// After every mark the server says what the marks lead to; without this script "Keep the marks" does it.
const form = document.querySelector("[data-scores]");
const part = document.querySelector("#proposal");
const parts = form ? [...form.querySelectorAll(".gate, .score-scale")] : [];
const answers = { y: "yes", n: "no", t: "no" }; // "tidak"
let waiting;
let asked = 0;

form?.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  if (event.target.matches("textarea, input:not([type=radio])")) return;
  const here = event.target.closest(".gate, .score-scale");
  if (!here) return;
  const value = here.matches(".gate") ? answers[event.key.toLowerCase()] : /^[1-5]$/.test(event.key) && event.key;
  const mark = value && here.querySelector(`input[value="${value}"]`);
  if (!mark) return;
  event.preventDefault();
  mark.checked = true;
  mark.dispatchEvent(new Event("change", { bubbles: true }));
  const next = parts[parts.indexOf(here) + 1] ?? form.querySelector(".field-choice");
  const field = next?.querySelector("input:checked") ?? next?.querySelector("input");
  field?.focus({ preventScroll: true });
  next?.scrollIntoView({ block: "nearest" });
});

form?.addEventListener("change", (event) => {
  if (!event.target.closest(".gate, .criterion")) return;
  clearTimeout(waiting);
  waiting = setTimeout(propose, 250);
});

async function propose() {
  const data = new FormData(form);
  const turn = ++asked;
  try {
    const answer = await fetch(form.dataset.scores, { method: "POST", body: data, headers: { Accept: "text/html" } });
    if (!answer.ok || turn !== asked) return;
    part.innerHTML = await answer.text();
  } catch {
    // Offline for a moment: the marks stand in the form, and the server asks again when they are sent.
  }
}
