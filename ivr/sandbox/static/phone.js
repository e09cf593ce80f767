// One phone: what rings, what is heard, keys, texts.

import { speech } from "/sandbox/static/speech.js";
import { clock, make, national, outbound, send, show, withLinks } from "/sandbox/static/wire.js";

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];
const SPEAK_S = 5;
let made = 0;

function ending(call, hungUp) {
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

function going(call) {
  if (call.state === "live") return outbound(call) ? "Connected." : "Connected: the caller pays.";
  return outbound(call) ? "" : "Ringing …";
}

function sound(heard, spokenBefore, nameOf) {
  const words = { say: heard.text, play: `recording ${heard.text.split("/").slice(-2).join("/")}`, joined: `joined: you hear ${nameOf(heard.text)}`,
    left: `${nameOf(heard.text)} has left`, music: "alone in the room: music", silence: "alone in the room: silence" };
  const node = make("p", heard.kind, words[heard.kind] || `${heard.kind} ${heard.text}`);
  if (heard.language) node.lang = heard.language;
  if (heard.language && heard.language !== spokenBefore) node.prepend(make("span", "quiet", `${heard.language} `));
  return node;
}

function bubble(text) {
  return make("li", "text", make("p", "", ...withLinks(text.body)), make("small", "", `${text.sender} · ${clock(text.received_at)} · ${text.state}`));
}

export class Phone {
  // Built into `node` from the page's template. `muted`: its words are not spoken aloud until somebody wants them.
  // `nameOf`: whose a number is, for nobody is shown the number of the person they talk with.
  constructor(node, { name, number, muted, nameOf }) {
    this.node = node;
    node.tabIndex = -1;
    node.append(document.getElementById("phone").content.cloneNode(true));
    this.parts = Object.fromEntries([...node.querySelectorAll("[data-part]")].map((each) => [each.dataset.part, each]));
    this.call = null; // as last seen
    this.texts = [];
    this.muted = muted;
    this.nameOf = nameOf;
    this.title = name;
    this.name(name);
    this.become(number);
    this.build();
  }

  build() {
    const { keypad, answer, decline, hangUp, speak, mute } = this.parts;
    for (const key of KEYS) {
      const button = make("button", "", key);
      button.type = "button";
      button.addEventListener("click", () => this.press(key));
      keypad.append(button);
    }
    answer.addEventListener("click", () => this.answer());
    decline.addEventListener("click", () => this.hangUp());
    hangUp.addEventListener("click", () => this.hangUp());
    speak.addEventListener("click", () => this.act("voice", { seconds: SPEAK_S }));
    mute.addEventListener("click", () => {
      this.muted = !this.muted;
      if (this.muted) speech.hush();
      this.drawMute();
    });
    this.drawMute();
  }

  drawMute() {
    this.parts.mute.setAttribute("aria-pressed", String(this.muted));
    this.parts.mute.textContent = this.muted ? "Muted" : "Mute";
  }

  name(name) {
    made += 1;
    this.parts.name.textContent = name;
    this.parts.name.id ||= `phone-${made}`;
    this.node.setAttribute("aria-labelledby", this.parts.name.id);
    this.parts.heard.setAttribute("aria-label", `What ${name} hears`);
    this.parts.keypad.setAttribute("aria-label", `Keypad of ${name}`);
    this.parts.shelf.setAttribute("aria-label", `SMS of ${name}`);
  }

  // Another number: another phone.
  become(number) {
    this.number = number;
    this.following = "";
    this.read = 0; // of the call followed
    this.spokenIn = "";
    this.hungUp = false; // by this person
    this.call = null;
    this.texts = [];
    this.parts.number.textContent = number;
    this.keeping(() => this.clear());
    this.say("");
  }

  clear() {
    this.parts.talk.hidden = this.parts.incoming.hidden = true;
  }

  follow(id) {
    if (this.following === id) return;
    this.following = id;
    this.read = 0;
    this.spokenIn = "";
    this.hungUp = false;
    this.parts.heard.replaceChildren();
  }

  say(words, className = "") {
    this.parts.said.textContent = words;
    this.parts.said.className = `said ${className}`;
  }

  get rings() {
    return Boolean(this.call) && outbound(this.call) && this.call.state === "ringing";
  }

  get live() {
    return this.call?.state === "live";
  }

  get free() {
    return this.call ? this.call.state === "over" : !this.following;
  }

  // A look at the scene: the call followed, until it is over and another one is there; and the texts.
  show({ call, texts }, calls) {
    const followed = this.following ? calls[this.following] : null;
    if (followed && !(followed.state === "over" && this.call?.state === "over")) this.draw(followed);
    else if (this.following && calls[this.following] === null) this.lose();
    if (call && this.free && call.id !== this.following) {
      this.follow(call.id);
      this.draw(call);
    }
    this.texts = texts;
    show(this.parts.inbox, texts, (each) => (each.length ? each.slice().reverse().map(bubble) : [make("li", "quiet", "No SMS yet.")]));
    this.parts.count.textContent = texts.length ? ` (${texts.length})` : "";
  }

  // What has the keyboard may be hidden by a change, as Answer is: then this phone's keypad has it, not the page.
  keeping(change) {
    const held = this.node.contains(document.activeElement) && document.activeElement;
    change();
    if (held && !held.checkVisibility()) this.focus();
  }

  focus() {
    if (this.live) this.parts.keypad.focus();
    else this.node.focus({ preventScroll: true });
  }

  // Seen, from what is said of its call on: the form above is not what one looks at then.
  comeForward() {
    const { top } = this.parts.said.getBoundingClientRect();
    if (top >= 0 && top < window.innerHeight / 2) return;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.parts.said.scrollIntoView({ block: "start", behavior: still ? "instant" : "smooth" });
  }

  draw(call) {
    this.call = call;
    this.keeping(() => this.drawCall(call));
    if (call.state === "over") this.say(ending(call, this.hungUp), call.answered && !outbound(call) ? "bad" : "good");
    else this.say(going(call));
  }

  drawCall(call) {
    const { incoming, incomingFrom, talk, title, heard, waits, speak, hangUp, keypad } = this.parts;
    incoming.hidden = !this.rings;
    if (this.rings) incomingFrom.textContent = `Ringing: ${national(call.line)} calls.`;
    talk.hidden = this.rings || (call.state === "over" && !call.heard.length);
    title.textContent = outbound(call) ? `${national(call.line)} called` : national(call.line);
    const atEnd = heard.scrollTop + heard.clientHeight >= heard.scrollHeight - 8;
    for (const each of call.heard.slice(this.read)) this.hear(each);
    this.read = call.heard.length;
    if (atEnd) heard.scrollTop = heard.scrollHeight;
    waits.textContent = waiting(call);
    speak.hidden = call.waits_for !== "voice note";
    keypad.hidden = hangUp.hidden = call.state === "over";
    for (const key of keypad.children) key.disabled = !this.live;
    this.node.classList.toggle("busy", !this.free);
  }

  hear(heard) {
    this.parts.heard.append(sound(heard, this.spokenIn, this.nameOf));
    this.spokenIn = heard.language || this.spokenIn;
    if (heard.kind === "say" && !this.muted) speech.say(heard);
  }

  lose() {
    this.following = "";
    this.call = null;
    this.keeping(() => this.clear());
    this.node.classList.remove("busy");
    this.say("The sandbox does not know this call any more.", "bad");
  }

  async ring(line, provider, more = {}) {
    if (!this.free) return this.say("This phone is on a call.", "bad");
    try {
      const { id } = await send("POST", "/calls", { from: this.number, to: line, provider, ...more });
      this.follow(id);
      this.call = null;
      this.say("Ringing …");
    } catch (error) {
      this.say(error.message, "bad");
    }
  }

  async act(deed, given = {}) {
    if (this.free) return;
    try {
      const call = await send("POST", `/calls/${this.following}/${deed}`, given);
      if (call.id === this.following) this.draw(call);
    } catch (error) {
      this.say(error.message, "bad");
    }
  }

  press(keys) {
    if (!this.muted) speech.hush();
    return this.act("keys", { keys });
  }

  // As by hand: seen on the keypad.
  flash(key) {
    const button = [...this.parts.keypad.children].find((each) => each.textContent === key);
    button?.classList.add("down");
    setTimeout(() => button?.classList.remove("down"), 200);
  }

  answer() {
    return this.act("answer");
  }

  hangUp() {
    this.hungUp = true;
    return this.act("hang-up");
  }
}
