// Small habits of every page; each works without this file too, only less comfortably.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.removeAttribute("open");
  }
});
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submit-on-change]")) event.target.form.requestSubmit();
});
document.addEventListener("submit", (event) => {
  const question = event.target.dataset.confirm;
  if (question && !window.confirm(question)) event.preventDefault();
});
// Choosing a colour chooses to wish for one.
document.addEventListener("input", (event) => {
  const name = event.target.dataset.chooses;
  const choice = name && event.target.form.querySelector(`input[name="${name}"][value="on"]`);
  if (choice) choice.checked = true;
});
// htmx sends Django's CSRF token, which a page carries in a meta element (the cookie is not readable by scripts).
document.addEventListener("htmx:configRequest", (event) => {
  const token = document.querySelector('meta[name="csrf-token"]');
  if (token) event.detail.headers["X-CSRFToken"] = token.content;
});
// Coming back with the browser's arrow begins another order: under the old one's number nothing would be made.
window.addEventListener("pageshow", (event) => {
  const [arrival] = performance.getEntriesByType("navigation");
  if (!(event.persisted || arrival?.type === "back_forward") || !crypto.randomUUID) return;
  for (const field of document.querySelectorAll('input[name="submission"]')) field.value = crypto.randomUUID();
});
