/** Text that may be anything, as text an XML 1.0 reader accepts. */

/** Can XML 1.0 hold this text as it is? */
export function isXmlText(text: string): boolean {
  return clean(text) === text
}

/** Characters no XML 1.0 document can contain, however written, become U+FFFD: the document stays well-formed. */
export function xmlText(text: string): string {
  return SPECIAL.test(text) ? clean(text).replace(/[&<>\r]/g, escapeOf) : text
}

/** For a value between double quotes. Blanks other than spaces would be read back as spaces. */
export function xmlAttribute(text: string): string {
  return SPECIAL.test(text) ? clean(text).replace(/[&<>"\r\n\t]/g, escapeOf) : text
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to find.
const SPECIAL = /[&<>"\u0000-\u001f\ufffe\uffff\ud800-\udfff]/

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to replace.
const NOT_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g

function clean(text: string): string {
  return text.toWellFormed().replace(NOT_XML, '\ufffd')
}

function escapeOf(character: string): string {
  return ESCAPES[character] ?? character
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#xD;',
  '\n': '&#xA;',
  '\t': '&#x9;',
}
