// The grid's form: the names of the models go into the axis that asks for them. Without this file they are typed.
(() => {
  const form = document.getElementById("studio-form");
  if (!form) return;
  form.addEventListener("click", (event) => {
    const offered = event.target.closest("[data-add-value]");
    if (!offered) return;
    const axis = ["x", "y"].find((name) => form.elements[`${name}_what`].value === "model") || "x";
    form.elements[`${axis}_what`].value = "model";
    const field = form.elements[`${axis}_values`];
    const lines = field.value.split("\n").filter((line) => line.trim());
    if (!lines.includes(offered.dataset.addValue)) lines.push(offered.dataset.addValue);
    field.value = lines.join("\n");
    field.dispatchEvent(new Event("change", { bubbles: true }));
  });
})();
