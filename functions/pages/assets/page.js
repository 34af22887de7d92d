// Adds to pages that work without it: kick-offs in the reader's own time zone, and the last pages while offline.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const paris = new Intl.DateTimeFormat("fr", { timeZone: "Europe/Paris", hour: "2-digit", minute: "2-digit" });
const local = new Intl.DateTimeFormat(document.documentElement.lang, { weekday: "short", hour: "2-digit", minute: "2-digit", timeZoneName: "short" });
for (const time of document.querySelectorAll("time[data-local]")) {
  const instant = new Date(time.dateTime);
  if (zone && paris.format(instant) !== new Intl.DateTimeFormat("fr", { hour: "2-digit", minute: "2-digit" }).format(instant)) {
    time.title = local.format(instant);
  }
}
if ("serviceWorker" in navigator) {
  navigator.serviceWorker.register("/assets/service-worker.js", { scope: "/" });
}
