/** The texts of the properties and metadata files that stand beside an exported file, in the published form. */
import type { BlobHead } from '../../ports/blob-store.ts'
import { isXmlText, xmlText } from '../manifest/xml-text.ts'

const PROPERTIES = [
  'Content-Type',
  'Content-MD5',
  'Content-Encoding',
  'Content-Language',
  'Cache-Control',
] as const

/** Every exported blob has one: what only an export writes (`Last-Modified`, `Etag`, `Content-Length`) is always known. */
export function propertiesText(head: BlobHead): string | undefined {
  const values: [string, string][] = []
  for (const name of PROPERTIES) {
    const value = head.properties[name]
    if (value !== undefined) values.push([name, value])
  }
  values.push(['Last-Modified', new Date(head.modifiedAt).toUTCString()])
  values.push(['Etag', head.ticket], ['Content-Length', String(head.sizeBytes)])
  return flat('Properties', values)
}

/** Undefined: XML cannot hold a name or a value. */
export function metadataText(metadata: BlobHead['metadata']): string | undefined {
  return flat('Metadata', Object.entries(metadata))
}

function flat(root: string, values: readonly (readonly [string, string])[]): string | undefined {
  if (!values.every(([name, value]) => XML_NAME.test(name) && isXmlText(value))) return undefined
  const lines = values.map(([name, value]) => `  <${name}>${xmlText(value)}</${name}>\n`)
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}>\n${lines.join('')}</${root}>\n`
}

const XML_NAME = /^[\p{L}_][\p{L}\p{Nd}_.-]*$/u
