"use strict";
// Groups the digits while they are typed, and keeps a second press from sending the form twice.
for (const field of document.querySelectorAll("input[data-format]")) {
  field.addEventListener("input", () => {
    if (field.selectionStart !== field.value.length) return;
    const digits = field.value.replace(/\D/g, "");
    if (field.dataset.format === "card") {
      field.value = digits.slice(0, 19).replace(/(.{4})(?=.)/g, "$1 ");
    } else if (digits.length > 2) {
      field.value = digits.slice(0, 2) + " / " + digits.slice(2, 6);
    }
  });
}
for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", () => {
    const button = form.querySelector("button[type=submit]");
    if (button.dataset.busy) button.textContent = button.dataset.busy;
    button.disabled = true;
  });
}
window.addEventListener("pageshow", (event) => {
  if (event.persisted) window.location.reload();
});
const bad = document.querySelector("[aria-invalid=true]");
if (bad) bad.focus();
