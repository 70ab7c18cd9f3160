// Painting over a picture where it shall change. Without this file a mask is chosen as a file.
// [data-mask="black"] is a sketch in that colour instead of a mask. Markup: [data-mask] around an <img>, a <canvas>, an input[type=file][name=mask] and the tools' buttons.
for (const box of document.querySelectorAll("[data-mask]")) {
  const picture = box.querySelector("img");
  const canvas = box.querySelector("canvas");
  const field = box.querySelector('input[type="file"]');
  const size = box.querySelector('input[type="range"]');
  const form = box.closest("form");
  const pen = canvas.getContext("2d");
  const strokes = [];
  let stroke = null;
  let erases = false;
  let cursor = null;

  // The mask has the picture's own pixels; the page shows it scaled.
  const start = () => {
    // No larger than a tool takes a picture: what is larger is reduced there, and the mask with it.
    const shrink = Math.min(1, 2048 / Math.max(picture.naturalWidth, picture.naturalHeight));
    canvas.width = Math.max(1, Math.round(picture.naturalWidth * shrink));
    canvas.height = Math.max(1, Math.round(picture.naturalHeight * shrink));
    // What was painted on another picture is not meant for this one.
    strokes.length = 0;
    cursor = null;
    redraw();
  };
  const widthOf = () => (Number(size.value) / 100) * Math.max(canvas.width, canvas.height);

  function draw(one) {
    pen.globalCompositeOperation = one.erases ? "destination-out" : "source-over";
    pen.strokeStyle = pen.fillStyle = box.dataset.mask || "rgb(255 60 40)";
    pen.lineWidth = one.width;
    pen.lineCap = pen.lineJoin = "round";
    pen.beginPath();
    one.points.forEach(([x, y], at) => (at ? pen.lineTo(x, y) : pen.moveTo(x, y)));
    if (one.points.length === 1) {
      pen.arc(...one.points[0], one.width / 2, 0, 2 * Math.PI);
      pen.fill();
    } else pen.stroke();
  }

  function redraw() {
    pen.clearRect(0, 0, canvas.width, canvas.height);
    strokes.forEach(draw);
    for (const button of box.querySelectorAll("[data-mask-undo], [data-mask-clear]")) button.disabled = !strokes.length;
    box.classList.toggle("painted", strokes.some((one) => !one.erases));
  }

  const place = (event) => {
    const frame = canvas.getBoundingClientRect();
    return [
      ((event.clientX - frame.left) / frame.width) * canvas.width,
      ((event.clientY - frame.top) / frame.height) * canvas.height,
    ];
  };

  canvas.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    canvas.setPointerCapture(event.pointerId);
    stroke = { points: [place(event)], width: widthOf(), erases };
    strokes.push(stroke);
    redraw();
    event.preventDefault();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!stroke) return;
    for (const one of event.getCoalescedEvents?.() ?? [event]) stroke.points.push(place(one));
    draw(stroke);
  });
  for (const name of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(name, () => {
      stroke = null;
      redraw();
    });
  }
  // Arrow keys move a cross, space paints a dot there.
  canvas.addEventListener("keydown", (event) => {
    const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!steps && event.key !== " ") return;
    event.preventDefault();
    cursor ??= [canvas.width / 2, canvas.height / 2];
    if (steps) {
      const far = widthOf() / 2;
      cursor = [
        Math.min(canvas.width, Math.max(0, cursor[0] + steps[0] * far)),
        Math.min(canvas.height, Math.max(0, cursor[1] + steps[1] * far)),
      ];
    } else strokes.push({ points: [cursor], width: widthOf(), erases });
    redraw();
    const arm = Math.max(canvas.width, canvas.height) / 40;
    pen.globalCompositeOperation = "source-over";
    pen.strokeStyle = "white";
    pen.lineWidth = arm / 6;
    pen.strokeRect(cursor[0] - arm / 2, cursor[1] - arm / 2, arm, arm);
  });
  box.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.matches("[data-mask-erase]")) {
      erases = !erases;
      button.setAttribute("aria-pressed", String(erases));
    }
    if (button.matches("[data-mask-undo]")) strokes.pop();
    if (button.matches("[data-mask-clear]")) strokes.length = 0;
    redraw();
  });

  // The form waits for the mask to be a file, then goes on by the button that was pressed.
  form.addEventListener("submit", async (event) => {
    if (form.dataset.maskReady) {
      delete form.dataset.maskReady;
      return;
    }
    // A drawing goes before a file; a mask that was chosen as a file, before what was painted.
    const isDrawing = Boolean(box.dataset.mask);
    if (!strokes.some((one) => !one.erases) || (field.files.length && !isDrawing)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    redraw();
    const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
    const files = new DataTransfer();
    files.items.add(new File([blob], "mask.png", { type: "image/png" }));
    const before = field.files;
    field.files = files.files;
    form.dataset.maskReady = "yes";
    form.requestSubmit(event.submitter);
    field.files = before;
  }, true);

  box.classList.add("with-brush");
  if (picture.complete && picture.naturalWidth) start();
  picture.addEventListener("load", start);
}
