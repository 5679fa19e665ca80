// The supervisor's board: asked for anew every two seconds, and stale when nothing comes.

import { lasting, setClocks } from "./clock.js";

const AGAIN_MS = 2_000;
const STALE_MS = 7_000;
const stale = document.getElementById("stale");
let main = document.getElementById("main");
let heard = Date.now();
let ahead = heard - Number(main.dataset.now); // this browser's clock before the router's, in milliseconds

function tick() {
  setClocks(Date.now() - ahead);
  const silent = Date.now() - heard;
  stale.hidden = silent < STALE_MS;
  stale.querySelector("time").textContent = lasting(silent);
}

async function again() {
  try {
    const answer = await fetch("/board", { headers: { Accept: "text/html" } });
    if (answer.redirected) location.assign(answer.url); // the session is over
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("main");
    if (answer.ok && fresh) {
      main.replaceWith(fresh);
      main = fresh;
      heard = Date.now();
      ahead = heard - Number(main.dataset.now);
    }
  } catch {
    // told by `tick`
  }
  tick();
  setTimeout(again, AGAIN_MS);
}

setInterval(tick, 1000);
tick();
setTimeout(again, AGAIN_MS);
