// Adds minus and plus beside a small number field: <div data-quantity><input type="number"></div>.
const words = document.documentElement.lang === "id" ? { less: "Kurangi", more: "Tambah" } : { less: "One less", more: "One more" };

function button(sign, label, onPress) {
  const element = document.createElement("button");
  element.type = "button";
  element.textContent = sign;
  element.setAttribute("aria-label", label);
  element.addEventListener("click", onPress);
  return element;
}

for (const box of document.querySelectorAll("[data-quantity]")) {
  const input = box.querySelector("input");
  if (!input) continue;
  const step = (by) => () => {
    if (by > 0) input.stepUp();
    else input.stepDown();
    input.dispatchEvent(new Event("input", { bubbles: true }));
    input.dispatchEvent(new Event("change", { bubbles: true }));
  };
  box.prepend(button("−", words.less, step(-1)));
  box.append(button("+", words.more, step(1)));
  box.dataset.ready = "";
}
