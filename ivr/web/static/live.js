// Parts that htmx renews by themselves (class "live"): not while nobody looks, it was switched off, or somebody types or selects in them.
"use strict";
(() => {
  const KEY = "ivr-refresh";
  const FIELDS = "input, select, textarea";
  const label = document.getElementById("auto");
  const box = label && label.querySelector("input");
  const note = document.getElementById("paused");
  let open = [];
  let place = null;

  const isLive = (node) => node.classList.contains("live");
  const isSelectedIn = (node) => {
    const selection = document.getSelection();
    return !selection.isCollapsed && selection.rangeCount > 0 && selection.getRangeAt(0).intersectsNode(node);
  };
  // Why a part stays as it is; a focus that only stands on something is taken along.
  const whyPaused = (node) => {
    const active = document.activeElement;
    if (node.contains(active) && active.matches(FIELDS)) return "paused while you type";
    return isSelectedIn(node) ? "paused while text is selected" : "";
  };
  const say = () => {
    const isOn = box && box.checked;
    const why = isOn ? [...document.querySelectorAll(".live")].map(whyPaused).find(Boolean) || "" : "";
    if (note && note.textContent !== why) note.textContent = why;
  };

  document.addEventListener("htmx:confirm", (event) => {
    if (!isLive(event.target)) return;
    say();
    if (document.hidden || whyPaused(event.target) || (box && !box.checked)) event.preventDefault();
  });
  for (const name of ["selectionchange", "focusin", "focusout"]) document.addEventListener(name, () => setTimeout(say));

  // What one stands on: by what it is and where it leads, and the how manieth of these.
  const isSame = (one) => (other) =>
    other.tagName === one.tagName && other.id === one.id && other.getAttribute("href") === one.getAttribute("href") && other.parentElement.id === one.parentElement.id;
  const placeIn = (part) => {
    const active = document.activeElement;
    if (!part.contains(active) || active === part) return null;
    return { active, number: [...part.querySelectorAll(active.tagName)].filter(isSame(active)).indexOf(active) };
  };
  const stand = ({ active, number }) => {
    const found = [...document.querySelectorAll(`.live ${active.tagName}`)].filter(isSame(active));
    const same = found[number] || found[0];
    if (same) same.focus({ preventScroll: true });
  };

  // What was opened by hand stays open, and the keyboard where it was.
  document.addEventListener("htmx:beforeSwap", (event) => {
    open = [...event.target.querySelectorAll("details[open][id]")].map((node) => node.id);
    place = placeIn(event.target);
  });
  document.addEventListener("htmx:afterSwap", () => {
    for (const id of open) {
      const same = document.getElementById(id);
      if (same) same.open = true;
    }
    if (place) stand(place);
    [open, place] = [[], null];
  });

  if (!box) return;
  box.checked = localStorage.getItem(KEY) !== "off";
  box.addEventListener("change", () => {
    localStorage.setItem(KEY, box.checked ? "on" : "off");
    say();
  });
  label.hidden = false;
})();
