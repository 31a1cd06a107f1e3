/**
 * The words printed on labels and sheets, given by the caller in the language of the reader. The shape of
 * `labels.json` in each locale. `{{name}}` stands for a value.
 */
export interface LabelTexts {
  /** BCP 47 tag; numbers and units are written its way. */
  readonly language: string
  readonly returnLabel: {
    readonly from: string
    readonly to: string
    /** {{phone}} */
    readonly phone: string
    /** {{box}} {{boxes}} */
    readonly box: string
    /** {{count}} */
    readonly drives: string
    /** {{digits}}: the last three characters of the number */
    readonly accountEnding: string
    /** There is an account, but its number is too short to show a part of it. */
    readonly accountGiven: string
    readonly noAccount: string
    readonly jobs: string
    readonly noJob: string
  }
  readonly packingList: {
    readonly title: string
    readonly from: string
    readonly to: string
    readonly carrier: string
    readonly tracking: string
    /** {{box}} {{boxes}} */
    readonly box: string
    readonly contents: string
    /** {{drives}} {{extras}} */
    readonly counts: string
    readonly packedBy: string
    readonly packedOn: string
    readonly drive: string
    readonly job: string
    readonly state: string
    /** {{size}} {{bytes}} {{files}} */
    readonly copied: string
    /** {{names}} */
    readonly logs: string
    readonly extras: string
    readonly extrasNote: string
    /** {{page}} {{pages}} */
    readonly page: string
  }
  readonly commandSheet: {
    readonly title: string
    readonly lead: string
    readonly commands: Readonly<Record<CommandCode, CardText>>
    /** {{bay}} in both */
    readonly bay: CardText
    /** {{page}} {{pages}} */
    readonly page: string
  }
  readonly certificate: {
    readonly title: string
    /** {{station}} */
    readonly lead: string
    readonly drive: string
    readonly job: string
    readonly noJob: string
    readonly reason: string
    readonly received: string
    readonly asked: string
    readonly destroyed: string
    readonly first: string
    readonly second: string
    readonly entry: string
    readonly unknown: string
    /** {{badge}} */
    readonly signature: string
  }
  readonly testPage: {
    readonly title: string
    readonly lead: string
    readonly printer: string
    readonly station: string
    readonly letters: string
    /** {{length}} with its unit */
    readonly ruler: string
    readonly code: string
  }
}

export interface CardText {
  readonly word: string
  readonly sentence: string
}

/** The commands a printed sheet can give, in the order they are printed. */
export const COMMAND_CODES = [
  'TD-FINISH',
  'TD-NEXT',
  'TD-UNDO',
  'TD-HOLD',
  'TD-DAMAGED',
  'TD-PACK',
  'TD-PRINT',
  'TD-SHIP',
  // Cases, and people.
  'TD-CASE',
  'TD-TAKE',
  'TD-CALLED',
  'TD-MAILED',
  'TD-ANSWERED',
  'TD-EXTEND',
  'TD-CANCEL',
  'TD-NOTHING',
  'TD-CLOSE',
  'TD-ABSENT',
  'TD-FAULT',
  'TD-REPAIRED',
  'TD-DECLINE',
  'TD-RELEASE',
  'TD-OVERRIDE',
  'TD-FORWARD',
  'TD-NORETURN',
  'TD-LOST',
  'TD-DESTROY',
  'TD-RESOLVE',
  'TD-HANDOVER',
  'TD-SIGNOUT',
] as const
export type CommandCode = (typeof COMMAND_CODES)[number]

/**
 * Puts values into a template. A value is never searched for templates itself.
 *
 * @throws RangeError when the template names a value that was not given: a broken locale file
 */
export function fill(template: string, values: Readonly<Record<string, string | number>>): string {
  return template.replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
    if (!Object.hasOwn(values, name)) {
      throw new RangeError(`the template "${template}" names ${name}, which is not given`)
    }
    return String(values[name])
  })
}
