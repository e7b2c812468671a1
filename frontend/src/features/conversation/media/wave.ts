/** A sound's length in seconds and its loudness in equal steps, each from 0 to 1. */
export interface Wave {
  seconds: number;
  bars: number[];
}

const steps = 56;
/** Loudness needs no fidelity; this keeps a long sound small in memory. */
const sampleRate = 8000;

/** What is softer than this is silence, not something to be drawn large. */
const silence = 0.002;

/** Decodes a sound; it fails where the web view does not know the format. */
export async function readWave(blob: Blob): Promise<Wave> {
  const decoder = new OfflineAudioContext(1, 1, sampleRate);
  const sound = await decoder.decodeAudioData(await blob.arrayBuffer());
  return { seconds: sound.duration, bars: loudness(sound.getChannelData(0)) };
}

export function loudness(samples: Float32Array): number[] {
  const size = Math.max(1, Math.floor(samples.length / steps));
  const bars = Array.from({ length: steps }, (_, step) => {
    let sum = 0;
    const part = samples.subarray(step * size, (step + 1) * size);
    for (const sample of part) sum += sample * sample;
    return Math.sqrt(sum / Math.max(1, part.length));
  });
  const loudest = Math.max(...bars);
  return bars.map((bar) => (loudest > silence ? bar / loudest : 0));
}
