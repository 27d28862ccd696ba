// Identify: says which files are chosen under a heading that is not open, and that a mark is searched alone.
"use strict";
(() => {
  const HEADINGS = { face: "Face photo", finger: "Fingerprints", mark: "Mark from a scene" };
  const SHOWN = { face: ["face"], finger: ["finger"], mark: ["mark"], both: ["face", "finger"] };
  const note = document.querySelector("[data-elsewhere]");
  if (!note) return;
  const form = note.closest("form");
  const chosen = (heading) => [...form.querySelectorAll(`.kind-${heading} input[type=file]`)].filter((input) => input.files.length);
  const hidden = () => {
    const open = SHOWN[form.querySelector('input[name="kind"]:checked').value];
    return Object.keys(HEADINGS).filter((heading) => !open.includes(heading) && chosen(heading).length);
  };

  function tell() {
    const headings = hidden();
    const marked = chosen("mark").length && (chosen("face").length || chosen("finger").length);
    const places = headings.map((heading) => `“${HEADINGS[heading]}”`).join(" and ");
    note.hidden = !headings.length;
    note.querySelector("[data-elsewhere-text]").textContent = marked
      ? `A mark is searched alone: nobody knows whose it is. There are also files under ${places}.`
      : `The files under ${places} are searched too, as the same person.`;
  }

  note.querySelector("button").addEventListener("click", () => {
    for (const input of hidden().flatMap(chosen)) {
      input.value = "";
      input.dispatchEvent(new Event("change"));
    }
    form.querySelector('input[name="kind"]:checked').focus();
  });
  for (const kind of form.querySelectorAll('input[name="kind"]')) kind.addEventListener("change", tell);
  form.addEventListener("samples", tell);
  window.addEventListener("pageshow", tell);
})();
