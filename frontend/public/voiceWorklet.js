// Hands samples from the microphone to the window. It runs on the audio thread,
// whose rules allow no module of ours.
/* global AudioWorkletProcessor, registerProcessor */
class Samples extends AudioWorkletProcessor {
  constructor() {
    super();
    this.part = new Float32Array(12000);
    this.filled = 0;
    this.port.onmessage = () => {
      this.port.postMessage(this.part.slice(0, this.filled));
      this.filled = 0;
      this.port.postMessage(null);
    };
  }

  process([channels]) {
    const samples = channels[0];
    if (!samples) return true;
    for (const sample of samples) {
      this.part[this.filled++] = sample;
      if (this.filled === this.part.length) {
        this.port.postMessage(this.part.slice());
        this.filled = 0;
      }
    }
    return true;
  }
}

registerProcessor('samples', Samples);
