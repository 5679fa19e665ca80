// Clocks that go by the router's time, whatever this machine's says.

/** A stretch of time as people read it: 0:07, 12:30, 1:02:03. */
export function lasting(ms) {
  const s = Math.max(0, Math.floor(ms / 1000));
  const two = (number) => String(number).padStart(2, "0");
  return s < 3600 ? `${Math.floor(s / 60)}:${two(s % 60)}`
    : `${Math.floor(s / 3600)}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
}

/** Set all clocks of the page; `now`: the router's, in milliseconds since 1970. */
export function setClocks(now) {
  for (const one of document.querySelectorAll("time[data-since]")) {
    one.textContent = lasting(now - Date.parse(one.dataset.since));
  }
}
