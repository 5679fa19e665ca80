// The telephone in the browser, beside the desk: off until somebody asks for it, and told in words.

const place = document.getElementById("phone");
const KEPT = "vorzimmer-phone"; // whether this browser was the telephone when the page was left
const LOOK_MS = 1_000;
let phone;

/** Show what belongs to this state: its words and its buttons. */
function show(state, detail = {}) {
  for (const one of place.querySelectorAll("[data-when]")) one.hidden = !one.dataset.when.split(" ").includes(state);
  place.dataset.state = state;
  place.querySelector("[data-caller]").textContent = detail.caller ?? "";
}

async function start() {
  show("starting");
  try {
    const { Softphone } = await import(place.dataset.script);
    const answer = await fetch(place.dataset.account, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    phone = new Softphone(await answer.json());
  } catch {
    show("lost");
    return;
  }
  for (const state of ["registered", "lost", "elsewhere", "ringing", "up", "microphone-refused"]) {
    phone.addEventListener(state, ({ detail }) => show(state, detail ?? {}));
  }
  phone.addEventListener("ended", () => show("registered"));
  localStorage.setItem(KEPT, "on");
  await phone.start();
}

function stop() {
  phone?.stop();
  localStorage.removeItem(KEPT);
  show("off");
}

const ACTS = {
  start,
  stop,
  takeOver: () => phone.takeOver(),
  answer: () => phone.answer(),
  hangUp: () => phone.hangUp(),
};

place.addEventListener("click", ({ target }) => ACTS[target.closest("[data-phone]")?.dataset.phone]?.());
addEventListener("pagehide", () => phone?.stop());
setInterval(() => {
  const quality = place.dataset.state === "up" ? phone.quality() : "";
  for (const one of place.querySelectorAll("[data-quality]")) one.hidden = one.dataset.quality !== quality;
}, LOOK_MS);
if (localStorage.getItem(KEPT)) start();
else show("off");
