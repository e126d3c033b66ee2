"""An author's word that a decision was wrong, and what somebody who did not make it says (M20)."""
