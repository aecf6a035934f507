// Brings the live parts of a page up to date, as long as somebody looks at it. Without this script the pages are whole.
const SECONDS = 2;
const button = document.getElementById("live");

function on() {
  return button.getAttribute("aria-pressed") === "true";
}

function inUse(part) {
  const chosen = getSelection();
  const marked = chosen && !chosen.isCollapsed && part.contains(chosen.anchorNode);
  return marked || part.contains(document.activeElement) || part.querySelector("details[open]");
}

function replaceParts(fresh) {
  for (const part of document.querySelectorAll("[data-live]")) {
    const newer = fresh.getElementById(part.id);
    if (newer && newer.outerHTML !== part.outerHTML && !inUse(part)) part.replaceWith(document.importNode(newer, true));
  }
}

async function look() {
  if (on() && !document.hidden) {
    try {
      const answer = await fetch(location.href);
      if (answer.ok) replaceParts(new DOMParser().parseFromString(await answer.text(), "text/html"));
      button.textContent = "Live";
    } catch {
      button.textContent = "Not live: the sandbox does not answer";
    }
  }
  setTimeout(look, SECONDS * 1000);
}

button.hidden = false;
button.setAttribute("aria-pressed", sessionStorage.getItem("live") !== "off");
button.addEventListener("click", () => {
  button.setAttribute("aria-pressed", !on());
  sessionStorage.setItem("live", on() ? "on" : "off");
});
setTimeout(look, SECONDS * 1000);
