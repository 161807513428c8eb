// The page of one call says so when the call has moved on while somebody was reading it.

const EVERY = 3000;
const call = document.querySelector("[data-call]");
const moved = document.getElementById("call-moved");

async function look() {
  try {
    const answer = await fetch(call.dataset.stampUrl, {
      headers: { "If-None-Match": `W/"${call.dataset.stamp}"` },
      cache: "no-store",
      signal: AbortSignal.timeout(2 * EVERY),
    });
    if (answer.status === 200 && !answer.redirected && (await answer.text()) !== call.dataset.stamp) {
      moved.hidden = false;
      return;
    }
  } catch {
    // no line now; the next look tries again
  }
  setTimeout(look, EVERY);
}

setTimeout(look, EVERY);
