/**
 * The page's policy allows no inline styles. Libraries make them, as xterm.js does: here what they write into `style` elements
 * goes into style sheets of the page, and `style` attributes into the properties that they stand for; a policy lets scripts do
 * that (Content Security Policy Level 3, section 6.1.14; CSSOM, adoptedStyleSheets and ElementCSSInlineStyle).
 */
export function styleByScript(): void {
  const createElement = document.createElement.bind(document);
  document.createElement = (name: string, options?: ElementCreationOptions): HTMLElement =>
    name.toLowerCase() === "style" ? sheetElement(createElement("span")) : createElement(name, options);
  const { setAttribute } = Element.prototype;
  Element.prototype.setAttribute = function (this: Element, name: string, value: string): void {
    if (name === "style" && this instanceof HTMLElement) this.style.cssText = value;
    else setAttribute.call(this, name, value);
  };
}

/** An element that stands for a style sheet of the page: its text is the sheet's. */
function sheetElement(element: HTMLElement): HTMLElement {
  const sheet = new CSSStyleSheet();
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  element.hidden = true;
  let text = "";
  Object.defineProperty(element, "sheet", { value: sheet });
  Object.defineProperty(element, "textContent", {
    get: () => text,
    set: (value: string) => {
      text = value;
      sheet.replaceSync(value);
    },
  });
  element.remove = () => {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((other) => other !== sheet);
    HTMLElement.prototype.remove.call(element);
  };
  return element;
}
