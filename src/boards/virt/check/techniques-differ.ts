/** Two techniques do not do the same, which is a bug of ours: the message says where. */
export class TechniquesDiffer extends Error {
  override readonly name = "TechniquesDiffer";
}
