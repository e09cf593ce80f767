// Says aloud what phones hear, with voices of this machine only: others would send every word to somebody else's.

import { part } from "/sandbox/static/wire.js";

const synth = window.speechSynthesis;
const lacking = new Set();

function voice(language) {
  const own = synth.getVoices().filter((each) => each.localService);
  const wanted = language.toLowerCase().replace("_", "-");
  const named = (each) => each.lang.toLowerCase().replace("_", "-");
  return own.find((each) => named(each) === wanted) || own.find((each) => named(each).split("-")[0] === wanted.split("-")[0]);
}

export const speech = {
  get on() {
    return Boolean(synth) && part("aloud").checked;
  },
  get busy() {
    return this.on && (synth.speaking || synth.pending);
  },
  say({ text, language }) {
    if (!this.on) return;
    const found = voice(language || "en-IN");
    if (!found) {
      lacking.add(language || "en-IN");
      part("aloud-said").textContent = `This machine has no voice for ${[...lacking].join(", ")}; read what is said.`;
      return;
    }
    const words = new SpeechSynthesisUtterance(text);
    words.voice = found;
    words.lang = found.lang;
    synth.speak(words);
  },
  hush() {
    if (synth) synth.cancel();
  },
};

if (synth) synth.getVoices(); // some browsers look for them only when asked
part("aloud").addEventListener("change", () => speech.hush());
