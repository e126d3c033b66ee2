"""What leaves the site as data: for everybody, for research, for the host; and how it is cited and deposited."""
