// Fills in who is signed in and how full the cart is. Public pages are the same for everyone;
// these two words are not, so they come afterwards.
const tools = document.querySelector("[data-me]");

async function fill() {
  const answer = await fetch(tools.dataset.me, { headers: { Accept: "application/json" } });
  if (!answer.ok) return;
  const me = await answer.json();
  const name = tools.querySelector("[data-me-name]");
  if (me.name && name) name.textContent = me.name;
  const count = tools.querySelector("[data-me-count]");
  if (me.cart_count > 0 && count) {
    const words = document.createElement("span");
    words.className = "visually-hidden";
    words.textContent = ` ${count.dataset.meWords}`;
    count.replaceChildren(String(me.cart_count), words);
    count.hidden = false;
  }
}

if (tools) fill().catch(() => {});
