// Checkout comfort: the district and the postage follow what is typed, without a press. The server draws the page;
// this only puts its fresh parts in place. Everything works without it.
const form = document.querySelector("form[data-checkout]");

if (form) {
  for (const button of form.querySelectorAll("[data-no-script-only]")) button.hidden = true;
  let running;

  async function refresh() {
    running?.abort();
    running = new AbortController();
    const summary = document.getElementById("summary");
    summary.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(form.dataset.checkout, { method: "POST", body: new FormData(form), signal: running.signal });
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      put(page, "summary");
      put(page, "place");
    } catch (problem) {
      if (problem.name !== "AbortError") return; // the buttons still work
    } finally {
      document.getElementById("summary").removeAttribute("aria-busy");
    }
  }

  function put(page, id) {
    const fresh = page.getElementById(id);
    const old = document.getElementById(id);
    if (!fresh || !old) return;
    const focused = old.contains(document.activeElement) ? document.activeElement : null;
    const typed = focused && "value" in focused ? focused.value : null;
    for (const button of fresh.querySelectorAll("[data-no-script-only]")) button.hidden = true;
    for (const details of old.querySelectorAll("details[open]")) fresh.querySelector("details")?.setAttribute("open", "");
    old.replaceChildren(...fresh.childNodes);
    for (const chosen of old.querySelectorAll("select")) if (chosen.value) strike(chosen);
    if (!focused?.id) return;
    const again = document.getElementById(focused.id);
    if (!again) return;
    if (typed !== null && again.tagName === "INPUT") again.value = typed;
    again.focus();
  }

  // The list on top names only what is still open.
  function strike(control) {
    const summary = document.querySelector(".error-summary");
    summary?.querySelector(`a[href="#${CSS.escape(control.id)}"]`)?.closest("li").remove();
    if (summary && !summary.querySelector("li")) summary.remove();
  }

  // What is being put right no longer says that it is wrong; the server looks again at Pay.
  function forgive(control) {
    const field = control.closest(".field-wrong");
    if (!field) return;
    field.classList.remove("field-wrong");
    strike(control);
    field.querySelector(".field-error")?.remove();
    control.removeAttribute("aria-invalid");
  }

  let wait;
  form.addEventListener("input", (event) => {
    clearTimeout(wait);
    forgive(event.target);
    const { name, value } = event.target;
    if (name === "postal_code" && /^[0-9]{5}$/.test(value.trim())) refresh();
    if (name === "place_q" && value.trim().length > 2) wait = setTimeout(refresh, 400);
  });
  form.addEventListener("change", (event) => {
    if (event.target.name === "district_code" || /^(service|insured)-/.test(event.target.name)) refresh();
  });
}

// In the cart, a changed number is sent by itself.
for (const line of document.querySelectorAll("form[data-submit-on-change]")) {
  line.querySelector("button[type=submit]").hidden = true;
  let wait;
  line.addEventListener("change", () => {
    clearTimeout(wait);
    wait = setTimeout(() => line.requestSubmit(), 500);
  });
}
