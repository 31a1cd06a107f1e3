/**
 * A text for somebody else's eyes: no log or setting should hold a secret, and what looks like one is taken out all the
 * same. SAS tokens and other queries of URLs, credentials in URLs, bearer tokens, storage keys, BitLocker recovery
 * passwords (eight groups of six digits), mail addresses and PINs.
 */
const SECRETS: readonly (readonly [RegExp, string])[] = [
  [/(https?:\/\/[^\s"'?]+)\?[^\s"']*/g, '$1?…'],
  [/([a-z][a-z0-9+.-]*:\/\/)[^\s"'@/]+@/gi, '$1…@'],
  [/\bBearer\s+[^\s"',]+/gi, 'Bearer …'],
  [
    /\b(AccountKey|SharedAccessSignature|sig|password|token|secret)(["']?\s*[=:]\s*["']?)[^\s"',;&}]+/gi,
    '$1$2…',
  ],
  [/\b\d{6}(?:-\d{6}){7}\b/g, '…'],
  [/[^\s"'<>@]+@[^\s"'<>@]+\.[a-z]{2,}/gi, '…'],
  [/TD-PIN-[0-9]+/gi, 'TD-PIN-…'],
]

export function withoutSecrets(text: string): string {
  return SECRETS.reduce((clean, [secret, mark]) => clean.replace(secret, mark), text)
}
