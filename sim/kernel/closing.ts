/** What happens when a descriptor is closed, and when it was the last one of its description. */
import { match } from "ts-pattern";
import type { DescriptorName, ProcessName } from "../../model/index.ts";
import { descriptionCell, offsetCell, processCell } from "./cells.ts";
import { descriptionId } from "./descriptors.ts";
import { type Kernel, must, processOf, update } from "./kernel.ts";
import { dropLock } from "./locks.ts";
import { closePort, closeSocket } from "./sockets.ts";

export const closeDescriptor = (kernel: Kernel, process: ProcessName, fd: DescriptorName): void => {
  const id = descriptionId(kernel, process, fd);
  const { [fd]: _closed, ...descriptors } = processOf(kernel, process).descriptors;
  update(kernel, processCell(process), { descriptors });
  const description = must(kernel, descriptionCell(id));
  if (description.references > 1) {
    kernel.cells.set(descriptionCell(id), { ...description, references: description.references - 1 });
    return;
  }
  kernel.cells.set(descriptionCell(id), null);
  match(description.object)
    .with({ kind: "file" }, ({ path }) => {
      kernel.cells.set(offsetCell(id), null);
      dropLock(kernel, path, id);
    })
    .with({ kind: "socket" }, (socket) => closeSocket(kernel, socket))
    .with({ kind: "listener" }, () => closePort(kernel, id))
    .exhaustive();
};
