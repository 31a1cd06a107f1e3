/** Serials in the forms makers print and drives report them; all numbers invented or blanked by their publishers. */
// biome-ignore format: one maker a line
export const plainSerials: readonly string[] = [
  'QZ71M0042', // the form of the interface reference
  'ZR5A1N7K', '5VK3F2A1', 'WN905KH5', 'WFK0ABCD', 'Z1D5ABCD', 'WD1ABCDE', '6SE1ZCSR0000B121LU63', // Seagate
  'WX32DA0K4T7N', 'WCC4N0123456', 'WD-WCC4N0123456', 'WD-WX81A20X0429', // Western Digital
  'GE123456789123', 'VJGJ0X0X', '2TG0A0BC', '1EHX5ABC', // Hitachi, HGST
  'Y1P0A04GFDVG', '83MLKGBWFYTG', 'X48JP9F1TXR6', // Toshiba
  'S3Z8NB0K123456A', 'S2R5NX0H512345', 'S5HTNG0N123456', // Samsung
  '2012E299A0C1', '14460DBF0F38', '1814E1364B5B', // Micron, Crucial
  'BTYF12345678960CGN', 'PHYF012345678901', 'CVTR50123456480EGN', // Intel, Solidigm
  '50026B7782000000', '50026B77821C2188', // Kingston: its world wide name is its serial
  '544TC4OZT', '183512A0B1C2', // SanDisk
]
