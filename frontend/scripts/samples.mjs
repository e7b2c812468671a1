// Pictures and sound for the contact sheet, made in code: the repository carries no binary samples.
import { deflateSync } from 'node:zlib';

/** A file or small picture under the address the window asks for, or null. */
export function sample(path) {
  const id = /^\/media\/(\d+)(\/thumb)?$/.exec(path)?.[1];
  if (!id) return null;
  return id.endsWith('3')
    ? { type: 'audio/wav', body: tone() }
    : { type: 'image/png', body: meadow(Number(id)) };
}

/** A sky over a meadow; the number chooses the colours. */
function meadow(number) {
  const [width, height] = [320, 240];
  const rows = Buffer.alloc(height * (1 + width * 3));
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const ground = y > 150 + 20 * Math.sin((x + number) / 40);
      const light = ground ? 60 + (y - 150) / 3 : 235 - y / 2;
      const at = y * (1 + width * 3) + 1 + x * 3;
      rows[at] = ground ? light + (number % 90) : light - 40;
      rows[at + 1] = ground ? light + 70 : light - 10;
      rows[at + 2] = ground ? light / 2 : light;
    }
  const size = Buffer.alloc(13);
  size.writeUInt32BE(width, 0);
  size.writeUInt32BE(height, 4);
  size.set([8, 2], 8);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', size),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(name, body) {
  const named = Buffer.concat([Buffer.from(name), body]);
  const out = Buffer.alloc(12 + body.length);
  out.writeUInt32BE(body.length, 0);
  out.set(named, 4);
  out.writeUInt32BE(crc(named), 8 + body.length);
  return out;
}

function crc(bytes) {
  let value = ~0;
  for (const byte of bytes) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit++) value = (value >>> 1) ^ (0xedb88320 & -(value & 1));
  }
  return ~value >>> 0;
}

/** Seven seconds that swell like speech. */
function tone() {
  const rate = 8000;
  const samples = 7 * rate;
  const out = Buffer.alloc(44 + samples * 2);
  out.write('RIFF', 0);
  out.writeUInt32LE(36 + samples * 2, 4);
  out.write('WAVEfmt ', 8);
  out.writeUInt32LE(16, 16);
  out.writeUInt16LE(1, 20);
  out.writeUInt16LE(1, 22);
  out.writeUInt32LE(rate, 24);
  out.writeUInt32LE(rate * 2, 28);
  out.writeUInt16LE(2, 32);
  out.writeUInt16LE(16, 34);
  out.write('data', 36);
  out.writeUInt32LE(samples * 2, 40);
  for (let i = 0; i < samples; i++) {
    const loud = Math.abs(Math.sin(i / 2600) * Math.sin(i / 9100));
    out.writeInt16LE(Math.round(12_000 * loud * Math.sin(i / 6)), 44 + i * 2);
  }
  return out;
}
