// What else happens: texts of other phones, the latest calls with what was said between provider and product.

import { clock, make, national, outbound, part, read, show, withLinks } from "/sandbox/static/wire.js";

const LOOK_MS = 1500;
const PHONES = 12;

function drawPhones(phones) {
  return phones.map(({ phone, texts }) =>
    make("div", "others", make("h3", "", phone), make("ol", "inbox", ...texts.slice(-3).reverse().map((text) =>
      make("li", "text", make("p", "", ...withLinks(text.body)), make("small", "", `${text.sender} · ${clock(text.received_at)} · ${text.state}`))))));
}

function outcome(call) {
  if (!call.ended) return make("span", "what", call.state === "live" ? "live …" : "ringing …");
  const paid = call.answered && !outbound(call);
  const words = paid ? "answered, the caller pays" : call.answered ? "answered" : outbound(call) ? "not answered" : "not answered, free";
  return make("span", `what ${paid ? "bad" : "good"}`, `${words} · provider’s code ${call.hangup_code}${call.error ? ` · error ${call.error}` : ""}`);
}

function drawExchange(each) {
  const good = each.status >= 200 && each.status < 300;
  const node = make("div", "exchange", make("p", "", `${each.url} `, make("span", good ? "good" : "bad", String(each.status || each.error))));
  if (each.body.trim()) {
    const body = make("pre", "", each.body);
    body.tabIndex = 0; // it may scroll
    node.append(body);
  }
  return node;
}

function drawCalls(calls) {
  if (!calls.length) return [make("p", "quiet", "Nobody has rung yet.")];
  const open = new Set([...document.querySelectorAll("#calls details[open]")].map((node) => node.dataset.id));
  return calls.map((call) => {
    const [from, to] = outbound(call) ? [national(call.line), call.caller] : [call.caller || "withheld", national(call.line)];
    const title = make("summary", "", make("span", "quiet", clock(call.started_at)), make("span", "", `${from} → ${to}`),
      make("span", "quiet", call.provider), outcome(call));
    const node = make("details", "", title, ...call.exchanges.map(drawExchange));
    node.dataset.id = call.id;
    node.open = open.has(call.id);
    return node;
  });
}

// `scene`: its phones show their own texts.
export async function lookAround(scene) {
  try {
    const [inboxes, calls] = await Promise.all([read("/inboxes"), read("/calls?limit=20")]);
    const own = new Set(scene.phones.map((phone) => phone.number));
    const numbers = inboxes.latest.filter((number) => !own.has(number)).slice(0, PHONES);
    const phones = await Promise.all(numbers.map((number) => read(`/phones/${encodeURIComponent(number)}/inbox`)));
    part("texts").hidden = !phones.length;
    show(part("phones"), phones, drawPhones);
    show(part("calls"), calls.calls, drawCalls);
  } catch {
    // the scene says that the sandbox is away
  }
  setTimeout(() => lookAround(scene), LOOK_MS);
}
