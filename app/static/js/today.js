// Today: a step is sent once, however often a cold thumb presses; and the page is fresh when one comes back to it.

for (const form of document.querySelectorAll("form:has([data-once])")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    form.querySelector("[data-once]").setAttribute("aria-busy", "true");
  });
}

const STALE_AFTER = 60_000;
const shownAt = Date.now();

document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible" && Date.now() - shownAt > STALE_AFTER) location.reload();
});
window.addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
