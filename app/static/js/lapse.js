// The line about a call that is about to lapse, on a coordinator's pages other than the board
// (the board draws its own, and the page of that very call has its clock on top). Said once for
// each call; the seconds are counted by clock.js.

const EVERY = 5000;
const slot = document.getElementById("lapse");
let shown = "";

function part(name, className, words) {
  const element = document.createElement(name);
  element.className = className;
  element.textContent = words;
  return element;
}

// As clock.js writes it, which comes to it within a second: a line without its number says nothing.
function timeLeft(deadline) {
  const left = Math.max(Math.floor((Date.parse(deadline) - Date.now()) / 1000), 0);
  return `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
}

function draw(call) {
  const line = part("section", "lapse", "");
  line.setAttribute("role", "alert");
  line.setAttribute("aria-label", slot.dataset.saysLabel);
  const left = part("span", "lapse__left", timeLeft(call.deadline));
  left.dataset.deadline = call.deadline;
  left.dataset.leftLapsed = "0:00";
  left.setAttribute("aria-hidden", "true");
  const what = part("p", "lapse__what", "");
  what.append(part("b", "", call.what), call.otherwise);
  const open = part("a", "btn", slot.dataset.saysOpen);
  open.href = call.url;
  line.append(left, what, open);
  slot.replaceChildren(line);
}

async function look() {
  try {
    const answer = await fetch(slot.dataset.lapseUrl, { cache: "no-store", signal: AbortSignal.timeout(EVERY) });
    const told = answer.status === 200 && !answer.redirected ? await answer.json() : null;
    const call = told?.url === location.pathname ? null : told;
    const now = call ? `${call.url} ${call.deadline}` : "";
    if (now !== shown) {
      shown = now;
      if (call) draw(call);
      else slot.replaceChildren();
    }
  } catch {
    // no line now: what is shown stays until the next look
  }
  setTimeout(look, EVERY);
}

if (slot?.dataset.lapseUrl) look();
