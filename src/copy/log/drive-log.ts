/**
 * The text of the drive log, format 2014-11-01. The verbose log tells everything; the error log has the same shape
 * without what went well: blobs that were renamed, skipped or overwritten are in it too, because only this log is
 * always asked for and the customer has to hear of them.
 */
import type { DriveLogStatus } from '../../contract/copy-messages.ts'
import type { HashedFile } from '../manifest/manifest.ts'
import { xmlAttribute, xmlText } from '../manifest/xml-text.ts'
import { type AttachmentStatus, type BlobReport, isNotice, type PartStatus } from './blob-report.ts'

export type LogKind = 'error' | 'verbose'

export function logStart(driveId: string): string {
  return (
    '<?xml version="1.0" encoding="UTF-8"?>\n<DriveLog Version="2014-11-01">\n' +
    `  <DriveId>${xmlText(driveId)}</DriveId>\n`
  )
}

export function logEnd(status: DriveLogStatus): string {
  return `  <Status>${status}</Status>\n</DriveLog>\n`
}

/** Is there anything about this blob that the error log has to say? */
export function isForErrorLog(report: BlobReport): boolean {
  return report.status !== 'Completed' || isNotice(report)
}

export function logBlob(report: BlobReport, kind: LogKind): string {
  return [
    `  <Blob Status="${report.status}">\n`,
    `    <BlobPath>${xmlText(report.blobPath)}</BlobPath>\n`,
    `    <FilePath>${xmlText(report.filePath)}</FilePath>\n`,
    `    <Length>${report.lengthBytes}</Length>\n`,
    `    <ImportDisposition Status="${report.dispositionStatus}">${report.disposition}</ImportDisposition>\n`,
    parts(report, kind),
    attached('Metadata', report.metadataStatus, report.list.metadata, report.own.metadata, kind),
    attached('Properties', report.propertiesStatus, report.list.properties, report.own.properties, kind),
    '  </Blob>\n',
  ].join('')
}

function parts(report: BlobReport, kind: LogKind): string {
  const [list, element] = report.kind === 'page' ? ['PageRangeList', 'PageRange'] : ['BlockList', 'Block']
  const { partStatuses } = report
  const lines: string[] = []
  for (const [index, part] of report.parts.entries()) {
    const status = typeof partStatuses === 'string' ? partStatuses : (partStatuses[index] ?? 'Failed')
    if (kind === 'error' && wentWell(status)) continue
    const id = part.id === undefined ? '' : ` Id="${xmlAttribute(part.id)}"`
    lines.push(
      `      <${element} Offset="${part.offsetBytes}" Length="${part.lengthBytes}"${id} Hash="${part.md5}" Status="${status}" />\n`,
    )
  }
  return lines.length === 0 ? `    <${list} />\n` : `    <${list}>\n${lines.join('')}    </${list}>\n`
}

/** An uncommitted part was read, was right and is kept: another part of its blob is at fault, and that one is named. */
function wentWell(status: PartStatus): boolean {
  return status === 'Completed' || status === 'Uncommitted'
}

function attached(
  element: string,
  status: AttachmentStatus | undefined,
  global: HashedFile | undefined,
  own: HashedFile | undefined,
  kind: LogKind,
): string {
  if (status === undefined || (kind === 'error' && status === 'Completed')) return ''
  return [
    `    <${element} Status="${status}">\n`,
    global === undefined
      ? ''
      : `      <GlobalPath Hash="${global.md5}">${xmlText(global.path)}</GlobalPath>\n`,
    own === undefined ? '' : `      <Path Hash="${own.md5}">${xmlText(own.path)}</Path>\n`,
    `    </${element}>\n`,
  ].join('')
}
