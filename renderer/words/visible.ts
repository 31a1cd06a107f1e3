/** Makes text that came from outside safe to show. */

/** Controls, direction marks and other invisible format characters, half characters, line and paragraph separators. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu

/** Every character that could hide, or change the order of the others, becomes a visible mark. */
export function visible(text: string): string {
  return text.replace(UNSEEN, '\ufffd')
}
