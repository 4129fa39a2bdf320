// Asks once before typed words are lost, and puts the focus on what is wrong after a form came back.
// Opt in with <form data-guard>.
let leaving = false;

for (const form of document.querySelectorAll("form[data-guard]")) {
  const state = () => new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === "string")).toString();
  const before = state();
  form.addEventListener("submit", () => {
    leaving = true;
  });
  window.addEventListener("beforeunload", (event) => {
    if (!leaving && state() !== before) event.preventDefault();
  });
}

// One press is one press: a second click on a sending form does nothing.
for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sending) event.preventDefault();
    form.dataset.sending = "1";
  });
}
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sending]")) delete form.dataset.sending;
});

// Where a browser knows `autofocus` on everything, it has the focus already.
if (!("autofocus" in HTMLElement.prototype)) document.querySelector("[data-focus]")?.focus();
