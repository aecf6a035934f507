// Browsers start no worker for pages that are opened from a folder. There, search runs in a hidden frame instead,
// which takes scripts from the same folder. It offers what the search of the site uses of a worker.
if (location.protocol === "file:") {
  window.Worker = class extends EventTarget {
    constructor(url) {
      super();
      const frame = document.createElement("iframe");
      frame.hidden = true;
      frame.title = "search";
      document.body.append(frame);
      const inside = frame.contentWindow;
      inside.postMessage = (data) => this.#told(data);
      inside.importScripts = (...urls) =>
        Promise.all(urls.map((it) => this.#load(new URL(it, url))));
      this.#frame = frame;
      this.#ready = this.#load(url);
    }
    #frame;
    #ready;
    onmessage = null;
    onerror = null;
    onmessageerror = null;

    #load(url) {
      const inside = this.#frame.contentDocument;
      return new Promise((done, failed) => {
        const script = inside.createElement("script");
        script.src = url;
        script.onload = done;
        script.onerror = () => {
          this.onerror?.(new Event("error"));
          failed(new Error(`cannot load ${url}`));
        };
        inside.body.append(script);
      });
    }
    #told(data) {
      const event = new MessageEvent("message", { data: structuredClone(data) });
      setTimeout(() => {
        this.onmessage?.(event);
        this.dispatchEvent(event);
      });
    }
    postMessage(data) {
      const copy = structuredClone(data);
      this.#ready.then(() => setTimeout(() => this.#tell(copy)));
    }
    #tell(data) {
      const inside = this.#frame.contentWindow;
      if (inside) inside.dispatchEvent(new inside.MessageEvent("message", { data }));
    }
    terminate() {
      this.#frame.remove();
    }
  };
}
