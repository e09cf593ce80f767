// The page: a caller's phone, doctors' phones, and what is played on them.

import { lookAround } from "/sandbox/static/around.js";
import { Consult } from "/sandbox/static/consult.js";
import { Phone } from "/sandbox/static/phone.js";
import { Scene } from "/sandbox/static/scene.js";
import { lookAtSwitches } from "/sandbox/static/switches.js";
import { make, part, read } from "/sandbox/static/wire.js";

const GIVES_UP_MS = 3000; // a missed call to a line that would answer
const DOCTORS = 2; // phones on the page at first

const scene = new Scene((away) => {
  part("health").textContent = away ? "The sandbox is not answering." : "";
});
const ring = part("ring");
const nameOf = (number) => (number === patient.number ? "the caller" : doctors.find((each) => each.number === number)?.title || "another phone");
const patient = new Phone(part("patient"), { name: "Caller", number: ring.elements.from.value, muted: false, nameOf });
const doctors = [];
let used = null; // the phone that was touched last: what is typed goes to it
let directory = { lines: [], doctors: [], talk_seconds: 0, console: "" };

const published = (number) => directory.lines.find((line) => line.number === number.trim());

function call(missed) {
  const number = ring.elements.to.value.trim();
  const line = published(number);
  patient.ring(number, ring.elements.provider.value, missed && line?.answers !== false ? { hang_up_after_ms: GIVES_UP_MS } : {});
  patient.comeForward();
}

function use(phone) {
  used?.node.classList.remove("used");
  used = phone;
  used?.node.classList.add("used");
}

function drawLine(line) {
  const button = make("button", "plain", line.number);
  button.type = "button";
  button.setAttribute("aria-label", `Ring ${line.number}, ${line.name}`);
  button.addEventListener("click", () => {
    ring.elements.to.value = line.number;
    ring.elements.provider.value = line.provider;
    patient.node.focus({ preventScroll: true });
    call(false);
  });
  return make("li", "", button, make("div", "", make("strong", "", line.name), make("p", "quiet", line.does)));
}

// A flow or a line to ring, from another page: the console's drawing of a flow, say.
function prefill(wanted) {
  if (!wanted) return;
  const runs = directory.lines.filter((line) => line.flow === wanted).sort((one, other) => other.answers - one.answers);
  const line = published(wanted) || runs[0];
  if (!line && !/^[+0-9]+$/.test(wanted)) return patient.say(`No line runs the flow “${wanted}”.`, "bad");
  ring.elements.to.value = line ? line.number : wanted;
  ring.elements.provider.value = line?.provider || "plivo";
  part("call").focus();
}

function addDoctor({ name, phone: number, about }) {
  const node = make("article", "phone");
  part("doctors-phones").append(node);
  const doctor = new Phone(node, { name, number, muted: true, nameOf });
  doctor.parts.about.textContent = about;
  const lines = directory.lines.filter((line) => line.audience === "doctors");
  for (const line of lines) {
    const button = make("button", "plain", line.answers ? line.name : `${line.name}: missed call`);
    button.type = "button";
    button.title = line.does;
    button.addEventListener("click", () => doctor.ring(line.number, line.provider));
    doctor.parts.before.append(button);
  }
  const away = make("button", "plain", "Put away");
  away.type = "button";
  away.addEventListener("click", () => {
    doctors.splice(doctors.indexOf(doctor), 1);
    scene.phones.splice(scene.phones.indexOf(doctor), 1);
    node.remove();
    if (used === doctor) use(null);
    drawChoice();
    part("doctor").focus();
  });
  doctor.parts.before.append(away);
  doctors.push(doctor);
  scene.phones.push(doctor);
  drawChoice();
}

function drawChoice() {
  const shown = new Set(doctors.map((doctor) => doctor.number));
  const left = directory.doctors.filter((each) => !shown.has(each.phone));
  part("doctor").replaceChildren(...left.map((each) => new Option(`${each.name}, ${each.about}`, each.phone)));
  part("add-doctor").hidden = !left.length;
}

async function begin() {
  scene.phones.push(patient);
  patient.parts.before.append(ring);
  scene.look();
  lookAtSwitches();
  directory = await read("/directory");
  part("numbers").replaceChildren(...directory.lines.filter((line) => line.audience === "callers").map(drawLine));
  part("known").replaceChildren(...directory.lines.map((line) => new Option(line.name, line.number)));
  if (directory.lines.length) {
    ring.elements.to.value = directory.lines[0].number;
    ring.elements.provider.value = directory.lines[0].provider;
  }
  if (directory.console) {
    part("console").href = directory.console;
    part("console").hidden = false;
  }
  part("doctors").hidden = !directory.doctors.length;
  directory.doctors.slice(0, DOCTORS).forEach(addDoctor);
  lookAround(scene);
  prefill(new URLSearchParams(location.search).get("dial"));
  const script = await (await fetch("/sandbox/static/consult.json")).json();
  const consult = new Consult(scene, script, directory);
  part("play").disabled = !doctors.length;
  part("play").addEventListener("click", () => consult.play(patient, doctors));
  part("stop").addEventListener("click", () => consult.stop?.abort());
}

ring.addEventListener("submit", (event) => {
  event.preventDefault();
  call(event.submitter === part("missed"));
});
ring.elements.from.addEventListener("change", () => patient.free && patient.become(ring.elements.from.value.trim()));
part("add-doctor").addEventListener("submit", (event) => {
  event.preventDefault();
  addDoctor(directory.doctors.find((each) => each.phone === part("doctor").value));
});
for (const touch of ["focusin", "pointerdown"]) {
  document.addEventListener(touch, (event) => {
    const phone = [patient, ...doctors].find((each) => each.node.contains(event.target));
    if (phone) use(phone);
  });
}
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input:not([type=checkbox]), select")) return;
  if (!used?.live || !/^[0-9*#]$/.test(event.key)) return;
  event.preventDefault();
  used.flash(event.key);
  used.press(event.key);
});

begin();
