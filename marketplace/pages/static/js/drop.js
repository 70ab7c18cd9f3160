// Drop zones: a file dropped on the zone is put into its file field; without this file the field works by itself.
for (const zone of document.querySelectorAll("[data-drop]")) {
  const field = zone.querySelector('input[type="file"]');
  const hint = zone.querySelector("[data-drop-hint]");
  if (!field) continue;
  if (hint) hint.hidden = false;
  for (const name of ["dragenter", "dragover"]) {
    zone.addEventListener(name, (event) => { event.preventDefault(); zone.classList.add("over"); });
  }
  for (const name of ["dragleave", "drop"]) {
    zone.addEventListener(name, () => zone.classList.remove("over"));
  }
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    if (!event.dataTransfer.files.length) return;
    field.files = event.dataTransfer.files;
    if (zone.hasAttribute("data-submit-on-drop")) field.form.requestSubmit();
  });
  field.addEventListener("change", () => {
    if (zone.hasAttribute("data-submit-on-drop") && field.files.length) field.form.requestSubmit();
  });
}
