/**
 * One exported blob in the drive log, format 2014-11-01: as for an import, without a disposition, with the blob's last
 * change. The published format does not say how that time is written; it is written as the properties file has it.
 */
import type { AttachedRecord, BlobRecord } from '../export/records.ts'
import { blockId } from '../manifest/write-manifest.ts'
import { xmlAttribute, xmlText } from '../manifest/xml-text.ts'
import type { LogKind } from './drive-log.ts'

const BLOCK_BYTES = 4 * 1024 * 1024

export function logExported(record: Omit<BlobRecord, 'k'>, kind: LogKind): string {
  const { blobPath, filePath, sizeBytes, modifiedAt, status } = record
  return [
    `  <Blob Status="${status}">\n`,
    `    <BlobPath>${xmlText(blobPath)}</BlobPath>\n`,
    `    <FilePath>${xmlText(filePath)}</FilePath>\n`,
    `    <Length>${sizeBytes}</Length>\n`,
    modifiedAt === undefined
      ? ''
      : `    <LastModified>${new Date(modifiedAt).toUTCString()}</LastModified>\n`,
    blocks(record, kind),
    attached('Metadata', record.metadata, kind),
    attached('Properties', record.properties, kind),
    '  </Blob>\n',
  ].join('')
}

function blocks({ md5s, bad, kind: blobKind, sizeBytes }: Omit<BlobRecord, 'k'>, kind: LogKind): string {
  const [list, element] = blobKind === 'page' ? ['PageRangeList', 'PageRange'] : ['BlockList', 'Block']
  const lines: string[] = []
  for (const [index, md5] of md5s.entries()) {
    const status = bad?.[index] ?? 'Completed'
    if (kind === 'error' && status === 'Completed') continue
    const offset = index * BLOCK_BYTES
    const id = blobKind === 'page' ? '' : ` Id="${xmlAttribute(blockId(index))}"`
    // What was never read has no hash.
    const hash = status === 'Completed' || status === 'Corrupted' ? ` Hash="${md5}"` : ''
    const length = Math.min(BLOCK_BYTES, sizeBytes - offset)
    lines.push(`      <${element} Offset="${offset}" Length="${length}"${id}${hash} Status="${status}" />\n`)
  }
  return lines.length === 0 ? `    <${list} />\n` : `    <${list}>\n${lines.join('')}    </${list}>\n`
}

function attached(element: string, file: AttachedRecord | undefined, kind: LogKind): string {
  if (file === undefined || (kind === 'error' && file.status === 'Completed')) return ''
  const path = file.path === '' ? '' : `      <Path Hash="${file.md5}">${xmlText(file.path)}</Path>\n`
  return `    <${element} Status="${file.status}">\n${path}    </${element}>\n`
}
