// The product gallery: large pictures that open in place, with keyboard and touch.
// Markup: <div data-gallery> with links <a data-view href="large.jpg"> around pictures.
const words =
  document.documentElement.lang === "id"
    ? { close: "Tutup", next: "Foto berikutnya", previous: "Foto sebelumnya", zoom: "Perbesar atau perkecil", title: "Foto besar" }
    : { close: "Close", next: "Next photo", previous: "Previous photo", zoom: "Zoom in or out", title: "Large photo" };

for (const gallery of document.querySelectorAll("[data-gallery]")) start([...gallery.querySelectorAll("a[data-view]")]);

function start(views) {
  if (!views.length || typeof HTMLDialogElement === "undefined") return;
  let place = 0;
  let startX = null;
  const dialog = document.createElement("dialog");
  dialog.className = "viewer";
  dialog.setAttribute("aria-label", words.title);
  const picture = document.createElement("img");
  picture.className = "viewer-picture";
  const stage = document.createElement("div");
  stage.className = "viewer-stage";
  stage.tabIndex = 0;
  stage.append(picture);
  const count = document.createElement("p");
  count.className = "viewer-count";
  count.setAttribute("aria-live", "polite");

  const press = (sign, label, action) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = sign;
    button.setAttribute("aria-label", label);
    button.addEventListener("click", action);
    return button;
  };
  const zoom = (event) => {
    const large = stage.classList.toggle("viewer-zoomed");
    if (!large) return;
    const box = stage.getBoundingClientRect();
    const x = event?.clientX ? (event.clientX - box.left) / box.width : 0.5;
    const y = event?.clientY ? (event.clientY - box.top) / box.height : 0.5;
    stage.scrollTo((stage.scrollWidth - box.width) * x, (stage.scrollHeight - box.height) * y);
  };
  // What the page has loaded stands in until the largest is there, in the format that this browser took.
  const show = (href, inner) => {
    const now = inner?.currentSrc ?? "";
    const ending = now.match(/\.(avif|webp)$/)?.[0];
    const large = new Image();
    large.src = ending ? href.replace(/\.jpg$/, ending) : href;
    picture.src = now || large.src;
    large.addEventListener("load", () => views[place].href === href && (picture.src = large.src));
  };
  const go = (to) => {
    place = (to + views.length) % views.length;
    const inner = views[place].querySelector("img");
    stage.classList.remove("viewer-zoomed");
    show(views[place].href, inner);
    picture.alt = inner?.alt ?? "";
    count.textContent = `${place + 1} / ${views.length}`;
  };

  const bar = document.createElement("div");
  bar.className = "viewer-bar";
  bar.append(count, press("⤢", words.zoom, () => zoom()));
  if (views.length > 1) bar.append(press("←", words.previous, () => go(place - 1)), press("→", words.next, () => go(place + 1)));
  bar.append(press("✕", words.close, () => dialog.close()));
  dialog.append(bar, stage);
  document.body.append(dialog);

  picture.addEventListener("click", zoom);
  dialog.addEventListener("keydown", (event) => {
    const zoomed = stage.classList.contains("viewer-zoomed"); // then the arrows move the picture
    if (event.key === "ArrowRight" && !zoomed) go(place + 1);
    else if (event.key === "ArrowLeft" && !zoomed) go(place - 1);
    else if (event.key === "+" || event.key === "-") zoom();
    else return;
    event.preventDefault();
  });
  stage.addEventListener("pointerdown", (event) => {
    startX = stage.classList.contains("viewer-zoomed") ? null : event.clientX;
  });
  stage.addEventListener("pointerup", (event) => {
    const moved = startX === null ? 0 : event.clientX - startX;
    if (Math.abs(moved) > 50) go(place + (moved < 0 ? 1 : -1));
    startX = null;
  });
  dialog.addEventListener("close", () => views[place].focus());
  views.forEach((view, index) =>
    view.addEventListener("click", (event) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      go(index);
      dialog.showModal();
    }),
  );
}
