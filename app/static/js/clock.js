// Counts every clock of the page down, once a second, by changing words only.
// A clock is an element with data-deadline; see templates/components/clock.html.
// What has gone from calm to due, or from due to lapsing, is said aloud once; seconds never are.

const HOUR = 3600;
const STATES = ["calm", "due", "lapsing", "lapsed"];
const states = new WeakMap();

const voice = document.createElement("div");
voice.className = "sr";
voice.setAttribute("role", "status");
document.body.append(voice);

function secondsLeft(clock) {
  return Math.floor((Date.parse(clock.dataset.deadline) - Date.now()) / 1000);
}

function stateAt(clock, left) {
  if (left <= 0) return "lapsed";
  if (left <= Number(clock.dataset.lapsing ?? 0)) return "lapsing";
  if (left <= Number(clock.dataset.due ?? 0)) return "due";
  return "calm";
}

function minutes(left) {
  return `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
}

function write(element, words) {
  if (element && element.textContent !== words) element.textContent = words;
}

function changeState(clock, state) {
  const before = states.get(clock);
  if (before === state) return;
  states.set(clock, state);
  clock.classList.remove(...STATES.map((name) => `clock--${name}`));
  clock.classList.add(`clock--${state}`);
  const words = clock.dataset[`word${state[0].toUpperCase()}${state.slice(1)}`];
  if (words) write(clock.querySelector(".clock__word"), words);
  if (before !== undefined && (state === "due" || state === "lapsing")) {
    voice.textContent = [clock.dataset.about, words].filter(Boolean).join(": ");
  }
}

function tick(clock) {
  const left = secondsLeft(clock);
  const number = clock.querySelector(".clock__left") ?? clock;
  if (clock.classList.contains("clock")) changeState(clock, stateAt(clock, left));
  if (left <= 0) write(number, clock.dataset.leftLapsed ?? "");
  else if (left < HOUR) write(number, minutes(left));
  const fuse = clock.querySelector(".clock__fuse");
  if (fuse) {
    fuse.value = Math.max(left, 0);
    fuse.hidden = left <= 0;
  }
}

function tickAll() {
  document.querySelectorAll("[data-deadline]").forEach(tick);
}

tickAll();
setInterval(tickAll, 1000);
