/**
 * The published XML list of blobs to export: root `BlobList`, children `BlobPath` and `BlobPathPrefix` in any number and
 * order. Also the form in which we list blobs that no drive had room for, so that it can be given to another export job.
 */
import { SaxesParser } from 'saxes'
import { fail, type Outcome, ok } from '../../lifecycle/outcome.ts'
import { xmlText } from '../manifest/xml-text.ts'
import type { SelectionLists } from './selection.ts'

/** More than this is no list that a person or a program made on purpose. */
export const LONGEST_LIST_BYTES = 64 * 1024 * 1024

export const BLOB_LIST_HEAD = '<?xml version="1.0" encoding="utf-8"?>\n<BlobList>\n'
export const BLOB_LIST_END = '</BlobList>\n'

export function blobListLine(blobPath: string): string {
  return `  <BlobPath>${xmlText(blobPath)}</BlobPath>\n`
}

/**
 * Element names are case-sensitive and an empty list is refused, as published. Blanks around a text that stand on lines of
 * their own are layout; attributes, comments and namespaces' declarations mean nothing to us and are let pass.
 */
export function parseBlobList(bytes: Uint8Array): Outcome<SelectionLists, 'BlobListFormatInvalid'> {
  const blobPath: string[] = []
  const blobPathPrefix: string[] = []
  const parser = new SaxesParser({ xmlns: false })
  const open: string[] = []
  let text = ''
  const refuse = (why: string): never => {
    throw new NoBlobList(why)
  }
  parser.on('error', () => refuse('it is not well-formed XML'))
  parser.on('doctype', () => refuse('it has a document type'))
  parser.on('opentag', ({ name }) => {
    if (open.length === 0 && name !== 'BlobList') refuse(`its root is ${name}`)
    if (open.length === 1 && name !== 'BlobPath' && name !== 'BlobPathPrefix') refuse(`it has a ${name}`)
    if (open.length === 2) refuse(`a ${open[1]} holds another element`)
    open.push(name)
    text = ''
  })
  const add = (part: string) => {
    if (open.length === 1 && part.trim() !== '') refuse('it has text outside its elements')
    text += part
  }
  parser.on('text', add)
  parser.on('cdata', add)
  parser.on('closetag', ({ name }) => {
    open.pop()
    if (name === 'BlobList') return
    const value = text.replace(/^\s*\n\s*|\s*\n\s*$/g, '')
    if (value === '') refuse(`a ${name} is empty`)
    if (name === 'BlobPath') blobPath.push(value)
    else blobPathPrefix.push(value)
  })
  try {
    parser.write(new TextDecoder('utf-8', { fatal: true }).decode(bytes)).close()
    if (blobPath.length + blobPathPrefix.length === 0) refuse('it names nothing')
    return ok({ blobPath, blobPathPrefix })
  } catch (error) {
    if (error instanceof NoBlobList) return invalid(error.message)
    if (error instanceof TypeError) return invalid('it is not UTF-8')
    throw error
  }
}

class NoBlobList extends Error {}

function invalid(why: string) {
  return fail(
    'BlobListFormatInvalid',
    `The list of blobs to export is not of the published form: ${why}. Ask the customer for another.`,
  )
}
