/**
 * What the engine and a copying process say to each other, and what a copy is asked for and answers.
 *
 * The codes are those of the published drive log, format 2014-11-01.
 */
import { z } from 'zod'

/** The log's word for how a whole drive ended. */
export const DRIVE_LOG_STATUSES = [
  'Completed',
  'CompletedWithWarnings',
  'CompletedWithErrors',
  'DiskNotFound',
  'VolumeNotNtfs',
  'DiskOperationFailed',
  'BitLockerVolumeNotFound',
  'BitLockerNotActivated',
  'BitLockerProtectorNotFound',
  'BitLockerKeyInvalid',
  'BitLockerUnlockVolumeFailed',
  'BitLockerFailed',
  'ManifestNameInvalid',
  'ManifestNameTooLong',
  'ManifestNotFound',
  'ManifestAccessDenied',
  'ManifestCorrupted',
  'ManifestFormatInvalid',
  'ManifestDriveIdMismatch',
  'ReadManifestFailed',
  'BlobListFormatInvalid',
  'BlobRequestForbidden',
  'InternalError',
] as const
export type DriveLogStatus = (typeof DRIVE_LOG_STATUSES)[number]

/** Chosen by the caller. The same id again goes on where that copy stopped. Also a file name. */
export const copyIdSchema = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/)

/** One drive to be imported. Holds no secret. */
export const importOrderSchema = z.strictObject({
  copyId: copyIdSchema,
  /** The job's name, for the names of the logs. */
  job: z.string().min(1).max(256),
  /** Hardware serial, compared with the manifest's. */
  driveId: z.string().min(1).max(256),
  /** Two people took the drive for this one: the manifest may name another. Its hash must be the job's all the same. */
  identityOverridden: z.literal(true).exactOptional(),
  /** Absolute path of the opened drive's root folder. */
  root: z.string().min(1),
  /** The drive is read no faster than this; absent: as fast as it gives. */
  readBytesPerS: z.number().positive().optional(),
  /** Path on the drive, with backslashes. */
  manifestPath: z.string().min(1),
  /** MD5 (32 hex digits) or SHA-256 (64). */
  manifestHash: z.string().regex(/^\s*([0-9a-fA-F]{32}|[0-9a-fA-F]{64})\s*$/),
  logLevel: z.enum(['Error', 'Verbose']),
  /** Container of the logs. */
  diagnosticsPath: z.string().min(1).max(1024),
  backupDriveManifest: z.boolean(),
  /** `manifest`: each byte read from the drive has the manifest's hash. `read-back`: and so has each byte stored. */
  proof: z.enum(['manifest', 'read-back']),
})
export type ImportOrder = z.infer<typeof importOrderSchema>

/** What a job wants exported: the `export` section of its order. Blob paths as `container/name`, prefixes with a leading slash. */
export const exportSelectionSchema = z.strictObject({
  blobPath: z.array(z.string()),
  blobPathPrefix: z.array(z.string()),
  /** `container/name` of a blob that holds the list as XML; instead of the two above. */
  blobListBlobPath: z.string().optional(),
})
export type ExportSelection = z.infer<typeof exportSelectionSchema>

/** One drive to be filled. Holds no secret. */
export const exportOrderSchema = z.strictObject({
  copyId: copyIdSchema,
  /** Shared by the drives of one job: what is selected, and which drive carries what. */
  plan: copyIdSchema,
  /** The job's name, for the names of the logs. */
  job: z.string().min(1).max(256),
  /** Hardware serial, for the manifest and its name. */
  driveId: z.string().min(1).max(256),
  /** Absolute path of the opened drive's root folder, which may be written to. */
  root: z.string().min(1),
  /** As the system calls it (`ntfs`, `vfat`): some hold no file of 4 GiB. */
  fileSystem: z.string(),
  /** The block device behind `root`: its cache is emptied before files are read back, where a program mounts it. */
  device: z.string().startsWith('/dev/').optional(),
  logLevel: z.enum(['Error', 'Verbose']),
  /** Container of the logs. */
  diagnosticsPath: z.string().min(1).max(1024),
  backupDriveManifest: z.boolean(),
  selection: exportSelectionSchema,
})
export type ExportOrder = z.infer<typeof exportOrderSchema>

