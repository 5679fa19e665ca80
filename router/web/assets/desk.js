// The agent's desk in the browser: parts come drawn from the server, clicks and keys go to the agents' API.

import { lasting, setClocks } from "./clock.js";

const main = document.getElementById("main");
const told = document.getElementById("told");
const stale = document.getElementById("stale");
const keys = document.getElementById("keys");
const base = `/api/v1/agents/${encodeURIComponent(main.dataset.agent)}`;
const csrf = document.querySelector("meta[name=csrf]").content;
const title = document.title;
const STALE_MS = 12_000; // two beats of the stream and a little
const AGAIN_MS = 2_000;
const WRAP_UP_S = 120; // of after-work are paid by the client
let ahead = 0; // by how much this browser's clock is ahead of the router's, in milliseconds
let heard = Date.now();

/** Show the parts that look different, and leave the keyboard's place where it was. */
function draw(parts) {
  for (const [name, html] of Object.entries(parts)) {
    const place = document.getElementById(name);
    const focused = place.contains(document.activeElement) ? document.activeElement.dataset : null;
    place.innerHTML = html;
    if (focused?.post) {
      [...place.querySelectorAll("[data-post]")]
        .find((one) => one.dataset.post === focused.post && one.dataset.body === focused.body)
        ?.focus();
    }
  }
  document.title = document.querySelector(".offer") ? `\u260e ${main.dataset.offer}` : title;
  tick();
}

function listen() {
  const stream = new EventSource(`${base}/stream`);
  stream.onmessage = ({ data }) => {
    const message = JSON.parse(data);
    heard = Date.now();
    ahead = heard - message.now;
    stale.hidden = true;
    if (message.type !== "beat") told.hidden = true; // what was refused before is no longer of interest
    draw(message.html);
  };
  stream.onerror = () => {
    if (stream.readyState === EventSource.CLOSED) setTimeout(again, AGAIN_MS); // refused: the browser gives up
  };
}

/** Connect anew, unless the session is over: then say so, once. */
async function again() {
  const status = await fetch(base, { headers: { Accept: "application/json" } }).then((answer) => answer.status, () => 0);
  if (status === 401 || status === 403) tell(main.dataset.signedOut);
  else listen();
}

/** Have something done; a refusal is told in the router's own words. */
async function post(button) {
  if (button.disabled) return;
  button.disabled = true;
  told.hidden = true;
  try {
    const answer = await fetch(`${base}/${button.dataset.post}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRF-Token": csrf },
      body: button.dataset.body ?? "{}",
    });
    if (!answer.ok) tell((await answer.json()).error.message);
  } catch {
    tell(main.dataset.away);
  } finally {
    button.disabled = false;
  }
}

function tell(words) {
  told.textContent = words;
  told.hidden = false;
}

/** Once a second: clocks, the after-work that is paid, and whether the router is still heard. */
function tick() {
  const now = Date.now() - ahead;
  setClocks(now);
  for (const one of document.querySelectorAll("time[data-at]")) {
    one.textContent = new Date(one.dataset.at).toLocaleTimeString(document.documentElement.lang);
  }
  for (const one of document.querySelectorAll("progress[data-since]")) {
    const seconds = (now - Date.parse(one.dataset.since)) / 1000;
    one.value = Math.min(seconds, WRAP_UP_S);
    one.classList.toggle("over", seconds > WRAP_UP_S);
  }
  const silent = Date.now() - heard;
  stale.hidden = silent < STALE_MS;
  stale.querySelector("time").textContent = lasting(silent);
}

/** The buttons that have a key now. */
function keyed() {
  return [...document.querySelectorAll("[data-key]")].filter((one) => !one.closest("[hidden]"));
}

function explainKeys() {
  const list = document.getElementById("keys-list");
  const rows = keyed().flatMap((button) => {
    const [key, what] = [document.createElement("dt"), document.createElement("dd")];
    const cap = document.createElement("kbd");
    cap.textContent = button.dataset.key.toUpperCase();
    key.append(cap);
    const person = button.closest("li")?.querySelector("strong")?.textContent ?? "";
    what.textContent = [button.firstChild.textContent.trim(), person].filter(Boolean).join(": ");
    return [key, what];
  });
  list.replaceChildren(...rows);
  keys.showModal();
}

document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-post]");
  if (button) post(button);
  else if (target.closest("[data-keys]")) explainKeys();
});

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, dialog");
  if (typing || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
  if (event.key === "?") explainKeys();
  keyed().find((one) => one.dataset.key === event.key.toLowerCase())?.click();
});

setInterval(tick, 1000);
tick();
listen();
