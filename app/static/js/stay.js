// "Still there?" a minute before somebody is signed out, and what is left on the page after it.
// Only the server knows how long there is: another window may have been used meanwhile.

const WARNED_AT = 60;
const PATIENCE = 6000;
const line = document.querySelector("[data-stay]");
const form = line?.querySelector("form");
const isChanged = new Set();
let timer;

function shown(isShown) {
  if (line.hidden === isShown) line.hidden = !isShown;
}

function plan(left) {
  clearTimeout(timer);
  if (left <= 0) return over();
  shown(left <= WARNED_AT);
  timer = setTimeout(ask, (left > WARNED_AT ? left - WARNED_AT : left) * 1000 + 500);
}

async function tell(url, init) {
  try {
    const answer = await fetch(url, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE), ...init });
    if (answer.redirected || answer.status === 401) return over();
    if (answer.ok) return plan((await answer.json()).left);
  } catch {
    // the line is down: asked again soon
  }
  timer = setTimeout(ask, 5000);
}

function ask() {
  return tell(line.dataset.leftUrl, {});
}

function stay() {
  shown(false);
  return tell(form.action, { method: "POST", body: new FormData(form) });
}

// Signed out: the page goes, unless somebody has typed on it and not sent that yet.
function over() {
  clearTimeout(timer);
  if (!isChanged.size) return location.replace(location.href);
  shown(true);
  line.querySelector("[data-stay-says]").textContent = line.dataset.saysOver;
  form.querySelector("button").hidden = true;
  form.querySelector("a").hidden = false;
}

if (line) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    stay();
  });
  document.addEventListener("keydown", () => {
    if (!line.hidden && !form.querySelector("button").hidden) stay();
  });
  document.addEventListener("input", (event) => isChanged.add(event.target));
  document.addEventListener("submit", () => isChanged.clear());
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) ask();
  });
  plan(Number(line.dataset.left));
}
