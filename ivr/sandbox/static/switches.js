// Faults that people turn on and off, each with what it does.

import { make, part, read, send } from "/sandbox/static/wire.js";

const LOOK_MS = 3000; // somebody else may have turned one

function row({ name, title, does, on }) {
  const box = make("input");
  box.type = "checkbox";
  box.checked = on;
  box.id = `switch-${name}`;
  box.setAttribute("role", "switch");
  box.setAttribute("aria-describedby", `does-${name}`);
  box.addEventListener("change", () => turned(send(box.checked ? "PUT" : "DELETE", `/switches/${name}`)));
  const label = make("label", "", title);
  label.htmlFor = box.id;
  const what = make("p", "quiet", does);
  what.id = `does-${name}`;
  return make("li", "", box, make("div", "", label, what));
}

function draw({ switches, faults }) {
  const list = part("switches");
  if (list.children.length !== switches.length) list.replaceChildren(...switches.map(row));
  for (const { name, on } of switches) part(`switch-${name}`).checked = on;
  const on = switches.filter((each) => each.on).map((each) => each.title);
  const others = faults && !on.length ? "A fault set by the API is in force." : "";
  part("switches-said").textContent = on.length ? `On: ${on.join(", ")}.` : others || "All is well.";
  part("switches-said").className = faults ? "bad" : "quiet";
  part("all-off").disabled = !faults;
}

let turns = 0; // by this person: what was read before the latest of them tells of a state that is over

async function turned(asked) {
  turns += 1;
  await shown(asked);
}

async function shown(asked) {
  const turn = turns;
  try {
    await asked;
    const found = await read("/switches");
    if (turn === turns) draw(found);
  } catch (error) {
    part("switches-said").textContent = error.message;
  }
}

export async function lookAtSwitches() {
  await shown();
  setTimeout(lookAtSwitches, LOOK_MS);
}

part("all-off").addEventListener("click", () => turned(send("DELETE", "/faults")));
