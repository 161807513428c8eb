// While somebody writes a note: says it when a word looks like a name. It never stops them.
// The same look is taken on the server (app/cases/name_check.py), so it works without this.

const WORD = /\p{L}[\p{L}\p{M}'’-]*/gu;
const SENTENCE_END = /[.!?:;\n•–—"“”«»(]$/u;
const DELAY = 400;

function firstName(text, known) {
  for (const match of text.matchAll(WORD)) {
    const word = match[0].replace(/['’]s$/u, "");
    const isCapitalised = word[0] !== word[0].toLowerCase() && word !== word.toUpperCase();
    const before = text.slice(0, match.index).replace(/[ \t]+$/u, "");
    if (isCapitalised && before && !SENTENCE_END.test(before) && !known.has(word.toLowerCase())) return word;
  }
  return null;
}

for (const field of document.querySelectorAll("[data-names]")) {
  const banner = document.getElementById(field.dataset.names);
  const known = new Set(field.dataset.known.split(" "));
  let waiting;
  const look = () => {
    const word = firstName(field.value, known);
    banner.hidden = !word;
    if (word) banner.querySelector("b").textContent = banner.dataset.says.replace("{word}", word);
  };
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(look, DELAY);
  });
  look();
}
