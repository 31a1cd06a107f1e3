/**
 * Check digits as their owners publish them. They may reject a misread; they never decide what a number is, since
 * one random number in seven to eleven passes. Every function takes the whole number including its check digit
 * and expects digits only unless it says otherwise.
 */

/**
 * Modulo 10, weights 3 and 1 from the right. GS1 General Specifications, section 7.9 (GTIN, SSCC); the same sum
 * serves USPS Publication 199 (IMpb) and FedEx Ground.
 */
export function passesModulo10(digits: string): boolean {
  let sum = 0
  for (let i = 0; i < digits.length; i++) sum += Number(digits.at(-1 - i)) * (i % 2 === 0 ? 1 : 3)
  return sum % 10 === 0
}

/** FedEx Express: modulo 11 with weights 1, 3, 7 from the right; a remainder of 10 is printed as 0. */
export function passesFedExModulo11(digits: string): boolean {
  const weights = [1, 3, 7] as const
  let sum = 0
  for (let i = 1; i < digits.length; i++) sum += Number(digits.at(-1 - i)) * (weights[(i - 1) % 3] ?? 0)
  return ((sum % 11) % 10).toString() === digits.at(-1)
}

/** DHL Express air waybill: the first nine digits modulo 7 give the tenth. */
export function passesDhlModulo7(digits: string): boolean {
  return (Number(digits.slice(0, -1)) % 7).toString() === digits.at(-1)
}

/**
 * UPS 1Z number (18 characters): the 15 after "1Z" are weighted 1, 2, 1, 2 … from the left, letters counting as
 * A=2, B=3 … H=9, I=0, J=1 … ; the last digit fills the sum up to a multiple of ten.
 */
export function passesUps(number: string): boolean {
  let sum = 0
  for (let i = 2; i < 17; i++) {
    const code = number.charCodeAt(i)
    const value = code >= 65 ? (code - 63) % 10 : code - 48
    sum += value * (i % 2 === 0 ? 1 : 2)
  }
  return ((10 - (sum % 10)) % 10).toString() === number.at(-1)
}

/** UPU standard S10, the nine digits in the middle: weights 8 6 4 2 3 5 9 7, 11 − remainder, 10 → 0, 11 → 5. */
export function passesUpuS10(nineDigits: string): boolean {
  const weights = [8, 6, 4, 2, 3, 5, 9, 7]
  const sum = weights.reduce((total, weight, i) => total + weight * Number(nineDigits[i]), 0)
  const check = 11 - (sum % 11)
  const printed = check === 10 ? 0 : check === 11 ? 5 : check
  return printed.toString() === nineDigits.at(-1)
}
