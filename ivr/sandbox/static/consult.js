// Plays a whole paid consult on the page's phones, a person's step at a time. What is pressed at which words: consult.json.

import { Stopped } from "/sandbox/static/scene.js";
import { speech } from "/sandbox/static/speech.js";
import { make, part, send } from "/sandbox/static/wire.js";

const DIGITS = { zero: "0", one: "1", two: "2", three: "3", four: "4", five: "5", six: "6", seven: "7", eight: "8", nine: "9" };
const UNRUNG_S = 20; // who is on duty already is not rung
const PATIENCE_S = 150;

const digits = (words) => words.replace(/[a-z]+/g, (word) => DIGITS[word] || word);
const said = (call, from = 0) => call.heard.slice(from).filter((each) => each.kind === "say").map((each) => each.text).join(" ");
const joined = (call) => call?.heard.findLast((each) => ["joined", "left"].includes(each.kind))?.kind === "joined";

// Presses the keys of a table on one phone: whenever its call waits for keys and has said its words, or sooner when in haste.
class Pilot {
  constructor(phone, table, pressed) {
    this.phone = phone;
    this.table = table;
    this.pressed = pressed; // told which row
    this.call = "";
    this.from = 0;
  }

  look() {
    const { call } = this.phone;
    if (!this.phone.live || call.waits_for !== "keys") return;
    if (!part("haste").checked && (!call.ready || speech.busy)) return;
    if (this.call !== call.id) [this.call, this.from] = [call.id, 0];
    const words = said(call, this.from);
    for (const row of this.table) {
      const found = words.match(row.hears);
      if (!found) continue;
      this.from = call.heard.length;
      this.press(digits(row.press.replace("$1", found[1] ?? "")));
      this.pressed(row);
      return;
    }
  }

  press(keys) {
    for (const key of keys) this.phone.flash(key);
    this.phone.press(keys);
  }
}

export class Consult {
  constructor(scene, script, directory) {
    this.scene = scene;
    this.script = script;
    this.directory = directory;
    this.stop = null;
    this.rows = Object.fromEntries(Object.entries(script.steps).map(([name, title]) => [name, make("li", "", title)]));
    part("story").append(...Object.values(this.rows));
  }

  // On the patient's phone, with whichever of the doctors' phones rings first. Never fails: it tells.
  async play(patient, doctors) {
    if (!doctors.length) return this.tell("Add a doctor's phone first.", "bad");
    this.stop = new AbortController();
    for (const row of Object.values(this.rows)) row.className = "";
    this.swap("play", "stop");
    part("story").hidden = false;
    const follow = [];
    try {
      await this.acts(patient, doctors, follow);
      this.tell("Played to the end: the consult is earned, and its receipt is there.", "good");
    } catch (error) {
      const stopped = error instanceof Stopped;
      if (this.row) this.row.className = stopped ? "" : "failed";
      this.tell(stopped ? "Stopped. The phones are yours: go on by hand." : error.message, stopped ? "quiet" : "bad");
    }
    for (const look of follow) this.scene.waiting.delete(look);
    this.stop = null;
    part("talk").hidden = true;
    this.swap("stop", "play");
  }

  // One button for another; who had the keyboard on it has it on the other.
  swap(from, to) {
    const held = document.activeElement === part(from);
    part(from).hidden = true;
    part(to).hidden = false;
    if (held) part(to).focus();
  }

  tell(words, className = "") {
    part("story-said").textContent = words;
    part("story-said").className = className;
  }

  // This step goes on now, and those before it are done.
  step(name) {
    let before = true;
    for (const [each, row] of Object.entries(this.rows)) {
      if (each === name) {
        before = false;
        this.row = row;
        row.className = "now";
        this.tell(row.textContent);
      } else if (before) row.className = "done";
    }
  }

  until(come, otherwise, seconds = PATIENCE_S) {
    return this.scene.until(come, seconds, otherwise, this.stop.signal);
  }

  pilot(phone, table, follow) {
    const pilot = new Pilot(phone, table, (row) => this.step(row.step));
    const look = () => pilot.look();
    this.scene.waiting.add(look);
    follow.push(look);
  }

