// Adds rows to a list of acts and sections.
"use strict";
for (const button of document.querySelectorAll("[data-add-row]")) {
  button.addEventListener("click", () => {
    const rows = button.parentElement.querySelector("[data-rows]");
    const row = rows.lastElementChild.cloneNode(true);
    const number = rows.children.length;
    for (const field of row.querySelectorAll("input")) {
      field.name = field.name.replace(/\d+$/, String(number));
      field.setAttribute("aria-label", field.getAttribute("aria-label").replace(/\d+$/, String(number + 1)));
      field.value = "";
    }
    rows.append(row);
    row.querySelector("input").focus();
  });
}
