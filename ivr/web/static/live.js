// Parts that htmx renews by themselves (class "live"): not while nobody looks, somebody is at work in them, or it was switched off.
"use strict";
(() => {
  const KEY = "ivr-refresh";
  const label = document.getElementById("auto");
  const box = label && label.querySelector("input");
  let open = [];

  const isLive = (node) => node.classList.contains("live");
  // Somebody who moves by keyboard, or fills something in; what was clicked with a mouse, to open it, keeps nothing from being renewed.
  const isAtWork = (node) => node.contains(document.activeElement) && document.activeElement.matches(":focus-visible, input, select, textarea");

  document.addEventListener("htmx:confirm", (event) => {
    if (!isLive(event.target)) return;
    if (document.hidden || isAtWork(event.target) || (box && !box.checked)) event.preventDefault();
  });

  // What was opened by hand stays open.
  document.addEventListener("htmx:beforeSwap", (event) => {
    open = [...event.target.querySelectorAll("details[open][id]")].map((node) => node.id);
  });
  document.addEventListener("htmx:afterSettle", () => {
    for (const id of open) {
      const same = document.getElementById(id);
      if (same) same.open = true;
    }
    open = [];
  });

  if (!box) return;
  box.checked = localStorage.getItem(KEY) !== "off";
  box.addEventListener("change", () => localStorage.setItem(KEY, box.checked ? "on" : "off"));
  label.hidden = false;
})();
