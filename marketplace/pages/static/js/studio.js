// The studio's comforts. Without this file the form still works: examples are links, the strength is always shown.
(() => {
  const form = document.getElementById("studio-form");
  if (!form) return;
  const prompt = form.elements.prompt;
  const file = form.elements.picture;
  const earlier = form.elements.input_output;
  const hasPicture = document.getElementById("has_picture");
  const beginWith = document.getElementById("begin-with");
  const shown = document.getElementById("begin-with-picture");
  const strength = form.elements.strength;
  const strengthField = document.getElementById("strength-field");
  const recipe = form.elements.recipe;
  const recipeBeginning = document.getElementById("recipe-beginning");
  const area = form.querySelector(".drop-target");
  let shownUrl = null;

  const quoteAgain = () => document.body.dispatchEvent(new CustomEvent("quote-again"));

  function showPicture() {
    const chosen = file.files[0];
    if (shownUrl) URL.revokeObjectURL(shownUrl);
    shownUrl = chosen ? URL.createObjectURL(chosen) : null;
    if (chosen) {
      shown.src = shownUrl;
      earlier.value = "";
      leaveRecipe();
    }
    hasPicture.value = chosen ? "on" : "";
    const any = Boolean(chosen || earlier.value);
    beginWith.hidden = !any;
    strengthField.hidden = !any && !(recipe.value && recipeBeginning && "hasStrength" in recipeBeginning.dataset);
  }

  function leaveRecipe() {
    recipe.value = "";
    if (recipeBeginning) recipeBeginning.hidden = true;
  }

  function showStrength() {
    document.getElementById("strength-value").textContent = `${Math.round(Number(strength.value) * 100)} %`;
  }

  document.addEventListener("click", (event) => {
    const offered = event.target.closest("[data-use-prompt]");
    if (offered) {
      event.preventDefault();
      prompt.value = offered.dataset.usePrompt;
      document.getElementById("studio-result").replaceChildren();
      prompt.focus();
      quoteAgain();
    }
    if (event.target.closest("[data-no-recipe]")) {
      event.preventDefault();
      leaveRecipe();
      showPicture();
      quoteAgain();
    }
    if (event.target.closest("[data-no-picture]")) {
      event.preventDefault();
      file.value = "";
      earlier.value = "";
      showPicture();
      quoteAgain();
    }
  });
  file.addEventListener("change", () => {
    showPicture();
    quoteAgain();
  });
  strength.addEventListener("input", showStrength);
  for (const name of ["dragover", "dragleave", "drop"]) {
    area.addEventListener(name, (event) => {
      event.preventDefault();
      area.classList.toggle("over", name === "dragover");
      if (name === "drop" && event.dataTransfer.files.length) {
        file.files = event.dataTransfer.files;
        file.dispatchEvent(new Event("change", { bubbles: true }));
      }
    });
  }
  showPicture();
  showStrength();
})();
