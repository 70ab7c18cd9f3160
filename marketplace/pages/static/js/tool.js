// A picture tool: shows the file that was chosen, and tells the price its size. Without this file the form still works.
(() => {
  const form = document.getElementById("tool-form");
  if (!form) return;
  const file = form.elements.picture;
  const stage = document.getElementById("tool-stage");
  const picture = document.getElementById("tool-picture");
  const reference = form.elements.reference;
  const shownReference = document.getElementById("reference-picture");
  const urls = new Map();

  function show(image, chosen) {
    if (urls.has(image)) URL.revokeObjectURL(urls.get(image));
    urls.delete(image);
    if (!chosen) return;
    urls.set(image, URL.createObjectURL(chosen));
    image.removeAttribute("width");
    image.removeAttribute("height");
    image.src = urls.get(image);
    image.hidden = false;
  }

  file.addEventListener("change", () => {
    if (!file.files.length) return;
    form.elements.picture_id.value = "";
    stage.hidden = false;
    show(picture, file.files[0]);
    picture.alt = file.files[0].name;
    for (const thumb of form.querySelectorAll(".choose-picture .thumb")) thumb.removeAttribute("aria-current");
  });
  picture.addEventListener("load", () => {
    form.elements.width.value = picture.naturalWidth;
    form.elements.height.value = picture.naturalHeight;
    document.body.dispatchEvent(new CustomEvent("quote-again"));
  });
  reference?.addEventListener("change", () => {
    show(shownReference, reference.files[0]);
    shownReference.hidden = !reference.files.length;
    for (const one of form.querySelectorAll('[name="reference_id"]')) one.checked = false;
  });
  for (const one of form.querySelectorAll('[name="reference_id"]')) {
    one.addEventListener("change", () => {
      reference.value = "";
      shownReference.hidden = true;
    });
  }
  for (const area of form.querySelectorAll(".drop-target")) {
    const field = area.querySelector('input[type="file"]');
    for (const name of ["dragover", "dragleave", "drop"]) {
      area.addEventListener(name, (event) => {
        event.preventDefault();
        area.classList.toggle("over", name === "dragover");
        if (name === "drop" && event.dataTransfer.files.length) {
          field.files = event.dataTransfer.files;
          field.dispatchEvent(new Event("change", { bubbles: true }));
        }
      });
    }
  }
})();
