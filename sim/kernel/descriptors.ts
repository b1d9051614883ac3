/** Descriptors and open file descriptions: who refers to what. */
import type { DescriptorName, ProcessName } from "../../model/index.ts";
import { type Description, type DescriptionId, descriptionCell, processCell } from "./cells.ts";
import { fail, type Kernel, must, processOf, update } from "./kernel.ts";

export const descriptionId = (kernel: Kernel, process: ProcessName, fd: DescriptorName): DescriptionId =>
  processOf(kernel, process).descriptors[fd] ?? fail(kernel, process, `it has no descriptor “${fd}”`);

export const descriptionOf = (kernel: Kernel, process: ProcessName, fd: DescriptorName): Description =>
  must(kernel, descriptionCell(descriptionId(kernel, process, fd)));

/** Gives a process a descriptor for a new description, which is named after both unless it is given a name. */
export const openDescription = (
  kernel: Kernel,
  process: ProcessName,
  fd: DescriptorName,
  object: Description["object"],
  name: DescriptionId = `${process}.${fd}`,
): DescriptionId => {
  let id = name;
  // An older description of that name lives on where somebody inherited it.
  while (kernel.cells.get(descriptionCell(id)) !== null) id += "'";
  kernel.cells.set(descriptionCell(id), { object, references: 0 });
  refer(kernel, process, fd, id);
  return id;
};

/** Gives a process one more descriptor for a description. */
export const refer = (kernel: Kernel, process: ProcessName, fd: DescriptorName, id: DescriptionId): void => {
  const held = processOf(kernel, process).descriptors;
  if (held[fd] !== undefined) fail(kernel, process, `its descriptor “${fd}” is still open`);
  const descriptors = Object.fromEntries(Object.entries({ ...held, [fd]: id }).sort());
  update(kernel, processCell(process), { descriptors });
  const description = must(kernel, descriptionCell(id));
  kernel.cells.set(descriptionCell(id), { ...description, references: description.references + 1 });
};
