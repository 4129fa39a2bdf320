// Keeps the page for when there is no connection, once everything else has arrived; and leaves that page
// as soon as there is one again.
if ("serviceWorker" in navigator && window.isSecureContext) {
  addEventListener("load", () => {
    navigator.serviceWorker.register("/service-worker.js", { scope: "/", updateViaCache: "none" }).catch(() => {});
  });
}

const offline = document.querySelector("[data-offline]");
if (offline && location.pathname !== offline.dataset.offline) {
  // A connection that comes and goes again is none; and who is on the way to another page goes there.
  addEventListener("online", () => setTimeout(() => navigator.onLine && location.reload(), 500));
}
