
"use strict";
// The view of MCP Apps, as far as this card needs it: it greets the host, takes the result of its tool, and calls one
// tool of the server. Whatever others wrote is shown as text, never as markup.
(() => {
  const ARMED_AFTER = 700; // ms: an Enter or a click on its way to something else must not agree
  const TAKEN_WITHIN = 3000; // ms: by then a call that waits has taken the answer
  const VERSION = "2026-01-26";
  const OVER = "This question does not wait any more: it was answered, has changed, or is older than 10 minutes.";
  const ENDS = {
    agreed: "You agreed. It is done when the assistant makes its call again.",
    declined: "You declined. Nothing is done, and the assistant is told so.",
    used: "This question was answered. The assistant has been told.",
  };

  const at = (id) => document.getElementById(id);
  const { keyName, tool } = document.querySelector("main").dataset;
  const asked = new Map();
  let number = 0;
  let host = {};
  let key = "";
  let armed = false;

  // --- messages to the host and from it

  const post = (message) => parent.postMessage({ jsonrpc: "2.0", ...message }, "*");
  const request = (method, params) =>
    new Promise((resolve, reject) => {
      number += 1;
      asked.set(number, { resolve, reject });
      post({ id: number, method, params });
    });

  const notified = {
    "ui/notifications/host-context-changed": (params) => useTheme(params),
    "ui/notifications/tool-cancelled": () => end("The assistant has cancelled its call. Nothing is done."),
    "ui/notifications/tool-result": (result) => begin(result),
  };

  addEventListener("message", (event) => {
    const message = event.data;
    if (event.source !== parent || !message || message.jsonrpc !== "2.0") return;
    if (message.method && message.id !== undefined) {
      const known = ["ping", "ui/resource-teardown"].includes(message.method);
      post({ id: message.id, ...(known ? { result: {} } : { error: { code: -32601, message: "not here" } }) });
    } else if (message.method) {
      notified[message.method]?.(message.params ?? {});
    } else if (asked.has(message.id)) {
      const { resolve, reject } = asked.get(message.id);
      asked.delete(message.id);
      if (message.error) reject(new Error(message.error.message));
      else resolve(message.result);
    }
  });

  // --- the question and its answer

  async function call(answer) {
    const result = await request("tools/call", { name: tool, arguments: { key, answer } });
    if (result.isError) throw new Error(result.content?.[0]?.text ?? OVER);
    return result.structuredContent ?? JSON.parse(result.content[0].text);
  }

  async function begin(result) {
    key = result._meta?.[keyName] ?? "";
    if (result.isError) return end("There is nothing to answer here.");
    if (!key) return end("This app does not let the card answer. The assistant will say how you can answer instead.");
    try {
      show(await call("shown"));
    } catch {
      end(OVER);
    }
  }

  function show(question) {
    if (question.state !== "waiting") return end(ENDS[question.state] ?? OVER);
    at("tool").textContent = `: ${question.tool}`;
    const lines = question.words.split("\n");
    at("question").replaceChildren(...lines.map((line, place) => lineOf(line, place, lines.length - 1)));
    const until = new Date(question.until * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    say(`Nothing is done before you agree. You can answer until ${until}. Your yes counts for this alone, once.`);
    at("buttons").hidden = false;
    enable(false);
    setTimeout(() => enable(true), ARMED_AFTER);
  }

  /** A line of the question. What somebody else wrote stands behind a bar, also where a long line is broken. */
  function lineOf(line, place, last) {
    const element = document.createElement("p");
    const text = line.replace(/^ {4}(\| ?)?/, "");
    element.textContent = text;
    if (text !== line) element.className = "text";
    else if (place === 0) element.className = "own first";
    else if (place === last) element.className = "own last";
    return element;
  }

  async function press(answer, event) {
    if (!event.isTrusted || !armed) return;
    enable(false);
    say("Sending your answer …");
    try {
      end(ENDS[(await call(answer)).state] ?? OVER);
    } catch {
      return look();
    }
    setTimeout(tellAssistant, TAKEN_WITHIN);
  }

  /** After a call that failed: was the answer taken? Only if not, the buttons come back. */
  async function look() {
    try {
      const question = await call("shown");
      show(question);
      if (question.state === "waiting") say("Your answer did not get through. Press again.");
    } catch {
      end("Your answer may not have got through. Ask the assistant how it stands.");
    }
  }

  /** Where no call is waiting for the answer, the assistant has to be told that there is one. */
  async function tellAssistant() {
    const question = await call("shown").catch(() => ({ state: "used" }));
    if (question.state === "used" || !host.message) return;
    const text = `I have answered on the card. Call ${question.tool} again with the same arguments.`;
    await request("ui/message", { role: "user", content: [{ type: "text", text }] }).catch(() => {});
  }

  // --- what is on the screen

  function say(words) {
    at("says").textContent = words;
    at("says").className = "";
  }

  function end(words) {
    at("buttons").hidden = true;
    armed = false;
    say(words);
    at("says").className = "answer";
  }

  function enable(on) {
    armed = on;
    at("yes").disabled = at("no").disabled = !on;
  }

  function useTheme(context) {
    if (context?.theme) document.documentElement.dataset.theme = context.theme;
  }

  at("yes").addEventListener("click", (event) => press("yes", event));
  at("no").addEventListener("click", (event) => press("no", event));
  new ResizeObserver(() =>
    post({
      method: "ui/notifications/size-changed",
      params: {
        width: Math.ceil(document.documentElement.scrollWidth),
        height: Math.ceil(document.body.getBoundingClientRect().height),
      },
    }),
  ).observe(document.body);
  request("ui/initialize", {
    protocolVersion: VERSION,
    appInfo: { name: "saleshandy-approval", version: "1" },
    appCapabilities: { availableDisplayModes: ["inline"] },
  }).then((result) => {
    host = result.hostCapabilities ?? {};
    useTheme(result.hostContext);
    post({ method: "ui/notifications/initialized", params: {} });
  });
})();
