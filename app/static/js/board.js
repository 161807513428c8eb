// Keeps the board fresh without a reload: asks for a few bytes every two seconds, and when
// they have changed fetches the same page again and takes over what differs, strip by strip.
// No strip moves while a hand or the focus is in its bay: the bay then says "2 new above".

const EVERY = 2000;
const EVERY_WHEN_HIDDEN = 10000;
const PATIENCE = 6000;
const NEW_FOR = 10000;
const LOUD = ["due", "lapsing"];

const board = document.querySelector("[data-board]");
const said = document.getElementById("board-said");
const newUntil = new Map();
let stamp = board.dataset.stamp;
let failures = 0;
let lastHeard = new Date();
let timer;
let isOld = false;

function fill(pattern, values) {
  return pattern.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

// The board asks by itself: that is no sign that somebody sits before it.
async function ask(url, headers) {
  return fetch(url, { headers: { ...headers, "X-By-Itself": "1" }, cache: "no-store", credentials: "same-origin", signal: AbortSignal.timeout(PATIENCE) });
}

async function look() {
  clearTimeout(timer);
  try {
    const answer = await ask(board.dataset.stampUrl, { "If-None-Match": `W/"${stamp}"` });
    if (answer.redirected || answer.status === 403) return location.reload(); // signed out
    if (answer.status !== 200 && answer.status !== 304) throw new Error(String(answer.status));
    if (answer.status === 200) {
      const fresh = await answer.text();
      if (fresh !== stamp && (await takeOver())) stamp = fresh;
    }
    hear();
  } catch {
    miss();
  }
  timer = setTimeout(look, document.hidden ? EVERY_WHEN_HIDDEN : EVERY);
}

async function takeOver() {
  const answer = await ask(location.pathname + location.search, {});
  if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  document.title = fresh.title;
  for (const id of ["lapse", "board-line", "board-help", "board-top", "board-free", "board-map"]) replace(id, fresh);
  for (const bay of fresh.querySelectorAll("[data-bay]")) patchBay(bay);
  const empty = board.querySelector(".empty");
  const freshEmpty = fresh.querySelector("[data-board] .empty");
  if (empty) empty.remove();
  if (freshEmpty) board.querySelector("#board-help").after(document.importNode(freshEmpty, true));
  document.dispatchEvent(new CustomEvent("board:fresh"));
  return true;
}

// The words of an element, without what only the running clocks have changed.
function signature(element) {
  const copy = element.cloneNode(true);
  copy.classList.remove("strip--held", "strip--new", ...LOUD.map((tone) => `strip--${tone}`));
  for (const clock of copy.querySelectorAll("[data-deadline]")) clock.replaceWith(clock.dataset.deadline);
  for (const token of copy.querySelectorAll("[name=csrf_token]")) token.remove();
  for (const key of copy.querySelectorAll("kbd")) key.removeAttribute("hidden");
  for (const title of copy.querySelectorAll("[data-new]")) title.removeAttribute("data-new");
  return copy.outerHTML;
}

function replace(id, fresh) {
  const here = document.getElementById(id);
  const there = fresh.getElementById(id);
  if (!here || !there || signature(here) === signature(there)) return;
  if (here.contains(document.activeElement) && id !== "lapse") return; // taken over at the next change
  const isOpen = here.querySelector("details")?.open;
  const next = document.importNode(there, true);
  if (isOpen) next.querySelector("details").open = true;
  here.replaceWith(next);
}

function isBusy(bay) {
  return bay.contains(document.activeElement) || bay.matches(":hover");
}

function patchBay(fresh) {
  const id = fresh.querySelector(".bay__rack").id;
  const rack = document.getElementById(id);
  const bay = rack.closest("[data-bay]");
  const wanted = [...fresh.querySelectorAll("[data-strip]")];
  const busy = isBusy(bay) && !bay.hidden;
  for (const strip of wanted) patchStrip(strip, rack);
  bay.querySelector(".meta").textContent = fresh.querySelector(".meta").textContent;
  if (busy) return holdBack(bay, rack, wanted);
  settle(bay, rack, wanted);
}

function patchStrip(fresh, rack) {
  const here = document.getElementById(fresh.id);
  if (!here || !rack.contains(here) || signature(here) === signature(fresh)) return;
  const focused = here.contains(document.activeElement) ? document.activeElement : null;
  const key = focused?.dataset.key;
  const next = document.importNode(fresh, true);
  here.replaceWith(next);
  if (focused) (next.querySelector(key ? `[data-key="${key}"]` : "a") ?? next.querySelector("a")).focus();
}

function holdBack(bay, rack, wanted) {
  const news = wanted.filter((strip) => !rack.querySelector(`#${CSS.escape(strip.id)}`));
  const ids = new Set(wanted.map((strip) => strip.id));
  for (const gone of rack.querySelectorAll("[data-strip]")) {
    if (!ids.has(gone.id)) gone.classList.add("strip--gone");
  }
  const button = bay.querySelector("[data-above]");
  button.hidden = !news.length;
  button.textContent = fill(board.dataset.saysAbove, { count: news.length });
  button.onclick = () => {
    rack.querySelector("[data-strip] a")?.blur();
    settle(bay, rack, wanted);
    rack.querySelector("[data-strip] a")?.focus();
  };
  bay.waiting = () => settle(bay, rack, wanted);
}

function settle(bay, rack, wanted) {
  delete bay.waiting;
  bay.querySelector("[data-above]").hidden = true;
  bay.hidden = !wanted.length;
  const inRack = wanted.map((strip) => {
    const known = document.getElementById(strip.id);
    if (known) return known;
    newUntil.set(strip.id, Date.now() + NEW_FOR);
    return document.importNode(strip, true);
  });
  if (inRack.every((strip, place) => rack.children[place] === strip) && rack.children.length === inRack.length) return;
  rack.replaceChildren(...inRack);
}

function releaseBays() {
  for (const bay of document.querySelectorAll("[data-bay]")) {
    if (bay.waiting && !isBusy(bay)) bay.waiting();
  }
}

// Once a second: strips follow their clocks, "new" fades, and a clock that has changed its
// state asks for the page again, since the lapse line hangs on it.
function everySecond() {
  let changed = false;
  for (const strip of document.querySelectorAll("[data-strip]")) {
    const clock = strip.querySelector(".clock");
    for (const tone of LOUD) {
      const isLoud = Boolean(clock?.classList.contains(`clock--${tone}`));
      if (strip.classList.contains(`strip--${tone}`) !== isLoud && !strip.classList.contains("strip--gone")) {
        strip.classList.toggle(`strip--${tone}`, isLoud);
        changed = true;
      }
    }
    const isNew = (newUntil.get(strip.id) ?? 0) > Date.now();
    strip.classList.toggle("strip--new", isNew);
    const title = strip.querySelector(".strip__nature");
    if (isNew) title.dataset.new = strip.dataset.saysNew;
    else title.removeAttribute("data-new");
  }
  releaseBays();
  if (isOld) markOld();
  if (changed && !isOld) takeOver().catch(miss);
}

function markOld() {
  for (const word of document.querySelectorAll(".clock__word")) {
    if (!word.dataset.fresh) word.dataset.fresh = word.textContent;
    word.textContent = board.dataset.saysOld;
  }
}

function miss() {
  failures += 1;
  if (failures < 2 || isOld) return;
  isOld = true;
  const time = lastHeard.toLocaleTimeString(document.documentElement.lang);
  const line = document.createElement("div");
  line.className = "banner banner--alarm";
  const words = document.createElement("b");
  words.textContent = fill(board.dataset.saysLost, { time });
  line.append(words);
  said.replaceChildren(line);
  markOld();
}

function hear() {
  failures = 0;
  lastHeard = new Date();
  if (!isOld) return;
  isOld = false;
  said.replaceChildren();
  for (const word of document.querySelectorAll("[data-fresh]")) {
    word.textContent = word.dataset.fresh;
    delete word.dataset.fresh;
  }
  takeOver().catch(miss);
}

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) look();
});
window.addEventListener("online", look);
window.addEventListener("offline", () => {
  failures += 1;
  miss();
});
setInterval(everySecond, 1000);
timer = setTimeout(look, EVERY);
