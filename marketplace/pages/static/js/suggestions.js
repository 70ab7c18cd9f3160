// The list below the search field, as a combobox: arrows choose, Enter goes there, Escape closes. htmx brings the
// list; without this file the field is a plain search.
const field = document.getElementById("site-search");
const list = document.getElementById("suggestions");
const options = () => [...list.querySelectorAll("[role=option]")];

function choose(option) {
  for (const other of options()) other.setAttribute("aria-selected", String(other === option));
  if (option) field.setAttribute("aria-activedescendant", option.id);
  else field.removeAttribute("aria-activedescendant");
  option?.scrollIntoView({ block: "nearest" });
}
function show(isOpen) {
  list.dataset.none = String(!isOpen);
  field.setAttribute("aria-expanded", String(isOpen));
  if (!isOpen) choose(null);
}
if (field && list) {
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-controls", list.id]]) {
    field.setAttribute(name, value);
  }
  show(false);
  list.addEventListener("htmx:afterSwap", () => show(document.activeElement === field && options().length > 0));
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      // A search field of its own accord also forgets what was typed: the first Escape only closes the list.
      if (list.dataset.none === "false") event.preventDefault();
      return show(false);
    }
    if (list.dataset.none === "true" || event.isComposing) return;
    const all = options();
    const at = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const next = event.key === "ArrowDown" ? at + 1 : at === -1 ? all.length - 1 : at - 1;
      choose(all[next] ?? null);
    } else if (event.key === "Enter" && at >= 0) {
      event.preventDefault();
      all[at].querySelector("a").click();
    }
  });
  field.form.addEventListener("focusout", (event) => {
    if (!field.form.contains(event.relatedTarget)) show(false);
  });
}
