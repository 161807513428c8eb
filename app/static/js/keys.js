// One key for each act: J and K go from strip to strip, the others press what carries their
// letter, in the strip that has the focus, else in the lapse line, else on the page. They
// work only while no field has the focus, and can be turned off; that choice is kept.

const KEPT_AS = "single-keys";
const FIELDS = "input:not([type=radio], [type=checkbox]), select, textarea, [contenteditable]";

const isOn = () => localStorage.getItem(KEPT_AS) !== "off";
const strips = () => [...document.querySelectorAll("[data-strip]")];
const heldStrip = () => document.activeElement?.closest("[data-strip]") ?? null;

function move(step) {
  const all = strips();
  if (!all.length) return;
  const at = all.indexOf(heldStrip());
  const next = at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + step, 0), all.length - 1);
  all[next].querySelector(".strip__nature a")?.focus();
  all[next].scrollIntoView({ block: "nearest" });
}

function press(key) {
  const places = [heldStrip(), document.getElementById("lapse"), strips().length > 1 ? null : document];
  for (const place of places) {
    const act = place?.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (act) return act.click();
    if (place === heldStrip() && place) return; // a held strip never lets a key through to another call
  }
}

function holdFocused() {
  for (const strip of strips()) strip.classList.toggle("strip--held", strip === heldStrip());
}

function show() {
  for (const key of document.querySelectorAll("kbd, .next__cap small")) key.hidden = !isOn();
  const list = document.querySelector("[data-keys]");
  if (list) list.hidden = false;
  const button = document.querySelector("[data-keys-switch]");
  if (button) button.textContent = isOn() ? button.dataset.saysOff : button.dataset.saysOn;
}

document.addEventListener("keydown", (event) => {
  if (!isOn() || event.defaultPrevented || event.repeat) return;
  if (event.ctrlKey || event.metaKey || event.altKey || event.key.length !== 1) return;
  if (event.target.closest?.(FIELDS)) return;
  const key = event.key.toLowerCase();
  if (key === "j" || key === "k") move(key === "j" ? 1 : -1);
  else press(key);
});
document.addEventListener("focusin", holdFocused);
document.addEventListener("focusout", () => setTimeout(holdFocused));
document.addEventListener("board:fresh", () => {
  holdFocused();
  show();
});
document.querySelector("[data-keys-switch]")?.addEventListener("click", () => {
  localStorage.setItem(KEPT_AS, isOn() ? "off" : "on");
  show();
});
show();
