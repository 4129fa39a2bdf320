// Stock in two taps without a new page: the same form, sent quietly. Without it each tap is a page.
for (const form of document.querySelectorAll("form[data-count]")) {
  const field = form.elements.count;
  const [less, more] = form.querySelectorAll("button[name=by]");
  const row = form.closest("li");
  const wrong = row.querySelector("[data-count-error]");
  const set = form.querySelector(".count-set");
  let queue = Promise.resolve();

  const show = ({ on_hand: onHand, reserved }) => {
    form.elements.seen.value = field.value = onHand;
    less.disabled = onHand <= reserved;
    more.disabled = onHand >= Number(form.dataset.most);
    set.hidden = true;
  };
  const send = async (data) => {
    row.dataset.sending = "";
    try {
      const answer = await fetch(form.action, { method: "POST", body: data(), headers: { Accept: "application/json" }, redirect: "manual" });
      if (answer.type === "opaqueredirect") return location.reload();
      const said = await answer.json();
      if ("on_hand" in said) show(said);
      wrong.textContent = answer.ok ? "" : said.error;
      row.classList.toggle("counted", answer.ok);
    } catch {
      wrong.textContent = document.documentElement.lang === "id" ? "Tidak ada sambungan. Jumlahnya belum tersimpan." : "No connection. The count is not saved yet.";
    }
    delete row.dataset.sending;
  };

  set.hidden = true;
  field.addEventListener("input", () => (set.hidden = field.value === form.elements.seen.value));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopImmediatePropagation(); // guard.js would stop the second tap
    delete form.dataset.sending;
    const by = event.submitter?.name === "by" ? event.submitter.value : "";
    // One after the other: each tap counts from what the one before has left.
    queue = queue.then(() =>
      send(() => {
        const data = new FormData(form);
        if (by) data.set("by", by);
        return data;
      }),
    );
  });
}
