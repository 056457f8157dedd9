/** Which keys a control keeps for itself while it has the focus. */

/** What Enter presses; the choices of the form and its button leave Enter to "save and go on". */
const PRESSED_BY_ENTER = "a[href], button:not(.choice, #save), summary, [role=button]";
const PRESSED_BY_SPACE =
  "button, a[href], summary, input, [role=button], [role=checkbox], [role=radio]";
/** What arrows move in. */
const MOVED_BY_ARROWS = "input[type=radio], input[type=range], [role=slider], [data-roving] *, .beside";
const ALONG = /^(?:Arrow(?:Left|Right|Up|Down)|Page(?:Up|Down)|Home|End)$/;

/**
 * Say whether a chord belongs to the control that has the focus.
 * @param {EventTarget | null} target
 * @param {string} chord
 * @returns {boolean}
 */
export function keepsKey(target, chord) {
  if (!(target instanceof HTMLElement)) {
    return false;
  }
  const plain = chord.replace("Shift+", "");
  if (plain === "Enter") {
    return target.closest(PRESSED_BY_ENTER) !== null;
  }
  if (plain === "Space") {
    return target.closest(PRESSED_BY_SPACE) !== null;
  }
  return ALONG.test(chord) && target.closest(MOVED_BY_ARROWS) !== null;
}
