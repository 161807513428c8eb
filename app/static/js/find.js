// While a name is typed, the list keeps what it may mean and the map shows where it is.
// The same letters are found with or without accents and capitals, as the server does.

const field = document.querySelector(".front__find input");

function plain(name) {
  return name.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ").trim();
}

function isMeant(name, wanted) {
  return ` ${plain(name)}`.includes(` ${wanted}`);
}

function show() {
  const wanted = plain(field.value);
  for (const place of document.querySelectorAll("[data-find]")) {
    const meant = Boolean(wanted) && isMeant(place.dataset.find, wanted);
    if (place instanceof HTMLElement) place.hidden = Boolean(wanted) && !meant;
    else place.querySelector("path").classList.toggle("m-area--here", meant);
  }
}

field?.addEventListener("input", show);
