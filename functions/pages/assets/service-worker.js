// Keeps the pages that were read last, so that they can be read while offline. Pages come from the network first.
const CACHE = "pages-1";
const MOST = 60;
const PAGES = /^\/($|en($|\/)|match\/|league\/|club\/|record$|picks$|about\/)/;

self.addEventListener("activate", (event) => {
  const outdated = async () => Promise.all((await caches.keys()).filter((key) => key !== CACHE).map((key) => caches.delete(key)));
  event.waitUntil(outdated());
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  const isAsset = url.pathname.startsWith("/assets/") && url.searchParams.has("v");
  if (event.request.method !== "GET" || url.origin !== location.origin || !(isAsset || PAGES.test(url.pathname))) return;
  event.respondWith(isAsset ? cacheFirst(event.request) : networkFirst(event.request));
});

async function cacheFirst(request) {
  return (await caches.match(request)) ?? keep(request, await fetch(request));
}

async function networkFirst(request) {
  try {
    return await keep(request, await fetch(request));
  } catch (error) {
    const kept = await caches.match(request);
    if (kept) return kept;
    throw error;
  }
}

async function keep(request, response) {
  if (response.ok) {
    const cache = await caches.open(CACHE);
    await cache.put(request, response.clone());
    const requests = await cache.keys();
    await Promise.all(requests.slice(0, Math.max(0, requests.length - MOST)).map((oldest) => cache.delete(oldest)));
  }
  return response;
}
