// Sends forms with images in the background: shows how far the upload is, and keeps every entry when something is wrong.
"use strict";
(() => {
  const MEGABYTE = 1e6;

  function feedback(form) {
    return form.querySelector("#form-feedback");
  }

  function say(form, title, text, link) {
    const notice = document.createElement("div");
    notice.className = "notice bad";
    notice.id = "problem";
    notice.setAttribute("role", "alert");
    notice.tabIndex = -1;
    const strong = document.createElement("strong");
    strong.textContent = title;
    const paragraph = document.createElement("p");
    paragraph.textContent = text + " ";
    if (link) {
      const anchor = document.createElement("a");
      anchor.href = link.href;
      anchor.target = "_blank";
      anchor.rel = "noopener";
      anchor.textContent = link.text;
      paragraph.append(anchor);
    }
    notice.append(strong, paragraph);
    feedback(form).replaceChildren(notice);
    notice.focus();
    notice.scrollIntoView({ block: "center" });
  }

  function tooLarge(form) {
    const files = [...form.querySelectorAll("input[type=file]")].flatMap((input) => [...input.files]);
    const each = Number(form.dataset.maxFileBytes);
    const big = files.find((file) => file.size > each);
    if (big) return `${big.name} is larger than ${Math.floor(each / MEGABYTE)} MB. Choose a smaller file.`;
    const total = files.reduce((sum, file) => sum + file.size, 0);
    const all = Number(form.dataset.maxBytes);
    const room = Number(form.dataset.room ?? Infinity); // for what is kept: said before a slow line carries it
    if (total > room) return `There is room for ${(room / MEGABYTE).toFixed(1)} MB of videos, this one has ${(total / MEGABYTE).toFixed(1)} MB. Delete videos whose cases no longer need them.`;
    if (total > all) return `The files together are larger than ${Math.floor(all / MEGABYTE)} MB. Send fewer or smaller ones.`;
    return "";
  }

  function tooMany(form) {
    const over = [...form.querySelectorAll("input[data-most]")].find((input) => input.files.length > Number(input.dataset.most));
    return over ? `${over.files.length} files are chosen, at most ${over.dataset.most} are taken together. Remove ${over.files.length - over.dataset.most}.` : "";
  }

  function showFieldErrors(form, answer) {
    form.querySelectorAll(".field-error").forEach((error) => error.remove());
    form.querySelectorAll("[aria-invalid]").forEach((field) => field.removeAttribute("aria-invalid"));
    for (const error of answer.querySelectorAll(".field-error[id]")) {
      const field = form.querySelector(`#${CSS.escape(error.id.replace(/-error$/, ""))}`);
      if (!field) continue;
      field.before(document.adoptNode(error));
      field.setAttribute("aria-invalid", "true");
      field.setAttribute("aria-describedby", error.id);
    }
  }

  function showAnswer(form, html) {
    const answer = new DOMParser().parseFromString(html, "text/html");
    const theirs = answer.getElementById("form-feedback");
    if (!theirs) {
      const text = answer.querySelector("main .notice p");
      say(form, answer.querySelector("h1")?.textContent || "Not accepted", text ? text.textContent : "Please try again.");
      return;
    }
    showFieldErrors(form, answer);
    feedback(form).replaceChildren(...theirs.children);
    const first = feedback(form).firstElementChild;
    if (first) {
      first.focus();
      first.scrollIntoView({ block: "start" });
    }
  }

  // After signing in again in another tab this page's token is the old session's: fetch the new one.
  async function renewToken(form) {
    const answer = await fetch("/account", { redirect: "manual" });
    if (!answer.ok) return false;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const token = page.querySelector("meta[name=csrf-token]");
    if (!token) return false;
    form.querySelector("input[name=csrf_token]").value = token.content;
    document.querySelector("meta[name=csrf-token]").content = token.content;
    return true;
  }

  function finished(form, request) {
    if (request.status === 201) {
      window.location.assign(JSON.parse(request.responseText).location);
      return;
    }
    release(form);
    if (request.status === 401 || request.responseText.includes("csrf_failed")) {
      form.dataset.renew = "yes";
      say(form, "Your session has ended", "Everything you entered is still here. Sign in again, come back to this page and press the button once more.", { href: "/sign-in", text: "Sign in in a new tab" });
    } else {
      showAnswer(form, request.responseText);
    }
  }

  function release(form) {
    form.querySelector("button[type=submit]").disabled = false;
    const bar = form.querySelector("[data-upload-progress]");
    if (bar) bar.hidden = true;
    delete form.dataset.busy;
  }

  function send(form) {
    const request = new XMLHttpRequest();
    const bar = form.querySelector("[data-upload-progress]");
    request.open("POST", form.action);
    request.setRequestHeader("X-Console-Upload", "1");
    request.upload.addEventListener("progress", (event) => {
      if (!bar || !event.lengthComputable) return;
      bar.hidden = false;
      bar.value = (100 * event.loaded) / event.total;
    });
    request.addEventListener("load", () => finished(form, request));
    request.addEventListener("error", () => {
      release(form);
      say(form, "The connection was lost", "Everything you entered is still here. Press the button again when the line is back; nothing is stored twice.");
    });
    request.send(new FormData(form));
  }

  async function submit(event) {
    event.preventDefault();
    const form = event.currentTarget;
    if (form.dataset.busy) return;
    const refusal = tooMany(form) || tooLarge(form);
    if (refusal) {
      say(form, "Too much to send", refusal);
      return;
    }
    form.dataset.busy = "yes";
    form.querySelector("button[type=submit]").disabled = true;
    if (form.dataset.renew && (await renewToken(form).catch(() => false))) delete form.dataset.renew;
    send(form);
  }

  for (const form of document.querySelectorAll("form[data-upload]")) form.addEventListener("submit", submit);
})();
