// The examiner's sheet: minutiae found in a mark drawn over its image, to be added, removed, moved and turned.
"use strict";

(() => {
  const SVG = "http://www.w3.org/2000/svg";
  const SURE = 0.9; // quality of what the examiner places
  const WEAK = 0.35; // what the service found is drawn thinner below this
  const TURN_RAD = Math.PI / 36;
  const MOST = 100;

  const sheet = document.querySelector("[data-minutiae]");
  const input = document.getElementById("mark");
  if (!sheet || !input) return;
  const part = (name) => sheet.querySelector(`[data-${name}]`);
  const [open, work, svg, status, field] = ["open", "work", "sheet", "status", "field"].map(part);
  const dpi = document.getElementById("mark_dpi");
  const state = { found: null, list: [], past: [], chosen: null, tool: "move", drag: null };

  const shape = (name, attributes) => {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  };
  const unit = () => state.found.dpi / 500;
  const copies = (list) => list.map((each) => ({ ...each }));
  const same = (a, b) => a.x === b.x && a.y === b.y && a.angle_rad === b.angle_rad && a.kind === b.kind;

  function remember() {
    state.past.push(copies(state.list));
    if (state.past.length > 200) state.past.shift();
  }

  function changes() {
    const ids = new Set(state.list.map((each) => each.id));
    const before = new Map(state.found.minutiae.map((each) => [each.id, each]));
    const kept = state.list.filter((each) => before.has(each.id));
    return {
      added: state.list.length - kept.length,
      removed: [...before.keys()].filter((id) => !ids.has(id)).length,
      moved: kept.filter((each) => !same(each, before.get(each.id))).length,
    };
  }

  function tell() {
    const { added, removed, moved } = changes();
    const edited = added + removed + moved > 0;
    const few = state.list.length < 3;
    const bare = state.list.map(({ x, y, angle_rad, kind, quality }) => ({ x, y, angle_rad, kind, quality }));
    const { width_px, height_px, dpi: stated } = state.found;
    field.value = edited ? JSON.stringify({ width_px, height_px, dpi: stated, minutiae: bare }) : "";
    const counts = `${state.found.minutiae.length} found, ${added} added, ${removed} removed, ${moved} moved or turned.`;
    if (edited && few) status.textContent = `${counts} At least 3 are needed to search.`;
    else status.textContent = edited ? `${counts} The search will use your ${state.list.length}.` : `${counts} Unchanged, the search uses what was found.`;
    part("undo").disabled = !state.past.length;
    part("reset").disabled = !edited;
    part("kind").disabled = part("delete").disabled = state.chosen === null;
  }

  function symbol(each) {
    const length = 16 * unit();
    const [dx, dy] = [Math.cos(each.angle_rad) * length, -Math.sin(each.angle_rad) * length];
    const original = state.found.minutiae.find((one) => one.id === each.id);
    const classes = ["minutia"];
    if (!original || !same(original, each)) classes.push("own");
    else if (each.quality < WEAK) classes.push("weak");
    if (each.id === state.chosen) classes.push("chosen");
    const label = `${each.kind === "bifurcation" ? "Fork" : "Ending"} at ${Math.round(each.x)}, ${Math.round(each.y)}`;
    const group = shape("g", { class: classes.join(" "), "data-id": each.id, tabindex: "0", role: "button", "aria-label": label });
    group.append(shape("circle", { class: "catch", cx: each.x, cy: each.y, r: 9 * unit() }));
    if (each.kind === "bifurcation") {
      const side = 9 * unit();
      group.append(shape("rect", { x: each.x - side / 2, y: each.y - side / 2, width: side, height: side }));
    } else {
      group.append(shape("circle", { cx: each.x, cy: each.y, r: 5 * unit() }));
    }
    group.append(shape("line", { x1: each.x, y1: each.y, x2: each.x + dx, y2: each.y + dy }));
    group.append(shape("circle", { class: "handle", cx: each.x + dx, cy: each.y + dy, r: 5 * unit(), "data-turn": "yes" }));
    return group;
  }

  function draw(focused = false) {
    const { width_px, height_px, picture } = state.found;
    svg.setAttribute("viewBox", `0 0 ${width_px} ${height_px}`);
    const image = svg.querySelector("image") || shape("image", { x: 0, y: 0 });
    image.setAttribute("width", width_px);
    image.setAttribute("height", height_px);
    if (image.getAttribute("href") !== picture) image.setAttribute("href", picture);
    svg.replaceChildren(image, ...state.list.map(symbol));
    if (focused) svg.querySelector(`[data-id="${state.chosen}"]`)?.focus();
    tell();
  }

  function place(event) {
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    const within = (value, size) => Math.round(Math.min(Math.max(value, 0), size - 1) * 10) / 10;
    return { x: within(point.x, state.found.width_px), y: within(point.y, state.found.height_px) };
  }
  const direction = (from, to) => Math.atan2(from.y - to.y, to.x - from.x);
  const chosen = () => state.list.find((each) => each.id === state.chosen);
  let next = 0;

  function remove(id) {
    remember();
    state.list = state.list.filter((each) => each.id !== id);
    state.chosen = null;
    draw();
  }

  svg.addEventListener("pointerdown", (event) => {
    if (!state.found || event.button) return;
    const group = event.target.closest(".minutia");
    if (state.tool === "remove") return group ? remove(group.dataset.id) : undefined;
    event.preventDefault();
    svg.setPointerCapture(event.pointerId);
    if (state.tool === "add") {
      if (state.list.length >= MOST) return;
      remember();
      const made = { id: `own-${next++}`, ...place(event), angle_rad: 0, kind: "ending", quality: SURE };
      state.list.push(made);
      state.chosen = made.id;
      state.drag = { turn: true, saved: true };
    } else {
      state.chosen = group ? group.dataset.id : null;
      state.drag = group ? { turn: "turn" in event.target.dataset, saved: false } : null;
    }
    draw(true);
  });

  svg.addEventListener("pointermove", (event) => {
    const one = state.drag && chosen();
    if (!one) return;
    const at = place(event);
    if (state.drag.turn && Math.hypot(at.x - one.x, at.y - one.y) < 3 * unit()) return;
    if (!state.drag.saved) remember();
    state.drag.saved = true;
    if (state.drag.turn) one.angle_rad = Math.round(direction(one, at) * 1e4) / 1e4;
    else Object.assign(one, at);
    one.quality = SURE;
    draw();
  });
  for (const name of ["pointerup", "pointercancel"]) svg.addEventListener(name, () => (state.drag = null));

  svg.addEventListener("focusin", (event) => {
    const group = event.target.closest(".minutia");
    if (group && group.dataset.id !== state.chosen) {
      state.chosen = group.dataset.id;
      draw(true);
    }
  });

  svg.addEventListener("keydown", (event) => {
    const one = chosen();
    if (!one) return;
    const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const turns = { "+": TURN_RAD, "-": -TURN_RAD };
    if (event.key === "Delete" || event.key === "Backspace") remove(one.id);
    else if (event.key in steps || event.key in turns) {
      remember();
      const [dx, dy] = steps[event.key] || [0, 0];
      one.x = Math.min(Math.max(one.x + dx, 0), state.found.width_px - 1);
      one.y = Math.min(Math.max(one.y + dy, 0), state.found.height_px - 1);
      const turned = one.angle_rad + (turns[event.key] || 0);
      one.angle_rad = Math.round(Math.atan2(Math.sin(turned), Math.cos(turned)) * 1e4) / 1e4;
      draw(true);
    } else return;
    event.preventDefault();
  });

  for (const button of sheet.querySelectorAll("[data-tool]")) {
    button.addEventListener("click", () => {
      state.tool = button.dataset.tool;
      svg.dataset.using = state.tool;
      sheet.querySelectorAll("[data-tool]").forEach((each) => each.setAttribute("aria-pressed", String(each === button)));
    });
  }
  part("undo").addEventListener("click", () => {
    state.list = state.past.pop() || state.list;
    state.chosen = null;
    draw();
  });
  part("reset").addEventListener("click", () => {
    remember();
    state.list = copies(state.found.minutiae);
    state.chosen = null;
    draw();
  });
  part("delete").addEventListener("click", () => state.chosen !== null && remove(state.chosen));
  part("kind").addEventListener("click", () => {
    const one = chosen();
    if (!one) return;
    remember();
    one.kind = one.kind === "bifurcation" ? "ending" : "bifurcation";
    draw(true);
  });
  part("larger").addEventListener("click", () => {
    const larger = work.classList.toggle("larger");
    part("larger").setAttribute("aria-pressed", String(larger));
  });

  function forget() {
    Object.assign(state, { found: null, list: [], past: [], chosen: null, drag: null });
    field.value = "";
    work.hidden = true;
    status.textContent = "";
    sheet.hidden = !input.files.length;
    open.disabled = false;
  }

  async function look() {
    const file = input.files[0];
    const form = new FormData();
    form.append("file", file, file.name);
    if (dpi.value) form.append("dpi", dpi.value);
    open.disabled = true;
    status.textContent = "Looking for minutiae…";
    try {
      const token = document.querySelector("meta[name=csrf-token]").content;
      const answer = await fetch("/v1/minutiae", { method: "POST", body: form, headers: { "X-CSRF-Token": token } });
      const told = await answer.json();
      if (input.files[0] !== file) return;
      if (!answer.ok) throw new Error(told.detail);
      told.minutiae.forEach((each, number) => (each.id = `found-${number}`));
      Object.assign(state, { found: told, list: copies(told.minutiae), past: [], chosen: null });
      work.hidden = false;
      draw();
    } catch (error) {
      status.textContent = error.message || "The line is slow. Try again.";
    }
    open.disabled = false;
  }

  open.addEventListener("click", look);
  input.addEventListener("change", forget);
  dpi.addEventListener("change", forget);
  forget();
})();
