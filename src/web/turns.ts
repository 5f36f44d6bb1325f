/** Long work of the page in pieces, between which it draws and listens. */

/** Resolves in a task of its own. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

/** Milliseconds after which a page that is not drawn, as one in the background, is not waited for. */
const LONGEST_FRAME = 100;

/** Resolves when the page has been drawn: what is measured then costs no layout of its own. */
export function afterPaint(): Promise<void> {
  return new Promise((resolve) => {
    const patience = setTimeout(resolve, LONGEST_FRAME);
    requestAnimationFrame(() => {
      clearTimeout(patience);
      setTimeout(resolve);
    });
  });
}
