// Leaving at once: the page is blank before the other one comes, and "back" does not show it again.
// Escape twice does the same. Where Escape twice covers the screen, once more leaves.

const TWICE_WITHIN = 800;
const way = document.querySelector("[data-leave]");
let lastEscape = -TWICE_WITHIN;

function leave() {
  document.documentElement.hidden = true;
  document.title = "…";
  // The sign-in ends on the way; the page does not wait for that.
  if (way.tagName === "FORM") navigator.sendBeacon(way.action, new FormData(way));
  location.replace(way.dataset.leave);
}

function onEscape(event) {
  if (event.key !== "Escape") return;
  const isTwice = event.timeStamp - lastEscape < TWICE_WITHIN;
  lastEscape = event.timeStamp;
  if (document.querySelector("[data-cover]")) {
    if (document.querySelector(".cover:not([hidden])")) leave();
  } else if (isTwice) {
    leave();
  }
}

if (way) {
  way.addEventListener(way.tagName === "FORM" ? "submit" : "click", (event) => {
    event.preventDefault();
    leave();
  });
  document.addEventListener("keydown", onEscape, { capture: true }); // before the cover looks at it
}
