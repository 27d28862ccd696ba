// The contact sheet of a video: says how many faces are ticked, ticks them all, and lets nobody search none.
"use strict";
(() => {
  const form = document.querySelector("form[data-tracks]");
  const boxes = form ? [...form.querySelectorAll("input[type=checkbox]")] : [];
  if (!boxes.length) return;
  const text = form.querySelector("[data-chosen]");
  const all = form.querySelector("[data-all]");
  const button = form.querySelector("button[type=submit]");

  function show() {
    const chosen = boxes.filter((box) => box.checked).length;
    text.textContent = chosen ? `${chosen} ${chosen === 1 ? "face" : "faces"} ticked.` : "Tick the faces to search.";
    all.textContent = chosen === boxes.length ? "Tick none" : "Tick all";
    button.disabled = !chosen;
  }

  all.addEventListener("click", () => {
    const tick = boxes.some((box) => !box.checked);
    for (const box of boxes) box.checked = tick;
    show();
  });
  form.addEventListener("change", show);
  window.addEventListener("pageshow", show);
  show();
})();
