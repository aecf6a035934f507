// Wide tables scroll by themselves: let the keyboard reach them. Anchors of lines of code are no links to anybody.
// A cell with a long text gets a width by its length: in a table that scrolls, it would become a word a line. A date or
// a number stays on its line.
document$.subscribe(() => {
  document.querySelectorAll(".md-typeset__scrollwrap").forEach((it) => (it.tabIndex = 0));
  document.querySelectorAll("a[id^=__codelineno]").forEach((it) => it.removeAttribute("href"));
  document.querySelectorAll(".md-typeset td").forEach((it) => {
    const length = it.textContent.length;
    if (length > 30) it.style.minWidth = `${Math.min(50, 14 + length / 8)}ch`;
    else if (length < 12) it.style.whiteSpace = "nowrap";
  });
  // Lines of a terminal or of an answer go on below, but not those of a drawing.
  document.querySelectorAll(".language-console code, .language-text code").forEach((it) => {
    if (!/[\u2500-\u25ff]/.test(it.textContent)) it.style.whiteSpace = "pre-wrap";
  });
  // The name of a test may be broken anywhere; other names in tables are not.
  document.querySelectorAll(".md-typeset td code").forEach((it) => {
    if (it.textContent.length > 40) it.style.wordBreak = "break-all";
  });
});
