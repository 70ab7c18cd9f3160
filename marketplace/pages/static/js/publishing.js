// Suggested tags as switches, and one press of Publish; the form works without this file.
for (const box of document.querySelectorAll("[data-tags-for]")) {
  const field = document.getElementById(box.dataset.tagsFor);
  const labels = () => field.value.split(/[,，、]/).map((label) => label.trim()).filter(Boolean);
  const show = () => {
    const chosen = labels().map((label) => label.toLowerCase());
    for (const button of box.querySelectorAll("[data-tag]")) {
      button.setAttribute("aria-pressed", String(chosen.includes(button.dataset.tag.toLowerCase())));
    }
  };
  box.hidden = false;
  box.addEventListener("click", (event) => {
    const button = event.target.closest("[data-tag]");
    if (!button) return;
    const tag = button.dataset.tag;
    const others = labels().filter((label) => label.toLowerCase() !== tag.toLowerCase());
    field.value = (others.length < labels().length ? others : [...others, tag]).join(", ");
    show();
  });
  field.addEventListener("input", show);
  show();
}
for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", () => {
    for (const button of form.querySelectorAll('button[type="submit"]')) button.disabled = true;
  });
}
// Coming back with the browser's arrow: the button can be pressed again.
window.addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("form[data-once] button:disabled")) button.disabled = false;
});
