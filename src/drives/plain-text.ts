/**
 * Text that a drive says of itself (label, model, serial, file system), made safe to show: control characters, line breaks
 * and the marks that turn the direction of writing become the replacement character, and it ends after `mostCharacters`.
 * Never used for comparing, and never a reason to drop the raw text.
 */
export function plainText(raw: string, mostCharacters = 128): string {
  const plain = raw.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}]/gu, '\uFFFD').trim()
  const characters = [...plain]
  return characters.length <= mostCharacters ? plain : `${characters.slice(0, mostCharacters - 1).join('')}…`
}
