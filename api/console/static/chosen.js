// Several files in one field: shows each of them, in the order sent, with a button that takes it out again.
"use strict";
(() => {
  const element = (name, className, text = "") => {
    const made = document.createElement(name);
    made.className = className;
    made.textContent = text;
    return made;
  };

  function keep(input, files) {
    const transfer = new DataTransfer();
    for (const file of files) transfer.items.add(file);
    input.files = transfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function picture(file) {
    const frame = element("div", "frame");
    const image = element("img", "");
    image.alt = "";
    const release = () => URL.revokeObjectURL(image.src);
    image.addEventListener("load", release);
    image.addEventListener("error", () => {
      release();
      frame.replaceChildren(element("span", "", "no preview of this format"));
    });
    image.src = URL.createObjectURL(file);
    frame.append(image);
    return frame;
  }

  function tile(input, file, place, kind) {
    const made = element("li", place < Number(input.dataset.most) ? "" : "beyond"); // beyond: too many to be sent
    const remove = element("button", "button quiet", "Remove");
    remove.type = "button";
    remove.setAttribute("aria-label", `Remove ${kind.toLowerCase()} ${place + 1}, ${file.name}`);
    remove.addEventListener("click", () => {
      keep(input, [...input.files].filter((_, other) => other !== place));
      (list(input).querySelectorAll("button")[Math.max(0, place - 1)] || input).focus();
    });
    made.append(element("strong", "", `${kind} ${place + 1}`), picture(file), element("span", "name", file.name), remove);
    return made;
  }

  const list = (input) => input.closest("[data-sample]").querySelector("[data-chosen]");

  function draw(input) {
    const several = input.files.length > 1;
    const box = input.closest("[data-sample]");
    box.classList.toggle("several", several); // the one large preview makes room
    const kind = box.dataset.sample === "face" ? "Photo" : "Print";
    list(input).replaceChildren(...(several ? [...input.files].map((file, place) => tile(input, file, place, kind)) : []));
  }

  for (const form of document.querySelectorAll("form[data-upload]")) {
    const inputs = [...form.querySelectorAll("[data-sample] input[type=file][multiple]")];
    for (const input of inputs) input.addEventListener("change", () => draw(input));
  }
})();