  async acts(patient, doctors, follow) {
    const { patient: keys, doctor: doctorsKeys, signs } = this.script;
    for (const doctor of doctors) this.pilot(doctor, doctorsKeys, follow);
    await this.dutyOn(doctors[0]);
    this.pilot(patient, keys, follow);
    await this.asksToPay(patient);
    await this.pays(patient, patient.texts.findLast((text) => text.body.includes(signs.link)));
    const doctor = await this.joins(patient, doctors);
    await this.talk(patient, doctor);
    this.step("receipt");
    await this.until(() => patient.texts.some((text) => text.body.includes(signs.receipt)), "No receipt came.");
    this.rows.receipt.className = "done";
  }

  line(wanted, what) {
    const found = this.directory.lines.find(wanted);
    if (!found) throw new Error(`No line is published that ${what}, so this cannot be played.`);
    return found;
  }

  // By missed call, or by key where a missed call may not ring anybody: at night, or too soon after another. Then by key 1 in the
  // call back; who was on duty before is told so instead.
  async dutyOn(doctor) {
    this.step("duty");
    const byMissedCall = this.line((each) => each.audience === "doctors" && !each.answers, "doctors give a missed call to go on duty");
    const byKey = this.line((each) => each.audience === "doctors" && each.answers, "doctors ring to go on duty");
    if (doctor.rings) await doctor.hangUp(); // asked before this play began, by one that was stopped, say
    if (!doctor.free) throw new Error("The doctor's phone is on a call. End it, then play again.");
    const texts = doctor.texts.length;
    await doctor.ring(byMissedCall.number, byMissedCall.provider);
    await this.patiently(() => doctor.rings || (doctor.free && doctor.texts.length > texts));
    if (!doctor.rings) {
      await doctor.ring(byKey.number, byKey.provider);
      await this.until(() => doctor.rings || this.isOnDuty(doctor), "The doctor could not go on duty by key.");
    }
    if (doctor.rings) await doctor.answer();
    await this.until(() => this.isOnDuty(doctor), "The doctor did not come to be on duty.");
  }

  isOnDuty(doctor) {
    return doctor.call?.state === "over" && said(doctor.call).includes(this.script.signs.on_duty);
  }

  // Whether it comes; not everything does.
  patiently(come) {
    return this.until(come, "", UNRUNG_S).catch((error) => {
      if (error instanceof Stopped) throw error;
      return false;
    });
  }

  async asksToPay(patient) {
    this.step("menu");
    const line = this.line((each) => each.answers && each.flow === this.script.line, "answers with the hotline's menu");
    await patient.hangUp();
    patient.become(`+9198450${String(Math.floor(Math.random() * 1e5)).padStart(5, "0")}`);
    part("ring").elements.from.value = patient.number;
    await patient.ring(line.number, line.provider);
    await this.until(() => {
      if (patient.call?.state === "over") throw new Error("The hotline hung up. What it said last is on the patient's phone.");
      return patient.call && said(patient.call).includes(this.script.signs.waits) && patient.texts.some((text) => text.body.includes(this.script.signs.link));
    }, "The patient was not asked to pay. What was said instead is on the patient's phone.", 2 * PATIENCE_S);
  }

  async pays(patient, text) {
    this.step("pay");
    const [url] = text.body.match(/https?:\/\/\S+/);
    const { page } = await send("POST", "/pay", { url });
    const link = make("a", "", "the gateway's page");
    link.href = page;
    link.target = "_blank";
    part("story-said").append(" Paid on ", link, ".");
    await this.until(() => said(patient.call).includes(this.script.signs.paid), "The patient did not hear that the payment came.");
  }

  async joins(patient, doctors) {
    this.step("ring");
    const doctor = await this.until(() => doctors.find((each) => each.rings), "No doctor's phone rang.");
    await doctor.answer();
    await this.until(() => joined(doctor.call) && joined(patient.call), "The two were not joined.");
    this.step("joined");
    return doctor;
  }

  async talk(patient, doctor) {
    const since = this.scene.now;
    const wanted = this.directory.talk_seconds + 2;
    this.step("talk");
    part("talk").max = wanted;
    part("talk").hidden = false;
    await this.until(() => {
      if (patient.free || doctor.free) throw new Error("One of the two hung up too early.");
      part("talk").value = (this.scene.now - since) / 1000;
      return part("talk").value >= wanted;
    }, "They talked for too long.", wanted + PATIENCE_S);
    part("talk").hidden = true;
    await patient.hangUp();
    this.step("word");
    await this.until(() => doctor.free, "The doctor was not asked what came of it.");
  }
}
