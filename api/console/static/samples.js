// Photos and prints on forms: preview, camera, and at once a word on their quality.
"use strict";
(() => {
  const LARGE_PHOTO_BYTES = 1.5e6; // above this the quality check gets a smaller copy: lines are slow
  const CHECK_SIDE_PX = 1280;
  const FINGER_NAMES = ["", "Thumb", "Index", "Middle", "Ring", "Little", "Thumb", "Index", "Middle", "Ring", "Little"];
  const GOOD = 0.6;
  const FAIR = 0.35;

  const element = (name, text = "", className = "") => {
    const made = document.createElement(name);
    if (text) made.textContent = text;
    if (className) made.className = className;
    return made;
  };
  const inputOf = (box) => box.querySelector("input[type=file]");
  const token = () => document.querySelector("meta[name=csrf-token]").content;

  function preview(box) {
    const frame = box.querySelector("[data-preview]");
    const file = inputOf(box).files[0];
    const old = frame.querySelector("img");
    if (old) URL.revokeObjectURL(old.src);
    if (!file) {
      frame.replaceChildren(element("span", box.dataset.sample === "face" ? "No photo yet" : "No print"));
      return;
    }
    const image = element("img");
    image.alt = `Preview of ${file.name}`;
    image.addEventListener("error", () => frame.replaceChildren(element("span", `${file.name}: no preview of this format`)));
    image.src = URL.createObjectURL(file);
    frame.replaceChildren(image);
  }

  function show(box, tone, word, value, advice) {
    const verdict = box.querySelector("[data-verdict]");
    verdict.replaceChildren();
    if (!word) return;
    const line = element("p", "", "verdict");
    line.append(element("span", word, `badge ${tone}`));
    if (value !== null) {
      const meter = element("progress", "", `meter ${tone}`);
      meter.max = 100;
      meter.value = Math.round(value * 100);
      meter.setAttribute("aria-label", `Quality ${meter.value} of 100`);
      verdict.append(meter);
    }
    verdict.append(line);
    const list = element("ul", "", "verdict");
    for (const text of advice) list.append(element("li", text));
    if (advice.length) verdict.append(list);
  }

  async function smallerCopy(file) {
    const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = CHECK_SIDE_PX / Math.max(bitmap.width, bitmap.height);
    if (scale >= 1) return file;
    const canvas = element("canvas");
    canvas.width = Math.round(bitmap.width * scale);
    canvas.height = Math.round(bitmap.height * scale);
    canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    return new Promise((resolve) => canvas.toBlob((blob) => resolve(blob || file), "image/jpeg", 0.9));
  }

  async function question(box, file) {
    const input = inputOf(box);
    const form = new FormData();
    const face = box.dataset.sample === "face";
    const copy = face && file.size > LARGE_PHOTO_BYTES ? await smallerCopy(file).catch(() => file) : file;
    form.append("file", copy, file.name);
    form.append("modality", face ? "face" : "finger");
    if (!face) {
      const latent = input.dataset.impression === "latent";
      const dpi = document.getElementById(latent ? "mark_dpi" : "dpi");
      form.append("position", input.dataset.position);
      if (input.dataset.slap) {
        form.append("slap", input.dataset.slap);
        form.append("missing", missingOf(input).join(","));
      }
      form.append("impression", input.dataset.impression || document.getElementById("impression").value);
      if (dpi && dpi.value) form.append("dpi", dpi.value);
    }
    return form;
  }

  function missingOf(input) {
    const ticked = [...input.form.querySelectorAll("[data-missing]:checked")].map((field) => field.dataset.missing);
    return input.dataset.fingers.split(" ").filter((finger) => ticked.includes(finger));
  }

  function drawBoxes(box, slap) {
    const svg = (name, attributes) => {
      const made = document.createElementNS("http://www.w3.org/2000/svg", name);
      for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
      return made;
    };
    const size = slap.width_px / 14;
    const drawing = svg("svg", { class: "slap-boxes", viewBox: `0 0 ${slap.width_px} ${slap.height_px}`, "aria-hidden": "true" });
    for (const finger of slap.fingers) {
      const [first, second] = finger.box.corners;
      const group = svg("g", { class: finger.usable ? "finger-box" : "finger-box bad" });
      const label = svg("text", { x: (first[0] + second[0]) / 2, y: Math.max((first[1] + second[1]) / 2 - size * 0.3, size), "font-size": size, "text-anchor": "middle" });
      label.textContent = FINGER_NAMES[finger.position];
      group.append(svg("polygon", { points: finger.box.corners.map((corner) => corner.join(",")).join(" ") }), label);
      drawing.append(group);
    }
    box.querySelector("[data-preview]").append(drawing);
  }

  function describeSlap(box, slap) {
    box.querySelector(".slap-boxes")?.remove();
    drawBoxes(box, slap);
    const count = slap.fingers.length;
    const poor = slap.fingers.filter((finger) => finger.quality && finger.quality.value < FAIR);
    const advice = [...slap.remarks, ...poor.map((finger) => `${FINGER_NAMES[finger.position]}: ${finger.quality.reasons[0]?.advice || "poor print"}`)];
    show(box, advice.length ? "warn" : "good", `${count} ${count === 1 ? "finger" : "fingers"} found`, null, advice.slice(0, 3));
  }

  function describe(box, answer, body) {
    box.querySelector(".slap-boxes")?.remove();
    if (!answer.ok) {
      if (body.code === "several_faces_found") {
        show(box, "info", `${(body.faces || []).length || "Several"} faces in this photo`, null, ["You choose the right one after pressing the button."]);
        return;
      }
      const wait = answer.status >= 500 || answer.status === 401;
      show(box, wait ? "" : "bad", wait ? "not checked" : "not usable", null, [body.detail || "It is checked when you send it."]);
      return;
    }
    if (body.faces && body.faces.length > 1) {
      show(box, "info", `${body.faces.length} faces in this photo`, null, ["You choose the right one after pressing the button."]);
      return;
    }
    if (body.slap) return describeSlap(box, body.slap);
    const value = body.quality.value;
    const [tone, word] = value >= GOOD ? ["good", "good"] : value >= FAIR ? ["warn", "fair"] : ["bad", "poor"];
    const advice = value >= GOOD ? [] : body.quality.reasons.slice(0, 2).map((reason) => reason.advice);
    show(box, tone, word, value, advice);
  }

  function showCount(box, count, most) {
    const kind = box.dataset.sample === "face" ? "photos" : "prints";
    if (count <= most) return show(box, "info", `${count} ${kind} chosen`, null, ["All must be of the same person."]);
    show(box, "bad", `${count} ${kind}: too many`, null, [`At most ${most} are sent together. Remove ${count - most}.`]);
  }

  async function check(box) {
    box.checking?.abort();
    const files = inputOf(box).files;
    if (!files.length) return show(box, "", "", null, []);
    if (inputOf(box).name === "face" && document.querySelector("[data-sketch]")?.checked) return show(box, "info", "sketch", null, ["For investigation only: its candidates come uncalibrated."]);
    if (files.length > 1) return showCount(box, files.length, Number(inputOf(box).dataset.most));
    const control = (box.checking = new AbortController());
    show(box, "info", "checking…", null, []);
    try {
      const body = await question(box, files[0]);
      const answer = await fetch("/v1/quality", { method: "POST", body, headers: { "X-CSRF-Token": token() }, signal: control.signal });
      const told = await answer.json();
      if (!control.signal.aborted) describe(box, answer, told);
    } catch (error) {
      if (error.name !== "AbortError") show(box, "", "not checked", null, ["The line is slow. It is checked when you send it."]);
    }
  }

  function summarise(form) {
    const line = form.querySelector("[data-summary]");
    if (!line) return;
    const chosen = [...form.querySelectorAll("[data-sample]")];
    const count = (kind) => chosen.filter((box) => box.dataset.sample === kind).reduce((sum, box) => sum + inputOf(box).files.length, 0);
    const photos = count("face");
    const prints = count("finger");
    const parts = [];
    if (photos) parts.push(photos === 1 ? "1 photo" : `${photos} photos`);
    if (prints) parts.push(prints === 1 ? "1 print" : `${prints} prints`);
    line.dataset.first ??= line.textContent;
    line.textContent = parts.length ? `Ready to send: ${parts.join(" and ")}` : line.dataset.first;
  }

  function changed(box) {
    preview(box);
    const clear = box.querySelector("[data-clear]");
    if (clear) {
      clear.hidden = !inputOf(box).files.length;
      clear.textContent = inputOf(box).files.length > 1 ? "Remove all" : "Remove";
    }
    const pick = box.querySelector("[data-pick]");
    if (pick) {
      pick.dataset.first ??= pick.textContent;
      pick.textContent = inputOf(box).files.length ? "Change" : pick.dataset.first;
    }
    const form = box.closest("form");
    if (box.dataset.sample === "face") form.querySelector("[data-face-choice]")?.remove(); // it belonged to the photo before
    summarise(form);
    form.dispatchEvent(new Event("samples"));
    check(box);
  }

  function give(box, files) {
    const input = inputOf(box);
    const transfer = new DataTransfer();
    for (const file of input.multiple ? [...input.files, ...files] : [files[0]]) transfer.items.add(file);
    input.files = transfer.files;
    input.dispatchEvent(new Event("change"));
  }

  async function openCamera(box, button) {
    const frame = box.querySelector("[data-preview]");
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { width: { ideal: 1280 }, height: { ideal: 960 } }, audio: false });
    } catch {
      show(box, "warn", "no camera", null, ["The browser gives no camera. Allow it in the address bar, or choose a file."]);
      return;
    }
    const video = element("video");
    video.autoplay = true;
    video.muted = true;
    video.playsInline = true;
    video.srcObject = stream;
    frame.replaceChildren(video);
    const take = element("button", "Take the photo", "button primary");
    const cancel = element("button", "Cancel", "button quiet");
    take.type = cancel.type = "button";
    const close = () => {
      stream.getTracks().forEach((track) => track.stop());
      take.remove();
      cancel.remove();
      button.hidden = false;
      preview(box);
      button.focus();
    };
    cancel.addEventListener("click", close);
    take.addEventListener("click", () => {
      const canvas = element("canvas");
      canvas.width = video.videoWidth;
      canvas.height = video.videoHeight;
      canvas.getContext("2d").drawImage(video, 0, 0);
      canvas.toBlob((blob) => {
        close();
        if (blob) give(box, [new File([blob], "camera.jpg", { type: "image/jpeg" })]);
      }, "image/jpeg", 0.95);
    });
    button.hidden = true;
    button.after(take, cancel);
    take.focus();
  }

  for (const box of document.querySelectorAll("[data-sample]")) {
    inputOf(box).addEventListener("change", () => changed(box));
    box.addEventListener("dragover", (event) => event.preventDefault());
    box.addEventListener("drop", (event) => {
      event.preventDefault();
      if (event.dataTransfer.files.length) give(box, event.dataTransfer.files);
    });
    const camera = box.querySelector("[data-camera]");
    if (camera && navigator.mediaDevices) camera.addEventListener("click", () => openCamera(box, camera));
    else if (camera) camera.remove();
    box.querySelector("[data-clear]")?.addEventListener("click", () => {
      inputOf(box).value = "";
      inputOf(box).dispatchEvent(new Event("change"));
      inputOf(box).focus();
    });
  }
  for (const select of document.querySelectorAll("#dpi, #impression, #mark_dpi")) {
    select.addEventListener("change", () => document.querySelectorAll('[data-sample="finger"]').forEach(check));
  }
  document.querySelector("[data-sketch]")?.addEventListener("change", () => document.querySelectorAll('[data-sample="face"]').forEach(check));
  for (const missing of document.querySelectorAll("[data-missing]")) {
    missing.addEventListener("change", () => document.querySelectorAll("[data-slap]").forEach((input) => check(input.closest("[data-sample]"))));
  }
  document.addEventListener("click", (event) => {
    const face = event.target.closest(".face-box");
    if (!face) return;
    const radio = document.querySelector(`input[name="face_index"][value="${Number(face.dataset.face)}"]`);
    radio.checked = true;
    radio.dispatchEvent(new Event("change", { bubbles: true }));
    radio.focus();
  });
  document.addEventListener("change", (event) => {
    if (event.target.name !== "face_index") return;
    document.querySelectorAll(".face-box").forEach((box) => box.classList.toggle("on", box.dataset.face === event.target.value));
  });
})();
