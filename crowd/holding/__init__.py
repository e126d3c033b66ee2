"""How texts are taken: the rules that pass, warn, hold or refuse, in their order, and the modes of each phase."""
