// The camera reads a code and sends it as if it had been typed; what it means is for the server.
const form = document.getElementById("typed");
const part = document.getElementById("camera");
const video = part.querySelector("video");
const button = part.querySelector("button");
const said = document.getElementById("said");
const LOOK_EVERY = 150;
const WIDEST = 720;

part.hidden = !navigator.mediaDevices;
button.addEventListener("click", async () => {
  said.textContent = "";
  try {
    // Nobody is filmed before there is something that reads.
    const read = await reader();
    const stream = await look();
    video.srcObject = stream;
    await video.play();
    video.hidden = false;
    button.hidden = true;
    said.textContent = part.dataset.hint;
    watch(stream, read);
  } catch {
    said.textContent = part.dataset.failed;
  }
});

const look = () => navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });

/** Returns a function that gives the text of a code in the picture; it fails where there is none. */
async function reader() {
  if ("BarcodeDetector" in window && (await BarcodeDetector.getSupportedFormats()).includes("qr_code")) {
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    return async () => (await detector.detect(video))[0]?.rawValue;
  }
  const { decodeQR } = await import(part.dataset.decoder);
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  return async () => {
    const scale = Math.min(1, WIDEST / Math.max(video.videoWidth, video.videoHeight));
    canvas.width = video.videoWidth * scale;
    canvas.height = video.videoHeight * scale;
    context.drawImage(video, 0, 0, canvas.width, canvas.height);
    return decodeQR(context.getImageData(0, 0, canvas.width, canvas.height));
  };
}

async function watch(stream, read) {
  const text = video.videoWidth ? await read().catch(() => undefined) : undefined;
  if (!text) {
    setTimeout(() => watch(stream, read), LOOK_EVERY);
    return;
  }
  for (const track of stream.getTracks()) track.stop();
  form.elements.namedItem("code").value = text;
  form.requestSubmit();
}
