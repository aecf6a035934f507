// Wide tables scroll by themselves: let the keyboard reach them. Anchors of lines of code are no links to anybody.
// A cell with a long text gets a width by its length: in a table that scrolls, it would become a word a line. A date or
// a number stays on its line.
document$.subscribe(() => {
  document.querySelectorAll(".md-typeset__scrollwrap").forEach((it) => (it.tabIndex = 0));
  document.querySelectorAll("a[id^=__codelineno]").forEach((it) => it.removeAttribute("href"));
  document.querySelectorAll(".md-typeset td").forEach((it) => {
    const length = it.textContent.length;
    if (length > 30) it.style.minWidth = `${Math.min(50, 12 + length / 10)}ch`;
    else if (length < 12) it.style.whiteSpace = "nowrap";
  });
});
