/**
 * A document whose new `style` elements become style sheets of the page: a policy that allows no inline styles lets these pass,
 * but not the elements (Content Security Policy Level 3, section 6.1.14; CSSOM, adoptedStyleSheets).
 */
export function documentWithSheets(): Document {
  return new Proxy(document, {
    get(target, name) {
      if (name === "createElement") return createElement;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

function createElement(name: string): HTMLElement {
  const element = document.createElement(name);
  if (name === "style") adopt(element);
  return element;
}

function adopt(element: HTMLElement): void {
  const sheet = new CSSStyleSheet();
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  let text = "";
  Object.defineProperty(element, "textContent", {
    get: () => text,
    set: (value: string) => {
      text = value;
      sheet.replaceSync(value);
    },
  });
}
