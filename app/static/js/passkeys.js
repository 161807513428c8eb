// A passkey fills in a form: ask us what is to be signed, let the device sign, send the form.
// The server checks everything; this only carries. Where the browser cannot, other ways stand beside.

const canMake = typeof window.PublicKeyCredential?.parseCreationOptionsFromJSON === "function";
const canShow = typeof window.PublicKeyCredential?.parseRequestOptionsFromJSON === "function";

async function options(form) {
  const answer = await fetch(form.dataset.optionsUrl, {
    method: "POST",
    headers: { "X-CSRFToken": form.elements.csrf_token.value },
    cache: "no-store",
  });
  if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
  return answer.json();
}

async function use(form) {
  const told = await options(form);
  const made =
    form.dataset.passkey === "create"
      ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(told) })
      : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(told) });
  form.elements.credential.value = JSON.stringify(made.toJSON());
  form.submit();
}

for (const form of document.querySelectorAll("[data-passkey]")) {
  if (!(form.dataset.passkey === "create" ? canMake : canShow)) continue;
  const failed = form.querySelector("[data-passkey-failed]");
  form.querySelector("[data-passkey-works]").hidden = false;
  form.querySelector("[data-passkey-lacks]").hidden = true;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    failed.hidden = true;
    const button = form.querySelector("[data-passkey-button]");
    button.setAttribute("aria-busy", "true");
    try {
      await use(form);
    } catch {
      failed.hidden = false; // the person said no, took too long, or the line is down
    }
    button.removeAttribute("aria-busy");
  });
}
