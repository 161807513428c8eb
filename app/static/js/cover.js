// "Cover screen": Escape twice, or the link, puts a blank notice over the page and over its title.
// One uncovers with the button alone, so that a third Escape in a hurry shows nothing.

const link = document.querySelector("[data-cover]");
const TWICE_WITHIN = 800;
let lastEscape = -TWICE_WITHIN;
let title = "";

const back = document.createElement("button");
back.type = "button";
back.className = "btn btn--second";
back.textContent = link?.dataset.coverBack ?? "";

const notice = document.createElement("p");
notice.textContent = link?.dataset.coverSays ?? "";

const cover = document.createElement("div");
cover.className = "cover";
cover.hidden = true;
cover.setAttribute("role", "dialog");
cover.setAttribute("aria-modal", "true");
cover.setAttribute("aria-label", notice.textContent);
cover.append(notice, back);

function setCovered(isCovered) {
  for (const part of document.body.children) if (part !== cover) part.inert = isCovered;
  cover.hidden = !isCovered;
  if (isCovered) {
    title = document.title;
    document.title = "Common Ground";
    back.focus();
  } else {
    document.title = title;
    link.focus();
  }
}

if (link) {
  document.body.append(cover);
  link.addEventListener("click", (event) => {
    event.preventDefault();
    setCovered(true);
  });
  back.addEventListener("click", () => setCovered(false));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !cover.hidden) return;
    if (event.timeStamp - lastEscape < TWICE_WITHIN) setCovered(true);
    lastEscape = event.timeStamp;
  });
}
