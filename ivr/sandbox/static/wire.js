// What the page asks of the sandbox, and small pieces for showing it.

const api = "/sandbox/api";

export const part = (id) => document.getElementById(id);

export function make(tag, className, ...inside) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  node.append(...inside);
  return node;
}

export async function read(path) {
  const answer = await fetch(api + path);
  if (!answer.ok) throw new Error(`The sandbox answers ${answer.status} to ${path}.`);
  return answer.json();
}

export async function send(method, path, given) {
  const body = given === undefined ? {} : { headers: { "Content-Type": "application/json" }, body: JSON.stringify(given) };
  const answer = await fetch(api + path, { method, ...body });
  const result = answer.status === 204 ? {} : await answer.json();
  if (!answer.ok) throw new Error(result.error || `The sandbox answers ${answer.status}.`);
  return result;
}

export const national = (number) => number.replace(/^\+91(80|18)/, "0$1");
export const outbound = (call) => call.direction === "outbound";
export const clock = (ms) => new Date(ms).toLocaleTimeString("en-IN", { timeZone: "Asia/Kolkata" });

export function withLinks(body) {
  return body.split(/(https?:\/\/[^\s]+)/).map((words, index) => {
    if (index % 2 === 0) return words;
    const link = make("a", "", words);
    link.href = words;
    link.target = "_blank";
    link.rel = "noreferrer";
    return link;
  });
}

const seen = new WeakMap();

// Only what changed is drawn anew: a page that redraws under the finger closes what one has just opened.
export function show(node, data, picture) {
  const print = JSON.stringify(data);
  if (seen.get(node) === print) return;
  seen.set(node, print);
  node.replaceChildren(...picture(data));
}
