// Tells the shop which works were in sight, how long a work's page was, and from which list a work was opened. The page
// loads this only where the visitor has not said no; the shop decides what of it may be kept.
(() => {
  const token = document.querySelector('meta[name="csrf-token"]');
  const body = document.body;
  if (!token || !window.fetch || navigator.globalPrivacyControl || navigator.doNotTrack === "1") return;
  const send = (report) =>
    fetch("/feed/noticed", {
      method: "POST",
      keepalive: true,
      headers: { "Content-Type": "application/json", "X-CSRFToken": token.content },
      body: JSON.stringify(report),
    }).catch(() => undefined); // The visitor has left, or is without a network: this was a courtesy.

  const seen = {};
  const told = new Set();
  const watcher = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) {
        if (!entry.isIntersecting) continue;
        watcher.unobserve(entry.target);
        const surface = entry.target.closest("[data-surface]").dataset.surface;
        const key = `${surface} ${entry.target.dataset.work}`;
        if (told.has(key)) continue;
        told.add(key);
        (seen[surface] ||= []).push(entry.target.dataset.work);
      }
    },
    { threshold: 0.5 },
  );
  for (const card of document.querySelectorAll("[data-surface] [data-work]")) watcher.observe(card);

  const page = document.querySelector("[data-dwell]");
  let since = document.visibilityState === "visible" ? performance.now() : null;
  let visible = 0;
  const leave = () => {
    if (since !== null) visible += performance.now() - since;
    since = null;
    const report = {};
    if (Object.keys(seen).length) report.shown = { ...seen };
    for (const surface of Object.keys(seen)) delete seen[surface];
    if (page && visible >= 3000) report.dwell = { work: page.dataset.dwell, seconds: visible / 1000 };
    if (Object.keys(report).length) send(report);
  };
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") since = performance.now();
    else leave();
  });
  window.addEventListener("pagehide", leave);

  body.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    const card = link && link.closest("[data-surface] [data-work]");
    if (!card || !link.pathname.startsWith(`/works/${card.dataset.work}`)) return;
    const list = card.closest("[data-surface]");
    const position = [...list.querySelectorAll("[data-work]")].indexOf(card);
    const { surface, query = "" } = list.dataset;
    send({ click: { work: card.dataset.work, surface, position, query } });
  });
})();
