// The drawing of a flow begins at its start, and follows the step whose words are read.
(() => {
  const drawing = document.querySelector(".drawing");
  if (!drawing) return;

  const show = (card) => {
    const box = drawing.getBoundingClientRect(), at = card.getBoundingClientRect();
    drawing.scrollLeft += at.left + at.width / 2 - box.left - box.width / 2;
    drawing.scrollTop += at.top - box.top - Math.min(box.height / 3, 200);
  };
  const follow = () => {
    drawing.querySelectorAll(".here").forEach((card) => card.classList.remove("here"));
    const step = [...drawing.querySelectorAll(".step")].find((link) => link.getAttribute("href") === location.hash);
    const card = step ? step.closest(".card") : drawing.querySelector(".start");
    if (step) card.classList.add("here");
    if (step || !location.hash) show(card);
  };
  addEventListener("hashchange", follow);
  follow();
})();
