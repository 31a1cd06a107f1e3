/** Invented serials no two of which are one misread apart, in the forms makers print. */
export const A = 'QZ71M0042'
export const B = 'ZR5A1N7K'
export const C = '5VK3F2A1'
export const D = 'WN905KH5'
export const E = 'Y1P0A04GFDVG'
/** Drives nobody lists unless a story says so. */
export const X = 'S3Z8NB0K123456A'
export const Y = 'BTYF12345678960CGN'
export const Z = '544TC4OZT'

/** Ten serials for a whole job. */
export const TEN = ['R1', 'S2', 'T3', 'U4', 'V5', 'W6', 'X7', 'Y8', 'Z9', 'Q0'].map(
  (start) => `${start}KD77${start}LM`,
)

/** A carrier's number with a right check digit that nobody announced. */
export const UPS = '1Z999AA10123456784'
