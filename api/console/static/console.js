// Loaded first on every page: marks that scripts run, opens the menu on small screens, asks before what cannot be undone.
"use strict";
document.documentElement.classList.add("js");

document.addEventListener("DOMContentLoaded", () => {
  const button = document.querySelector(".menu-button");
  const menu = document.getElementById("main-menu");
  if (button && menu) {
    button.addEventListener("click", () => {
      const open = menu.classList.toggle("open");
      button.setAttribute("aria-expanded", String(open));
      if (open) menu.querySelector("a").focus();
    });
  }
  const problem = document.getElementById("problem");
  if (problem) problem.focus();
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.confirm && !window.confirm(form.dataset.confirm)) {
    event.preventDefault();
    return;
  }
  if (form.method !== "post" || "upload" in form.dataset) return;
  if (form.dataset.sent) event.preventDefault(); // a second click on a slow line sends nothing twice
  form.dataset.sent = "yes";
});

// The browser's back button shows the page as it was left: let its forms be sent again.
window.addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});
