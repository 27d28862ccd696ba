// Follows a running enrolment, batch, video, rebuild or fit and shows the page anew when it is done.
"use strict";
(() => {
  const RUNNING = new Set(["accepted", "processing", "open", "queued", "running", "building", "retiring", "fitting"]);
  const FIRST_WAIT_MS = 700;
  const LONGEST_WAIT_MS = 4000;
  const box = document.querySelector("[data-progress]");
  if (!box) return;

  const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

  function showVideo(state) {
    if (state.status === "accepted") return;
    const bar = box.querySelector("progress");
    const length = state.seconds_total ? ` of ${clock(state.seconds_total)}` : ""; // some recorders state none
    bar.max = state.seconds_total || 1;
    if (state.seconds_total) bar.value = Math.min(state.seconds_done, state.seconds_total);
    else bar.removeAttribute("value");
    box.querySelector("h2").textContent = "Looking for faces";
    box.querySelector("[data-progress-text]").textContent = `${clock(state.seconds_done)}${length} looked through.`;
  }

  function left(state) {
    if (!state.remaining_s) return "";
    const minutes = Math.ceil(state.remaining_s / 60);
    return minutes < 120 ? ` About ${minutes} min left.` : ` About ${Math.round(minutes / 60)} hours left.`;
  }

  function show(state) {
    if ("seconds_total" in state) return showVideo(state);
    const done = state.steps_done ?? state.items_done + (state.items_failed ?? 0);
    const total = state.steps_total ?? state.items_total;
    const unit = box.dataset.unit || ("steps_total" in state ? "steps" : "probes");
    const bar = box.querySelector("progress");
    if (!bar) return;
    bar.max = total || 1;
    bar.value = done;
    box.querySelector("[data-progress-text]").textContent = `${done} of ${total} ${unit} done.${left(state)}`;
  }

  async function follow(wait) {
    try {
      const answer = await fetch(box.dataset.progress, { headers: { Accept: "application/json" } });
      if (answer.status === 401) return window.location.reload();
      if (answer.ok) {
        const state = await answer.json();
        if (!RUNNING.has(state.status)) return window.location.reload();
        show(state);
      }
    } catch {
      // the line is down for a moment: ask again
    }
    window.setTimeout(follow, wait, Math.min(wait * 1.3, LONGEST_WAIT_MS));
  }
  window.setTimeout(follow, FIRST_WAIT_MS, FIRST_WAIT_MS);
})();
