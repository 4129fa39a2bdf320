// Marks by keyboard: 1 to 5 mark the criterion in focus, and the next one gets the focus.
const form = document.querySelector("[data-scores]");

form?.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || !/^[1-5]$/.test(event.key)) return;
  const here = event.target.closest(".score-scale");
  if (!here || event.target.matches("textarea, input:not([type=radio])")) return;
  const mark = here.querySelector(`input[value="${event.key}"]`);
  if (!mark) return;
  event.preventDefault();
  mark.checked = true;
  mark.dispatchEvent(new Event("change", { bubbles: true }));
  const scales = [...form.querySelectorAll(".score-scale")];
  const next = scales[scales.indexOf(here) + 1];
  (next?.querySelector("input:checked, input") ?? form.querySelector("#reason")).focus();
});
