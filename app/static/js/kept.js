// Keeps a resident's words on their own device until they are sent, and counts letters.
// Only fields that ask for it (data-keep) are kept. Staff pages never ask: words about a case
// must not lie unsealed on a device.

const DELAY = 600;

function fill(pattern, values) {
  return pattern.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

function show(line, words, isCount) {
  line.querySelector(isCount ? ".kept__count" : "span").textContent = words;
  line.hidden = false;
}

function count(field, line) {
  const most = field.maxLength;
  if (most > 0) show(line, fill(line.dataset.saysCount, { count: field.value.length, most }), true);
}

function keep(field, line) {
  const key = `kept:${field.dataset.keep}`;
  const kept = localStorage.getItem(key);
  if (kept && !field.value) field.value = kept;
  let waiting;
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      localStorage.setItem(key, field.value);
      const time = new Date().toLocaleTimeString(document.documentElement.lang);
      if (line) show(line, fill(line.dataset.saysKept, { time }), false);
    }, DELAY);
  });
}

for (const field of document.querySelectorAll("textarea, [data-keep]")) {
  const line = document.querySelector(`[data-kept-for="${CSS.escape(field.id)}"]`);
  if (field.dataset.keep) keep(field, line);
  if (line) {
    field.addEventListener("input", () => count(field, line));
    count(field, line);
  }
}

// The page shown after sending says which words need not be kept any longer.
for (const sent of document.querySelectorAll("[data-sent]")) localStorage.removeItem(`kept:${sent.dataset.sent}`);
