"""The host's own words: pages that stand at the foot of every page, and the main mails."""
