"use strict";

// What the phones have received, and the latest calls of all of them.

const clock = (ms) => new Date(ms).toLocaleTimeString();
const seen = {};

// Only redraw what changed: a page that redraws under the finger closes what one has just opened.
function show(id, data, picture) {
  const print = JSON.stringify(data);
  if (seen[id] === print) return;
  seen[id] = print;
  part(id).replaceChildren(...picture(data));
}

function withLinks(body) {
  return body.split(/(https?:\/\/[^\s]+)/).map((words, index) => {
    if (index % 2 === 0) return words;
    const link = make("a", "", words);
    link.href = words;
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
  if (!call.ended) return make("span", "what", call.state === "live" ? "live …" : "ringing …");
  const paid = call.answered && !outbound(call);
  const words = paid ? "answered, the caller pays" : call.answered ? "answered" : outbound(call) ? "not answered" : "not answered, free";
  return make("span", `what ${paid ? "bad" : "good"}`, `${words} · ${call.hangup_code}${call.error ? ` · error ${call.error}` : ""}`);
}

function drawExchange(each) {
  const good = each.status >= 200 && each.status < 300;
  const node = make("div", "exchange", make("p", "", `${each.url} `, make("span", good ? "good" : "bad", String(each.status || each.error))));
  if (each.body.trim()) node.append(make("pre", "", each.body));
  return node;
}

function drawCalls(calls) {
  if (!calls.length) return [make("p", "quiet", "Nobody has rung yet.")];
  const open = new Set([...document.querySelectorAll("#calls details[open]")].map((node) => node.dataset.id));
  return calls.map((call) => {
    const [from, to] = outbound(call) ? [national(call.line), call.caller] : [call.caller || "withheld", national(call.line)];
    const title = make("summary", "", make("span", "quiet", clock(call.started_at)), `${from} → ${to}`, make("span", "quiet", call.provider),
      outcome(call));
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
    part("health").textContent = `Product: ${health.target}`;
  } catch {
    part("health").textContent = "The sandbox is not answering.";
  }
  setTimeout(refresh, 1500);
}

refresh();
