// Keeps the page for when there is no connection, once everything else has arrived; and leaves that page
// as soon as there is one again.
if ("serviceWorker" in navigator && window.isSecureContext) {
  addEventListener("load", () => {
    navigator.serviceWorker.register("/service-worker.js", { scope: "/", updateViaCache: "none" }).catch(() => {});
  });
}

const offline = document.querySelector("[data-offline]");
if (offline && location.pathname !== offline.dataset.offline) addEventListener("online", () => location.reload());
