"use strict";
// The side of a view in MCP Apps: it greets the host, takes the results of its tool, and calls tools of the server.
// Every card of this server begins with this script. Messages are taken from the host alone.

/**
 * Connect to the host.
 * @param {string} name of the view.
 * @param {object} heard what is done with the notifications of the host, by the last part of their names:
 *   tool-input, tool-result, tool-cancelled.
 */
function connect(name, heard) {
  const VERSION = "2026-01-26";
  const LONGEST = 90_000; // ms: a call ends before that; a host that drops it would leave a card waiting for ever
  const asked = new Map();
  let number = 0;
  let host = {};

  const post = (message) => parent.postMessage({ jsonrpc: "2.0", ...message }, "*");
  const request = (method, params) =>
    new Promise((resolve, reject) => {
      const id = (number += 1);
      asked.set(id, { resolve, reject });
      post({ id, method, params });
      setTimeout(() => settle(id, { error: { message: "this app has not answered" } }), LONGEST);
    });

  function settle(id, { result, error }) {
    const waiting = asked.get(id);
    asked.delete(id);
    if (error) waiting?.reject(new Error(error.message));
    else waiting?.resolve(result);
  }

  addEventListener("message", (event) => {
    const message = event.data;
    if (event.source !== parent || !message || message.jsonrpc !== "2.0") return;
    if (message.method && message.id !== undefined) {
      const known = ["ping", "ui/resource-teardown"].includes(message.method);
      post({ id: message.id, ...(known ? { result: {} } : { error: { code: -32601, message: "not here" } }) });
    } else if (message.method === "ui/notifications/host-context-changed") {
      useTheme(message.params);
    } else if (message.method) {
      heard[message.method.split("/").pop()]?.(message.params ?? {});
    } else {
      settle(message.id, message);
    }
  });

  function useTheme(context) {
    if (context?.theme) document.documentElement.dataset.theme = context.theme;
  }

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
    appInfo: { name, version: "1" },
    appCapabilities: { availableDisplayModes: ["inline"] },
  }).then((result) => {
    host = result.hostCapabilities ?? {};
    useTheme(result.hostContext);
    post({ method: "ui/notifications/initialized", params: {} });
  });

  return {
    request,
    /** Whether the host takes messages for the chat. */
    takesMessages: () => Boolean(host.message),
    /** Call a tool of the server; its result, also one that is an error. It rejects where the host does not allow it. */
    call: (tool, given) => request("tools/call", { name: tool, arguments: given }),
  };
}

/** The facts of a result. Some hosts hand on the text alone: then they are in it, or there are none. */
function factsOf(result) {
  if (result.structuredContent) return result.structuredContent;
  try {
    return JSON.parse(result.content[0].text);
  } catch {
    return null;
  }
}

/** The text of a result. */
function textOf(result) {
  return (result.content ?? []).map((part) => part.text ?? "").join("\n");
}
