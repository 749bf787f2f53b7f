import { nameFiles } from './name-files.ts';
import type { NameFiles, ReachableName } from './name-files.ts';

/** The files of all VPCs, below one folder. */
export class VpcNames {
  readonly #folder: string;
  readonly #trusted: string;
  readonly #files = new Map<string, NameFiles>();

  /** `trusted` are the certificates, as PEM, of all that pods trust. */
  constructor(folder: string, trusted: string) {
    this.#folder = folder;
    this.#trusted = trusted;
  }

  /** They are there from the first call on, empty while the VPC reaches nothing. */
  filesOf(vpcId: string): NameFiles {
    const files = this.#files.get(vpcId) ?? nameFiles(this.#folder, vpcId, this.#trusted);
    this.#files.set(vpcId, files);
    return files;
  }

  /** A VPC that reaches nothing any more keeps its files, empty. */
  become(names: ReadonlyMap<string, readonly ReachableName[]>): void {
    for (const [vpcId, files] of this.#files) if (!names.has(vpcId)) files.write([]);
    for (const [vpcId, reachable] of names) this.filesOf(vpcId).write(reachable);
  }
}
