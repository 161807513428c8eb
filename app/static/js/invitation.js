// Takes the secret of an invitation out of the address, where it would stay in the history, into
// the form. It is sent when the person begins, so that a preview of the link does not use it up.

const form = document.querySelector("[data-invitation]");
const secret = location.hash.slice(1);
if (form && secret) {
  history.replaceState(null, "", location.pathname);
  form.elements.secret.value = secret;
  form.elements.secret.closest(".field").hidden = true;
}
