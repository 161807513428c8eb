// After a form came back with errors, the first thing read is what to look at.
// A link to a question with several controls leads to its first control.

const summary = document.querySelector("[data-errors]");

summary?.focus();
summary?.addEventListener("click", (event) => {
  const link = event.target.closest("a");
  const field = link && document.getElementById(link.hash.slice(1));
  if (!field) return;
  event.preventDefault();
  const control = field.matches("input, select, textarea") ? field : field.querySelector("input, select, textarea");
  (control ?? field).focus();
});
