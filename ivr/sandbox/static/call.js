"use strict";

// The phone of this page: the call that it is on, or that rings it.

const api = "/sandbox/api";
const part = (id) => document.getElementById(id);
const make = (tag, className, ...inside) => {
  const node = document.createElement(tag);
  if (className) node.className = className;
  node.append(...inside);
  return node;
};

async function read(path) {
  const answer = await fetch(api + path);
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
}

async function send(path, given) {
  const answer = await fetch(api + path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(given) });
  const result = await answer.json();
  if (!answer.ok) throw new Error(result.error);
  return result;
}

const national = (number) => number.replace(/^\+91(80|18)/, "0$1");
const outbound = (call) => call.direction === "outbound";

function ending(call) {
  const trouble = call.error ? ` (error ${call.error})` : "";
  if (!call.answered && outbound(call)) return `${hungUp ? "Declined" : "It stopped ringing"}${trouble}.`;
  if (!call.answered) return `${hungUp ? "You gave up" : "Busy tone"}: nobody answered, nothing was charged${trouble}.`;
  return outbound(call) ? `Over${trouble}; it cost this phone nothing.` : `Over${trouble}; it was answered, so the caller pays.`;
}

function waiting(call) {
  if (call.state !== "live") return "";
  if (call.waits_for === "keys") return call.keys_wanted === 1 ? "It takes a key." : `It takes keys, ${call.keys_wanted} at most.`;
  if (call.waits_for === "voice note") return "It records what you say; # ends it.";
  return call.waits_for ? "Another phone rings for you." : "";
}

function sound(heard) {
  const words = { say: heard.text, play: `recording ${heard.text.split("/").slice(-2).join("/")}`, joined: `joined with ${heard.text}`,
    left: `${heard.text} has left`, music: "alone in the room: music", silence: "alone in the room: silence" };
  const node = make("li", heard.kind, words[heard.kind] || `${heard.kind} ${heard.text}`);
  if (heard.language) node.lang = heard.language;
  if (heard.language && heard.language !== language) node.prepend(make("span", "quiet", `${heard.language} `));
  language = heard.language || language;
  return node;
}

let current = null; // the id of the call shown
let shown = 0; // how much of it
let language = ""; // in which it spoke last
let state = "";
let hungUp = false; // by this person

function follow(id) {
  if (current === id) return;
  current = id;
  shown = 0;
  language = "";
  hungUp = false;
  part("heard").replaceChildren();
}

function say(words, className = "") {
  part("said").textContent = words;
  part("said").className = className;
}

function draw(call) {
  const rings = outbound(call) && call.state === "ringing";
  state = call.state;
  part("incoming").hidden = !rings;
  if (rings) part("incoming-from").textContent = `Ringing: ${national(call.line)} calls ${call.caller}.`;
  part("call").hidden = rings || (call.state === "over" && !call.heard.length);
  part("call-title").textContent = outbound(call) ? `${national(call.line)} called` : national(call.line);
  const list = part("heard");
  const atEnd = list.scrollTop + list.clientHeight >= list.scrollHeight - 8;
  list.append(...call.heard.slice(shown).map(sound));
  shown = call.heard.length;
  if (atEnd) list.scrollTop = list.scrollHeight;
  part("waits").textContent = waiting(call);
  part("speak").hidden = call.waits_for !== "voice note";
  part("keypad").hidden = part("hang-up").hidden = call.state === "over";
  for (const key of part("keypad").children) key.disabled = call.state !== "live";
  part("dial").disabled = call.state !== "over";
  if (call.state === "over") say(ending(call), call.answered && !outbound(call) ? "bad" : "good");
  else say(call.state === "live" ? (outbound(call) ? "Connected." : "Connected: the caller pays.") : rings ? "" : "Ringing …");
  if (call.state === "over") current = null;
}

function lose() {
  current = null;
  state = "";
  part("dial").disabled = false;
  part("call").hidden = part("incoming").hidden = true;
  say("The sandbox does not know this call any more.", "bad");
}

async function watch() {
  const number = document.forms.ring.from.value.trim();
  try {
    if (current === null && number) {
      const { call } = await read(`/phones/${encodeURIComponent(number)}`);
      if (call && current === null) follow(call.id);
    }
    if (current !== null) draw(await read(`/calls/${current}`));
  } catch {
    if (current !== null) lose();
  }
  setTimeout(watch, current === null ? 1000 : 300);
}

async function act(deed, given = {}) {
  if (current === null) return;
  try {
    draw(await send(`/calls/${current}/${deed}`, given));
  } catch (error) {
    say(error.message, "bad");
  }
}

const press = (key) => act("keys", { keys: key });

part("ring").addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    const { id } = await send("/calls", Object.fromEntries(new FormData(event.target)));
    say("Ringing …");
    follow(id);
  } catch (error) {
    say(error.message, "bad");
  }
});
part("keypad").addEventListener("click", (event) => event.target.matches("button") && press(event.target.textContent));
part("answer").addEventListener("click", () => act("answer"));
for (const id of ["decline", "hang-up"]) {
  part(id).addEventListener("click", () => {
    hungUp = true;
    act("hang-up");
  });
}
part("speak").addEventListener("click", () => act("voice", { seconds: 5 }));
document.addEventListener("keydown", (event) => {
  if (state !== "live" || event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, select")) return;
  const button = [...part("keypad").children].find((key) => key.textContent === event.key);
  if (!button) return;
  event.preventDefault();
  button.classList.add("down");
  setTimeout(() => button.classList.remove("down"), 150);
  press(event.key);
});

watch();
