import { voice } from '~/lib/api';

/** Why nothing can be recorded. */
export type MicrophoneProblem = 'denied' | 'missing' | 'impossible';

/** A source of samples, 48,000 a second. */
export interface Microphone {
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Ends recording; every sample has been handed over when it returns. */
  stop(): Promise<void>;
}

/** Opens the computer's microphone through the web view. It fails with a MicrophoneProblem. */
export async function openMicrophone(onsamples: (samples: Float32Array) => void): Promise<Microphone> {
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (!devices?.getUserMedia || typeof AudioWorkletNode === 'undefined') throw problem('impossible');
  const stream = await devices
    .getUserMedia({
      audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true },
    })
    .catch((reason: unknown) => {
      throw problem(reason instanceof DOMException && reason.name === 'NotFoundError' ? 'missing' : 'denied');
    });
  const context = new AudioContext({ sampleRate: voice.sampleRate });
  const close = async () => {
    for (const track of stream.getTracks()) track.stop();
    await context.close();
  };
  try {
    await context.audioWorklet.addModule('/voiceWorklet.js');
    const node = new AudioWorkletNode(context, 'samples', { channelCount: 1, channelCountMode: 'explicit' });
    let ended: () => void = () => {};
    node.port.onmessage = ({ data }: MessageEvent<Float32Array | null>) => {
      if (data === null) ended();
      else if (data.length > 0) onsamples(data);
    };
    // Some web views run only what leads to the loudspeaker; nothing is heard, because nothing comes out.
    context.createMediaStreamSource(stream).connect(node).connect(context.destination);
    await context.resume();
    return {
      pause: () => context.suspend(),
      resume: () => context.resume(),
      stop: async () => {
        // A thread that stands still would never hand over the rest.
        await context.resume();
        const last = new Promise<void>((resolve) => (ended = resolve));
        node.port.postMessage('end');
        await last;
        await close();
      },
    };
  } catch {
    await close();
    throw problem('impossible');
  }
}

class Refusal extends Error {
  constructor(readonly problem: MicrophoneProblem) {
    super(problem);
  }
}

function problem(name: MicrophoneProblem): Refusal {
  return new Refusal(name);
}

export function microphoneProblem(reason: unknown): MicrophoneProblem {
  return reason instanceof Refusal ? reason.problem : 'impossible';
}