/** To a copying process. The storage URL may hold a SAS, so it travels here and never among the arguments. */
export const toCopySchema = z.discriminatedUnion('type', [
  z.discriminatedUnion('direction', [
    z.strictObject({
      type: z.literal('start'),
      direction: z.literal('import'),
      storage: z.string().min(1),
      order: importOrderSchema,
    }),
    z.strictObject({
      type: z.literal('start'),
      direction: z.literal('export'),
      storage: z.string().min(1),
      order: exportOrderSchema,
    }),
  ]),
  z.strictObject({ type: z.literal('pause') }),
  z.strictObject({ type: z.literal('resume') }),
  z.strictObject({ type: z.literal('cancel') }),
  /** The drive that was lost is attached again, here. */
  z.strictObject({ type: z.literal('drive-back'), root: z.string().min(1) }),
])
export type ToCopy = z.infer<typeof toCopySchema>

const count = z.int().nonnegative()

export const copyProgressSchema = z.strictObject({
  phase: z.enum(['checking', 'copying', 'retrying', 'finishing']),
  /** Bytes and files dealt with, well or not; never more than the totals, never fewer than said before. */
  bytesDone: count,
  /** 0 while the manifest is being checked for the first time. */
  bytesTotal: count,
  filesDone: count,
  filesTotal: count,
})
export type CopyProgress = z.infer<typeof copyProgressSchema>

/** What `tallydock copy` prints. Logs as `container/name` in the storage, or null when there is none. */
const copySummarySchema = z.strictObject({
  /** The drive's state in the API. */
  status: z.enum(['Completed', 'CompletedMoreInfo']),
  driveStatus: z.enum(DRIVE_LOG_STATUSES),
  /** Bytes of the blobs that are now in the storage because of this copy. */
  bytesSucceeded: count,
  blobs: z.strictObject({ total: count, completed: count, withErrors: count, failed: count }),
  errorLog: z.string().nullable(),
  verboseLog: z.string().nullable(),
})

export const copyResultSchema = z.strictObject({
  summary: copySummarySchema,
  /** A cancelled copy can be gone on with under the same id. */
  cancelled: z.boolean(),
  /** Of an export only. */
  exported: z
    .strictObject({
      /** False: the drive was not needed, and nothing was written to it. The rest is null then. */
      isNeeded: z.boolean(),
      /** Path on the drive, with a leading backslash. */
      manifestFile: z.string().nullable(),
      /** MD5, upper-case hex. */
      manifestHash: z.string().nullable(),
      /** `container/name` of the list of blobs that no drive of the job has had room for by now; null when there is none. */
      incompleteBlobList: z.string().nullable(),
      /** What no drive of the job carries by now. */
      left: z.strictObject({ files: count, bytes: count }),
    })
    .optional(),
  /** The copy of the manifest in the storage, when the job asked for one. */
  manifestCopy: z.string().nullable(),
  proof: z.strictObject({
    level: z.enum(['manifest', 'read-back']),
    bytesReadBack: count,
    /**
     * `medium`: read around every cache of this machine. `cache`: some of it may have come from a cache, because the
     * storage allows nothing else. `none`: nothing was read back.
     */
    readBackFrom: z.enum(['none', 'medium', 'cache']),
  }),
  /** Read from the drive by this run; a copy that goes on reads little twice. */
  bytesRead: count,
  /** What a person should know beside the codes, each a sentence. */
  remarks: z.array(z.string()),
})
export type CopyResult = z.infer<typeof copyResultSchema>

/** From a copying process. */
export const fromCopySchema = z.discriminatedUnion('type', [
  /** `resumed`: work of an earlier run was found. */
  z.strictObject({ type: z.literal('started'), resumed: z.boolean() }),
  /** Export: it is settled which blobs this drive carries. `left`: no drive of the job carries these yet. */
  z.strictObject({
    type: z.literal('planned'),
    share: z.strictObject({ files: count, bytes: count }),
    left: z.strictObject({ files: count, bytes: count }),
  }),
  z.strictObject({ type: z.literal('progress'), progress: copyProgressSchema }),
  /** The drive stopped answering. The copy waits for `drive-back`. */
  z.strictObject({ type: z.literal('lost'), sentence: z.string() }),
  z.strictObject({ type: z.literal('found') }),
  /** What came back is another drive. The copy still waits. */
  z.strictObject({ type: z.literal('drive-refused'), sentence: z.string() }),
  z.strictObject({ type: z.literal('ended'), result: copyResultSchema }),
  /** Nothing was copied and nothing was decided: the storage cannot be opened. */
  z.strictObject({ type: z.literal('not-started'), code: z.string(), sentence: z.string() }),
])
export type FromCopy = z.infer<typeof fromCopySchema>
