/** A program that writes a file without end into the folder that it is given, to be killed at it. */
import { writeFiles } from "../../server/src/host/node/writeFiles.ts";

const chunk = Buffer.alloc(2 ** 20, 1);
await writeFiles(
  process.argv[2] ?? ".",
  [
    {
      name: "net.onnx",
      size: 2 ** 50,
      *chunks() {
        for (;;) yield chunk;
      },
    },
  ],
  { onProgress: (done) => (done === 2 ** 24 ? process.stdout.write("writing\n") : undefined) },
);
