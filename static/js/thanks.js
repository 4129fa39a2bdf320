// Asks how the payment stands, a few times, so that the buyer need not press; and prints an invoice.
const waiting = document.querySelector("[data-confirming] form");
const TRIES = 5;

if (waiting) {
  const key = `asked ${location.pathname}`;
  const asked = Number(sessionStorage.getItem(key) ?? 0);
  if (asked < TRIES) {
    sessionStorage.setItem(key, String(asked + 1));
    setTimeout(() => waiting.requestSubmit(), asked ? 4000 : 800);
  }
}

document.querySelector("[data-print]")?.addEventListener("click", () => print());
