"use strict";

const api = "/sandbox/api";
const put = (id, nodes) => document.getElementById(id).replaceChildren(...nodes);
const make = (tag, className, ...inside) => {
  const node = document.createElement(tag);
  if (className) node.className = className;
  node.append(...inside);
  return node;
};
const clock = (ms) => new Date(ms).toLocaleTimeString();
const seen = {};

// Only redraw what changed: a page that redraws under the finger closes what one has just opened.
function show(id, data, draw) {
  const print = JSON.stringify(data);
  if (seen[id] === print) return;
  seen[id] = print;
  put(id, draw(data));
}

async function read(path) {
  const answer = await fetch(api + path);
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
}

function withLinks(body) {
  return body.split(/(https?:\/\/[^\s]+)/).map((part, index) => {
    if (index % 2 === 0) return part;
    const link = make("a", "", part);
    link.href = part;
    link.target = "_blank";
    link.rel = "noreferrer";
    return link;
  });
}

function drawPhones(phones) {
  if (!phones.length) return [make("p", "quiet", "No text has arrived yet.")];
  return phones.map(({ phone, texts }) =>
    make("div", "phone", make("h3", "", phone), ...texts.slice(-5).reverse().map((text) =>
      make("div", "text", make("p", "", ...withLinks(text.body)), make("small", "", `${text.sender} · ${clock(text.received_at)} · ${text.state}`)))));
}

function outcome(call) {
  if (!call.ended) return make("span", "what", "ringing …");
  const words = call.answered ? "answered, the caller pays" : "not answered, free";
  return make("span", `what ${call.answered ? "bad" : "good"}`, `${words} · ${call.hangup_code}${call.error ? ` · error ${call.error}` : ""}`);
}

function drawExchange(each) {
  const result = each.status || each.error;
  const good = each.status >= 200 && each.status < 300;
  const node = make("div", "exchange", make("p", "", `POST ${each.url} `, make("span", good ? "good" : "bad", String(result))));
  if (each.body.trim()) node.append(make("pre", "", each.body));
  return node;
}

function drawCalls(calls) {
  if (!calls.length) return [make("p", "quiet", "Nobody has rung yet.")];
  const open = new Set([...document.querySelectorAll("#calls details[open]")].map((node) => node.dataset.id));
  return calls.map((call) => {
    const title = make("summary", "", make("span", "quiet", clock(call.started_at)), `${call.caller || "withheld"} → ${call.line}`,
      make("span", "quiet", call.provider), outcome(call));
    const node = make("details", "", title, ...call.exchanges.map(drawExchange));
    node.dataset.id = call.id;
    node.open = open.has(call.id);
    return node;
  });
}

async function refresh() {
  try {
    const [health, inboxes, calls] = await Promise.all([read("/healthz"), read("/inboxes"), read("/calls?limit=20")]);
    const numbers = inboxes.latest.slice(0, 12);
    const phones = await Promise.all(numbers.map((number) => read(`/phones/${encodeURIComponent(number)}/inbox`)));
    show("phones", phones, drawPhones);
    show("calls", calls.calls, drawCalls);
    document.getElementById("health").textContent = `Product: ${health.target}`;
  } catch {
    document.getElementById("health").textContent = "The sandbox is not answering.";
  }
  setTimeout(refresh, 1500);
}

document.getElementById("ring").addEventListener("submit", async (event) => {
  event.preventDefault();
  const said = document.getElementById("said");
  const answer = await fetch(`${api}/calls`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(Object.fromEntries(new FormData(event.target))),
  });
  const result = await answer.json();
  said.className = answer.ok ? "good" : "bad";
  said.textContent = answer.ok ? "Ringing …" : result.error;
});

refresh();
