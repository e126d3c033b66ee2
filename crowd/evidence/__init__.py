"""Files and evidence: what is taken as a file, where it lies, who may have it, and the library of it all."""
