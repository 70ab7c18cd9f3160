// On a slow network: a bar says that the next page is on its way, and a form that was sent is not sent again. htmx's own
// requests have `hx-disabled-elt`. Without this file the browser's own signs are there, and services bear repetition.
(() => {
  const root = document.documentElement;
  // An answer that is a file leaves the page where it is: then the wait ends by itself.
  const LONGEST_WAIT_MS = 20_000;
  const FILES = /(\.(pdf|csv|json|png|atom)|\/download)$/;
  const sent = new Set();
  let waiting;

  function rest() {
    clearTimeout(waiting);
    root.removeAttribute("data-waiting");
    for (const form of sent) {
      form.removeAttribute("aria-busy");
      for (const button of form.querySelectorAll("[data-sent]")) {
        button.disabled = false;
        delete button.dataset.sent;
      }
    }
    sent.clear();
  }
  function wait() {
    clearTimeout(waiting);
    root.setAttribute("data-waiting", "");
    waiting = setTimeout(rest, LONGEST_WAIT_MS);
  }
  // In the bubbling phase at the window: whoever else handles the form was before, and may have kept it.
  window.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.target === "_blank") return;
    if (sent.has(form)) return event.preventDefault();
    sent.add(form);
    form.setAttribute("aria-busy", "true");
    wait();
    // Afterwards: a disabled button's name would not be sent.
    setTimeout(() => {
      for (const button of form.querySelectorAll("button:not([type=button]):enabled")) {
        button.disabled = true;
        button.dataset.sent = "";
      }
    });
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
    const isFile = link.hasAttribute("download") || FILES.test(link.pathname) || link.search.includes("file=csv");
    const isElsewhere = isFile || link.origin !== location.origin || link.target === "_blank";
    const isHere = link.pathname === location.pathname && link.search === location.search && link.hash;
    if (!isElsewhere && !isHere) wait();
  });
  window.addEventListener("pageshow", rest);
})();
