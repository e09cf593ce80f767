// Fetches the page anew every ten seconds while its tab is seen, if asked to. Open timelines stay open.
"use strict";
(() => {
  const KEY = "ivr-refresh";
  const EVERY_MS = 10000;
  const label = document.getElementById("auto");
  const box = label.querySelector("input");
  let busy = false;

  async function refresh() {
    const live = document.getElementById("live");
    if (busy || document.hidden || !box.checked || (document.activeElement !== document.body && live.contains(document.activeElement))) return;
    busy = true;
    try {
      const answer = await fetch(location.href, { headers: { "X-Quiet": "1" }, credentials: "same-origin" });
      if (answer.redirected) return location.reload(); // the session is over
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById("live");
      if (!fresh) return;
      for (const open of live.querySelectorAll("details[open]")) {
        const same = fresh.querySelector("#" + CSS.escape(open.id));
        if (same) same.open = true;
      }
      live.replaceWith(fresh);
    } catch {
      // away for a moment: the next round tries again
    } finally {
      busy = false;
    }
  }

  box.checked = localStorage.getItem(KEY) !== "off";
  box.addEventListener("change", () => localStorage.setItem(KEY, box.checked ? "on" : "off"));
  label.hidden = false;
  setInterval(refresh, EVERY_MS);
})();
